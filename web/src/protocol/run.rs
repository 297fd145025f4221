//! What a run costs, how far it is and what it did.

use super::FailKind;
use serde::{Deserialize, Serialize};
use windrow_model::{Decision, TimeRange};

/// What fetching would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Each gap's own.
    pub gaps: Vec<GapPrice>,
    /// Events of all gaps.
    pub events: u64,
    /// Pages of all gaps.
    pub pages: u64,
    /// Requests of all gaps.
    pub requests: u64,
    /// What would be provisional.
    pub provisional: Option<TimeRange>,
    /// Bytes on disk, about.
    pub stored_bytes: u64,
    /// Whether parts that are held say how many an event takes; else it is the usual figure.
    pub is_measured: bool,
    /// Requests the rate limit leaves, where the source has told.
    pub quota_left: Option<u64>,
    /// When there are new ones, from now, milliseconds.
    pub quota_resets_in_ms: Option<u64>,
    /// How long the rate limit would make the requests wait, milliseconds, at least.
    pub limit_wait_ms: u64,
}

/// What fetching a gap would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapPrice {
    /// The gap.
    pub range: TimeRange,
    /// Events by the source's count.
    pub events: u64,
    /// Whether it lies beyond what the source keeps.
    pub beyond_retention: bool,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The range that got further.
    pub gap: TimeRange,
    /// Ranges under way.
    pub under_way: Vec<TimeRange>,
    /// How many ranges have ended.
    pub ended: u32,
    /// How many ranges there are.
    pub ranges: u32,
    /// How much of the run is done, in thousandths.
    pub share: u32,
    /// Everything of the range before this is kept.
    pub kept_until_ms: i64,
    /// What the run will cost, once all gaps are counted: before the first page.
    pub expected: Option<Expected>,
    /// Events received in the run.
    pub rows: u64,
    /// Pages of the run.
    pub pages: u64,
    /// Requests of the run.
    pub requests: u64,
    /// Body bytes received.
    pub bytes_received: u64,
    /// Parts written.
    pub parts: u64,
    /// What the source is waiting for.
    pub pause: Option<Pause>,
}

/// What a request to the log API waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Why.
    pub words: String,
    /// Until when, epoch milliseconds, where that is known.
    pub until_ms: Option<i64>,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whether everything asked for is held now.
    pub ok: bool,
    /// What was asked for: the window shown, or a range of it.
    pub asked: TimeRange,
    /// How that related to what was held.
    pub decision: Decision,
    /// Rows of it that are proven.
    pub rows: u64,
    /// Rows this run kept.
    pub rows_written: u64,
    /// Pages received.
    pub pages: u64,
    /// Requests sent.
    pub requests: u64,
    /// Parts written.
    pub parts: u64,
    /// Bytes written.
    pub bytes_written: u64,
    /// Body bytes received.
    pub bytes_received: u64,
    /// What was to be expected of the same.
    pub expected: Expected,
    /// Waits for the rate limit and before another try, milliseconds.
    pub waited_ms: u64,
    /// Events received twice and kept once.
    pub duplicates: u64,
    /// Start to end, milliseconds.
    pub duration_ms: u64,
    /// Stopped on request.
    pub cancelled: bool,
    /// Ranges proven and kept.
    pub kept: Vec<TimeRange>,
    /// Ranges shown, not proven: too close to now.
    pub provisional: Vec<TimeRange>,
    /// Ranges shown that can never be proven: beyond what the log API keeps.
    pub beyond_retention: Vec<TimeRange>,
    /// Rows of the window that are shown, not proven, where they were counted.
    pub provisional_rows: Option<u64>,
    /// Ranges that failed.
    pub failures: Vec<Failure>,
    /// Parts a repair replaced or kept.
    pub repairs: Vec<Repair>,
    /// The run whose bypass directory holds the rows.
    pub bypass_run: Option<String>,
    /// The same record as `--json` prints it.
    pub json: String,
}

/// What a run was to cost, by the source's counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Events.
    pub events: u64,
    /// Pages, at least.
    pub pages: u64,
    /// Requests, at least.
    pub requests: u64,
    /// Bytes on disk, about.
    pub stored_bytes: u64,
    /// Waits for the rate limit, milliseconds, at least.
    pub limit_wait_ms: u64,
}

/// A range that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What is still missing.
    pub range: TimeRange,
    /// What happened.
    pub reason: String,
    /// The next step.
    pub remedy: String,
    /// The same for the page.
    pub kind: FailKind,
}

/// A damaged part that was fetched again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The damaged part.
    pub path: String,
    /// Rows its footer names.
    pub rows_before: u64,
    /// Rows the repair holds.
    pub rows_after: u64,
    /// Whether it was removed.
    pub removed: bool,
}

/// A structured event: the line as it is written, and what the list shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLine {
    /// When, RFC 3339.
    pub ts: String,
    /// `INFO`, `WARN` or `ERROR`.
    pub level: String,
    /// Its name.
    pub event: String,
    /// The whole event as one JSON object.
    pub json: String,
}
