//! Splits a long gap into slices that are fetched at once, and says what that costs: pure functions.
//!
//! Takes a gap, the source's count of it and how many ranges may run at once; gives slices that join up to exactly the gap.
//! Each slice becomes a segment of its own and is counted once more, so a gap is split only where that request hardly matters.

use windrow_model::TimeRange;
use windrow_model::event::Expected;
use windrow_source::{Count, Profile};

/// A slice is worth at least so many pages.
const LEAST_PAGES: u64 = 20;

/// A slice has about so many pages at most, so that little is at stake when its count disagrees.
const MOST_PAGES: u64 = 200;

/// Slices of equal length in time; only the gap itself where splitting it would not pay.
fn split(range: TimeRange, pages: u64, parallel: usize) -> Vec<TimeRange> {
    if parallel < 2 {
        return vec![range];
    }
    let most = (parallel as u64).max(pages / MOST_PAGES);
    let slices = (pages / LEAST_PAGES).min(most).min(range.duration_ms());
    let bound = |at: u64| {
        let part = u128::from(range.duration_ms()) * u128::from(at) / u128::from(slices.max(1));
        range
            .start_ms()
            .saturating_add(i64::try_from(part).unwrap_or(i64::MAX))
    };
    let split: Vec<_> = (0..slices)
        .filter_map(|at| TimeRange::new(bound(at), bound(at + 1)).ok())
        .collect();
    if split.is_empty() { vec![range] } else { split }
}

/// The slices of a counted gap. What lies past the watermark goes along with the last one; what cannot be claimed at all is not split.
fn split_gap(profile: &Profile, gap: TimeRange, count: &Count, parallel: usize) -> Vec<TimeRange> {
    let claimable = count
        .server_ms
        .filter(|_| !count.beyond_retention)
        .and_then(|now_ms| gap.before(now_ms.saturating_sub(profile.settle_ms)));
    let Some(claimable) = claimable else {
        return vec![gap];
    };
    let mut slices = split(claimable, pages(profile, count.events), parallel);
    if let Some(last) = slices.last_mut()
        && let Ok(longer) = TimeRange::new(last.start_ms(), gap.end_ms())
    {
        *last = longer;
    }
    slices
}

/// The ranges a counted gap becomes, itself or slices, and what they cost.
pub(crate) fn split_and_price(
    profile: &Profile,
    gap: TimeRange,
    count: &Count,
    parallel: usize,
) -> (Vec<TimeRange>, Expected) {
    let slices = split_gap(profile, gap, count, parallel);
    let settled_ms = count.server_ms.filter(|_| !count.beyond_retention);
    let across = settled_ms
        .map(|now_ms| now_ms.saturating_sub(profile.settle_ms))
        .is_some_and(|ms| ms > gap.start_ms() && ms < gap.end_ms());
    let cost = expected(profile, count.events, slices.len() as u64, across);
    (slices, cost)
}

/// What a gap costs. One that lies `across` the watermark is counted twice there and ends in a chain of its own.
fn expected(profile: &Profile, events: u64, slices: u64, across: bool) -> Expected {
    let across = u64::from(across);
    let whole = pages(profile, events).max(1);
    // The first count of a gap that is split serves no slice, and every slice ends in a page that may not be full.
    let (counts, ends) = if slices > 1 {
        (slices + 1, slices - 1)
    } else {
        (1, 0)
    };
    let pages = whole + ends + across;
    Expected {
        events,
        pages,
        requests: counts + pages * u64::from(profile.requests_per_page) + across,
        ..Expected::default()
    }
}

fn pages(profile: &Profile, events: u64) -> u64 {
    events.div_ceil(u64::from(profile.page_limit.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_model::Coverage;
    use windrow_source::{Bounds, Order};

    fn range(start_ms: i64, end_ms: i64) -> TimeRange {
        TimeRange::new(start_ms, end_ms).unwrap()
    }

    fn profile() -> Profile {
        Profile {
            source: "test".into(),
            order: Order::Ascending,
            bounds: Bounds::Unknown,
            page_limit: 500,
            requests_per_page: 1,
            documented_quota: None,
            max_event_bytes: 16 << 20,
            settle_ms: 60,
        }
    }

    fn count(events: u64, server_ms: Option<i64>) -> Count {
        Count {
            events,
            server_ms,
            requests: 1,
            beyond_retention: false,
        }
    }

    #[test]
    fn a_small_gap_is_never_split() {
        for pages in 0..2 * LEAST_PAGES {
            assert_eq!(split(range(0, 1_000), pages, 4), [range(0, 1_000)]);
        }
        assert_eq!(split(range(0, 1_000), 10_000, 1), [range(0, 1_000)]);
    }

    #[test]
    fn slices_join_up_to_the_gap_and_never_overlap() {
        for (start, duration) in [(0, 1), (5, 7), (1_700_000_000_000, 86_400_001)] {
            for pages in [0, 39, 40, 79, 80, 799, 800, 5_000, 1_000_000] {
                for parallel in [0, 1, 2, 4, 16] {
                    let gap = range(start, start + duration);
                    let slices = split(gap, pages, parallel);
                    let joined: Coverage = slices.iter().copied().collect();
                    assert_eq!(joined.ranges(), [gap]);
                    let sum: u64 = slices.iter().map(|slice| slice.duration_ms()).sum();
                    assert_eq!(sum, gap.duration_ms());
                    let worth = pages / LEAST_PAGES;
                    assert!(slices.len() as u64 <= worth.max(1));
                }
            }
        }
    }

    #[test]
    fn a_gap_is_split_for_all_that_run_at_once_and_further_only_when_it_is_very_long() {
        assert_eq!(split(range(0, 1_000), 80, 4).len(), 4);
        assert_eq!(split(range(0, 1_000), 700, 4).len(), 4);
        assert_eq!(split(range(0, 1_000), 2_000, 4).len(), 10);
    }

    #[test]
    fn what_lies_past_the_watermark_stays_with_the_last_slice() {
        let slices = split_gap(&profile(), range(0, 1_000), &count(50_000, Some(860)), 4);
        let ends: Vec<_> = slices.iter().map(|slice| slice.end_ms()).collect();
        assert_eq!(ends, [200, 400, 600, 1_000]);
        let unsettled = split_gap(&profile(), range(900, 1_000), &count(50_000, Some(860)), 4);
        assert_eq!(unsettled, [range(900, 1_000)]);
        let undated = split_gap(&profile(), range(0, 1_000), &count(50_000, None), 4);
        assert_eq!(undated, [range(0, 1_000)]);
    }

    #[test]
    fn the_price_of_a_split_gap_names_every_count() {
        let whole = expected(&profile(), 1_000, 1, false);
        assert_eq!((whole.pages, whole.requests), (2, 3));
        let across = expected(&profile(), 1_000, 1, true);
        assert_eq!((across.pages, across.requests), (3, 5));
        let split = expected(&profile(), 50_000, 4, false);
        assert_eq!((split.pages, split.requests), (103, 108));
        let twice = Profile {
            requests_per_page: 2,
            ..profile()
        };
        let two_each = expected(&twice, 1_000, 1, false);
        assert_eq!((two_each.pages, two_each.requests), (2, 5));
    }
}
