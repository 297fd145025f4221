//! Lists the files of the dataset shown whenever its window was opened, and reads parts for download.

use crate::features::contexts::{Actions, Bus, Event, ShownWindow};
use crate::platform::focus::keep_focus;
use crate::platform::task;
use crate::platform::worker_client::WorkerClient;
use crate::protocol::{DatasetFiles, ListSegments, ReadPart};
use crate::ui::announce::Notes;
use crate::ui::format::file_name;
use crate::ui::load::Load;
use leptos::prelude::*;
use std::sync::Arc;

/// The files of the dataset shown.
#[derive(Clone, Copy)]
pub(crate) struct Segments {
    /// The list.
    pub files: RwSignal<Load<Arc<DatasetFiles>>>,
    worker: WorkerClient,
    notes: Notes,
    actions: Actions,
}

/// Starts it; gives how many segments there are.
pub(crate) fn start(worker: WorkerClient, bus: Bus) -> Signal<Option<u64>> {
    let files = RwSignal::new(Load::Idle);
    let segments = Segments {
        files,
        worker,
        notes: expect_context(),
        actions: expect_context(),
    };
    provide_context(segments);
    let shown = expect_context::<ShownWindow>();
    let newest = StoredValue::new(0_u64);
    bus.listen(move |event| match event {
        Event::Chosen { .. } => {
            newest.update_value(|newest| *newest += 1);
            files.set(Load::Idle);
        }
        Event::Opened(opened) => {
            newest.update_value(|newest| *newest += 1);
            let asked = newest.get_value();
            let dataset = opened.view.dataset().clone();
            let reply = worker.ask(ListSegments {
                dataset: dataset.clone(),
            });
            if files.with_untracked(Load::is_idle) {
                files.set(Load::Loading);
            }
            task::spawn(async move {
                let reply = reply.await;
                let shown = shown.target_untracked();
                let is_shown = shown.is_some_and(|shown| shown.dataset == dataset);
                // A newer opening has asked for its own.
                if newest.get_value() != asked || !is_shown {
                    return;
                }
                keep_focus("tab-segments");
                match reply {
                    Ok(listed) => {
                        let listed = Arc::new(listed);
                        files.set(Load::Ready(Arc::clone(&listed)));
                        bus.emit(Event::FilesListed(listed));
                    }
                    Err(failed) => files.set(Load::Failed(failed)),
                }
            });
        }
        _ => {}
    });
    Signal::derive(move || {
        files.with(|files| files.ready().map(|files| files.segments.len() as u64))
    })
}

impl Segments {
    /// Gives a part to the person as a file.
    pub(crate) fn download(self, path: String) {
        let reply = self.worker.ask(ReadPart { path: path.clone() });
        task::spawn(async move {
            match reply.await {
                Ok(part) => {
                    let file = (file_name(&path), "application/vnd.apache.parquet", part.0);
                    self.actions.save.run(file);
                }
                Err(failed) => self.notes.failed(failed.message, failed.remedy),
            }
        });
    }
}
