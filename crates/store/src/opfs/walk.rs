//! Every file below a directory, with its size.
//!
//! Directories are read concurrently, and so are sizes: the time is spent waiting for the browser.

use crate::attempt::Attempt;
use crate::error::StoreError;
use crate::path;
use crate::port::BlobInfo;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use wasm_bindgen::JsCast;
use web_sys::{
    Blob, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemHandle,
    FileSystemHandleKind,
};

/// How many directories or files are requested at once.
const AT_ONCE: usize = 64;

/// What one directory holds.
#[derive(Default)]
struct Entries {
    files: Vec<(String, FileSystemFileHandle)>,
    directories: Vec<(String, FileSystemDirectoryHandle)>,
}

/// The blobs below `dir`, whose path is `prefix`, sorted.
pub(super) async fn blobs(
    dir: FileSystemDirectoryHandle,
    prefix: &str,
    attempt: &Attempt,
) -> Result<Vec<BlobInfo>, StoreError> {
    let mut listed = Vec::new();
    let mut level = vec![(prefix.to_owned(), dir)];
    while !level.is_empty() {
        let mut read = stream::iter(level)
            .map(|(path, dir)| entries(path, dir, attempt))
            .buffer_unordered(AT_ONCE);
        let mut below = Vec::new();
        let mut files = Vec::new();
        while let Some(entries) = read.try_next().await? {
            below.extend(entries.directories);
            files.extend(entries.files);
        }
        let mut measured = stream::iter(files)
            .map(|(path, file)| measure(path, file, attempt))
            .buffer_unordered(AT_ONCE);
        while let Some(info) = measured.try_next().await? {
            listed.extend(info);
        }
        level = below;
    }
    listed.sort_unstable();
    Ok(listed)
}

/// A directory that was removed meanwhile is empty.
async fn entries(
    path: String,
    dir: FileSystemDirectoryHandle,
    attempt: &Attempt,
) -> Result<Entries, StoreError> {
    let mut found = Entries::default();
    match fill(&mut found, &path, &dir, attempt).await {
        Ok(()) | Err(StoreError::NotFound { .. }) => Ok(found),
        Err(error) => Err(error),
    }
}

async fn fill(
    found: &mut Entries,
    path: &str,
    dir: &FileSystemDirectoryHandle,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let values = dir.values();
    loop {
        let next = values.next_iterator().map_err(|error| attempt.js(&error))?;
        let next = next.await.map_err(|error| attempt.js(&error))?;
        if next.done() {
            return Ok(());
        }
        let handle: FileSystemHandle = next.value().unchecked_into();
        let name = handle.name();
        let path = if path.is_empty() {
            name
        } else {
            format!("{path}/{name}")
        };
        match handle.kind() {
            FileSystemHandleKind::File if path::check(&path).is_ok() => {
                found.files.push((path, handle.unchecked_into()));
            }
            FileSystemHandleKind::Directory => {
                found.directories.push((path, handle.unchecked_into()));
            }
            _ => {}
        }
    }
}

/// A file that was removed meanwhile is not listed.
async fn measure(
    path: String,
    file: FileSystemFileHandle,
    attempt: &Attempt,
) -> Result<Option<BlobInfo>, StoreError> {
    match file.get_file().await.map_err(|error| attempt.js(&error)) {
        Ok(file) => {
            let file: File = file.unchecked_into();
            let blob: &Blob = file.as_ref();
            let size = blob.size() as u64;
            Ok(Some(BlobInfo { path, size }))
        }
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
