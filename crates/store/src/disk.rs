//! A simulated disk: it crashes at any moment, fails any operation once, runs full, and loses power.
//!
//! Implements the port in memory and injects the faults that a test asks for.
//! A [`SimulatedDisk`] is a handle: clones share the disk and its faults; [`fork`](SimulatedDisk::fork) copies it; bytes are shared until either writes to them.
//!
//! | module | noun |
//! | --- | --- |
//! | `state` | the files, and what goes wrong when |
//! | `writer` | a blob on its way, which can be torn at any byte |
//! | [`power`] | what a power cut leaves of each file |
//!
//! Invariant: once stopped, nothing changes any more until [`restart`](SimulatedDisk::restart) or [`cut_power`](SimulatedDisk::cut_power), and a writer from before stays dead after it.
//! Everything is decided by who asks: nothing here is random, and the same calls always give the same disk.
//! Memory: everything it holds, and one byte for each operation so far.
//!
//! Of two kinds: one [leaves partial writes](SimulatedDisk::partial_writes) like a browser's storage, where bytes go to the file as they come;
//! on the other a blob appears [whole](SimulatedDisk::atomic_writes), as in a directory or an object store.

pub mod power;
mod state;
mod writer;

pub use power::{Fate, Remnant, RemnantState};
pub use state::{Fault, Operation};
pub use writer::DiskWriter;

use crate::error::StoreError;
use crate::file::{flush_and_check, write_all};
use crate::local_lock::LocalLock;
use crate::memory::read_held;
use crate::path;
use crate::port::{BlobInfo, BlobStore};
use bytes::Bytes;
use state::State;
use std::cell::{RefCell, RefMut};
use std::ops::Range;
use std::rc::Rc;
use std::task::Poll;
use writer::DiskFile;

/// A disk in memory with injected faults.
#[derive(Clone, Debug)]
pub struct SimulatedDisk {
    state: Rc<RefCell<State>>,
    leaves_partial_writes: bool,
}

impl SimulatedDisk {
    /// An empty disk that leaves unfinished blobs behind, as a browser's storage does.
    pub fn partial_writes() -> Self {
        Self {
            state: Rc::default(),
            leaves_partial_writes: true,
        }
    }

    /// An empty disk on which a blob appears whole or not at all, as in a directory or an object store.
    pub fn atomic_writes() -> Self {
        Self {
            state: Rc::default(),
            leaves_partial_writes: false,
        }
    }

