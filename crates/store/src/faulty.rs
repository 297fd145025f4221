//! A store that fails on purpose, around any other store.
//!
//! Takes the same calls, counts them, and fails where it was told to; everything else goes to the inner store.
//! A [`FaultyStore`] is a handle: clones share the counts and the faults.
//!
//! What it can do: fail the n-th operation of a kind once; die after n operations, as a killed process does; run out of space; flip a byte.
//! Invariant: once dead, nothing is listed, read, written or locked any more until [`FaultyStore::revive`], and a writer from before stays dead after it.
//! Memory: what the inner store needs, and one entry for each fault that is still to come.

mod writer;

pub use writer::FaultyWriter;

use crate::error::StoreError;
use crate::port::{BlobInfo, BlobStore};
use bytes::Bytes;
use std::cell::{Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// A kind of operation, as faults are aimed at and counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// [`BlobStore::check_writable`].
    CheckWritable,
    /// [`BlobStore::list`].
    List,
    /// [`BlobStore::read`].
    Read,
    /// [`BlobStore::create`].
    Create,
    /// [`crate::BlobWriter::append`].
    Append,
    /// [`crate::BlobWriter::finish`].
    Finish,
    /// [`BlobStore::remove`].
    Remove,
    /// [`BlobStore::replace`].
    Replace,
    /// [`BlobStore::lock`].
    Lock,
}

impl Operation {
    const fn name(self) -> &'static str {
        match self {
            Self::CheckWritable => "checking",
            Self::List => "listing",
            Self::Read => "reading",
            Self::Create => "creating",
            Self::Append => "appending",
            Self::Finish => "finishing",
            Self::Remove => "removing",
            Self::Replace => "replacing",
            Self::Lock => "locking",
        }
    }
}

/// What is to go wrong, and what has happened so far.
#[derive(Debug, Default)]
struct Faults {
    counts: BTreeMap<Operation, u64>,
    total: u64,
    to_fail: BTreeMap<(Operation, u64), StoreError>,
    dies_after: Option<u64>,
    dead: bool,
    /// Counts deaths: a writer of an earlier life stays dead.
    life: u64,
    space_bytes: Option<u64>,
    flipped: BTreeMap<String, Vec<(u64, u8)>>,
}

/// A store with faults to come.
#[derive(Debug)]
pub struct FaultyStore<S> {
    inner: Rc<S>,
    tears: bool,
    faults: Rc<RefCell<Faults>>,
}

impl<S> Clone for FaultyStore<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Rc::clone(&self.inner),
            tears: self.tears,
            faults: Rc::clone(&self.faults),
        }
    }
}

impl<S: BlobStore> FaultyStore<S> {
    /// Around `inner`, without a fault yet.
    pub fn new(inner: S) -> Self {
        let tears = inner.tears();
        Self {
            inner: Rc::new(inner),
            tears,
            faults: Rc::default(),
        }
    }

    /// Makes unfinished writers leave what was appended behind, as a browser's storage does.
    /// The inner store must be one whose operations are ready at once, such as [`crate::MemoryStore`].
    #[must_use]
    pub fn tearing(mut self) -> Self {
        self.tears = true;
        self
    }

    /// The store inside, past all faults.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    /// Fails the `nth` operation of a kind from now on (1 is the next) with `error`, once.
    pub fn fail(&self, operation: Operation, nth: u64, error: StoreError) {
        let at = self.count(operation) + nth;
        self.faults_mut().to_fail.insert((operation, at), error);
    }

    /// Lets `operations` more operations of any kind through, then dies in the middle of the next.
    pub fn die_after(&self, operations: u64) {
        let mut faults = self.faults_mut();
        faults.dies_after = Some(faults.total + operations);
    }

    /// Starts anew after a death, with what the death left behind.
    pub fn revive(&self) {
        let mut faults = self.faults_mut();
        faults.dead = false;
        faults.dies_after = None;
        faults.life += 1;
    }

    /// Whether it has died.
    pub fn is_dead(&self) -> bool {
        self.faults().dead
    }

