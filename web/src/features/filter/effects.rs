//! The filter's handle: its state behind messages, and what carries out its effects.

use super::state::{Effect, Msg, State};
use crate::features::contexts::{Actions, Asked, Bus, Event, RowsShown};
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Announcer;
use crate::ui::store::Store;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_protocol::Question;

/// The filter. Copies are handles to the same.
pub(crate) type FilterStore = Store<State, Msg>;

/// Makes the filter, lets it follow the window that is shown and what is asked of its rows, and provides it.
pub(crate) fn start(worker: WorkerClient, announcer: Announcer, bus: Bus) -> FilterStore {
    let actions = expect_context::<Actions>();
    let RowsShown(shown) = expect_context();
    let (asking, asking_same) = (OneCall::new(worker), OneCall::new(worker));
    let store: FilterStore = Store::new(
        State::default(),
        State::update,
        move |store: FilterStore, effect| match effect {
            Effect::Stop => asking.forget(),
            Effect::Ask { number, ask } => asking.start(
                ask,
                move |answered| {
                    let answered = Box::new(answered);
                    store.send(Msg::Answered { number, answered });
                },
                move |result| {
                    let result = result.map(Box::new);
                    store.send(Msg::Ended { number, result });
                },
            ),
            Effect::StopSame => asking_same.forget(),
            Effect::AskSame { number, ask } => asking_same.start(
                ask,
                |_| {},
                move |result| {
                    let result = result.map(Box::new);
                    store.send(Msg::SameEnded { number, result });
                },
            ),
            Effect::Show { rows, is_same } => {
                shown.set(rows.clone());
                bus.emit(Event::RowsShown { rows, is_same });
            }
            Effect::Reopen(failed) => actions.reopen.run(failed),
            Effect::NoteDamage(failed) => actions.note(&failed),
            Effect::Announce(text) => announcer.say(text),
        },
    );
    bus.listen(move |event| match event {
        Event::Chosen {
            is_other_dataset, ..
        } => store.send(Msg::Chosen { is_other_dataset }),
        Event::Opened(opened) => store.send(Msg::Opened {
            view: opened.view.view.clone().map(Arc::new),
            is_same: opened.before.is_some(),
        }),
        _ => {}
    });
    let asked = expect_context::<Asked>();
    leptos::prelude::Effect::new(move |_| {
        store.send(Msg::Question(Question {
            histogram: asked.histogram.get(),
            top: asked.top.get(),
            fields: asked.fields.get(),
            groups: asked.groups.get(),
            slices: asked.slices.get(),
        }));
    });
    let answered = store.memo(State::answered);
    leptos::prelude::Effect::new(move |_| asked.answered.set(answered.get()));
    super::editor::start(worker, store);
    provide_context(store);
    store
}
