//! What features share: made by the shell, read by each with `expect_context`.
//!
//! A feature reads what is here, writes its own state through its own messages, and tells the others by [`Bus`].
//! Invariant: only the shell and the owner named beside each context write to it.

use super::columns::state::Msg as ColumnsMsg;
use super::coverage::pieces::Piece;
use super::coverage::place::{Placed, place, x_of};
use super::coverage::standing::Standing;
use super::filter::state::Change;
use super::plot::bars::place_of;
use super::rows::state::{Marked, Shows};
use super::window::names::Names;
use super::window::state::{LoadedWindow, Opened, Shown, Target};
use crate::location::address::{Screen, Tab};
use crate::location::remembered::TableLayout;
use crate::ui::zone::Zone;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::{
    Answered, CachedDataset, DatasetFiles, Deletion, EventLine, Failed, GroupQuestion,
    HistogramQuestion, Problem, Receipt, RunMode, TopQuestion, WindowView,
};

/// The window that is shown. Written by the window feature.
#[derive(Clone, Copy)]
pub(crate) struct ShownWindow(pub Signal<Shown>);

impl ShownWindow {
    /// The window, once it is open.
    pub(crate) fn get(self) -> Option<Arc<LoadedWindow>> {
        self.0.with(|shown| shown.open().cloned())
    }

    /// The same, without following it.
    pub(crate) fn get_untracked(self) -> Option<Arc<LoadedWindow>> {
        self.0.with_untracked(|shown| shown.open().cloned())
    }

    /// What is shown, or is about to be.
    pub(crate) fn target(self) -> Option<Target> {
        self.0.with(|shown| shown.target().cloned())
    }

    /// The same, without following it.
    pub(crate) fn target_untracked(self) -> Option<Target> {
        self.0.with_untracked(|shown| shown.target().cloned())
    }
}

/// What is derived of the window, its damage and the fetch, each computed once a change. Written by the coverage feature.
#[derive(Clone, Copy)]
pub(crate) struct Coverage {
    /// The window in stretches of one state, in order, with what a fetch is doing to them and the rows before each.
    pub pieces: Memo<Arc<Vec<Piece>>>,
    /// The same stretches with the rows that the table shows.
    pub shown: Memo<Arc<Vec<Piece>>>,
    /// The damaged files of the window, however they were found.
    pub damage: Memo<Arc<Vec<Problem>>>,
    /// What the main action is; nothing while no window is open.
    pub standing: Memo<Option<Standing>>,
    /// Whether a fetch fills what is shown, now.
    pub is_filling: Memo<bool>,
    /// Whether a fetch goes on at all: one goes on at a time.
    pub is_fetching: Memo<bool>,
    /// Whether it was asked to stop.
    pub is_stopping: Memo<bool>,
}

impl Coverage {
    /// The number of the first row that the table shows of a stretch or behind it, where that is known.
    pub(crate) fn row_of(self, range: TimeRange) -> Option<u64> {
        self.shown.with_untracked(|pieces| {
            let mut pieces = pieces.iter();
            pieces
                .find(|piece| piece.range.start_ms() == range.start_ms())?
                .first_row
        })
    }
}

/// The scale of time that plot, lane and axis are drawn to. The lane is measured and writes the width.
#[derive(Clone, Copy)]
pub(crate) struct TimeScale {
    /// The pieces of the window with their places.
    pub placed: Memo<Arc<Vec<Placed>>>,
    /// How wide it is drawn, in pixels.
    pub width: RwSignal<f64>,
}

impl TimeScale {
    /// Of the pieces of a window.
    pub(crate) fn new(pieces: Memo<Arc<Vec<Piece>>>) -> Self {
        let width = RwSignal::new(0.0_f64);
        let placed = Memo::new(move |_| pieces.with(|pieces| Arc::new(place(pieces, width.get()))));
        Self { placed, width }
    }

    /// Where an instant of the window lies.
    pub(crate) fn x_of(self, ms: i64) -> Option<f64> {
        self.placed.with(|placed| x_of(placed, ms))
    }

    /// The same, where the end of the window lies too.
    pub(crate) fn place_of(self, ms: i64) -> f64 {
        let width_px = self.width.get();
        self.placed.with(|placed| place_of(placed, width_px, ms))
    }
}

