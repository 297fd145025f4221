//! Errors of the engine as sentences of the page, with a next step.

use windrow_engine::{EngineError, ErrorKind};
use windrow_protocol::{FailKind, Failed};
use windrow_store::StoreError;

pub(super) fn failed(error: EngineError) -> Failed {
    match &error {
        EngineError::Store(StoreError::NotFound { path }) => {
            return Failed::new(
                format!("{path} was deleted in the meantime, by another tab or by the browser"),
                "What is left is shown; fetch the rest again",
                FailKind::Gone,
            );
        }
        EngineError::Store(StoreError::Locked { .. }) => {
            return Failed::new(
                "A fetch, here or in another tab or process, is writing to this log, so nothing was changed",
                "Wait until it is done or stop it, then do it again",
                FailKind::Retry,
            );
        }
        _ => {}
    }
    Failed {
        message: sentence(&error.to_string()),
        remedy: remedy(error.kind(), error.remedy()),
        kind: fail_kind(error.kind()),
        damaged: match &error {
            EngineError::Damaged { path, .. } => Some(path.clone()),
            _ => None,
        },
    }
}

/// The next step in terms of the page; the engine's own where it is specific to one error.
pub(super) fn remedy(kind: ErrorKind, said: &str) -> String {
    let general = said == kind.remedy();
    match kind {
        ErrorKind::FreeSpace if general => {
            "Free space or delete something that is cached, then do it again".to_owned()
        }
        ErrorKind::ChangePlace if general => {
            "Allow this site to keep files, or use another browser or profile".to_owned()
        }
        ErrorKind::Repair if general => {
            "Fetch it again, delete it under Segments, or bypass the cache".to_owned()
        }
        ErrorKind::Repair => {
            "Delete each of these files under Segments, then fetch again".to_owned()
        }
        ErrorKind::Retry if general => "Do it again: what was finished is kept".to_owned(),
        _ => sentence(said),
    }
}

pub(super) fn fail_kind(kind: ErrorKind) -> FailKind {
    match kind {
        ErrorKind::Retry => FailKind::Retry,
        ErrorKind::ChangeRequest => FailKind::ChangeRequest,
        ErrorKind::SignIn => FailKind::SignIn,
        ErrorKind::FreeSpace => FailKind::FreeSpace,
        ErrorKind::ChangePlace => FailKind::ChangePlace,
        ErrorKind::Repair => FailKind::Repair,
        _ => FailKind::Report,
    }
}

/// Errors are written to stand in a line; on the page they stand alone. A path in front stays as it is.
fn sentence(text: &str) -> String {
    if text
        .split_whitespace()
        .next()
        .is_some_and(|word| word.contains('/'))
    {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
