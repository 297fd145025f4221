//! Untrusted text as text nodes, with escapes visible and matches marked. Nothing of it is ever markup.

use super::escape::pieces;
use leptos::prelude::*;

/// The pieces of a text; what matches `needle` is marked.
pub(crate) fn untrusted(text: &str, needle: &str) -> AnyView {
    pieces(text, needle)
        .into_iter()
        .map(|piece| match (piece.hit, piece.escaped) {
            (false, false) => piece.text.into_any(),
            (false, true) => view! { <span class="escape">{piece.text}</span> }.into_any(),
            (true, false) => view! { <mark>{piece.text}</mark> }.into_any(),
            (true, true) => view! { <mark class="escape">{piece.text}</mark> }.into_any(),
        })
        .collect::<Vec<_>>()
        .into_any()
}
