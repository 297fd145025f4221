//! A file that is there whole or not at all.
//!
//! Written beside its place as a draft, made durable, then renamed over an earlier file, whose mode it keeps. Dropped without that, it is removed.
//! A draft is locked while it is written: one that nobody locks was left by a run that was killed, and the next one in its directory removes it.

use super::unwritable;
use crate::error::CliError;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What drafts are named: of one short form, whatever they become, so that any name that a system takes can be given.
const PREFIX: &str = ".windrow-";
const SUFFIX: &str = ".draft";
/// How often a draft may be lost to somebody who sweeps before it is locked.
const TRIES: usize = 8;

/// A file being written.
#[derive(Debug)]
pub struct WholeFile {
    place: PathBuf,
    draft: BufWriter<NamedTempFile>,
}

impl WholeFile {
    /// Starts a file. `place` is no link.
    pub fn create(place: &Path) -> Result<Self, CliError> {
        let draft = draft_for(place).map_err(|error| unwritable(place, &error))?;
        Ok(Self {
            place: place.to_owned(),
            draft: BufWriter::new(draft),
        })
    }

    /// Where it will be.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Puts the file in its place, over an earlier one.
    pub fn finish(self) -> Result<(), CliError> {
        let Self { place, draft } = self;
        let put = || {
            let draft = draft.into_inner().map_err(io::IntoInnerError::into_error)?;
            draft.as_file().sync_all()?;
            draft.persist(&place)?;
            Ok(())
        };
        put().map_err(|error: io::Error| unwritable(&place, &error))
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.draft.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

fn draft_for(place: &Path) -> io::Result<NamedTempFile> {
    // One that may not be written over may not be replaced either.
    let earlier = match OpenOptions::new().write(true).open(place) {
        Ok(file) => Some(file.metadata()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let dir = match place.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    sweep(dir);
    for _ in 0..TRIES {
        let draft = create(dir, earlier.as_ref())?;
        // A file system without locks has no sweeping either.
        let is_taken = matches!(draft.as_file().try_lock(), Err(TryLockError::WouldBlock));
        if !is_taken && draft.path().exists() {
            return Ok(draft);
        }
    }
    Err(io::Error::other("its drafts are removed by somebody else"))
}

/// Removes drafts of runs that were killed. What cannot be removed is only left where it is.
fn sweep(dir: &Path) {
    let is_draft = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(PREFIX)
            && name.ends_with(SUFFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries.filter(is_draft) {
        if File::open(entry.path()).is_ok_and(|draft| draft.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn create(dir: &Path, earlier: Option<&Metadata>) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let mode = earlier.map_or(0o666, |earlier| earlier.permissions().mode() & 0o777);
    let draft = builder()
        .permissions(fs::Permissions::from_mode(mode))
        .tempfile_in(dir)?;
    if let Some(earlier) = earlier {
        // Only root may give a file away; anybody else replaces it with one of their own, as far as they may.
        let _ = fchown(draft.as_file(), Some(earlier.uid()), Some(earlier.gid()));
        draft.as_file().set_permissions(earlier.permissions())?;
    }
    Ok(draft)
}

#[cfg(not(unix))]
fn create(dir: &Path, _: Option<&Metadata>) -> io::Result<NamedTempFile> {
    builder().tempfile_in(dir)
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    builder
}
