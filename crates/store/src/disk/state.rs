//! The files of a simulated disk, and its pending faults.

use crate::error::StoreError;
use crate::local_lock::LocalLocks;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};

/// A kind of operation, as faults are aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// [`crate::BlobStore::check_writable`].
    CheckWritable,
    /// [`crate::BlobStore::list`].
    List,
    /// [`crate::BlobStore::read`].
    Read,
    /// [`crate::BlobStore::create`].
    Create,
    /// One write of an append; a short one is followed by another.
    Write,
    /// Making a file durable; with atomic writes, the moment a blob appears.
    Flush,
    /// Asking for the size of what was written.
    Size,
    /// Removing.
    Remove,
    /// Truncating a file that is overwritten.
    Empty,
    /// Overwriting in one step.
    Replace,
    /// [`crate::BlobStore::lock`].
    Lock,
}

impl Operation {
    /// Whether it changes the disk.
    pub const fn changes(self) -> bool {
        !matches!(
            self,
            Self::CheckWritable | Self::List | Self::Read | Self::Size | Self::Lock
        )
    }

    const fn name(self) -> &'static str {
        match self {
            Self::CheckWritable => "checking",
            Self::List => "listing",
            Self::Read => "reading",
            Self::Create => "creating",
            Self::Write | Self::Empty | Self::Replace => "writing",
            Self::Flush => "flushing",
            Self::Size => "measuring",
            Self::Remove => "removing",
            Self::Lock => "locking",
        }
    }
}

/// A fault that is injected once.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The operation fails and changes nothing.
    Fails(StoreError),
    /// A write accepts nothing, a size is one byte short; any other operation fails.
    Lies,
}

/// How far an operation may go.
pub(super) enum Step {
    Whole,
    Lies,
    /// The disk stops in the middle of it.
    Last {
        arrives: u64,
    },
}

