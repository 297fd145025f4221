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
    /// Whether its rows were read. One that cannot be read may be sound, and is never removed.
    pub(crate) is_read: bool,
}

/// A damaged part that a repair has replaced wholly and that is still there: the repair was stopped, or holds fewer rows.
#[derive(Clone, Debug)]
pub(crate) struct Replaced {
    damage: Damage,
    rows_after: u64,
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

impl Held {
    /// What gaps of `window` are written as: more than a part can be that cannot say its own generation.
    /// If it can be read again one day, what was fetched in its place owns.
    pub(crate) fn gap_generation(&self, window: TimeRange) -> u32 {
        let lost = u32::try_from(self.damaged_in(window).len()).unwrap_or(u32::MAX);
        let known = self.claims().iter().map(|claim| claim.generation).max();
        match lost {
            0 => 0,
            _ => known.unwrap_or(0).saturating_add(lost).saturating_add(1),
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
        damage.extend(examine(store, part, claim).await?);
    }
    Ok(damage)
}

/// Reads every part inside `window` that owns nothing any more and gives those that fail a check.
/// One that lies under a part of `damage` is left to the run that repairs that.
pub(crate) async fn find_replaced<S: BlobStore>(
    store: &S,
    held: &Held,
    window: TimeRange,
    damage: &[Damage],
) -> Result<Vec<Replaced>, EngineError> {
    let claims = held.claims();
    let owned = ownership(&claims).owned;
    let owners: BTreeSet<usize> = owned.iter().map(|owned| owned.owner).collect();
    let mut replaced = Vec::new();
    for (index, (part, claim)) in held.parts.iter().zip(&claims).enumerate() {
        if owners.contains(&index) || !window.contains(claim.range) {
            continue;
        }
        let above: Vec<&HeldPart> = owners
            .iter()
            .filter_map(|owner| held.parts.get(*owner))
            .filter(|owner| owner.range().intersects(claim.range))
            .collect();
        let is_settled = above.iter().all(|owner| {
            claim.range.contains(owner.range()) && damage.iter().all(|it| it.path != owner.path)
        });
        if is_settled && let Some(damage) = examine(store, part, *claim).await? {
            let rows_after = above.iter().map(|owner| owner.footer.row_count()).sum();
            replaced.push(Replaced { damage, rows_after });
        }
    }
    Ok(replaced)
}

/// Settles what an earlier repair left behind.
pub(crate) async fn settle_replaced<S: BlobStore>(
    store: &S,
    replaced: Vec<Replaced>,
    teller: &Teller<'_>,
) -> Result<Vec<Repair>, EngineError> {
    let mut settled = Vec::with_capacity(replaced.len());
    for Replaced { damage, rows_after } in replaced {
        let removed = damage.is_read && rows_after >= damage.rows;
        if removed {
            store.remove(&damage.path).await?;
        } else {
            tell_kept(&damage, rows_after, teller);
        }
        settled.push(damage.settled(rows_after, removed));
    }
    Ok(settled)
}

/// What is wrong with a part, if anything is.
async fn examine<S: BlobStore>(
    store: &S,
    part: &HeldPart,
    claim: Claim,
) -> Result<Option<Damage>, EngineError> {
    let (reason, is_read) = match check_rows(store, part).await {
        Ok(Ok(())) => return Ok(None),
        Ok(Err(reason)) => (reason, true),
        Err(error @ StoreError::NotFound { .. }) => return Err(error.into()),
        Err(error) => (error.to_string(), false),
    };
    Ok(Some(Damage {
        path: part.path.clone(),
        claim,
        rows: part.footer.row_count(),
        reason: Some(reason),
        is_read,
    }))
}

impl Damage {
    fn settled(&self, rows_after: u64, removed: bool) -> Repair {
        Repair {
            path: self.path.clone(),
            range: self.claim.range,
            rows_before: self.rows,
            rows_after,
            removed,
        }
    }
}

fn tell_kept(damage: &Damage, rows_after: u64, teller: &Teller<'_>) {
    let reason = damage.reason.as_deref().unwrap_or_default();
    teller.tell(What::CacheReadFailed {
        path: damage.path.clone(),
        reason: format!(
            "{reason}; the repair holds {rows_after} rows of {}, and the damaged file is kept",
            damage.rows
        ),
        remedy: "copy the file if its rows matter, then delete it".into(),
    });
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
            is_read: true,
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
    let removed =
        damage.is_read && replaced.contains(damage.claim.range) && rows_after >= damage.rows;
    if removed {
        store.remove(&damage.path).await?;
    } else if damage.reason.is_some() {
        tell_kept(damage, rows_after, teller);
    } else {
        for part in written {
            store.remove(&part.path).await?;
        }
    }
    Ok(damage.settled(rows_after, removed))
}
