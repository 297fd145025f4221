//! The figures' handle: their state behind messages, and what carries out its effects.

use super::state::{Effect, Figures, Msg};
use crate::features::contexts::{Actions, Bus, Event};
use crate::platform::worker_client::WorkerClient;
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_protocol::Summarize;

/// The figures. Copies are handles to the same.
pub(crate) type FiguresStore = Store<Figures, Msg>;

/// Makes the figures, lets them follow the window that is shown, and provides them.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let actions = expect_context::<Actions>();
    let store = Store::new(
        Figures::default(),
        Figures::update,
        move |store, effect| match effect {
            Effect::Summarize(view) => worker.ask_then(Summarize { view }, move |result| {
                store.send(Msg::Came { view, result });
            }),
            Effect::Refresh => actions.refresh.run(()),
        },
    );
    bus.listen(move |event| match event {
        Event::Chosen { .. } => store.send(Msg::Closed),
        Event::Opened(opened) => store.send(match opened.view.id() {
            Some(view) => Msg::Opened(view),
            None => Msg::Closed,
        }),
        _ => {}
    });
    provide_context(store);
}
