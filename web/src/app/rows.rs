//! The table of rows: only what is in view is in the document.
//!
//! A tall empty element scrolls; a layer that stays in view holds the rows, so there is never a blank flash.
//! Keys: arrows, Page Up and Down, Home and End move the mark; Enter opens it; Escape closes it.

use super::detail::Detail;
use super::find::FindBar;
use super::measure::measure;
use super::page::{Asked, Look, Page};
use super::table::SCROLLER;
use super::text::untrusted;
use crate::protocol::Row;
use crate::state::cache::Known;
use crate::state::coverage::sentence;
use crate::state::escape::start_of_view;
use crate::state::find::Find;
use crate::state::run::Run;
use crate::state::table::Columns;
use crate::state::words::{bytes, counted};
use leptos::html::Div;
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
#[component]
pub(crate) fn Rows(page: Page) -> impl IntoView {
    let total = Memo::new(move |_| page.table.with(|table| table.scroll().rows()));
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
    view! {
        <div class="rows-head">
            <p class="row-count" data-testid="row-count" data-rows=move || total.get().to_string()>
                {move || counted(total.get(), "row", "rows")}
                <span class="hint">{provisional}</span>
            </p>
            <FindBar page=page />
        </div>
        <div class="rows-body">
            <Show when=move || total.get() != 0 fallback=move || empty(page)>
                <Grid page=page />
            </Show>
            <Detail page=page />
        </div>
    }
}

