//! Stretches of time with round bounds, in the zone in which they are shown.

use crate::range::TimeRange;
use serde::{Deserialize, Serialize};

/// The most buckets of a histogram.
pub const MAX_BUCKETS: i64 = 120;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long a bucket may be; from a day on in whole days.
const STEPS: [i64; 27] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
];

/// Disjoint stretches of time that follow each other without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buckets {
    step_ms: i64,
    /// Where each begins, and where the last one ends: two or more, ascending.
    bounds: Vec<i64>,
}

impl Buckets {
    /// The shortest round stretches of which at most [`MAX_BUCKETS`] cover `range`,
    /// but for one more where its ends are not round.
    ///
    /// `offset_ms` gives how far local time is ahead of UTC at a time; bounds are round in local time.
    pub fn round(range: TimeRange, offset_ms: impl Fn(i64) -> i64) -> Self {
        let (start, end) = (range.start_ms(), range.end_ms());
        let len = end.saturating_sub(start);
        let is_few = |step: &i64| len <= step.saturating_mul(MAX_BUCKETS);
        let days = (len - 1) / (DAY * MAX_BUCKETS) + 1;
        let step_ms = STEPS
            .into_iter()
            .find(is_few)
            .unwrap_or(days.saturating_mul(DAY));
        let local = start.saturating_add(offset_ms(start));
        let mut bound = local - local.rem_euclid(step_ms);
        // As UTC: by the offset that holds there, where the clock is not turned right then.
        let utc = |local: i64| {
            let guess = local.saturating_sub(offset_ms(local));
            local.saturating_sub(offset_ms(guess))
        };
        let mut bounds = vec![utc(bound).min(start)];
        while bounds.last().is_some_and(|last| *last < end) {
            bound = bound.saturating_add(step_ms);
            let next = utc(bound);
            if bounds.last().is_some_and(|last| *last < next) {
                bounds.push(next);
            } else if bound == i64::MAX {
                bounds.push(i64::MAX);
            }
        }
        Self { step_ms, bounds }
    }

    /// How long one is, but for days on which the clock is turned.
    pub const fn step_ms(&self) -> i64 {
        self.step_ms
    }

    /// Where each begins, and where the last one ends.
    pub fn bounds(&self) -> &[i64] {
        &self.bounds
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// Whether there are none; there always are.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one that a time is in. `near` is where to look first: times mostly come in order.
    pub fn find(&self, ms: i64, near: usize) -> Option<usize> {
        let is_in = |index: usize| {
            let bounds = self.bounds.get(index).zip(self.bounds.get(index + 1));
            bounds.is_some_and(|(from, to)| *from <= ms && ms < *to)
        };
        if is_in(near) {
            return Some(near);
        }
        let index = self
            .bounds
            .partition_point(|bound| *bound <= ms)
            .checked_sub(1)?;
        is_in(index).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn buckets(start: i64, end: i64, offset: i64) -> Buckets {
        Buckets::round(TimeRange::new(start, end).unwrap(), |_| offset)
    }

    #[test]
    fn bounds_are_round_in_the_zone_shown() {
        let day = buckets(0, DAY, 0);
        assert_eq!((day.step_ms(), day.len()), (15 * MINUTE, 96));
        let hour = buckets(90 * SECOND, HOUR + 90 * SECOND, 0);
        assert_eq!(
            (hour.step_ms(), hour.bounds()[0], hour.len()),
            (30 * SECOND, 90 * SECOND, 120)
        );
        // Half past five ahead: local midnights are at 18:30 UTC.
        let offset = 5 * HOUR + HOUR / 2;
        let year = buckets(0, 100 * DAY, offset);
        assert_eq!(year.step_ms(), DAY);
        assert!(
            year.bounds()
                .iter()
                .all(|bound| (bound + offset) % DAY == 0)
        );
        assert_eq!(buckets(0, 1, 0).bounds(), [0, 1]);
        assert_eq!(buckets(0, 5000 * DAY, 0).step_ms(), 42 * DAY);
    }

    #[test]
    fn a_day_on_which_the_clock_is_turned_is_an_hour_longer_or_shorter() {
        let turned = 50 * DAY + 2 * HOUR;
        for (before, after) in [(0, HOUR), (HOUR, 0)] {
            let range = TimeRange::new(0, 100 * DAY).unwrap();
            let days = Buckets::round(range, |ms| if ms < turned { before } else { after });
            let lengths: Vec<i64> = days
                .bounds()
                .windows(2)
                .map(|pair| pair[1] - pair[0])
                .collect();
            let others: Vec<_> = lengths.iter().filter(|length| **length != DAY).collect();
            assert_eq!(others, [&(DAY + before - after)]);
        }
    }

    proptest! {
        #[test]
        fn a_range_is_covered_by_few_buckets_and_each_time_is_in_its_own(
            start in 0_i64..2_000_000_000_000, len in 1_i64..100_000_000_000, offset in -56_i64..=56, at in 0.0..1.0, near in 0_usize..130,
        ) {
            let buckets = buckets(start, start + len, offset * 15 * MINUTE);
            let bounds = buckets.bounds();
            prop_assert!(bounds[0] <= start && start < bounds[1]);
            prop_assert!(bounds[bounds.len() - 2] < start + len && start + len <= bounds[bounds.len() - 1]);
            prop_assert!(buckets.len() as i64 <= MAX_BUCKETS + 1);
            prop_assert!(len < 48 || buckets.len() >= 40, "{}", buckets.len());
            let ms = start + (len as f64 * at) as i64;
            let found = buckets.find(ms, near).unwrap();
            prop_assert!(bounds[found] <= ms && ms < bounds[found + 1]);
            prop_assert_eq!(buckets.find(bounds[bounds.len() - 1], near), None);
            prop_assert_eq!(buckets.find(bounds[0] - 1, near), None);
        }
    }
}
