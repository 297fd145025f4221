//! Reads rows through the worker, moves the table, and tells what happens to the chosen row.

use super::cache::Known;
use super::scroll::Scroll;
use super::table::Table;
use crate::features::contexts::{Actions, Bus, ChosenRow, Event, Place};
use crate::platform::focus;
use crate::platform::task;
use crate::platform::worker_client::WorkerClient;
use crate::protocol::{FailKind, Failed, ROWS_PER_PAGE, ReadRow, ReadRows, Row, ViewId};
use crate::ui::announce::Notes;
use leptos::prelude::*;

/// The id of the element that scrolls.
pub(crate) const SCROLLER: &str = "rows-scroller";

/// The id of the element that takes the keys.
pub(crate) const GRID: &str = "rows-grid";

/// How long nothing must move before element and state are made to agree.
const SETTLE_MS: u64 = 180;

/// The table, shared by what shows it and what shows a row of it.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    /// Where it stands and what of it is here.
    pub table: RwSignal<Table>,
    chosen: RwSignal<Option<u64>>,
    worker: WorkerClient,
    actions: Actions,
    notes: Notes,
    place: Place,
}

/// Starts it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let ChosenRow(chosen) = expect_context();
    let rows = Rows {
        table: RwSignal::new(Table::default()),
        chosen,
        worker,
        actions: expect_context(),
        notes: expect_context(),
        place: expect_context(),
    };
    provide_context(rows);
    bus.listen(move |event| match event {
        Event::Chosen { .. } => {
            chosen.set(None);
            rows.table.update(|table| table.open(None));
        }
        Event::Opened(opened) => {
            let view = opened.view.view.as_ref().map(|view| (view.id, view.rows));
            let marked = opened.has_other_rows().then(|| rows.marked()).flatten();
            let is_same = opened.before.is_some();
            rows.table.update(|table| {
                if is_same {
                    table.reopen(view);
                } else {
                    table.open(view);
                }
            });
            rows.fill();
            if !is_same {
                rows.agree();
                if let Ok(row) = rows.place.row_link.get_untracked().parse::<u64>() {
                    rows.choose(row.saturating_sub(1));
                }
            }
            if let Some(marked) = marked {
                rows.keep_mark(marked);
            }
        }
        Event::GoToRow(row) => rows.choose(row),
        _ => {}
    });
}

impl Rows {
    /// Asks for the pages that are in view and not here.
    fn fill(self) {
        let wanted = self.table.try_update_untracked(Table::wanted).flatten();
        let Some((view, pages)) = wanted else {
            return;
        };
        for page in pages {
            let reply = self.worker.ask(ReadRows {
                view,
                first: page * u64::from(ROWS_PER_PAGE),
                limit: ROWS_PER_PAGE,
            });
            task::spawn(async move {
                let rows = match reply.await {
                    Ok(rows) => Ok(rows.rows),
                    // Another worker or another window takes over and asks anew.
                    Err(failed) if self.is_outdated(view, &failed) => return,
                    Err(failed) => {
                        self.note_damage(&failed);
                        Err(if failed.damaged.is_some() {
                            "its part is damaged; fetch it again".to_owned()
                        } else {
                            failed.message
                        })
                    }
                };
                self.table.update(|table| table.came(view, page, rows));
                self.fill();
            });
        }
    }

    fn note_damage(self, failed: &Failed) {
        if let Some(path) = &failed.damaged {
            let told = (path.clone(), failed.message.clone());
            self.actions.note_damage.run(told);
        }
    }

    /// Whether a failure means that the opened window is one no more. Then it is opened again, once: the next has another name.
    pub(crate) fn is_outdated(self, view: ViewId, failed: &Failed) -> bool {
        let is_shown = self.table.with_untracked(|table| table.view()) == Some(view);
        match failed.kind {
            FailKind::Gone if is_shown => {
                self.notes
                    .failed(failed.message.clone(), failed.remedy.clone());
            }
            FailKind::Gone | FailKind::Reopen => {}
            _ => return false,
        }
        if is_shown {
            self.actions.refresh.run(());
        }
        true
    }

