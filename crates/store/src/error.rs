//! What can go wrong with stored bytes, and what a person can do about it.

/// What a person can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Try again later.
    Retry,
    /// Free space, then go on.
    FreeSpace,
    /// Choose another location or change its permissions.
    ChangePlace,
    /// The blob is gone or damaged; fetch it again.
    Discard,
    /// Report it.
    Report,
}

/// A failed operation on stored bytes. Every variant names the path.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Nothing lies at the path.
    #[error("{path}: not there")]
    NotFound {
        /// Where.
        path: String,
    },
    /// A whole blob lies at the path already.
    #[error("{path}: exists already and is never overwritten")]
    AlreadyExists {
        /// Where.
        path: String,
    },
    /// The blob ends before the range asked for.
    #[error("{path}: holds {size} bytes, {end} were asked for")]
    ShortRead {
        /// Where.
        path: String,
        /// What it holds.
        size: u64,
        /// The end of the range asked for.
        end: u64,
    },
    /// No space left.
    #[error(
        "{path}: no space left ({reason}); free some and fetch again, what was finished is kept"
    )]
    Full {
        /// Where.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// Not allowed.
    #[error("{path}: not allowed ({reason})")]
    Denied {
        /// Where.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// The system has no handles or no memory left for it.
    #[error("{path}: cannot be opened now ({reason})")]
    Exhausted {
        /// Where.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// Another writer holds the dataset.
    #[error(
        "{path}: another tab or process is writing here; wait for it or close it, then try again"
    )]
    Locked {
        /// Which directory.
        path: String,
    },
    /// A path that is not allowed.
    #[error("`{path}` is not a path below the cache")]
    BadPath {
        /// The path.
        path: String,
    },
    /// A name that is not rebuildable was to be overwritten.
    #[error("{path}: only files whose names start with `_` are ever overwritten")]
    NeverReplaced {
        /// Where.
        path: String,
    },
    /// Anything else the system said.
    #[error("{path}: {action} failed: {reason}")]
    Io {
        /// Where.
        path: String,
        /// What was tried.
        action: &'static str,
        /// The system's words.
        reason: String,
    },
}

impl StoreError {
    /// The system's words where the bytes were not reached at all, which says nothing of them.
    pub fn access_reason(&self) -> Option<&str> {
        match self {
            Self::Denied { reason, .. } | Self::Exhausted { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// What a person can do.
    pub const fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Full { .. } => StoreErrorKind::FreeSpace,
            Self::Denied { .. } => StoreErrorKind::ChangePlace,
            Self::Locked { .. } | Self::Io { .. } | Self::Exhausted { .. } => StoreErrorKind::Retry,
            Self::NotFound { .. } | Self::ShortRead { .. } => StoreErrorKind::Discard,
            Self::AlreadyExists { .. } | Self::BadPath { .. } | Self::NeverReplaced { .. } => {
                StoreErrorKind::Report
            }
        }
    }
}
