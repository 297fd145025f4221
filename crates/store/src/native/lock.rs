//! The writer lock of a directory.
//!
//! Invariant: held by at most one, within this process always, and across processes where the file system can lock files.
//! A file system that cannot is no error: locks save work, correctness never rests on them.

use super::fault::Fault;
use crate::error::StoreError;
use crate::local_lock::{LocalLock, LocalLocks};
use std::fs::{File, TryLockError};
use std::io;
use std::sync::LazyLock;
use std::time::Duration;

/// How often a lock is tried, a tenth of a second apart: about three seconds.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_millis(100);

/// Two stores of one place in one process are one.
static LOCAL: LazyLock<LocalLocks> = LazyLock::new(LocalLocks::default);

/// Held while one writer works below a directory; released on drop. The lock file stays.
#[derive(Debug)]
pub struct NativeLock {
    // IMPORTANT: dropped in this order, so that who gets the local lock finds the file free.
    file: Option<File>,
    _local: LocalLock,
}

impl NativeLock {
    /// Takes the lock of `prefix` in the store called `store`, and of the file where there is one.
    pub(super) async fn take(
        store: &str,
        prefix: &str,
        file: Option<File>,
    ) -> Result<Self, StoreError> {
        let name = format!("{store}\0{prefix}");
        for _ in 0..TRIES {
            if let Some(local) = LOCAL.try_lock(&name)
                && is_locked(prefix, file.as_ref())?
            {
                return Ok(Self {
                    file,
                    _local: local,
                });
            }
            if tokio::runtime::Handle::try_current().is_err() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(StoreError::Locked {
            path: prefix.to_owned(),
        })
    }

    /// The locked file.
    pub(super) fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }
}

fn is_locked(prefix: &str, file: Option<&File>) -> Result<bool, StoreError> {
    match file.map(File::try_lock) {
        None | Some(Ok(())) => Ok(true),
        Some(Err(TryLockError::WouldBlock)) => Ok(false),
        Some(Err(TryLockError::Error(error))) if error.kind() == io::ErrorKind::Unsupported => {
            Ok(true)
        }
        Some(Err(TryLockError::Error(error))) => Err(Fault::new(prefix, "locking").io(&error)),
    }
}
