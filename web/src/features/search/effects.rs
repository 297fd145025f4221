//! The search's handle: its state behind messages, and what carries out its effects.

use super::state::{Effect, Msg, Search};
use crate::features::contexts::{Actions, Bus, Event, Highlight};
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_protocol::{FindProgress, FindText};

/// The search. Copies are handles to the same.
pub(crate) type SearchStore = Store<Search, Msg>;

/// Makes the search, lets it follow the table, and provides it.
pub(crate) fn start(worker: WorkerClient, bus: Bus) {
    let actions = expect_context::<Actions>();
    let Highlight(highlight) = expect_context();
    let searching = OneCall::new(worker);
    let store = Store::new(
        Search::default(),
        Search::update,
        move |store, effect| match effect {
            Effect::Stop => searching.forget(),
            Effect::Search {
                search,
                view,
                text,
                around,
            } => searching.start(
                FindText { view, text, around },
                move |FindProgress { searched: rows }| store.send(Msg::Searched { search, rows }),
                move |result| {
                    if let Err(failed) = &result {
                        actions.note(failed);
                    }
                    store.send(Msg::Ended { search, result });
                },
            ),
            Effect::Show(row) => actions.go_to_row.run(row),
            Effect::Reopen(failed) => actions.reopen.run(failed),
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
