//! A canonical set of ranges: sorted, disjoint and non-adjacent, so that two sets are equal exactly when they hold the same milliseconds.
//!
//! Building one costs `O(n log n)`, everything else is linear or better.

use crate::range::TimeRange;
use serde::{Deserialize, Serialize};

/// Sorted, disjoint, non-adjacent ranges. Serialised as a list of pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<TimeRange>", into = "Vec<TimeRange>")]
pub struct Coverage(Vec<TimeRange>);

impl Coverage {
    /// Nothing.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The ranges in order.
    pub fn ranges(&self) -> &[TimeRange] {
        &self.0
    }

    /// Whether nothing is covered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many milliseconds are covered.
    pub fn duration_ms(&self) -> u64 {
        self.0.iter().map(|range| range.duration_ms()).sum()
    }

    /// Whether every millisecond of `range` is covered.
    pub fn contains(&self, range: TimeRange) -> bool {
        let after = self
            .0
            .partition_point(|held| held.end_ms() <= range.start_ms());
        self.0.get(after).is_some_and(|held| held.contains(range))
    }

    /// The part of the coverage that lies inside `window`.
    pub fn within(&self, window: TimeRange) -> Self {
        let first = self
            .0
            .partition_point(|held| held.end_ms() <= window.start_ms());
        Self(
            self.0
                .iter()
                .skip(first)
                .map_while(|held| held.intersection(window))
                .collect(),
        )
    }

    /// The milliseconds of `window` that are not covered.
    pub fn gaps(&self, window: TimeRange) -> Self {
        let first = self
            .0
            .partition_point(|held| held.end_ms() <= window.start_ms());
        let after = self
            .0
            .partition_point(|held| held.start_ms() < window.end_ms());
        let mut gaps = Vec::with_capacity(after.saturating_sub(first) + 1);
        let mut next_ms = window.start_ms();
        for held in self.0.iter().take(after).skip(first) {
            gaps.extend(TimeRange::new(next_ms, held.start_ms()));
            next_ms = held.end_ms();
        }
        gaps.extend(TimeRange::new(next_ms, window.end_ms()));
        Self(gaps)
    }

    /// The milliseconds that are in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).copied().collect()
    }

    /// The milliseconds that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .flat_map(|range| other.within(*range).0)
                .collect(),
        )
    }

    /// The milliseconds that are covered here and not in `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .flat_map(|range| other.gaps(*range).0)
                .collect(),
        )
    }
}

/// Sorts and merges what overlaps or touches.
impl From<Vec<TimeRange>> for Coverage {
    fn from(mut ranges: Vec<TimeRange>) -> Self {
        ranges.sort_unstable();
        ranges.dedup_by(|next, last| {
            let is_joined = next.start_ms() <= last.end_ms();
            if is_joined {
                *last = last.hull(*next);
            }
            is_joined
        });
        Self(ranges)
    }
}

impl FromIterator<TimeRange> for Coverage {
    fn from_iter<I: IntoIterator<Item = TimeRange>>(ranges: I) -> Self {
        ranges.into_iter().collect::<Vec<_>>().into()
    }
}

impl From<Coverage> for Vec<TimeRange> {
    fn from(coverage: Coverage) -> Self {
        coverage.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Every millisecond that is looked at by brute force.
    const ALL: std::ops::Range<i64> = -5..60;

    fn covered(coverage: &Coverage) -> BTreeSet<i64> {
        let ranges = coverage.ranges().iter();
        ranges
            .flat_map(|range| range.start_ms()..range.end_ms())
            .collect()
    }

    /// Sorted, disjoint and not adjacent.
    fn is_normal(coverage: &Coverage) -> bool {
        let ranges = coverage.ranges();
        ranges
            .iter()
            .zip(ranges.iter().skip(1))
            .all(|(a, b)| a.end_ms() < b.start_ms())
    }

    fn ranges() -> impl Strategy<Value = Vec<TimeRange>> {
        let range = (0i64..50, 1i64..9)
            .prop_map(|(start, len)| TimeRange::new(start, start + len).unwrap());
        prop::collection::vec(range, 0..8)
    }

    proptest! {
        #[test]
        fn a_coverage_is_the_set_of_its_milliseconds_whatever_the_order(mut given in ranges()) {
            let coverage = Coverage::from(given.clone());
            let by_hand: BTreeSet<i64> = given.iter().flat_map(|range| range.start_ms()..range.end_ms()).collect();
            prop_assert!(is_normal(&coverage));
            prop_assert_eq!(covered(&coverage), by_hand.clone());
            prop_assert_eq!(coverage.duration_ms(), by_hand.len() as u64);
            given.reverse();
            prop_assert_eq!(Coverage::from(given), coverage);
        }

        #[test]
        fn union_intersection_difference_parts_and_gaps_are_those_of_sets(a in ranges(), b in ranges(), start in -5i64..50, len in 1i64..20) {
            let (a, b) = (Coverage::from(a), Coverage::from(b));
            let (in_a, in_b) = (covered(&a), covered(&b));
            let window = TimeRange::new(start, start + len).unwrap();
            let inside: BTreeSet<i64> = ALL.chain(60..80).filter(|ms| window.contains_ms(*ms)).collect();
            for (made, by_hand) in [
                (a.union(&b), &in_a | &in_b),
                (a.minus(&b), &in_a - &in_b),
                (a.intersection(&b), &in_a & &in_b),
                (a.within(window), &in_a & &inside),
                (a.gaps(window), &inside - &in_a),
            ] {
                prop_assert!(is_normal(&made), "{:?}", made);
                prop_assert_eq!(covered(&made), by_hand);
            }
            prop_assert_eq!(a.contains(window), inside.is_subset(&in_a));
            prop_assert!(a.minus(&a).ranges().is_empty());
        }
    }
}
