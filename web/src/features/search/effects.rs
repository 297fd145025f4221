//! Searches through the worker: one search at a time, the newest.

use super::find::Find;
use crate::features::contexts::{Actions, Bus, ChosenRow, Event, Highlight, ShownWindow};
use crate::features::rows::effects::Rows;
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::protocol::{FailKind, FindText};
use leptos::prelude::*;

/// The search.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    /// The text in the field.
    pub text: RwSignal<String>,
    /// Where it stands.
    pub find: RwSignal<Find>,
    call: OneCall,
    number: StoredValue<u64>,
    /// A window that a new worker does not know yet is opened again, and searched then.
    again: StoredValue<bool>,
    shown: ShownWindow,
    actions: Actions,
    highlight: RwSignal<String>,
    rows: Rows,
    chosen: RwSignal<Option<u64>>,
}

/// Starts it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let ChosenRow(chosen) = expect_context();
    let Highlight(highlight) = expect_context();
    let search = Search {
        text: RwSignal::new(String::new()),
        find: RwSignal::new(Find::Idle),
        call: OneCall::new(worker),
        number: StoredValue::new(0),
        again: StoredValue::new(false),
        shown: expect_context(),
        actions: expect_context(),
        highlight,
        rows: expect_context(),
        chosen,
    };
    provide_context(search);
    bus.listen(move |event| match event {
        Event::Chosen { .. } => search.forget(),
        Event::Opened(opened) => {
            if opened.has_other_rows() {
                search.forget();
            }
            if search.again.get_value() {
                search.begin(false);
            }
        }
        _ => {}
    });
}

impl Search {
    /// Stops a search and drops what was found: the text in the field is another now.
    pub(crate) fn forget(self) {
        self.call.forget();
        self.number.update_value(|number| *number += 1);
        self.again.set_value(false);
        self.highlight.set(String::new());
        if self.find.with_untracked(|find| *find != Find::Idle) {
            self.find.set(Find::Idle);
        }
    }

    /// Searches the messages of what is shown for the text in the field.
    pub(crate) fn start(self) {
        self.begin(true);
    }

    fn begin(self, may_reopen: bool) {
        self.forget();
        let text = self.text.get_untracked();
        let view = self.shown.get_untracked().and_then(|window| window.id());
        let (false, Some(view)) = (text.is_empty(), view) else {
            return;
        };
        let number = self.number.get_value();
        self.find.set(Find::Searching { searched: 0 });
        let needle = text.clone();
        self.call.start(
            FindText { view, text },
            move |progress| {
                if self.number.get_value() == number {
                    let searched = progress.searched;
                    self.find.set(Find::Searching { searched });
                }
            },
            move |outcome| {
                if self.number.get_value() != number {
                    return;
                }
                match outcome {
                    Ok(found) => {
                        let mut find = Find::Done { found, current: 0 };
                        let in_view = self
                            .rows
                            .table
                            .with_untracked(|table| table.scroll().first());
                        find.start_at(self.chosen.get_untracked().unwrap_or(in_view));
                        self.highlight.set(needle);
                        self.show(find);
                    }
                    Err(failed) if failed.kind == FailKind::Cancelled => {}
                    Err(failed) if failed.kind == FailKind::Reopen && may_reopen => {
                        self.again.set_value(true);
                        self.actions.refresh.run(());
                    }
                    Err(failed) => {
                        if let Some(path) = &failed.damaged {
                            let told = (path.clone(), failed.message.clone());
                            self.actions.note_damage.run(told);
                        }
                        self.rows.is_outdated(view, &failed);
                        self.find.set(Find::Failed(failed));
                    }
                }
            },
        );
    }

    /// Goes to the next or the previous match.
    pub(crate) fn step(self, forward: bool) {
        let mut find = self.find.get_untracked();
        find.step(forward);
        self.show(find);
    }

    fn show(self, find: Find) {
        let row = find.row();
        self.find.set(find);
        if let Some(row) = row {
            self.actions.go_to_row.run(row);
        }
    }
}
