//! Other tabs of this page: each tells the others when it has changed what is on disk.
//!
//! A tab that becomes visible takes it that something has changed meanwhile: a browser may hold back what it is told.

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::BroadcastChannel;

const CHANNEL: &str = "windrow.cache";

/// The other tabs. Without the browser's channel each is alone, and hears of the others when it becomes visible.
#[derive(Clone, Copy)]
pub(crate) struct OtherTabs(StoredValue<Option<BroadcastChannel>, LocalStorage>);

impl OtherTabs {
    /// Joins them.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new_local(BroadcastChannel::new(CHANNEL).ok()))
    }

    /// Tells them that files were written or deleted.
    pub(crate) fn tell(self) {
        self.0.with_value(|channel| {
            if let Some(channel) = channel {
                // A channel that is closed tells nobody, and there is nobody to tell.
                let _ = channel.post_message(&JsValue::TRUE);
            }
        });
    }

    /// Calls when another tab has told (`true`), or this one becomes visible again (`false`).
    pub(crate) fn listen(self, call: impl Fn(bool) + 'static) {
        let called = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
            let is_hidden = web_sys::window()
                .and_then(|window| window.document())
                .is_some_and(|document| document.hidden());
            let is_told = event.type_() == "message";
            if is_told || !is_hidden {
                call(is_told);
            }
        });
        let listener: &js_sys::Function = called.as_ref().unchecked_ref();
        self.0.with_value(|channel| {
            if let Some(channel) = channel {
                // A channel takes listeners of every name.
                let _ = channel.add_event_listener_with_callback("message", listener);
            }
        });
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(document) = document {
            let _ = document.add_event_listener_with_callback("visibilitychange", listener);
        }
        called.forget();
    }
}
