//! The segments' handle: its state behind messages, and what carries out its effects.

use super::state::{Effect, Msg, Segments};
use crate::features::contexts::{Actions, Bus, Event};
use crate::platform::focus;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Notes;
use crate::ui::format::file_name;
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_protocol::{ListSegments, ReadPart};

/// The segments. Copies are handles to the same.
pub(crate) type SegmentsStore = Store<Segments, Msg>;

/// Makes the list, lets it follow the window that is shown, and provides it; gives how many segments there are.
pub(crate) fn start(worker: WorkerClient, bus: Bus) -> Signal<Option<u64>> {
    let store = Store::new(
        Segments::default(),
        Segments::update,
        move |store, effect| match effect {
            Effect::List { list, dataset } => {
                worker.ask_then(ListSegments { dataset }, move |result| {
                    // A segment that is gone takes its button with it.
                    focus::keep_focus("tab-segments");
                    store.send(Msg::Listed { list, result });
                });
            }
            Effect::Tell(files) => bus.emit(Event::FilesListed(files)),
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
    let name = file_name(&path);
    worker.ask_then(ReadPart { path }, move |part| match part {
        Ok(part) => {
            let file = (name, "application/vnd.apache.parquet", part.0);
            actions.save.run(file);
        }
        Err(failed) => notes.failed(failed.message, failed.remedy),
    });
}
