//! The field list on the page: beside the rows, or over them where there is no room.
//!
//! Names and values are untrusted: they reach the document as text nodes and in attributes that are never markup.

mod field;

use super::effects::{FieldsStore, Known};
use super::listed::{grouped, listed};
use super::state::Msg;
use crate::features::contexts::{FieldsPlace, TableColumns};
use crate::ui::format::{count, counted};
use crate::ui::icon::Icon;
use field::Field;
use leptos::prelude::*;

/// The id of what is typed into first.
pub(super) const FIND: &str = "fields-find";

/// The id of the button that shows the list.
pub(super) const BUTTON: &str = "fields-button";

/// Shows the list, where it is not shown.
#[component]
pub(crate) fn FieldsButton() -> impl IntoView {
    let place = expect_context::<FieldsPlace>();
    view! {
        <Show when=move || !place.is_shown.get()>
            <button
                type="button"
                id=BUTTON
                class="is-quiet"
                data-testid="fields-button"
                title="Show the fields (B)"
                on:click=move |_| place.toggle.run(())
            >
                {Icon::Panel.small()}
                "Fields"
            </button>
        </Show>
    }
}

/// The list.
#[component]
pub(crate) fn FieldsPanel() -> impl IntoView {
    let place = expect_context::<FieldsPlace>();
    let store = expect_context::<FieldsStore>();
    let known = expect_context::<Known>();
    let TableColumns { layout, .. } = expect_context();
    let fields = Memo::new(move |_| {
        let find = store.with(|state| state.find.clone());
        known.answered.with(|answered| {
            let answered = answered.as_ref()?;
            Some(listed(answered.fields.as_ref()?, &answered.top, &find))
        })
    });
    let close = move || place.toggle.run(());
    let has_no_rows = move || {
        let answered = known.answered.get();
        answered.is_some_and(|answered| answered.all_matched() == 0)
    };
    // What is said instead of fields.
    let hint = move || {
        let words = match fields.with(|fields| fields.as_ref().map(Vec::len)) {
            None if known.is_asking.get() => "Being counted",
            None => "Nothing is cached here yet",
            Some(0) if has_no_rows() => "No row matches",
            Some(0) if store.with(|state| state.find.trim().is_empty()) => {
                "These rows have no fields: their messages are neither JSON nor key=value"
            }
            Some(0) => "No such field, and no such value in the fields that are open",
            Some(_) => return None,
        };
        Some(view! { <p class="hint">{words}</p> })
    };
    let names = Memo::new(move |_| {
        let find = store.with(|state| state.find.clone());
        let columns = layout.with(|layout| layout.columns.clone());
        fields.with(|fields| Some(grouped(fields.as_deref()?, &columns, &find)))
    });
    let columns = move || names.get().unwrap_or_default().0;
    let others = move || names.get().unwrap_or_default().1;
    let columns_head = move || {
        let shown = columns().len();
        let of = format!("{shown} of {}", count((shown + others().len()) as u64));
        (shown > 0).then(|| view! { <h3>"Columns" <span>{of}</span></h3> })
    };
    let head = move || {
        let (shown, held) = (columns().len(), others().len());
        let words = match shown {
            0 => counted(held as u64, "field", "fields"),
            _ => "Other fields".to_owned(),
        };
        (held > 0).then(|| view! { <h3>{words} <span>"share with a value"</span></h3> })
    };
    let unlisted = move || {
        let unlisted = known
            .answered
            .with(|answered| Some(answered.as_ref()?.fields.as_ref()?.unlisted))?;
        (unlisted > 0).then(|| {
            view! { <p class="hint">{format!("{} values of further fields are not listed: there are too many", count(unlisted))}</p> }
        })
    };
    view! {
        <Show when=move || place.is_shown.get()>
            <aside
                class="fields"
                aria-label="Fields"
                data-testid="fields"
                aria-busy=move || known.is_asking.get().to_string()
                on:keydown=move |event| {
                    if event.key() == "Escape" && place.is_sheet.get_untracked() {
                        event.prevent_default();
                        close();
                    }
                }
            >
                <div class="pane-head">
                    <h2>"Fields"</h2>
                    <span class="grow"></span>
                    <button
                        type="button"
                        class="is-icon is-small is-quiet"
                        data-testid="hide-fields"
                        title="Hide the fields (B)"
                        aria-label="Hide the fields"
                        on:click=move |_| close()
                    >
                        {Icon::Panel.small()}
                    </button>
                </div>
                <div class="fields-find">
                    <input
                        id=FIND
                        type="search"
                        placeholder="Find a field or value"
                        aria-label="Find a field or value"
                        prop:value=move || store.with(|state| state.find.clone())
                        on:input=move |event| store.send(Msg::Find(event_target_value(&event)))
                    />
                </div>
                <div class="fields-scroll" class:is-stale=move || known.is_asking.get()>
                    {hint}
                    {columns_head}
                    <For each=columns key=Clone::clone let:name>
                        <Field name fields />
                    </For>
                    {head}
                    <For each=others key=Clone::clone let:name>
                        <Field name fields />
                    </For>
                    {unlisted}
                </div>
            </aside>
        </Show>
    }
}
