//! A field of the list: whether it is a column, and its values while it is open.

use super::super::effects::{FieldsStore, Known};
use super::super::listed::{Listed, denominator, meter};
use super::super::state::Msg;
use crate::features::columns::state::Msg as ColumnsMsg;
use crate::features::contexts::{Narrow, TableColumns};
use crate::features::filter::state::Change;
use crate::platform::focus;
use crate::ui::escape::plain;
use crate::ui::format::{count, decimal};
use crate::ui::icon::Icon;
use crate::ui::text::untrusted;
use leptos::prelude::*;
use windrow_model::fold::Needle;
use windrow_protocol::TopValues;
use windrow_protocol::browser::task;

/// A field, and its values while it is open.
#[component]
pub(super) fn Field(name: String, fields: Memo<Option<Vec<Listed>>>) -> impl IntoView {
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
    let columns = expect_context::<TableColumns>();
    let of = name.clone();
    let is_column = Memo::new(move |_| columns.has(&of));
    let (pressed, toggled, moved) = (name.clone(), name.clone(), name.clone());
    let shown = plain(&name);
    let (id, toggle_id) = (format!("field-{shown}"), format!("column-of-{shown}"));
    let (moved_id, toggled_id) = (id.clone(), toggle_id.clone());
    // What is put at another place of the list loses the focus.
    let toggle = move |_| {
        columns.change.run(ColumnsMsg::Toggle(toggled.clone()));
        focus_later(toggled_id.clone());
    };
    let shift = move |event: web_sys::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" if event.alt_key() => -1,
            "ArrowDown" if event.alt_key() => 1,
            _ => return,
        };
        event.prevent_default();
        let name = moved.clone();
        columns.change.run(ColumnsMsg::Move { name, by });
        focus_later(moved_id.clone());
    };
    let as_column = format!("Show {} as a column", plain(&name));
    let words = move || match is_column.get() {
        true => "Remove the column; Alt with Up or Down on the field moves it",
        false => "Show as a column",
    };
    view! {
        <div class="field-row">
        <button
            type="button"
            id=id
            class="field"
            on:keydown=shift
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
        <button
            type="button"
            id=toggle_id
            class="as-column is-icon is-quiet"
            data-testid="as-column"
            data-field=plain(&name)
            title=words
            aria-label=as_column
            aria-pressed=move || is_column.get().to_string()
            on:click=toggle
        >
            {Icon::Columns.small()}
        </button>
        </div>
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

/// Gives the focus to an element once what has changed is drawn.
fn focus_later(id: String) {
    task::later(0, move || focus::focus(&id));
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
