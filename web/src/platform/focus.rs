//! The keyboard focus.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use windrow_protocol::browser::task;

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

/// Whether the element with an id has the focus, or holds what has it.
pub fn is_within(id: &str) -> bool {
    element(id).is_some_and(|element| element.contains(focused().as_deref()))
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

/// Gives the focus to the control behind the one that was pressed and is about to go.
pub(crate) fn focus_after(event: &web_sys::MouseEvent) {
    let next = || -> Option<HtmlElement> {
        let held: Element = event.current_target()?.dyn_into().ok()?;
        let document = web_sys::window()?.document()?;
        let all = document
            .query_selector_all("a[href], button, input, select, summary, [tabindex='0']")
            .ok()?;
        let all = (0..all.length()).filter_map(|at| all.get(at)?.dyn_into::<HtmlElement>().ok());
        let mut behind = all.skip_while(|element| !element.is_same_node(Some(&held)));
        // What is not drawn takes no focus.
        behind.next()?;
        behind.find(|element| element.offset_width() > 0 && element.tab_index() >= 0)
    };
    if let Some(next) = next() {
        let _ = next.focus();
    }
}
