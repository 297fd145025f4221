//! Pricing and fetching: what goes out to the log API.

use super::super::browser;
use super::super::link;
use super::super::page::{Asked, Check, Here, Page};
use super::unexpected;
use crate::protocol::{FailKind, Push, Receipt, Reply, Request, RunMode};
use crate::state::run::{Run, Running, receipt_line};
use crate::state::words::counted;
use crate::task;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use windrow_model::TimeRange;

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
        let request = Request::Price {
            connection: self.connection(),
            dataset: here.dataset.clone(),
            window: here.window,
            mode,
        };
        task::spawn(async move {
            let price = match self.ask(request).await {
                Ok(Reply::Priced(price)) => Asked::Here(Arc::new(price)),
                Ok(_) => Asked::Failed(unexpected()),
                Err(failed) => Asked::Failed(failed),
            };
            self.price.set(price);
        });
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
        self.check.set(Check::No);
        let run_id = browser::run_id();
        let started_ms = task::now_ms();
        self.now_ms.set(started_ms);
        self.set_run(Run::Running(Running::new(mode, started_ms)));
        self.say("Fetching");
        let request = Request::Fetch {
            connection: self.connection(),
            dataset: here.dataset.clone(),
            window: only.unwrap_or(here.window),
            mode,
            run_id,
        };
        let refreshed = Cell::new((started_ms, 0_u64));
        let called = self.call(request, Rc::new(move |push| self.pushed(push, &refreshed)));
        let Some((call, reply)) = called else {
            self.set_run(Run::Failed {
                failed: unexpected(),
                asked: here.window,
            });
            return;
        };
        self.run.update(|run| {
            if let Run::Running(running) = run {
                running.call = Some(call);
            }
        });
        // Waits are counted down although nothing comes meanwhile.
        task::spawn(async move {
            while self.run.with_untracked(Run::is_running) {
                task::sleep_ms(1000).await;
                self.now_ms.set(task::now_ms());
            }
        });
        task::spawn(async move {
            match reply.await {
                Ok(Reply::Fetched(receipt)) => self.fetched(&here, *receipt).await,
                Ok(_) => self.set_run(Run::Failed {
                    failed: unexpected(),
                    asked: here.window,
                }),
                Err(failed) => {
                    if let Some(path) = &failed.damaged {
                        self.note_damage(path, &failed.message);
                    }
                    let asked = only.unwrap_or(here.window);
                    let is_ended = failed.kind == FailKind::WorkerEnded;
                    self.say(failed.message.clone());
                    self.set_run(Run::Failed { failed, asked });
                    self.look_again().await;
                    if let (true, Some(here)) = (is_ended, untrack(|| self.here())) {
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

    fn pushed(self, push: Push, refreshed: &Cell<(i64, u64)>) {
        match push {
            Push::Progress(progress) => {
                let now_ms = task::now_ms();
                let (last_ms, last_parts) = refreshed.get();
                let is_due = progress.parts > last_parts && now_ms - last_ms >= REFRESH_MS;
                if is_due {
                    refreshed.set((now_ms, progress.parts));
                    task::spawn(self.look_again());
                }
                self.now_ms.set(now_ms);
                self.run.update(|run| {
                    if let Run::Running(running) = run {
                        running.advance(progress);
                    }
                });
            }
            Push::Waiting => {
                self.run.update(|run| {
                    if let Run::Running(running) = run {
                        running.waiting = true;
                    }
                });
                // What the other tab has kept so far.
                task::spawn(self.look_again());
            }
            Push::Event(line) => self.journal.update(|journal| journal.push(line)),
            Push::Searched(_) | Push::Verified(..) => {}
        }
    }

    async fn fetched(self, asked: &Here, receipt: Receipt) {
        self.say(receipt_line(&receipt));
        self.price.set(Asked::No);
        let is_mended = |path: &str| receipt.repairs.iter().any(|repair| repair.path == path);
        self.damage
            .update(|found| found.retain(|problem| !is_mended(&problem.path)));
        let bypass_run = receipt.bypass_run.clone();
        self.set_run(Run::Done(Box::new(receipt)));
        let same = untrack(|| {
            self.here()
                .is_some_and(|here| here.dataset == asked.dataset && here.window == asked.window)
        });
        if same && bypass_run.is_some() {
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
        if let (Some(call), Some(link)) = (call, link::the()) {
            link.cancel(call);
        }
    }
}
