//! A fetch: what is asked for, its progress, its events and its receipt.

use super::{Connection, Expected, FailKind};
use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, Decision, TimeRange};

/// How a run treats what is cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunMode {
    /// Fetch what is missing.
    Normal,
    /// Fetch what is missing or damaged.
    Repair,
    /// Fetch everything, beside the cache.
    Bypass,
}

/// Fetches a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchWindow {
    /// The log API.
    pub connection: Connection,
    /// Log and query.
    pub dataset: Dataset,
    /// The window.
    pub window: TimeRange,
    /// How the run treats what is cached.
    pub mode: RunMode,
    /// Whether fields of messages become columns too.
    pub promote_fields: bool,
    /// When buffers become parts; the defaults where nothing is given.
    pub flush: Option<Thresholds>,
    /// Names the run.
    pub run_id: String,
}

/// When a buffer becomes a part: whichever is reached first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Rows it may hold, at least 1.
    pub rows: u32,
    /// Bytes of all buffers, at least 1.
    pub bytes: u32,
}

/// What a fetch sends on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum FetchPush {
    /// It got further.
    Progress(Progress),
    /// It waits for another tab that writes to the same dataset. Repeated while it waits.
    Waiting,
    /// A structured event.
    Event(EventLine),
}

/// The progress of a run.
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
    /// The reason, as a sentence.
    pub text: String,
    /// Until when, epoch milliseconds, where that is known.
    pub until_ms: Option<i64>,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whether everything asked for is cached now.
    pub complete: bool,
    /// The range asked for: the window shown, or a part of it.
    pub window: TimeRange,
    /// How that related to what was cached.
    pub decision: Decision,
    /// Proven rows in it.
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
    /// What the run was expected to cost.
    pub expected: Expected,
    /// Waits for the rate limit and before retries, milliseconds.
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
    /// Ranges shown that can never be proven: beyond the log API's retention.
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

/// A range that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What is still missing.
    pub range: TimeRange,
    /// What happened.
    pub reason: String,
    /// The next step.
    pub remedy: String,
    /// The kind of next step.
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
