//! The header of the table: the order of rows, the columns with their menu and their edges, and what messages show.
//!
//! It is one stop of Tab. Left and Right go from header to header; on a column Alt+Left and Alt+Right move it, Shift+Left and
//! Shift+Right change its width, Delete removes it, and Enter opens a menu of the same.

mod menus;

pub(super) use menus::HeadMenus;

use super::columns::{Cell, FieldColumn, Heading, Room};
use super::effects::{GRID, RowsTable};
use super::state::Rows;
use super::view::{class_of_cell, offset};
use crate::features::columns::state::Msg;
use crate::features::contexts::{FieldsPlace, ShownWindow, TableColumns, TimeZone};
use crate::platform::focus;
use crate::ui::escape::plain;
use crate::ui::format::counted;
use crate::ui::icon::Icon;
use crate::ui::text::untrusted;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};
use windrow_model::fold::Needle;
use windrow_protocol::browser::task;

const COLUMN_MENU: &str = "column-menu";
const MESSAGE_MENU: &str = "message-menu";
const HINT: &str = "column-keys";

/// An element of this many characters, to measure one by.
const PROBE: &str = "character-width";
const PROBE_CH: f64 = 100.0;
const USUAL_CHARACTER_PX: f64 = 7.0;

/// Characters that the time takes, without and with a date, and those that pad a row.
const TIME_CH: (f64, f64) = (14.2, 25.2);
const ROW_PADDING_CH: f64 = 3.4;

/// Characters that a key makes a column wider or narrower by.
const STEP_CH: i32 = 2;

/// The headings of all cells, in order.
#[derive(Clone, Copy)]
pub(super) struct Headings(pub Memo<Vec<Heading>>);

/// Where the keyboard is in the header, and whose menu is open.
#[derive(Clone, Copy)]
struct HeadFocus {
    stop: RwSignal<usize>,
    menu_of: RwSignal<String>,
}

/// Provides what the header and its menus share.
pub(super) fn provide_head() {
    provide_context(HeadFocus {
        stop: RwSignal::new(0),
        menu_of: RwSignal::new(String::new()),
    });
}

/// Tells the table how much room there is beside the time; `width_px` is that of the grid.
pub(super) fn follow_room(table: RowsTable, width_px: RwSignal<f64>, has_dates: Memo<bool>) {
    let FieldsPlace { is_sheet, .. } = expect_context();
    Effect::new(move |_| {
        let ch_px = character_px();
        let time_ch = if has_dates.get() {
            TIME_CH.1
        } else {
            TIME_CH.0
        };
        let room = Room {
            ch: width_px.get() / ch_px - time_ch - ROW_PADDING_CH,
            is_narrow: is_sheet.get(),
        };
        table.send(super::state::Msg::Room(room));
    });
}

/// How wide a character of the table is.
fn character_px() -> f64 {
    let probe = focus::element(PROBE).map(|probe| probe.get_bounding_client_rect().width());
    let px = probe.filter(|px| *px > 0.0);
    px.map_or(USUAL_CHARACTER_PX, |px| px / PROBE_CH)
}

/// The headings that can be pressed.
fn stops(headings: &[Heading]) -> Vec<&Heading> {
    headings.iter().filter(|heading| heading.is_stop).collect()
}

fn id_of(stop: usize) -> String {
    format!("head-{stop}")
}

/// After what has changed is drawn.
fn focus_later(stop: usize) {
    task::later(0, move || focus::focus(&id_of(stop)));
}

/// A column as it is drawn.
fn column_of(table: RowsTable, name: &str) -> Option<FieldColumn> {
    let columns = table.with_untracked(Rows::columns);
    let mut fields = columns.fields.iter();
    fields.find(|column| column.name == name).cloned()
}

fn widen(change: Callback<Msg>, column: FieldColumn, by_ch: i32) {
    let ch = i32::from(column.width_ch).saturating_add(by_ch);
    change.run(Msg::Width {
        name: column.name,
        ch: u16::try_from(ch).unwrap_or(0),
    });
}

