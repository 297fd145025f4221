//! Other tabs of this page: each tells the others when it has changed what is on disk.
//!
//! A tab that becomes visible takes it that something has changed meanwhile: a browser may hold back what it is told.

use super::listen::listen;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{BroadcastChannel, Event};
use windrow_protocol::browser::task;

const CHANNEL: &str = "windrow.cache";

/// Calls each time this tab has been hidden for so long, and when it is seen again.
pub(crate) fn when_hidden_for(
    wait_ms: u64,
    hidden: impl Fn() + 'static,
    shown: impl Fn() + 'static,
) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let hidden = Rc::new(hidden);
    // Counts changes, so that a tab that was seen in between waits anew.
    let changes = Rc::new(Cell::new(0_u32));
    let seen = document.clone();
    listen(&document, &["visibilitychange"], move |_: Event| {
        let change = changes.get().wrapping_add(1);
        changes.set(change);
        if !seen.hidden() {
            shown();
            return;
        }
        let (hidden, changes) = (Rc::clone(&hidden), Rc::clone(&changes));
        task::later(wait_ms, move || {
            if changes.get() == change {
                hidden();
            }
        });
    });
}

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
