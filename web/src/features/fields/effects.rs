//! The field list's handle: its state behind messages, what it asks of the rows, and where it is shown.

use super::listed::Of;
use super::state::{Effect, Msg, State};
use super::view::{BUTTON, FIND};
use crate::features::contexts::{Asked, Bus, Event, FieldsPlace, ShownWindow};
use crate::features::filter::effects::FilterStore;
use crate::location::memory::Memory;
use crate::platform::{focus, media};
use crate::ui::store::Store;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_protocol::browser::task;
use windrow_protocol::{Answered, TopQuestion};

/// The most values of a field that are shown.
const MOST_VALUES: u32 = 8;

/// The feature's state.
pub(crate) type FieldsStore = Store<State, Msg>;

/// What is known of the fields.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// The answer; that of the question before, while nothing of this one is known.
    pub(super) answered: RwSignal<Option<Arc<Answered>>>,
    /// What rows the figures are of.
    pub(super) of: Memo<Of>,
    /// Whether more is on its way.
    pub(super) is_asking: Memo<bool>,
}

/// Makes the list, lets it follow the window that is shown, and provides it.
pub(crate) fn start(bus: Bus) {
    let memory = expect_context::<Memory>();
    let filter = expect_context::<FilterStore>();
    let asked = expect_context::<Asked>();
    let shown = expect_context::<ShownWindow>();
    let store: FieldsStore = Store::new(State::default(), State::update, |_, effect| {
        let id = match effect {
            Effect::FocusList => FIND,
            Effect::FocusButton => BUTTON,
        };
        task::later(0, move || focus::focus(id));
    });
    let is_narrow = media::is_narrow();
    let is_shown = Memo::new(move |_| {
        if is_narrow.get() {
            store.with(|state| state.is_sheet)
        } else {
            !memory.with(|held| held.fields_hidden)
        }
    });
    let toggle = move |()| {
        if is_narrow.get_untracked() {
            let is_sheet = store.with_untracked(|state| state.is_sheet);
            store.send(Msg::Sheet(!is_sheet));
        } else {
            memory.change(|held| held.fields_hidden = !held.fields_hidden);
        }
    };
    bus.listen(move |event| {
        if let Event::Chosen {
            is_other_dataset: true,
            ..
        } = event
        {
            store.send(Msg::OtherLog);
        }
    });
    let is_wanted =
        Memo::new(move |_| is_shown.get() && shown.get().is_some_and(|window| window.holds_any()));
    let open = store.memo(|state| state.open().to_vec());
    leptos::prelude::Effect::new(move |_| asked.fields.set(is_wanted.get()));
    leptos::prelude::Effect::new(move |_| {
        let open = if is_wanted.get() {
            open.get()
        } else {
            Vec::new()
        };
        let question = |field| TopQuestion {
            field,
            most: MOST_VALUES,
        };
        asked.top.set(open.into_iter().map(question).collect());
    });
    provide_context(Known {
        answered: asked.answered,
        of: filter.memo(|filter| match (filter.selection(), filter.narrows()) {
            (Some(_), _) => Of::Selected,
            (None, true) => Of::Matching,
            (None, false) => Of::Cached,
        }),
        is_asking: filter.memo(|filter| filter.is_under_way()),
    });
    provide_context(FieldsPlace {
        is_shown,
        is_sheet: is_narrow,
        toggle: Callback::new(toggle),
    });
    provide_context(store);
}
