//! The table's handle: its state behind messages, and what carries out its effects.
//!
//! Keys are taken at once and drawn with the next frame, so that a key held down queues up no drawings.

use super::message::{self, Msg};
use super::seam::{Seam, seams};
use super::state::{self, Rows};
use crate::features::contexts::{
    Actions, Asked, Bus, ChosenRow, Coverage, Event, Narrow, Place, RowsOnScreen, RowsShown,
    ShownWindow, TableColumns, TimeZone,
};
use crate::features::coverage::pieces::CoverageState;
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::{Change, Msg as FilterMsg, State};
use crate::features::plot::levels;
use crate::platform::focus;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Notes;
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_model::RowKey;
use windrow_protocol::browser::task;
use windrow_protocol::{
    Failed, LocateRows, Located, ROWS_PER_PAGE, ReadRow, ReadRows, RunMode, ViewId,
};

/// The id of the element that scrolls and takes the keys.
pub(crate) const GRID: &str = "rows-grid";

/// How long nothing must move before the element follows the state.
const REST_MS: u64 = 180;

/// The table. Copies are handles to the same.
pub(crate) type RowsTable = Store<Rows, Msg>;

/// What its effects need.
#[derive(Clone, Copy)]
struct Ports {
    worker: WorkerClient,
    actions: Actions,
    bus: Bus,
    chosen: ChosenRow,
    place: Place,
    zone: TimeZone,
    notes: Notes,
    coverage: Coverage,
    filter: FilterStore,
    narrow: Narrow,
}

/// Makes the table, lets it follow the rows that are to be shown, and provides it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let ports = Ports {
        worker,
        actions: expect_context(),
        bus,
        chosen: expect_context(),
        place: expect_context(),
        zone: expect_context(),
        notes: expect_context(),
        coverage: expect_context(),
        filter: expect_context(),
        narrow: expect_context(),
    };
    let RowsShown(shown) = expect_context();
    let table = Store::new(Rows::default(), Rows::update, move |table, effect| {
        ports.run(table, effect);
    });
    bus.listen(move |event| ports.hear(table, event));
    // A fetch moves the seams without opening the window anew.
    Effect::new(move |_| {
        let seams = ports.coverage.shown.with(|pieces| seams(pieces));
        if let Some(view) = shown.with(|rows| rows.as_ref().map(|rows| rows.id)) {
            table.send(Msg::Seams { view, seams });
        }
    });
    let TableColumns { layout, .. } = expect_context();
    let columns = Memo::new(move |_| layout.with(|layout| layout.columns.clone()));
    Effect::new(move |_| table.send(Msg::Columns(columns.get().into())));
    let newest_first = Memo::new(move |_| layout.with(|layout| layout.newest_first));
    Effect::new(move |_| table.send(Msg::NewestFirst(newest_first.get())));
    let window = expect_context::<ShownWindow>();
    let asked = expect_context::<Asked>();
    let errors = Memo::new(move |_| {
        let window = window.get().filter(|window| window.holds_any())?;
        let field = levels::field_in(window.view.as_ref()?)?;
        Some(levels::errors(field).to_string())
    });
    Effect::new(move |_| asked.slices.set(errors.get()));
    // Back and Forward name another row of the same window.
    Effect::new(move |_| {
        let link = ports.place.row_link.get();
        let marked = table.with_untracked(Rows::marked);
        let key = marked.and_then(|marked| Some(marked.known?.key().to_string()));
        let view = table.with_untracked(Rows::view);
        if let Some(view) = view.filter(|_| key.as_ref() != Some(&link)) {
            ports.follow_link(table, view, link);
        }
    });
    provide_context(RowsOnScreen(table.memo(Rows::ms_on_screen)));
    provide_context(table);
}

impl Ports {
    fn hear(self, table: RowsTable, event: Event) {
        match event {
            Event::Chosen { .. } => table.send(Msg::Closed),
            Event::RowsShown { rows, is_same } => match rows {
                Some(rows) => {
                    let link = self.place.row_link.get_untracked();
                    let pieces = self.coverage.shown.get_untracked();
                    let opened = message::Opened {
                        view: rows.id,
                        rows: rows.rows,
                        seams: seams(&pieces),
                        is_of: self.filter.with_untracked(State::narrowing),
                        suspended: self.filter.with_untracked(State::suspended),
                    };
                    table.send(Msg::Opened { opened, is_same });
                    if !is_same {
                        self.follow_link(table, rows.id, link);
                    }
                }
                None => table.send(Msg::Closed),
            },
            Event::GoToRow(row) => table.send(Msg::Mark(row)),
            Event::LookAround => self.look_around(table),
            _ => {}
        }
    }

    /// Shows what is around the row that the table stands on, or no more.
    fn look_around(self, table: RowsTable) {
        if self
            .filter
            .with_untracked(|filter| filter.around().is_some())
        {
            return self.filter.send(FilterMsg::LookBack);
        }
        // It stays where it is, and has to be in view for that.
        table.send(Msg::Mark(table.with_untracked(Rows::stands_on)));
        let marked = table.with_untracked(Rows::marked);
        if let Some(row) = marked.and_then(|marked| marked.known) {
            self.filter.send(FilterMsg::LookAround(row));
        }
    }

