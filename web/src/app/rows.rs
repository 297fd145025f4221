//! The table of rows: only what is in view is in the document.
//!
//! A tall empty element scrolls; a layer that stays in view holds the rows, so there is never a blank flash.
//! Keys: arrows, Page Up and Down, Home and End move the mark; Enter opens it; Escape closes it.

use super::browser;
use super::detail::detail;
use super::el::{Child, El, Node, el, flag, many, shown, text};
use super::find::find_bar;
use super::measure::measure;
use super::page::Page;
use super::shown::{Asked, Here, Look};
use super::table::{GRID, SCROLLER};
use super::text::untrusted;
use crate::protocol::Row;
use crate::state::cache::Known;
use crate::state::coverage::sentence;
use crate::state::escape::start_of_view;
use crate::state::find::Find;
use crate::state::table::Columns;
use crate::state::words::{bytes, counted, px};
use leptos::prelude::*;
use std::sync::Arc;

/// Messages longer than this have their size shown.
const LONG_BYTES: u64 = 1000;

/// What a slot of the table shows.
#[derive(Clone, PartialEq)]
enum Slot {
    Row(Arc<Row>),
    Loading,
    Failed(String),
}

/// Count, find, table and detail.
pub(crate) fn rows(page: Page) -> AnyView {
    let total = Memo::new(move |_| page.table.with(|table| table.scroll().rows()));
    let is_empty = Memo::new(move |_| u64::from(total.get() == 0));
    let provisional = move || {
        page.here()
            .and_then(|here| {
                let view = here.looked.view.as_ref()?;
                Some(view.rows - view.proven_rows)
            })
            .filter(|rows| *rows > 0)
            .map(|rows| {
                format!(
                    ", {} may be incomplete",
                    counted(rows, "of them", "of them")
                )
            })
    };
    many(vec![
        el("div class='rows-head'")
            .child(
                el("p class='row-count' data-testid='row-count'")
                    .attr("data-rows", text(move || total.get().to_string()))
                    .child(shown(move || counted(total.get(), "row", "rows")))
                    .child(
                        el("span class='hint'")
                            .child(text(move || provisional().unwrap_or_default())),
                    ),
            )
            .child(find_bar(page))
            .view(),
        el("div class='rows-body'")
            .child(shown(move || {
                if is_empty.get() == 1 {
                    empty(page)
                } else {
                    untrack(|| grid(page))
                }
            }))
            .child(detail(page))
            .view(),
    ])
}

/// Whether a fetch of what is shown goes on.
fn is_fetched(page: Page, here: &Here) -> bool {
    here.bypass_run.is_none() && page.run.with(|run| run.fills(&here.dataset, here.window))
}

/// Three texts that are never one: nothing held, nothing there, nothing asked.
fn empty(page: Page) -> El {
    let (title, text) = match page.look.get() {
        Look::Nothing => (
            "No window is open".to_owned(),
            "Choose a log and a window, or one that is cached already.",
        ),
        Look::Looking(..) => ("Looking at what is cached".to_owned(), ""),
        Look::Failed(_) => ("The cache could not be read".to_owned(), ""),
        Look::Here(here) => match &here.looked.view {
            None => (
                "This window cannot be opened".to_owned(),
                "What stands in the way is said above.",
            ),
            Some(view) if !view.holds_any() && is_fetched(page, &here) => (
                "Being fetched".to_owned(),
                "Rows show up here as parts are written.",
            ),
            Some(view) if !view.holds_any() => (
                "Nothing cached here yet".to_owned(),
                "Fetch the window, or just one of its gaps.",
            ),
            Some(_) if here.looked.plan.missing.is_empty() => (
                "Checked: no entries in this range".to_owned(),
                "The source was asked for all of it and had none.",
            ),
            Some(_) => (
                sentence(&super::coverage::drawn(page)),
                "What is cached of this window has no entries. The rest was not fetched.",
            ),
        },
    };
    el("div class='empty'")
        .child(el("h3").child(title))
        .child(el("p").child(text))
}

fn keys(page: Page, event: &web_sys::KeyboardEvent) {
    let step = page.table.with_untracked(|table| table.scroll().page()) as i64;
    match event.key().as_str() {
        "ArrowDown" => page.step_row(1),
        "ArrowUp" => page.step_row(-1),
        "PageDown" => page.step_row(step),
        "PageUp" => page.step_row(-step),
        "Home" => page.end_row(false),
        "End" => page.end_row(true),
        "Enter" | " " => page.open_detail_of_mark(),
        "Escape" => page.close_detail(),
        _ => return,
    }
    event.prevent_default();
}

impl Page {
    fn open_detail_of_mark(self) {
        if self.row.get_untracked().is_some() {
            if matches!(self.detail.get_untracked(), Asked::No) {
                self.detail.set(Asked::Asking);
            }
            self.open_detail();
        }
    }
}

fn column_class(columns: Columns, is_local: bool) -> String {
    let mut class = "grid".to_owned();
    for (shown, name) in [
        (columns.id, " has-id"),
        (columns.labels, " has-labels"),
        (is_local, " is-local"),
    ] {
        if shown {
            class.push_str(name);
        }
    }
    class
}

