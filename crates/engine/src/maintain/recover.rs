//! Tidies a dataset's directory, under its lock: what was never finished, and what is superseded.
//!
//! Idempotent, and may itself be killed at any point. A file that cannot be removed now stays; it proves nothing and harms nothing.

use crate::catalog::index;
use crate::catalog::problem::ProblemKind;
use crate::catalog::scan::{Footers, scan_files};
use crate::catalog::scan_result::Held;
use crate::error::EngineError;
use crate::read::provisional::superseded;
use crate::telemetry::Telemetry;
use std::collections::HashSet;
use std::rc::Rc;
use windrow_model::Dataset;
use windrow_model::event::RunEvent;
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore};

/// Removes files that were never finished, where the store leaves such files behind.
///
/// IMPORTANT: torn means read successfully and without its closing magic; what cannot be read is kept.
pub(crate) async fn remove_torn<S: BlobStore>(
    store: &S,
    telemetry: &Telemetry<'_>,
    held: &mut Held,
) {
    let mut kept = Vec::with_capacity(held.problems.len());
    for problem in held.problems.drain(..) {
        if problem.kind != ProblemKind::Torn {
            kept.push(problem);
            continue;
        }
        telemetry.emit(RunEvent::CacheTornPart {
            path: problem.path.clone(),
        });
        if !store.leaves_partial_writes() || store.remove(&problem.path).await.is_err() {
            kept.push(problem);
        }
    }
    held.problems = kept;
}

/// Tidies up after a run: removes superseded provisional files, and brings the index up to date.
/// `known` are the dataset's files, where the caller knows them. Gives what is there now, if it could be listed.
/// What fails here is reported and costs nothing but time or space.
pub(crate) async fn tidy<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    known: Option<Vec<BlobInfo>>,
    telemetry: &Telemetry<'_>,
) -> Option<Rc<[BlobInfo]>> {
    let directory = layout::dataset_dir(dataset);
    let listed = match known {
        Some(listed) => Ok(listed),
        None => store.list(&directory).await,
    };
    let mut listed: Rc<[BlobInfo]> = match listed {
        Ok(listed) => listed.into(),
        Err(error) => {
            telemetry.write_failed(&directory, &error.into());
            return None;
        }
    };
    let is_provisional =
        |info: &BlobInfo| matches!(layout::classify(&info.path), PathKind::Provisional { .. });
    if listed.iter().any(is_provisional) {
        let (footers, files) = (Footers::Indexed, Rc::clone(&listed));
        let held = scan_files(store, Some(dataset), &directory, files, None, footers).await;
        let removed = remove_superseded(store, &held, telemetry).await;
        let left = listed.iter();
        let left = left.filter(|info| !removed.contains(info.path.as_str()));
        listed = left.cloned().collect();
    }
    let index_path = layout::index_path(&directory);
    match index::renew(store, dataset, &listed).await {
        Ok(index) => {
            let files = listed.iter().filter(|info| info.path != index_path);
            Some(files.cloned().chain(index).collect())
        }
        Err(error) => {
            telemetry.write_failed(&index_path, &error.into());
            None
        }
    }
}

/// Removes the provisional files that are superseded. Gives what it removed.
async fn remove_superseded<'h, S: BlobStore>(
    store: &S,
    held: &'h Held,
    telemetry: &Telemetry<'_>,
) -> HashSet<&'h str> {
    let mut removed = HashSet::new();
    for file in superseded(store, &held.provisional, &held.coverage()).await {
        match store.remove(&file.path).await {
            Ok(()) => _ = removed.insert(file.path.as_str()),
            Err(error) => telemetry.write_failed(&file.path, &EngineError::from(error)),
        }
    }
    removed
}
