//! From the root of the private file system down to a directory or a file.

use crate::attempt::Attempt;
use crate::error::StoreError;
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, StorageManager, WorkerGlobalScope,
};

/// The root of the origin's private file system.
pub(super) async fn root() -> Result<FileSystemDirectoryHandle, StoreError> {
    let attempt = Attempt::new("private storage", "opening");
    let worker: WorkerGlobalScope = js_sys::global()
        .dyn_into()
        .map_err(|_| attempt.failed("it is only used from a worker"))?;
    // IMPORTANT: outside secure contexts there is none, and the typed getter would give it all the same.
    let storage = Reflect::get(&worker.navigator(), &"storage".into()).unwrap_or_default();
    let has_files =
        Reflect::get(&storage, &"getDirectory".into()).is_ok_and(|held| held.is_function());
    if !has_files {
        return Err(attempt.denied("this browser offers this page none"));
    }
    let opened = storage
        .unchecked_into::<StorageManager>()
        .get_directory()
        .await;
    opened
        .map(JsCast::unchecked_into)
        .map_err(|error| attempt.js(&error))
}

/// A directory of a directory.
pub(super) async fn child(
    dir: &FileSystemDirectoryHandle,
    name: &str,
    makes: bool,
    attempt: &Attempt,
) -> Result<FileSystemDirectoryHandle, StoreError> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(makes);
    let opened = dir.get_directory_handle_with_options(name, &options).await;
    opened
        .map(JsCast::unchecked_into)
        .map_err(|error| attempt.js(&error))
}

/// A file of a directory.
pub(super) async fn file(
    dir: &FileSystemDirectoryHandle,
    name: &str,
    makes: bool,
    attempt: &Attempt,
) -> Result<FileSystemFileHandle, StoreError> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(makes);
    let opened = dir.get_file_handle_with_options(name, &options).await;
    opened
        .map(JsCast::unchecked_into)
        .map_err(|error| attempt.js(&error))
}

/// The directory at a path below `dir`.
pub(super) async fn walk_down(
    dir: &FileSystemDirectoryHandle,
    path: &str,
    makes: bool,
    attempt: &Attempt,
) -> Result<FileSystemDirectoryHandle, StoreError> {
    let mut dir = dir.clone();
    for step in path.split('/').filter(|step| !step.is_empty()) {
        dir = child(&dir, step, makes, attempt).await?;
    }
    Ok(dir)
}
