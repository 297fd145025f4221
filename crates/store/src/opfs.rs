//! The browser's private file system, for a dedicated worker.
//!
//! Writes go through a `FileSystemSyncAccessHandle`, reads through `getFile()` and `slice()`: two tabs can read at once, and reading waits for no writer.
//! `createWritable` and `move()` are not relied on.
//! Invariant: a blob is whole only once its writer has flushed, checked the size and closed; what a killed tab leaves is a prefix.
//! An empty file cannot be told from one that was just begun, so an empty blob may be begun anew.
//! Memory: the bytes of the read or the append at hand; a listing holds one handle for each file it has not measured yet.
//! A lock that a dead tab still holds is waited for: about three seconds.
//! A file that was read is kept open for the next read ([`kept`]).
//! When the user clears the site's data, the directory held here is dead for good: what is not found is looked for in a new one before it counts as missing.

mod directory;
mod exception;
mod handle;
mod kept;
mod lock;
mod wait;
mod walk;
mod writer;

pub use lock::OpfsLock;
pub use writer::OpfsWriter;

use crate::attempt::Attempt;
use crate::error::StoreError;
use crate::path;
use crate::port::{BlobInfo, BlobStore};
use bytes::Bytes;
use directory::{file, root, walk_down};
use handle::Handle;
use js_sys::Uint8Array;
use kept::KeptFiles;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Blob, File, FileSystemDirectoryHandle};

/// The file that proves that something can be written.
const PROBE: &str = "_probe";

/// How often a directory is created again that another tab removed as empty at the same moment.
const REMAKES: u32 = 3;

/// How often a file is got again that a writer changed after it was got.
const REREADS: u32 = 5;

/// The private file system of this page's origin, or one directory of it. Clones are handles to the same store.
#[derive(Clone, Debug)]
pub struct OpfsStore {
    root: Rc<RefCell<FileSystemDirectoryHandle>>,
    name: Rc<str>,
    kept: Rc<KeptFiles>,
}

/// The private file system's root, or the directory `name` of it.
async fn open_root(name: &str) -> Result<FileSystemDirectoryHandle, StoreError> {
    let root = root().await?;
    walk_down(&root, name, true, &Attempt::new(name, "opening")).await
}

impl OpfsStore {
    /// Opens the private file system, or the directory `name` of it, which is made if there is none.
    /// Fails as [`StoreError::Denied`] where the browser keeps nothing, in a private window for instance.
    pub async fn open(name: Option<&str>) -> Result<Self, StoreError> {
        if let Some(name) = name {
            path::check(name)?;
        }
        let name = name.unwrap_or_default();
        Ok(Self {
            root: Rc::new(RefCell::new(open_root(name).await?)),
            name: name.into(),
            kept: Rc::default(),
        })
    }

    fn root(&self) -> FileSystemDirectoryHandle {
        self.root.borrow().clone()
    }

    /// Opens the root again: the one held is dead once the site's data were cleared.
    async fn renew(&self) -> Result<(), StoreError> {
        let root = open_root(&self.name).await?;
        self.root.replace(root);
        Ok(())
    }

    /// The directory of a blob and the blob's own name.
    async fn parent<'p>(
        &self,
        path: &'p str,
        makes: bool,
        attempt: &Attempt,
    ) -> Result<(FileSystemDirectoryHandle, &'p str), StoreError> {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok((walk_down(&self.root(), dir, makes, attempt).await?, name))
    }

    /// Opens a file for writing, created with its directories if there is none.
    async fn open_to_write(&self, path: &str, attempt: &Attempt) -> Result<Handle, StoreError> {
        let mut tries = 1;
        loop {
            let opened = async {
                let (dir, name) = self.parent(path, true, attempt).await?;
                let file = file(&dir, name, true, attempt).await?;
                Handle::open(&file, attempt).await
            };
            match opened.await {
                Err(StoreError::NotFound { .. }) if tries < REMAKES => {
                    tries += 1;
                    self.renew().await?;
                }
                opened => return opened,
            }
        }
    }

    async fn file(&self, path: &str, attempt: &Attempt) -> Result<File, StoreError> {
        let (dir, name) = self.parent(path, false, attempt).await?;
        let file = file(&dir, name, false, attempt).await?;
        let opened = file.get_file().await;
        opened
            .map(JsCast::unchecked_into)
            .map_err(|error| attempt.js(&error))
    }

    /// Removes the file at `path`, and the directories that become empty by it.
    async fn remove_file(&self, path: &str, attempt: &Attempt) -> Result<(), StoreError> {
        let (dir, name) = self.parent(path, false, attempt).await?;
        self.kept.forget(path);
        // IMPORTANT: `removeEntry` would remove an empty directory of this name too.
        file(&dir, name, false, attempt).await?;
        wait::retried(attempt, || dir.remove_entry(name)).await?;
        let mut left = path;
        while let Some((above, _)) = left.rsplit_once('/') {
            let (dir, name) = self.parent(above, false, attempt).await?;
            // One that holds something refuses, and so would those above it.
            if dir.remove_entry(name).await.is_err() {
                break;
            }
            left = above;
        }
        Ok(())
    }
}

