//! Reads the whole of the chosen row while its panel is open.

use crate::features::contexts::{Actions, Bus, ChosenRow, Event, ShownWindow};
use crate::features::rows::effects::{Rows, focus_rows};
use crate::platform::task;
use crate::platform::worker_client::WorkerClient;
use crate::protocol::{ReadRow, Row};
use crate::ui::load::Load;
use leptos::prelude::*;
use std::sync::Arc;

/// The panel of one row.
#[derive(Clone, Copy)]
pub(crate) struct OpenDetail {
    /// Whether it is open.
    pub is_open: RwSignal<bool>,
    /// The row with its number.
    pub row: RwSignal<Load<(u64, Arc<Row>)>>,
    worker: WorkerClient,
    chosen: RwSignal<Option<u64>>,
    shown: ShownWindow,
    rows: Rows,
    actions: Actions,
}

/// Starts it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let ChosenRow(chosen) = expect_context();
    let detail = OpenDetail {
        is_open: RwSignal::new(false),
        row: RwSignal::new(Load::Idle),
        worker,
        chosen,
        shown: expect_context(),
        rows: expect_context(),
        actions: expect_context(),
    };
    provide_context(detail);
    Effect::new(move |_| {
        chosen.track();
        untrack(|| detail.follow());
    });
    bus.listen(move |event| match event {
        Event::Chosen { .. } => detail.is_open.set(false),
        Event::Opened(_) => detail.follow(),
        _ => {}
    });
}

impl OpenDetail {
    /// Shows the whole of the chosen row.
    pub(crate) fn open(self) {
        if self.chosen.get_untracked().is_some() {
            self.is_open.set(true);
            self.follow();
        }
    }

    /// Closes the panel and gives the keyboard back to the table.
    pub(crate) fn close(self) {
        if self.is_open.get_untracked() {
            self.is_open.set(false);
            focus_rows();
        }
    }

    fn follow(self) {
        if !self.is_open.get_untracked() {
            return;
        }
        let view = self.shown.get_untracked().and_then(|window| window.id());
        let (Some(number), Some(view)) = (self.chosen.get_untracked(), view) else {
            self.is_open.set(false);
            return;
        };
        if self.row.with_untracked(|row| row.ready().is_none()) {
            self.row.set(Load::Loading);
        }
        let reply = self.worker.ask(ReadRow { view, row: number });
        task::spawn(async move {
            let reply = reply.await;
            let is_wanted = self.chosen.get_untracked() == Some(number)
                && self.shown.get_untracked().and_then(|window| window.id()) == Some(view);
            match reply {
                Ok(row) if is_wanted => self.row.set(Load::Ready((number, Arc::new(row)))),
                Err(failed) if is_wanted => {
                    if let Some(path) = &failed.damaged {
                        let told = (path.clone(), failed.message.clone());
                        self.actions.note_damage.run(told);
                    }
                    if !self.rows.is_outdated(view, &failed) {
                        self.row.set(Load::Failed(failed));
                    }
                }
                _ => {}
            }
        });
    }
}
