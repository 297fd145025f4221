//! The signals of the page, in one value that every view is given.
//!
//! Invariant: signals are written by actions and by inputs, never by a view that is being drawn.
//! The API key lives in `api_key` and nowhere else on the page.

use super::browser;
use super::session::SessionState;
use super::shown::{Access, Asked, Check, Here, Look, Tab};
use super::slot::Slot;
use crate::platform::task;
use crate::platform::worker_client::{WorkerClient, WorkerState};
use crate::protocol::{
    CachedDataset, Call, CallId, CostEstimate, DatasetFiles, EventLine, Failed, Log, NoPush, Part,
    Pause, Problem, Row, Summary,
};
use crate::state::escape::plain;
use crate::state::find::Find;
use crate::state::instant::Zone;
use crate::state::journal::Journal;
use crate::state::looks::Looks;
use crate::state::place::{Place, Remembered};
use crate::state::run::Run;
use crate::state::table::Table;
use crate::state::typed::{self, Context};
use leptos::prelude::untrack;
use std::sync::Arc;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::{Dataset, TimeRange};

/// A note that stays until it is dismissed, or another takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// `failed`, `done` or `worker`.
    pub kind: &'static str,
    /// What happened.
    pub text: String,
    /// What to do next.
    pub remedy: String,
}

/// Every signal of the page.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    pub(super) client: WorkerClient,
    pub(super) token: Slot<String>,
    pub(super) worker: Slot<WorkerState>,
    pub(super) session: Slot<SessionState>,
    pub(super) remembered: Slot<Remembered>,

    pub(super) base_url: Slot<String>,
    pub(super) api_key: Slot<String>,
    pub(super) access: Slot<Access>,
    pub(super) access_call: Slot<Option<CallId>>,
    pub(super) access_pause: Slot<Option<Pause>>,
    pub(super) logs: Slot<Vec<Log>>,

    pub(super) log: Slot<String>,
    pub(super) from: Slot<String>,
    pub(super) to: Slot<String>,
    pub(super) query: Slot<String>,
    pub(super) bypass: Slot<bool>,
    pub(super) local_time: Slot<bool>,

    pub(super) look: Slot<Look>,
    pub(super) looks: Slot<Looks>,
    pub(super) price: Slot<Asked<Arc<CostEstimate>>>,
    pub(super) price_call: Slot<Option<CallId>>,
    pub(super) price_pause: Slot<Option<Pause>>,
    pub(super) run: Slot<Run>,
    pub(super) summary: Slot<Asked<Arc<Summary>>>,
    /// Of the whole dataset.
    pub(super) segments: Slot<Asked<Arc<DatasetFiles>>>,
    pub(super) check: Slot<Check>,
    pub(super) check_call: Slot<Option<CallId>>,
    /// Damage that reading found and opening did not.
    pub(super) damage: Slot<Vec<Problem>>,
    pub(super) journal: Slot<Journal>,
    pub(super) datasets: Slot<Asked<Arc<Vec<CachedDataset>>>>,
    /// How often they were asked for.
    pub(super) held_asked: Slot<u64>,
    pub(super) quota: Slot<Option<browser::Quota>>,
    /// What the worker's memory has grown to.
    pub(super) memory: Slot<u64>,

    /// Width of the coverage bar.
    pub(super) bar_px: Slot<f64>,
    /// Its stretch under the pointer or the focus.
    pub(super) bar_shown: Slot<Option<usize>>,
    /// Its stretch that takes the focus.
    pub(super) bar_focus: Slot<usize>,
    /// The delete button that the next press sets off, by what it deletes.
    pub(super) armed: Slot<String>,

    pub(super) tab: Slot<Tab>,
    pub(super) find_text: Slot<String>,
    pub(super) find: Slot<Find>,
    pub(super) find_call: Slot<Option<CallId>>,
    pub(super) table: Slot<Table>,
    /// The row that is marked.
    pub(super) row: Slot<Option<u64>>,
    /// Its whole content, while the detail is open.
    pub(super) detail: Slot<Asked<Arc<Row>>>,
    pub(super) note: Slot<Option<Note>>,
    /// Spoken once per change of state.
    pub(super) spoken: Slot<String>,
    /// Moves once a second.
    pub(super) now_ms: Slot<i64>,
}

