//! What the header of the table has outside of the grid: the menu of a column, and that of what messages show.

use super::{COLUMN_MENU, HINT, HeadFocus, MESSAGE_MENU, PROBE, STEP_CH};
use super::{column_of, focus_later, id_of, stops, widen};
use crate::features::columns::state::Msg;
use crate::features::contexts::TableColumns;
use crate::features::rows::effects::RowsTable;
use crate::features::rows::state::Rows;
use crate::platform::focus;
use crate::ui::escape::plain;
use crate::ui::icon::Icon;
use crate::ui::popover::{self, Popover};
use crate::ui::text::untrusted;
use leptos::prelude::*;
use windrow_model::fold::Needle;
use windrow_protocol::browser::task;

/// What the header needs outside of the grid: its menus, and what is measured and read out.
#[component]
pub(in crate::features::rows) fn HeadMenus() -> impl IntoView {
    view! {
        <span id=PROBE class="probe" aria-hidden="true"></span>
        <span id=HINT hidden>
            "Alt with Left or Right moves the column, Shift with Left or Right changes its width, Delete removes it"
        </span>
        <ColumnMenu/>
        <MessageMenu/>
    }
}

/// What can be done with a column.
#[component]
fn ColumnMenu() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let head = expect_context::<HeadFocus>();
    let all = expect_context::<TableColumns>();
    let shift = move |by| {
        let name = head.menu_of.get_untracked();
        all.change.run(Msg::Move {
            name: name.clone(),
            by,
        });
        popover::close(COLUMN_MENU);
        task::later(0, move || {
            let headings = table.with_untracked(Rows::columns).headings();
            let mut stops = stops(&headings).into_iter();
            let moved = stops.position(|heading| heading.field.as_ref() == Some(&name));
            focus::focus(&id_of(moved.unwrap_or_default()));
        });
    };
    let make_wider = move |by_ch| {
        if let Some(column) = column_of(table, &head.menu_of.get_untracked()) {
            widen(all.change, column, by_ch);
        }
    };
    let remove = move |_| {
        popover::close(COLUMN_MENU);
        all.change.run(Msg::Toggle(head.menu_of.get_untracked()));
        focus_later(0);
    };
    view! {
        <Popover id=COLUMN_MENU class="menu" label="Column">
            <p class="menu-of">{move || untrusted(&head.menu_of.get(), &Needle::default())}</p>
            <button type="button" on:click=move |_| shift(-1)>
                {Icon::Left.small()} "Move left" <kbd>"Alt+Left"</kbd>
            </button>
            <button type="button" on:click=move |_| shift(1)>
                {Icon::Right.small()} "Move right" <kbd>"Alt+Right"</kbd>
            </button>
            <button type="button" on:click=move |_| make_wider(STEP_CH)>
                {Icon::Plus.small()} "Wider" <kbd>"Shift+Right"</kbd>
            </button>
            <button type="button" on:click=move |_| make_wider(-STEP_CH)>
                {Icon::Minus.small()} "Narrower" <kbd>"Shift+Left"</kbd>
            </button>
            <button type="button" data-testid="remove-column" on:click=remove>
                {Icon::Close.small()} "Remove column" <kbd>"Delete"</kbd>
            </button>
        </Popover>
    }
}

/// What messages show beside columns.
#[component]
fn MessageMenu() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let all = expect_context::<TableColumns>();
    let left_out = table.memo(|rows| rows.columns().left_out);
    let choice = move |is_received: bool, testid, words, hint| {
        view! {
            <label class="menu-tick">
                <input
                    type="radio"
                    name="message-form"
                    data-testid=testid
                    prop:checked=move || all.as_received.get() == is_received
                    on:change=move |_| all.change.run(Msg::AsReceived(is_received))
                />
                <span>{words} <small>{hint}</small></span>
            </label>
        }
    };
    let hidden = move || {
        let names = left_out.with(|names| names.iter().map(|name| plain(name)).collect::<Vec<_>>());
        (!names.is_empty()).then(|| {
            view! { <p class="hint">"No room for " {names.join(", ")}</p> }
        })
    };
    view! {
        <Popover id=MESSAGE_MENU class="menu" label="Message">
            {choice(false, "show-rest", "Rest", "without what columns show")}
            {choice(true, "show-received", "As received", "all of it")}
            {hidden}
        </Popover>
    }
}
