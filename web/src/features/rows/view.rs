//! The table of rows: only what is in view is in the document.
//!
//! A tall empty element scrolls; a layer that stays in view holds the rows, so there is never a blank flash.

use super::cache::Known;
use super::effects::{GRID, Rows, SCROLLER};
use super::table::Columns;
use crate::features::contexts::{ChosenRow, Coverage, Highlight, ShownWindow, TimeZone};
use crate::features::detail::effects::OpenDetail;
use crate::features::window::state::Shown;
use crate::protocol::Row;
use crate::ui::escape::start_of_view;
use crate::ui::format::{bytes, counted, px};
use crate::ui::measure::measure;
use crate::ui::text::untrusted;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::KeyboardEvent;

/// Messages longer than this have their size shown.
const LONG_BYTES: u64 = 1000;

/// What a place of the table shows.
#[derive(Clone, PartialEq)]
enum Slot {
    Row(Arc<Row>),
    Loading,
    Failed(String),
}

/// The table, or why there is none.
#[component]
pub(crate) fn RowsPanel() -> impl IntoView {
    let rows = expect_context::<Rows>();
    let total = Memo::new(move |_| rows.table.with(|table| table.scroll().rows()));
    view! {
        <p class="spoken" data-testid="row-count" data-rows=move || total.get().to_string()>
            {move || counted(total.get(), "row", "rows")}
        </p>
        <Show when=move || total.get().gt(&0) fallback=|| view! { <Empty /> }>
            <Grid />
        </Show>
    }
}

/// Three texts that are never one: nothing cached, nothing there, nothing asked.
#[component]
fn Empty() -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let texts = move || match shown.0.get() {
        Shown::Nothing => (
            "No window is open",
            "Choose a log and a window, or one that is cached already.",
        ),
        Shown::Opening(_) => ("Looking at what is cached", ""),
        Shown::Failed(..) => ("The cache could not be read", ""),
        Shown::Open(window) if window.view.is_none() => {
            ("This window cannot be opened", "See the error above.")
        }
        Shown::Open(window) if !window.holds_any() && coverage.is_filling.get() => {
            ("Being fetched", "Rows show up here as parts are written.")
        }
        Shown::Open(window) if !window.holds_any() => (
            "Nothing cached here yet",
            "Fetch the window, or just one of its gaps.",
        ),
        Shown::Open(window) if window.plan.missing.is_empty() => (
            "Checked: no entries in this range",
            "The source was asked for all of it and had none.",
        ),
        Shown::Open(_) => (
            "No entries in what is cached",
            "The rest of this window was not fetched.",
        ),
    };
    move || {
        let (title, text) = texts();
        view! { <div class="empty"><h3>{title}</h3><p>{text}</p></div> }
    }
}

fn keys(rows: Rows, detail: OpenDetail, event: &KeyboardEvent) {
    let step = rows.table.with_untracked(|table| table.scroll().page()) as i64;
    match event.key().as_str() {
        "ArrowDown" => rows.step(1),
        "ArrowUp" => rows.step(-1),
        "PageDown" => rows.step(step),
        "PageUp" => rows.step(-step),
        "Home" => rows.end(false),
        "End" => rows.end(true),
        "Enter" | " " => detail.open(),
        "Escape" => detail.close(),
        _ => return,
    }
    event.prevent_default();
}

#[component]
fn Grid() -> impl IntoView {
    let rows = expect_context::<Rows>();
    let detail = expect_context::<OpenDetail>();
    let ChosenRow(chosen) = expect_context();
    let zone = expect_context::<TimeZone>();
    let node = NodeRef::<html::Div>::new();
    measure(node, move |_, height_px| rows.resized(height_px));
    let scroll = Memo::new(move |_| rows.table.with(|table| table.scroll()));
    let columns = Memo::new(move |_| rows.table.with(|table| table.columns()));
    let slots = Memo::new(move |_| scroll.get().drawn());
    let first = Memo::new(move |_| scroll.get().first());
    let class = move || {
        let Columns { id, labels } = columns.get();
        let mut class = "grid".to_owned();
        for (is_on, name) in [
            (id, " has-id"),
            (labels, " has-labels"),
            (zone.get().is_local(), " is-local"),
        ] {
            if is_on {
                class.push_str(name);
            }
        }
        class
    };
    view! {
        <div
            id=GRID
            role="grid"
            data-testid="rows"
            tabindex="0"
            class=class
            aria-label="Rows of the window; arrow keys move, Enter opens"
            aria-rowcount=move || (scroll.get().rows() + 1).to_string()
            aria-activedescendant=move || {
                chosen.get().map(|row| format!("row-{row}")).unwrap_or_default()
            }
            on:keydown=move |event| keys(rows, detail, &event)
        >
            <div class="grid-head" role="row" aria-rowindex="1">
                <span role="columnheader">"Time (" {offset} ")"</span>
                <span role="columnheader" class="cell-id">"Number or id"</span>
                <span role="columnheader">"Message"</span>
                <span role="columnheader" class="cell-labels">"Labels"</span>
            </div>
            <div
                id=SCROLLER
                class="scroller"
                role="rowgroup"
                tabindex="-1"
                node_ref=node
                on:scroll=move |_| {
                    if let Some(element) = node.get_untracked() {
                        rows.scrolled(f64::from(element.scroll_top()));
                    }
                }
            >
                <div class="scroll-space" style:height=move || px(scroll.get().element_px())>
                    <div
                        class="layer"
                        style:transform=move || format!("translateY(-{})", px(scroll.get().pushed_px()))
                    >
                        {move || {
                            (0..slots.get())
                                .map(|slot| {
                                    let number = Memo::new(move |_| first.get() + slot);
                                    view! { <RowView number /> }
                                })
                                .collect_view()
                        }}
                    </div>
                </div>
            </div>
        </div>
    }
}

