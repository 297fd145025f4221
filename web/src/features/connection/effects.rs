//! Asks the companion and the log API.

use super::state::{Answer, Effect, Msg, State};
use crate::platform::companion;
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Announcer;
use crate::ui::store::Store;
use windrow_protocol::ListLogs;
use windrow_protocol::browser::task;

/// The feature's state.
pub(crate) type ConnectionStore = Store<State, Msg>;

/// Starts it; nothing is asked before it is given a token.
pub(crate) fn start(worker: WorkerClient, announcer: Announcer) -> ConnectionStore {
    let listing = OneCall::new(worker);
    Store::new(
        State::default(),
        State::update,
        move |store: ConnectionStore, effect| match effect {
            Effect::AskCompanion(token) => task::spawn(async move {
                let said = companion::get("/api/session", "x-windrow-token", &token).await;
                let answer = match said.map(|said| (said.status, said.body)) {
                    Some((200, Some(session))) => Answer::Session(session),
                    Some((401 | 403, _)) => Answer::Refused,
                    _ => Answer::None,
                };
                store.send(Msg::Answered(answer, task::now_ms()));
            }),
            Effect::ListLogs(attempt, connection) => listing.start(
                ListLogs { connection },
                move |pause| store.send(Msg::Paused(attempt, pause)),
                move |listed| store.send(Msg::Listed(attempt, listed)),
            ),
            Effect::StopListing => listing.forget(),
            Effect::Announce(text) => announcer.say(text),
        },
    )
}
