//! Directories and object stores, through the `object_store` crate: one code path for both.
//!
//! Takes paths of the port, gives objects of the same names.
//! Invariant: an object appears whole, by a conditional put, or not at all; there are no partial writes.
//! Memory: an unfinished blob is held up to [`NativeStore::BUFFER_BYTES`], a longer one is uploaded in pieces from there on.
//! A directory is only created once something is written: planning against a cache that does not exist leaves no trace.
//!
//! What does not go through `object_store` for a directory: its listing (a stream of `object_store` ends at the first name it cannot express), its lock, and the proof that it can be written.

mod directory;
mod lock;
mod system_error;
mod writer;

pub use lock::NativeLock;
pub use writer::NativeWriter;

use crate::attempt::Attempt;
use crate::error::StoreError;
use crate::path;
use crate::port::{BlobInfo, BlobStore};
use bytes::Bytes;
use directory::Directory;
use futures_util::TryStreamExt;
use object_store::path::Path as ObjectPath;
use object_store::{Error as ObjectError, ObjectStore, ObjectStoreExt};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use system_error::without_query;

/// The object that proves that a store can be written.
const PROBE: &str = "_probe";

/// A directory or an object store. Clones are handles to the same store.
#[derive(Clone, Debug)]
pub struct NativeStore {
    backend: Backend,
    buffer_bytes: usize,
}

#[derive(Clone, Debug)]
enum Backend {
    Directory(Arc<Directory>),
    Objects {
        objects: Arc<dyn ObjectStore>,
        name: Arc<str>,
    },
}

impl NativeStore {
    /// Bytes of an unfinished blob that are held before it is uploaded in pieces.
    pub const BUFFER_BYTES: usize = 64 << 20;

    /// The directory at `root`, which need not exist yet. A relative path is taken from where the process is now.
    pub fn directory(root: impl Into<PathBuf>) -> Self {
        Self {
            backend: Backend::Directory(Arc::new(Directory::new(root.into()))),
            buffer_bytes: Self::BUFFER_BYTES,
        }
    }

    /// Any object store, with a name for people that holds no secret. Its locks hold within this process only.
    pub fn from_object_store(objects: Arc<dyn ObjectStore>, name: impl Into<Arc<str>>) -> Self {
        Self {
            backend: Backend::Objects {
                objects,
                name: name.into(),
            },
            buffer_bytes: Self::BUFFER_BYTES,
        }
    }

    /// Uploads blobs in pieces from another size on.
    #[must_use]
    pub fn with_buffer_bytes(mut self, buffer_bytes: usize) -> Self {
        self.buffer_bytes = buffer_bytes.max(1);
        self
    }

    /// The store to read from, or `None` if nothing was ever written.
    fn objects(&self) -> Result<Option<Arc<dyn ObjectStore>>, StoreError> {
        match &self.backend {
            Backend::Directory(directory) => directory.objects(),
            Backend::Objects { objects, .. } => Ok(Some(Arc::clone(objects))),
        }
    }

    /// The store to write to; a directory is created.
    fn writable_objects(&self) -> Result<Arc<dyn ObjectStore>, StoreError> {
        match &self.backend {
            Backend::Directory(directory) => directory.created_objects(),
            Backend::Objects { objects, .. } => Ok(Arc::clone(objects)),
        }
    }

    /// The error of a failed read: past the end, or what the store said.
    async fn read_failed(
        objects: &dyn ObjectStore,
        at: &ObjectPath,
        range: Range<u64>,
        error: Option<ObjectError>,
    ) -> StoreError {
        let attempt = Attempt::new(at.as_ref(), "reading");
        match objects.head(at).await {
            Err(error) => attempt.object(error),
            Ok(meta) if range.end > meta.size => StoreError::ShortRead {
                path: at.to_string(),
                size: meta.size,
                end: range.end,
            },
            Ok(_) => match error {
                Some(error) => attempt.object(error),
                None => attempt.failed("fewer bytes came than were asked for"),
            },
        }
    }
}

/// The object of a path. IMPORTANT: `parse`, because `from` would encode `%` and `~` once more.
fn object_path(path: &str) -> Result<ObjectPath, StoreError> {
    path::check(path)?;
    ObjectPath::parse(path).map_err(|_| StoreError::BadPath {
        path: path.to_owned(),
    })
}

impl BlobStore for NativeStore {
    type Writer = NativeWriter;
    type Lock = NativeLock;

