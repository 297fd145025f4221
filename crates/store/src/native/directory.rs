//! A directory of the operating system: creating it, listing it, its lock files, and what killed processes left in it.

use super::lock::{LockFile, NativeLock};
use super::writer::UPLOAD;
use super::{PROBE, StoreError};
use crate::attempt::Attempt;
use crate::path::{LOCK_NAME, is_staging};
use crate::port::BlobInfo;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use walkdir::{DirEntry, WalkDir};

/// A staging file of a `_` name may be written without the lock: it is only swept after this long.
const STAGING_AGE: Duration = Duration::from_secs(600);

/// The root of a store.
#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
    objects: OnceLock<Arc<dyn ObjectStore>>,
}

impl Directory {
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root: std::path::absolute(&root).unwrap_or(root),
            objects: OnceLock::new(),
        }
    }

    /// The path, for people.
    pub(super) fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn attempt(&self, action: &'static str) -> Attempt {
        Attempt::new(&self.name(), action)
    }

    /// The directory as an object store, or `None` while there is none.
    pub(super) fn objects(&self) -> Result<Option<Arc<dyn ObjectStore>>, StoreError> {
        if let Some(objects) = self.objects.get() {
            return Ok(Some(Arc::clone(objects)));
        }
        match fs::metadata(&self.root) {
            Ok(meta) if meta.is_dir() => {}
            Ok(_) => return Err(self.denied("it is a file, not a directory")),
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(self.attempt("opening").io(&error)),
        }
        let local = LocalFileSystem::new_with_prefix(&self.root)
            .map_err(|error| self.attempt("opening").object(error))?
            .with_automatic_cleanup(true)
            .with_fsync(true);
        let objects: Arc<dyn ObjectStore> = Arc::new(local);
        Ok(Some(Arc::clone(self.objects.get_or_init(|| objects))))
    }

    /// The same, created if there is none.
    pub(super) fn created_objects(&self) -> Result<Arc<dyn ObjectStore>, StoreError> {
        fs::create_dir_all(&self.root).map_err(|error| self.not_writable(&error))?;
        self.objects()?
            .ok_or_else(|| self.denied("it was removed at this moment"))
    }

    /// Makes the directory and proves that a file in it can be written, synced and removed.
    pub(super) fn check_writable(&self) -> Result<(), StoreError> {
        self.created_objects()?;
        let probe = self.root.join(PROBE);
        let written = File::create(&probe).and_then(|mut file| {
            file.write_all(b"ok")?;
            file.sync_all()
        });
        // Another process may prove the same at this moment.
        let removed = fs::remove_file(&probe).or_else(ok_if_missing);
        written
            .and(removed)
            .map_err(|error| self.not_writable(&error))
    }

    fn not_writable(&self, error: &io::Error) -> StoreError {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return self.denied("it is a file, not a directory");
        }
        match self.attempt("writing").io(error) {
            error @ StoreError::Full { .. } => error,
            _ => self.denied(&error.to_string()),
        }
    }

    fn denied(&self, reason: &str) -> StoreError {
        StoreError::Denied {
            path: self.name(),
            reason: reason.to_owned(),
        }
    }

    /// Every file below `prefix`, in no order, off the runtime's thread where there is a runtime.
    pub(super) async fn list(
        directory: &Arc<Self>,
        prefix: &str,
    ) -> Result<Vec<BlobInfo>, StoreError> {
        let walk = {
            let (directory, prefix) = (Arc::clone(directory), prefix.to_owned());
            move || directory.walk(&prefix)
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => match runtime.spawn_blocking(walk).await {
                Ok(listed) => listed,
                Err(error) => Err(Attempt::new(prefix, "listing").failed(&error.to_string())),
            },
            Err(_) => walk(),
        }
    }

    fn walk(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        let mut listed = Vec::new();
        for entry in WalkDir::new(self.at(prefix))
            .min_depth(1)
            .follow_links(true)
        {
            let found = match entry {
                Ok(entry) => self.info(&entry),
                // A link that leads back up lists nothing new.
                Err(error) if error.loop_ancestor().is_some() => continue,
                Err(error) => Err(error.into()),
            };
            match found {
                Ok(info) => listed.extend(info),
                Err(error) if is_missing(&error) => {}
                Err(error) => return Err(Attempt::new(prefix, "listing").io(&error)),
            }
        }
        Ok(listed)
    }

    /// A file as a blob; `None` for a directory, and for a name that is no text.
    fn info(&self, entry: &DirEntry) -> io::Result<Option<BlobInfo>> {
        if !entry.file_type().is_file() {
            return Ok(None);
        }
        let Some(path) = self.blob_path(entry.path()) else {
            return Ok(None);
        };
        let size = entry.metadata()?.len();
        Ok(Some(BlobInfo { path, size }))
    }

    fn blob_path(&self, file: &Path) -> Option<String> {
        let below = file.strip_prefix(&self.root).ok()?;
        let steps: Option<Vec<&str>> = below.iter().map(|step| step.to_str()).collect();
        Some(steps?.join("/"))
    }

    /// The file of a path of the port. It was checked, so it cannot lead outside.
    fn at(&self, path: &str) -> PathBuf {
        let mut at = self.root.clone();
        at.extend(path.split('/').filter(|step| !step.is_empty()));
        at
    }

    /// The lock file of a directory, made with it.
    pub(super) fn lock_file(&self, prefix: &str) -> Result<LockFile, StoreError> {
        self.created_objects()?;
        let attempt = Attempt::new(prefix, "locking");
        let at = self.at(prefix);
        let path = at.join(LOCK_NAME);
        let open = || {
            File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
        };
        // The directory may be removed as empty between the two.
        let opened = fs::create_dir_all(&at).and_then(|()| match open() {
            Err(error) if is_missing(&error) => fs::create_dir_all(&at).and_then(|()| open()),
            opened => opened,
        });
        let file = opened.map_err(|error| attempt.io(&error))?;
        Ok(LockFile {
            file,
            path,
            root: self.root.clone(),
        })
    }

    /// Removes what killed processes left below a directory that is locked: staging files, uploads that were not renamed, and empty directories of segments.
    /// Without the lock nobody writes parts; anything else must be old. What cannot be removed now stays, and proves nothing.
    pub(super) fn sweep(&self, prefix: &str, lock: &NativeLock) {
        let locked = lock.file().and_then(|file| touched(file).ok());
        for entry in WalkDir::new(self.at(prefix))
            .min_depth(1)
            .contents_first(true)
            .into_iter()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy();
            if entry.file_type().is_dir() {
                if name.starts_with("from=") || name.starts_with("to=") {
                    // One that is not empty cannot be removed.
                    let _ = fs::remove_dir(entry.path());
                }
                continue;
            }
            let is_upload = name.starts_with(UPLOAD);
            let is_left = is_upload || is_staging(&name);
            let is_locked = is_upload || !name.starts_with('_');
            let is_file = entry.file_type().is_file();
            if is_file && is_left && (is_locked || is_old(&entry, locked.as_ref())) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Writes to a lock file, and gives its metadata with the file system's own time of that.
fn touched(mut file: &File) -> io::Result<Metadata> {
    file.set_len(0)?;
    file.write_all(format!("{}\n", std::process::id()).as_bytes())?;
    file.metadata()
}

fn is_old(entry: &DirEntry, locked: Option<&Metadata>) -> bool {
    let now = locked.and_then(|meta| meta.modified().ok());
    let then = entry.metadata().ok().and_then(|meta| meta.modified().ok());
    match (now, then) {
        (Some(now), Some(then)) => now.duration_since(then).is_ok_and(|age| age > STAGING_AGE),
        _ => false,
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn ok_if_missing(error: io::Error) -> io::Result<()> {
    if is_missing(&error) {
        Ok(())
    } else {
        Err(error)
    }
}
