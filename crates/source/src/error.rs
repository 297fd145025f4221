//! What can go wrong with a source, and what a person can do about it.

use crate::http::HttpError;

/// What a person can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// Try again later.
    Retry,
    /// Change the log, the window or the query.
    ChangeRequest,
    /// Give another key or region.
    SignIn,
    /// Report it.
    Report,
}

/// A source that could not be asked or whose answer cannot be used. Holds no key, no URL with a query, no message text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// No whole answer, after all tries.
    #[error("no answer from {host} after {attempts} tries: {source}")]
    Unreachable {
        /// Host and port asked.
        host: String,
        /// How often.
        attempts: u32,
        /// The last failure.
        source: HttpError,
    },
    /// 401 or 403.
    #[error("{host} refused the API key ({status}); check the key and the region")]
    Unauthorised {
        /// Host and port asked.
        host: String,
        /// 401 or 403.
        status: u16,
    },
    /// 404 for a log or a region.
    #[error("{host} knows no such log ({what}); check the log id and the region")]
    UnknownLog {
        /// Host and port asked.
        host: String,
        /// The log id asked for.
        what: String,
    },
    /// 400: the request itself.
    #[error("{host} refused the query: {reason}")]
    BadQuery {
        /// Host and port asked.
        host: String,
        /// The source's words, shortened.
        reason: String,
    },
    /// The query gives statistics, not events.
    #[error(
        "the query aggregates (`{word}`) and gives no events; fetch the events and count them here"
    )]
    Aggregates {
        /// The word that aggregates.
        word: String,
    },
    /// A status that does not pass, or did not pass in all tries.
    #[error("{host} answered {status} after {attempts} tries: {reason}")]
    Failed {
        /// Host and port asked.
        host: String,
        /// The status.
        status: u16,
        /// How often.
        attempts: u32,
        /// The source's words, shortened.
        reason: String,
    },
    /// The query did not end within the polling limits.
    #[error(
        "{host} was still working after {polls} polls in {waited_ms} ms; ask for a smaller window or raise the limits"
    )]
    StillRunning {
        /// Host and port asked.
        host: String,
        /// How often it was polled.
        polls: u32,
        /// How long.
        waited_ms: u64,
    },
    /// An answer that does not have the protocol's form.
    #[error("{host} sent an answer that cannot be used: {reason}")]
    BadAnswer {
        /// Host and port asked.
        host: String,
        /// What is wrong with it, by place, without its text.
        reason: String,
    },
    /// A link that leads elsewhere or in a circle.
    #[error("{host} sent a link that is not followed: {reason}")]
    BadLink {
        /// Host and port asked.
        host: String,
        /// Why not.
        reason: String,
    },
    /// A setting that cannot be used.
    #[error("{reason}")]
    BadSetting {
        /// What is wrong and what would be right.
        reason: String,
    },
}

impl SourceError {
    /// What a person can do.
    pub const fn kind(&self) -> SourceErrorKind {
        match self {
            // What a transport does not send today it does not send tomorrow.
            Self::Unreachable {
                source: HttpError::Refused { .. },
                ..
            } => SourceErrorKind::ChangeRequest,
            Self::Unreachable { .. } | Self::Failed { .. } | Self::StillRunning { .. } => {
                SourceErrorKind::Retry
            }
            Self::Unauthorised { .. } => SourceErrorKind::SignIn,
            Self::UnknownLog { .. }
            | Self::BadQuery { .. }
            | Self::Aggregates { .. }
            | Self::BadSetting { .. } => SourceErrorKind::ChangeRequest,
            Self::BadAnswer { .. } | Self::BadLink { .. } => SourceErrorKind::Report,
        }
    }
}
