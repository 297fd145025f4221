//! Verifies through the worker, and derives what others read of the coverage.

use super::pieces::{Overlay, Piece};
use super::standing::Standing;
use super::state::{Effect, Msg, State, window_pieces, window_standing};
use crate::features::contexts::{Bus, Event, ShownWindow};
use crate::features::window::state::LoadedWindow;
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Announcer;
use crate::ui::store::Store;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_protocol::{Problem, WindowView};

/// The feature's state.
pub(crate) type CoverageStore = Store<State, Msg>;

/// Starts it.
pub(crate) fn start(worker: WorkerClient, announcer: Announcer, bus: Bus) -> CoverageStore {
    let verifying = OneCall::new(worker);
    let store: CoverageStore = Store::new(
        State::default(),
        State::update,
        move |store: CoverageStore, effect| match effect {
            Effect::Verify(number, target, verify) => verifying.start(
                verify,
                move |progress| store.send(Msg::Progress(number, progress)),
                move |report| store.send(Msg::Verified(number, target, Box::new(report))),
            ),
            Effect::StopVerifying => verifying.forget(),
            Effect::Announce(text) => announcer.say(text),
        },
    );
    bus.listen(move |event| match event {
        Event::Chosen {
            target,
            is_other_dataset,
        } => store.send(Msg::Chosen(target.dataset, is_other_dataset)),
        Event::Fetched {
            target,
            result: Ok(receipt),
        } => store.send(Msg::Fetched(target.dataset, receipt)),
        Event::FilesListed(files) => store.send(Msg::Files(files)),
        Event::CacheChanged => store.send(Msg::ForgetCheck),
        _ => {}
    });
    store
}

/// What follows from the coverage of the window shown.
pub(crate) struct Derived {
    pub(crate) damage: Memo<Arc<Vec<Problem>>>,
    pub(crate) pieces: Memo<Arc<Vec<Piece>>>,
    pub(crate) shown: Memo<Arc<Vec<Piece>>>,
    pub(crate) standing: Memo<Option<Standing>>,
}

/// Derives the damage of the window shown, its pieces, and what the main action is.
pub(crate) fn derive(
    store: CoverageStore,
    shown: ShownWindow,
    rows_shown: RwSignal<Option<Arc<WindowView>>>,
    overlay: Memo<Overlay>,
    bypasses: Memo<bool>,
) -> Derived {
    let damage = Memo::new(move |_| {
        let found = shown
            .get()
            .map(|window| store.with(|state| state.damage(&window)));
        Arc::new(found.unwrap_or_default())
    });
    let pieces = Memo::new(move |_| {
        let found = shown
            .get()
            .map(|window| damage.with(|damage| window_pieces(&window, damage, overlay.get())));
        Arc::new(found.unwrap_or_default())
    });
    let of_rows = Memo::new(move |_| {
        let window = shown.get();
        let rows = rows_shown.get();
        let narrowed = window
            .zip(rows)
            .filter(|(window, rows)| window.id() != Some(rows.id));
        let Some((window, rows)) = narrowed else {
            return pieces.get();
        };
        let window = LoadedWindow {
            view: Some((*rows).clone()),
            ..(*window).clone()
        };
        Arc::new(damage.with(|damage| window_pieces(&window, damage, overlay.get())))
    });
    let standing = Memo::new(move |_| {
        let window = shown.get()?;
        Some(damage.with(|damage| window_standing(&window, damage, bypasses.get())))
    });
    Derived {
        damage,
        pieces,
        shown: of_rows,
        standing,
    }
}
