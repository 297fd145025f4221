//! A window as it is cached: its plan, its spans and its figures.

use super::{Failed, Problem};
use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, Decision, TimeRange};

/// Identifies an opened window in the worker.
pub type ViewId = u32;

/// Opens a window of what is cached, without any network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenWindow {
    /// Log and query.
    pub dataset: Dataset,
    /// The window.
    pub window: TimeRange,
    /// The bypass run to show instead of the cache.
    pub bypass_run: Option<String>,
}

/// What is cached of a window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenedWindow {
    /// What is cached and what is missing.
    pub plan: WindowPlan,
    /// The opened window; nothing where it cannot be read.
    pub view: Option<WindowView>,
    /// Why it cannot be read.
    pub error: Option<Failed>,
    /// Unverified files of the window.
    pub problems: Vec<Problem>,
}

/// What of a window is cached and what is missing, each in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowPlan {
    /// How the window relates to what is cached.
    pub decision: Decision,
    /// Cached.
    pub cached: Vec<TimeRange>,
    /// Not cached.
    pub missing: Vec<TimeRange>,
}

/// An opened window, or the rows of one that a filter selects (see [`Ask`](super::Ask)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowView {
    /// Identifies it in the worker.
    pub id: ViewId,
    /// Rows that can be read, provisional ones included.
    pub rows: u64,
    /// Rows that are proven.
    pub proven_rows: u64,
    /// The whole window in order, each span in one state.
    pub spans: Vec<Span>,
    /// The names of the fields that its parts know of, in order.
    pub fields: Vec<String>,
    /// Whether there are no others.
    pub are_all_fields: bool,
}

impl WindowView {
    /// Whether anything of the window is cached, even if only proven empty.
    pub fn holds_any(&self) -> bool {
        self.spans
            .iter()
            .any(|span| span.state != SpanState::Missing)
    }
}

/// A part of a window in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where.
    pub range: TimeRange,
    /// How it is cached.
    pub state: SpanState,
    /// Rows.
    pub rows: u64,
    /// Bytes of the parts behind it.
    pub bytes: u64,
    /// When the oldest of it was fetched, epoch milliseconds.
    pub fetched_at_ms: Option<i64>,
}

/// How a span is cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpanState {
    /// Proven, with rows.
    Cached,
    /// Proven, without rows.
    Empty,
    /// Fetched by a bypass run: whole, and not part of the cache.
    Bypass,
    /// Shown, not proven.
    Provisional,
    /// Not cached.
    Missing,
    /// Was cached and fails a check.
    Damaged,
}

/// Computes the figures of an opened window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summarize {
    /// The opened window.
    pub view: ViewId,
}

/// The figures of a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Proven rows.
    pub rows: u64,
    /// Provisional rows.
    pub provisional_rows: u64,
    /// Name, type and, where known, number of nulls.
    pub columns: Vec<(String, String, Option<u64>)>,
    /// First event.
    pub first_ms: Option<i64>,
    /// Last event.
    pub last_ms: Option<i64>,
    /// Parts.
    pub parts: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether every millisecond is proven.
    pub complete: bool,
    /// The same record as `--json` prints it.
    pub json: String,
}
