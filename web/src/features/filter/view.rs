//! The row of conditions: all that narrows what is shown, how many rows that hides, and one button that turns it off.
//!
//! A press on a condition opens the editor, Space switches it off or on, Delete removes it.

use super::chip::{Chip, Words};
use super::draft::Msg as DraftMsg;
use super::editor::{DraftStore, EDITOR, Editor, FIELD};
use super::effects::FilterStore;
use super::state::{Change, Msg, State};
use crate::features::contexts::{Narrow, TimeZone};
use crate::platform::focus;
use crate::ui::escape::plain;
use crate::ui::icon::Icon;
use crate::ui::popover;
use crate::ui::text::untrusted;
use leptos::prelude::*;
use windrow_model::fold::Needle;

/// The id of the button that adds a condition.
pub(super) const ADD: &str = "add-filter";

/// The row.
#[component]
pub(crate) fn FilterBar() -> impl IntoView {
    let filter = expect_context::<FilterStore>();
    let draft = expect_context::<DraftStore>();
    let count = filter.memo(|state| state.chips().chips.len());
    let is_paused = filter.memo(|state| state.chips().are_suspended || state.around().is_some());
    let failed = filter.memo(|state| state.failed().cloned());
    let add = move |_| {
        begin(filter, draft, None, String::new());
    };
    view! {
        <div class="chips" class:is-paused=is_paused role="group" aria-label="Filters">
            <ul role="list">
                <Selection/>
                <For each=move || 0..count.get() key=|number| *number let:number>
                    <ChipView number/>
                </For>
            </ul>
            <button
                type="button"
                class="is-quiet"
                id=ADD
                data-testid="add-filter"
                popovertarget=EDITOR
                title="Show only rows that meet a condition"
                on:click=add
            >
                {Icon::Plus.small()}
                "Filter"
            </button>
            {move || failed.get().map(|failed| view! {
                <span class="chips-failed" role="alert">
                    {plain(&failed.message)} ". " {plain(&failed.remedy)}
                </span>
            })}
            <Hidden/>
        </div>
        <Editor/>
    }
}

/// Opens the editor for a condition, or for a new one.
fn begin(filter: FilterStore, draft: DraftStore, of: Option<usize>, text: String) {
    let (fields, are_all) = filter.with_untracked(|state| {
        let window = state.window();
        let fields = window.map(|window| window.fields.clone());
        let are_all = window.is_some_and(|window| window.are_all_fields);
        (fields.unwrap_or_default(), are_all)
    });
    draft.send(DraftMsg::Begin {
        of,
        text,
        fields,
        are_all,
    });
    popover::focus_once_open(EDITOR, FIELD);
}

/// The stretch of time that is selected.
#[component]
fn Selection() -> impl IntoView {
    let filter = expect_context::<FilterStore>();
    let narrow = expect_context::<Narrow>();
    let zone = expect_context::<TimeZone>();
    let selection = filter.memo(State::selection);
    move || {
        selection.get().map(|range| {
            let said = zone.get().short_range(range.start_ms(), range.end_ms());
            view! {
                <li class="chip is-range" data-testid="selection">
                    {Icon::Clock.view()}
                    <span class="name">"time"</span>
                    <span class="val">{said}</span>
                    <button
                        type="button"
                        aria-label="Clear the selection"
                        title="Clear the selection"
                        on:click=move |_| {
                            focus::focus(ADD);
                            narrow.select.run(None);
                        }
                    >
                        {Icon::Close.view()}
                    </button>
                </li>
            }
        })
    }
}

