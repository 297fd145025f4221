//! Messages between the worker and its page.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use windrow_protocol::browser::codec;
use windrow_protocol::{FromWorker, ToWorker};

pub(super) fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Sends a message. The buffers of a reply are transferred.
pub(super) fn post(message: &FromWorker) {
    let buffers = match message {
        FromWorker::Reply { reply, .. } => codec::buffers(reply),
        _ => Array::new(),
    };
    if let (Some(scope), Some(message)) = (scope(), codec::encode(message)) {
        // Fails only once the page is gone.
        let _ = scope.post_message_with_transfer(&message, &buffers);
    }
}

/// Hands over every message, for as long as the worker lives.
pub(super) fn listen(take: impl Fn(ToWorker) + 'static) {
    let call = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match codec::decode(event.data()) {
            Some(message) => take(message),
            // Whoever waits for the reply hears that the worker has ended.
            None => post(&FromWorker::Panicked {
                place: "a message that could not be read".to_owned(),
            }),
        }
    });
    if let Some(scope) = scope() {
        scope.set_onmessage(Some(call.as_ref().unchecked_ref()));
    }
    call.forget();
}
