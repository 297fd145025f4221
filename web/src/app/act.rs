//! What a person can do: each action asks the worker and puts the answer into the signals.
//!
//! Errors end here: they become a variant of the state that was asked for, with words and a next step.

use super::browser;
use super::page::{Access, Asked, Check, Here, Look, Page};
use super::session::{self, SessionState};
use crate::protocol::{
    Connection, FailKind, Failed, Push, Receipt, Remove, Reply, Request, RunMode,
};
use crate::state::find::Find;
use crate::state::place::{Place, Recent, file_name};
use crate::state::run::{Run, Running, receipt_line};
use crate::state::words;
use crate::task;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};

/// A running fetch shows its new rows at most this often.
const REFRESH_MS: i64 = 4000;

fn unexpected() -> Failed {
    Failed::new(
        "The worker answered something else than was asked",
        "Reload the page, then report it",
        FailKind::Report,
    )
}

impl Page {
    async fn ask(self, request: Request) -> Result<Reply, Failed> {
        match self.call(request, Rc::new(|_| {})) {
            Some((_, reply)) => reply.await,
            None => Err(unexpected()),
        }
    }

    fn connection(self) -> Connection {
        let key = self.api_key.get_untracked();
        Connection {
            base_url: self.base_url.get_untracked().trim().to_owned(),
            api_key: (!key.trim().is_empty()).then(|| key.trim().to_owned()),
            token: self.token.get_value(),
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
                if self.base_url.with_untracked(String::is_empty) || session.demo {
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
        let token = self.token.get_value();
        let state = session::ask((!token.is_empty()).then_some(token.as_str())).await;
        self.session.set(state);
    }

    /// Asks for the list of logs: the proof that address and key are right.
    pub(super) fn connect(self) {
        self.access.set(Access::Asking);
        let connection = self.connection();
        let base_url = connection.base_url.clone();
        task::spawn(async move {
            match self.ask(Request::Logs { connection }).await {
                Ok(Reply::Logs(mut logs)) => {
                    logs.sort_by_cached_key(|log| log.name.to_lowercase());
                    self.say(format!(
                        "Connected, {}",
                        words::counted(logs.len() as u64, "log", "logs")
                    ));
                    self.logs.set(logs);
                    self.access.set(Access::Open);
                    self.remember(|held| held.base_url = base_url);
                }
                Ok(_) => self.access.set(Access::Failed(unexpected())),
                Err(failed) => {
                    self.say(failed.message.clone());
                    self.access.set(Access::Failed(failed));
                }
            }
        });
    }

    pub(super) fn remember(self, change: impl FnOnce(&mut crate::state::place::Remembered)) {
        self.remembered.update(change);
        self.remembered.with_untracked(browser::remember);
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
        self.price.set(Asked::No);
        self.check.set(Check::No);
        self.damage.set(Vec::new());
        self.find.set(Find::Idle);
        self.close_detail();
        self.row.set(None);
        self.table.update(|table| table.open(None));
        self.look.set(Look::Looking);
        self.segments.set(Asked::No);
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

    /// Looks again at what is shown.
    pub(super) async fn look_again(self) {
        if let Some(here) = untrack(|| self.here()) {
            let (dataset, window) = (here.dataset.clone(), here.window);
            self.look_at(dataset, window, here.bypass_run.clone()).await;
        }
    }

    async fn look_at(self, dataset: Dataset, window: TimeRange, bypass_run: Option<String>) {
        let reply = self
            .ask(Request::Look {
                dataset: dataset.clone(),
                window,
                bypass_run: bypass_run.clone(),
            })
            .await;
        match reply {
            Ok(Reply::Looked(looked)) => {
                let opened = looked.view.as_ref().map(|view| (view.id, view.rows));
                let is_same = untrack(|| self.here()).is_some_and(|here| {
                    here.dataset == dataset
                        && here.window == window
                        && here.bypass_run == bypass_run
                });
                self.table.update(|table| {
                    if is_same {
                        table.reopen(opened)
                    } else {
                        table.open(opened)
                    }
                });
                self.look.set(Look::Here(Arc::new(Here {
                    dataset,
                    window,
                    bypass_run,
                    looked: *looked,
                })));
                self.fill_table();
                self.list_segments();
                match opened {
                    Some((view, _)) => self.summarise(view),
                    None => self.summary.set(Asked::No),
                }
            }
            Ok(_) => self.look.set(Look::Failed(unexpected())),
            Err(failed) => {
                self.say(failed.message.clone());
                self.look.set(Look::Failed(failed));
            }
        }
    }

    fn list_segments(self) {
        let Some(here) = untrack(|| self.here()) else {
            return;
        };
        let dataset = here.dataset.clone();
        task::spawn(async move {
            let segments = match self.ask(Request::Segments { dataset }).await {
                Ok(Reply::Segments(segments)) => Asked::Here(Arc::new(segments)),
                Ok(_) => Asked::Failed(unexpected()),
                Err(failed) => Asked::Failed(failed),
            };
            self.segments.set(segments);
        });
    }

    fn summarise(self, view: crate::protocol::ViewId) {
        task::spawn(async move {
            let summary = match self.ask(Request::Summary { view }).await {
                Ok(Reply::Summary(summary)) => Asked::Here(Arc::from(summary)),
                Ok(_) => Asked::Failed(unexpected()),
                // A newer look has taken its place and asks for its own.
                Err(failed) if failed.kind == FailKind::Reopen => return,
                Err(failed) => Asked::Failed(failed),
            };
            self.summary.set(summary);
        });
    }

    /// What is cached at all, and how much room there is.
    pub(super) fn refresh_held(self) {
        task::spawn(async move {
            let datasets = match self.ask(Request::Datasets).await {
                Ok(Reply::Datasets(datasets)) => Asked::Here(Arc::new(datasets)),
                Ok(_) => Asked::Failed(unexpected()),
                Err(failed) => Asked::Failed(failed),
            };
            self.datasets.set(datasets);
        });
        task::spawn(async move { self.quota.set(browser::quota().await) });
    }

    /// Asks what fetching would cost: one count query a gap.
    pub(super) fn ask_price(self) {
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
    pub(super) fn fetch(self, only: Option<TimeRange>, mode: RunMode) {
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
        self.run.set(Run::Running(Running::new(mode, started_ms)));
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
            self.run.set(Run::Failed {
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
        task::spawn(async move {
            match reply.await {
                Ok(Reply::Fetched(receipt)) => self.fetched(&here, *receipt).await,
                Ok(_) => self.run.set(Run::Failed {
                    failed: unexpected(),
                    asked: here.window,
                }),
                Err(failed) => {
                    self.say(failed.message.clone());
                    if let Some(path) = &failed.damaged {
                        self.note_damage(path, &failed.message);
                    }
                    self.run.set(Run::Failed {
                        failed,
                        asked: only.unwrap_or(here.window),
                    });
                    self.look_again().await;
                    self.ask_session().await;
                }
            }
            self.refresh_held();
        });
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
            Push::Event(line) => self.journal.update(|journal| journal.push(line)),
            Push::Searched(_) | Push::Verified(..) => {}
        }
    }

    async fn fetched(self, asked: &Here, receipt: Receipt) {
        self.say(receipt_line(&receipt));
        self.price.set(Asked::No);
        self.damage.set(Vec::new());
        let bypass_run = receipt.bypass_run.clone();
        self.run.set(Run::Done(Box::new(receipt)));
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
    pub(super) fn cancel_fetch(self) {
        let mut call = None;
        self.run.update(|run| {
            if let Run::Running(running) = run {
                running.stopping = true;
                call = running.call;
            }
        });
        if let (Some(call), Some(link)) = (call, self.link.with_value(Clone::clone)) {
            link.cancel(call);
        }
    }

    /// Searches the messages of what is shown for the text in the field.
    pub(super) fn start_find(self) {
        let link = self.link.with_value(Clone::clone);
        if let (Some(old), Some(link)) = (self.find_call.get_value(), link) {
            link.cancel(old);
        }
        let text = self.find_text.get_untracked();
        let view = untrack(|| self.here()).and_then(|here| Some(here.looked.view.as_ref()?.id));
        let (false, Some(view)) = (text.is_empty(), view) else {
            self.find.set(Find::Idle);
            return;
        };
        self.find.set(Find::Searching { searched: 0 });
        let request = Request::Find {
            view,
            text,
            ignore_case: true,
        };
        let called = self.call(
            request,
            Rc::new(move |push| {
                if let Push::Searched(searched) = push {
                    self.find.update(|find| {
                        if matches!(find, Find::Searching { .. }) {
                            *find = Find::Searching { searched };
                        }
                    });
                }
            }),
        );
        let Some((call, reply)) = called else {
            return;
        };
        self.find_call.set_value(Some(call));
        task::spawn(async move {
            let reply = reply.await;
            if self.find_call.get_value() != Some(call) {
                return;
            }
            self.find_call.set_value(None);
            match reply {
                Ok(Reply::Found(found)) => {
                    let mut find = Find::Done { found, current: 0 };
                    find.start_at(self.row.get_untracked().unwrap_or(0));
                    self.show_match(find);
                }
                Ok(_) => self.find.set(Find::Failed(unexpected().message)),
                Err(failed) if failed.kind == FailKind::Cancelled => {}
                Err(failed) => self.find.set(Find::Failed(failed.message)),
            }
        });
    }

    /// Goes to the next or the previous match.
    pub(super) fn step_find(self, forward: bool) {
        let mut find = self.find.get_untracked();
        find.step(forward);
        self.show_match(find);
    }

    fn show_match(self, find: Find) {
        let row = find.row();
        self.find.set(find);
        if let Some(row) = row {
            self.tab.set(super::page::Tab::Rows);
            self.mark(row);
        }
    }

    /// Reads every byte of the dataset again.
    pub(super) fn verify(self) {
        let Some(here) = untrack(|| self.here()) else {
            return;
        };
        self.check.set(Check::Reading(0, 0));
        let request = Request::Verify {
            dataset: here.dataset.clone(),
            window: Some(here.window),
        };
        let called = self.call(
            request,
            Rc::new(move |push| {
                if let Push::Verified(read, all) = push {
                    self.check.set(Check::Reading(read, all));
                }
            }),
        );
        let Some((_, reply)) = called else {
            return;
        };
        task::spawn(async move {
            let check = match reply.await {
                Ok(Reply::Verified(verified)) => {
                    self.say(if verified.ok {
                        "Verified, nothing is wrong"
                    } else {
                        "Verified, something is wrong"
                    });
                    for problem in verified
                        .problems
                        .iter()
                        .filter(|problem| problem.is_damage())
                    {
                        self.note_damage(&problem.path, &problem.reason);
                    }
                    Check::Done(Arc::new(verified))
                }
                Ok(_) => Check::Failed(unexpected()),
                Err(failed) => Check::Failed(failed),
            };
            self.check.set(check);
        });
    }

    /// Deletes some of a dataset.
    pub(super) fn delete(self, dataset: Dataset, remove: Remove) {
        task::spawn(async move {
            match self.ask(Request::Delete { dataset, remove }).await {
                Ok(Reply::Deleted { files, bytes }) => {
                    self.show_done(format!(
                        "Deleted {}, {} freed",
                        words::counted(files, "file", "files"),
                        words::bytes(bytes)
                    ));
                }
                Ok(_) => self.show_failure(&unexpected()),
                Err(failed) => self.show_failure(&failed),
            }
            self.check.set(Check::No);
            self.damage.set(Vec::new());
            self.look_again().await;
            self.refresh_held();
        });
    }

    /// Gives a part to the person as a file.
    pub(super) fn download_part(self, path: String) {
        task::spawn(async move {
            match self.ask(Request::ReadPart { path: path.clone() }).await {
                Ok(Reply::Part(bytes)) => {
                    let name = file_name(&path);
                    if !browser::download(&name, "application/vnd.apache.parquet", &bytes) {
                        self.show_failure(&Failed::new(
                            format!("The browser did not take {name} as a download"),
                            "Allow downloads for this site",
                            FailKind::Report,
                        ));
                    }
                }
                Ok(_) => self.show_failure(&unexpected()),
                Err(failed) => self.show_failure(&failed),
            }
        });
    }

    /// Copies text and says so.
    pub(super) fn copy(self, text: String, what: &'static str) {
        task::spawn(async move {
            if browser::copy(&text).await {
                self.show_done(format!("{what} copied"));
            } else {
                self.show_failure(&Failed::new(
                    "The browser does not let this page copy",
                    "Select the text and copy it by hand",
                    FailKind::Report,
                ));
            }
        });
    }

    /// Asks the browser to keep the cache under pressure.
    pub(super) fn persist(self) {
        task::spawn(async move {
            let kept = browser::persist().await;
            self.quota.set(browser::quota().await);
            if kept != Some(true) {
                self.show_failure(&Failed::new(
                    "The browser did not promise to keep the cache",
                    "Bookmark the page or use it more often, then ask again; nothing is lost now",
                    FailKind::Retry,
                ));
            }
        });
    }
}
