//! The search's handle: its state behind messages, and what carries out its effects.

use super::state::{Effect, Msg, Search};
use crate::features::contexts::{Actions, Bus, Event, Highlight};
use crate::platform::task;
use crate::platform::worker_client::WorkerClient;
use crate::protocol::{CallId, FailKind, FindText};
use crate::ui::announce::Notes;
use crate::ui::store::Store;
use leptos::prelude::*;

/// The search. Copies are handles to the same.
pub(crate) type SearchStore = Store<Search, Msg>;

/// Makes the search, lets it follow the table, and provides it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let actions = expect_context::<Actions>();
    let notes = expect_context::<Notes>();
    let Highlight(highlight) = expect_context();
    let call = StoredValue::new(None::<CallId>);
    let store = Store::new(
        Search::default(),
        Search::update,
        move |store, effect| match effect {
            Effect::Stop => {
                if let Some(call) = call.get_value() {
                    worker.forget(call);
                }
            }
            Effect::Search {
                search,
                view,
                text,
                around,
            } => {
                let request = FindText { view, text, around };
                let (id, reply) = worker.call(request, move |progress| {
                    let rows = progress.searched;
                    store.send(Msg::Searched { search, rows });
                });
                call.set_value(Some(id));
                task::spawn(async move {
                    let result = reply.await;
                    if let Err(failed) = &result
                        && let Some(path) = &failed.damaged
                    {
                        actions
                            .note_damage
                            .run((path.clone(), failed.message.clone()));
                    }
                    store.send(Msg::Ended { search, result });
                });
            }
            Effect::Show(row) => actions.go_to_row.run(row),
            Effect::Refresh(failed) => {
                if failed.kind == FailKind::Gone {
                    notes.failed(failed.message, failed.remedy);
                }
                actions.refresh.run(());
            }
        },
    );
    let marked = store.memo(|search| search.marked().to_owned());
    // Every row reads it; it changes with the text that was searched and not with each match.
    leptos::prelude::Effect::new(move |_| highlight.set(marked.get()));
    bus.listen(move |event| {
        if let Event::TableShows(shows) = event {
            store.send(Msg::Shows(shows));
        }
    });
    provide_context(store);
}
