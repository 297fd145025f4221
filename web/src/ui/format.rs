//! Numbers, sizes and durations as people read them.
//!
//! Takes plain numbers, gives short text. The same figure is written the same way everywhere on the page.

/// `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12.30`: a number that is not negative, rounded to this many places.
/// Printed by its whole numbers: all that the page would need the printing of floats for is a few widths and sizes.
pub fn decimal(value: f64, places: usize) -> String {
    let scale = (0..places).fold(1_u64, |scale, _| scale * 10);
    let scaled = (value * scale as f64).round() as u64;
    let whole = scaled / scale;
    if places == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{:0places$}", scaled % scale)
    }
}

/// The text before and after the first `mark`. Looks at every place, which is enough for short texts; the standard search is made for long ones.
pub fn split_once<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let found = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(mark));
    let at = (0..text.len()).find(found)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// A number kept from 0 to `most`. The standard `clamp` prints what it refuses, and brings the printing of floats with it.
pub fn limited(value: f64, most: f64) -> f64 {
    value.max(0.0).min(most)
}

/// `12.30px`: a length for CSS.
pub fn px(length: f64) -> String {
    format!("{}px", decimal(length, 2))
}

/// `1 row`, `2 rows`: the count and the noun in the right number.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `6.1 MB`, in powers of 1000.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if size < 1000 {
        return format!("{size} B");
    }
    let mut value = size as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    let places = if value < 10.0 { 2 } else { 1 };
    format!("{} {name}", decimal(value, places))
}

/// `3 h 20 min`, `1.5 s`, `12 ms`: the two largest units of a length of time.
pub fn duration(ms: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1000, "s"),
    ];
    if ms < 1000 {
        return format!("{ms} ms");
    }
    if ms < 60_000 {
        return if ms.is_multiple_of(1000) {
            format!("{} s", ms / 1000)
        } else {
            let seconds = decimal(ms as f64 / 1000.0, 3);
            format!("{} s", seconds.trim_end_matches('0'))
        };
    }
    let mut parts = Vec::new();
    let mut rest = ms;
    for (size, name) in UNITS {
        if rest >= size {
            parts.push(format!("{} {name}", rest / size));
            rest %= size;
        }
        if parts.len() == 2 {
            break;
        }
    }
    parts.join(" ")
}

/// `about 2 min`: a length of time that is an estimate.
pub fn estimate(seconds: u64) -> String {
    match seconds {
        0..=1 => "about a second".to_owned(),
        2..=90 => format!("about {seconds} s"),
        91..=5400 => format!("about {} min", seconds.div_ceil(60)),
        _ => format!("about {} h", decimal(seconds as f64 / 3600.0, 1)),
    }
}

/// `82 %` of a whole; never 0 or 100 unless it is exactly that.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".to_owned();
    }
    if part >= whole {
        return "100 %".to_owned();
    }
    let share = part as f64 / whole as f64 * 100.0;
    if share < 1.0 {
        "under 1 %".to_owned()
    } else if share > 99.0 {
        "over 99 %".to_owned()
    } else {
        format!("{} %", decimal(share, 0))
    }
}

/// A file name for a download: a log path without its directories, and nothing a system could object to.
pub fn file_name(path: &str) -> String {
    path.strip_prefix("logs/")
        .unwrap_or(path)
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '=' => character,
            _ => '_',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_holds_no_separator() {
        assert_eq!(
            file_name("logs/a%20b/from=1/to=2/part-00000.parquet"),
            "a_20b_from=1_to=2_part-00000.parquet"
        );
    }

    #[test]
    fn counts_have_a_comma_every_three_digits() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(0, "row", "rows"), "0 rows");
    }

    #[test]
    fn decimals_are_rounded_and_keep_their_places() {
        assert_eq!(decimal(0.0, 2), "0.00");
        assert_eq!(decimal(1.999, 2), "2.00");
        assert_eq!(decimal(12.05, 1), "12.1");
        assert_eq!(decimal(99.4, 0), "99");
        assert_eq!(decimal(15_000_000.0, 0), "15000000");
        assert_eq!(decimal(0.007, 3), "0.007");
    }

    #[test]
    fn sizes_keep_three_figures() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(6_100_000), "6.10 MB");
        assert_eq!(bytes(16_777_216), "16.8 MB");
        assert_eq!(bytes(999_960), "1.00 MB");
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        assert_eq!(duration(12), "12 ms");
        assert_eq!(duration(1500), "1.5 s");
        assert_eq!(duration(10_000), "10 s");
        assert_eq!(duration(12_000_000), "3 h 20 min");
        assert_eq!(duration(90_000_000), "1 d 1 h");
    }

    #[test]
    fn a_share_is_never_rounded_to_all_or_nothing() {
        assert_eq!(percent(0, 10), "0 %");
        assert_eq!(percent(1, 1_000_000), "under 1 %");
        assert_eq!(percent(999_999, 1_000_000), "over 99 %");
        assert_eq!(percent(82, 100), "82 %");
        assert_eq!(percent(5, 5), "100 %");
    }
}
