//! A button for what cannot be undone: the first press arms it and says what will go, the second does it.

use super::icon::{Icon, icon};
use crate::task;
use leptos::prelude::*;

/// How long it stays armed.
const ARMED_MS: u64 = 5000;

/// A delete button.
#[component]
pub(crate) fn Armed(
    testid: &'static str,
    /// What is said of the button, before the first press.
    label: String,
    /// What stands on it after.
    confirm: String,
    act: impl Fn() + 'static,
) -> impl IntoView {
    let armed = RwSignal::new(false);
    let press = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        if armed.get_untracked() {
            armed.set(false);
            act();
        } else {
            armed.set(true);
            task::later(ARMED_MS, move || {
                // The list may have been drawn anew by now.
                let _ = armed.try_set(false);
            });
        }
    };
    let title = label.clone();
    view! {
        <button
            type="button"
            class="quiet armed"
            class:is-armed=move || armed.get()
            data-testid=testid
            title=title
            aria-label=move || if armed.get() { confirm.clone() } else { label.clone() }
            on:click=press
        >
            {icon(Icon::Delete)}
            <Show when=move || armed.get()>
                <span>"Delete?"</span>
            </Show>
        </button>
    }
}
