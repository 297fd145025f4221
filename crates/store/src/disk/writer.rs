//! Writing a blob to a simulated disk, where a crash can cut it at any byte.

use super::SimulatedDisk;
use super::state::{Operation, killed};
use crate::error::StoreError;
use crate::file::{OpenFile, flush_and_check, write_all};
use crate::port::{BlobStore, BlobWriter};
use bytes::Bytes;

/// Appends to one new blob.
#[derive(Debug)]
pub struct DiskWriter {
    file: DiskFile,
    /// What was appended, where a blob appears whole; else bytes go to the file at once.
    held: Option<Vec<u8>>,
    size: u64,
}

/// A file opened for writing; nobody else can open or remove it.
#[derive(Debug)]
pub(super) struct DiskFile {
    disk: SimulatedDisk,
    path: String,
    life: u64,
}

impl DiskFile {
    pub(super) fn new(disk: SimulatedDisk, path: &str, life: u64) -> Self {
        Self {
            disk,
            path: path.to_owned(),
            life,
        }
    }

    fn alive(&self) -> Result<std::cell::RefMut<'_, super::State>, StoreError> {
        let state = self.disk.state();
        if state.life == self.life {
            Ok(state)
        } else {
            Err(killed(&self.path))
        }
    }

    /// Closes and removes it. Best effort: what stays behind is a prefix and never counts.
    async fn remove(self) {
        let (disk, path) = (self.disk.clone(), self.path.clone());
        drop(self);
        let _ = disk.remove(&path).await;
    }
}

impl OpenFile for DiskFile {
    fn path(&self) -> &str {
        &self.path
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> Result<usize, StoreError> {
        self.alive()?.write(&self.path, bytes, at)
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.alive()?.flush(&self.path)
    }

    fn size(&self) -> Result<u64, StoreError> {
        self.alive()?.size(&self.path)
    }
}

impl Drop for DiskFile {
    fn drop(&mut self) {
        if let Ok(mut state) = self.alive() {
            state.open.remove(&self.path);
        }
    }
}

impl DiskWriter {
    pub(super) fn new(disk: SimulatedDisk, path: &str, leaves_partial_writes: bool) -> Self {
        let (file, held) = if leaves_partial_writes {
            (disk.open_file(path), None)
        } else {
            let life = disk.state().life;
            (DiskFile::new(disk, path, life), Some(Vec::new()))
        };
        Self {
            file,
            held,
            size: 0,
        }
    }
}

impl BlobWriter for DiskWriter {
    async fn append(&mut self, appended: Bytes) -> Result<(), StoreError> {
        self.file.disk.turn().await;
        match &mut self.held {
            None => write_all(&self.file, &appended, self.size)?,
            Some(held) => held.extend_from_slice(&appended),
        }
        self.size += appended.len() as u64;
        Ok(())
    }

    async fn finish(self) -> Result<u64, StoreError> {
        let Self { file, held, size } = self;
        file.disk.turn().await;
        if let Some(held) = held {
            let mut state = file.alive()?;
            state.put(Operation::Flush, &file.path, held.into())?;
            return Ok(size);
        }
        let finished = flush_and_check(&file, size);
        if finished.is_err() {
            file.remove().await;
        }
        finished
    }

    async fn abandon(self) {
        // A killed process cleans nothing up.
        if self.held.is_none() && self.file.alive().is_ok() {
            self.file.remove().await;
        }
    }
}
