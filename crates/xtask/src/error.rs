//! What can stop a task. Each is said in one line that names what to do.

use std::path::PathBuf;

/// Why a step or a task did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum TaskError {
    /// A tool is not there and cannot be installed from here.
    #[error("{what} is missing; get it with: {remedy}")]
    Missing {
        /// The tool.
        what: String,
        /// The exact command, or where to look.
        remedy: String,
    },
    /// A program ran and failed.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// What was run.
        command: String,
        /// How it ended.
        status: String,
    },
    /// A program could not be started.
    #[error("`{command}` could not be started: {source}")]
    NotStarted {
        /// What was to be run.
        command: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// A file or directory could not be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// Something is not as it must be.
    #[error("{0}")]
    Wrong(String),
    /// The steps printed above failed.
    #[error("failed: {0}")]
    Steps(String),
}

impl TaskError {
    /// For `map_err` on a file operation.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
