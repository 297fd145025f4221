//! The table's handle: its state behind messages, and what carries out its effects.
//!
//! Keys are taken at once and drawn with the next frame, so that a key held down queues up no drawings.

use super::lines::{Seam, seams};
use super::state::{self, Msg, Rows};
use crate::features::contexts::{
    Actions, Bus, ChosenRow, Coverage, Event, Place, ShownWindow, TimeZone,
};
use crate::features::coverage::pieces::{CoverageState, Piece};
use crate::features::window::state::LoadedWindow;
use crate::platform::worker_client::WorkerClient;
use crate::platform::{focus, task};
use crate::protocol::{
    FailKind, Failed, LocateRows, Located, ROWS_PER_PAGE, ReadRow, ReadRows, RunMode, ViewId,
};
use crate::ui::announce::Notes;
use crate::ui::format::duration;
use leptos::prelude::*;
use windrow_model::RowKey;

/// The id of the element that scrolls and takes the keys.
pub(crate) const GRID: &str = "rows-grid";

/// How long nothing must move before the element follows the state.
const REST_MS: u64 = 180;

/// The table. Copies are handles to the same.
#[derive(Clone, Copy)]
pub(crate) struct RowsTable {
    state: RwSignal<Rows>,
    ports: StoredValue<Ports>,
}

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
    shown: ShownWindow,
    coverage: Coverage,
}

/// Makes the table, lets it follow the window that is shown, and provides it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    provide_context(RowsTable::start(worker, bus));
}

impl RowsTable {
    fn start(worker: WorkerClient, bus: Bus) -> Self {
        let ports = Ports {
            worker,
            actions: expect_context(),
            bus,
            chosen: expect_context(),
            place: expect_context(),
            zone: expect_context(),
            notes: expect_context(),
            shown: expect_context(),
            coverage: expect_context(),
        };
        let table = Self {
            state: RwSignal::new(Rows::default()),
            ports: StoredValue::new(ports),
        };
        ports.bus.listen(move |event| table.hear(event));
        // A fetch moves the seams without opening the window anew.
        Effect::new(move |_| {
            ports.coverage.pieces.track();
            if let Some(window) = ports.shown.get()
                && let Some(view) = window.id()
            {
                let seams = table.seams_of(&window);
                table.send(Msg::Seams { view, seams });
            }
        });
        // Back and Forward name another row of the same window.
        Effect::new(move |_| {
            let link = ports.place.row_link.get();
            let marked = table.with_untracked(Rows::marked);
            let key = marked.and_then(|marked| Some(marked.known?.key().to_string()));
            if let Some(view) = table
                .with_untracked(Rows::view)
                .filter(|_| key != Some(link.clone()))
            {
                table.follow_link(view, &link);
            }
        });
        table
    }

    fn ports(self) -> Ports {
        self.ports.get_value()
    }

    /// Reads and follows the state.
    pub(crate) fn with<T>(self, read: impl FnOnce(&Rows) -> T) -> T {
        self.state.with(read)
    }

    /// Reads it once.
    pub(crate) fn with_untracked<T>(self, read: impl FnOnce(&Rows) -> T) -> T {
        self.state.with_untracked(read)
    }

