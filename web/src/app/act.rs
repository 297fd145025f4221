//! What a person can do: each action asks the worker and puts the answer into the signals.
//!
//! Errors end here: they become a variant of the state that was asked for, with words and a next step.

mod fetch;
mod find;
mod keep;

use super::browser;
use super::page::Page;
use super::session::{self, SessionState};
use super::shown::{Access, Asked, Check, Here, Look};
use crate::platform::task;
use crate::protocol::{
    Connection, FailKind, ListDatasets, ListLogs, ListSegments, OpenWindow, Summarize,
};
use crate::state::escape::plain;
use crate::state::looks::Looks;
use crate::state::place::{Place, Recent};
use crate::state::run::Run;
use crate::state::words;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};

impl Page {
    fn connection(self) -> Connection {
        let key = self.api_key.get_untracked();
        Connection {
            base_url: self.base_url.get_untracked().trim().to_owned(),
            api_key: (!key.trim().is_empty()).then(|| key.trim().to_owned()),
            token: self.token.get_untracked(),
        }
    }

    /// Everything that a visit starts with: the session, what is cached, and the window of the address.
    pub(super) fn begin(self) {
        self.refresh_held();
        if self.log.with_untracked(|log| !log.is_empty()) {
            self.look_at_fields();
        }
        task::spawn(async move {
            self.ask_session().await;
            if let SessionState::Here(session) = self.session.get_untracked() {
                // The companion relays to no other place; what somebody has typed meanwhile stays.
                if self.base_url.with_untracked(String::is_empty) {
                    self.base_url.set(session.base_url);
                }
                if session.key_held {
                    self.connect();
                }
            }
        });
    }

    /// Asks whether the companion is there.
    async fn ask_session(self) {
        let token = self.token.get_untracked();
        let state = session::ask((!token.is_empty()).then_some(token.as_str())).await;
        self.session.set(state);
    }

    /// Asks for the list of logs: the proof that address and key are right.
    pub(super) fn connect(self) {
        self.forget(self.access_call);
        self.access.set(Access::Asking);
        let connection = self.connection();
        let request = ListLogs { connection };
        let (call, reply) = self.call(request, self.follow(self.access_pause));
        self.access_call.set(Some(call));
        task::spawn(async move {
            let reply = reply.await;
            if self.access_call.get_untracked() != Some(call) {
                return;
            }
            self.access_call.set(None);
            match reply {
                Ok(mut logs) => {
                    self.say(format!(
                        "Connected, {}",
                        words::counted(logs.len() as u64, "log", "logs")
                    ));
                    for log in &mut logs {
                        log.name = plain(&log.name);
                    }
                    // The log that is meant stays so, though another of its name is known now.
                    let meant = untrack(|| self.log_id());
                    self.logs.set(logs);
                    if untrack(|| self.log_id()) != meant {
                        self.log.set(untrack(|| self.field_of(&meant)));
                    }
                    self.access.set(Access::Open);
                }
                Err(failed) => self.access.set(Access::Failed(failed)),
            }
        });
    }

    /// Stops waiting for the list of logs.
    pub(super) fn stop_connecting(self) {
        self.forget(self.access_call);
        self.access.set(Access::Unknown);
    }

    pub(super) fn remember(self, change: impl FnOnce(&mut crate::state::place::Remembered)) {
        self.remembered.update(|held| {
            // What another tab has left since.
            if let Some(now) = browser::remembered() {
                *held = now;
            }
            change(held);
        });
        self.remembered.with_untracked(|held| {
            browser::set_theme(&held.theme);
            browser::remember(held);
        });
    }

    /// Looks at the window of the fields, without any network.
    pub(super) fn look_at_fields(self) {
        let (Ok(window), Some(dataset)) = untrack(|| (self.typed_window(), self.typed_dataset()))
        else {
            return;
        };
        self.run.update(|run| {
            if !run.is_running() {
                *run = Run::Idle;
            }
        });
        // What is still on its way is of the window before.
        self.looks.update_untracked(Looks::visit);
        self.forget_price();
        self.forget(self.check_call);
        self.check.set(Check::No);
        if untrack(|| self.here()).is_none_or(|here| here.dataset != dataset) {
            self.damage.set(Vec::new());
        }
        self.forget_find();
        self.detail.set(Asked::No);
        self.row.set(None);
        // Words such as `now` mean this instant, and another the next.
        self.put_window(window);
        self.table.update(|table| table.open(None));
        self.look.set(Look::Looking(dataset.clone(), window));
        self.segments.set(Asked::No);
        self.summary.set(Asked::No);
        let recent = Recent {
            log: dataset.log_id().to_owned(),
            name: untrack(|| self.known_name(dataset.log_id())).unwrap_or_default(),
            query: dataset.query().to_owned(),
            from: window.start_ms().to_string(),
            to: window.end_ms().to_string(),
        };
        browser::show_place(&Place {
            token: None,
            log: recent.log.clone(),
            from: recent.from.clone(),
            to: recent.to.clone(),
            query: recent.query.clone(),
        });
        self.remember(|held| held.visit(recent));
        task::spawn(self.look_at(dataset, window, None));
    }