    /// The element was scrolled by a person, or followed the state.
    pub(crate) fn scrolled(self, top_px: f64) {
        let before = self.table.with_untracked(|table| table.scroll());
        let after = before.scrolled(top_px);
        if after == before {
            return;
        }
        self.table.update(|table| table.move_to(after));
        self.fill();
        task::later(SETTLE_MS, move || {
            if self.table.with_untracked(|table| table.scroll()) == after {
                self.agree();
            }
        });
    }

    /// The element has another height.
    pub(crate) fn resized(self, view_px: f64) {
        let before = self.table.with_untracked(|table| table.scroll());
        if (before.view_px() - view_px).abs() < 0.5 {
            return;
        }
        self.table
            .update(|table| table.move_to(before.with_view(view_px)));
        self.fill();
        self.agree();
    }

    /// Moves by decision, not by scrolling.
    fn move_table(self, change: impl FnOnce(Scroll) -> Scroll) {
        self.table
            .update(|table| table.move_to(change(table.scroll())));
        self.fill();
        self.agree();
    }

    /// Scrolls the element to where the state says it is.
    fn agree(self) {
        let scroll = self.table.with_untracked(|table| table.scroll());
        if let (Some(top_px), Some(element)) = (scroll.settle(), focus::element(SCROLLER)) {
            element.set_scroll_top(top_px as i32);
            let top_px = f64::from(element.scroll_top());
            self.table
                .try_update_untracked(|table| table.move_to(scroll.with_top(top_px)));
        }
    }

    fn set_chosen(self, row: u64) {
        self.chosen.set(Some(row));
        self.place.row_link.set((row + 1).to_string());
    }

    /// Chooses a row and brings it into view, some way down.
    pub(crate) fn choose(self, row: u64) {
        let rows = self.table.with_untracked(|table| table.scroll().rows());
        if rows > 0 {
            let row = row.min(rows - 1);
            self.set_chosen(row);
            self.move_table(|scroll| scroll.centred(row));
        }
    }

    /// Chooses a row that is in view.
    pub(crate) fn press(self, row: u64) {
        self.set_chosen(row);
    }

    /// Moves by rows; on a table without a chosen row it chooses the first in view.
    pub(crate) fn step(self, steps: i64) {
        let scroll = self.table.with_untracked(|table| table.scroll());
        if scroll.rows() == 0 {
            return;
        }
        let row = match self.chosen.get_untracked() {
            Some(row) => row.saturating_add_signed(steps).min(scroll.rows() - 1),
            None => scroll.first(),
        };
        self.set_chosen(row);
        self.move_table(|scroll| scroll.revealing(row));
    }

    /// Moves to an end.
    pub(crate) fn end(self, last: bool) {
        let rows = self.table.with_untracked(|table| table.scroll().rows());
        if rows > 0 {
            let row = if last { rows - 1 } else { 0 };
            self.set_chosen(row);
            self.move_table(|scroll| scroll.revealing(row));
        }
    }

    /// The chosen row, with what is known of it.
    fn marked(self) -> Option<(u64, Option<Row>)> {
        let row = self.chosen.get_untracked()?;
        let known = self.table.with_untracked(|table| match table.get(row) {
            Known::Row(held) => Some(held.clone()),
            _ => None,
        });
        Some((row, known))
    }

    /// The window has other rows now: the chosen one stays where it still is, and else is none.
    fn keep_mark(self, (row, known): (u64, Option<Row>)) {
        let view = self.table.with_untracked(|table| table.view());
        let reply = view.map(|view| self.worker.ask(ReadRow { view, row }));
        task::spawn(async move {
            let held = match reply {
                Some(reply) => reply.await.ok(),
                None => None,
            };
            if self.chosen.get_untracked() != Some(row) {
                return;
            }
            let is_same = match (&held, &known) {
                (Some(held), Some(known)) => known.is_start_of(held),
                _ => false,
            };
            if !is_same {
                focus::keep_focus(GRID);
                self.chosen.set(None);
            }
        });
    }
}

/// Gives the keyboard to the table.
pub(crate) fn focus_rows() {
    focus::focus(GRID);
}
