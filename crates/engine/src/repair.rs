//! Finds the parts of a window that are to be fetched again, and settles what becomes of them once they were.
//!
//! Invariant: never more rows are removed than were gained.
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

/// A part that is fetched again.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    pub(crate) path: String,
    /// Its claim, with the highest generation on any of its milliseconds.
    pub(crate) claim: Claim,
    pub(crate) rows: u64,
    /// What is wrong with its rows; nothing where the source only has more.
    pub(crate) reason: Option<String>,
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
    let mut damage = Vec::new();
    for (part, claim) in owners(held, window) {
        if let Err(reason) = check_rows(store, part).await? {
            damage.push(Damage {
                path: part.path.clone(),
                claim,
                rows: part.footer.row_count(),
                reason: Some(reason),
            });
        }
    }
    Ok(damage)
}

/// Every part that owns milliseconds of `window`, to be fetched again.
pub(crate) fn all_again(held: &Held, window: TimeRange) -> Vec<Damage> {
    owners(held, window)
        .into_iter()
        .map(|(part, claim)| Damage {
            path: part.path.clone(),
            claim,
            rows: part.footer.row_count(),
            reason: None,
        })
        .collect()
}

/// The parts that own milliseconds of `window`, with their claims.
/// Generations are the highest on any millisecond of the claim: what is fetched again must own all of it,
/// also where an earlier repair was stopped half-way.
fn owners(held: &Held, window: TimeRange) -> Vec<(&HeldPart, Claim)> {
    let claims = held.claims();
    let owners: BTreeSet<usize> = ownership(&claims)
        .owned
        .iter()
        .filter(|owned| owned.range.intersects(window))
        .map(|owned| owned.owner)
        .collect();
    owners
        .iter()
        .filter_map(|owner| {
            let part = held.parts.get(*owner)?;
            let range = part.claim()?.range;
            let generation = claims
                .iter()
                .filter(|claim| claim.range.intersects(range))
                .map(|claim| claim.generation)
                .max()?;
            Some((part, Claim { range, generation }))
        })
        .collect()
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

/// Removes a part if what replaces it covers its claim and holds at least as many rows: the source may have expired the rest.
///
/// Else the part is kept. One whose rows are damaged is owned by what replaces it all the same, since that can be read.
/// One whose rows are sound is not: what was to replace it is removed.
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
    } else if let Some(reason) = &damage.reason {
        teller.tell(What::CacheReadFailed {
            path: damage.path.clone(),
            reason: format!(
                "{reason}; the repair holds {rows_after} rows of {}, so the damaged file is kept",
                damage.rows
            ),
            remedy: "copy the file if its rows matter, then delete it".into(),
        });
    } else {
        for part in written {
            store.remove(&part.path).await?;
        }
    }
    Ok(Repair {
        path: damage.path.clone(),
        range: damage.claim.range,
        rows_before: damage.rows,
        rows_after,
        removed,
    })
}
