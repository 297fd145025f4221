//! Keys and pictures: what can be pressed where, and what each state looks like.

use crate::features::coverage::lane::Legend;
use crate::ui::icon::Icon;
use leptos::html;
use leptos::prelude::*;

/// What can be pressed: where, what it does, the keys.
const KEYS: [(&str, &[(&str, &str)]); 3] = [
    (
        "Rows",
        &[
            ("Next, previous row", "\u{2193} \u{2191}"),
            ("Page, first, last", "PgDn PgUp Home End"),
            ("Open, close the detail", "Enter Esc"),
        ],
    ),
    (
        "Search",
        &[
            ("Search, next match", "Enter"),
            ("Previous match", "Shift+Enter"),
            ("Clear", "Esc"),
        ],
    ),
    (
        "Time and coverage",
        &[
            ("Step the part of a time at the caret", "\u{2191} \u{2193}"),
            ("Along the lane and the tabs", "\u{2190} \u{2192} Home End"),
            ("Fetch a gap of the lane", "Enter"),
        ],
    ),
];

const SHEET: &str = "help-sheet";

/// Opens the sheet.
#[component]
pub(super) fn HelpButton() -> impl IntoView {
    view! {
        <button
            type="button"
            class="is-icon is-quiet"
            data-testid="help"
            title="Keys and pictures"
            aria-label="Keys and pictures"
            on:click=|_| crate::ui::dialog::open(SHEET)
        >
            {Icon::Help.view()}
        </button>
    }
}

/// The sheet.
#[component]
pub(super) fn HelpSheet() -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let columns = KEYS
        .map(|(title, keys)| {
            let keys = keys
                .iter()
                .map(|(does, keys)| {
                    let keys = keys
                        .split(' ')
                        .map(|key| view! { <kbd>{key}</kbd> })
                        .collect_view();
                    view! { <li>{*does} <span>{keys}</span></li> }
                })
                .collect_view();
            view! { <div><h3>{title}</h3><ul>{keys}</ul></div> }
        })
        .into_iter()
        .collect_view();
    view! {
        <dialog id=SHEET class="sheet keys" aria-label="Keys and pictures" node_ref=node>
            <header>
                <h2 class="grow">"Keys and pictures"</h2>
                <button
                    type="button"
                    class="is-icon is-quiet"
                    aria-label="Close"
                    on:click=move |_| {
                        if let Some(sheet) = node.get_untracked() {
                            sheet.close();
                        }
                    }
                >
                    {Icon::Close.view()}
                </button>
            </header>
            <div class="cols">{columns}</div>
            <Legend />
        </dialog>
    }
}
