//! A file that proves nothing: what is wrong with it, and the range it was meant for.

use crate::error::EngineError;
use serde::{Deserialize, Serialize};
use windrow_model::TimeRange;
use windrow_store::StoreError;

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
    /// Could not be opened, which says nothing of what it holds.
    Inaccessible,
    /// Not ours, or not where it belongs; left alone.
    Foreign,
    /// Written by a newer version; left alone.
    Newer,
}

impl ProblemKind {
    /// What a file is whose bytes were not given, and why.
    pub(crate) fn of_unread(error: &StoreError) -> (Self, String) {
        match error.access_reason() {
            Some(reason) => (Self::Inaccessible, reason.to_owned()),
            None => (Self::Unreadable, error.to_string()),
        }
    }

    /// Whether what the file was meant to hold is needed and not given.
    pub const fn is_harm(self) -> bool {
        matches!(self, Self::Damaged | Self::Unreadable | Self::Inaccessible)
    }
}

impl Problem {
    /// The error of whoever needs what the file holds.
    pub fn to_error(&self) -> EngineError {
        let (path, reason) = (self.path.clone(), self.reason.clone());
        match self.kind {
            ProblemKind::Inaccessible => EngineError::Inaccessible { path, reason },
            _ => EngineError::Damaged { path, reason },
        }
    }
}
