//! Opens windows in the worker, and tells the rest of the page.

use super::names::Names;
use super::state::{Effect, Fields, Msg, State, Target};
use super::typed::{Context, window_of};
use crate::features::contexts::{Bus, Event, Place};
use crate::location::address::Screen;
use crate::platform::focus::keep_focus;
use crate::platform::task;
use crate::platform::worker_client::WorkerClient;
use crate::protocol::OpenWindow;
use crate::ui::announce::Announcer;
use crate::ui::store::Store;
use crate::ui::zone::Zone;
use leptos::prelude::*;
use windrow_model::{Dataset, TimeRange};

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
    zone: Signal<Zone>,
    place: Place,
    /// Closes the popover, where it is open.
    close: Callback<()>,
}

impl Picker {
    /// Of the feature.
    pub(crate) fn new(
        store: WindowStore,
        names: Memo<Names>,
        zone: Signal<Zone>,
        place: Place,
        close: Callback<()>,
    ) -> Self {
        Self {
            store,
            names,
            zone,
            place,
            close,
        }
    }

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

    /// Opens the window of the fields. Says whether they have one.
    pub(crate) fn open(self) -> bool {
        let (fields, context) = (self.fields(), self.context());
        let window = window_of(&fields.from, &fields.to, context);
        let names = self.names.get_untracked();
        let dataset = names.dataset(&fields.log, &fields.query);
        let (Ok(window), Some(dataset)) = (window, dataset) else {
            // What is wrong is shown beside the fields.
            self.edit(|_| ());
            return false;
        };
        self.choose(dataset, window);
        true
    }

    /// Opens a window of a log and query, and puts both into the fields.
    pub(crate) fn open_window(self, dataset: Dataset, window: TimeRange) {
        self.put_dataset(&dataset);
        self.choose(dataset, window);
    }

    fn choose(self, dataset: Dataset, window: TimeRange) {
        // Words such as `now` mean this instant, and another the next.
        self.store.send(Msg::Put(window, self.context()));
        self.place.row_link.set(String::new());
        self.place.screen.set(Screen::Review);
        self.close.run(());
        self.store
            .send(Msg::Choose(Target::cached(dataset, window)));
    }

    /// Opens what the address names.
    pub(crate) fn restore(self, dataset: Dataset, window: TimeRange) {
        self.put_dataset(&dataset);
        self.store.send(Msg::Put(window, self.context()));
        self.store
            .send(Msg::Choose(Target::cached(dataset, window)));
    }

    /// Puts a log and query into the fields.
    pub(crate) fn put_dataset(self, dataset: &Dataset) {
        let log = self
            .names
            .with_untracked(|names| names.field_of(dataset.log_id()));
        self.edit(|fields| {
            fields.log = log;
            fields.query = dataset.query().to_owned();
        });
    }
}
