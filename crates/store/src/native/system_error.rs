//! Errors of the system and of `object_store`, as [`StoreError`]s.
//!
//! Invariant: no text given on holds a query string, where stores carry signatures.

use crate::attempt::Attempt;
use crate::error::StoreError;
use object_store::Error as ObjectError;
use std::error::Error;
use std::io;

/// Longest text of a system that is passed on, in characters.
const REASON_CHARS: usize = 300;

impl Attempt {
    /// What the operating system said.
    pub(super) fn io(&self, error: &io::Error) -> StoreError {
        let path = self.path.clone();
        let reason = error.to_string();
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => StoreError::NotFound { path },
            io::ErrorKind::AlreadyExists => StoreError::AlreadyExists { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                StoreError::Full { path, reason }
            }
            io::ErrorKind::FileTooLarge => StoreError::Full {
                path,
                reason: format!("a limit on the size of files, see `ulimit -f`: {reason}"),
            },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::Denied { path, reason }
            }
            _ if is_exhausted(error) => StoreError::Exhausted { path, reason },
            _ => self.failed(&reason),
        }
    }

    /// What an object store said, or the operating system below it.
    pub(super) fn object(&self, error: ObjectError) -> StoreError {
        let path = self.path.clone();
        match &error {
            ObjectError::NotFound { .. } => StoreError::NotFound { path },
            ObjectError::AlreadyExists { .. } => StoreError::AlreadyExists { path },
            ObjectError::PermissionDenied { .. } | ObjectError::Unauthenticated { .. } => {
                StoreError::Denied {
                    path,
                    reason: without_query(&error.to_string()),
                }
            }
            _ => match io_below(&error) {
                Some(below) => self.io(below),
                None => self.failed(&without_query(&error.to_string())),
            },
        }
    }
}

fn is_exhausted(error: &io::Error) -> bool {
    // ENFILE and EMFILE, which have no kind of their own; the same numbers on every Unix.
    let no_handles = cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24));
    no_handles || error.kind() == io::ErrorKind::OutOfMemory
}

fn io_below(error: &ObjectError) -> Option<&io::Error> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<io::Error>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// A text without what follows a `?` up to the next space, and of bearable length.
pub(super) fn without_query(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.split('?').next().unwrap_or_default())
        .collect();
    words.join(" ").chars().take(REASON_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_cut_from_what_a_store_says() {
        let said = without_query("GET https://bucket.example/a?X-Amz-Signature=abc failed");
        assert_eq!(said, "GET https://bucket.example/a failed");
    }

    #[test]
    #[cfg(unix)]
    fn a_system_without_handles_is_told_from_a_broken_disk() {
        let attempt = Attempt::new("a", "reading");
        for (number, is_access) in [(24, true), (23, true), (13, true), (5, false)] {
            let error = attempt.io(&io::Error::from_raw_os_error(number));
            assert_eq!(error.access_reason().is_some(), is_access, "{error}");
        }
    }

    #[test]
    fn a_full_disk_below_an_object_store_is_full() {
        let error = ObjectError::Generic {
            store: "LocalFileSystem",
            source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
        };
        assert!(matches!(
            Attempt::new("a", "writing").object(error),
            StoreError::Full { .. }
        ));
    }
}