fn grid(page: Page) -> El {
    let node = Node::new();
    measure(node, move |_, height_px| page.resized(height_px));
    let scroll = move || page.table.with(|table| table.scroll());
    let columns = move || page.table.with(|table| table.columns());
    let slots = Memo::new(move |_| scroll().drawn());
    let first = Memo::new(move |_| scroll().first());
    let scrolled = move |_| {
        if let Some(element) = node.get_untracked() {
            page.scrolled(f64::from(element.scroll_top()));
        }
    };
    el("div role='grid' data-testid='rows' tabindex='0'")
        .attr("id", GRID)
        .attr(
            "aria-label",
            "Rows of the window; arrow keys move, Enter opens",
        )
        .attr(
            "aria-activedescendant",
            text(move || {
                page.row
                    .get()
                    .map_or_else(String::new, |row| format!("row-{row}"))
            }),
        )
        .on_key(move |event| keys(page, &event))
        .class(text(move || column_class(columns(), page.local_time.get())))
        .attr(
            "aria-rowcount",
            text(move || (scroll().rows() + 1).to_string()),
        )
        .child(
            el("div class='grid-head' role='row' aria-rowindex='1'")
                .child(
                    el("span role='columnheader'")
                        .child(shown(move || format!("Time ({})", offset(page)))),
                )
                .child(el("span role='columnheader' class='cell-id'").child("Number or id"))
                .child(el("span role='columnheader'").child("Message"))
                .child(el("span role='columnheader' class='cell-labels'").child("Labels")),
        )
        .child(
            // Not reached by the Tab key, as what scrolls is by itself: the grid is what moves by keys.
            el("div class='scroller' role='rowgroup' tabindex='-1'")
                .attr("id", SCROLLER)
                .node(node)
                .on("focus", move |_| page.focus_rows())
                .on("scroll", scrolled)
                .child(
                    el("div class='scroll-space'")
                        .style("height", text(move || px(scroll().element_px())))
                        .child(
                            el("div class='layer'")
                                .style(
                                    "transform",
                                    text(move || {
                                        format!("translateY(-{})", px(scroll().pushed_px()))
                                    }),
                                )
                                .child(shown(move || {
                                    (0..slots.get())
                                        .map(|slot| {
                                            row_view(page, Memo::new(move |_| first.get() + slot))
                                        })
                                        .collect::<Vec<_>>()
                                })),
                        ),
                ),
        )
}

fn offset(page: Page) -> String {
    let ms = page.here().map_or(0, |here| here.window.start_ms());
    page.zone().offset_text(ms)
}

fn row_view(page: Page, number: Memo<u64>) -> El {
    // What is drawn depends on the row and on what is known of it, which the stamp tells; a memo of more than that would cost more than it saves.
    let stamp = Memo::new(move |_| page.table.with(|table| table.stamp(number.get())));
    let slot = move || {
        stamp.get();
        let row = number.get();
        page.table.with_untracked(|table| match table.get(row) {
            Known::Row(row) => Slot::Row(Arc::new(row.clone())),
            Known::Loading => Slot::Loading,
            Known::Failed(reason) => Slot::Failed(reason.to_owned()),
        })
    };
    let is_marked = Memo::new(move |_| u64::from(page.row.get() == Some(number.get())));
    let is_provisional = move || matches!(slot(), Slot::Row(row) if row.provisional);
    let open = move |_| {
        page.row.set(Some(number.get_untracked()));
        page.open_detail_of_mark();
    };
    let cells = move || match slot() {
        Slot::Row(row) => cells(page, &row).into_any(),
        Slot::Loading => many(vec![
            el("span role='gridcell' class='cell-time is-loading'").view(),
            el("span role='gridcell' class='cell-id is-loading'").view(),
            el("span role='gridcell' class='cell-message is-loading'").view(),
        ])
        .into_any(),
        Slot::Failed(reason) => el("span role='gridcell' class='cell-failed'")
            .child("Cannot be read: ")
            .child(reason)
            .into_any(),
    };
    el("div class='row' role='row'")
        .toggle("is-marked", flag(move || is_marked.get() == 1))
        .toggle("is-odd", flag(move || number.get() % 2 == 1))
        .toggle("is-provisional", flag(is_provisional))
        .attr("id", text(move || format!("row-{}", number.get())))
        .attr(
            "data-testid",
            text(move || {
                if matches!(slot(), Slot::Row(_)) {
                    "row"
                } else {
                    "row-loading"
                }
            }),
        )
        .attr("data-row", text(move || number.get().to_string()))
        .attr(
            "aria-rowindex",
            text(move || (number.get() + 2).to_string()),
        )
        .attr(
            "aria-selected",
            text(move || (is_marked.get() == 1).to_string()),
        )
        .on("click", open)
        .child(shown(cells))
}

fn cells(page: Page, row: &Row) -> AnyView {
    let zone = page.zone();
    let of_row = zone.offset_text(row.ms);
    let needle = page.find.with(|find| match find {
        Find::Done { .. } => page.find_text.get_untracked(),
        _ => String::new(),
    });
    let size = (row.message_bytes > LONG_BYTES)
        .then(|| el("span class='cell-size'").child(bytes(row.message_bytes)));
    let start = start_of_view(&row.message, &needle, browser::lower);
    let ahead = (start > 0).then(|| el("span class='escape'").child("..."));
    let message = row.message.get(start..).unwrap_or(&row.message);
    let labels = row.labels.join(", ");
    let title = row.provisional.then_some(
        "May be incomplete: too close to now when it was fetched, or beyond what the log API keeps",
    );
    many(vec![
        el("span role='gridcell' class='cell-time'")
            .attr("title", title)
            .child(zone.stamp(row.ms))
            .child((of_row != untrack(|| offset(page))).then(|| format!(" {of_row}")))
            .view(),
        el("span role='gridcell' class='cell-id'")
            .child(untrusted(row.id.as_deref().unwrap_or_default(), ""))
            .view(),
        el("span role='gridcell' class='cell-message'")
            .child(
                el("span class='clip'")
                    .child(ahead)
                    .child(untrusted(message, &needle)),
            )
            .child(size)
            .view(),
        el("span role='gridcell' class='cell-labels'")
            .child(untrusted(&labels, ""))
            .view(),
    ])
}
