//! The table of rows: only the lines in view, and the marked one, are in the document.
//!
//! The grid is the element that scrolls; its scroll bar is the minimap. A tall empty element gives it its length; a layer that stays in view holds the
//! lines, so there is never a blank flash.
//! Keys: arrows, Page Up and Down, Home and End move the mark; Left and Right go through cells; plus and minus keep or hide
//! the value of one; Enter opens; Escape closes.

use super::around_view::AroundBar;
use super::effects::{GRID, RowsTable};
use super::field_cell::Hovered;
use super::head::{Head, HeadMenus, Headings, follow_room, provide_head};
use super::line_view::LineView;
use super::minimap_view::Minimap;
use super::scroll::ROW_PX;
use super::state::{Cell, Columns, Move, Msg, Rows};
use crate::features::contexts::{Bus, Coverage, Event, ShownWindow, TimeZone};
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::{Change, Msg as FilterMsg};
use crate::features::window::state::Shown;
use crate::platform::selection;
use crate::ui::empty::empty;
use crate::ui::format::{counted, px};
use crate::ui::measure::measure;
use leptos::html;
use leptos::prelude::*;

/// The table, or why there is none.
#[component]
pub(crate) fn RowsPanel() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    provide_head();
    let total = table.memo(Rows::row_count);
    let is_empty = Memo::new(move |_| total.get() == 0);
    view! {
        <p class="spoken" data-testid="row-count" data-rows=move || total.get().to_string()>
            {move || counted(total.get(), "row", "rows")}
        </p>
        <AroundBar/>
        <div class="grid-box">
            <HeadMenus/>
            {move || if is_empty.get() { view! { <Empty/> }.into_any() } else { view! { <Grid/> <Minimap/> }.into_any() }}
        </div>
    }
}

/// The filter hides every row: how many, and what would show them.
fn no_match(filter: FilterStore, heading: String, text: String) -> AnyView {
    let change = move |change| filter.send(FilterMsg::Change(change));
    let last = filter.with_untracked(|state| state.chips().chips.len().checked_sub(1));
    view! {
        <div class="empty" data-testid="no-match">
            <h2>{heading}</h2>
            <p>{text}</p>
            <div class="acts">
                <button type="button" on:click=move |_| filter.send(FilterMsg::Undo)>
                    "Undo the last narrowing"
                </button>
                {last.map(|_| view! {
                    <button type="button" on:click=move |_| change(Change::Suspend)>
                        "Turn filters off"
                    </button>
                })}
            </div>
        </div>
    }
    .into_any()
}

/// Texts that are never one: nothing cached, nothing there, nothing asked, nothing that matches.
#[component]
fn Empty() -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let filter = expect_context::<FilterStore>();
    let zone = expect_context::<TimeZone>();
    move || {
        let (heading, text) = match shown.0.get() {
            Shown::Nothing => (
                "No window is open",
                "Choose a log and a window, or one that is cached already.",
            ),
            Shown::Opening(_) => ("Looking at what is cached", ""),
            Shown::Failed(..) => ("The cache could not be read", "See the error above."),
            Shown::Open(window) if window.view.is_none() => {
                ("This window cannot be opened", "See the error above.")
            }
            Shown::Open(window) if !window.holds_any() && coverage.is_filling.get() => {
                ("Fetching", "Rows appear here as parts are written.")
            }
            Shown::Open(window) if !window.holds_any() => (
                "Nothing cached here yet",
                "Fetch the window, or one of its gaps.",
            ),
            Shown::Open(window) if window.rows() > 0 => {
                let range = zone
                    .get()
                    .short_range(window.window().start_ms(), window.window().end_ms());
                return match filter.with(|state| state.nothing(&range)) {
                    Some((heading, text)) => no_match(filter, heading, text),
                    None => empty("Searching the cached rows", ""),
                };
            }
            Shown::Open(window) if window.plan.missing.is_empty() => (
                "Checked: no entries in this range",
                "The source was asked and answered completely, with no entry. \
                 This fact is cached: it will not be asked again.",
            ),
            Shown::Open(_) => (
                "No entries in what is cached",
                "What is cached of this window has no entries. The rest was never fetched.",
            ),
        };
        empty(heading, text)
    }
}

pub(super) fn move_of(key: &str) -> Option<Move> {
    Some(match key {
        "ArrowDown" => Move::Lines(1),
        "ArrowUp" => Move::Lines(-1),
        "PageDown" => Move::Pages(1),
        "PageUp" => Move::Pages(-1),
        "Home" => Move::Start,
        "End" => Move::End,
        "ArrowLeft" => Move::Left,
        "ArrowRight" => Move::Right,
        _ => return None,
    })
}

