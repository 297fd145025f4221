//! Messages between the worker and its page.

use crate::protocol::{FromWorker, ToWorker};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Sends a message. Whole numbers cross as `BigInt`, so that none is rounded.
pub(super) fn post(message: &FromWorker) {
    let serializer = Serializer::new().serialize_large_number_types_as_bigints(true);
    if let (Some(scope), Ok(value)) = (scope(), message.serialize(&serializer)) {
        // Fails only once the page is gone.
        let _ = scope.post_message(&value);
    }
}

/// Hands over every message that can be read, for as long as the worker lives.
pub(super) fn listen(take: impl Fn(ToWorker) + 'static) {
    let call = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Ok(message) = serde_wasm_bindgen::from_value(event.data()) {
            take(message);
        }
    });
    if let Some(scope) = scope() {
        scope.set_onmessage(Some(call.as_ref().unchecked_ref()));
    }
    call.forget();
}
