//! Which bounds of a request a source includes, where it does not say: learnt from a row that is held.
//!
//! Takes times of held rows, gives the [`IncludedBounds`]. Costs three small pages a comparison.
//! A row's millisecond is looked for in a request around it, in one that begins with it and in one that ends with it:
//! no event that came late or was lost makes a bound look otherwise than it is.
//! Memory: the events of a page.

use windrow_model::{Dataset, EventBatch, TimeRange};
use windrow_source::{Bounds, LogSource, SliceRequest, SourceError, Verdict};

/// How many rows are tried before nothing is learnt: the source may have lost some.
const TRIES: usize = 3;
/// How many pages of one request are looked at: a millisecond may hold many events.
const PAGES: usize = 4;

/// How many milliseconds a request must leave out at each end, so that nothing beside its slice is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IncludedBounds {
    pub(super) first_ms: u8,
    pub(super) last_ms: u8,
}

impl IncludedBounds {
    /// The source says what it includes, and is asked accordingly.
    const KNOWN: Self = Self {
        first_ms: 0,
        last_ms: 0,
    };
    /// Both are included: taken where nothing can be learnt.
    const BOTH: Self = Self {
        first_ms: 1,
        last_ms: 1,
    };

    /// The bounds that `source` includes. `rows_ms` are times of rows held; requests are added to `requests`.
    pub(super) async fn learn<L: LogSource>(
        source: &L,
        dataset: &Dataset,
        rows_ms: impl Iterator<Item = i64>,
        requests: &mut u64,
    ) -> Result<Self, SourceError> {
        if source.profile().bounds == Bounds::HalfOpen {
            return Ok(Self::KNOWN);
        }
        // Before the first milliseconds of all there is nothing to ask for.
        for ms in rows_ms.filter(|ms| *ms > 1).take(TRIES) {
            let mut seen = [false; 3];
            // Sent with the bounds (ms - 1, ms + 1), (ms, ms + 2) and (ms - 2, ms).
            for (seen, start_ms) in seen.iter_mut().zip([ms, ms + 1, ms - 1]) {
                if let Ok(range) = TimeRange::new(start_ms, start_ms + 1) {
                    *seen = has(source, dataset, range, ms, requests).await?;
                }
            }
            if let [true, first, last] = seen {
                return Ok(Self {
                    first_ms: first.into(),
                    last_ms: last.into(),
                });
            }
        }
        Ok(Self::BOTH)
    }

    /// How long a slice must be to be asked for.
    pub(super) fn shortest_ms(self) -> u64 {
        1 + u64::from(self.first_ms) + u64::from(self.last_ms)
    }

    /// What to ask for, so that exactly the milliseconds of `range` are counted.
    pub(super) fn inside(self, range: TimeRange) -> Option<TimeRange> {
        let start_ms = range.start_ms() + i64::from(self.first_ms);
        TimeRange::new(start_ms, range.end_ms() - i64::from(self.last_ms)).ok()
    }
}

/// Whether the answer to a request for `range` has an event of the millisecond `ms`.
async fn has<L: LogSource>(
    source: &L,
    dataset: &Dataset,
    range: TimeRange,
    ms: i64,
    requests: &mut u64,
) -> Result<bool, SourceError> {
    let mut cursor = source.first(&SliceRequest::of(dataset, range))?;
    for _ in 0..PAGES {
        let mut events = EventBatch::new();
        let page = source.page(&cursor, &mut events, &|_| {}).await?;
        *requests += page.requests;
        if events.timestamps.contains(&ms) {
            return Ok(true);
        }
        match page.verdict {
            Verdict::More(next) => cursor = next,
            _ => break,
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_stays_inside_its_slice() {
        let range = |start_ms, end_ms| TimeRange::new(start_ms, end_ms).unwrap();
        let half_open = IncludedBounds {
            last_ms: 0,
            ..IncludedBounds::BOTH
        };
        for (bounds, inside, shortest_ms) in [
            (IncludedBounds::KNOWN, range(5, 9), 1),
            (half_open, range(6, 9), 2),
            (IncludedBounds::BOTH, range(6, 8), 3),
        ] {
            assert_eq!(bounds.inside(range(5, 9)), Some(inside));
            assert_eq!(bounds.shortest_ms(), shortest_ms);
            let short = range(5, 5 + shortest_ms as i64);
            assert!(bounds.inside(short).is_some());
            assert_eq!(
                short
                    .before(short.end_ms() - 1)
                    .and_then(|r| bounds.inside(r)),
                None
            );
        }
    }
}