fn press(table: RowsTable, head: HeadFocus, change: Callback<Msg>, event: &KeyboardEvent) {
    let headings = table.with_untracked(Rows::columns).headings();
    let stops = stops(&headings);
    let (stop, last) = (head.stop.get_untracked(), stops.len().saturating_sub(1));
    let field = |stop: usize| stops.get(stop).and_then(|heading| heading.field.clone());
    let key = event.key();
    let by = match key.as_str() {
        "ArrowLeft" => -1,
        "ArrowRight" => 1,
        _ => 0,
    };
    let to = stop.saturating_add_signed(by).min(last);
    let is_plain = !event.alt_key() && !event.shift_key();
    match (key.as_str(), field(stop)) {
        ("ArrowLeft" | "ArrowRight", _) if is_plain => focus::focus(&id_of(to)),
        ("ArrowLeft" | "ArrowRight", Some(name)) if event.alt_key() => {
            change.run(Msg::Move { name, by });
            // Time and message stay where they are.
            focus_later(if field(to).is_some() { to } else { stop });
        }
        ("ArrowLeft" | "ArrowRight", Some(name)) => {
            if let Some(column) = column_of(table, &name) {
                widen(change, column, STEP_CH * by as i32);
            }
        }
        ("Delete", Some(name)) => {
            change.run(Msg::Toggle(name));
            focus_later(stop.min(last.saturating_sub(1)));
        }
        ("ArrowDown", _) if is_plain => focus::focus(GRID),
        // It closes a menu that is open, and not the row.
        ("Escape", _) => return event.stop_propagation(),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// The header row.
#[component]
pub(super) fn Head() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let head = expect_context::<HeadFocus>();
    let Headings(headings) = expect_context();
    let TableColumns { change, .. } = expect_context();
    let cells = move || {
        let headings = headings.get();
        let stops = stops(&headings);
        let stop_of = |heading| stops.iter().position(|stop| *stop == heading);
        headings
            .iter()
            .enumerate()
            .map(|(at, heading)| {
                let index = (at + 1).to_string();
                let stop = stop_of(heading).unwrap_or_default();
                match (heading.cell, &heading.field) {
                    (_, Some(name)) => {
                        let (name, is_right) = (name.clone(), heading.is_right);
                        view! { <FieldHead name is_right stop index/> }.into_any()
                    }
                    (Cell::Time, _) => view! { <TimeHead stop index/> }.into_any(),
                    (Cell::Message, _) if heading.is_stop => {
                        view! { <MessageHead stop index/> }.into_any()
                    }
                    (cell, _) => {
                        let words = match cell {
                            Cell::Id => "Number or id",
                            Cell::Labels => "Labels",
                            _ => "Message",
                        };
                        let class = class_of_cell(cell);
                        view! { <span role="columnheader" aria-colindex=index class=class>{words}</span> }
                            .into_any()
                    }
                }
            })
            .collect_view()
    };
    view! {
        <div
            class="grid-head"
            role="row"
            aria-rowindex="1"
            on:keydown=move |event| press(table, head, change, &event)
        >
            {cells}
        </div>
    }
}

/// `0` for the one header that Tab stops at.
fn tabindex(head: HeadFocus, stop: usize) -> impl Fn() -> &'static str + Copy {
    let Headings(headings) = expect_context();
    let last =
        Memo::new(move |_| headings.with(|headings| stops(headings).len().saturating_sub(1)));
    move || {
        if head.stop.get().min(last.get()) == stop {
            "0"
        } else {
            "-1"
        }
    }
}

