//! What of a window is held and what is missing: the decision before the first request.
//!
//! Takes a window and the claims of a dataset, gives a [`Plan`]. Pure, `O(n log n)` in the number of claims.

use crate::claim::{Claim, ownership};
use crate::coverage::Coverage;
use crate::range::TimeRange;
use serde::{Deserialize, Serialize};

/// How a window relates to what is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Everything is held: no request.
    Hit,
    /// Some is held: only the gaps are fetched.
    Partial,
    /// Nothing of it is held.
    #[default]
    Miss,
    /// The cache was not asked.
    Bypass,
}

/// A window split into what is held and what is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What was asked for.
    pub window: TimeRange,
    /// How the window relates to what is held.
    pub decision: Decision,
    /// The held milliseconds of the window.
    #[serde(rename = "cached_ranges")]
    pub cached: Coverage,
    /// The milliseconds of the window to fetch.
    #[serde(rename = "missing_ranges")]
    pub missing: Coverage,
    /// Where two claims of equal generation meet inside the window: such a dataset is not fetched into or read from.
    pub overlaps: Vec<TimeRange>,
}

impl Plan {
    /// Plans `window` against the claims held.
    pub fn new(window: TimeRange, claims: &[Claim]) -> Self {
        let mut ranges: Vec<TimeRange> = claims
            .iter()
            .filter_map(|claim| claim.range.intersection(window))
            .collect();
        // The one sort. Only a dataset whose claims really meet pays for the sweep over their bounds.
        ranges.sort_unstable();
        let disjoint = ranges
            .iter()
            .zip(ranges.iter().skip(1))
            .all(|(left, right)| left.end_ms() <= right.start_ms());
        let overlaps = if disjoint {
            Vec::new()
        } else {
            overlaps(window, claims)
        };
        let cached = Coverage::from(ranges);
        let missing = cached.gaps(window);
        let decision = if missing.is_empty() {
            Decision::Hit
        } else if cached.is_empty() {
            Decision::Miss
        } else {
            Decision::Partial
        };
        Self {
            window,
            decision,
            cached,
            missing,
            overlaps,
        }
    }

    /// Fetches the whole window and leaves the cache alone.
    pub fn bypass(window: TimeRange) -> Self {
        Self {
            window,
            decision: Decision::Bypass,
            cached: Coverage::new(),
            missing: [window].into_iter().collect(),
            overlaps: Vec::new(),
        }
    }
}

/// Where the highest claims on a millisecond of `window` have equal generations.
fn overlaps(window: TimeRange, claims: &[Claim]) -> Vec<TimeRange> {
    let near: Vec<Claim> = claims
        .iter()
        .filter(|claim| claim.range.intersects(window))
        .copied()
        .collect();
    ownership(&near)
        .overlaps
        .iter()
        .filter_map(|overlap| overlap.range.intersection(window))
        .collect::<Coverage>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(start_ms: i64, end_ms: i64) -> TimeRange {
        TimeRange::new(start_ms, end_ms).unwrap()
    }

    fn claims(ranges: &[(i64, i64)]) -> Vec<Claim> {
        ranges
            .iter()
            .map(|(s, e)| Claim {
                range: range(*s, *e),
                generation: 0,
            })
            .collect()
    }

    #[test]
    fn several_gaps_are_found_in_order() {
        let plan = Plan::new(
            range(0, 100),
            &claims(&[(60, 70), (10, 20), (20, 30), (200, 300)]),
        );
        assert_eq!(plan.decision, Decision::Partial);
        assert_eq!(plan.cached.ranges(), [range(10, 30), range(60, 70)]);
        assert_eq!(
            plan.missing.ranges(),
            [range(0, 10), range(30, 60), range(70, 100)]
        );
    }

    #[test]
    fn a_claim_that_only_touches_the_window_is_a_miss() {
        let plan = Plan::new(range(10, 20), &claims(&[(0, 10), (20, 30)]));
        assert_eq!(plan.decision, Decision::Miss);
        assert_eq!(plan.missing.ranges(), [range(10, 20)]);
    }

    #[test]
    fn a_wider_claim_is_a_hit() {
        let plan = Plan::new(range(10, 20), &claims(&[(0, 100)]));
        assert_eq!(plan.decision, Decision::Hit);
        assert!(plan.missing.is_empty());
    }

    #[test]
    fn overlaps_are_listed_only_inside_the_window() {
        let all = claims(&[(0, 15), (10, 30), (25, 40)]);
        assert_eq!(Plan::new(range(0, 20), &all).overlaps, [range(10, 15)]);
        assert!(Plan::new(range(15, 25), &all).overlaps.is_empty());
    }

    proptest! {
        #[test]
        fn cached_and_missing_split_the_window_exactly(
            held in prop::collection::vec((-5i64..60, 1i64..20), 0..10),
            start in 0i64..50, length in 1i64..30
        ) {
            let window = range(start, start + length);
            let held: Vec<(i64, i64)> = held.iter().map(|(s, l)| (*s, s + l)).collect();
            let plan = Plan::new(window, &claims(&held));
            for ms in start - 3..start + length + 3 {
                let is_held = held.iter().any(|(s, e)| *s <= ms && ms < *e);
                let inside = window.contains_ms(ms);
                prop_assert_eq!(plan.cached.ranges().iter().any(|r| r.contains_ms(ms)), is_held && inside);
                prop_assert_eq!(plan.missing.ranges().iter().any(|r| r.contains_ms(ms)), !is_held && inside);
            }
            for ranges in [plan.cached.ranges(), plan.missing.ranges()] {
                prop_assert!(ranges.windows(2).all(|w| w[0].end_ms() < w[1].start_ms()));
            }
            prop_assert_eq!(plan.decision == Decision::Hit, plan.missing.is_empty());
        }
    }
}