/// The time of the rows on screen, once they are here. Written by the table.
#[derive(Clone, Copy)]
pub(crate) struct RowsOnScreen(pub Memo<Option<i64>>);

/// Where the field list is. Written by the shell.
#[derive(Clone, Copy)]
pub(crate) struct FieldsPlace {
    /// Whether it is shown.
    pub is_shown: Memo<bool>,
    /// Whether it lies over the rows, because there is no room beside them.
    pub is_sheet: ReadSignal<bool>,
    /// Shows or hides it.
    pub toggle: Callback<()>,
}

/// Which panel is on top and which screen is shown. The address holds both.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The panel.
    pub tab: RwSignal<Tab>,
    /// The screen.
    pub screen: RwSignal<Screen>,
    /// The row as the address names it: written by the table when a row is chosen, read by it when a window was opened.
    pub row_link: RwSignal<String>,
}

/// The number of the row that is chosen. Written by the table and by what goes to a row through [`Actions`].
#[derive(Clone, Copy)]
pub(crate) struct ChosenRow(pub RwSignal<Option<u64>>);

/// Where printed times live.
#[derive(Clone, Copy)]
pub(crate) struct TimeZone(pub Signal<Zone>);

impl TimeZone {
    /// The zone.
    pub(crate) fn get(self) -> Zone {
        self.0.get()
    }
}

/// Now, epoch milliseconds; moves once a second.
#[derive(Clone, Copy)]
pub(crate) struct Now(pub Signal<i64>);

/// All that is cached, by dataset; nothing until it was listed. Written by the storage feature.
#[derive(Clone, Copy)]
pub(crate) struct Cached(pub Memo<Option<Arc<Vec<CachedDataset>>>>);

/// The names that logs are known by.
#[derive(Clone, Copy)]
pub(crate) struct LogNames(pub Memo<Names>);

impl LogNames {
    /// The name of a log, or its id.
    pub(crate) fn of(self, id: &str) -> String {
        self.0.with(|names| names.of(id))
    }
}

/// The columns of the table, and how it shows messages and order. Written by the columns feature.
#[derive(Clone, Copy)]
pub(crate) struct TableColumns {
    /// As they are.
    pub layout: Memo<TableLayout>,
    /// Whether messages are shown with the fields that columns show.
    pub as_received: Memo<bool>,
    /// Changes them.
    pub change: Callback<ColumnsMsg>,
}

impl TableColumns {
    /// Whether a field is a column.
    pub(crate) fn has(self, name: &str) -> bool {
        let is_it = |layout: &TableLayout| layout.columns.iter().any(|column| column.name == name);
        self.layout.with(is_it)
    }
}

/// What the text in the search field marks in messages; empty where nothing is to be marked. Written by the search.
#[derive(Clone, Copy)]
pub(crate) struct Highlight(pub RwSignal<String>);

/// The rows that the table shows: those of the window, or those that the filter selects. Written by the filter.
#[derive(Clone, Copy)]
pub(crate) struct RowsShown(pub RwSignal<Option<Arc<WindowView>>>);

/// What is asked of the rows that the filter selects, and the answer: one pass over the rows gives all of it.
/// Each part of the question is written by whoever shows its answer, as nothing while it is not on screen.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    /// How they are spread over time. Written by the plot.
    pub histogram: RwSignal<Option<HistogramQuestion>>,
    /// The most frequent values of the fields that are open. Written by the field list.
    pub top: RwSignal<Vec<TopQuestion>>,
    /// Whether the fields are asked for. Written by the field list.
    pub fields: RwSignal<bool>,
    /// How they are grouped. Written by the groups.
    pub groups: RwSignal<Option<GroupQuestion>>,
    /// Which rows the minimap shows, as a filter. Written by the table.
    pub slices: RwSignal<Option<String>>,
    /// What is known: of the question before, while nothing of this one is. Written by the filter.
    pub answered: RwSignal<Option<Arc<Answered>>>,
}

impl Asked {
    /// With no question.
    pub(crate) fn new() -> Self {
        Self {
            histogram: RwSignal::new(None),
            top: RwSignal::new(Vec::new()),
            fields: RwSignal::new(false),
            groups: RwSignal::new(None),
            slices: RwSignal::new(None),
            answered: RwSignal::new(None),
        }
    }
}

