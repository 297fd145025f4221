//! What is held, as the page shows it: windows, segments, datasets, figures.

use super::{Failed, ViewId};
use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, Decision, TimeRange};

/// A log one can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The API's name for it.
    pub id: String,
    /// The name people know it by.
    pub name: String,
}

/// What of a window is held and what is missing, each in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// How the window relates to what is held.
    pub decision: Decision,
    /// Held.
    pub cached: Vec<TimeRange>,
    /// Not held.
    pub missing: Vec<TimeRange>,
}

/// What is held of a window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Looked {
    /// What is held and what is missing.
    pub plan: Planned,
    /// The opened window; nothing where it cannot be read.
    pub view: Option<View>,
    /// Why it cannot be read.
    pub refused: Option<Failed>,
    /// Files of the window that prove nothing.
    pub problems: Vec<Problem>,
}

/// An opened window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Its name in the worker.
    pub id: ViewId,
    /// Rows that can be read, provisional ones included.
    pub rows: u64,
    /// Rows that are proven.
    pub proven_rows: u64,
    /// The whole window in order, each stretch in one state.
    pub stretches: Vec<Stretch>,
}

impl View {
    /// Whether anything of the window is held, were it only proven empty.
    pub fn holds_any(&self) -> bool {
        self.stretches
            .iter()
            .any(|stretch| stretch.state != Holding::Missing)
    }
}

/// A stretch of a window in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Where.
    pub range: TimeRange,
    /// How it is held.
    pub state: Holding,
    /// Rows.
    pub rows: u64,
    /// Bytes of the parts behind it.
    pub bytes: u64,
    /// When the oldest of it was fetched, epoch milliseconds.
    pub fetched_at_ms: Option<i64>,
}

/// How a stretch is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holding {
    /// Proven, with rows.
    Cached,
    /// Proven, without rows.
    Empty,
    /// Fetched by a bypass run: whole, and not part of the cache.
    Beside,
    /// Shown, not proven.
    Provisional,
    /// Not held.
    Missing,
    /// Was held and fails a check.
    Damaged,
}

/// What lies on disk of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDisk {
    /// Its segments, in order.
    pub segments: Vec<Segment>,
    /// What its bypass runs have left, the oldest first.
    pub runs: Vec<BypassRun>,
}

/// What a bypass run has left, beside the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BypassRun {
    /// The run.
    pub run_id: String,
    /// Directory below the cache root.
    pub dir: String,
    /// What it was asked for, where anything says so.
    pub window: Option<TimeRange>,
    /// When it began, epoch milliseconds.
    pub started_ms: Option<i64>,
    /// Whole parts and provisional files.
    pub parts: u64,
    /// Rows in them.
    pub rows: u64,
    /// Bytes of all its files.
    pub bytes: u64,
}

/// A segment directory with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Directory below the cache root.
    pub dir: String,
    /// The range it was fetched for.
    pub range: TimeRange,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Path below the cache root.
    pub path: String,
    /// Its claim, or the range of a provisional file.
    pub claim: TimeRange,
    /// Which repair wrote it.
    pub generation: u32,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// When it was fetched, epoch milliseconds.
    pub fetched_at_ms: i64,
    /// Whether any millisecond is read through it.
    pub owned: bool,
    /// Shown, not claimed.
    pub provisional: bool,
}

/// A file that proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Path below the cache root.
    pub path: String,
    /// `torn`, `damaged`, `unreadable`, `foreign` or `newer`.
    pub kind: String,
    /// In words.
    pub reason: String,
    /// The range it was meant for.
    pub range: Option<TimeRange>,
}

impl Problem {
    /// Whether data that was held is lost or cannot be read now.
    pub fn is_damage(&self) -> bool {
        matches!(self.kind.as_str(), "damaged" | "unreadable")
    }
}

/// A window in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Proven rows.
    pub rows: u64,
    /// Provisional rows.
    pub provisional_rows: u64,
    /// Name, type and, where known, number of absent values.
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

/// A dataset as the list of what is held shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldDataset {
    /// Its directory.
    pub directory: String,
    /// What it is, where its parts say so.
    pub dataset: Option<Dataset>,
    /// The ranges held.
    pub ranges: Vec<TimeRange>,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Files that prove nothing.
    pub problems: u64,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Whether every byte is as it was written.
    pub ok: bool,
    /// Parts read.
    pub parts: u64,
    /// Rows decoded.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Claims that overlap, in words.
    pub overlaps: Vec<String>,
}
