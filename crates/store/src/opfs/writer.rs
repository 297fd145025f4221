//! A blob on its way into the private file system.
//!
//! Bytes go to the file as they come; the file counts as a blob once it is flushed, of the right size, and closed.

use super::OpfsStore;
use super::fault::Fault;
use super::handle::Handle;
use crate::error::StoreError;
use crate::port::{BlobStore, BlobWriter};
use bytes::Bytes;

/// Appends to one new file.
#[derive(Debug)]
pub struct OpfsWriter {
    store: OpfsStore,
    path: String,
    handle: Handle,
    size: u64,
}

impl OpfsWriter {
    pub(super) fn new(store: OpfsStore, path: &str, handle: Handle) -> Self {
        Self {
            store,
            path: path.to_owned(),
            handle,
            size: 0,
        }
    }

    fn fault(&self) -> Fault {
        Fault::new(&self.path, "writing")
    }

    /// Makes what was appended durable, and checks that it is all there.
    fn settle(&self) -> Result<u64, StoreError> {
        let fault = self.fault();
        self.handle.flush(&fault)?;
        let size = self.handle.size(&fault)?;
        if size == self.size {
            return Ok(size);
        }
        Err(fault.said(&format!("{size} bytes of {} arrived", self.size)))
    }
}

impl BlobWriter for OpfsWriter {
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.handle.write(&bytes, self.size, &self.fault())?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    async fn finish(self) -> Result<u64, StoreError> {
        let settled = self.settle();
        if settled.is_err() {
            self.abandon().await;
        }
        settled
    }

    async fn abandon(self) {
        let Self {
            store,
            path,
            handle,
            ..
        } = self;
        // IMPORTANT: closed first, because an open file cannot be removed.
        drop(handle);
        // Best effort: what stays behind is torn and never counts.
        let _ = store.remove(&path).await;
    }
}
