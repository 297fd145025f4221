//! Finding: one search at a time, the newest.

use super::super::page::Page;
use super::super::shown::Tab;
use crate::platform::task;
use crate::protocol::{FailKind, FindProgress, FindText};
use crate::state::find::Find;
use leptos::prelude::*;

impl Page {
    /// Stops a search and drops what was found: the text in the field is another now.
    pub(crate) fn forget_find(self) {
        self.forget(self.find_call);
        if self.find.with_untracked(|find| *find != Find::Idle) {
            self.find.set(Find::Idle);
        }
    }

    /// Searches the messages of what is shown for the text in the field.
    pub(crate) fn start_find(self) {
        self.search(true);
    }

    /// With `may_reopen`, a window that a new worker does not know yet is opened again first.
    fn search(self, may_reopen: bool) {
        self.forget_find();
        let text = self.find_text.get_untracked();
        let view = untrack(|| self.here()).and_then(|here| Some(here.looked.view.as_ref()?.id));
        let (false, Some(view)) = (text.is_empty(), view) else {
            return;
        };
        self.find.set(Find::Searching { searched: 0 });
        let request = FindText { view, text };
        let (call, reply) = self.call(request, move |FindProgress { searched }| {
            self.find.update(|find| {
                if matches!(find, Find::Searching { .. }) {
                    *find = Find::Searching { searched };
                }
            });
        });
        self.find_call.set(Some(call));
        task::spawn(async move {
            let reply = reply.await;
            if self.find_call.get_untracked() != Some(call) {
                return;
            }
            self.find_call.set(None);
            match reply {
                Ok(found) => {
                    let mut find = Find::Done { found, current: 0 };
                    let in_view = self.table.with_untracked(|table| table.scroll().first());
                    find.start_at(self.row.get_untracked().unwrap_or(in_view));
                    self.show_match(find);
                }
                Err(failed) if failed.kind == FailKind::Cancelled => {}
                Err(failed) if failed.kind == FailKind::Reopen && may_reopen => {
                    self.look_again().await;
                    self.search(false);
                }
                Err(failed) => {
                    self.is_outdated(view, &failed);
                    self.find.set(Find::Failed(failed));
                }
            }
        });
    }

    /// Goes to the next or the previous match.
    pub(crate) fn step_find(self, forward: bool) {
        let mut find = self.find.get_untracked();
        find.step(forward);
        self.show_match(find);
    }

    fn show_match(self, find: Find) {
        let row = find.row();
        self.find.set(find);
        if let Some(row) = row {
            self.tab.set(Tab::Rows);
            self.mark(row);
        }
    }
}