fn offset() -> String {
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let ms = shown.target().map_or(0, |target| target.window.start_ms());
    zone.get().offset_text(ms)
}

#[component]
fn RowView(number: Memo<u64>) -> impl IntoView {
    let rows = expect_context::<Rows>();
    let detail = expect_context::<OpenDetail>();
    let ChosenRow(chosen) = expect_context();
    // What is drawn depends on the row and on what is known of it, which the stamp tells.
    let stamp = Memo::new(move |_| rows.table.with(|table| table.stamp(number.get())));
    let slot = Memo::new(move |_| {
        stamp.get();
        let row = number.get();
        rows.table.with_untracked(|table| match table.get(row) {
            Known::Row(row) => Slot::Row(Arc::new(row.clone())),
            Known::Loading => Slot::Loading,
            Known::Failed(reason) => Slot::Failed(reason.to_owned()),
        })
    });
    let is_chosen = Memo::new(move |_| chosen.get() == Some(number.get()));
    let press = move |_| {
        rows.press(number.get_untracked());
        detail.open();
    };
    view! {
        <div
            class="row"
            class:is-selected=is_chosen
            class:is-odd=move || number.get() % 2 == 1
            class:is-provisional=move || slot.with(|slot| matches!(slot, Slot::Row(row) if row.provisional))
            role="row"
            id=move || format!("row-{}", number.get())
            data-testid=move || slot.with(|slot| if matches!(slot, Slot::Row(_)) { "row" } else { "row-loading" })
            data-row=move || number.get().to_string()
            aria-rowindex=move || (number.get() + 2).to_string()
            aria-selected=move || is_chosen.get().to_string()
            on:click=press
        >
            {move || match slot.get() {
                Slot::Row(row) => cells(&row),
                Slot::Loading => view! {
                    <span role="gridcell" class="cell-time is-loading"></span>
                    <span role="gridcell" class="cell-id is-loading"></span>
                    <span role="gridcell" class="cell-message is-loading"></span>
                }.into_any(),
                Slot::Failed(reason) => view! {
                    <span role="gridcell" class="cell-failed">"Cannot be read: " {reason}</span>
                }.into_any(),
            }}
        </div>
    }
}

fn cells(row: &Row) -> AnyView {
    let zone = expect_context::<TimeZone>().get();
    let needle = expect_context::<Highlight>().0.get();
    let of_row = zone.offset_text(row.ms);
    let other = (of_row != untrack(offset)).then(|| format!(" {of_row}"));
    let size = (row.message_bytes > LONG_BYTES)
        .then(|| view! { <span class="size">{bytes(row.message_bytes)}</span> });
    let start = start_of_view(&row.message, &needle);
    let ahead = (start > 0).then(|| view! { <span class="escape">"..."</span> });
    let message = row.message.get(start..).unwrap_or(&row.message);
    let title = row.provisional.then_some(
        "May be incomplete: too close to now when it was fetched, or beyond what the log API keeps",
    );
    view! {
        <span role="gridcell" class="cell-time" title=title>{zone.stamp(row.ms)} {other}</span>
        <span role="gridcell" class="cell-id">{untrusted(row.id.as_deref().unwrap_or_default(), "")}</span>
        <span role="gridcell" class="cell-message">
            <span class="clip">{ahead} {untrusted(message, &needle)}</span>
            {size}
        </span>
        <span role="gridcell" class="cell-labels">{untrusted(&row.labels.join(", "), "")}</span>
    }
    .into_any()
}
