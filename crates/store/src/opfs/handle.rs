//! One file opened for writing.
//!
//! Invariant: it is closed soon after it is dropped, even if it was still being opened: an open handle keeps every other tab out.
//! IMPORTANT: Chromium never comes back from closing a handle whose file went when the person cleared the site's data: the worker would stand for good.
//! So a file is looked for before its handle is closed, and where it is gone the handle is let go of as it is: it keeps nobody out of the new storage.
//! What is left is the moment between the two, in which clearing would still make the worker stand; starting it anew helps.
//! A timer would not: closing blocks the worker's thread, so nothing else of it runs.

use super::fault::Fault;
use super::wait::{TRIES, pause};
use super::{StoreError, fault};
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{FileSystemFileHandle, FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

/// An exclusive handle to a file.
#[derive(Debug)]
pub(super) struct Handle {
    file: FileSystemFileHandle,
    access: FileSystemSyncAccessHandle,
    is_let_go: bool,
}

impl Handle {
    /// Opens a file; another tab's handle is waited for.
    pub(super) async fn open(
        file: &FileSystemFileHandle,
        fault: &Fault,
    ) -> Result<Self, StoreError> {
        for tried in 1..=TRIES {
            match Opening::start(file).await {
                Ok(handle) => return Ok(handle),
                Err(error) if fault::is_busy(&error) => {
                    if tried < TRIES {
                        pause().await;
                    }
                }
                Err(error) => return Err(fault.js(&error)),
            }
        }
        Err(fault.locked())
    }

    fn new(file: FileSystemFileHandle, access: JsValue) -> Self {
        Self {
            file,
            access: access.unchecked_into(),
            is_let_go: false,
        }
    }

    /// Closes it, and waits until it is closed. Fails where the file is gone.
    pub(super) async fn close(mut self, fault: &Fault) -> Result<(), StoreError> {
        let looked = self.file.get_file().await.map_err(|error| fault.js(&error));
        self.is_let_go = true;
        if let Err(gone @ StoreError::NotFound { .. }) = looked {
            return Err(gone);
        }
        self.access.close();
        Ok(())
    }

    /// Bytes in the file.
    pub(super) fn size(&self, fault: &Fault) -> Result<u64, StoreError> {
        let size = self.access.get_size().map_err(|error| fault.js(&error))?;
        Ok(size as u64)
    }

    /// Cuts the file down to nothing.
    pub(super) fn empty(&self, fault: &Fault) -> Result<(), StoreError> {
        self.access
            .truncate_with_u32(0)
            .map_err(|error| fault.js(&error))
    }

    /// Writes `bytes` at `at`, straight from this memory, and gives how many it took.
    pub(super) fn write(&self, bytes: &[u8], at: u64, fault: &Fault) -> Result<usize, StoreError> {
        let options = FileSystemReadWriteOptions::new();
        // Sizes of files stay far below 2^53, where `f64` is exact.
        options.set_at(at as f64);
        let written = self.access.write_with_u8_array_and_options(bytes, &options);
        written
            .map(|written| written as usize)
            .map_err(|error| fault.js(&error))
    }

    /// Makes everything written durable.
    pub(super) fn flush(&self, fault: &Fault) -> Result<(), StoreError> {
        self.access.flush().map_err(|error| fault.js(&error))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.is_let_go {
            return;
        }
        let access = self.access.clone();
        let close = Closure::once(move |looked: JsValue| {
            let looked: Array = looked.unchecked_into();
            let why_not = Reflect::get(&looked.get(0), &"reason".into()).unwrap_or_default();
            if !fault::is_gone(&why_not) {
                access.close();
            }
        });
        let looking = Promise::all_settled(&Array::of1(&self.file.get_file()));
        let _ = looking.then(&close);
        // It is called once, after this.
        close.forget();
    }
}

/// A handle that the browser was asked for and has not given yet.
struct Opening<'f>(&'f FileSystemFileHandle, Option<Promise>);

impl<'f> Opening<'f> {
    async fn start(file: &'f FileSystemFileHandle) -> Result<Handle, JsValue> {
        let promise = file.create_sync_access_handle();
        let mut opening = Self(file, Some(promise.clone()));
        let opened = promise.await;
        opening.1 = None;
        opened.map(|access| Handle::new(file.clone(), access))
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        if let Some(promise) = self.1.take() {
            let file = self.0.clone();
            let close = Closure::once(|access: JsValue| drop(Handle::new(file, access)));
            let _ = promise.then(&close);
            // It is called once, after this; a refusal calls nothing, and has nothing to close.
            close.forget();
        }
    }
}
