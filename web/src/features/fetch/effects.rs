//! Fetches and estimates through the worker.

use super::state::{Effect, Msg, State};
use crate::features::contexts::{Bus, Event, ShownWindow};
use crate::platform::focus::keep_focus;
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Announcer;
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_protocol::browser::task;

/// The feature's state.
pub(crate) type FetchStore = Store<State, Msg>;

/// What a fetch asks of other features.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    /// The window shown.
    pub shown: ShownWindow,
    /// Whether it is being opened.
    pub is_opening: Callback<(), bool>,
    /// Opens it again.
    pub refresh: Callback<()>,
    /// Asks whether the companion is there.
    pub ask_companion: Callback<()>,
}

/// Starts it.
pub(crate) fn start(
    worker: WorkerClient,
    announcer: Announcer,
    bus: Bus,
    ports: Ports,
) -> FetchStore {
    let (fetching, estimating) = (OneCall::new(worker), OneCall::new(worker));
    Store::new(
        State::default(),
        State::update,
        move |store: FetchStore, effect| match effect {
            Effect::Fetch(number, target, fetch) => fetching.start(
                *fetch,
                move |push| {
                    // A stretch that is kept to its end takes the button of its gap with it.
                    keep_focus("fetch");
                    store.send(Msg::Pushed(number, Box::new(push), task::now_ms()));
                },
                move |outcome| {
                    keep_focus("fetch");
                    store.send(Msg::Ended(number, target, Box::new(outcome)));
                },
            ),
            Effect::Cancel => fetching.cancel(),
            Effect::Estimate(number, estimate) => estimating.start(
                estimate,
                move |pause| store.send(Msg::CostPaused(number, pause)),
                move |cost| store.send(Msg::Estimated(number, cost)),
            ),
            Effect::ForgetEstimate => estimating.forget(),
            Effect::Refresh(of) => {
                let shown = ports.shown.target_untracked();
                let is_shown = shown.is_some_and(|shown| shown.dataset == of.dataset);
                if is_shown && !ports.is_opening.run(()) {
                    ports.refresh.run(());
                }
            }
            Effect::Journal(line) => bus.emit(Event::Journal(line)),
            Effect::AskCompanion => ports.ask_companion.run(()),
            Effect::Announce(text) => announcer.say(text),
            Effect::Ended(target, result) => bus.emit(Event::Fetched { target, result }),
        },
    )
}
