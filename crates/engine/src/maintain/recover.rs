//! Tidies a dataset's directory, under its lock: what was never finished, and what is no longer needed.
//!
//! Idempotent, and may itself be killed at any point. A file that cannot be tidied now stays; it proves nothing and harms nothing.

use crate::catalog::index;
use crate::catalog::scan::{Footers, examine};
use crate::catalog::scan_result::{Held, ProblemKind};
use crate::error::EngineError;
use crate::read::provisional::needless;
use crate::telemetry::Teller;
use windrow_model::Dataset;
use windrow_model::event::RunEvent;
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// Removes files that were never finished, where the store leaves such files behind.
///
/// IMPORTANT: torn means read successfully and without its closing magic; what cannot be read is kept.
pub(crate) async fn remove_torn<S: BlobStore>(store: &S, teller: &Teller<'_>, held: &mut Held) {
    let mut kept = Vec::with_capacity(held.problems.len());
    for problem in held.problems.drain(..) {
        if problem.kind != ProblemKind::Torn {
            kept.push(problem);
            continue;
        }
        teller.tell(RunEvent::CacheTornPart {
            path: problem.path.clone(),
        });
        if !store.leaves_partial_writes() || store.remove(&problem.path).await.is_err() {
            kept.push(problem);
        }
    }
    held.problems = kept;
}

/// Tidies up after a run: removes provisional files that are no longer needed, and brings the index up to date.
/// What fails here is told and costs nothing but time or space.
pub(crate) async fn settle<S: BlobStore>(store: &S, dataset: &Dataset, teller: &Teller<'_>) {
    let directory = layout::dataset_dir(dataset);
    let mut listed = match store.list(&directory).await {
        Ok(listed) => listed,
        Err(error) => return tell_failed(teller, &directory, error),
    };
    let is_edge =
        |info: &BlobInfo| matches!(layout::classify(&info.path), PathKind::Provisional { .. });
    if listed.iter().any(is_edge) {
        let footers = Footers::Indexed;
        let held = examine(store, Some(dataset), &directory, &listed, None, footers).await;
        let removed = drop_needless(store, &held, teller).await;
        listed.retain(|info| !removed.contains(&info.path.as_str()));
    }
    if let Err(error) = index::renew(store, dataset, &listed).await {
        tell_failed(teller, &layout::index_path(&directory), error);
    }
}

/// Removes the provisional files that are not needed any more. Gives what it removed.
async fn drop_needless<'h, S: BlobStore>(
    store: &S,
    held: &'h Held,
    teller: &Teller<'_>,
) -> Vec<&'h str> {
    let mut removed = Vec::new();
    for file in needless(store, &held.provisional, &held.coverage()).await {
        match store.remove(&file.path).await {
            Ok(()) => removed.push(file.path.as_str()),
            Err(error) => tell_failed(teller, &file.path, error),
        }
    }
    removed
}

/// Tells of a file that could not be tidied.
pub(crate) fn tell_failed(teller: &Teller<'_>, path: &str, error: StoreError) {
    let error = EngineError::from(error);
    teller.tell(RunEvent::CacheWriteFailed {
        path: path.to_owned(),
        reason: error.to_string(),
        remedy: error.remedy().to_owned(),
    });
}
