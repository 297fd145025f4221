//! Web Locks: whether the worker still lives.
//!
//! The worker holds a Web Lock for as long as it lives, and the page asks for the same one: it is granted when the worker is gone,
//! however it went. An error event alone would not do: a worker that the browser or a person ends says nothing.
//! Where the browser has no Web Locks nothing is held and nothing is waited for.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Asks for a lock; `granted` is called when it is had, and what it returns says how long it is held.
pub(crate) fn request(name: &str, granted: &JsValue) -> Option<Promise> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let asked = request.call2(&locks, &name.into(), granted);
    asked.ok()?.dyn_into().ok()
}
