//! Other tabs of this page: each tells the others when it has changed what is on disk.
//!
//! A tab that becomes visible takes it that something has changed meanwhile: a browser may hold back what it is told.

use super::listen::listen;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{BroadcastChannel, Event};

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
        let call = Rc::new(call);
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(document) = document {
            let (call, seen) = (Rc::clone(&call), document.clone());
            listen(&document, &["visibilitychange"], move |_: Event| {
                if !seen.hidden() {
                    call(false);
                }
            });
        }
        self.0.with_value(|channel| {
            if let Some(channel) = channel {
                listen(channel, &["message"], move |_: Event| call(true));
            }
        });
    }
}
