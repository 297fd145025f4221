//! Opens windows in the worker, and tells the rest of the page.

use super::names::Names;
use super::state::{Effect, Fields, Msg, State, Target};
use super::step::stepped;
use super::typed::{Context, ends_to_ask, window, window_of};
use crate::features::contexts::{Bus, Event, Place};
use crate::location::address::Screen;
use crate::platform::focus::keep_focus;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Announcer;
use crate::ui::store::Store;
use crate::ui::zone::Zone;
use leptos::prelude::*;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::OpenWindow;
use windrow_protocol::browser::task;

/// The feature's state.
pub(crate) type WindowStore = Store<State, Msg>;

/// Nothing typed for this long is a pause.
const PAUSE_MS: u64 = 1000;

/// Starts it, without a window.
pub(crate) fn start(worker: WorkerClient, announcer: Announcer, bus: Bus) -> WindowStore {
    Store::new(
        State::default(),
        State::update,
        move |store: WindowStore, effect| match effect {
            Effect::Open(open, target) => {
                let reply = worker.ask(OpenWindow {
                    dataset: target.dataset.clone(),
                    window: target.window,
                    bypass_run: target.bypass_run.clone(),
                });
                task::spawn(async move {
                    let answer = Box::new(reply.await);
                    // A gap that is filled takes its button with it.
                    keep_focus("fetch");
                    store.send(Msg::Opened(open, target, answer));
                });
            }
            Effect::Chosen {
                target,
                is_other_dataset,
            } => bus.emit(Event::Chosen {
                target,
                is_other_dataset,
            }),
            Effect::Show(opened) => bus.emit(Event::Opened(opened)),
            Effect::AwaitPause(keys) => {
                task::later(PAUSE_MS, move || store.send(Msg::Paused(keys)));
            }
            Effect::Announce(text) => announcer.say(text),
        },
    )
}

/// The picker: the fields, and what opens a window by them.
#[derive(Clone, Copy)]
pub(crate) struct Picker {
    /// The feature's state.
    pub store: WindowStore,
    /// The names of logs.
    pub names: Memo<Names>,
    /// Where times without an offset live.
    pub zone: Signal<Zone>,
    /// Which screen and row are shown.
    pub place: Place,
    /// Closes the popovers, where one is open.
    pub close: Callback<()>,
}

impl Picker {
    /// What typed times mean now.
    pub(crate) fn context(self) -> Context {
        Context {
            now_ms: task::now_ms(),
            zone: self.zone.get_untracked(),
        }
    }

    /// What the fields hold.
    pub(crate) fn fields(self) -> Fields {
        self.store.with_untracked(|state| state.fields.clone())
    }

    /// Changes what the fields hold.
    pub(crate) fn edit(self, change: impl FnOnce(&mut Fields)) {
        let mut fields = self.fields();
        change(&mut fields);
        self.store.send(Msg::Typed(fields, self.context()));
    }

    /// The log, query and window that the fields mean, followed.
    pub(crate) fn meant(self) -> Option<(Dataset, TimeRange)> {
        let names = self.names.get();
        self.store.with(|state| {
            let window = state.typed.as_ref()?.as_ref().ok()?;
            let dataset = names.dataset(&state.fields.log, &state.fields.query)?;
            Some((dataset, *window))
        })
    }

    /// Puts a window into the fields.
    pub(crate) fn put(self, window: TimeRange) {
        self.store.send(Msg::Put(window, self.context()));
    }

    /// Puts a window that is written in one text into both fields, where it is one; they ask about an end of two readings.
    pub(crate) fn put_text(self, text: &str) {
        let context = self.context();
        if let Some(window) = window(text, context) {
            self.put(window);
        } else if let Some((from, to)) = ends_to_ask(text, context) {
            self.edit(|fields| (fields.from, fields.to) = (from, to));
        }
    }

    /// Opens the window of the fields, where they have one.
    pub(crate) fn open(self) {
        let fields = self.fields();
        let window = window_of(&fields.from, &fields.to, self.context());
        let names = self.names.get_untracked();
        match (window, names.dataset(&fields.log, &fields.query)) {
            (Ok(window), Some(dataset)) => self.choose(dataset, window),
            // What is wrong is shown beside the fields.
            _ => self.edit(|_| ()),
        }
    }

    /// Opens a window of a log and query, and puts both into the fields.
    pub(crate) fn open_window(self, dataset: Dataset, window: TimeRange) {
        self.put_dataset(&dataset);
        self.choose(dataset, window);
    }

    /// Opens the window right before (`-1`) or after (`1`) the one that is shown.
    pub(crate) fn step(self, steps: i64) {
        if let Some(target) = self.target()
            && let Some(window) = stepped(target.window, steps)
        {
            self.open_window(target.dataset, window);
        }
    }

    /// Opens the window that is shown in another log.
    pub(crate) fn open_log(self, id: &str) {
        if let Some(target) = self.target()
            && let Ok(dataset) = Dataset::new(LOG_SEARCH, id, target.dataset.query())
        {
            self.open_window(dataset, target.window);
        }
    }

    /// Opens what the address names.
    pub(crate) fn restore(self, dataset: Dataset, window: TimeRange) {
        self.put_dataset(&dataset);
        self.show(dataset, window);
    }

    fn target(self) -> Option<Target> {
        self.store
            .with_untracked(|state| state.shown.target().cloned())
    }

    fn choose(self, dataset: Dataset, window: TimeRange) {
        self.place.row_link.set(String::new());
        self.place.screen.set(Screen::Review);
        self.close.run(());
        self.show(dataset, window);
    }

    fn show(self, dataset: Dataset, window: TimeRange) {
        // Words such as `now` mean this instant, and another the next.
        self.put(window);
        self.store
            .send(Msg::Choose(Target::cached(dataset, window)));
    }

    fn put_dataset(self, dataset: &Dataset) {
        let log = self
            .names
            .with_untracked(|names| names.field_of(dataset.log_id()));
        self.edit(|fields| {
            fields.log = log;
            fields.query = dataset.query().to_owned();
        });
    }
}
