//! A window as one line of characters, each state with its own.
//!
//! A state that is there is never drawn away: where several fall on one character, the one that needs attention most is shown.

use windrow_model::TimeRange;

/// Draws `window` in `wide` characters. `states` are ranges with a character and a rank; what they leave is `.`, of the highest rank but one.
///
/// Of the states that fall on one character the highest rank is drawn.
pub fn coverage_bar(window: TimeRange, states: &[(TimeRange, char, u8)], wide: usize) -> String {
    let cell_of = |ms: i64| -> usize {
        let at = u128::from(ms.abs_diff(window.start_ms())) * wide as u128;
        usize::try_from(at / u128::from(window.duration_ms())).unwrap_or(wide)
    };
    let mut cells: Vec<(u8, char)> = vec![(0, '.'); wide];
    for (range, mark, rank) in states {
        let Some(range) = range.intersection(window) else {
            continue;
        };
        let (first, last) = (cell_of(range.start_ms()), cell_of(range.end_ms() - 1));
        for cell in cells.iter_mut().take(last + 1).skip(first) {
            if *rank >= cell.0 {
                *cell = (*rank, *mark);
            }
        }
    }
    cells.into_iter().map(|(_, mark)| mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start_ms: i64, end_ms: i64) -> TimeRange {
        TimeRange::new(start_ms, end_ms).unwrap()
    }

    #[test]
    fn a_gap_of_one_millisecond_is_still_drawn() {
        let states = [
            (range(0, 500), '#', 1),
            (range(501, 1000), '#', 1),
            (range(500, 501), '.', 3),
        ];
        assert_eq!(coverage_bar(range(0, 1000), &states, 10), "#####.####");
    }

    #[test]
    fn the_whole_of_time_does_not_overflow() {
        let all = range(0, windrow_model::range::MAX_MS);
        assert_eq!(coverage_bar(all, &[(all, '#', 1)], 4), "####");
        assert_eq!(coverage_bar(all, &[], 4), "....");
    }
}