/// A missing file counts as removed.
fn ok_if_missing(result: Result<(), StoreError>) -> Result<(), StoreError> {
    match result {
        Err(StoreError::NotFound { .. }) => Ok(()),
        other => other,
    }
}

impl BlobStore for OpfsStore {
    type Writer = OpfsWriter;
    type Lock = OpfsLock;

    fn location(&self) -> String {
        "this browser's private storage".into()
    }

    fn leaves_partial_writes(&self) -> bool {
        true
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        match self.replace(PROBE, Bytes::from_static(b"ok")).await {
            Ok(()) => self.remove(PROBE).await,
            // Another tab checks the same at this moment.
            Err(StoreError::Locked { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        path::check_directory(prefix)?;
        let attempt = Attempt::new(prefix, "listing");
        // What another tab has kept since the site's data were cleared is listed too.
        self.renew().await?;
        match walk_down(&self.root(), prefix, false, &attempt).await {
            Ok(dir) => walk::blobs(dir, prefix, &attempt).await,
            Err(StoreError::NotFound { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        path::check(path)?;
        let attempt = Attempt::new(path, "reading");
        let mut tries = 1;
        let buffer = loop {
            let kept = self.kept.get(path).filter(|_| !range.is_empty());
            let is_kept = kept.is_some();
            let file = match kept {
                Some(file) => file,
                None => self.file(path, &attempt).await?,
            };
            let blob: &Blob = file.as_ref();
            let size = blob.size() as u64;
            if range.end > size && is_kept {
                self.kept.forget(path);
                continue;
            }
            if range.end > size {
                return Err(StoreError::ShortRead {
                    path: path.to_owned(),
                    size,
                    end: range.end,
                });
            }
            if range.is_empty() {
                return Ok(Bytes::new());
            }
            // Sizes of files stay far below 2^53, where `f64` is exact.
            let slice = blob.slice_with_f64_and_f64(range.start as f64, range.end as f64);
            let slice = slice.map_err(|error| attempt.js(&error))?;
            match slice.array_buffer().await {
                Ok(buffer) => {
                    if !is_kept {
                        self.kept.keep(path, &file);
                    }
                    break buffer;
                }
                Err(_) if is_kept => self.kept.forget(path),
                Err(error) if tries < REREADS && exception::is_outdated(&error) => tries += 1,
                Err(error) => return Err(attempt.js(&error)),
            }
        };
        let bytes = Bytes::from(Uint8Array::new(&buffer).to_vec());
        if bytes.len() as u64 == range.end - range.start {
            Ok(bytes)
        } else {
            Err(attempt.failed("fewer bytes came than were asked for"))
        }
    }

    async fn create(&self, path: &str) -> Result<OpfsWriter, StoreError> {
        path::check(path)?;
        let attempt = Attempt::new(path, "creating");
        let handle = self.open_to_write(path, &attempt).await?;
        if handle.size(&attempt)? != 0 {
            return Err(StoreError::AlreadyExists {
                path: path.to_owned(),
            });
        }
        Ok(OpfsWriter::new(self.clone(), path, handle))
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        path::check_replaceable(path)?;
        let attempt = Attempt::new(path, "writing");
        let handle = self.open_to_write(path, &attempt).await?;
        handle.empty(&attempt)?;
        let mut writer = OpfsWriter::new(self.clone(), path, handle);
        if let Err(error) = crate::BlobWriter::append(&mut writer, bytes).await {
            crate::BlobWriter::abandon(writer).await;
            return Err(error);
        }
        crate::BlobWriter::finish(writer).await.map(drop)
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        path::check(path)?;
        ok_if_missing(
            self.remove_file(path, &Attempt::new(path, "removing"))
                .await,
        )
    }

    async fn lock(&self, prefix: &str) -> Result<OpfsLock, StoreError> {
        path::check_directory(prefix)?;
        OpfsLock::take(self, prefix).await
    }
}
