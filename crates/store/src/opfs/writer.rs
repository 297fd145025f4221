//! Writing a blob to the private file system.
//!
//! Bytes go to the file at once; the file counts as a blob once it is flushed, of the right size, and closed.

use super::OpfsStore;
use super::handle::Handle;
use crate::attempt::Attempt;
use crate::error::StoreError;
use crate::file::{OpenFile, flush_and_check, write_all};
use crate::port::{BlobStore, BlobWriter};
use bytes::Bytes;

/// Appends to one new file.
#[derive(Debug)]
pub struct OpfsWriter {
    store: OpfsStore,
    file: OpfsFile,
    size: u64,
}

/// A handle that knows its path.
#[derive(Debug)]
struct OpfsFile {
    path: String,
    handle: Handle,
}

impl OpenFile for OpfsFile {
    fn path(&self) -> &str {
        &self.path
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> Result<usize, StoreError> {
        self.handle.write(bytes, at, &self.attempt())
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.handle.flush(&self.attempt())
    }

    fn size(&self) -> Result<u64, StoreError> {
        self.handle.size(&self.attempt())
    }
}

impl OpfsFile {
    fn attempt(&self) -> Attempt {
        Attempt::new(&self.path, "writing")
    }
}

impl OpfsWriter {
    pub(super) fn new(store: OpfsStore, path: &str, handle: Handle) -> Self {
        let path = path.to_owned();
        Self {
            store,
            file: OpfsFile { path, handle },
            size: 0,
        }
    }
}

impl BlobWriter for OpfsWriter {
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        write_all(&self.file, &bytes, self.size)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    async fn finish(self) -> Result<u64, StoreError> {
        let finished = flush_and_check(&self.file, self.size);
        if finished.is_err() {
            self.abandon().await;
            return finished;
        }
        let attempt = self.file.attempt();
        self.file.handle.close(&attempt).await?;
        finished
    }

    async fn abandon(self) {
        let attempt = self.file.attempt();
        let OpfsFile { path, handle } = self.file;
        // IMPORTANT: closed first, because an open file cannot be removed.
        // Best effort: what stays behind is a prefix and never counts.
        if handle.close(&attempt).await.is_ok() {
            let _ = self.store.remove(&path).await;
        }
    }
}