    fn location(&self) -> String {
        match &self.backend {
            Backend::Directory(directory) => directory.name(),
            Backend::Objects { name, .. } => name.to_string(),
        }
    }

    fn leaves_partial_writes(&self) -> bool {
        false
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Directory(directory) => directory.check_writable(),
            Backend::Objects { objects, name } => {
                let attempt = Attempt::new(name, "writing");
                let probe = ObjectPath::from(PROBE);
                let written = objects.put(&probe, Bytes::from_static(b"ok").into()).await;
                written.map_err(|error| attempt.object(error))?;
                match objects.delete(&probe).await {
                    Ok(()) | Err(ObjectError::NotFound { .. }) => Ok(()),
                    Err(error) => Err(attempt.object(error)),
                }
            }
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        path::check_directory(prefix)?;
        let mut listed = match &self.backend {
            Backend::Directory(directory) => Directory::list(directory, prefix).await?,
            Backend::Objects { objects, .. } => {
                let below = object_prefix(prefix)?;
                let listed: Vec<BlobInfo> = objects
                    .list(below.as_ref())
                    .map_ok(|meta| BlobInfo {
                        path: meta.location.into(),
                        size: meta.size,
                    })
                    .try_collect()
                    .await
                    .map_err(|error| Attempt::new(prefix, "listing").object(error))?;
                listed
            }
        };
        listed.retain(|info| path::check(&info.path).is_ok());
        listed.sort_unstable();
        Ok(listed)
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        let at = object_path(path)?;
        let Some(objects) = self.objects()? else {
            return Err(StoreError::NotFound {
                path: path.to_owned(),
            });
        };
        if range.is_empty() {
            let head = objects.head(&at).await;
            return match head {
                Ok(meta) if range.end <= meta.size => Ok(Bytes::new()),
                _ => Err(Self::read_failed(&*objects, &at, range, None).await),
            };
        }
        match objects.get_range(&at, range.clone()).await {
            Ok(bytes) if bytes.len() as u64 == range.end - range.start => Ok(bytes),
            Ok(_) => Err(Self::read_failed(&*objects, &at, range, None).await),
            Err(error) => Err(Self::read_failed(&*objects, &at, range, Some(error)).await),
        }
    }

    async fn create(&self, path: &str) -> Result<NativeWriter, StoreError> {
        let at = object_path(path)?;
        let objects = self.writable_objects()?;
        match objects.head(&at).await {
            Err(ObjectError::NotFound { .. }) => {}
            Err(error) => return Err(Attempt::new(path, "creating").object(error)),
            Ok(_) => {
                return Err(StoreError::AlreadyExists {
                    path: path.to_owned(),
                });
            }
        }
        let renames = matches!(self.backend, Backend::Directory(_));
        Ok(NativeWriter::new(objects, at, self.buffer_bytes, renames))
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        path::check_replaceable(path)?;
        let at = object_path(path)?;
        let put = self.writable_objects()?.put(&at, bytes.into()).await;
        put.map(drop)
            .map_err(|error| Attempt::new(path, "writing").object(error))
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        let at = object_path(path)?;
        let Some(objects) = self.objects()? else {
            return Ok(());
        };
        let Err(error) = objects.delete(&at).await else {
            return Ok(());
        };
        match Attempt::new(path, "removing").object(error) {
            StoreError::NotFound { .. } => Ok(()),
            // A directory is no blob, so no blob is there.
            error => match objects.head(&at).await {
                Err(ObjectError::NotFound { .. }) => Ok(()),
                _ => Err(error),
            },
        }
    }

    async fn lock(&self, prefix: &str) -> Result<NativeLock, StoreError> {
        path::check_directory(prefix)?;
        match &self.backend {
            Backend::Directory(directory) => {
                let open = || directory.lock_file(prefix).map(Some);
                let lock = NativeLock::take(&directory.name(), prefix, open).await?;
                directory.sweep(prefix, &lock);
                Ok(lock)
            }
            Backend::Objects { name, .. } => NativeLock::take(name, prefix, || Ok(None)).await,
        }
    }
}

fn object_prefix(prefix: &str) -> Result<Option<ObjectPath>, StoreError> {
    if prefix.is_empty() {
        return Ok(None);
    }
    let parsed = ObjectPath::parse(prefix).map_err(|error| {
        Attempt::new(prefix, "listing").failed(&without_query(&error.to_string()))
    })?;
    Ok(Some(parsed))
}
