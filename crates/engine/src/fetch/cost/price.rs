//! What fetching a window would cost, asked without fetching it: one count query a gap.

use crate::error::EngineError;
use crate::fetch::cost::estimate::{BytesPerEvent, limit_ms};
use crate::fetch::cost::split::split_and_price;
use futures_util::StreamExt;
use futures_util::stream::iter;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use windrow_model::{Dataset, Plan, TimeRange};
use windrow_source::{LogSource, Notice, Quota, SliceRequest};

/// What a plan would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Each gap's own.
    pub gaps: Vec<GapPrice>,
    /// Events in all gaps.
    pub events: u64,
    /// Pages in all gaps, at least.
    pub pages: u64,
    /// Requests in all gaps, at least: pages and counts, without polls.
    pub requests: u64,
    /// What lies too close to the source's now to be claimed.
    pub provisional: Option<TimeRange>,
    /// Requests the pricing itself took.
    pub spent_requests: u64,
    /// Bytes the events would take on disk, about.
    pub stored_bytes: u64,
    /// How that is known.
    pub bytes_per_event: BytesPerEvent,
    /// What the rate limit leaves after the pricing, as far as the source has told.
    pub quota: Option<Quota>,
    /// How long the rate limit would make the requests wait, in milliseconds, at least.
    pub limit_wait_ms: u64,
}

/// What a gap would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapPrice {
    /// The gap.
    pub range: TimeRange,
    /// Events in it, by the source's count: with those of the millisecond before and after, where it may or may not include its bounds.
    pub events: u64,
    /// Pages, at least.
    pub pages: u64,
    /// Requests, at least.
    pub requests: u64,
    /// Lies at least partly beyond what the source keeps: nothing there can be claimed.
    pub beyond_retention: bool,
}

/// Prices the gaps of a plan, several at once. Sends nothing for a window that is held. `None` when cancelled.
pub async fn price<L: LogSource>(
    source: &L,
    dataset: &Dataset,
    plan: &Plan,
    parallel: usize,
    bytes_per_event: BytesPerEvent,
    cancel: &CancellationToken,
    notices: &dyn Fn(Notice),
) -> Result<Option<Price>, EngineError> {
    let mut price = Price {
        gaps: Vec::new(),
        events: 0,
        pages: 0,
        requests: 0,
        provisional: None,
        spent_requests: 0,
        stored_bytes: 0,
        bytes_per_event,
        quota: None,
        limit_wait_ms: 0,
    };
    let count = |range: TimeRange| async move {
        let slice = SliceRequest::of(dataset, range);
        let counting = source.count(&slice, notices);
        (range, cancel.run_until_cancelled(counting).await)
    };
    let mut counting = iter(plan.missing.ranges().iter().copied())
        .map(count)
        .buffered(parallel.max(1));
    while let Some((range, counted)) = counting.next().await {
        let Some(count) = counted else {
            return Ok(None);
        };
        let count = count?;
        price.spent_requests += count.requests;
        let settled_ms = count
            .server_ms
            .map_or(range.start_ms(), |now| now - source.profile().settle_ms);
        let unsettled = range.from_ms(settled_ms);
        let (_, cost) = split_and_price(source.profile(), range, &count, parallel);
        let gap = GapPrice {
            range,
            events: count.events,
            pages: cost.pages,
            requests: cost.requests,
            beyond_retention: count.beyond_retention,
        };
        price.events += gap.events;
        price.pages += gap.pages;
        price.requests += gap.requests;
        price.provisional = price.provisional.or(unsettled);
        price.gaps.push(gap);
    }
    price.stored_bytes = bytes_per_event.times(price.events);
    price.quota = source.quota();
    let quota = price.quota.or(source.profile().documented_quota);
    price.limit_wait_ms = limit_ms(price.requests, quota);
    Ok(Some(price))
}
