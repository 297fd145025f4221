//! One file opened for writing.
//!
//! Invariant: it is closed when it is dropped, even if it was still being opened: an open handle keeps every other tab out.

use super::fault::Fault;
use super::wait::{TRIES, pause};
use super::{StoreError, fault};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{FileSystemFileHandle, FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

/// An exclusive handle to a file.
#[derive(Debug)]
pub(super) struct Handle(FileSystemSyncAccessHandle);

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

    /// Bytes in the file.
    pub(super) fn size(&self, fault: &Fault) -> Result<u64, StoreError> {
        let size = self.0.get_size().map_err(|error| fault.js(&error))?;
        Ok(size as u64)
    }

    /// Cuts the file down to nothing.
    pub(super) fn empty(&self, fault: &Fault) -> Result<(), StoreError> {
        self.0
            .truncate_with_u32(0)
            .map_err(|error| fault.js(&error))
    }

    /// Writes `bytes` at `at`, straight from this memory, and gives how many it took.
    pub(super) fn write(&self, bytes: &[u8], at: u64, fault: &Fault) -> Result<usize, StoreError> {
        let options = FileSystemReadWriteOptions::new();
        // Sizes of files stay far below 2^53, where `f64` is exact.
        options.set_at(at as f64);
        let written = self.0.write_with_u8_array_and_options(bytes, &options);
        written
            .map(|written| written as usize)
            .map_err(|error| fault.js(&error))
    }

    /// Makes everything written durable.
    pub(super) fn flush(&self, fault: &Fault) -> Result<(), StoreError> {
        self.0.flush().map_err(|error| fault.js(&error))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A handle that the browser was asked for and has not given yet.
struct Opening(Option<Promise>);

impl Opening {
    async fn start(file: &FileSystemFileHandle) -> Result<Handle, JsValue> {
        let promise = file.create_sync_access_handle();
        let mut opening = Self(Some(promise.clone()));
        let opened = promise.await;
        opening.0 = None;
        opened.map(|handle| Handle(handle.unchecked_into()))
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if let Some(promise) = self.0.take() {
            let close = Closure::once(|handle: JsValue| drop(Handle(handle.unchecked_into())));
            let _ = promise.then(&close);
            // It is called once, after this; a refusal calls nothing, and has nothing to close.
            close.forget();
        }
    }
}