impl Page {
    /// The page as a visit starts, from the address and from what is remembered.
    pub(crate) fn new(client: WorkerClient, place: Place, remembered: Remembered) -> Self {
        let page = Self {
            client,
            token: Slot::new(place.token.clone().unwrap_or_default()),
            worker: Slot::new(WorkerState::Starting),
            session: Slot::default(),
            base_url: Slot::default(),
            api_key: Slot::default(),
            access: Slot::default(),
            access_call: Slot::default(),
            access_pause: Slot::default(),
            logs: Slot::default(),
            log: Slot::default(),
            from: Slot::default(),
            to: Slot::default(),
            query: Slot::default(),
            bypass: Slot::default(),
            local_time: Slot::new(remembered.local_time),
            look: Slot::default(),
            looks: Slot::default(),
            price: Slot::default(),
            price_call: Slot::default(),
            price_pause: Slot::default(),
            run: Slot::default(),
            summary: Slot::default(),
            segments: Slot::default(),
            check: Slot::default(),
            check_call: Slot::default(),
            damage: Slot::default(),
            journal: Slot::default(),
            datasets: Slot::default(),
            held_asked: Slot::default(),
            quota: Slot::default(),
            memory: Slot::default(),
            bar_px: Slot::default(),
            bar_shown: Slot::default(),
            bar_focus: Slot::default(),
            armed: Slot::default(),
            tab: Slot::default(),
            find_text: Slot::default(),
            find: Slot::default(),
            find_call: Slot::default(),
            table: Slot::default(),
            row: Slot::default(),
            detail: Slot::default(),
            note: Slot::default(),
            spoken: Slot::default(),
            now_ms: Slot::new(task::now_ms()),
            remembered: Slot::new(remembered),
        };
        page.take_place(&place);
        page
    }

    fn take_place(self, place: &Place) {
        let recent = self
            .remembered
            .with_untracked(|held| held.recent.first().cloned());
        let context = self.context_untracked();
        let readable = |text: &str| {
            typed::instant(text, None, context)
                .map_or_else(|| text.to_owned(), |ms| context.zone.typed(ms))
        };
        if !place.log.is_empty() {
            self.log.set(untrack(|| self.field_of(&place.log)));
            self.from.set(readable(&place.from));
            self.to.set(readable(&place.to));
            self.query.set(place.query.clone());
        } else if let Some(recent) = recent {
            self.log.set(untrack(|| self.field_of(&recent.log)));
            self.from.set(readable(&recent.from));
            self.to.set(readable(&recent.to));
            self.query.set(recent.query);
        } else if let Some(window) = typed::Preset::LastMinutes(60).window(context) {
            self.put_window(window);
        }
    }

    /// The zone times are shown in.
    pub(crate) fn zone(self) -> Zone {
        zone_of(self.local_time.get())
    }

    fn context_untracked(self) -> Context {
        Context {
            now_ms: task::now_ms(),
            zone: zone_of(self.local_time.get_untracked()),
        }
    }

    /// What typed times mean now.
    pub(crate) fn context(self) -> Context {
        Context {
            now_ms: task::now_ms(),
            zone: self.zone(),
        }
    }

    /// The window of the two fields, or what is wrong with them.
    pub(crate) fn typed_window(self) -> Result<TimeRange, String> {
        let context = self.context();
        self.from
            .with(|from| self.to.with(|to| typed::window_of(from, to, context)))
    }

    /// Writes a window into the two fields.
    pub(crate) fn put_window(self, window: TimeRange) {
        let zone = zone_of(self.local_time.get_untracked());
        self.from.set(zone.typed(window.start_ms()));
        self.to.set(zone.typed(window.end_ms()));
    }

    /// The id of the log in the field, which may hold a name.
    pub(crate) fn log_id(self) -> String {
        self.log.with(|text| self.id_of(text))
    }

