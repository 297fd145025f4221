//! The port through which everything Windrow keeps is listed, read, created once, removed and locked.

use crate::error::StoreError;
use bytes::Bytes;
use std::ops::Range;

/// A blob as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlobInfo {
    /// Path below the cache root, `/` between its parts, no leading slash.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
}

/// Bytes under paths, in a directory, a browser or an object store.
///
/// # Contract
/// - Paths are relative, with `/` between parts that are never empty, `.` or `..` and hold no control character, `\` or `:`; any other path is refused as [`StoreError::BadPath`].
///   So are the names of the stores' own files, which are never listed: `_lock`, and unfinished uploads, `name#1`.
/// - A blob is created once: [`create`](Self::create) of a path that holds a whole blob fails with [`StoreError::AlreadyExists`] and leaves it as it was.
///   Of two creators at most one succeeds, whether or not they hold the lock.
///   Where a store leaves partial writes, an empty blob may be begun anew.
/// - After [`BlobWriter::finish`] the blob is whole, of the length appended, and as durable as the store can make it.
///   A writer that is dropped, abandoned, or killed leaves nothing that a listing shows, or a blob that is a prefix of what was appended ([`leaves_partial_writes`](Self::leaves_partial_writes) says which).
/// - Reading never waits for a writer or a lock. Reading past the end is [`StoreError::ShortRead`], never fewer bytes.
/// - Removing what is not there succeeds.
/// - Every error names the path and what can be done.
///
/// # Wrappers
/// Counts and delays are wrappers that implement this trait. All implementations pass one suite, `conformance` (a feature of this crate).
///
/// No `Send` bound: browser futures have none.
#[expect(
    async_fn_in_trait,
    reason = "futures stay on one thread, so no Send bound is wanted"
)]
pub trait BlobStore {
    /// Appends to one new blob.
    type Writer: BlobWriter;
    /// Held while one writer works on a dataset; released on drop.
    type Lock;

    /// A name for people: the directory, the bucket, or the browser's storage.
    fn location(&self) -> String;

    /// Whether a killed writer can leave a prefix of its blob behind.
    fn leaves_partial_writes(&self) -> bool;

    /// Fails if nothing can be written; asked before anything is fetched.
    async fn check_writable(&self) -> Result<(), StoreError>;

    /// Every blob below the directory `prefix` at any depth, sorted by path; `""` is the root. A missing directory is empty.
    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError>;

    /// Exactly the bytes of `range`.
    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError>;

    /// Starts a blob that does not exist yet.
    async fn create(&self, path: &str) -> Result<Self::Writer, StoreError>;

    /// Writes a whole rebuildable blob, overwriting an earlier one. Its name starts with `_`, else [`StoreError::NeverReplaced`].
    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError>;

    /// Removes a blob, and the directories that become empty by it where the store has directories.
    async fn remove(&self, path: &str) -> Result<(), StoreError>;

    /// Takes the writer lock of the directory `prefix`, waiting about three seconds for another holder to go: then [`StoreError::Locked`].
    async fn lock(&self, prefix: &str) -> Result<Self::Lock, StoreError>;
}

/// Appends to one new blob until it is finished.
#[expect(
    async_fn_in_trait,
    reason = "futures stay on one thread, so no Send bound is wanted"
)]
pub trait BlobWriter {
    /// Appends all of `bytes`, or fails; after a failure only [`abandon`](Self::abandon) is of use.
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError>;

    /// Makes the blob whole and durable. Gives its size in bytes, checked against what was appended.
    async fn finish(self) -> Result<u64, StoreError>;

    /// Removes what was written. Best effort: what stays behind is a prefix and never counts.
    async fn abandon(self);
}
