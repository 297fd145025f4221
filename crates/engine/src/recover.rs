//! Tidies a dataset's directory, under its lock: what was never finished, and what is no longer needed.
//!
//! Idempotent, and may itself be killed at any point. A file that cannot be tidied now stays; it proves nothing and harms nothing.

use crate::error::EngineError;
use crate::held::{Held, ProblemKind};
use crate::observe::Teller;
use crate::scan::scan;
use windrow_model::event::What;
use windrow_model::{Coverage, Dataset};
use windrow_store::BlobStore;

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
        teller.tell(What::CacheTornPart {
            path: problem.path.clone(),
        });
        if !store.tears() || store.remove(&problem.path).await.is_err() {
            kept.push(problem);
        }
    }
    held.problems = kept;
}

/// Removes provisional files of which every millisecond is claimed or shown by a newer one.
pub(crate) async fn drop_owned_provisional<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    teller: &Teller<'_>,
) -> Result<(), EngineError> {
    let held = scan(store, dataset, None).await?;
    let mut covered = held.coverage();
    for file in &held.provisional {
        if covered.contains(file.range()) {
            if let Err(error) = store.remove(&file.path).await {
                let error = EngineError::from(error);
                teller.tell(What::CacheWriteFailed {
                    path: file.path.clone(),
                    reason: error.to_string(),
                    remedy: error.remedy().to_owned(),
                });
            }
        } else {
            covered = covered.union(&[file.range()].into_iter().collect::<Coverage>());
        }
    }
    Ok(())
}
