//! Pricing and fetching: what goes out to the log API.

use super::super::browser;
use super::super::page::Page;
use super::super::session::SessionState;
use super::super::shown::{Asked, Check, Here};
use crate::platform::task;
use crate::protocol::{EstimateCost, FailKind, FetchPush, FetchWindow, Receipt, RunMode};
use crate::state::looks::Looks;
use crate::state::receipt::receipt_line;
use crate::state::run::{Run, Running};
use crate::state::words::counted;
use leptos::prelude::*;
use std::cell::Cell;
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};

/// What a run that ended without a receipt left, by what is held now.
fn left(here: &Here) -> String {
    let rows = here.looked.view.as_ref().map_or(0, |view| view.proven_rows);
    let gaps = here.looked.plan.missing.len() as u64;
    format!(
        "{} of this window {} kept, {} left. Fetch again for the rest",
        counted(rows, "row", "rows"),
        if rows == 1 { "is" } else { "are" },
        match gaps {
            0 => "nothing is".to_owned(),
            1 => "1 gap is".to_owned(),
            _ => format!("{} are", counted(gaps, "gap", "gaps")),
        }
    )
}

/// A running fetch shows its new rows at most this often.
const REFRESH_MS: i64 = 4000;

impl Page {
    /// Asks what fetching would cost: one count query a gap.
    pub(crate) fn ask_price(self) {
        let Some(here) = untrack(|| self.here()) else {
            return;
        };
        let mode = if self.bypass.get_untracked() {
            RunMode::Bypass
        } else {
            RunMode::Normal
        };
        self.price.set(Asked::Asking);
        self.forget(self.price_call);
        let request = EstimateCost {
            connection: self.connection(),
            dataset: here.dataset.clone(),
            window: here.window,
            mode,
        };
        let (call, reply) = self.call(request, self.follow(self.price_pause));
        self.price_call.set(Some(call));
        task::spawn(async move {
            let price = match reply.await {
                Ok(price) => Asked::Here(Arc::new(price)),
                Err(failed) => Asked::Failed(failed),
            };
            if self.price_call.get_untracked() == Some(call) {
                self.price_call.set(None);
                self.price.set(price);
            }
        });
    }

    /// Drops the price, and stops asking for it.
    pub(crate) fn forget_price(self) {
        self.forget(self.price_call);
        self.price.set(Asked::No);
    }

    /// Fetches what is shown as missing: all of it, or just one gap.
    pub(crate) fn fetch(self, only: Option<TimeRange>, mode: RunMode) {
        let Some(here) = untrack(|| self.here()) else {
            return;
        };
        if self.run.with_untracked(Run::is_running) {
            return;
        }
        self.note.set(None);
        self.forget(self.check_call);
        self.check.set(Check::No);
        let run_id = browser::run_id();
        let started_ms = task::now_ms();
        self.now_ms.set(started_ms);
        let dataset = here.dataset.clone();
        let asked = only.unwrap_or(here.window);
        self.set_run(Run::Running(Running::new(dataset, asked, mode, started_ms)));
        self.say("Fetching");
        let request = FetchWindow {
            connection: self.connection(),
            dataset: here.dataset.clone(),
            window: asked,
            mode,
            promote_fields: self.remembered.with_untracked(|held| !held.messages_only),
            flush: match self.session.get_untracked() {
                SessionState::Here(session) => session.flush(),
                _ => None,
            },
            run_id,
        };
        let refreshed = Cell::new((started_ms, 0_u64));
        let of = here.dataset.clone();
        let (call, reply) = self.call(request, move |push| self.pushed(push, &of, &refreshed));
        let ended = move |here: &Here, failed| Run::Failed {
            failed,
            dataset: here.dataset.clone(),
            asked,
        };
        self.run.update(|run| {
            if let Run::Running(running) = run {
                running.call = Some(call);
            }
        });
        task::spawn(async move {
            match reply.await {
                Ok(receipt) => self.fetched(&here, receipt).await,
                Err(failed) => {
                    let is_ended = failed.kind == FailKind::WorkerEnded;
                    self.set_run(ended(&here, failed));
                    self.look_again().await;
                    let same = untrack(|| self.here()).filter(|now| now.is_window_of(&here));
                    if let (true, Some(here)) = (is_ended, same) {
                        self.run.update(|run| {
                            if let Run::Failed { failed, .. } = run {
                                failed.remedy = left(&here);
                            }
                        });
                    }
                    self.ask_session().await;
                }
            }
            self.refresh_held();
        });
    }

    /// What is drawn of a run comes and goes with the button that was pressed.
    fn set_run(self, run: Run) {
        browser::keep_focus("fetch");
        self.run.set(run);
    }

    fn pushed(self, push: FetchPush, of: &Dataset, refreshed: &Cell<(i64, u64)>) {
        match push {
            FetchPush::Progress(progress) => {
                let now_ms = task::now_ms();
                let (last_ms, last_parts) = refreshed.get();
                let is_due = progress.parts > last_parts && now_ms - last_ms >= REFRESH_MS;
                if is_due {
                    refreshed.set((now_ms, progress.parts));
                    self.refresh(of);
                }
                self.now_ms.set(now_ms);
                // A stretch that is kept to its end takes the button of its gap with it.
                browser::keep_focus("fetch");
                self.run.update(|run| {
                    if let Run::Running(running) = run {
                        running.advance(progress);
                    }
                });
            }
            FetchPush::Waiting => {
                self.run.update(|run| {
                    if let Run::Running(running) = run {
                        running.waiting = true;
                    }
                });
                // What the other tab has kept so far.
                self.refresh(of);
            }
            FetchPush::Event(line) => self.journal.update(|journal| journal.push(line)),
        }
    }

    /// Looks again at what is shown, where it is of this log and query and no look is under way.
    fn refresh(self, of: &Dataset) {
        let is_under_way = self.looks.with_untracked(Looks::is_under_way);
        if !is_under_way && untrack(|| self.shows(of)) {
            task::spawn(self.look_again());
        }
    }

    async fn fetched(self, asked: &Here, receipt: Receipt) {
        self.say(receipt_line(&receipt));
        let mended: Vec<String> = receipt
            .repairs
            .iter()
            .map(|repair| repair.path.clone())
            .collect();
        let bypass_run = receipt.bypass_run.clone();
        self.set_run(Run::Done {
            receipt: Box::new(receipt),
            dataset: asked.dataset.clone(),
        });
        if !untrack(|| self.shows(&asked.dataset)) {
            return;
        }
        self.damage
            .update(|found| found.retain(|problem| !mended.contains(&problem.path)));
        let same = untrack(|| self.here()).is_some_and(|here| here.is_window_of(asked));
        if same {
            // A run that is part of the cache shows the cache, also after one beside it.
            self.look_at(asked.dataset.clone(), asked.window, bypass_run)
                .await;
        } else {
            self.look_again().await;
        }
    }

    /// Stops the running fetch; what is proven is kept.
    pub(crate) fn cancel_fetch(self) {
        let mut call = None;
        self.run.update(|run| {
            if let Run::Running(running) = run {
                running.stopping = true;
                call = running.call;
            }
        });
        if let Some(call) = call {
            self.client.cancel(call);
        }
    }
}
