//! A message as the bytes that cross between page and worker.
//!
//! Both ends are of one build, which the first message says; so the bytes carry values only, no names (postcard).
//! Whole numbers of 64 bits cross exactly.

use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

/// The message as bytes. `None` for nothing that the protocol has.
pub(crate) fn write(message: &impl Serialize) -> Option<Uint8Array> {
    let bytes = postcard::to_allocvec(message).ok()?;
    Some(Uint8Array::from(bytes.as_slice()))
}

/// The message of what came, if it is one.
pub(crate) fn read<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    let bytes: Uint8Array = value.dyn_into().ok()?;
    postcard::from_bytes(&bytes.to_vec()).ok()
}
