//! The fragment of the address: the part after `#`, which is never sent to a server.

use super::listen::listen_to_page;
use wasm_bindgen::JsValue;
use web_sys::{Event, History, Location};

/// How a fragment gets into the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// As a new entry of the history: Back returns to the one before.
    Push,
    /// In place of the current entry.
    Replace,
}

/// The current fragment with its `#`; empty where there is none.
pub fn fragment() -> String {
    location()
        .and_then(|location| location.hash().ok())
        .unwrap_or_default()
}

/// Puts a fragment, with its `#`, into the address. An empty one removes it.
pub fn set_fragment(fragment: &str, entry: Entry) {
    let set = || -> Option<()> {
        // A relative URL that is empty would keep the old fragment.
        let address = format!("{}{fragment}", location()?.pathname().ok()?);
        let history: History = web_sys::window()?.history().ok()?;
        match entry {
            Entry::Push => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
            Entry::Replace => history.replace_state_with_url(&JsValue::NULL, "", Some(&address)),
        }
        .ok()
    };
    // A browser may refuse after too many changes in a short time; the address is then older than the page.
    let _ = set();
}

/// Calls with the new fragment when a person changes it: by Back, Forward, or another address opened in this tab.
///
/// Changes by [`set_fragment`] do not call. Lasts as long as the page.
pub fn on_change(call: impl Fn(String) + 'static) {
    listen_to_page(&["popstate"], move |_: Event| call(fragment()));
}

fn location() -> Option<Location> {
    Some(web_sys::window()?.location())
}