    /// Goes to the row that the address names, if the window holds it.
    fn follow_link(self, table: RowsTable, view: ViewId, link: String) {
        let Ok(key) = link.parse::<RowKey>() else {
            return;
        };
        let keys = vec![key];
        self.worker
            .ask_then(LocateRows { view, keys }, move |found| {
                if table.with_untracked(Rows::view) != Some(view) {
                    return;
                }
                match found.as_ref().map(|found| found.first()) {
                    Ok(Some(Located::Row(row))) => table.send(Msg::Mark(*row)),
                    // It is a row of another window.
                    Ok(_) => self.place.row_link.update(|held| {
                        if *held == link {
                            held.clear();
                        }
                    }),
                    Err(_) => {}
                }
            });
    }

    fn run(self, table: RowsTable, effect: state::Effect) {
        use state::Effect as E;
        match effect {
            E::Load { view, page, fields } => self.load(table, view, page, fields.to_vec()),
            E::Locate { view, keys } => {
                self.worker
                    .ask_then(LocateRows { view, keys }, move |found| match found {
                        Err(failed) if failed.is_lost() => self.reopen(table, view, failed),
                        found => table.send(Msg::Located {
                            view,
                            rows: found.ok(),
                        }),
                    });
            }
            // After the lines are in the document.
            E::Place => task::later(0, move || place(table)),
            E::RestLater(scroll) => {
                task::later(REST_MS, move || table.send(Msg::Rested(scroll)));
            }
            E::AskForFrame => request_animation_frame(move || table.send(Msg::Frame)),
            E::Marked(marked) => {
                self.chosen.0.set(marked.as_ref().map(|marked| marked.row));
                let known = marked.as_ref().and_then(|marked| marked.known.as_ref());
                match known {
                    Some(row) => self.place.row_link.set(row.key().to_string()),
                    // A window that is closed leaves what the address says of the next one.
                    None if table.with_untracked(Rows::view).is_none() => {}
                    None => self.place.row_link.set(String::new()),
                }
                self.bus.emit(Event::RowMarked(marked));
            }
            E::Open { by_key } => {
                if let Some(marked) = table.with_untracked(Rows::marked) {
                    self.bus.emit(Event::RowOpened { marked, by_key });
                }
            }
            E::Act(seam) => act(self.actions, self.coverage, &seam),
            E::Shows(shows) => self.bus.emit(Event::TableShows(shows)),
            E::CopyTime(ms) => {
                let zone = self.zone.0.get_untracked();
                let text = format!("{} {}", zone.stamp(ms), zone.offset_text(ms));
                self.actions.copy.run((text, "Time"));
            }
            E::CopyText(text) => self.actions.copy.run((text, "Cell")),
            E::CopyRow { view, row } => {
                self.worker
                    .ask_then(read_row(view, row, None), move |whole| match whole {
                        Ok(whole) => self.actions.copy.run((whole.row.message, "Row")),
                        Err(failed) => self.notes.failed(failed.message, failed.remedy),
                    });
            }
            E::CopyField { view, row, field } => {
                self.worker
                    .ask_then(read_row(view, row, Some(field)), move |whole| match whole {
                        Ok(whole) => {
                            let mut fields = whole.row.fields.into_iter();
                            let value = fields.find_map(|field| field.value);
                            self.actions
                                .copy
                                .run((value.map_or_else(String::new, |value| value.text), "Cell"));
                        }
                        Err(failed) => self.notes.failed(failed.message, failed.remedy),
                    });
            }
            E::Narrow {
                field,
                value,
                is_excluded,
            } => self.narrow.change.run(Change::Value {
                field,
                value,
                is_excluded,
            }),
        }
    }

    fn load(self, table: RowsTable, view: ViewId, page: u64, fields: Vec<String>) {
        let read = ReadRows {
            view,
            first: page * u64::from(ROWS_PER_PAGE),
            limit: ROWS_PER_PAGE,
            fields,
            suspended: table.with_untracked(|rows| rows.suspended_of(view)),
        };
        self.worker.ask_then(read, move |read| {
            let rows = match read {
                Ok(read) => Ok(read.rows),
                Err(failed) if failed.is_lost() => return self.reopen(table, view, failed),
                Err(failed) if failed.damaged.is_some() => {
                    self.actions.note(&failed);
                    Err("its part is damaged; fetch it again".to_owned())
                }
                Err(failed) => Err(failed.message),
            };
            table.send(Msg::Came { view, page, rows });
        });
    }

    /// Opens the window again, unless it is no longer the one that is drawn.
    fn reopen(self, table: RowsTable, view: ViewId, failed: Failed) {
        if table.with_untracked(|rows| rows.knows(view)) {
            self.actions.reopen.run(failed);
        }
    }
}

fn read_row(view: ViewId, row: u64, field: Option<String>) -> ReadRow {
    let fields = field.into_iter().collect();
    ReadRow { view, row, fields }
}

/// Does what a seam offers. One fetch goes on at a time.
pub(super) fn act(actions: Actions, coverage: Coverage, seam: &Seam) {
    let mode = match seam.piece.state {
        CoverageState::Fetching => return actions.stop.run(()),
        CoverageState::Damaged => RunMode::Repair,
        _ => RunMode::Normal,
    };
    if !coverage.is_fetching.get_untracked() {
        actions.fetch.run((Some(seam.piece.range), mode));
    }
}

/// Scrolls the element to where the state stands.
fn place(table: RowsTable) {
    let top_px = table.with_untracked(|rows| rows.scroll().misplaced());
    if let (Some(top_px), Some(element)) = (top_px, focus::element(GRID)) {
        element.set_scroll_top(top_px as i32);
        table.send(Msg::Placed(f64::from(element.scroll_top())));
    }
}