#[component]
fn ChipView(number: usize) -> impl IntoView {
    let filter = expect_context::<FilterStore>();
    let draft = expect_context::<DraftStore>();
    let chip = filter.memo(move |state| state.chips().chips.get(number).cloned());
    let words = Memo::new(move |_| chip.get().map(|chip| chip.words()));
    let is = move |of: fn(&Chip) -> bool| {
        Signal::derive(move || chip.with(|chip| chip.as_ref().is_some_and(of)))
    };
    let excludes = Signal::derive(move || {
        words.with(|words| words.as_ref().is_some_and(|words| words.excludes))
    });
    let (is_off, is_pinned) = (is(|chip| chip.is_off), is(|chip| chip.is_pinned));
    let change = move |change| filter.send(Msg::Change(change));
    let remove = move || {
        focus::keep_focus(ADD);
        change(Change::Remove(number));
    };
    let edit = move |_| {
        let text = chip.with_untracked(|chip| chip.as_ref().map(|chip| chip.term.to_string()));
        begin(filter, draft, Some(number), text.unwrap_or_default());
    };
    let press = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        " " => {
            event.prevent_default();
            if !event.repeat() {
                change(Change::Switch(number));
            }
        }
        "Delete" => {
            event.prevent_default();
            remove();
        }
        _ => {}
    };
    let release = |event: web_sys::KeyboardEvent| {
        // A button is pressed by Space when it is let go.
        if event.key() == " " {
            event.prevent_default();
        }
    };
    let icon = move || match (is_off.get(), excludes.get()) {
        (true, _) => Icon::EyeOff.view(),
        (false, true) => Icon::Minus.view(),
        (false, false) => Icon::Plus.view(),
    };
    let said = move || words.get().map(said);
    let removes = move || {
        let words = words.get();
        let words = words.map(|words| format!("{} {} {}", words.name, words.op, words.value));
        format!("Remove filter {}", plain(&words.unwrap_or_default()))
    };
    let state = move || match (is_off.get(), is_pinned.get()) {
        (false, false) => "",
        (true, false) => ", off",
        (false, true) => ", pinned",
        (true, true) => ", off, pinned",
    };
    let title = move || {
        let note = words.get().and_then(|words| words.note);
        let note = note.map(|note| format!("{note}. ")).unwrap_or_default();
        format!("{note}Click: edit. Space: on or off. Delete: remove")
    };
    view! {
        <li
            class="chip"
            class:is-include=move || !excludes.get() && !is_off.get()
            class:is-exclude=move || excludes.get() && !is_off.get()
            class:is-off=is_off
        >
            <button
                type="button"
                class="chip-body"
                data-testid="chip"
                data-off=move || is_off.get().to_string()
                popovertarget=EDITOR
                title=title
                on:click=edit
                on:keydown=press
                on:keyup=release
            >
                {icon}
                {said}
                {move || is_pinned.get().then(|| Icon::Pin.view())}
                <span class="spoken">{state}</span>
            </button>
            <button
                type="button"
                data-testid="remove-chip"
                aria-label=removes
                title="Remove"
                on:click=move |_| remove()
            >
                {Icon::Close.view()}
            </button>
        </li>
    }
}

fn said(words: Words) -> impl IntoView {
    let none = Needle::default();
    let value = (!words.value.is_empty()).then(|| {
        view! { <span class="val">{untrusted(&words.value, &none)}</span> }
    });
    view! {
        <span class="name">{untrusted(&words.name, &none)}</span>
        " "
        <span class="op">{words.op}</span>
        " "
        {value}
    }
}

/// How many rows are hidden, and the button that shows them.
#[component]
fn Hidden() -> impl IntoView {
    let filter = expect_context::<FilterStore>();
    let hidden = filter.memo(State::hidden);
    let said = filter.memo(State::said);
    let is_paused = filter.memo(|state| state.chips().are_suspended);
    let has_chips = filter.memo(|state| !state.chips().chips.is_empty());
    let is_around = filter.memo(|state| state.around().is_some());
    let paused = filter.memo(
        |state| match (state.selection(), state.chips().asked().next()) {
            (Some(_), Some(_)) => "Selection and filters are paused",
            (Some(_), None) => "The selection is paused",
            (None, _) => "Filters are paused",
        },
    );
    let words = move || match hidden.get() {
        _ if is_around.get() => Some(paused.get().into_any()),
        _ if is_paused.get() => Some("Filters are off".into_any()),
        Some((number, of)) => Some(view! { <b>{number}</b> {of} }.into_any()),
        None => None,
    };
    view! {
        <span class="hidden-count" data-testid="hidden-count" title=said>
            {words}
        </span>
        {move || (has_chips.get() && !is_around.get()).then(|| view! {
            <button
                type="button"
                class="is-quiet"
                data-testid="filters-off"
                title="Turn all filters off or on (Shift+F)"
                on:click=move |_| filter.send(Msg::Change(Change::Suspend))
            >
                {move || if is_paused.get() { "Turn on" } else { "Turn off" }}
            </button>
        })}
    }
}
