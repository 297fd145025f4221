//! The writer lock of a directory.
//!
//! Invariant: held by at most one, within this process always, and across processes where the file system can lock files.
//! A file system that cannot is no error: locks save work, correctness never depends on them.
//! The lock file is removed with the last file beside it, so that a refused operation leaves nothing behind.

use crate::attempt::Attempt;
use crate::error::StoreError;
use crate::local_lock::{LocalLock, LocalLocks};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

/// How often a lock is tried, a tenth of a second apart: about three seconds.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_millis(100);

/// Two stores of one directory in one process share their locks.
static LOCAL: LazyLock<LocalLocks> = LazyLock::new(LocalLocks::default);

/// Held while one writer works below a directory; released on drop.
#[derive(Debug)]
pub struct NativeLock {
    // IMPORTANT: dropped in this order, so that who gets the local lock finds the file free.
    file: Option<LockFile>,
    _local: LocalLock,
}

/// The lock file of a directory.
#[derive(Debug)]
pub(super) struct LockFile {
    pub(super) file: File,
    pub(super) path: PathBuf,
    /// Directories above this one are made by others.
    pub(super) root: PathBuf,
}

impl NativeLock {
    /// Takes the lock of `prefix` in the store called `store`, and of the lock file if there is one.
    pub(super) async fn take(
        store: &str,
        prefix: &str,
        open: impl Fn() -> Result<Option<LockFile>, StoreError>,
    ) -> Result<Self, StoreError> {
        let name = format!("{store}\0{prefix}");
        for _ in 0..TRIES {
            if let Some(local) = LOCAL.try_lock(&name) {
                let file = open()?;
                // One that was removed before it was locked locks nobody else out.
                if is_locked(prefix, file.as_ref())?
                    && file.as_ref().is_none_or(LockFile::is_current)
                {
                    return Ok(Self {
                        file,
                        _local: local,
                    });
                }
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
        self.file.as_ref().map(|held| &held.file)
    }
}

impl Drop for NativeLock {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            file.remove_if_alone();
        }
    }
}

impl LockFile {
    /// Whether it is still the file of its name.
    fn is_current(&self) -> bool {
        let numbers = fs::metadata(&self.path).ok().zip(self.file.metadata().ok());
        numbers.is_some_and(|(named, held)| is_same(&named, &held))
    }

    /// Removes the lock file, and directories up to the root, where nothing else is in them.
    ///
    /// IMPORTANT: only while it is locked, and only where who opened it before can see that it is gone.
    fn remove_if_alone(&self) {
        let is_alone = |directory: &Path| {
            fs::read_dir(directory).is_ok_and(|mut entries| {
                entries.all(|entry| entry.is_ok_and(|it| it.path() == self.path))
            })
        };
        let Some(directory) = self.path.parent().filter(|it| cfg!(unix) && is_alone(it)) else {
            return;
        };
        if fs::remove_file(&self.path).is_err() {
            return;
        }
        for directory in directory.ancestors() {
            // One that is not empty cannot be removed.
            if directory == self.root || fs::remove_dir(directory).is_err() {
                break;
            }
        }
    }
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

fn is_locked(prefix: &str, file: Option<&LockFile>) -> Result<bool, StoreError> {
    match file.map(|held| held.file.try_lock()) {
        None | Some(Ok(())) => Ok(true),
        Some(Err(TryLockError::WouldBlock)) => Ok(false),
        Some(Err(TryLockError::Error(error))) if error.kind() == io::ErrorKind::Unsupported => {
            Ok(true)
        }
        Some(Err(TryLockError::Error(error))) => Err(Attempt::new(prefix, "locking").io(&error)),
    }
}
