//! The find line: the text, which match of how many, next and previous, and how much was searched. It never hides rows.
//!
//! Enter searches, then goes to the next match; Shift and Enter goes back; Ctrl and Enter makes it a filter; Escape clears.

use super::effects::SearchStore;
use super::state::{Find, Msg};
use crate::features::contexts::{Coverage, Narrow, ShownWindow};
use crate::features::coverage::pieces::CoverageState;
use crate::features::filter::chip::contains;
use crate::features::filter::state::Change;
use crate::features::rows::effects::RowsTable;
use crate::features::rows::state::Rows;
use crate::ui::format::count;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// The id of the field.
pub(crate) const FIELD: &str = "find-input";

/// The line.
#[component]
pub(crate) fn SearchBar() -> impl IntoView {
    let search = expect_context::<SearchStore>();
    let table = expect_context::<RowsTable>();
    let narrow = expect_context::<Narrow>();
    let press = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            keep_matches(search, narrow);
        }
        "Enter" => {
            event.prevent_default();
            search.send(Msg::Enter {
                forward: !event.shift_key(),
                from: table.with_untracked(Rows::stands_on),
            });
        }
        "Escape" => search.send(Msg::Typed(String::new())),
        _ => {}
    };
    let text = search.memo(|search| search.text().to_owned());
    view! {
        <div class="find" role="search">
            <div class="find-box">
                {Icon::Search.view()}
                <input
                    id=FIELD
                    data-testid="find-input"
                    type="search"
                    spellcheck="false"
                    autocomplete="off"
                    aria-label="Find in all cached rows"
                    placeholder="Find in all cached rows"
                    prop:value=text
                    on:input=move |event| search.send(Msg::Typed(event_target_value(&event)))
                    on:keydown=press
                />
            </div>
            <Position/>
            <span class="find-steps">
                <Step forward=false/>
                <Step forward=true/>
            </span>
            <KeepMatches/>
            <Says/>
        </div>
    }
}

/// Shows only the rows that contain the text. What is marked stays marked.
fn keep_matches(search: SearchStore, narrow: Narrow) {
    if let Some(term) = search.with_untracked(|search| contains(search.text())) {
        narrow.change.run(Change::Add(term));
    }
}

#[component]
fn KeepMatches() -> impl IntoView {
    let search = expect_context::<SearchStore>();
    let narrow = expect_context::<Narrow>();
    let is_empty = search.memo(|search| search.text().is_empty());
    view! {
        <button
            type="button"
            data-testid="keep-matches"
            title="Show only rows that contain the text (Ctrl+Enter)"
            disabled=is_empty
            on:click=move |_| keep_matches(search, narrow)
        >
            {Icon::Filter.view()}
            "Keep only matches"
        </button>
    }
}

/// `204 of 312`. What is said aloud says it too.
#[component]
fn Position() -> impl IntoView {
    let search = expect_context::<SearchStore>();
    let position = search.memo(|search| search.position());
    move || {
        position.get().map(|(at, of)| {
            view! {
                <span class="find-count" aria-hidden="true">
                    {count(at)} " " <em>"of " {count(of)}</em>
                </span>
            }
        })
    }
}

#[component]
fn Step(forward: bool) -> impl IntoView {
    let search = expect_context::<SearchStore>();
    let has_matches = search.memo(|search| search.position().is_some());
    let (testid, label, title, icon) = if forward {
        ("find-next", "Next match", "Next match (Enter)", Icon::Down)
    } else {
        (
            "find-previous",
            "Previous match",
            "Previous match (Shift+Enter)",
            Icon::Up,
        )
    };
    view! {
        <button
            type="button"
            class="is-icon"
            data-testid=testid
            aria-label=label
            title=title
            disabled=move || !has_matches.get()
            on:click=move |_| search.send(Msg::Step { forward })
        >
            {icon.view()}
        </button>
    }
}

/// How many match, in how much.
#[component]
fn Says() -> impl IntoView {
    let search = expect_context::<SearchStore>();
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    // Milliseconds of the window that a find cannot reach, and of all of it.
    let reach = Memo::new(move |_| {
        let uncached_ms = coverage.pieces.with(|pieces| {
            pieces
                .iter()
                .filter(|piece| !has_rows(piece.state))
                .map(|piece| piece.range.duration_ms())
                .sum::<u64>()
        });
        let window_ms = shown
            .get()
            .map_or(0, |window| window.window().duration_ms());
        (uncached_ms, window_ms)
    });
    let said = Memo::new(move |_| {
        let (uncached_ms, window_ms) = reach.get();
        search.with(|search| search.sentence(uncached_ms, window_ms))
    });
    let ordinal = search.memo(|search| search.ordinal());
    let is_problem = search.memo(|search| matches!(search.find(), Find::Failed(_)));
    view! {
        <p class="find-says" class:is-failed=is_problem data-testid="find-count" role="status">
            <span class="unseen">{ordinal}</span>
            {move || said.get().0}
            {move || (!said.get().1.is_empty()).then_some(". ")}
            <span class="not">{move || said.get().1}</span>
        </p>
    }
}

/// Whether a find goes through what is in this state.
fn has_rows(state: CoverageState) -> bool {
    matches!(
        state,
        CoverageState::Cached
            | CoverageState::Empty
            | CoverageState::Bypass
            | CoverageState::Provisional
    )
}
