//! A store in memory, for tests and for reading a tree without a disk.
//!
//! A [`MemoryStore`] is a handle: its clones see the same blobs.
//! Invariant: a blob is seen only once its writer has finished; there are no partial writes.
//! Memory: everything it holds.
//! Every lock holder lives in this process, so [`BlobStore::lock`] does not wait: it fails at once.

use crate::error::StoreError;
use crate::local_lock::{LocalLock, LocalLocks};
use crate::path;
use crate::port::{BlobInfo, BlobStore, BlobWriter};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Blobs in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    blobs: Arc<Mutex<BTreeMap<String, Bytes>>>,
    locks: LocalLocks,
}

/// Writes a blob to a [`MemoryStore`].
#[derive(Debug)]
pub struct MemoryWriter {
    store: MemoryStore,
    path: String,
    appended: Vec<Bytes>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes bytes to a path, over whatever is there: how a test plants a torn or a damaged blob.
    pub fn put_raw(&self, path: &str, bytes: Bytes) {
        self.blobs().insert(path.to_owned(), bytes);
    }

    /// Bytes held in all blobs.
    pub fn byte_size(&self) -> u64 {
        self.blobs().values().map(|blob| blob.len() as u64).sum()
    }

    fn blobs(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_free(&self, path: &str) -> Result<(), StoreError> {
        if self.blobs().contains_key(path) {
            return Err(StoreError::AlreadyExists {
                path: path.to_owned(),
            });
        }
        Ok(())
    }
}

/// Reads `range` of the blob that lies at `path` in memory, if one does.
pub(crate) fn read_held(
    path: &str,
    blob: Option<&Bytes>,
    range: Range<u64>,
) -> Result<Bytes, StoreError> {
    let path = || path.to_owned();
    let blob = blob.ok_or_else(|| StoreError::NotFound { path: path() })?;
    let size = blob.len() as u64;
    if range.end > size {
        return Err(StoreError::ShortRead {
            path: path(),
            size,
            end: range.end,
        });
    }
    // Both bounds lie inside a blob in memory, so they fit.
    let start = range.start.min(range.end) as usize;
    Ok(blob.slice(start..range.end as usize))
}

impl BlobStore for MemoryStore {
    type Writer = MemoryWriter;
    type Lock = LocalLock;

    fn location(&self) -> String {
        "memory".into()
    }

    fn leaves_partial_writes(&self) -> bool {
        false
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        path::check_directory(prefix)?;
        Ok(self
            .blobs()
            .iter()
            .filter(|(path, _)| path::is_below(path, prefix))
            .map(|(path, blob)| BlobInfo {
                path: path.clone(),
                size: blob.len() as u64,
            })
            .collect())
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        path::check(path)?;
        read_held(path, self.blobs().get(path), range)
    }

    async fn create(&self, path: &str) -> Result<MemoryWriter, StoreError> {
        path::check(path)?;
        self.check_free(path)?;
        Ok(MemoryWriter {
            store: self.clone(),
            path: path.to_owned(),
            appended: Vec::new(),
        })
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        path::check_replaceable(path)?;
        self.put_raw(path, bytes);
        Ok(())
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        path::check(path)?;
        self.blobs().remove(path);
        Ok(())
    }

    async fn lock(&self, prefix: &str) -> Result<LocalLock, StoreError> {
        path::check_directory(prefix)?;
        self.locks
            .try_lock(prefix)
            .ok_or_else(|| StoreError::Locked {
                path: prefix.to_owned(),
            })
    }
}

impl BlobWriter for MemoryWriter {
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.appended.push(bytes);
        Ok(())
    }

    async fn finish(self) -> Result<u64, StoreError> {
        let blob = match <[Bytes; 1]>::try_from(self.appended) {
            Ok([whole]) => whole,
            Err(pieces) => pieces.concat().into(),
        };
        let size = blob.len() as u64;
        let mut blobs = self.store.blobs();
        // Another creator may have finished first.
        if blobs.contains_key(&self.path) {
            return Err(StoreError::AlreadyExists { path: self.path });
        }
        blobs.insert(self.path, blob);
        Ok(size)
    }

    async fn abandon(self) {}
}
