//! The groups' handle: their state behind messages, and what they ask of the rows.

use super::state::{Effect, Msg, State};
use crate::features::contexts::{Asked, Bus, Event, Place, ShownWindow};
use crate::location::address::Tab;
use crate::ui::store::Store;
use leptos::prelude::*;

/// The groups. Copies are handles to the same.
pub(crate) type GroupsStore = Store<State, Msg>;

/// Makes the groups, lets them follow the window that is shown, and provides them.
pub(crate) fn start(bus: Bus) -> GroupsStore {
    let asked = expect_context::<Asked>();
    let place = expect_context::<Place>();
    let shown = expect_context::<ShownWindow>();
    let store: GroupsStore =
        Store::new(
            State::default(),
            State::update,
            |_, effect: Effect| match effect {},
        );
    bus.listen(move |event| {
        if let Event::Chosen {
            is_other_dataset: true,
            ..
        } = event
        {
            store.send(Msg::OtherLog);
        }
    });
    let question = store.memo(|state| state.choice().question());
    let is_wanted = Memo::new(move |_| {
        place.tab.get() == Tab::Groups && shown.get().is_some_and(|window| window.holds_any())
    });
    leptos::prelude::Effect::new(move |_| {
        asked.groups.set(question.get().filter(|_| is_wanted.get()));
    });
    provide_context(store);
    store
}