    /// Looks again at what is shown, or is about to be.
    pub(super) async fn look_again(self) {
        if let Some((dataset, window, bypass_run)) = untrack(|| self.target()) {
            self.look_at(dataset, window, bypass_run).await;
        }
    }

    async fn look_at(self, dataset: Dataset, window: TimeRange, bypass_run: Option<String>) {
        let asked = self.looks.update_untracked(Looks::begin);
        let reply = self
            .ask(OpenWindow {
                dataset: dataset.clone(),
                window,
                bypass_run: bypass_run.clone(),
            })
            .await;
        if !self.looks.update_untracked(|looks| looks.end(asked)) {
            return;
        }
        let before = untrack(|| self.here()).filter(|here| {
            here.dataset == dataset && here.window == window && here.bypass_run == bypass_run
        });
        let is_same = before.is_some();
        match reply {
            Ok(looked) => {
                let opened = looked.view.as_ref().map(|view| (view.id, view.rows));
                let rows = opened.map(|(_, rows)| rows);
                if before
                    .as_ref()
                    .is_none_or(|here| here.looked.plan != looked.plan)
                {
                    self.forget_price();
                }
                let has_other_rows = before
                    .is_some_and(|here| here.looked.view.as_ref().map(|view| view.rows) != rows);
                let marked = has_other_rows.then(|| self.marked()).flatten();
                if has_other_rows {
                    self.forget_find();
                }
                self.table.update(|table| {
                    if is_same {
                        table.reopen(opened)
                    } else {
                        table.open(opened)
                    }
                });
                // A gap that is filled takes its button with it.
                browser::keep_focus("fetch");
                self.look.set(Look::Here(Arc::new(Here {
                    dataset,
                    window,
                    bypass_run,
                    looked,
                })));
                self.fill_table();
                if !is_same {
                    self.agree();
                }
                if let Some(marked) = marked {
                    self.keep_mark(marked);
                }
                self.list_segments();
                match opened {
                    Some((view, _)) => {
                        if !is_same {
                            self.summary.set(Asked::Asking);
                        }
                        self.summarise(view);
                    }
                    None => self.summary.set(Asked::No),
                }
            }
            // What is shown stays; the next worker opens it again.
            Err(failed) if is_same && failed.kind == FailKind::WorkerEnded => {}
            Err(failed) => self.look.set(Look::Failed(failed)),
        }
    }

    fn list_segments(self) {
        let Some(here) = untrack(|| self.here()) else {
            return;
        };
        let dataset = here.dataset.clone();
        let asked = self.looks.with_untracked(Looks::shown);
        task::spawn(async move {
            let segments = match self.ask(ListSegments { dataset }).await {
                Ok(held) => Asked::Here(Arc::new(held)),
                Err(failed) => Asked::Failed(failed),
            };
            // A newer look has asked for its own.
            if self.looks.with_untracked(Looks::shown) == asked {
                if let Asked::Here(held) = &segments {
                    self.settle_damage(held);
                }
                browser::keep_focus("tab-segments");
                self.segments.set(segments);
            }
        });
    }

    fn summarise(self, view: crate::protocol::ViewId) {
        task::spawn(async move {
            let summary = match self.ask(Summarize { view }).await {
                Ok(summary) => Asked::Here(Arc::new(summary)),
                // A newer look has taken its place and asks for its own.
                Err(failed) if self.is_outdated(view, &failed) => return,
                Err(failed) => Asked::Failed(failed),
            };
            if self.table.with_untracked(|table| table.view()) == Some(view) {
                self.summary.set(summary);
            }
        });
    }

    /// What is cached at all, and how much room there is.
    pub(super) fn refresh_held(self) {
        let asked = self.held_asked.update_untracked(|asked| {
            *asked += 1;
            *asked
        });
        // What was asked for later knows better.
        let is_newest = move || self.held_asked.get_untracked() == asked;
        task::spawn(async move {
            let datasets = match self.ask(ListDatasets {}).await {
                Ok(datasets) => Asked::Here(Arc::new(datasets)),
                Err(failed) => Asked::Failed(failed),
            };
            if is_newest() {
                browser::keep_focus("held");
                self.datasets.set(datasets);
            }
        });
        task::spawn(async move {
            let quota = browser::quota().await;
            if is_newest() {
                self.quota.set(quota);
            }
        });
    }
}
