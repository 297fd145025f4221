//! One line of the table: a row, a row on its way, or a seam.

use super::around_view::hidden_sign;
use super::cache::Known;
use super::columns::Heading;
use super::effects::{GRID, RowsTable, act};
use super::field_cell::FieldCell;
use super::head::Headings;
use super::rest::rest;
use super::seam::action_of;
use super::state::{Cell, Content, Msg};
use super::view::{class_of_cell, offset, spans_days};
use crate::features::contexts::{
    Actions, Coverage, Highlight, ShownWindow, TableColumns, TimeZone,
};
use crate::features::coverage::pieces::CoverageState;
use crate::platform::{focus, selection};
use crate::ui::escape::{plain, start_of_view};
use crate::ui::format::bytes;
use crate::ui::icon::Icon;
use crate::ui::text::untrusted;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::fold::Needle;
use windrow_protocol::Row;

/// Messages longer than this have their size shown.
const LONG_BYTES: u64 = 1000;

/// A line of a number.
#[component]
pub(super) fn LineView(line: u64) -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let content = table.memo(move |rows| rows.content(line));
    let is_marked = table.memo(move |rows| rows.marked_line() == Some(line));
    // The marked line stays in the document when it is scrolled away.
    let is_away = table.memo(move |rows| {
        let scroll = rows.scroll();
        !(scroll.first()..scroll.first() + scroll.drawn()).contains(&line)
    });
    let click = move |event: web_sys::MouseEvent| {
        // Text was selected; a click that selects none ends the selection before it arrives here.
        if event.detail() <= 1 && selection::is_empty() {
            table.send(Msg::Click(line));
        }
    };
    let class = move || {
        let mut class = "row".to_owned();
        let mut add = |is_so: bool, name| class.push_str(if is_so { name } else { "" });
        add(is_marked.get(), " is-selected");
        add(is_away.get(), " is-away");
        match content.get() {
            Some(Content::Row(number, known)) => {
                add(number % 2 == 1, " is-odd");
                add(
                    matches!(&known, Known::Row(row) if row.provisional),
                    " is-provisional",
                );
                add(
                    matches!(&known, Known::Row(row) if row.is_hidden),
                    " is-hidden",
                );
            }
            Some(Content::Seam(seam)) => {
                class.extend([" seam s-", seam.piece.state.name()]);
            }
            None => {}
        }
        class
    };
    let testid = move || match content.get() {
        Some(Content::Seam(_)) => "seam",
        Some(Content::Row(_, Known::Row(_))) => "row",
        _ => "row-loading",
    };
    let number = move || match content.get() {
        Some(Content::Row(row, _)) => Some(row.to_string()),
        _ => None,
    };
    // A seam whose range shrinks while it is fetched keeps its button.
    let seam = Memo::new(move |_| match content.get() {
        Some(Content::Seam(seam)) => Some(seam.piece.state),
        _ => None,
    });
    let cells = move || {
        if let Some(state) = seam.get() {
            return view! { <SeamCells line state content/> }.into_any();
        }
        match content.get() {
            Some(Content::Row(_, Known::Row(row))) => view! { <Cells line row/> }.into_any(),
            Some(Content::Row(_, Known::Loading)) => view! {
                <span role="gridcell" class="c-time is-loading"></span>
                <span role="gridcell" class="c-msg is-loading"></span>
            }
            .into_any(),
            Some(Content::Row(_, Known::Failed(reason))) => view! {
                <span role="gridcell" class="c-failed">"Cannot be read: " {plain(&reason)}</span>
            }
            .into_any(),
            Some(Content::Seam(_)) | None => ().into_any(),
        }
    };
    view! {
        <div
            id=format!("line-{line}")
            role="row"
            class=class
            data-testid=testid
            data-row=number
            aria-rowindex=(line + 2).to_string()
            aria-selected=move || is_marked.get().to_string()
            on:click=click
        >
            {cells}
        </div>
    }
}

/// A time with what changes from row to row standing out.
fn time_cell(row: &Row, shown: ShownWindow, times: TimeZone) -> impl IntoView + use<> {
    let zone = times.get();
    let date = spans_days(shown, times).then(|| format!("{} ", zone.date(row.ms)));
    let time = zone.time(row.ms);
    let (minutes, seconds) = time.split_at_checked(6).unwrap_or(("", &time));
    let of_row = zone.offset_text(row.ms);
    let offset = (of_row != offset(shown, times)).then(|| format!(" {of_row}"));
    view! {
        {row.is_hidden.then(hidden_sign)}
        {date}
        {minutes.to_owned()}
        <b>{seconds.to_owned()}</b>
        {offset}
    }
}

