//! Finds the damaged parts of a window, and settles what becomes of them once they were fetched again.
//!
//! Memory: one row group.

use crate::error::EngineError;
use crate::held::{Held, HeldPart};
use crate::observe::Teller;
use crate::receipt::Repair;
use crate::writer::Written;
use std::collections::BTreeSet;
use windrow_columnar::verify;
use windrow_model::claim::ownership;
use windrow_model::event::What;
use windrow_model::{Claim, Coverage, TimeRange};
use windrow_store::{BlobStore, StoreError};

/// A part whose footer is sound and whose rows are not.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    pub(crate) path: String,
    pub(crate) claim: Claim,
    pub(crate) rows: u64,
    pub(crate) reason: String,
}

impl Held {
    /// Refuses two claims of equal generation on the same milliseconds of `window`.
    pub(crate) fn refuse_overlaps(
        &self,
        claims: &[Claim],
        window: TimeRange,
    ) -> Result<(), EngineError> {
        let name = |index: usize| {
            self.parts
                .get(index)
                .map_or_else(String::new, |part| part.path.clone())
        };
        match ownership(claims)
            .overlaps
            .iter()
            .find(|overlap| overlap.range.intersects(window))
        {
            None => Ok(()),
            Some(overlap) => Err(EngineError::Overlap {
                range: overlap.range,
                first: name(overlap.claims.0),
                second: name(overlap.claims.1),
            }),
        }
    }
}

/// Reads every part that owns milliseconds of `window` and gives those that fail a check.
pub(crate) async fn find_damage<S: BlobStore>(
    store: &S,
    held: &Held,
    window: TimeRange,
) -> Result<Vec<Damage>, EngineError> {
    let owners: BTreeSet<usize> = ownership(&held.claims())
        .owned
        .iter()
        .filter(|owned| owned.range.intersects(window))
        .map(|owned| owned.owner)
        .collect();
    let mut damage = Vec::new();
    for part in owners.iter().filter_map(|owner| held.parts.get(*owner)) {
        let Some(claim) = part.claim() else { continue };
        if let Err(reason) = check_rows(store, part).await? {
            damage.push(Damage {
                path: part.path.clone(),
                claim,
                rows: part.footer.row_count(),
                reason,
            });
        }
    }
    Ok(damage)
}

/// Reads a part row group by row group. The inner error says what is damaged; the outer one that the store failed.
pub(crate) async fn check_rows<S: BlobStore>(
    store: &S,
    part: &HeldPart,
) -> Result<Result<(), String>, StoreError> {
    for (index, group) in part.footer.row_groups().iter().enumerate() {
        let bytes = store.read(&part.path, group.bytes.clone()).await?;
        if let Err(error) = verify(&part.footer, index, &bytes) {
            return Ok(Err(error.to_string()));
        }
    }
    Ok(Ok(()))
}

/// Removes a damaged part if what replaces it covers its claim and holds at least as many rows: the source may have expired the rest.
pub(crate) async fn settle_damage<S: BlobStore>(
    store: &S,
    damage: &Damage,
    written: &[Written],
    teller: &Teller<'_>,
) -> Result<Repair, EngineError> {
    let replaced: Coverage = written.iter().map(|part| part.range).collect();
    let rows_after = written.iter().map(|part| part.rows).sum();
    let removed = replaced.contains(damage.claim.range) && rows_after >= damage.rows;
    if removed {
        store.remove(&damage.path).await?;
    } else {
        teller.tell(What::CacheReadFailed {
            path: damage.path.clone(),
            reason: format!(
                "{}; the repair holds {rows_after} rows of {}, so the damaged file is kept",
                damage.reason, damage.rows
            ),
            remedy: "copy the file if its rows matter, then delete it".into(),
        });
    }
    Ok(Repair {
        path: damage.path.clone(),
        range: damage.claim.range,
        rows_before: damage.rows,
        rows_after,
        removed,
    })
}