    /// Another disk with the same files and no pending faults: what a process finds that starts now.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            state: Rc::new(RefCell::new(self.state().copy())),
            leaves_partial_writes: self.leaves_partial_writes,
        }
    }

    /// Lets `operations` more operations through and stops in the middle of the next:
    /// of a write, the first `arrives` bytes still reach the file; any other change is still made unless `arrives` is 0.
    pub fn stop_after(&self, operations: u64, arrives: u64) {
        let mut state = self.state();
        state.stop = Some((state.history.len() as u64 + operations, arrives));
    }

    /// Whether it has stopped.
    pub fn is_stopped(&self) -> bool {
        self.state().stopped
    }

    /// Restarts after a stop with the files as they were at the stop: what a killed process leaves.
    pub fn restart(&self) {
        let restarted = self.state().copy();
        *self.state() = restarted;
    }

    /// Does `fault` in the middle of the `nth` operation from now on (1 is the next), once.
    pub fn fail(&self, nth: u64, fault: Fault) {
        let mut state = self.state();
        let at = state.history.len() as u64 + nth;
        state.faults.insert(at, fault);
    }

    /// Does `fault` in the middle of the next operation of a kind, once.
    pub fn fail_next(&self, operation: Operation, fault: Fault) {
        self.state().next_faults.insert(operation, fault);
    }

    /// Every operation so far, in order, failed ones included. The index of one plus 1 is what [`fail`](Self::fail) on a fresh fork counts.
    pub fn history(&self) -> Vec<Operation> {
        self.state().history.clone()
    }

    /// Limits the size of all files together; `None` is no limit. Removing a file frees its bytes.
    pub fn set_space_bytes(&self, bytes: Option<u64>) {
        self.state().space_bytes = bytes;
    }

    /// Limits the bytes accepted by one write.
    pub fn set_write_bytes(&self, bytes: Option<usize>) {
        self.state().write_bytes = bytes;
    }

    /// Fails every read of a blob, as a bad sector does, or lets them through again.
    pub fn set_unreadable(&self, path: &str, is_unreadable: bool) {
        let mut state = self.state();
        if is_unreadable {
            state.unreadable.insert(path.to_owned());
        } else {
            state.unreadable.remove(path);
        }
    }

    /// Refuses to open a blob, as a system does where permissions are missing, or lets it be opened again.
    pub fn set_denied(&self, path: &str, is_denied: bool) {
        let mut state = self.state();
        if is_denied {
            state.denied.insert(path.to_owned());
        } else {
            state.denied.remove(path);
        }
    }

    /// Grants every lock to everyone: correctness must not depend on locks.
    pub fn ignore_locks(&self) {
        self.state().ignores_locks = true;
    }

    /// Makes every operation yield once, so that a test can choose the order of operations.
    pub fn take_turns(&self) {
        self.state().takes_turns = true;
    }

    /// Writes bytes to a path, over whatever is there.
    pub fn plant(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.state().plant(path, Bytes::from(bytes.into()));
    }

    /// The bytes at a path, regardless of faults.
    pub fn bytes(&self, path: &str) -> Option<Bytes> {
        let state = self.state();
        state.files.get(path).map(|file| file.bytes.clone())
    }

    /// The paths of all blobs, regardless of faults.
    pub fn paths(&self) -> Vec<String> {
        self.state().files.keys().cloned().collect()
    }

    fn state(&self) -> RefMut<'_, State> {
        self.state.borrow_mut()
    }

    /// Yields to the other futures on this disk if [`take_turns`](Self::take_turns) was called.
    async fn turn(&self) {
        let mut waits = self.state().takes_turns;
        std::future::poll_fn(|context| {
            if std::mem::take(&mut waits) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    fn open_file(&self, path: &str) -> DiskFile {
        let mut state = self.state();
        state.open.insert(path.to_owned());
        DiskFile::new(self.clone(), path, state.life)
    }
}

impl BlobStore for SimulatedDisk {
    type Writer = DiskWriter;
    type Lock = Option<LocalLock>;

    fn location(&self) -> String {
        "a simulated disk".into()
    }

    fn leaves_partial_writes(&self) -> bool {
        self.leaves_partial_writes
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.turn().await;
        let mut state = self.state();
        state.begin(Operation::CheckWritable, "")?.only_whole("")?;
        if state.room() == 0 {
            return Err(state::full(""));
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        path::check_directory(prefix)?;
        self.turn().await;
        let mut state = self.state();
        state.begin(Operation::List, prefix)?.only_whole(prefix)?;
        let listed = state
            .files
            .iter()
            .filter(|(path, _)| path::is_below(path, prefix))
            .map(|(path, file)| BlobInfo {
                path: path.clone(),
                size: file.bytes.len() as u64,
            });
        Ok(listed.collect())
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        path::check(path)?;
        self.turn().await;
        let mut state = self.state();
        state.begin(Operation::Read, path)?.only_whole(path)?;
        if state.denied.contains(path) {
            return Err(StoreError::Denied {
                path: path.to_owned(),
                reason: "permission denied".to_owned(),
            });
        }
        if state.unreadable.contains(path) {
            return Err(state::said(Operation::Read, path, "bad sector"));
        }
        let file = state.files.get(path);
        read_held(path, file.map(|file| &file.bytes), range)
    }

    async fn create(&self, path: &str) -> Result<DiskWriter, StoreError> {
        path::check(path)?;
        self.turn().await;
        self.state().create(path, self.leaves_partial_writes)?;
        Ok(DiskWriter::new(
            self.clone(),
            path,
            self.leaves_partial_writes,
        ))
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        path::check_replaceable(path)?;
        self.turn().await;
        if !self.leaves_partial_writes {
            return self.state().put(Operation::Replace, path, bytes);
        }
        self.state().empty(path)?;
        let file = self.open_file(path);
        write_all(&file, &bytes, 0)?;
        flush_and_check(&file, bytes.len() as u64).map(drop)
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        path::check(path)?;
        self.turn().await;
        self.state().remove(path)
    }

    async fn lock(&self, prefix: &str) -> Result<Option<LocalLock>, StoreError> {
        path::check_directory(prefix)?;
        self.turn().await;
        let mut state = self.state();
        state.begin(Operation::Lock, prefix)?.only_whole(prefix)?;
        if state.ignores_locks {
            return Ok(None);
        }
        let lock = state.locks.try_lock(prefix);
        lock.map(Some).ok_or_else(|| StoreError::Locked {
            path: prefix.to_owned(),
        })
    }
}
