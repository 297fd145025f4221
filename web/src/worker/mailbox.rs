//! Messages between the worker and its page.

use crate::protocol::{FromWorker, ToWorker};
use crate::wire;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Sends a message.
pub(super) fn post(message: &FromWorker) {
    if let (Some(scope), Some(bytes)) = (scope(), wire::write(message)) {
        // Fails only once the page is gone.
        let _ = scope.post_message(&bytes);
    }
}

/// Hands over every message that can be read, for as long as the worker lives.
pub(super) fn listen(take: impl Fn(ToWorker) + 'static) {
    let call = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(message) = wire::read(event.data()) {
            take(message);
        }
    });
    if let Some(scope) = scope() {
        scope.set_onmessage(Some(call.as_ref().unchecked_ref()));
    }
    call.forget();
}
