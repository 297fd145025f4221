//! Ranges that may overlap, asked for those that meet another range.
//!
//! A question costs what it finds, and a search: the ranges of a dataset's parts overlap only where they were fetched again.

use windrow_model::TimeRange;

/// Ranges by their place in what was given, in order of their starts.
pub(super) struct RangeIndex(Vec<Indexed>);

struct Indexed {
    range: TimeRange,
    place: usize,
    /// The latest end of this range and of those before it.
    latest_end_ms: i64,
}

impl RangeIndex {
    pub(super) fn new(ranges: impl Iterator<Item = TimeRange>) -> Self {
        let mut ranges: Vec<_> = ranges.zip(0..).collect();
        ranges.sort_unstable();
        let mut latest_end_ms = i64::MIN;
        let indexed = ranges.into_iter().map(|(range, place)| {
            latest_end_ms = latest_end_ms.max(range.end_ms());
            Indexed {
                range,
                place,
                latest_end_ms,
            }
        });
        Self(indexed.collect())
    }

    /// The places of the ranges that share a millisecond with `range`.
    pub(super) fn meeting(&self, range: TimeRange) -> impl Iterator<Item = usize> {
        let starts_before = |held: &Indexed| held.range.start_ms() < range.end_ms();
        let (before, _) = self.0.split_at(self.0.partition_point(starts_before));
        before
            .iter()
            .rev()
            .take_while(move |held| held.latest_end_ms > range.start_ms())
            .filter(move |held| held.range.intersects(range))
            .map(|held| held.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_that_meet_another_are_those_that_a_look_at_each_finds() {
        let range = |start_ms, end_ms| TimeRange::new(start_ms, end_ms).unwrap();
        let mut ranges = Vec::new();
        for step in 0..40_i64 {
            ranges.push(range(step * 7 % 50, step * 7 % 50 + 1 + step % 9));
        }
        let index = RangeIndex::new(ranges.iter().copied());
        for start_ms in 0..60 {
            for length in [1, 2, 30] {
                let asked = range(start_ms, start_ms + length);
                let mut found: Vec<usize> = index.meeting(asked).collect();
                found.sort_unstable();
                let each = (0..ranges.len()).filter(|place| ranges[*place].intersects(asked));
                assert_eq!(found, each.collect::<Vec<_>>());
            }
        }
    }
}
