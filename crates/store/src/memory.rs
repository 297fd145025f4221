//! A store in memory: for tests, and for a browser that refuses to keep anything.
//!
//! Memory: everything that was written.

use crate::error::StoreError;
use crate::path::check;
use crate::port::{BlobInfo, BlobStore, BlobWriter};
use bytes::{Bytes, BytesMut};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// Blobs in memory. A clone is another handle to the same blobs.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    blobs: BTreeMap<String, Bytes>,
    locked: BTreeSet<String>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts bytes under a path as they are, over what is there: what a disk or a person may do behind the port's back.
    pub fn put_raw(&self, path: &str, bytes: Bytes) {
        self.0.borrow_mut().blobs.insert(path.to_owned(), bytes);
    }
}

impl BlobStore for MemoryStore {
    type Writer = MemoryWriter;
    type Lock = MemoryLock;

    fn location(&self) -> String {
        "memory".into()
    }

    fn tears(&self) -> bool {
        false
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        if !prefix.is_empty() {
            check(prefix)?;
        }
        let inside = |path: &str| {
            prefix.is_empty()
                || path
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        Ok(self
            .0
            .borrow()
            .blobs
            .iter()
            .filter(|(path, _)| inside(path))
            .map(|(path, bytes)| BlobInfo {
                path: path.clone(),
                size: bytes.len() as u64,
            })
            .collect())
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        check(path)?;
        let state = self.0.borrow();
        let bytes = state.blobs.get(path).ok_or_else(|| StoreError::NotFound {
            path: path.to_owned(),
        })?;
        let within = |at: u64| usize::try_from(at).ok().filter(|at| *at <= bytes.len());
        match (within(range.start), within(range.end)) {
            (Some(start), Some(end)) if start <= end => Ok(bytes.slice(start..end)),
            _ => Err(StoreError::ShortRead {
                path: path.to_owned(),
                size: bytes.len() as u64,
                end: range.end,
            }),
        }
    }

    async fn create(&self, path: &str) -> Result<MemoryWriter, StoreError> {
        check(path)?;
        if self.0.borrow().blobs.contains_key(path) {
            return Err(StoreError::AlreadyExists {
                path: path.to_owned(),
            });
        }
        Ok(MemoryWriter {
            store: self.clone(),
            path: path.to_owned(),
            bytes: BytesMut::new(),
        })
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        crate::path::check_rebuildable(path)?;
        self.put_raw(path, bytes);
        Ok(())
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        check(path)?;
        self.0.borrow_mut().blobs.remove(path);
        Ok(())
    }

    async fn lock(&self, prefix: &str) -> Result<MemoryLock, StoreError> {
        if self.0.borrow_mut().locked.insert(prefix.to_owned()) {
            Ok(MemoryLock {
                store: self.clone(),
                prefix: prefix.to_owned(),
            })
        } else {
            // Nothing else runs that could let go while this waits.
            Err(StoreError::Locked {
                path: prefix.to_owned(),
            })
        }
    }
}

/// A blob in the making; nobody sees it before it is finished.
#[derive(Debug)]
pub struct MemoryWriter {
    store: MemoryStore,
    path: String,
    bytes: BytesMut,
}

impl BlobWriter for MemoryWriter {
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.bytes.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(self) -> Result<u64, StoreError> {
        let mut state = self.store.0.borrow_mut();
        if state.blobs.contains_key(&self.path) {
            return Err(StoreError::AlreadyExists { path: self.path });
        }
        let size = self.bytes.len() as u64;
        state.blobs.insert(self.path, self.bytes.freeze());
        Ok(size)
    }

    async fn abandon(self) {}
}

/// The writer lock of a directory.
#[derive(Debug)]
pub struct MemoryLock {
    store: MemoryStore,
    prefix: String,
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.store.0.borrow_mut().locked.remove(&self.prefix);
    }
}
