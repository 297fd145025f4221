//! What fetching a window would cost, by the source's own counts.

use super::{Connection, RunMode};
use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, TimeRange};

/// Estimates the cost of fetching a window: one count query a gap.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EstimateCost {
    /// The log API.
    pub connection: Connection,
    /// Log and query.
    pub dataset: Dataset,
    /// The window.
    pub window: TimeRange,
    /// How the fetch would treat what is cached.
    pub mode: RunMode,
}

/// What fetching would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostEstimate {
    /// Each gap's own.
    pub gaps: Vec<GapCost>,
    /// Events of all gaps.
    pub events: u64,
    /// Pages of all gaps.
    pub pages: u64,
    /// Requests of all gaps.
    pub requests: u64,
    /// What would be provisional.
    pub provisional: Option<TimeRange>,
    /// Estimated bytes on disk.
    pub stored_bytes: u64,
    /// Whether cached parts say how many bytes an event takes; else a default is assumed.
    pub is_measured: bool,
    /// Requests left within the rate limit, where the source has said so.
    pub quota_left: Option<u64>,
    /// When the rate limit is reset, milliseconds from now.
    pub quota_resets_in_ms: Option<u64>,
    /// How long the rate limit would delay the requests, milliseconds, at least.
    pub limit_wait_ms: u64,
}

/// What fetching a gap would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapCost {
    /// The gap.
    pub range: TimeRange,
    /// Events by the source's count.
    pub events: u64,
    /// Whether it lies beyond the source's retention.
    pub beyond_retention: bool,
}

/// What a run was expected to cost, by the source's counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Events.
    pub events: u64,
    /// Pages, at least.
    pub pages: u64,
    /// Requests, at least.
    pub requests: u64,
    /// Estimated bytes on disk.
    pub stored_bytes: u64,
    /// Delay by the rate limit, milliseconds, at least.
    pub limit_wait_ms: u64,
}
