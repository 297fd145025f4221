//! Finds the parts of a window that are to be fetched again, and settles what becomes of them once they were.
//!
//! Invariant: never more rows are removed than were gained.
//! Memory: one row group.

use crate::catalog::scan_result::{Held, HeldPart, ProblemKind};
use crate::error::EngineError;
use crate::fetch::range::Outcome;
use crate::fetch::report::Repair;
use crate::telemetry::Teller;
use std::collections::BTreeSet;
use windrow_columnar::verify;
use windrow_model::claim::ownership;
use windrow_model::event::RunEvent;
use windrow_model::{Claim, Coverage, TimeRange};
use windrow_store::layout::{self, PathKind};
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

/// A part that newer ones have replaced and that is still there: their run was stopped, or they hold fewer rows.
#[derive(Clone, Debug)]
pub(crate) struct Replaced {
    damage: Damage,
    rows_after: u64,
    /// Whether it still owns something.
    is_half: bool,
    /// What replaced it.
    by: Vec<String>,
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
        if self.damaged_in(window).is_empty() {
            return 0;
        }
        let known = self.claims().into_iter().map(|claim| claim.generation);
        let highest = known.chain(self.hidden_generations(window)).max();
        highest.unwrap_or(0).saturating_add(1)
    }

    /// What the parts on `range` that cannot say their own generation may have at most: none is above its part's number.
    fn hidden_generations(&self, range: TimeRange) -> impl Iterator<Item = u32> {
        let hidden = self.problems.iter().filter(|problem| {
            matches!(problem.kind, ProblemKind::Damaged | ProblemKind::Unreadable)
        });
        hidden.filter_map(move |problem| match layout::classify(&problem.path) {
            PathKind::Part { segment, part, .. } if segment.intersects(range) => Some(part),
            _ => None,
        })
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

/// Every part inside `window` that newer ones have replaced, where that is to be settled.
///
/// One that owns nothing any more, if what replaced it was read and is sound. With `halves`, also one that is sound and still owns something:
/// a repair of what could not be read was stopped half-way, and now it can be read.
pub(crate) async fn find_replaced<S: BlobStore>(
    store: &S,
    held: &Held,
    window: TimeRange,
    halves: bool,
) -> Result<Vec<Replaced>, EngineError> {
    let claims = held.claims();
    let owned = ownership(&claims).owned;
    let owners: BTreeSet<usize> = owned.iter().map(|owned| owned.owner).collect();
    let mut replaced = Vec::new();
    for (index, (part, claim)) in held.parts.iter().zip(&claims).enumerate() {
        let above: Vec<(&HeldPart, &Claim)> = owners
            .iter()
            .filter_map(|owner| Some((held.parts.get(*owner)?, claims.get(*owner)?)))
            .filter(|(_, newer)| newer.generation > claim.generation)
            .filter(|(_, newer)| newer.range.intersects(claim.range))
            .collect();
        let is_half = owners.contains(&index);
        let are_inside = above
            .iter()
            .all(|(_, newer)| claim.range.contains(newer.range));
        if above.is_empty() || !window.contains(claim.range) || !are_inside || (is_half && !halves)
        {
            continue;
        }
        let damage = examine(store, part, *claim).await?;
        let is_settled = if is_half {
            damage.is_none()
        } else {
            // Else a row could be counted twice.
            let apart = above.iter().map(|(_, newer)| newer.range.duration_ms());
            apart.sum::<u64>() == claim.range.duration_ms() && are_sound(store, &above).await?
        };
        if is_settled {
            replaced.push(Replaced {
                damage: damage.unwrap_or_else(|| Damage::none(part, *claim)),
                rows_after: above
                    .iter()
                    .map(|(newer, _)| newer.footer.row_count())
                    .sum(),
                is_half,
                by: above.iter().map(|(newer, _)| newer.path.clone()).collect(),
            });
        }
    }
    Ok(replaced)
}

async fn are_sound<S: BlobStore>(
    store: &S,
    parts: &[(&HeldPart, &Claim)],
) -> Result<bool, EngineError> {
    for (part, claim) in parts {
        if examine(store, part, **claim).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Settles what an earlier run left behind, as that run would have. Gives whether any file was removed.
pub(crate) async fn settle_replaced<S: BlobStore>(
    store: &S,
    replaced: Vec<Replaced>,
    teller: &Teller<'_>,
    settled: &mut Vec<Repair>,
) -> Result<bool, EngineError> {
    let mut changed = false;
    for Replaced {
        damage,
        rows_after,
        is_half,
        by,
    } in replaced
    {
        if settled.iter().any(|known| known.path == damage.path) {
            continue;
        }
        let removed = damage.is_read && !is_half && rows_after >= damage.rows;
        if removed {
            store.remove(&damage.path).await?;
        } else if damage.reason.is_some() {
            tell_kept(&damage, rows_after, teller);
        } else {
            for path in &by {
                store.remove(path).await?;
            }
        }
        changed |= removed || damage.reason.is_none();
        settled.push(damage.settled(rows_after, removed));
    }
    Ok(changed)
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
    /// A part whose rows are sound.
    fn none(part: &HeldPart, claim: Claim) -> Self {
        Self {
            path: part.path.clone(),
            claim,
            rows: part.footer.row_count(),
            reason: None,
            is_read: true,
        }
    }

    /// Rows of a part of which nothing is damaged.
    pub(crate) fn sound_rows(&self) -> Option<u64> {
        self.reason.is_none().then_some(self.rows)
    }

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
    teller.tell(RunEvent::CacheReadFailed {
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
        .map(|(part, claim)| Damage::none(part, claim))
        .collect()
}

/// The parts that own milliseconds of `window`, with their claims.
/// Generations are the highest on any millisecond of the claim, those that the run will give before it included:
/// what is fetched again must own all of it, also where an earlier repair was stopped half-way.
fn owners(held: &Held, window: TimeRange) -> Vec<(&HeldPart, Claim)> {
    let claims = held.claims();
    let owners: BTreeSet<usize> = ownership(&claims)
        .owned
        .iter()
        .filter(|owned| owned.range.intersects(window))
        .map(|owned| owned.owner)
        .collect();
    let mut known = claims.clone();
    owners
        .iter()
        .filter_map(|owner| {
            let part = held.parts.get(*owner)?;
            let range = part.claim()?.range;
            let generation = known
                .iter()
                .filter(|claim| claim.range.intersects(range))
                .map(|claim| claim.generation)
                .chain(held.hidden_generations(range))
                .max()?;
            known.push(Claim {
                range,
                generation: generation.saturating_add(1),
            });
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
/// Else the part is kept. One whose rows are damaged is owned by what replaces it all the same, since that can be read;
/// what is to replace one whose rows are sound was written only if it does.
pub(crate) async fn settle_damage<S: BlobStore>(
    store: &S,
    damage: &Damage,
    outcome: &Outcome,
    teller: &Teller<'_>,
) -> Result<Repair, EngineError> {
    let written = &outcome.written;
    let replaced: Coverage = written.iter().map(|part| part.range).collect();
    let rows_after = outcome
        .withheld
        .unwrap_or_else(|| written.iter().map(|part| part.rows).sum());
    let removed =
        damage.is_read && replaced.contains(damage.claim.range) && rows_after >= damage.rows;
    if removed {
        store.remove(&damage.path).await?;
    } else if damage.reason.is_some() {
        tell_kept(damage, rows_after, teller);
    }
    Ok(damage.settled(rows_after, removed))
}
