//! A writer that can be killed, run out of space, and leave a torn blob behind.

use super::{FaultyStore, Operation, full, killed};
use crate::error::StoreError;
use crate::port::{BlobStore, BlobWriter};
use bytes::Bytes;
use futures_util::FutureExt;

/// A blob on its way into a [`FaultyStore`].
#[derive(Debug)]
pub struct FaultyWriter<S: BlobStore> {
    store: FaultyStore<S>,
    path: String,
    life: u64,
    /// `None` once the blob is finished, abandoned or torn.
    inner: Option<S::Writer>,
}

impl<S: BlobStore> FaultyWriter<S> {
    pub(super) fn new(store: FaultyStore<S>, path: &str, inner: S::Writer) -> Self {
        let life = store.faults().life;
        Self {
            store,
            path: path.to_owned(),
            life,
            inner: Some(inner),
        }
    }

    fn begin(&self, operation: Operation) -> Result<(), StoreError> {
        if self.inner.is_none() || self.is_of_an_earlier_life() {
            return Err(killed(operation, &self.path));
        }
        self.store.begin(operation, &self.path)
    }

    fn is_of_an_earlier_life(&self) -> bool {
        self.life != self.store.faults().life
    }

    async fn pass_on(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        match &mut self.inner {
            Some(inner) => inner.append(bytes).await,
            None => Err(killed(Operation::Append, &self.path)),
        }
    }
}

impl<S: BlobStore> BlobWriter for FaultyWriter<S> {
    async fn append(&mut self, mut bytes: Bytes) -> Result<(), StoreError> {
        let was_alive = !self.store.is_dead();
        if let Err(error) = self.begin(Operation::Append) {
            // A death in the middle of a write leaves some of it; what is tried after a death leaves nothing more.
            if was_alive && self.store.is_dead() && self.store.tears {
                self.pass_on(bytes.split_to(bytes.len() / 2)).await?;
            }
            return Err(error);
        }
        let taken = self.store.take_space(bytes.len() as u64);
        if taken < bytes.len() as u64 {
            // `taken` is less than a length in memory, so it fits.
            self.pass_on(bytes.split_to(taken as usize)).await?;
            return Err(full(&self.path));
        }
        self.pass_on(bytes).await
    }

    async fn finish(mut self) -> Result<u64, StoreError> {
        if let Err(error) = self.begin(Operation::Finish) {
            self.abandon().await;
            return Err(error);
        }
        match self.inner.take() {
            Some(inner) => inner.finish().await,
            None => Err(killed(Operation::Finish, &self.path)),
        }
    }

    async fn abandon(mut self) {
        // The dead tidy nothing up.
        if !self.store.is_dead()
            && let Some(inner) = self.inner.take()
        {
            inner.abandon().await;
        }
    }
}

impl<S: BlobStore> Drop for FaultyWriter<S> {
    fn drop(&mut self) {
        let leaves_a_prefix = self.store.tears && !self.is_of_an_earlier_life();
        if let Some(inner) = self.inner.take()
            && leaves_a_prefix
        {
            // The inner store is ready at once, and what fails here leaves nothing, which is a prefix too.
            let _ = inner.finish().now_or_never();
        }
    }
}
