//! A file that proves nothing: what is wrong with it, and the range it was meant for.

use serde::{Deserialize, Serialize};
use windrow_model::TimeRange;

/// A file that proves nothing, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Path below the cache root.
    pub path: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
    /// In words.
    pub reason: String,
    /// The range it was meant for, where its name or footer says so.
    pub range: Option<TimeRange>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemKind {
    /// Never finished: missing, not damaged.
    Torn,
    /// Was whole and fails a check.
    Damaged,
    /// Could not be read.
    Unreadable,
    /// Not ours, or not where it belongs; left alone.
    Foreign,
    /// Written by a newer version; left alone.
    Newer,
}
