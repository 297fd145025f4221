//! What was tried, and where: the half of a [`StoreError`] that does not depend on the platform.
//!
//! What a platform says about it is read beside its store: the browser's exceptions in `opfs::exception`,
//! the system's and `object_store`'s errors in `native::system_error`.

use crate::error::StoreError;

/// Something that is tried with a path.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) path: String,
    action: &'static str,
}

impl Attempt {
    /// `action` is a word such as `writing`.
    pub(crate) fn new(path: &str, action: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            action,
        }
    }

    /// It failed in a way that has no variant of its own.
    pub(crate) fn failed(&self, reason: &str) -> StoreError {
        StoreError::Io {
            path: self.path.clone(),
            action: self.action,
            reason: reason.to_owned(),
        }
    }
}
