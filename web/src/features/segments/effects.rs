//! The segments' handle: its state behind messages, and what carries out its effects.

use super::state::{Effect, Msg, Segments};
use crate::features::contexts::{Actions, Bus, Event};
use crate::platform::worker_client::WorkerClient;
use crate::platform::{focus, task};
use crate::protocol::{ListSegments, ReadPart};
use crate::ui::announce::Notes;
use crate::ui::format::file_name;
use crate::ui::store::Store;
use leptos::prelude::*;

/// The segments. Copies are handles to the same.
pub(crate) type SegmentsStore = Store<Segments, Msg>;

/// Makes the list, lets it follow the window that is shown, and provides it; gives how many segments there are.
pub(crate) fn start(worker: WorkerClient, bus: Bus) -> Signal<Option<u64>> {
    let store = Store::new(
        Segments::default(),
        Segments::update,
        move |store, effect| {
            match effect {
                Effect::List { list, dataset } => {
                    let reply = worker.ask(ListSegments { dataset });
                    task::spawn(async move {
                        let result = reply.await;
                        // A segment that is gone takes its button with it.
                        focus::keep_focus("tab-segments");
                        store.send(Msg::Listed { list, result });
                    });
                }
                Effect::Tell(files) => bus.emit(Event::FilesListed(files)),
            }
        },
    );
    bus.listen(move |event| match event {
        Event::Chosen { .. } => store.send(Msg::Chosen),
        Event::Opened(opened) => store.send(Msg::Opened(opened.view.dataset().clone())),
        _ => {}
    });
    provide_context(store);
    store.memo(Segments::count).into()
}

/// Gives a part to the person as a file.
pub(super) fn download(worker: WorkerClient, actions: Actions, notes: Notes, path: String) {
    task::spawn(async move {
        match worker.ask(ReadPart { path: path.clone() }).await {
            Ok(part) => {
                let name = file_name(&path);
                actions
                    .save
                    .run((name, "application/vnd.apache.parquet", part.0));
            }
            Err(failed) => notes.failed(failed.message, failed.remedy),
        }
    });
}
