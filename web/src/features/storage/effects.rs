//! Lists and deletes through the worker, and asks the browser for its quota.

use super::state::{Effect, Msg, State};
use crate::platform::focus::keep_focus;
use crate::platform::storage;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Notes;
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_model::Dataset;
use windrow_protocol::browser::task;
use windrow_protocol::{Delete, Deleted, Deletion, Failed, ListDatasets};

/// The feature's state.
pub(crate) type StorageStore = Store<State, Msg>;

/// Starts it; `changed` is told what was deleted.
pub(crate) fn start(
    worker: WorkerClient,
    notes: Notes,
    changed: Callback<(Dataset, Vec<Deletion>)>,
) -> StorageStore {
    Store::new(
        State::default(),
        State::update,
        move |store: StorageStore, effect| match effect {
            Effect::List(number) => {
                let list = worker.ask(ListDatasets {});
                task::spawn(async move {
                    let listed = list.await;
                    keep_focus("datasets");
                    store.send(Msg::Listed(number, listed));
                });
                task::spawn(async move {
                    store.send(Msg::Quota(number, storage::quota().await));
                });
            }
            Effect::Delete(dataset, deletions) => task::spawn(async move {
                let result = delete(worker, &dataset, &deletions).await;
                store.send(Msg::Deleted(dataset, deletions, result));
            }),
            Effect::Changed(dataset, deletions) => changed.run((dataset, deletions)),
            Effect::Persist => task::spawn(async move {
                store.send(Msg::Persisted(storage::persist().await));
            }),
            Effect::Done(text) => notes.done(text),
            Effect::Failed(text, remedy) => notes.failed(text, remedy),
        },
    )
}

/// One after the other, up to the first that fails.
async fn delete(
    worker: WorkerClient,
    dataset: &Dataset,
    deletions: &[Deletion],
) -> Result<Deleted, Failed> {
    let mut all = Deleted::default();
    for selection in deletions {
        let deleted = worker
            .ask(Delete {
                dataset: dataset.clone(),
                selection: selection.clone(),
            })
            .await?;
        all.files += deleted.files;
        all.bytes += deleted.bytes;
    }
    Ok(all)
}
