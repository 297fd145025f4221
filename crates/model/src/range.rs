//! A half-open range of epoch milliseconds, the unit of everything Windrow asks for, holds and claims.
//!
//! Invariant: `start_ms < end_ms`; a range is never empty.
//! The algebra is total over `i64`; [`TimeRange::window`] adds the bounds that a person's window must keep.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The first millisecond past the year 9999: the end of what a window may reach.
pub const MAX_MS: i64 = 253_402_300_800_000;

/// `[start_ms, end_ms)` in epoch milliseconds UTC, never empty. Serialised as the pair `[start, end]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "(i64, i64)", into = "(i64, i64)")]
pub struct TimeRange {
    start_ms: i64,
    end_ms: i64,
}

/// Why two numbers are not a range or a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// The end does not lie after the start.
    #[error(
        "the window is empty or reversed: from {start_ms} to {end_ms}; `from` must lie before `to`"
    )]
    Empty {
        /// The start that was given.
        start_ms: i64,
        /// The end that was given.
        end_ms: i64,
    },
    /// A bound lies before 1970 or past the year 9999.
    #[error(
        "the window from {start_ms} to {end_ms} reaches outside 1970-01-01 to 9999-12-31 (0 to {MAX_MS} ms)"
    )]
    OutOfBounds {
        /// The start that was given.
        start_ms: i64,
        /// The end that was given.
        end_ms: i64,
    },
}

impl TimeRange {
    /// A range over any `i64`. Errors when it would be empty or reversed.
    pub const fn new(start_ms: i64, end_ms: i64) -> Result<Self, RangeError> {
        if start_ms < end_ms {
            Ok(Self { start_ms, end_ms })
        } else {
            Err(RangeError::Empty { start_ms, end_ms })
        }
    }

    /// A range that a person may ask for: `0 <= start < end <= MAX_MS`.
    pub const fn window(start_ms: i64, end_ms: i64) -> Result<Self, RangeError> {
        match Self::new(start_ms, end_ms) {
            Ok(range) if start_ms >= 0 && end_ms <= MAX_MS => Ok(range),
            Ok(_) => Err(RangeError::OutOfBounds { start_ms, end_ms }),
            Err(error) => Err(error),
        }
    }

    /// The first millisecond inside.
    pub const fn start_ms(self) -> i64 {
        self.start_ms
    }

    /// The first millisecond after.
    pub const fn end_ms(self) -> i64 {
        self.end_ms
    }

    /// How many milliseconds it spans; wider than `i64` can say when the bounds lie far apart.
    pub const fn duration_ms(self) -> u64 {
        self.end_ms.abs_diff(self.start_ms)
    }

    /// Whether a millisecond lies inside.
    pub const fn contains_ms(self, ms: i64) -> bool {
        self.start_ms <= ms && ms < self.end_ms
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start_ms <= other.start_ms && other.end_ms <= self.end_ms
    }

    /// Whether at least one millisecond is in both.
    pub const fn intersects(self, other: Self) -> bool {
        self.start_ms < other.end_ms && other.start_ms < self.end_ms
    }

    /// The milliseconds in both, if any.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(
            self.start_ms.max(other.start_ms),
            self.end_ms.min(other.end_ms),
        )
        .ok()
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self {
            start_ms: self.start_ms.min(other.start_ms),
            end_ms: self.end_ms.max(other.end_ms),
        }
    }

    /// The milliseconds before `ms`, if any.
    pub fn before(self, ms: i64) -> Option<Self> {
        Self::new(self.start_ms, self.end_ms.min(ms)).ok()
    }

    /// The milliseconds from `ms` on, if any.
    pub fn from_ms(self, ms: i64) -> Option<Self> {
        Self::new(self.start_ms.max(ms), self.end_ms).ok()
    }
}

impl TryFrom<(i64, i64)> for TimeRange {
    type Error = RangeError;

    fn try_from((start_ms, end_ms): (i64, i64)) -> Result<Self, RangeError> {
        Self::new(start_ms, end_ms)
    }
}

