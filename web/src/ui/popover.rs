//! A panel above the page that a button opens, closed by Escape or a press elsewhere: the browser's own `popover`.
//!
//! Its button has `popovertarget` with the same id. It is placed below that button whenever it opens.

use crate::platform::focus;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use windrow_protocol::browser::task;

/// Pixels between a button and its panel, and between a panel and the edge of the page.
const APART_PX: f64 = 6.0;

/// The panel.
#[component]
pub(crate) fn Popover(
    id: &'static str,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
    label: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div
            id=id
            popover="auto"
            class=format!("pop {class}")
            role="dialog"
            aria-label=label
            on:toggle=move |_| place(id)
        >
            {children()}
        </div>
    }
}

/// Closes a panel.
pub(crate) fn close(id: &str) {
    if let Some(panel) = focus::element(id) {
        // One that is closed already stays so.
        let _ = panel.hide_popover();
    }
}

/// Opens a panel, where it is one, and gives the focus to the element with the other id.
pub(crate) fn open(id: &str, then: &str) {
    if let Some(panel) = focus::element(id) {
        // One that is open already stays so.
        let _ = panel.show_popover();
    }
    focus::focus(then);
}

/// Gives the focus to an element of a panel that the press under way opens; nothing where it closes it.
pub(crate) fn focus_once_open(id: &'static str, then: &'static str) {
    task::later(0, move || {
        let is_open = focus::element(id)
            .is_some_and(|panel| panel.matches(":popover-open").unwrap_or_default());
        if is_open {
            focus::focus(then);
        }
    });
}

/// Puts an open panel below the button that has opened it, as far as the page is wide.
fn place(id: &'static str) {
    let place = || -> Option<()> {
        let panel = focus::element(id)?;
        if !panel.matches(":popover-open").ok()? {
            return None;
        }
        let window = web_sys::window()?;
        let document = window.document()?;
        let width = window.inner_width().ok()?.as_f64()?;
        let selector = format!("[popovertarget={id}]");
        let held = document
            .active_element()
            .filter(|held| held.matches(&selector).unwrap_or_default());
        let button: Element = held.or(document.query_selector(&selector).ok()?)?;
        let (at, size) = (
            button.get_bounding_client_rect(),
            panel.get_bounding_client_rect(),
        );
        let most = (width - size.width() - APART_PX).max(APART_PX);
        // A menu of a button at the right ends where the button does.
        let left = if at.left() > width / 2.0 {
            at.right() - size.width()
        } else {
            at.left()
        };
        let style = panel.unchecked_ref::<HtmlElement>().style();
        style
            .set_property("left", &format!("{}px", left.clamp(APART_PX, most)))
            .ok()?;
        style
            .set_property("top", &format!("{}px", at.bottom() + APART_PX))
            .ok()
    };
    // A panel without a button stays where the style sheet puts it.
    let _ = place();
}