    /// Takes `bytes` more, then is full; `None` takes any amount. What is removed frees nothing.
    pub fn set_space_bytes(&self, bytes: Option<u64>) {
        self.faults_mut().space_bytes = bytes;
    }

    /// Every read of the blob's byte at `at` gives it with the bits of `mask` turned over.
    pub fn flip(&self, path: &str, at: u64, mask: u8) {
        let mut faults = self.faults_mut();
        let flips = faults.flipped.entry(path.to_owned()).or_default();
        flips.push((at, mask));
    }

    /// Operations of a kind so far, failed ones included.
    pub fn count(&self, operation: Operation) -> u64 {
        self.faults().counts.get(&operation).copied().unwrap_or(0)
    }

    /// Operations of all kinds so far: dying after every number up to this one tries every moment of a run.
    pub fn total(&self) -> u64 {
        self.faults().total
    }

    fn faults(&self) -> Ref<'_, Faults> {
        self.faults.borrow()
    }

    fn faults_mut(&self) -> RefMut<'_, Faults> {
        self.faults.borrow_mut()
    }

    /// Counts an operation, and fails if it is to fail.
    fn begin(&self, operation: Operation, path: &str) -> Result<(), StoreError> {
        let mut faults = self.faults_mut();
        if faults.dead {
            return Err(killed(operation, path));
        }
        if faults.dies_after.is_some_and(|last| faults.total >= last) {
            faults.dead = true;
            return Err(killed(operation, path));
        }
        faults.total += 1;
        let count = faults.counts.entry(operation).or_default();
        *count += 1;
        let at = (operation, *count);
        faults.to_fail.remove(&at).map_or(Ok(()), Err)
    }

    /// Takes as much of `bytes` as there is space for.
    fn take_space(&self, bytes: u64) -> u64 {
        match &mut self.faults_mut().space_bytes {
            Some(left) => {
                let taken = bytes.min(*left);
                *left -= taken;
                taken
            }
            None => bytes,
        }
    }
}

fn killed(operation: Operation, path: &str) -> StoreError {
    StoreError::Io {
        path: path.to_owned(),
        action: operation.name(),
        reason: "killed".into(),
    }
}

fn full(path: &str) -> StoreError {
    StoreError::Full {
        path: path.to_owned(),
        reason: "the disk is full".into(),
    }
}

impl<S: BlobStore> BlobStore for FaultyStore<S> {
    type Writer = FaultyWriter<S>;
    type Lock = S::Lock;

    fn location(&self) -> String {
        self.inner.location()
    }

    fn tears(&self) -> bool {
        self.tears
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.begin(Operation::CheckWritable, "")?;
        self.inner.check_writable().await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        self.begin(Operation::List, prefix)?;
        self.inner.list(prefix).await
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        self.begin(Operation::Read, path)?;
        let bytes = self.inner.read(path, range.clone()).await?;
        let faults = self.faults();
        let Some(flips) = faults.flipped.get(path) else {
            return Ok(bytes);
        };
        let mut bytes = Vec::from(bytes);
        for (at, mask) in flips {
            let place = at
                .checked_sub(range.start)
                .and_then(|at| at.try_into().ok());
            if let Some(byte) = place.and_then(|place: usize| bytes.get_mut(place)) {
                *byte ^= mask;
            }
        }
        Ok(bytes.into())
    }

    async fn create(&self, path: &str) -> Result<FaultyWriter<S>, StoreError> {
        self.begin(Operation::Create, path)?;
        let inner = self.inner.create(path).await?;
        Ok(FaultyWriter::new(self.clone(), path, inner))
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.begin(Operation::Replace, path)?;
        if self.take_space(bytes.len() as u64) < bytes.len() as u64 {
            return Err(full(path));
        }
        self.inner.replace(path, bytes).await
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        self.begin(Operation::Remove, path)?;
        self.inner.remove(path).await
    }

    async fn lock(&self, prefix: &str) -> Result<S::Lock, StoreError> {
        self.begin(Operation::Lock, prefix)?;
        self.inner.lock(prefix).await
    }
}
