//! A failed call: what happened, what to do next, and what kind of step that is.

use serde::{Deserialize, Serialize};

/// What a person can do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailKind {
    /// Stopped on request.
    Cancelled,
    /// Try again.
    Retry,
    /// Change the request.
    ChangeRequest,
    /// Give another key or region.
    SignIn,
    /// Free space.
    FreeSpace,
    /// Choose another place to write.
    ChangePlace,
    /// Fetch again or delete.
    Repair,
    /// The worker ended; a new one was started.
    WorkerEnded,
    /// The opened window is not known; open it again.
    Reopen,
    /// A file of the opened window has been deleted; open it again, then fetch what is missing.
    Gone,
    /// Report it.
    Report,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What happened.
    pub message: String,
    /// The next step.
    pub remedy: String,
    /// The kind of next step.
    pub kind: FailKind,
    /// The part that fails a check, where that is the reason.
    pub damaged: Option<String>,
}

impl Failed {
    /// A failure that is not caused by a damaged part.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>, kind: FailKind) -> Self {
        Self {
            message: message.into(),
            remedy: remedy.into(),
            kind,
            damaged: None,
        }
    }

    /// Whether the opened window is to be opened again.
    pub fn is_lost(&self) -> bool {
        matches!(self.kind, FailKind::Reopen | FailKind::Gone)
    }
}