/// Changes which rows are shown: includes or excludes a value, adds a condition.
#[derive(Clone, Copy)]
pub(crate) struct Narrow {
    /// Changes the conditions.
    pub change: Callback<Change>,
    /// Shows the rows of a stretch of time alone, or all.
    pub select: Callback<Option<TimeRange>>,
    /// Shows what is around the row that the table stands on, or the rows that the filter selects again.
    pub look_around: Callback<()>,
}

/// What one feature asks of another.
#[derive(Clone, Copy)]
pub(crate) struct Actions {
    /// Fetch a range of the window that is shown, or what is missing of all of it.
    pub fetch: Callback<(Option<TimeRange>, RunMode)>,
    /// Stop the fetch; what is proven is kept.
    pub stop: Callback<()>,
    /// Open the window again: what is on disk has changed.
    pub refresh: Callback<()>,
    /// Open the window again, which the worker does not know any more.
    pub reopen: Callback<Failed>,
    /// Open a window of a log and query.
    pub open: Callback<(Dataset, TimeRange)>,
    /// Reading found a damaged file: its path, and what was said of it.
    pub note_damage: Callback<(String, String)>,
    /// Delete some of a dataset, one after the other.
    pub delete: Callback<(Dataset, Vec<Deletion>)>,
    /// Show a row in the table and choose it.
    pub go_to_row: Callback<u64>,
    /// Copy a text; the second says what it is: `Receipt`.
    pub copy: Callback<(String, &'static str)>,
    /// Give bytes to the person as a file: its name, its type, its content.
    pub save: Callback<(String, &'static str, Vec<u8>)>,
    /// Go where space can be freed, or where a key can be given.
    pub go_to: Callback<Way>,
}

impl Actions {
    /// Tells of the part that is damaged, where that is why reading failed.
    pub(crate) fn note(self, failed: &Failed) {
        if let Some(path) = &failed.damaged {
            self.note_damage.run((path.clone(), failed.message.clone()));
        }
    }
}

/// Where a person can do something about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// What is cached, with its delete buttons.
    Storage,
    /// Where the key is given.
    Key,
}

/// What has happened, for whoever it concerns.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Another window is asked for, or the same afresh: what is known is of the one before.
    Chosen {
        /// What is asked for.
        target: Target,
        /// Whether it is of another log or query than what was shown.
        is_other_dataset: bool,
    },
    /// A window was opened, or opened again.
    Opened(Opened),
    /// A fetch ended: with a receipt, or why there is none.
    Fetched {
        /// What was shown when it began.
        target: Target,
        /// How it ended.
        result: Result<Arc<Receipt>, Failed>,
    },
    /// The files of the dataset shown, as they are now. Told by whoever lists them.
    FilesListed(Arc<DatasetFiles>),
    /// Files were written or deleted, by this tab or another.
    CacheChanged,
    /// Other rows are shown, of the same window or of another; none where it cannot be read.
    RowsShown {
        rows: Option<Arc<WindowView>>,
        is_same: bool,
    },
    /// What is around the row that the table stands on is to be shown, or no more; for the table.
    LookAround,
    /// A row is to be shown and chosen, for the table.
    GoToRow(u64),
    /// An event of a run or of the page, for the event log.
    Journal(EventLine),
    /// Another row is marked, or it has another number, or none is. Told by the table.
    RowMarked(Option<Marked>),
    /// The marked row is opened; by a key, so that the focus follows. Told by the table.
    RowOpened { marked: Marked, by_key: bool },
    /// The row that is open is to be closed. Told by the table.
    RowClosed,
    /// The table shows other rows, or the same by another name.
    TableShows(Shows),
}

/// Tells what has happened.
#[derive(Clone, Copy)]
pub(crate) struct Bus(StoredValue<Vec<Callback<Event>>>);

impl Bus {
    /// Without any listener.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    /// Calls with all that happens from now on.
    pub(crate) fn listen(self, call: impl Fn(Event) + Send + Sync + 'static) {
        self.0.update_value(|calls| calls.push(Callback::new(call)));
    }

    /// Tells it to every listener, in the order they came.
    pub(crate) fn emit(self, event: Event) {
        for call in self.0.get_value() {
            call.run(event.clone());
        }
    }
}
