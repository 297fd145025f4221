//! Untrusted text as text nodes, with escapes visible and matches marked.

use crate::state::escape::pieces;
use leptos::prelude::*;

/// The text's pieces. Nothing of it is ever markup.
pub(crate) fn untrusted(text: &str, needle: &str) -> impl IntoView + use<> {
    pieces(text, needle, true)
        .into_iter()
        .map(|piece| match (piece.hit, piece.escaped) {
            (false, false) => piece.text.into_any(),
            (false, true) => view! { <span class="escape">{piece.text}</span> }.into_any(),
            (true, false) => view! { <mark>{piece.text}</mark> }.into_any(),
            (true, true) => view! { <mark class="escape">{piece.text}</mark> }.into_any(),
        })
        .collect_view()
}
