//! The columns' handle: they follow the log that is shown, and what a person changes is remembered for it.

use super::state::{Effect, Msg, State};
use crate::features::contexts::{Bus, Event, TableColumns};
use crate::location::memory::Memory;
use crate::ui::announce::Announcer;
use crate::ui::escape::plain;
use crate::ui::store::Store;
use leptos::prelude::*;

/// The feature's state.
pub(crate) type ColumnsStore = Store<State, Msg>;

/// Makes the columns, lets them follow the log, and provides them.
pub(crate) fn start(announcer: Announcer, bus: Bus) -> ColumnsStore {
    let memory = expect_context::<Memory>();
    let store: ColumnsStore =
        Store::new(
            State::default(),
            State::update,
            move |_, effect| match effect {
                Effect::Remember(layout) => memory.change(|held| held.keep_table(layout)),
                Effect::Say(text) => announcer.say(plain(&text)),
            },
        );
    bus.listen(move |event| {
        if let Event::Chosen { target, .. } = event {
            let log = target.dataset.log_id().to_owned();
            if store.with_untracked(|state| state.layout().log != log) {
                let layout = memory.with_untracked(|held| held.table_of(&log));
                store.send(Msg::Remembered(layout));
            }
        }
    });
    provide_context(TableColumns {
        layout: store.memo(|state| state.layout().clone()),
        as_received: store.memo(|state| state.layout().as_received),
        change: Callback::new(move |msg| store.send(msg)),
    });
    store
}
