//! Keys that are pressed anywhere on the page.

use super::listen::listen_to_page;
use super::press::Press;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Where a key belongs to the element that has the focus, or to a sheet in front of the page.
const TAKES_KEYS: &str =
    "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]";

/// Calls with every first press of a key that nothing else took; `call` says whether it did. Lasts as long as the page.
pub(crate) fn on_press(call: impl Fn(Press<'_>) -> bool + 'static) {
    listen_to_page(&["keydown"], move |event: KeyboardEvent| {
        if event.repeat() || event.is_composing() || event.default_prevented() {
            return;
        }
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let taken = target.and_then(|element| element.closest(TAKES_KEYS).unwrap_or_default());
        let took = call(Press {
            key: &event.key(),
            shift: event.shift_key(),
            is_command: event.ctrl_key()
                || event.meta_key()
                // Some keyboards type brackets by Alt.
                || (event.alt_key() && event.key().chars().all(|key| key.is_ascii_alphanumeric())),
            is_taken: taken.is_some(),
        });
        if took {
            // Firefox would open its own search by "/".
            event.prevent_default();
        }
    });
}
