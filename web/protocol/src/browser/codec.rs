//! A message as the JavaScript value that crosses between page and worker.
//!
//! Fields of a message are properties of an object; 64-bit integers are `BigInt`s, because a number would round them.
//! Bulk data is a `Uint8Array`, whose buffer is transferred: the receiver gets the memory and nothing is copied.

use js_sys::{Array, Object, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

/// The message as a value; nothing where it cannot be one.
pub fn encode(message: &impl Serialize) -> Option<JsValue> {
    let exact = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    message.serialize(&exact).ok()
}

/// The message of a value, if it is one.
pub fn decode<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

/// The buffers of an encoded value: the value itself, or its own fields.
pub fn buffers(value: &JsValue) -> Array {
    let buffers = Array::new();
    let add = |value: &JsValue| {
        if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
            buffers.push(&bytes.buffer());
        }
    };
    add(value);
    if !Array::is_array(value)
        && let Some(object) = value.dyn_ref::<Object>()
        && !value.is_instance_of::<Uint8Array>()
    {
        for field in Object::values(object) {
            add(&field);
        }
    }
    buffers
}
