//! The find over the rows: text, figures, next and previous.
//!
//! Enter searches, then goes to the next match; Shift and Enter goes back; Escape clears.

use super::icon::{Icon, icon};
use super::page::Page;
use crate::protocol::Holding;
use crate::state::find::Find;
use leptos::prelude::*;

/// Milliseconds of the shown window that a find cannot reach, and of the whole window.
fn unsearched(page: Page) -> (u64, u64) {
    page.here().map_or((0, 0), |here| {
        let uncached = here.looked.view.as_ref().map_or(0, |view| {
            view.stretches
                .iter()
                .filter(|stretch| matches!(stretch.state, Holding::Missing | Holding::Damaged))
                .map(|stretch| stretch.range.duration_ms())
                .sum()
        });
        (uncached, here.window.duration_ms())
    })
}

/// The find.
#[component]
pub(crate) fn FindBar(page: Page) -> impl IntoView {
    let sought = RwSignal::new(String::new());
    let search = move || {
        sought.set(page.find_text.get_untracked());
        page.start_find();
    };
    let key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            let is_new = sought.get_untracked() != page.find_text.get_untracked();
            let is_done = matches!(page.find.get_untracked(), Find::Done { .. });
            if is_new || !is_done {
                search();
            } else {
                page.step_find(!event.shift_key());
            }
        }
        "Escape" => {
            page.find_text.set(String::new());
            search();
        }
        _ => {}
    };
    let has_matches = move || page.find.with(|find| find.row().is_some());
    let sentence = move || {
        let (uncached_ms, window_ms) = unsearched(page);
        page.find.with(|find| find.sentence(uncached_ms, window_ms))
    };
    view! {
        <div class="find" role="search">
            <div class="find-field">
                {icon(Icon::Search)}
                <input
                    data-testid="find-input"
                    type="search"
                    spellcheck="false"
                    aria-label="Find in messages"
                    placeholder="Find in messages"
                    prop:value=move || page.find_text.get()
                    on:input=move |event| page.find_text.set(event_target_value(&event))
                    on:change=move |_| {
                        if page.find_text.with_untracked(String::is_empty) {
                            search();
                        }
                    }
                    on:keydown=key
                />
            </div>
            <button
                type="button"
                class="quiet"
                data-testid="find-previous"
                aria-label="Previous match"
                title="Previous match (Shift+Enter)"
                disabled=move || !has_matches()
                on:click=move |_| page.step_find(false)
            >
                {icon(Icon::Previous)}
            </button>
            <button
                type="button"
                class="quiet"
                data-testid="find-next"
                aria-label="Next match"
                title="Next match (Enter)"
                disabled=move || !has_matches()
                on:click=move |_| page.step_find(true)
            >
                {icon(Icon::Next)}
            </button>
            <p class="find-count" data-testid="find-count" role="status">
                {sentence}
            </p>
        </div>
    }
}
