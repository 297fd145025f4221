//! Untrusted text as text nodes, with escapes visible and matches marked.

use super::browser;
use super::el::{Child, el};
use crate::state::escape::pieces;
use leptos::prelude::*;

/// The text's pieces. Nothing of it is ever markup.
pub(crate) fn untrusted(text: &str, needle: &str) -> AnyView {
    pieces(text, needle, browser::lower)
        .into_iter()
        .map(|piece| match (piece.hit, piece.escaped) {
            (false, false) => piece.text.into_any(),
            (false, true) => el("span class='escape'").child(piece.text).into_any(),
            (true, false) => el("mark").child(piece.text).into_any(),
            (true, true) => el("mark class='escape'").child(piece.text).into_any(),
        })
        .collect::<Vec<_>>()
        .view()
}
