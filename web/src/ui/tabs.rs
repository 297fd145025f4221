//! A list of tabs: arrow keys, Home and End move between them, and the one with the focus is selected.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Moves the focus along the buttons of a group, and gives the one that has it now.
pub(crate) fn move_focus(event: &KeyboardEvent) -> Option<HtmlElement> {
    let held: Element = event.target()?.dyn_into().ok()?;
    let group = held.parent_element()?;
    let next = match event.key().as_str() {
        "ArrowRight" => held.next_element_sibling(),
        "ArrowLeft" => held.previous_element_sibling(),
        "Home" => group.first_element_child(),
        "End" => group.last_element_child(),
        _ => return None,
    };
    event.prevent_default();
    let next: HtmlElement = next?.dyn_into().ok()?;
    // A sibling that takes no focus leaves it where it is.
    let _ = next.focus();
    Some(next)
}

/// The list. Its tabs are buttons of the role `tab`.
#[component]
pub(crate) fn TabList(label: &'static str, children: Children) -> impl IntoView {
    let moved = |event: KeyboardEvent| {
        if let Some(tab) = move_focus(&event) {
            tab.click();
        }
    };
    view! {
        <div role="tablist" aria-label=label on:keydown=moved>
            {children()}
        </div>
    }
}

/// A tab, and how much its panel holds.
#[component]
pub(crate) fn TabButton(
    id: &'static str,
    panel: &'static str,
    name: &'static str,
    #[prop(into)] is_selected: Signal<bool>,
    #[prop(into)] size: Signal<Option<String>>,
    #[prop(into)] on_select: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            role="tab"
            id=id
            data-testid=id
            aria-controls=panel
            aria-selected=move || is_selected.get().to_string()
            tabindex=move || if is_selected.get() { "0" } else { "-1" }
            on:click=move |_| on_select.run(())
        >
            {name}
            {move || size.get().map(|size| view! { <span>{size}</span> })}
        </button>
    }
}
