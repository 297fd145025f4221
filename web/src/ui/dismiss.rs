//! A button that takes away what it stands on. Where the focus goes is for its owner to say.

use super::icon::Icon;
use leptos::prelude::*;
use web_sys::MouseEvent;

/// The button.
#[component]
pub(crate) fn Dismiss(#[prop(into)] on_press: Callback<MouseEvent>) -> impl IntoView {
    let press = move |event| on_press.run(event);
    view! {
        <button type="button" class="is-icon is-quiet" aria-label="Dismiss" title="Dismiss" on:click=press>
            {Icon::Close.view()}
        </button>
    }
}
