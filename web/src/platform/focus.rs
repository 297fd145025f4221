//! The keyboard focus.

use super::task;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The element with an id.
pub fn element(id: &str) -> Option<HtmlElement> {
    web_sys::window()?
        .document()?
        .get_element_by_id(id)?
        .dyn_into()
        .ok()
}

/// Focuses the element with an id, if it is there and can take the focus.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
    }
}

fn focused() -> Option<Element> {
    web_sys::window()?.document()?.active_element()
}

/// Keeps the focus in the page across a change: if the element that has it is removed, the one with the id `next` takes it.
///
/// Call it before the change.
pub fn keep_focus(next: &'static str) {
    let Some(before) = focused() else {
        return;
    };
    // Everything that follows a change is rendered before any timer.
    task::later(0, move || {
        let is_free = focused().is_none_or(|now| now.tag_name() == "BODY");
        if !before.is_connected() && is_free {
            focus(next);
        }
    });
}