/// A key in the grid.
fn press(table: RowsTable, bus: Bus, event: &web_sys::KeyboardEvent) {
    let is_command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    let is_around = table.with_untracked(Rows::is_around);
    if event.alt_key() || (is_command && key != "c") {
        return;
    }
    // A button within the grid takes its own presses.
    let is_grid = event.target() == event.current_target();
    match key.as_str() {
        // Selected text is copied by the browser.
        "c" if is_command && selection::is_empty() => table.send(Msg::Copy),
        "c" => return,
        // A key that is held acts once: what it acts on may have another action by then.
        "Enter" | " " if is_grid && event.repeat() => {}
        "Enter" | " " if is_grid => table.send(Msg::Enter),
        "Enter" | " " => return,
        "Escape" if is_around => bus.emit(Event::LookAround),
        "Escape" => bus.emit(Event::RowClosed),
        "+" | "-" if is_grid => table.send(Msg::Narrow {
            is_excluded: key == "-",
        }),
        key => match move_of(key) {
            Some(step) => table.send_quietly(Msg::Move(step)),
            None => return,
        },
    }
    event.prevent_default();
}

/// The class of a cell and of its header.
pub(super) const fn class_of_cell(cell: Cell) -> &'static str {
    match cell {
        Cell::Time => "c-time",
        Cell::Id => "c-id",
        Cell::Field(_) => "c-field",
        Cell::Message => "c-msg",
        Cell::Labels => "c-labels",
    }
}

/// Whether the window that is shown spans days, so that each row needs its date.
pub(super) fn spans_days(shown: ShownWindow, zone: TimeZone) -> bool {
    let zone = zone.get();
    shown.get().is_some_and(|window| {
        let window = window.window();
        zone.date(window.start_ms()) != zone.date(window.end_ms() - 1)
    })
}

/// The offset that the header prints; a row with another prints its own.
pub(super) fn offset(shown: ShownWindow, zone: TimeZone) -> String {
    let ms = shown.get().map_or(0, |window| window.window().start_ms());
    zone.get().offset_text(ms)
}

#[component]
fn Grid() -> impl IntoView {
    let table = expect_context::<RowsTable>();
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let bus = expect_context::<Bus>();
    let node = NodeRef::<html::Div>::new();
    let width = RwSignal::new(0.0_f64);
    measure(node, move |width_px, height_px| {
        table.send(Msg::Resized(height_px - ROW_PX));
        width.set(width_px);
    });
    let scroll = table.memo(Rows::scroll);
    let columns = table.memo(Rows::columns);
    let mounted = table.memo(Rows::mounted);
    let active = table.memo(|rows| {
        let line = rows.marked_line()?;
        Some(match rows.cell() {
            Some(cell) => format!("line-{line}-{cell}"),
            None => format!("line-{line}"),
        })
    });
    let has_dates = Memo::new(move |_| spans_days(shown, zone));
    follow_room(table, width, has_dates);
    provide_context(Headings(table.memo(|rows| rows.columns().headings())));
    let hovered = Hovered::new();
    provide_context(hovered);
    view! {
        <div
            node_ref=node
            id=GRID
            class="grid"
            class:has-dates=has_dates
            style=("--columns", move || columns.with(Columns::template))
            role="grid"
            tabindex="0"
            data-testid="rows"
            aria-label="Rows of the window; arrow keys move, Enter opens, plus and minus keep or hide the value of a cell"
            aria-rowcount=move || (table.with(Rows::line_count) + 1).to_string()
            aria-colcount=move || columns.with(|columns| columns.cells().count()).to_string()
            aria-activedescendant=move || active.get()
            aria-busy=move || table.with(Rows::is_busy).to_string()
            on:keydown=move |event| press(table, bus, &event)
            on:pointerover=move |event| hovered.over(Some(&event))
            on:pointerleave=move |_| hovered.over(None)
            on:scroll=move |_| {
                if let Some(element) = node.get_untracked() {
                    table.send(Msg::Scrolled(f64::from(element.scroll_top())));
                }
            }
        >
            <Head/>
            <div
                class="scroll-space"
                role="rowgroup"
                style:height=move || px(scroll.get().element_px())
            >
                <div
                    class="layer"
                    style:transform=move || format!("translateY(-{})", px(scroll.get().pushed_px()))
                >
                    <For each=move || mounted.get() key=|line| *line let:line>
                        <LineView line/>
                    </For>
                </div>
            </div>
        </div>
    }
}