    /// What stands for a log in the field: its name where that leads back to it, else its id.
    pub(crate) fn field_of(self, id: &str) -> String {
        self.known_name(id)
            .filter(|name| self.id_of(name) == id)
            .unwrap_or_else(|| id.to_owned())
    }

    fn id_of(self, text: &str) -> String {
        let text = text.trim();
        let known = self.logs.with(|logs| {
            logs.iter()
                .find(|log| log.id == text)
                .or_else(|| logs.iter().find(|log| log.name.eq_ignore_ascii_case(text)))
                .map(|log| log.id.clone())
        });
        known
            .or_else(|| {
                self.remembered.with(|held| {
                    held.recent
                        .iter()
                        .find(|recent| recent.name == text)
                        .map(|recent| recent.log.clone())
                })
            })
            .unwrap_or_else(|| text.to_owned())
    }

    /// The name of a log, or its id.
    pub(crate) fn log_name(self, id: &str) -> String {
        self.known_name(id).unwrap_or_else(|| plain(id))
    }

    /// The name of a log, where it is known.
    pub(crate) fn known_name(self, id: &str) -> Option<String> {
        let listed = self.logs.with(|logs| {
            logs.iter()
                .find(|log| log.id == id)
                .map(|log| log.name.clone())
        });
        listed.or_else(|| {
            self.remembered
                .with(|held| held.name_of(id).map(str::to_owned))
        })
    }

    /// The dataset of the fields.
    pub(crate) fn typed_dataset(self) -> Option<Dataset> {
        Dataset::new(LOG_SEARCH, self.log_id(), self.query.get().trim()).ok()
    }

    /// Whether this log and query are shown, or are about to be.
    pub(crate) fn shows(self, dataset: &Dataset) -> bool {
        self.target().is_some_and(|(shown, ..)| shown == *dataset)
    }

    /// What is shown, or is about to be: log and query, window, bypass run.
    pub(crate) fn target(self) -> Option<(Dataset, TimeRange, Option<String>)> {
        self.look.with(|look| match look {
            Look::Looking(dataset, window) => Some((dataset.clone(), *window, None)),
            Look::Here(here) => Some((here.dataset.clone(), here.window, here.bypass_run.clone())),
            _ => None,
        })
    }

    /// The window that is shown.
    pub(crate) fn here(self) -> Option<Arc<Here>> {
        self.look.with(|look| match look {
            Look::Here(here) => Some(Arc::clone(here)),
            _ => None,
        })
    }

    /// Whether the fields say something else than what is shown.
    pub(crate) fn is_stale(self) -> bool {
        self.here().is_some_and(|here| {
            self.typed_window().ok() != Some(here.window)
                || self.typed_dataset().as_ref() != Some(&here.dataset)
        })
    }

    /// Notes that reading a part of what is shown failed, so that it is said and can be fetched again.
    pub(super) fn note_damage(self, path: &str, message: &str) {
        let reason = message.strip_prefix(path).unwrap_or(message);
        let reason = reason.strip_prefix(" is damaged: ").unwrap_or(reason);
        self.damage.update(|found| {
            if !found.iter().any(|problem| problem.path == path) {
                found.push(Problem {
                    path: path.to_owned(),
                    kind: "damaged".to_owned(),
                    reason: reason.to_owned(),
                    range: None,
                });
            }
        });
    }

    /// Damage stays known until what is damaged is mended, is gone, or is found sound: planning again reads no rows.
    pub(super) fn settle_damage(self, held: &DatasetFiles) {
        let claim_of = |path: &str| {
            let mut parts = held.segments.iter().flat_map(|held| &held.parts);
            parts.find(|part| part.path == path).map(|part| part.claim)
        };
        self.damage.update(|found| {
            found.retain_mut(|problem| {
                problem.range = claim_of(&problem.path);
                problem.range.is_some()
            });
        });
    }

    /// A part, where the segments are known.
    fn part_of(self, path: &str) -> Option<Part> {
        self.segments.with(|segments| match segments {
            Asked::Here(held) => held
                .segments
                .iter()
                .flat_map(|held| &held.parts)
                .find(|part| part.path == path)
                .cloned(),
            _ => None,
        })
    }

