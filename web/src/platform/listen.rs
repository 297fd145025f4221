//! Listening to events of the browser.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// Calls with every event of these names, for as long as the target lives.
pub(super) fn listen<E: JsCast + 'static>(
    target: &EventTarget,
    names: &[&str],
    call: impl Fn(E) + 'static,
) {
    let call = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Ok(event) = event.dyn_into::<E>() {
            call(event);
        }
    });
    for name in names {
        // Listeners of every name are taken.
        let _ = target.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
    }
    call.forget();
}

/// The same of the page, for as long as it lives.
pub(super) fn listen_to_page<E: JsCast + 'static>(names: &[&str], call: impl Fn(E) + 'static) {
    if let Some(window) = web_sys::window() {
        listen(&window, names, call);
    }
}