impl Step {
    /// For operations that do not change the disk: done, or failed.
    pub(super) fn only_whole(self, path: &str) -> Result<(), StoreError> {
        match self {
            Self::Whole => Ok(()),
            Self::Lies | Self::Last { .. } => Err(killed(path)),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct File {
    /// Shared with every copy of the disk until it is written to.
    pub(super) bytes: Bytes,
    /// Whether all of it was flushed.
    pub(super) is_synced: bool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) files: BTreeMap<String, File>,
    /// What was removed since the power was last cut.
    pub(super) removed: BTreeMap<String, Bytes>,
    /// Opened for writing now.
    pub(super) open: BTreeSet<String>,
    pub(super) unreadable: BTreeSet<String>,
    pub(super) denied: BTreeSet<String>,
    pub(super) history: Vec<Operation>,
    pub(super) faults: BTreeMap<u64, Fault>,
    /// For the next operation of a kind.
    pub(super) next_faults: BTreeMap<Operation, Fault>,
    pub(super) stop: Option<(u64, u64)>,
    pub(super) stopped: bool,
    /// Counts restarts: a writer from before a restart stays dead.
    pub(super) life: u64,
    pub(super) space_bytes: Option<u64>,
    pub(super) write_bytes: Option<usize>,
    pub(super) locks: LocalLocks,
    pub(super) ignores_locks: bool,
    pub(super) takes_turns: bool,
}

impl State {
    /// The same files without pending faults.
    pub(super) fn copy(&self) -> Self {
        Self {
            files: self.files.clone(),
            removed: self.removed.clone(),
            unreadable: self.unreadable.clone(),
            denied: self.denied.clone(),
            life: self.life + 1,
            ignores_locks: self.ignores_locks,
            ..Self::default()
        }
    }

    /// Records an operation, and applies its fault.
    pub(super) fn begin(&mut self, operation: Operation, path: &str) -> Result<Step, StoreError> {
        if self.stopped {
            return Err(killed(path));
        }
        if let Some((last, arrives)) = self.stop
            && self.history.len() as u64 >= last
        {
            self.stopped = true;
            return Ok(Step::Last { arrives });
        }
        self.history.push(operation);
        let at = self.history.len() as u64;
        let fault = self.faults.remove(&at);
        match fault.or_else(|| self.next_faults.remove(&operation)) {
            None => Ok(Step::Whole),
            Some(Fault::Fails(error)) => Err(error),
            Some(Fault::Lies) if matches!(operation, Operation::Write | Operation::Size) => {
                Ok(Step::Lies)
            }
            Some(Fault::Lies) => Err(said(operation, path, "told to fail")),
        }
    }

    /// Begins a change that is atomic, and says whether the disk stops with it.
    fn change(&mut self, operation: Operation, path: &str) -> Result<bool, StoreError> {
        match self.begin(operation, path)? {
            Step::Last { arrives: 0 } => Err(killed(path)),
            Step::Last { .. } => Ok(true),
            Step::Whole | Step::Lies => Ok(false),
        }
    }

    /// Bytes that can still be written.
    pub(super) fn room(&self) -> u64 {
        self.space_bytes.map_or(u64::MAX, |space| {
            let used: usize = self.files.values().map(|file| file.bytes.len()).sum();
            space.saturating_sub(used as u64)
        })
    }

    pub(super) fn plant(&mut self, path: &str, bytes: Bytes) {
        let file = File {
            bytes,
            is_synced: true,
        };
        self.files.insert(path.to_owned(), file);
    }

    fn refuse_open(&self, path: &str) -> Result<(), StoreError> {
        if self.open.contains(path) {
            return Err(StoreError::Locked {
                path: path.to_owned(),
            });
        }
        Ok(())
    }

    pub(super) fn create(
        &mut self,
        path: &str,
        leaves_partial_writes: bool,
    ) -> Result<(), StoreError> {
        let is_last = self.change(Operation::Create, path)?;
        self.refuse_open(path)?;
        match self.files.get(path) {
            Some(file) if !(leaves_partial_writes && file.bytes.is_empty()) => {
                return Err(StoreError::AlreadyExists {
                    path: path.to_owned(),
                });
            }
            _ if leaves_partial_writes => {
                self.files.entry(path.to_owned()).or_default();
            }
            _ => {}
        }
        ends(is_last, path)
    }

    /// Truncates a file that is overwritten, created if there is none.
    pub(super) fn empty(&mut self, path: &str) -> Result<(), StoreError> {
        let is_last = self.change(Operation::Empty, path)?;
        self.refuse_open(path)?;
        self.files.insert(path.to_owned(), File::default());
        ends(is_last, path)
    }

    pub(super) fn write(&mut self, path: &str, bytes: &[u8], at: u64) -> Result<usize, StoreError> {
        let step = self.begin(Operation::Write, path)?;
        let most = match step {
            Step::Whole => self.write_bytes.unwrap_or(usize::MAX),
            Step::Lies => 0,
            Step::Last { arrives } => usize::try_from(arrives).unwrap_or(usize::MAX),
        };
        let room = usize::try_from(self.room()).unwrap_or(usize::MAX);
        if room == 0 && !bytes.is_empty() && matches!(step, Step::Whole) {
            return Err(full(path));
        }
        let taken = bytes.len().min(most).min(room);
        let file = self.files.entry(path.to_owned()).or_default();
        file.is_synced = false;
        let mut written = Vec::from(std::mem::take(&mut file.bytes));
        // A file in memory has a length that fits.
        written.truncate(at as usize);
        written.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        file.bytes = written.into();
        ends(matches!(step, Step::Last { .. }), path).map(|()| taken)
    }

    pub(super) fn flush(&mut self, path: &str) -> Result<(), StoreError> {
        let is_last = self.change(Operation::Flush, path)?;
        if let Some(file) = self.files.get_mut(path) {
            file.is_synced = true;
        }
        ends(is_last, path)
    }

    pub(super) fn size(&mut self, path: &str) -> Result<u64, StoreError> {
        let step = self.begin(Operation::Size, path)?;
        let size = self.files.get(path).map_or(0, |file| file.bytes.len()) as u64;
        match step {
            Step::Whole => Ok(size),
            Step::Lies => Ok(size.saturating_sub(1)),
            Step::Last { .. } => Err(killed(path)),
        }
    }

    /// Writes a whole blob in one step; only [`Operation::Replace`] may overwrite another.
    pub(super) fn put(
        &mut self,
        operation: Operation,
        path: &str,
        bytes: Bytes,
    ) -> Result<(), StoreError> {
        let is_last = self.change(operation, path)?;
        if operation != Operation::Replace && self.files.contains_key(path) {
            return Err(StoreError::AlreadyExists {
                path: path.to_owned(),
            });
        }
        if bytes.len() as u64 > self.room() {
            return Err(full(path));
        }
        self.plant(path, bytes);
        ends(is_last, path)
    }

    pub(super) fn remove(&mut self, path: &str) -> Result<(), StoreError> {
        let is_last = self.change(Operation::Remove, path)?;
        self.refuse_open(path)?;
        if let Some(file) = self.files.remove(path) {
            self.removed.insert(path.to_owned(), file.bytes);
        }
        ends(is_last, path)
    }
}

fn ends(is_last: bool, path: &str) -> Result<(), StoreError> {
    if is_last { Err(killed(path)) } else { Ok(()) }
}

pub(super) fn said(operation: Operation, path: &str, reason: &str) -> StoreError {
    StoreError::Io {
        path: path.to_owned(),
        action: operation.name(),
        reason: reason.to_owned(),
    }
}

pub(super) fn killed(path: &str) -> StoreError {
    StoreError::Io {
        path: path.to_owned(),
        action: "reaching the disk",
        reason: "stopped".into(),
    }
}

pub(super) fn full(path: &str) -> StoreError {
    StoreError::Full {
        path: path.to_owned(),
        reason: "the disk is full".into(),
    }
}