    /// Every damaged file that rows of the window are read from, however it was found.
    pub(crate) fn all_damage(self) -> Vec<Problem> {
        let Some(here) = self.here() else {
            return Vec::new();
        };
        let listed = here
            .looked
            .problems
            .iter()
            .filter(|problem| problem.is_damage());
        let mut all: Vec<Problem> = listed.cloned().collect();
        self.damage.with(|found| {
            for problem in found {
                if !all.iter().any(|held| held.path == problem.path) {
                    all.push(problem.clone());
                }
            }
        });
        all.retain_mut(|problem| {
            let part = self.part_of(&problem.path);
            problem.range = problem.range.or(part.as_ref().map(|part| part.claim));
            let is_here = problem
                .range
                .is_none_or(|range| range.intersects(here.window));
            // One that was replaced and is kept for its rows damages nothing.
            is_here && part.is_none_or(|part| part.owned)
        });
        all
    }

    /// Puts an event of the page itself into the event log.
    pub(super) fn tell(self, level: &str, event: &str, reason: &str) {
        let ts = js_sys::Date::new_0().to_iso_string();
        let ts = ts.as_string().unwrap_or_default();
        let reason = js_sys::JSON::stringify(&reason.into()).map(String::from);
        let json = format!(
            "{{\"ts\":\"{ts}\",\"level\":\"{level}\",\"event\":\"{event}\",\"reason\":{}}}",
            reason.unwrap_or_default()
        );
        self.journal.update(|journal| {
            journal.push(EventLine {
                ts,
                level: level.to_owned(),
                event: event.to_owned(),
                json,
            });
        });
    }

    /// Says something once to those who listen. What is an alert says itself.
    pub(crate) fn say(self, text: impl Into<String>) {
        let mut text = text.into();
        // The same text twice would be no change, and not be spoken.
        if self.spoken.with_untracked(|spoken| *spoken == text) {
            text.push('\u{a0}');
        }
        self.spoken.set(text);
    }

    /// Shows that something failed.
    pub(crate) fn show_failure(self, failed: &Failed) {
        self.note.set(Some(Note {
            kind: "failed",
            text: failed.message.clone(),
            remedy: failed.remedy.clone(),
        }));
    }

    /// Shows that something was done.
    pub(crate) fn show_done(self, text: impl Into<String>) {
        let text = text.into();
        self.say(text.clone());
        self.note.set(Some(Note {
            kind: "done",
            text,
            remedy: String::new(),
        }));
    }

    /// Calls the worker. What its answer says of damage is noted.
    pub(super) fn call<C: Call, F: Fn(C::Push) + 'static>(
        self,
        call: C,
        on_push: F,
    ) -> (
        CallId,
        impl Future<Output = Result<C::Reply, Failed>> + use<C, F>,
    ) {
        let (call, reply) = self.client.call(call, on_push);
        let asked = untrack(|| self.here());
        let noted = async move {
            let reply = reply.await;
            if let Err(failed) = &reply
                && let Some(path) = &failed.damaged
                && asked.is_some_and(|asked| untrack(|| self.shows(&asked.dataset)))
            {
                self.note_damage(path, &failed.message);
            }
            reply
        };
        (call, noted)
    }

    /// Calls the worker for a reply alone.
    pub(super) async fn ask<C: Call<Push = NoPush>>(self, call: C) -> Result<C::Reply, Failed> {
        self.call(call, |push| match push {}).1.await
    }

    /// Stops a call whose answer is no longer wanted, and hears nothing more of it.
    pub(super) fn forget(self, call: Slot<Option<CallId>>) {
        if let Some(old) = call.get_untracked() {
            self.client.forget(old);
        }
        call.set(None);
    }

    /// Follows what the log API makes a call wait for.
    pub(super) fn follow(self, pause: Slot<Option<Pause>>) -> impl Fn(Pause) + 'static {
        pause.set(None);
        move |now| {
            self.now_ms.set(task::now_ms());
            pause.set(Some(now));
        }
    }
}

fn zone_of(local: bool) -> Zone {
    if local {
        Zone::Local(browser::local_offset)
    } else {
        Zone::Utc
    }
}