#[component]
fn Cells(line: u64, row: Arc<Row>) -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let Highlight(highlight) = expect_context();
    let Headings(headings) = expect_context();
    let TableColumns { as_received, .. } = expect_context();
    move || {
        let (needle, none) = (Needle::new(&highlight.get()), Needle::default());
        let headings = headings.get();
        let text = if as_received.get() {
            row.message.clone()
        } else {
            rest_of(&row, &headings)
        };
        let cell = |(at, heading): (usize, Heading)| {
            let content = match (heading.cell, heading.field) {
                (_, Some(field)) => {
                    let (row, needle) = (Arc::clone(&row), needle.clone());
                    view! { <FieldCell line at row field needle/> }.into_any()
                }
                (Cell::Time, _) => time_cell(&row, shown, zone).into_any(),
                (Cell::Id, _) => untrusted(row.id.as_deref().unwrap_or_default(), &none),
                (Cell::Labels, _) => untrusted(&row.labels.join(", "), &none),
                _ => message(&row, &text, &needle).into_any(),
            };
            let class = class_of_cell(heading.cell);
            view! { <CellView line at class is_right=heading.is_right>{content}</CellView> }
        };
        headings.into_iter().enumerate().map(cell).collect_view()
    }
}

/// The message without what the columns beside it show.
fn rest_of(row: &Row, headings: &[Heading]) -> String {
    let fields = headings.iter().filter_map(|heading| heading.field.as_ref());
    let values = fields.filter_map(|name| row.field(name)?.value.as_ref());
    let places: Vec<_> = values.map(|value| value.bytes.clone()).collect();
    if places.is_empty() {
        return row.message.clone();
    }
    rest(&row.message, &places)
}

/// A cell, and whether the arrow keys stand on it.
#[component]
fn CellView(
    line: u64,
    at: usize,
    class: &'static str,
    /// Whether its text stands at the right.
    #[prop(optional)]
    is_right: bool,
    children: Children,
) -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let is_active =
        table.memo(move |rows| rows.marked_line() == Some(line) && rows.cell() == Some(at));
    view! {
        <span
            id=format!("line-{line}-{at}")
            role="gridcell"
            aria-colindex=(at + 1).to_string()
            class=class
            class:is-active=is_active
            class:is-right=is_right
        >
            {children()}
        </span>
    }
}

fn message(row: &Row, text: &str, needle: &Needle) -> impl IntoView + use<> {
    let start = start_of_view(text, needle);
    let ahead = (start > 0).then(|| view! { <span class="escape">"..."</span> });
    let text = untrusted(text.get(start..).unwrap_or(text), needle);
    let size = (row.message_bytes > LONG_BYTES)
        .then(|| view! { <span class="size">{bytes(row.message_bytes)}</span> });
    view! {
        <span class="clip">{ahead} {text}</span>
        {size}
    }
}

/// A seam: why rows stop here, and what can be done about it.
#[component]
fn SeamCells(line: u64, state: CoverageState, content: Memo<Option<Content>>) -> impl IntoView {
    let (actions, coverage) = (expect_context::<Actions>(), expect_context::<Coverage>());
    let zone = expect_context::<TimeZone>();
    let (icon, is_off) = match state {
        CoverageState::Missing => (Icon::Download, coverage.is_fetching),
        CoverageState::Fetching => (Icon::Stop, coverage.is_stopping),
        _ => (Icon::Again, coverage.is_fetching),
    };
    let words = move || match content.get() {
        Some(Content::Seam(seam)) => seam.words(zone.get()),
        _ => String::new(),
    };
    let press = move |event: web_sys::MouseEvent| {
        event.stop_propagation();
        // The second click of a double one would stop what the first began.
        if event.detail() <= 1
            && let Some(Content::Seam(seam)) = content.get_untracked()
        {
            act(actions, coverage, &seam);
        }
        // The seam goes, and the keyboard stays in the table.
        focus::focus(GRID);
    };
    let label = move || match state {
        CoverageState::Fetching if is_off.get() => "Stopping",
        _ => action_of(state),
    };
    view! {
        <CellView line at=0 class="label">
            <b>{state.words()}</b>
            " "
            {words}
        </CellView>
        <CellView line at=1 class="act">
            <button
                type="button"
                tabindex="-1"
                data-testid="seam-action"
                aria-disabled=move || is_off.get().to_string()
                on:click=press
            >
                {icon.small()}
                {label}
            </button>
        </CellView>
    }
}
