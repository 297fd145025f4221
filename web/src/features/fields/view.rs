//! The field list on the page: beside the rows, or over them where there is no room.
//!
//! Names and values are untrusted: they reach the document as text nodes and in attributes that are never markup.

use super::effects::{FieldsStore, Known};
use super::listed::{Listed, denominator, listed, meter};
use super::state::Msg;
use crate::features::contexts::{FieldsPlace, Narrow};
use crate::features::filter::state::Change;
use crate::ui::escape::plain;
use crate::ui::format::{count, counted, decimal};
use crate::ui::icon::Icon;
use crate::ui::text::untrusted;
use leptos::prelude::*;
use windrow_model::fold::Needle;
use windrow_protocol::TopValues;

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
    let names = move || {
        let fields = fields.get().unwrap_or_default();
        fields
            .into_iter()
            .map(|field| field.name)
            .collect::<Vec<_>>()
    };
    let head =
        move || {
            let held = fields.with(|fields| fields.as_ref().map_or(0, Vec::len));
            (held > 0).then(|| view! {
            <h3>{counted(held as u64, "field", "fields")} <span>"share with a value"</span></h3>
        })
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
                    {head}
                    <For each=names key=Clone::clone let:name>
                        <Field name fields />
                    </For>
                    {unlisted}
                </div>
            </aside>
        </Show>
    }
}

/// A field, and its values while it is open.
#[component]
fn Field(name: String, fields: Memo<Option<Vec<Listed>>>) -> impl IntoView {
    let store = expect_context::<FieldsStore>();
    let known = expect_context::<Known>();
    let of = name.clone();
    let is_open = store.memo(move |state| state.is_open(&of));
    let of = name.clone();
    let field = Memo::new(move |_| {
        let held = |fields: &Option<Vec<Listed>>| {
            let mut fields = fields.iter().flatten();
            fields.find(|field| field.name == of).cloned()
        };
        fields.with(held)
    });
    let of = name.clone();
    let top = Memo::new(move |_| {
        known.answered.with(|answered| {
            let mut top = answered.iter().flat_map(|answered| &answered.top);
            top.find(|top| top.field == of).cloned()
        })
    });
    let kind = move || {
        let (sign, kind) = field.get()?.kind.texts();
        Some(view! { <span class="type" role="img" aria-label=kind>{sign}</span> })
    };
    let share = move || {
        let field = field.get()?;
        Some(view! { <span class="share" class:is-partial=!field.is_whole>{field.share}</span> })
    };
    let pressed = name.clone();
    view! {
        <button
            type="button"
            class="field"
            data-testid="field"
            data-field=plain(&name)
            aria-expanded=move || is_open.get().to_string()
            title=plain(&name)
            on:click=move |_| store.send(Msg::Toggle(pressed.clone()))
        >
            {kind}
            <span class="clip">{untrusted(&name, &Needle::default())}</span>
            {share}
        </button>
        <Show when=move || is_open.get()>
            <div class="values" data-testid="values">
                <For each=move || values_of(top) key=Clone::clone let:value>
                    <Value value top />
                </For>
                <p class="denominator" data-testid="denominator">
                    {move || top.get().map_or_else(
                        || "Being counted".to_owned(),
                        |top| denominator(&top, known.of.get()),
                    )}
                </p>
            </div>
        </Show>
    }
}

fn values_of(top: Memo<Option<TopValues>>) -> Vec<String> {
    let values = |top: &TopValues| top.values.iter().map(|(value, _)| value.clone()).collect();
    top.with(|top| top.as_ref().map_or_else(Vec::new, values))
}

/// A value with its rows, and the buttons that keep or hide those.
#[component]
fn Value(value: String, top: Memo<Option<TopValues>>) -> impl IntoView {
    let of = value.clone();
    let rows = Memo::new(move |_| {
        let held = |top: &TopValues| {
            let mut values = top.values.iter();
            values
                .find(|(value, _)| *value == of)
                .map(|(_, rows)| *rows)
        };
        top.with(|top| top.as_ref().and_then(held)).unwrap_or(0)
    });
    let percent = move || top.with(|top| top.as_ref().map_or(0.0, |top| meter(rows.get(), top)));
    let narrow = expect_context::<Narrow>();
    let shown = plain(&value);
    let (keep, hide) = (format!("Keep only {shown}"), format!("Hide {shown}"));
    let change = move |value: &str, is_excluded| {
        if let Some(TopValues { field, .. }) = top.get_untracked() {
            let value = value.to_owned();
            narrow.change.run(Change::Value {
                field,
                value,
                is_excluded,
            });
        }
    };
    let (kept, hidden) = (value.clone(), value.clone());
    let include = move |_| change(&kept, false);
    let exclude = move |_| change(&hidden, true);
    let text = if value.is_empty() {
        view! { <span class="none">"(empty)"</span> }.into_any()
    } else {
        untrusted(&value, &Needle::default())
    };
    view! {
        <div class="value" data-testid="value" data-rows=move || rows.get().to_string() title=shown>
            <span class="clip">{text}</span>
            <span class="n">{move || count(rows.get())}</span>
            <span class="acts">
                <button
                    type="button"
                    class="plus"
                    data-testid="include"
                    title=keep.clone()
                    aria-label=keep
                    on:click=include
                >
                    {Icon::Plus.small()}
                </button>
                <button
                    type="button"
                    class="minus"
                    data-testid="exclude"
                    title=hide.clone()
                    aria-label=hide
                    on:click=exclude
                >
                    {Icon::Minus.small()}
                </button>
            </span>
            <span class="meter"><i style:width=move || format!("{}%", decimal(percent(), 2))></i></span>
        </div>
    }
}
