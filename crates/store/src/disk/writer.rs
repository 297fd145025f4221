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
    target: Target,
    size: u64,
}

#[derive(Debug)]
enum Target {
    /// Bytes go to the file at once.
    Open(DiskFile),
    /// Bytes are held until the blob appears whole.
    Held {
        disk: SimulatedDisk,
        path: String,
        life: u64,
        bytes: Vec<u8>,
    },
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
        let target = if leaves_partial_writes {
            Target::Open(disk.open_file(path))
        } else {
            let life = disk.state().life;
            Target::Held {
                disk,
                path: path.to_owned(),
                life,
                bytes: Vec::new(),
            }
        };
        Self { target, size: 0 }
    }

    async fn turn(&self) {
        match &self.target {
            Target::Open(file) => file.disk.turn().await,
            Target::Held { disk, .. } => disk.turn().await,
        }
    }
}

impl BlobWriter for DiskWriter {
    async fn append(&mut self, appended: Bytes) -> Result<(), StoreError> {
        self.turn().await;
        match &mut self.target {
            Target::Open(file) => write_all(file, &appended, self.size)?,
            Target::Held { bytes, .. } => bytes.extend_from_slice(&appended),
        }
        self.size += appended.len() as u64;
        Ok(())
    }

    async fn finish(self) -> Result<u64, StoreError> {
        self.turn().await;
        match self.target {
            Target::Open(file) => {
                let finished = flush_and_check(&file, self.size);
                if finished.is_err() {
                    let (disk, path) = (file.disk.clone(), file.path.clone());
                    drop(file);
                    // Best effort: what stays behind is a prefix and never counts.
                    let _ = disk.remove(&path).await;
                }
                finished
            }
            Target::Held {
                disk,
                path,
                life,
                bytes,
            } => {
                let mut state = disk.state();
                if state.life != life {
                    return Err(killed(&path));
                }
                state.put(Operation::Flush, &path, bytes.into())?;
                Ok(self.size)
            }
        }
    }

    async fn abandon(self) {
        if let Target::Open(file) = self.target {
            let (disk, path, life) = (file.disk.clone(), file.path.clone(), file.life);
            drop(file);
            // A killed process cleans nothing up.
            if disk.state().life == life {
                let _ = disk.remove(&path).await;
            }
        }
    }
}
