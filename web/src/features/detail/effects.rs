//! The detail's handle: its state behind messages, and what carries out its effects.

use super::state::{Detail, Effect, Msg};
use crate::features::contexts::{Actions, Bus, Event};
use crate::features::rows::effects::GRID;
use crate::platform::focus;
use crate::platform::worker_client::WorkerClient;
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_protocol::ReadRow;
use windrow_protocol::browser::task;

/// The id of the panel.
pub(crate) const PANEL: &str = "row-detail";

/// The detail. Copies are handles to the same.
pub(crate) type DetailStore = Store<Detail, Msg>;

/// Makes the detail, lets it follow the marked row, and provides it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let actions = expect_context::<Actions>();
    let store = Store::new(
        Detail::default(),
        Detail::update,
        move |store, effect| match effect {
            Effect::Read { view, row } => {
                let read = ReadRow {
                    view,
                    row,
                    fields: Vec::new(),
                };
                worker.ask_then(read, move |result| {
                    if let Err(failed) = &result {
                        actions.note(failed);
                    }
                    let result = result.map(Box::new);
                    store.send(Msg::Came { view, row, result });
                });
            }
            Effect::FocusPanel => task::later(0, || focus::focus(PANEL)),
            Effect::FocusTable if focus::is_within(PANEL) => focus::focus(GRID),
            Effect::FocusTable => {}
            Effect::Reopen(failed) => actions.reopen.run(failed),
        },
    );
    bus.listen(move |event| match event {
        Event::RowMarked(marked) => store.send(Msg::Follow(marked)),
        Event::RowOpened { marked, by_key } => store.send(Msg::Open { marked, by_key }),
        Event::RowClosed => store.send(Msg::Close),
        _ => {}
    });
    provide_context(store);
}