/// Three texts that are never one: nothing held, nothing there, nothing asked.
fn empty(page: Page) -> impl IntoView {
    let (title, text) = match page.look.get() {
        Look::Nothing => (
            "No window is open".to_owned(),
            "Choose a log and a window, or one that is cached already.",
        ),
        Look::Looking => ("Looking at what is cached".to_owned(), ""),
        Look::Failed(_) => ("The cache could not be read".to_owned(), ""),
        Look::Here(here) => match &here.looked.view {
            None => (
                "This window cannot be opened".to_owned(),
                "What stands in the way is said above.",
            ),
            Some(view) if !view.holds_any() && page.run.with(Run::is_running) => (
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
    view! {
        <div class="empty">
            <h3>{title}</h3>
            <p>{text}</p>
        </div>
    }
}

fn keys(page: Page, event: &leptos::ev::KeyboardEvent) {
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

fn column_class(columns: Columns) -> String {
    let mut class = "grid".to_owned();
    for (shown, name) in [
        (columns.id, " has-id"),
        (columns.labels, " has-labels"),
        (columns.extra, " has-extra"),
    ] {
        if shown {
            class.push_str(name);
        }
    }
    class
}

#[component]
fn Grid(page: Page) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    measure(node, move |_, height_px| page.resized(height_px));
    let scroll = Memo::new(move |_| page.table.with(|table| table.scroll()));
    let columns = Memo::new(move |_| page.table.with(|table| table.columns()));
    let slots = Memo::new(move |_| scroll.get().drawn());
    let first = Memo::new(move |_| scroll.get().first());
    let scrolled = move |_| {
        if let Some(element) = node.get_untracked() {
            page.scrolled(f64::from(element.scroll_top()));
        }
    };
    view! {
        <div
            class=move || column_class(columns.get())
            role="grid"
            data-testid="rows"
            aria-label="Rows of the window"
            aria-rowcount=move || (scroll.get().rows() + 1).to_string()
        >
            <div class="grid-head" role="row" aria-rowindex="1">
                <span role="columnheader">{move || format!("Time ({})", offset(page))}</span>
                <span role="columnheader" class="cell-id">"Sequence number"</span>
                <span role="columnheader">"Message"</span>
                <span role="columnheader" class="cell-labels">"Labels"</span>
                <span role="columnheader" class="cell-extra">"Extra"</span>
            </div>
            <div
                class="scroller"
                id=SCROLLER
                role="rowgroup"
                node_ref=node
                tabindex="0"
                aria-label="Rows; arrow keys move, Enter opens"
                aria-activedescendant=move || page.row.get().map(|row| format!("row-{row}"))
                on:scroll=scrolled
                on:keydown=move |event| keys(page, &event)
            >
                <div class="scroll-space" style:height=move || format!("{}px", scroll.get().element_px())>
                    <div class="layer" style:transform=move || format!("translateY(-{}px)", scroll.get().pushed_px())>
                        <For each=move || 0..slots.get() key=|slot| *slot let:slot>
                            <RowView page=page number=Memo::new(move |_| first.get() + slot) />
                        </For>
                    </div>
                </div>
            </div>
        </div>
    }
}

fn offset(page: Page) -> String {
    let ms = page.here().map_or(0, |here| here.window.start_ms());
    page.zone().offset_text(ms)
}

#[component]
fn RowView(page: Page, number: Memo<u64>) -> impl IntoView {
    let slot = Memo::new(move |_| {
        page.table.with(|table| match table.get(number.get()) {
            Known::Row(row) => Slot::Row(Arc::new(row.clone())),
            Known::Loading => Slot::Loading,
            Known::Failed(reason) => Slot::Failed(reason.to_owned()),
        })
    });
    let is_marked = Memo::new(move |_| page.row.get() == Some(number.get()));
    let is_provisional =
        move || slot.with(|slot| matches!(slot, Slot::Row(row) if row.provisional));
    let open = move |_| {
        page.row.set(Some(number.get_untracked()));
        page.open_detail_of_mark();
    };
    let cells = move || match slot.get() {
        Slot::Row(row) => cells(page, &row).into_any(),
        Slot::Loading => view! {
            <span role="gridcell" class="cell-time is-loading"></span>
            <span role="gridcell" class="cell-id is-loading"></span>
            <span role="gridcell" class="cell-message is-loading"></span>
        }
        .into_any(),
        Slot::Failed(reason) => view! {
            <span role="gridcell" class="cell-failed">
                "Cannot be read: "
                {reason}
            </span>
        }
        .into_any(),
    };
    view! {
        <div
            class="row"
            class:is-marked=move || is_marked.get()
            class:is-odd=move || number.get() % 2 == 1
            class:is-provisional=is_provisional
            role="row"
            id=move || format!("row-{}", number.get())
            data-testid=move || {
                slot.with(|slot| if matches!(slot, Slot::Row(_)) { "row" } else { "row-loading" })
            }
            data-row=move || number.get().to_string()
            aria-rowindex=move || (number.get() + 2).to_string()
            aria-selected=move || is_marked.get().to_string()
            on:click=open
        >
            {cells}
        </div>
    }
}

fn cells(page: Page, row: &Row) -> impl IntoView + use<> {
    let zone = page.zone();
    let needle = page.find.with(|find| match find {
        Find::Done { .. } => page.find_text.get_untracked(),
        _ => String::new(),
    });
    let size = (row.message_bytes > LONG_BYTES)
        .then(|| view! { <span class="cell-size">{bytes(row.message_bytes)}</span> });
    let start = start_of_view(&row.message, &needle, true);
    let ahead = (start > 0).then(|| view! { <span class="escape">"..."</span> });
    let message = row.message.get(start..).unwrap_or(&row.message);
    let extra = row.extra.as_deref().unwrap_or_default();
    let labels = row.labels.join(", ");
    let title = row
        .provisional
        .then_some("May be incomplete: fetched too close to now");
    view! {
        <span role="gridcell" class="cell-time" title=title>
            {zone.stamp(row.ms)}
        </span>
        <span role="gridcell" class="cell-id">
            {untrusted(row.id.as_deref().unwrap_or_default(), "")}
        </span>
        <span role="gridcell" class="cell-message">
            <span class="clip">{ahead} {untrusted(message, &needle)}</span>
            {size}
        </span>
        <span role="gridcell" class="cell-labels">
            {untrusted(&labels, "")}
        </span>
        <span role="gridcell" class="cell-extra">
            {untrusted(extra, "")}
        </span>
    }
}
