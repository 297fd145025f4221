//! What can go wrong with a command: what happened, what to do, and the exit code.
//!
//! Holds no key, no URL with a query and no message text.

use crate::exit::Exit;
use std::io;
use windrow_engine::EngineError;
use windrow_source::{SourceError, SourceErrorKind};
use windrow_store::{StoreError, StoreErrorKind};

/// A command that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// What was asked for cannot be.
    #[error("{message}")]
    BadInput {
        /// What is wrong.
        message: String,
        /// What would be right.
        remedy: String,
    },
    /// A filter expression that is none.
    #[error("{message}")]
    Expression {
        /// What is wrong and where.
        message: String,
        /// The expression around the mistake, and a caret under it.
        excerpt: [String; 2],
        /// What would be right.
        remedy: String,
    },
    /// Requests are needed and no key is there.
    #[error("there is no API key, and this needs {what}")]
    NoKey {
        /// What it is needed for.
        what: &'static str,
    },
    /// The key cannot be sent.
    #[error("RAPID7_API_KEY holds characters that no API key has")]
    BadKey,
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The source failed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file besides the cache.
    #[error("{path} cannot be {action}: {reason}")]
    File {
        /// Which.
        path: String,
        /// `read` or `written`.
        action: &'static str,
        /// The system's words.
        reason: String,
    },
    /// Standard output is gone or full.
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
    /// The window is not wholly held, and was asked to be.
    #[error("the window is not wholly held: {missing} missing")]
    NotComplete {
        /// How much, in words.
        missing: String,
    },
    /// Anything else.
    #[error("{message}")]
    Failed {
        /// What happened.
        message: String,
        /// What to do.
        remedy: String,
    },
}

impl CliError {
    /// The exit code.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::BadInput { .. } | Self::Expression { .. } => Exit::BadInput,
            Self::NoKey { .. } | Self::BadKey => Exit::NotAuthorised,
            Self::Engine(error) => match error {
                EngineError::Source(error) => source_exit(error),
                EngineError::Store(_)
                | EngineError::Damaged { .. }
                | EngineError::Inaccessible { .. }
                | EngineError::Overlap { .. } => Exit::Cache,
                _ => Exit::Failed,
            },
            Self::Source(error) => source_exit(error),
            Self::Store(_) => Exit::Cache,
            Self::File { .. }
            | Self::Output(_)
            | Self::NotComplete { .. }
            | Self::Failed { .. } => Exit::Failed,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        let text = match self {
            Self::BadInput { remedy, .. }
            | Self::Expression { remedy, .. }
            | Self::Failed { remedy, .. } => remedy,
            Self::NoKey { .. } => "set RAPID7_API_KEY to an API key of this region",
            Self::BadKey => "set RAPID7_API_KEY to the key alone, without spaces or quotes",
            Self::Engine(EngineError::Source(error)) | Self::Source(error) => source_remedy(error),
            Self::Engine(EngineError::Store(error)) | Self::Store(error) => store_remedy(error),
            Self::Engine(EngineError::Damaged { path, .. }) => {
                return format!(
                    "fetch the window again with `windrow fetch --repair`, delete the file with `windrow delete --part {}`, or go round the cache with --bypass",
                    quoted(path)
                );
            }
            Self::Engine(EngineError::Overlap { first, second, .. }) => {
                return format!(
                    "delete the one you trust less, with `windrow delete --part {}` or `windrow delete --part {}`, or go round the cache with --bypass",
                    quoted(first),
                    quoted(second)
                );
            }
            Self::Engine(error) => error.remedy(),
            Self::File { .. } => "check the path, its permissions and the free space",
            Self::Output(_) => "check where the output goes",
            Self::NotComplete { .. } => "fetch the window first (windrow fetch)",
        };
        text.to_owned()
    }

    /// Whether the reader of standard output has gone, as `head` does: no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let path = crate::show::escape(path);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-=%~+:".contains(&byte);
    if path.bytes().all(is_plain) && !path.starts_with('~') {
        path.into_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

const fn store_remedy(error: &StoreError) -> &'static str {
    match error.kind() {
        StoreErrorKind::FreeSpace => {
            "free space or delete windows (windrow delete), then run it again: what was finished is kept"
        }
        StoreErrorKind::ChangePlace => {
            "choose another place with --cache-dir (LOG_INGESTION_CACHE_DIR), or change its permissions"
        }
        StoreErrorKind::Discard => {
            "run it again; if it stays so, fetch the window again with --repair"
        }
        StoreErrorKind::Retry => {
            "run it again; if it stays so, check --cache-dir (LOG_INGESTION_CACHE_DIR), its permissions and its disk"
        }
        _ => "report it with the event log (--events FILE)",
    }
}

const fn source_exit(error: &SourceError) -> Exit {
    match error {
        SourceError::Unreachable { .. } => Exit::NoServer,
        _ => match error.kind() {
            SourceErrorKind::SignIn => Exit::NotAuthorised,
            SourceErrorKind::ChangeRequest => Exit::BadInput,
            _ => Exit::Failed,
        },
    }
}

const fn source_remedy(error: &SourceError) -> &'static str {
    match error {
        SourceError::Unreachable { .. } => {
            "check --region (RAPID7_DATA_STORAGE_REGION) or --base-url, and the network; what was finished is kept"
        }
        SourceError::Unauthorised { .. } => {
            "a key works in its own region only: check RAPID7_API_KEY and --region (RAPID7_DATA_STORAGE_REGION)"
        }
        SourceError::UnknownLog { .. } => {
            "check --log (RAPID7_LOG_KEY): `windrow logs` lists the logs of this region"
        }
        SourceError::Aggregates { .. } => {
            "leave the aggregating part out of --query (RAPID7_QUERY); `windrow summary` counts what was fetched"
        }
        SourceError::BadQuery { .. } => "check --query (RAPID7_QUERY)",
        SourceError::BadSetting { .. } => "correct the setting and run it again",
        SourceError::StillRunning { .. } => {
            "ask for a smaller window, or raise --poll-max-wall-seconds (POLL_MAX_WALL_SECONDS) and --poll-max-iterations (POLL_MAX_ITERATIONS)"
        }
        SourceError::Failed { .. } => {
            "run it again later: what was finished is kept and only the rest is fetched"
        }
        _ => "report it with the event log (--events FILE)",
    }
}
