//! From the root of the private file system down to a directory or a file.

use super::fault::Fault;
use crate::error::StoreError;
use wasm_bindgen::JsCast;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, WorkerGlobalScope,
};

/// The root of the origin's private file system.
pub(super) async fn root() -> Result<FileSystemDirectoryHandle, StoreError> {
    let fault = Fault::new("private storage", "opening");
    let worker: WorkerGlobalScope = js_sys::global()
        .dyn_into()
        .map_err(|_| fault.said("it is only used from a worker"))?;
    let opened = worker.navigator().storage().get_directory().await;
    opened
        .map(JsCast::unchecked_into)
        .map_err(|error| fault.js(&error))
}

/// A directory of a directory.
pub(super) async fn child(
    dir: &FileSystemDirectoryHandle,
    name: &str,
    makes: bool,
    fault: &Fault,
) -> Result<FileSystemDirectoryHandle, StoreError> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(makes);
    let opened = dir.get_directory_handle_with_options(name, &options).await;
    opened
        .map(JsCast::unchecked_into)
        .map_err(|error| fault.js(&error))
}

/// A file of a directory.
pub(super) async fn file(
    dir: &FileSystemDirectoryHandle,
    name: &str,
    makes: bool,
    fault: &Fault,
) -> Result<FileSystemFileHandle, StoreError> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(makes);
    let opened = dir.get_file_handle_with_options(name, &options).await;
    opened
        .map(JsCast::unchecked_into)
        .map_err(|error| fault.js(&error))
}

/// The directory at a path below `dir`.
pub(super) async fn walk_down(
    dir: &FileSystemDirectoryHandle,
    path: &str,
    makes: bool,
    fault: &Fault,
) -> Result<FileSystemDirectoryHandle, StoreError> {
    let mut dir = dir.clone();
    for step in path.split('/').filter(|step| !step.is_empty()) {
        dir = child(&dir, step, makes, fault).await?;
    }
    Ok(dir)
}