#[component]
fn TimeHead(stop: usize, index: String) -> impl IntoView {
    let head = expect_context::<HeadFocus>();
    let all = expect_context::<TableColumns>();
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let newest_first = Memo::new(move |_| all.layout.with(|layout| layout.newest_first));
    let texts = move || {
        if newest_first.get() {
            (
                "descending",
                "Newest first; press for the oldest first",
                Icon::Down,
            )
        } else {
            (
                "ascending",
                "Oldest first; press for the newest first",
                Icon::Up,
            )
        }
    };
    view! {
        <span role="columnheader" aria-colindex=index aria-sort=move || texts().0 class="c-time">
            <button
                type="button"
                id=id_of(stop)
                class="head"
                data-testid="order"
                tabindex=tabindex(head, stop)
                title=move || texts().1
                on:focus=move |_| head.stop.set(stop)
                on:click=move |_| all.change.run(Msg::NewestFirst(!newest_first.get_untracked()))
            >
                {move || format!("Time ({})", offset(shown, zone))}
                {move || texts().2.small()}
            </button>
        </span>
    }
}

#[component]
fn FieldHead(name: String, is_right: bool, stop: usize, index: String) -> impl IntoView {
    let head = expect_context::<HeadFocus>();
    let (opened, edge) = (name.clone(), name.clone());
    let class = if is_right {
        "c-field is-right"
    } else {
        "c-field"
    };
    view! {
        <span role="columnheader" aria-colindex=index class=class data-testid="column" data-field=plain(&name)>
            <button
                type="button"
                id=id_of(stop)
                class="head"
                popovertarget=COLUMN_MENU
                aria-describedby=HINT
                title=plain(&name)
                tabindex=tabindex(head, stop)
                on:focus=move |_| head.stop.set(stop)
                on:click=move |_| head.menu_of.set(opened.clone())
            >
                <span class="clip">{untrusted(&name, &Needle::default())}</span>
                {Icon::Down.small()}
            </button>
            <Edge name=edge/>
        </span>
    }
}

/// The edge of a column: a drag changes its width.
#[component]
fn Edge(name: String) -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let TableColumns { change, .. } = expect_context();
    // Where the drag began, and the column as it was then.
    let drag = StoredValue::new(None::<(i32, FieldColumn)>);
    let down = move |event: PointerEvent| {
        event.prevent_default();
        let edge = event.current_target();
        if let Some(edge) = edge.and_then(|edge| edge.dyn_into::<Element>().ok()) {
            // Without it, the drag ends where the pointer leaves the edge.
            let _ = edge.set_pointer_capture(event.pointer_id());
        }
        drag.set_value(column_of(table, &name).map(|column| (event.client_x(), column)));
    };
    let over = move |event: PointerEvent| {
        if let Some((from_px, column)) = drag.get_value() {
            let moved_px = f64::from(event.client_x() - from_px);
            let by_ch = (moved_px / character_px()).round() as i32;
            widen(change, column, by_ch);
        }
    };
    let end = move |_| drag.set_value(None);
    view! {
        <span
            class="edge"
            data-testid="column-edge"
            on:pointerdown=down
            on:pointermove=over
            on:pointerup=end
            on:pointercancel=end
        ></span>
    }
}

#[component]
fn MessageHead(stop: usize, index: String) -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let head = expect_context::<HeadFocus>();
    let all = expect_context::<TableColumns>();
    let form = move || {
        if all.as_received.get() {
            "as received"
        } else {
            "rest"
        }
    };
    let left_out = table.memo(|rows| rows.columns().left_out.len());
    let hidden = move || {
        (left_out.get() > 0).then(|| {
            let words = counted(left_out.get() as u64, "column hidden", "columns hidden");
            view! { <span class="tag is-warning">{words}</span> }
        })
    };
    view! {
        <span role="columnheader" aria-colindex=index class="c-msg">
            <button
                type="button"
                id=id_of(stop)
                class="head"
                data-testid="message-form"
                popovertarget=MESSAGE_MENU
                tabindex=tabindex(head, stop)
                on:focus=move |_| head.stop.set(stop)
            >
                "Message "
                <span class="tag">{form}</span>
                {hidden}
            </button>
        </span>
    }
}
