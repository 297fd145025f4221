//! Untrusted text as text nodes, with escapes visible and matches marked. Nothing of it is ever markup.

use super::escape::{Lines, pieces};
use leptos::prelude::*;
use windrow_model::fold::Needle;

/// A text in one line; what matches `needle` is marked.
pub(crate) fn untrusted(text: &str, needle: &Needle) -> AnyView {
    untrusted_lines(text, needle, Lines::Joined)
}

/// The same, with lines broken where that is wanted.
pub(crate) fn untrusted_lines(text: &str, needle: &Needle, lines: Lines) -> AnyView {
    pieces(text, needle, lines)
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
