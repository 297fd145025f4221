//! Locks between tasks of one process.
//!
//! Invariant: of all clones of one [`LocalLocks`], at most one guard of a name lives at a time.
//! Memory: one string for each guard that lives.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The names that are locked now.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalLocks(Arc<Mutex<BTreeSet<String>>>);

/// Holds one name until it is dropped.
#[derive(Debug)]
pub struct LocalLock {
    locks: LocalLocks,
    name: String,
}

impl LocalLocks {
    fn names(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes `name` if nobody holds it.
    pub(crate) fn try_lock(&self, name: &str) -> Option<LocalLock> {
        self.names().insert(name.to_owned()).then(|| LocalLock {
            locks: self.clone(),
            name: name.to_owned(),
        })
    }
}

impl Drop for LocalLock {
    fn drop(&mut self) {
        self.locks.names().remove(&self.name);
    }
}
