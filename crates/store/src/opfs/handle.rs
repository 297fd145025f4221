//! One file opened for writing.
//!
//! Invariant: it is closed soon after it is dropped, even if it was still being opened: an open handle keeps every other tab out.
//! IMPORTANT: Chromium never returns from closing a handle whose file was removed when the user cleared the site's data: the worker would hang for good.
//! So the file is looked up before its handle is closed, and if it is gone the handle is leaked: it keeps nobody out of the new storage.
//! Clearing between the two would still hang the worker; restarting it helps.
//! A timer would not: closing blocks the worker's thread, so nothing else runs on it.

use super::wait::{TRIES, pause};
use super::{StoreError, exception};
use crate::attempt::Attempt;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{FileSystemFileHandle, FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

/// An exclusive handle to a file.
#[derive(Debug)]
pub(super) struct Handle {
    file: FileSystemFileHandle,
    access: FileSystemSyncAccessHandle,
    is_released: bool,
}

impl Handle {
    /// Opens a file; waits for another tab's handle.
    pub(super) async fn open(
        file: &FileSystemFileHandle,
        attempt: &Attempt,
    ) -> Result<Self, StoreError> {
        for tried in 1..=TRIES {
            match Opening::start(file).await {
                Ok(handle) => return Ok(handle),
                Err(error) if exception::is_busy(&error) => {
                    if tried < TRIES {
                        pause().await;
                    }
                }
                Err(error) => return Err(attempt.js(&error)),
            }
        }
        Err(attempt.locked())
    }

    fn new(file: FileSystemFileHandle, access: JsValue) -> Self {
        Self {
            file,
            access: access.unchecked_into(),
            is_released: false,
        }
    }

    /// Closes it, and waits until it is closed. Fails where the file is gone.
    pub(super) async fn close(mut self, attempt: &Attempt) -> Result<(), StoreError> {
        let looked = self
            .file
            .get_file()
            .await
            .map_err(|error| attempt.js(&error));
        self.is_released = true;
        if let Err(gone @ StoreError::NotFound { .. }) = looked {
            return Err(gone);
        }
        self.access.close();
        Ok(())
    }

    /// Bytes in the file.
    pub(super) fn size(&self, attempt: &Attempt) -> Result<u64, StoreError> {
        let size = self.access.get_size().map_err(|error| attempt.js(&error))?;
        Ok(size as u64)
    }

    /// Truncates the file to 0 bytes.
    pub(super) fn empty(&self, attempt: &Attempt) -> Result<(), StoreError> {
        self.access
            .truncate_with_u32(0)
            .map_err(|error| attempt.js(&error))
    }

    /// Writes `bytes` at `at`, straight from this memory, and gives how many were accepted.
    pub(super) fn write(
        &self,
        bytes: &[u8],
        at: u64,
        attempt: &Attempt,
    ) -> Result<usize, StoreError> {
        let options = FileSystemReadWriteOptions::new();
        // Sizes of files stay far below 2^53, where `f64` is exact.
        options.set_at(at as f64);
        let written = self.access.write_with_u8_array_and_options(bytes, &options);
        written
            .map(|written| written as usize)
            .map_err(|error| attempt.js(&error))
    }

    /// Makes everything written durable.
    pub(super) fn flush(&self, attempt: &Attempt) -> Result<(), StoreError> {
        self.access.flush().map_err(|error| attempt.js(&error))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.is_released {
            return;
        }
        let access = self.access.clone();
        let close = Closure::once(move |looked: JsValue| {
            let looked: Array = looked.unchecked_into();
            let why_not = Reflect::get(&looked.get(0), &"reason".into()).unwrap_or_default();
            if !exception::is_gone(&why_not) {
                access.close();
            }
        });
        let looking = Promise::all_settled(&Array::of1(&self.file.get_file()));
        let _ = looking.then(&close);
        // It is called once, after this.
        close.forget();
    }
}

/// A handle that was requested and not granted yet.
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
