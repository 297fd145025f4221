//! A number as a bar of characters, an eighth of one at least.

/// Characters of the longest bar.
const WIDE: u64 = 40;
/// From one eighth to the whole of a character.
const EIGHTHS: [char; 8] = [
    '\u{258f}', '\u{258e}', '\u{258d}', '\u{258c}', '\u{258b}', '\u{258a}', '\u{2589}', '\u{2588}',
];

/// The bar of `number` where `most` has the longest. Only nothing has none.
pub fn count_bar(number: u64, most: u64) -> String {
    let scaled = u128::from(number) * u128::from(WIDE * 8) / u128::from(most.max(1));
    let eighths = usize::try_from(scaled).unwrap_or_default();
    let eighths = eighths.max(usize::from(number > 0));
    let [.., whole] = EIGHTHS;
    let mut bar: String = std::iter::repeat_n(whole, eighths / 8).collect();
    bar.extend((eighths % 8).checked_sub(1).and_then(|at| EIGHTHS.get(at)));
    bar
}

/// `12.3 %`; nothing of nothing is none.
pub fn percent(number: u64, of: u64) -> String {
    format!("{:.1} %", number as f64 * 100.0 / of.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_one_row_is_seen() {
        assert_eq!(count_bar(10, 10).chars().count(), 40);
        assert_eq!(count_bar(5, 10).chars().count(), 20);
        assert_eq!(count_bar(1, 1_000_000), "\u{258f}");
        assert_eq!(count_bar(0, 10), "");
        assert_eq!(count_bar(0, 0), "");
        assert_eq!(count_bar(u64::MAX, u64::MAX).chars().count(), 40);
        assert_eq!(count_bar(3, 64), "\u{2588}\u{2589}");
    }

    #[test]
    fn shares_have_one_digit() {
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(0, 0), "0.0 %");
    }
}