impl From<TimeRange> for (i64, i64) {
    fn from(range: TimeRange) -> Self {
        (range.start_ms, range.end_ms)
    }
}

/// `from..to`, the form used in file metadata and on the command line.
impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start_ms, self.end_ms)
    }
}

impl fmt::Debug for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {})", self.start_ms, self.end_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_window_must_be_forward_and_between_1970_and_9999() {
        assert!(TimeRange::window(0, MAX_MS).is_ok());
        assert_eq!(
            TimeRange::window(5, 5),
            Err(RangeError::Empty {
                start_ms: 5,
                end_ms: 5
            })
        );
        assert_eq!(
            TimeRange::window(6, 5),
            Err(RangeError::Empty {
                start_ms: 6,
                end_ms: 5
            })
        );
        assert!(matches!(
            TimeRange::window(-1, 5),
            Err(RangeError::OutOfBounds { .. })
        ));
        assert!(matches!(
            TimeRange::window(0, MAX_MS + 1),
            Err(RangeError::OutOfBounds { .. })
        ));
    }

    #[test]
    fn the_end_is_outside() {
        let range = TimeRange::new(10, 20).unwrap();
        assert!(range.contains_ms(10) && range.contains_ms(19));
        assert!(!range.contains_ms(20) && !range.contains_ms(9));
        assert!(!range.intersects(TimeRange::new(20, 30).unwrap()));
        assert_eq!(range.before(10), None);
        assert_eq!(range.from_ms(20), None);
    }

    #[test]
    fn the_extremes_of_i64_do_not_overflow() {
        let all = TimeRange::new(i64::MIN, i64::MAX).unwrap();
        assert_eq!(all.duration_ms(), u64::MAX);
        assert_eq!(all.intersection(all), Some(all));
    }

    #[test]
    fn json_is_a_pair_and_a_reversed_pair_is_refused() {
        let range = TimeRange::new(1, 2).unwrap();
        assert_eq!(serde_json::to_string(&range).unwrap(), "[1,2]");
        assert!(serde_json::from_str::<TimeRange>("[2,1]").is_err());
    }

    proptest! {
        #[test]
        fn two_ranges_relate_as_the_sets_of_their_milliseconds(
            (a, a_len, b, b_len) in (-9i64..9, 1i64..9, -9i64..9, 1i64..9), cut in -12i64..20
        ) {
            let a = TimeRange::new(a, a + a_len).unwrap();
            let b = TimeRange::new(b, b + b_len).unwrap();
            let set = |range: TimeRange| (range.start_ms()..range.end_ms()).collect::<BTreeSet<i64>>();
            let some = |range: Option<TimeRange>| range.map(set).unwrap_or_default();
            let (in_a, in_b) = (set(a), set(b));
            let both = &in_a & &in_b;
            prop_assert_eq!(a.intersects(b), !both.is_empty());
            prop_assert_eq!(some(a.intersection(b)), both);
            prop_assert_eq!(a.contains(b), in_b.is_subset(&in_a));
            prop_assert!(a.hull(b).contains(a) && a.hull(b).contains(b));
            let (start, end) = (a.start_ms().min(b.start_ms()), a.end_ms().max(b.end_ms()));
            prop_assert_eq!((a.hull(b).start_ms(), a.hull(b).end_ms()), (start, end));
            prop_assert_eq!(a.contains_ms(cut), in_a.contains(&cut));
            prop_assert_eq!(a.duration_ms(), in_a.len() as u64);
            let (before, after): (BTreeSet<i64>, BTreeSet<i64>) = in_a.iter().partition(|ms| **ms < cut);
            prop_assert_eq!(some(a.before(cut)), before);
            prop_assert_eq!(some(a.from_ms(cut)), after);
        }

        #[test]
        fn a_range_is_made_of_any_two_times_in_order_and_of_no_others(start: i64, end: i64) {
            prop_assert_eq!(TimeRange::new(start, end).is_ok(), start < end);
            prop_assert_eq!(TimeRange::window(start, end).is_ok(), 0 <= start && start < end && end <= MAX_MS);
        }
    }
}
