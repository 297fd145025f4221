//! The detail's handle: its state behind messages, and what carries out its effects.

use super::state::{Detail, Effect, Msg};
use crate::features::contexts::{Actions, Bus, Event};
use crate::features::rows::effects::GRID;
use crate::platform::worker_client::WorkerClient;
use crate::platform::{focus, task};
use crate::protocol::{FailKind, ReadRow};
use crate::ui::announce::Notes;
use crate::ui::store::Store;
use leptos::prelude::*;

/// The id of the panel.
pub(crate) const PANEL: &str = "row-detail";

/// The detail. Copies are handles to the same.
pub(crate) type DetailStore = Store<Detail, Msg>;

/// Makes the detail, lets it follow the marked row, and provides it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let actions = expect_context::<Actions>();
    let notes = expect_context::<Notes>();
    let store = Store::new(
        Detail::default(),
        Detail::update,
        move |store, effect| match effect {
            Effect::Read { view, row } => {
                let reply = worker.ask(ReadRow { view, row });
                task::spawn(async move {
                    let result = reply.await;
                    if let Err(failed) = &result
                        && let Some(path) = &failed.damaged
                    {
                        actions
                            .note_damage
                            .run((path.clone(), failed.message.clone()));
                    }
                    store.send(Msg::Came { view, row, result });
                });
            }
            Effect::FocusPanel => task::later(0, || focus::focus(PANEL)),
            Effect::FocusTable => {
                if focus::is_within(PANEL) {
                    focus::focus(GRID);
                }
            }
            Effect::Refresh(failed) => {
                if failed.kind == FailKind::Gone {
                    notes.failed(failed.message, failed.remedy);
                }
                actions.refresh.run(());
            }
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
