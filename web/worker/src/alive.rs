//! A Web Lock that is held until this worker ends: how the page learns of an end without a message.

use js_sys::{Array, Promise};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use windrow_protocol::browser::lock::request;

/// Takes a lock with a unique name and never releases it. Gives the name once it is held; nothing where the browser has no locks.
pub(super) async fn hold() -> Option<String> {
    let name = format!("windrow worker {}", js_sys::Math::random());
    let is_held = Rc::new(Cell::new(false));
    let held = Rc::clone(&is_held);
    let mut answer = None;
    let answered = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let granted = Closure::once_into_js(move || {
        held.set(true);
        if let Some(answer) = &answer {
            // Calling a promise's own resolver cannot throw.
            let _ = answer.call0(&JsValue::NULL);
        }
        Promise::new(&mut |_, _| {})
    });
    let over = request(&name, &granted)?;
    // The request itself settles only where it is refused.
    let _ = JsFuture::from(Promise::race(&Array::of2(&answered, &over))).await;
    is_held.get().then_some(name)
}