    /// A part of it that tells only when it has changed.
    pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Rows) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.state.with(&read))
    }

    /// Changes the state and does what follows.
    pub(crate) fn send(self, msg: Msg) {
        let is_drawn_later = matches!(msg, Msg::Move(_));
        let update = |rows: &mut Rows| rows.update(msg);
        let effects = if is_drawn_later {
            self.state.try_update_untracked(update)
        } else {
            self.state.try_update(update)
        };
        for effect in effects.into_iter().flatten() {
            self.run(effect);
        }
    }

    /// Does what a seam offers; nothing while a fetch goes on, since one goes on at a time.
    pub(crate) fn act(self, seam: &Seam) {
        let ports = self.ports();
        let mode = match seam.state {
            CoverageState::Damaged => RunMode::Repair,
            _ => RunMode::Normal,
        };
        if !ports.coverage.is_fetching.get_untracked() {
            ports.actions.fetch.run((Some(seam.range), mode));
        }
    }

    fn hear(self, event: Event) {
        match event {
            Event::Chosen { .. } => self.send(Msg::Closed),
            Event::Opened(opened) => match &opened.view.view {
                Some(view) => {
                    let link = self.ports().place.row_link.get_untracked();
                    let is_same = opened.before.is_some();
                    self.send(Msg::Opened {
                        opened: state::Opened {
                            view: view.id,
                            rows: view.rows,
                            seams: self.seams_of(&opened.view),
                        },
                        is_same,
                    });
                    if !is_same {
                        self.follow_link(view.id, &link);
                    }
                }
                None => self.send(Msg::Closed),
            },
            Event::GoToRow(row) => self.send(Msg::Mark(row)),
            _ => {}
        }
    }

    fn seams_of(self, window: &LoadedWindow) -> Vec<Seam> {
        let Some(view) = &window.view else {
            return Vec::new();
        };
        let pieces = self.ports().coverage.pieces.get_untracked();
        seams(&view.spans, &pieces, |piece| note(window, piece))
    }

    /// Goes to the row that the address names, if the window holds it.
    fn follow_link(self, view: ViewId, link: &str) {
        let Ok(key) = link.parse::<RowKey>() else {
            return;
        };
        let reply = self.ports().worker.ask(LocateRows {
            view,
            keys: vec![key],
        });
        let link = link.to_owned();
        task::spawn(async move {
            let found = reply.await;
            if self.with_untracked(Rows::view) != Some(view) {
                return;
            }
            match found.as_ref().map(|found| found.first()) {
                Ok(Some(Located::Row(row))) => self.send(Msg::Mark(*row)),
                // It is a row of another window.
                Ok(_) => self.ports().place.row_link.update(|held| {
                    if *held == link {
                        held.clear();
                    }
                }),
                Err(_) => {}
            }
        });
    }

    fn run(self, effect: state::Effect) {
        use state::Effect as E;
        let ports = self.ports();
        match effect {
            E::Load { view, page } => self.load(view, page),
            E::Locate { view, keys } => {
                let reply = ports.worker.ask(LocateRows { view, keys });
                task::spawn(async move {
                    let rows = reply.await;
                    if rows
                        .as_ref()
                        .is_err_and(|failed| self.is_lost(view, failed))
                    {
                        return;
                    }
                    let rows = rows.ok();
                    self.send(Msg::Located { view, rows });
                });
            }
            // After the lines are in the document.
            E::Place => task::later(0, move || self.place()),
            E::RestLater(scroll) => {
                task::later(REST_MS, move || self.send(Msg::Rested(scroll)));
            }
            E::AskForFrame => request_animation_frame(move || self.send(Msg::Frame)),
            E::Marked(marked) => {
                ports.chosen.0.set(marked.as_ref().map(|marked| marked.row));
                let known = marked.as_ref().and_then(|marked| marked.known.as_ref());
                match known {
                    Some(row) => ports.place.row_link.set(row.key().to_string()),
                    // A window that is closed leaves what the address says of the next one.
                    None if self.with_untracked(Rows::view).is_none() => {}
                    None => ports.place.row_link.set(String::new()),
                }
                ports.bus.emit(Event::RowMarked(marked));
            }
            E::Open { by_key } => {
                if let Some(marked) = self.with_untracked(Rows::marked) {
                    ports.bus.emit(Event::RowOpened { marked, by_key });
                }
            }
            E::Act(seam) => self.act(&seam),
            E::Shows(shows) => ports.bus.emit(Event::TableShows(shows)),
            E::CopyTime(ms) => {
                let zone = ports.zone.0.get_untracked();
                let text = format!("{} {}", zone.stamp(ms), zone.offset_text(ms));
                ports.actions.copy.run((text, "Time"));
            }
            E::CopyText(text) => ports.actions.copy.run((text, "Cell")),
            E::CopyRow { view, row } => {
                let reply = ports.worker.ask(ReadRow { view, row });
                task::spawn(async move {
                    match reply.await {
                        Ok(whole) => ports.actions.copy.run((whole.row.message, "Row")),
                        Err(failed) => ports.notes.failed(failed.message, failed.remedy),
                    }
                });
            }
        }
    }

    fn load(self, view: ViewId, page: u64) {
        let ports = self.ports();
        let reply = ports.worker.ask(ReadRows {
            view,
            first: page * u64::from(ROWS_PER_PAGE),
            limit: ROWS_PER_PAGE,
        });
        task::spawn(async move {
            let rows = match reply.await {
                Ok(read) => Ok(read.rows),
                Err(failed) if self.is_lost(view, &failed) => return,
                Err(Failed {
                    damaged: Some(path),
                    message,
                    ..
                }) => {
                    ports.actions.note_damage.run((path, message));
                    Err("its part is damaged; fetch it again".to_owned())
                }
                Err(failed) => Err(failed.message),
            };
            self.send(Msg::Came { view, page, rows });
        });
    }

    /// Whether a failure means that the worker does not know the window any more. Then it is opened again.
    fn is_lost(self, view: ViewId, failed: &Failed) -> bool {
        if !matches!(failed.kind, FailKind::Reopen | FailKind::Gone) {
            return false;
        }
        if self.with_untracked(|rows| rows.knows(view)) {
            let ports = self.ports();
            if failed.kind == FailKind::Gone {
                ports
                    .notes
                    .failed(failed.message.clone(), failed.remedy.clone());
            }
            ports.actions.refresh.run(());
        }
        true
    }

    /// Scrolls the element to where the state stands.
    fn place(self) {
        let top_px = self.with_untracked(|rows| rows.scroll().misplaced());
        if let (Some(top_px), Some(element)) = (top_px, focus::element(GRID)) {
            element.set_scroll_top(top_px as i32);
            let top_px = f64::from(element.scroll_top());
            self.send(Msg::Placed(top_px));
        }
    }
}

/// What is known of a piece beyond its state, range and rows.
fn note(window: &LoadedWindow, piece: &Piece) -> String {
    match piece.state {
        CoverageState::Damaged => window
            .problems
            .iter()
            .filter(|problem| problem.is_damage())
            .find(|problem| {
                problem
                    .range
                    .is_some_and(|range| range.intersects(piece.range))
            })
            .map(|problem| problem.reason.clone())
            .unwrap_or_default(),
        CoverageState::Provisional => piece
            .fetched_at_ms
            .and_then(|ms| u64::try_from(ms - piece.range.end_ms()).ok())
            .map(|ms| format!("fetched {} after its end", duration(ms)))
            .unwrap_or_default(),
        _ => String::new(),
    }
}
