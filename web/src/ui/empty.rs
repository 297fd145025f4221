//! A panel without content: why there is none, and what would bring some.

use leptos::prelude::*;

/// A heading and a sentence.
pub(crate) fn empty(heading: &'static str, text: &'static str) -> AnyView {
    view! {
        <div class="empty">
            <h2>{heading}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}
