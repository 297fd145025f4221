//! One line of the table: a row, a row on its way, or a seam.

use super::cache::Known;
use super::effects::{GRID, RowsTable};
use super::lines::Seam;
use super::state::{Cell, Content, Msg, Rows};
use super::view::{class_of_cell, offset, spans_days};
use crate::features::contexts::{Coverage, Highlight, ShownWindow, TimeZone};
use crate::platform::{focus, selection};
use crate::protocol::Row;
use crate::ui::escape::{plain, start_of_view};
use crate::ui::format::bytes;
use crate::ui::icon::Icon;
use crate::ui::text::untrusted;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::fold::Needle;

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
        let content = content.get();
        let mut class = "row".to_owned();
        if let Some(Content::Seam(seam)) = &content {
            class.push_str(" seam s-");
            class.push_str(seam.state.name());
        }
        let is_provisional =
            matches!(&content, Some(Content::Row(_, Known::Row(row))) if row.provisional);
        for (is_so, name) in [
            (
                matches!(&content, Some(Content::Row(row, _)) if row % 2 == 1),
                " is-odd",
            ),
            (is_provisional, " is-provisional"),
            (is_marked.get(), " is-selected"),
            (is_away.get(), " is-away"),
        ] {
            if is_so {
                class.push_str(name);
            }
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
    let cells = move || {
        match content.get() {
        Some(Content::Row(_, Known::Row(row))) => view! { <Cells line row/> }.into_any(),
        Some(Content::Row(_, Known::Loading)) => loading().into_any(),
        Some(Content::Row(_, Known::Failed(reason))) => {
            view! { <span role="gridcell" class="c-failed">"Cannot be read: " {plain(&reason)}</span> }
                .into_any()
        }
        Some(Content::Seam(seam)) => view! { <SeamCells line seam/> }.into_any(),
        None => ().into_any(),
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

fn loading() -> impl IntoView {
    view! {
        <span role="gridcell" class="c-time is-loading"></span>
        <span role="gridcell" class="c-msg is-loading"></span>
    }
}

/// A time with what changes from row to row standing out.
fn time_cell(
    row: &Row,
    has_dates: bool,
    head_offset: &str,
    zone: TimeZone,
) -> impl IntoView + use<> {
    let zone = zone.get();
    let date = has_dates.then(|| format!("{} ", zone.date(row.ms)));
    let time = zone.time(row.ms);
    let (minutes, seconds) = time.split_at_checked(6).unwrap_or(("", &time));
    let of_row = zone.offset_text(row.ms);
    let offset = (of_row != head_offset).then(|| format!(" {of_row}"));
    view! {
        {date}
        {minutes.to_owned()}
        <b>{seconds.to_owned()}</b>
        {offset}
    }
}

#[component]
fn Cells(line: u64, row: Arc<Row>) -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let (shown, zone) = (
        expect_context::<ShownWindow>(),
        expect_context::<TimeZone>(),
    );
    let Highlight(highlight) = expect_context();
    let columns = table.memo(Rows::columns);
    move || {
        let needle = Needle::new(&highlight.get());
        let cells = columns.get().cells().enumerate();
        cells
            .map(|(at, cell)| {
                let content = match cell {
                    Cell::Time => {
                        let head_offset = offset(shown, zone);
                        time_cell(&row, spans_days(shown, zone), &head_offset, zone).into_any()
                    }
                    Cell::Id => {
                        untrusted(row.id.as_deref().unwrap_or_default(), &Needle::default())
                    }
                    Cell::Message => message(&row, &needle).into_any(),
                    Cell::Labels => untrusted(&row.labels.join(", "), &Needle::default()),
                };
                view! { <CellView line at class=class_of_cell(cell)>{content}</CellView> }
            })
            .collect_view()
    }
}

/// A cell, and whether the arrow keys stand on it.
#[component]
fn CellView(line: u64, at: usize, class: &'static str, children: Children) -> impl IntoView {
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
        >
            {children()}
        </span>
    }
}

fn message(row: &Row, needle: &Needle) -> impl IntoView + use<> {
    let start = start_of_view(&row.message, needle);
    let ahead = (start > 0).then(|| view! { <span class="escape">"..."</span> });
    let text = untrusted(row.message.get(start..).unwrap_or(&row.message), needle);
    let size = (row.message_bytes > LONG_BYTES)
        .then(|| view! { <span class="size">{bytes(row.message_bytes)}</span> });
    view! {
        <span class="clip">{ahead} {text}</span>
        {size}
    }
}

/// A seam: why rows stop here, and what can be done about it.
#[component]
fn SeamCells(line: u64, seam: Seam) -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let zone = expect_context::<TimeZone>();
    let coverage = expect_context::<Coverage>();
    let words = {
        let seam = seam.clone();
        move || plain(&seam.words(zone.get()))
    };
    let title = seam.title();
    let action = seam.action().map(|action| {
        let acted = seam.clone();
        let act = move |event: web_sys::MouseEvent| {
            event.stop_propagation();
            table.act(&acted);
            // The seam goes, and the keyboard stays in the table.
            focus::focus(GRID);
        };
        let icon = if action == "Fetch this gap" {
            Icon::Download
        } else {
            Icon::Again
        };
        view! {
            <CellView line at=1 class="act">
                <button
                    type="button"
                    tabindex="-1"
                    data-testid="seam-action"
                    aria-disabled=move || coverage.is_fetching.get().to_string()
                    on:click=act
                >
                    {icon.small()}
                    {action}
                </button>
            </CellView>
        }
    });
    view! {
        <CellView line at=0 class="label">
            <b>{title}</b>
            " "
            {words}
        </CellView>
        {action}
    }
}
