//! The files behind the windows: datasets, segments, parts, and what is done with them.

use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, TimeRange};

/// Lists everything that is cached, by dataset.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ListDatasets {}

/// A cached dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedDataset {
    /// Its directory.
    pub dir: String,
    /// Log and query, where its parts say so.
    pub dataset: Option<Dataset>,
    /// The cached ranges.
    pub ranges: Vec<TimeRange>,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Number of unverified files.
    pub problems: u64,
}

/// Lists the files of a dataset.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListSegments {
    /// Log and query.
    pub dataset: Dataset,
}

/// The files of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetFiles {
    /// Its segments, in order.
    pub segments: Vec<Segment>,
    /// What its bypass runs have left, the oldest first.
    pub runs: Vec<BypassRun>,
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

/// What a bypass run has left, beside the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BypassRun {
    /// The run.
    pub run_id: String,
    /// Directory below the cache root.
    pub dir: String,
    /// The window it fetched, where anything says so.
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

/// An unverified file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Path below the cache root.
    pub path: String,
    /// `torn`, `damaged`, `unreadable`, `foreign` or `newer`.
    pub kind: String,
    /// The reason, as a sentence.
    pub reason: String,
    /// The range it was meant for.
    pub range: Option<TimeRange>,
}

impl Problem {
    /// Whether data that was cached is lost or cannot be read now.
    pub fn is_damage(&self) -> bool {
        matches!(self.kind.as_str(), "damaged" | "unreadable")
    }
}

/// Deletes some of a dataset.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delete {
    /// Log and query.
    pub dataset: Dataset,
    /// What of it.
    pub selection: Deletion,
}

/// What to delete of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deletion {
    /// All of it.
    All,
    /// One segment.
    Segment(TimeRange),
    /// One part.
    Part(String),
    /// What a bypass run has left.
    Run(String),
}

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// Files removed.
    pub files: u64,
    /// Bytes freed.
    pub bytes: u64,
}

/// Reads and checks every byte of a window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Verify {
    /// Log and query.
    pub dataset: Dataset,
    /// The window.
    pub window: TimeRange,
}

/// The progress of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyProgress {
    /// Parts read so far.
    pub parts_read: u64,
    /// Parts to read.
    pub parts: u64,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReport {
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
    /// Overlapping claims, each as a sentence.
    pub overlaps: Vec<String>,
}

/// Reads the bytes of a part.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadPart {
    /// Path below the cache root.
    pub path: String,
}

/// The bytes of a part, which cross as one buffer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartBytes(#[serde(with = "serde_bytes")] pub Vec<u8>);
