//! What can go wrong in a run, and what a person can do about it.

use serde::{Deserialize, Serialize};
use windrow_columnar::EncodeError;
use windrow_model::TimeRange;
use windrow_source::{SourceError, SourceErrorKind};
use windrow_store::{StoreError, StoreErrorKind};

/// What is wrong with rows whose columns are not those of the format.
pub(crate) const OTHER_TYPE: &str = "a column has another type";

/// What a person can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// Try again later; what was finished is kept.
    Retry,
    /// Change the log, the window, the query or a setting.
    ChangeRequest,
    /// Give another key or region.
    SignIn,
    /// Free space.
    FreeSpace,
    /// Choose another place to write.
    ChangePlace,
    /// Fetch the damaged range again, or delete it.
    Repair,
    /// Report it.
    Report,
}

impl ErrorKind {
    /// The next step, in words.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Retry => "run it again: what was finished is kept and only the rest is fetched",
            Self::ChangeRequest => "change the request and run it again",
            Self::SignIn => "give a valid API key for this region and run it again",
            Self::FreeSpace => "free space or delete windows, then run it again",
            Self::ChangePlace => "choose a cache that can be written, or change its permissions",
            Self::Repair => {
                "fetch it again with --repair (on the page: Fetch again), delete the file (`windrow delete --part`), or bypass the cache"
            }
            Self::Report => "report it with the event log",
        }
    }
}

/// A run or a reading that failed. Every variant names the range or the file.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The source failed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A part could not be encoded.
    #[error("a part of {range} could not be encoded: {source}")]
    Encode {
        /// What it was to hold.
        range: TimeRange,
        /// Why not.
        source: EncodeError,
    },
    /// A part that was whole fails a check.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// Which part.
        path: String,
        /// What fails.
        reason: String,
    },
    /// A part is there and could not be opened, which says nothing of what it holds.
    #[error("{path} cannot be opened: {reason}")]
    Inaccessible {
        /// Which part.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// A part of the window is of a newer format: only that version knows what it claims.
    #[error(
        "{path} was written by a newer Windrow and is left alone; fetch this window with that version, bypass the cache, or delete the file if there is none"
    )]
    Newer {
        /// Which part.
        path: String,
    },
    /// Two parts of equal generation claim the same milliseconds.
    #[error(
        "{first} and {second} both claim {range}; delete the one you trust less, or bypass the cache"
    )]
    Overlap {
        /// What is claimed twice.
        range: TimeRange,
        /// One part.
        first: String,
        /// The other.
        second: String,
    },
    /// The source broke its own order.
    #[error(
        "the source sent an event of {at_ms} after one of {after_ms}; nothing of {range} is claimed"
    )]
    Disorder {
        /// The range being fetched.
        range: TimeRange,
        /// The later one's time.
        at_ms: i64,
        /// The earlier one's time.
        after_ms: i64,
    },
    /// The source's count and its events disagree.
    #[error(
        "the source counts {counted} events in {range} and sent {received}, twice; nothing of it is claimed"
    )]
    Incomplete {
        /// The range being fetched.
        range: TimeRange,
        /// By its count query.
        counted: u64,
        /// By its pages.
        received: u64,
    },
    /// An event is larger than a source takes in.
    #[error(
        "{event} is larger than {} ({bytes} bytes), so its millisecond is not claimed",
        size(*limit_bytes)
    )]
    TooLarge {
        /// Which one: `event 4096 of 2026-11-24T11:00:00Z`.
        event: String,
        /// Its size.
        bytes: u64,
        /// What the source takes in.
        limit_bytes: u64,
    },
    /// What this run had kept, or had found in the cache, is not there any more: somebody else removed the files.
    #[error(
        "what was kept of {range} is gone: the cache was cleared or its files were removed while this ran"
    )]
    Gone {
        /// What is missing again.
        range: TimeRange,
    },
    /// Files of this run that claim what turned out not to be proven, and could not be removed.
    #[error("{} could not be removed and must not be believed: {reason}", paths.join(", "))]
    Unproven {
        /// Which files.
        paths: Vec<String>,
        /// Why not.
        reason: String,
    },
    /// The chain of pages leads in a circle.
    #[error("the source led back to a page it had given before, in {range}")]
    Circle {
        /// The range being fetched.
        range: TimeRange,
    },
}

impl EngineError {
    /// What a person can do.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) => match error.kind() {
                StoreErrorKind::FreeSpace => ErrorKind::FreeSpace,
                StoreErrorKind::ChangePlace => ErrorKind::ChangePlace,
                StoreErrorKind::Discard => ErrorKind::Repair,
                StoreErrorKind::Retry => ErrorKind::Retry,
                _ => ErrorKind::Report,
            },
            Self::Source(error) => match error.kind() {
                SourceErrorKind::Retry => ErrorKind::Retry,
                SourceErrorKind::ChangeRequest => ErrorKind::ChangeRequest,
                SourceErrorKind::SignIn => ErrorKind::SignIn,
                _ => ErrorKind::Report,
            },
            Self::Damaged { .. } | Self::Overlap { .. } | Self::Unproven { .. } => {
                ErrorKind::Repair
            }
            Self::Inaccessible { .. } => ErrorKind::ChangePlace,
            Self::Newer { .. } | Self::TooLarge { .. } => ErrorKind::ChangeRequest,
            Self::Disorder { .. }
            | Self::Incomplete { .. }
            | Self::Gone { .. }
            | Self::Circle { .. } => ErrorKind::Retry,
            Self::Encode { .. } => ErrorKind::Report,
        }
    }

    /// The next step, in words.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unproven { .. } => {
                "delete each of these files (`windrow delete --part`), then run it again"
            }
            Self::Inaccessible { .. } => {
                "give this user access to it, or raise the limit on open files (`ulimit -n`), and run it again: nothing of it is lost"
            }
            Self::TooLarge { .. } => {
                "leave it out with a query, or read it at the source; everything else of the range is kept"
            }
            _ => self.kind().remedy(),
        }
    }

    /// Rows that cannot be read, though their part is there: trying again may never help, fetching again does.
    pub(crate) fn unreadable(path: &str, error: StoreError) -> Self {
        if let Some(reason) = error.access_reason() {
            return Self::Inaccessible {
                path: path.to_owned(),
                reason: reason.to_owned(),
            };
        }
        match error {
            StoreError::Io { .. } | StoreError::ShortRead { .. } => Self::damaged(path, error),
            error => error.into(),
        }
    }

    pub(crate) fn damaged(path: &str, reason: impl ToString) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

fn size(bytes: u64) -> String {
    match bytes >> 20 {
        mebibytes if mebibytes << 20 == bytes => format!("{mebibytes} MiB"),
        _ => format!("{bytes} bytes"),
    }
}
