//! The search over the rows: text, figures, next and previous.
//!
//! Enter searches, then goes to the next match; Shift and Enter goes back; Escape clears.

use super::effects::Search;
use super::find::Find;
use crate::features::contexts::ShownWindow;
use crate::protocol::SpanState;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// The search.
#[component]
pub(crate) fn SearchBar() -> impl IntoView {
    let search = expect_context::<Search>();
    let shown = expect_context::<ShownWindow>();
    // Milliseconds of the window that a search cannot reach, and of the whole window.
    let unsearched = Memo::new(move |_| {
        shown.get().map_or((0, 0), |window| {
            let is_out = |state| matches!(state, SpanState::Missing | SpanState::Damaged);
            let spans = window.view.iter().flat_map(|view| &view.spans);
            let out = spans
                .filter(|span| is_out(span.state))
                .map(|span| span.range.duration_ms())
                .sum::<u64>();
            (out, window.window().duration_ms())
        })
    });
    let has_matches = Memo::new(move |_| search.find.with(|find| find.row().is_some()));
    let sentence = move || {
        let (uncached_ms, window_ms) = unsearched.get();
        let is_typed = search.text.with(|text| !text.is_empty());
        search.find.with(|find| match find {
            Find::Idle if is_typed => "Enter searches".to_owned(),
            find => find.sentence(uncached_ms, window_ms),
        })
    };
    let pressed = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            let is_done = search
                .find
                .with_untracked(|find| matches!(find, Find::Done { .. }));
            if is_done {
                search.step(!event.shift_key());
            } else {
                search.start();
            }
        }
        "Escape" => {
            search.text.set(String::new());
            search.forget();
        }
        _ => {}
    };
    let step = move |forward| {
        if has_matches.get_untracked() {
            search.step(forward);
        }
    };
    view! {
        <div class="find" role="search">
            <div class="find-box">
                {Icon::Search.view()}
                <input
                    type="search"
                    data-testid="find-input"
                    spellcheck="false"
                    aria-label="Find in all cached rows"
                    placeholder="Find in all cached rows"
                    prop:value=move || search.text.get()
                    on:input=move |event| {
                        search.text.set(event_target_value(&event));
                        search.forget();
                    }
                    on:keydown=pressed
                />
            </div>
            <div class="find-steps">
                <button
                    type="button"
                    class="is-icon"
                    data-testid="find-previous"
                    aria-label="Previous match"
                    title="Previous match (Shift+Enter)"
                    aria-disabled=move || (!has_matches.get()).to_string()
                    on:click=move |_| step(false)
                >
                    {Icon::Up.view()}
                </button>
                <button
                    type="button"
                    class="is-icon"
                    data-testid="find-next"
                    aria-label="Next match"
                    title="Next match (Enter)"
                    aria-disabled=move || (!has_matches.get()).to_string()
                    on:click=move |_| step(true)
                >
                    {Icon::Down.view()}
                </button>
            </div>
            <p class="find-says" data-testid="find-count" role="status">{sentence}</p>
        </div>
    }
}
