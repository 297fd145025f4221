//! Counts a gap before its first page, and says which ranges it becomes.
//!
//! Takes a gap of the plan, gives the ranges to fetch: the gap with its count, or slices of a long one.
//! Adds what they will cost to the run's counters, and announces the whole once every gap is counted.
//! Invariant: no gap is counted twice.

use crate::fetch::context::RunContext;
use crate::fetch::cost::estimate::limit_ms;
use crate::fetch::cost::split::split_and_price;
use crate::fetch::range::Gap;
use crate::fetch::stop::Stop;
use tokio_util::sync::CancellationToken;
use windrow_model::TimeRange;
use windrow_model::event::{Expected, RunEvent};
use windrow_source::{Clock, LogSource};
use windrow_store::{BlobStore, layout};

/// What a gap becomes: itself with its count, or slices.
pub(crate) async fn count_gap<S: BlobStore, L: LogSource, C: Clock>(
    context: &RunContext<'_, S, L, C>,
    gap: &Gap,
    cancel: &CancellationToken,
) -> Result<Vec<Gap>, Stop> {
    let range = gap.range;
    context.counters.borrow_mut().begin(range);
    let count = match context.count(range, range, cancel).await {
        Ok(count) => count,
        Err(stop) => {
            context.counters.borrow_mut().end_uncounted(range);
            return Err(stop);
        }
    };
    let source = context.ports.source;
    let parallel = if gap.may_be_split {
        context.request.flush.parallel
    } else {
        1
    };
    let (slices, cost) = split_and_price(source.profile(), range, &count, parallel);
    let cost = Expected {
        stored_bytes: context.bytes_per_event.get().times(cost.events),
        ..cost
    };
    let mut counters = context.counters.borrow_mut();
    counters.count(range, slices.len(), cost);
    source.expect(counters.requests_left());
    drop(counters);
    if let [_] = slices.as_slice() {
        let count = Some(count);
        let gap = Gap {
            count,
            ..gap.clone()
        };
        return Ok(vec![gap]);
    }
    let slice = |range| Gap {
        range,
        dir: layout::segment_dir(&gap.dataset_dir, range),
        ..gap.clone()
    };
    Ok(slices.into_iter().map(slice).collect())
}

/// Announces what the whole run will cost; `first` is the first of its `ranges`.
pub(crate) fn announce_cost<S, L: LogSource, C: Clock>(
    context: &RunContext<'_, S, L, C>,
    first: TimeRange,
    ranges: u64,
) {
    let mut counters = context.counters.borrow_mut();
    let source = context.ports.source;
    let quota = source.quota();
    let limit = quota.or(source.profile().documented_quota);
    counters.expected.quota_left = quota.map(|quota| quota.left);
    counters.expected.limit_wait_ms = limit_ms(counters.requests_left(), limit);
    let expected = counters.expected;
    let progress = counters.progress(first, None, context.now_ms());
    drop(counters);
    context.telemetry.emit(RunEvent::FetchPriced {
        log_id: context.request.dataset.log_id().to_owned(),
        requested_range: context.request.window,
        ranges,
        expected,
    });
    context.telemetry.progress(progress);
}
