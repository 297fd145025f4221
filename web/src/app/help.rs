//! Keys and pictures: what can be pressed where, and what each state looks like.

use crate::features::coverage::lane::Legend;
use crate::location::memory::Memory;
use crate::ui::dialog;
use crate::ui::icon::Icon;
use leptos::html;
use leptos::prelude::*;

/// What can be pressed: where, what it does, the keys.
const KEYS: [(&str, &[(&str, &str)]); 4] = [
    (
        "Rows",
        &[
            ("Next, previous row", "\u{2193} \u{2191}"),
            ("Page, first, last", "PgDn PgUp Home End"),
            ("Open, close the detail", "Enter Esc"),
            ("Along the cells of a row", "\u{2190} \u{2192}"),
            ("Keep, hide the value of a cell", "+ -"),
            ("Move a column at its header", "Alt+\u{2190} Alt+\u{2192}"),
            ("Its width", "Shift+\u{2190} Shift+\u{2192}"),
            ("Remove it", "Delete"),
            ("Show in context, back", "C Esc"),
        ],
    ),
    (
        "Search",
        &[
            ("Find", "/"),
            ("Search, next match", "Enter"),
            ("Previous match", "Shift+Enter"),
            ("Keep only matches", "Ctrl+Enter"),
            ("Clear", "Esc"),
        ],
    ),
    (
        "Filters",
        &[
            ("All off, on", "Shift+F"),
            ("Undo the last narrowing", "Backspace"),
            ("Edit one", "Enter"),
            ("Switch one off, on", "Space"),
            ("Remove one", "Delete"),
        ],
    ),
    (
        "Time and coverage",
        &[
            ("Log, time window", "L T"),
            ("Earlier, later window", "[ ]"),
            ("Fetch what is missing", "F"),
            ("Zoom in, out", "Z Shift+Z"),
            (
                "Along the plot, with Shift: select",
                "\u{2190} \u{2192} Shift",
            ),
            ("Clear what is selected on the plot", "Esc"),
            ("Plot, field list", "H B"),
            ("Step the part of a time at the caret", "\u{2191} \u{2193}"),
            ("Along the lane and the tabs", "\u{2190} \u{2192} Home End"),
            ("Fetch a gap of the plot or the lane", "Enter"),
            ("This sheet", "?"),
        ],
    ),
];

/// The id of the sheet.
pub(super) const SHEET: &str = "help-sheet";

/// Opens the sheet.
#[component]
pub(super) fn HelpButton() -> impl IntoView {
    view! {
        <button
            type="button"
            class="is-icon is-quiet"
            data-testid="help"
            title="Keys and pictures (?)"
            aria-label="Keys and pictures"
            on:click=|_| dialog::open(SHEET)
        >
            {Icon::Help.view()}
        </button>
    }
}

/// The sheet.
#[component]
pub(super) fn HelpSheet() -> impl IntoView {
    let memory = expect_context::<Memory>();
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
            <label>
                <input
                    type="checkbox"
                    data-testid="keys-switch"
                    prop:checked=move || !memory.with(|held| held.keys_off)
                    on:change=move |event| {
                        let is_off = !event_target_checked(&event);
                        memory.change(|held| held.keys_off = is_off);
                    }
                />
                "Single keys work where nothing is typed: L T F Shift+F Z Shift+Z H B Backspace [ ] / ?"
            </label>
            <Legend />
        </dialog>
    }
}
