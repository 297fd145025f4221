//! The find over the rows: text, figures, next and previous.
//!
//! Enter searches, then goes to the next match; Shift and Enter goes back; Escape clears.

use super::el::{El, el, flag, text};
use super::icon::{Icon, icon};
use super::page::Page;
use crate::protocol::SpanState;
use crate::state::find::Find;
use leptos::prelude::*;

/// Milliseconds of the shown window that a find cannot reach, and of the whole window.
fn unsearched(page: Page) -> (u64, u64) {
    page.here().map_or((0, 0), |here| {
        let uncached = here.looked.view.as_ref().map_or(0, |view| {
            view.spans
                .iter()
                .filter(|stretch| matches!(stretch.state, SpanState::Missing | SpanState::Damaged))
                .map(|stretch| stretch.range.duration_ms())
                .sum()
        });
        (uncached, here.window.duration_ms())
    })
}

/// The find.
pub(crate) fn find_bar(page: Page) -> El {
    let pressed = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            if page
                .find
                .with_untracked(|find| matches!(find, Find::Done { .. }))
            {
                page.step_find(!event.shift_key());
            } else {
                page.start_find();
            }
        }
        "Escape" => {
            page.find_text.set(String::new());
            page.forget_find();
        }
        _ => {}
    };
    let has_matches = move || page.find.with(|find| find.row().is_some());
    let sentence = move || {
        let (uncached_ms, window_ms) = unsearched(page);
        let is_typed = page.find_text.with(|text| !text.is_empty());
        page.find.with(|find| match find {
            Find::Idle if is_typed => "Enter searches".to_owned(),
            find => find.sentence(uncached_ms, window_ms),
        })
    };
    el("div class='find' role='search'")
        .child(
            el("div class='find-field'")
                .child(icon(Icon::Search))
                .child(
                    el("input data-testid='find-input' type='search' spellcheck='false'")
                        .attr("aria-label", "Find in messages")
                        .attr("placeholder", "Find in messages")
                        .value(text(move || page.find_text.get()))
                        .on("input", move |event| {
                            page.find_text.set(event_target_value(&event));
                            page.forget_find();
                        })
                        .on_key(pressed),
                ),
        )
        .child(
            el("button type='button' class='quiet' data-testid='find-previous'")
                .attr("aria-label", "Previous match")
                .attr("title", "Previous match (Shift+Enter)")
                .attr("disabled", flag(move || !has_matches()))
                .on("click", move |_| page.step_find(false))
                .child(icon(Icon::Previous)),
        )
        .child(
            el("button type='button' class='quiet' data-testid='find-next'")
                .attr("aria-label", "Next match")
                .attr("title", "Next match (Enter)")
                .attr("disabled", flag(move || !has_matches()))
                .on("click", move |_| page.step_find(true))
                .child(icon(Icon::Next)),
        )
        .child(
            el("p class='find-count' data-testid='find-count' role='status'").child(text(sentence)),
        )
}
