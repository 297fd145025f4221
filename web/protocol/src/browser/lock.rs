//! Web Locks: how the page learns that the worker has ended.
//!
//! The worker holds a lock as long as it lives, and the page requests the same one: it is granted when the worker has ended, whatever
//! ended it. Error events alone would miss a worker that the browser or a person ends.
//! Browsers without Web Locks do without.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Asks for a lock; `granted` is called when it is had, and what it returns says how long it is held.
pub fn request(name: &str, granted: &JsValue) -> Option<Promise> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let asked = request.call2(&locks, &name.into(), granted);
    asked.ok()?.dyn_into().ok()
}
