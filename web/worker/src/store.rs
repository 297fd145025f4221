//! Where the worker keeps parts: the browser's private file system, or memory where that is refused.

use bytes::Bytes;
use std::ops::Range;
use windrow_protocol::browser::task;
use windrow_store::{
    BlobInfo, BlobStore, BlobWriter, MemoryStore, OpfsStore, StoreError, StoreErrorKind,
};

/// Attempts to open where the failure may be transient.
const OPENS: u32 = 4;
const OPEN_AGAIN_MS: u64 = 250;

async fn open_opfs() -> Result<OpfsStore, StoreError> {
    let store = OpfsStore::open(None).await?;
    match store.check_writable().await {
        Ok(()) | Err(StoreError::Full { .. }) => Ok(store),
        Err(error) => Err(error),
    }
}

/// Chosen once, when the worker starts.
#[derive(Clone, Debug)]
pub(super) enum BrowserStore {
    /// Files outlive the tab.
    Opfs(OpfsStore),
    /// Files end with the worker.
    Memory(MemoryStore),
}

/// A blob being written.
#[derive(Debug)]
pub(super) enum BrowserWriter {
    Opfs(<OpfsStore as BlobStore>::Writer),
    Memory(<MemoryStore as BlobStore>::Writer),
}

/// A dataset's lock, held until dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "a lock is held by its mere existence")]
pub(super) enum BrowserLock {
    Opfs(<OpfsStore as BlobStore>::Lock),
    Memory(<MemoryStore as BlobStore>::Lock),
}

impl BrowserStore {
    /// The browser's file system where it can be opened and written; else memory, with the reason.
    ///
    /// A full file system is used too: its files can be read and deleted.
    pub(super) async fn open() -> (Self, Option<String>) {
        let mut tries = 1;
        loop {
            match open_opfs().await {
                Ok(store) => return (Self::Opfs(store), None),
                // A private window of Safari fails with what looks transient, and so does a browser that has just started.
                Err(error) if error.kind() == StoreErrorKind::Retry && tries < OPENS => {
                    tries += 1;
                    task::sleep_ms(OPEN_AGAIN_MS).await;
                }
                Err(error) => return (Self::Memory(MemoryStore::new()), Some(error.to_string())),
            }
        }
    }
}

impl BlobStore for BrowserStore {
    type Writer = BrowserWriter;
    type Lock = BrowserLock;

    fn location(&self) -> String {
        match self {
            Self::Opfs(store) => store.location(),
            Self::Memory(store) => store.location(),
        }
    }

    fn leaves_partial_writes(&self) -> bool {
        match self {
            Self::Opfs(store) => store.leaves_partial_writes(),
            Self::Memory(store) => store.leaves_partial_writes(),
        }
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        match self {
            Self::Opfs(store) => store.check_writable().await,
            Self::Memory(store) => store.check_writable().await,
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        match self {
            Self::Opfs(store) => store.list(prefix).await,
            Self::Memory(store) => store.list(prefix).await,
        }
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        match self {
            Self::Opfs(store) => store.read(path, range).await,
            Self::Memory(store) => store.read(path, range).await,
        }
    }

    async fn create(&self, path: &str) -> Result<Self::Writer, StoreError> {
        Ok(match self {
            Self::Opfs(store) => BrowserWriter::Opfs(store.create(path).await?),
            Self::Memory(store) => BrowserWriter::Memory(store.create(path).await?),
        })
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        match self {
            Self::Opfs(store) => store.replace(path, bytes).await,
            Self::Memory(store) => store.replace(path, bytes).await,
        }
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        match self {
            Self::Opfs(store) => store.remove(path).await,
            Self::Memory(store) => store.remove(path).await,
        }
    }

    async fn lock(&self, prefix: &str) -> Result<Self::Lock, StoreError> {
        Ok(match self {
            Self::Opfs(store) => BrowserLock::Opfs(store.lock(prefix).await?),
            Self::Memory(store) => BrowserLock::Memory(store.lock(prefix).await?),
        })
    }
}

impl BlobWriter for BrowserWriter {
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        match self {
            Self::Opfs(writer) => writer.append(bytes).await,
            Self::Memory(writer) => writer.append(bytes).await,
        }
    }

    async fn finish(self) -> Result<u64, StoreError> {
        match self {
            Self::Opfs(writer) => writer.finish().await,
            Self::Memory(writer) => writer.finish().await,
        }
    }

    async fn abandon(self) {
        match self {
            Self::Opfs(writer) => writer.abandon().await,
            Self::Memory(writer) => writer.abandon().await,
        }
    }
}
