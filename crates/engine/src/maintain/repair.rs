//! Finds the parts of a window that are to be fetched again, and decides what becomes of them once they were.
//!
//! Invariant: never more rows are removed than were gained.
//! Memory: one row group.

use crate::catalog::scan_result::{Held, HeldPart};
use crate::error::EngineError;
use crate::maintain::range_index::RangeIndex;
use crate::read::row_groups::check_part;
use crate::telemetry::Telemetry;
use crate::write::part::Written;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use windrow_model::claim::ownership;
use windrow_model::event::RunEvent;
use windrow_model::{Claim, Coverage, TimeRange};
use windrow_store::{BlobStore, StoreError};

/// A part that is fetched again.
#[derive(Clone, Debug)]
pub(crate) struct Refetch {
    pub(crate) path: String,
    /// Its claim, with the highest generation on any of its milliseconds.
    pub(crate) claim: Claim,
    pub(crate) rows: u64,
    /// What is wrong with its rows; `None` where they are sound and the source only has more.
    pub(crate) damage: Option<String>,
    /// Whether its rows were read. One that cannot be read may be sound, and is never removed.
    pub(crate) is_read: bool,
}

/// A part that newer ones have replaced and that is still there: their run was stopped, or they hold fewer rows.
#[derive(Clone, Debug)]
pub(crate) struct Replaced {
    part: Refetch,
    rows_after: u64,
    /// Whether it still owns something.
    is_half: bool,
    /// What replaced it.
    by: Vec<String>,
}

/// A damaged part that was fetched again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The damaged part.
    pub path: String,
    /// Its claim.
    pub range: TimeRange,
    /// Rows its footer names.
    pub rows_before: u64,
    /// Rows the repair holds.
    pub rows_after: u64,
    /// Whether the damaged file was removed; it is kept where the repair holds fewer rows.
    pub removed: bool,
}

impl Refetch {
    /// A part whose rows are sound.
    fn sound(part: &HeldPart, claim: Claim) -> Self {
        Self {
            path: part.path.clone(),
            claim,
            rows: part.footer.row_count(),
            damage: None,
            is_read: true,
        }
    }

    /// Rows of a part of which nothing is damaged.
    pub(crate) fn sound_rows(&self) -> Option<u64> {
        self.damage.is_none().then_some(self.rows)
    }

    fn repair(&self, rows_after: u64, removed: bool) -> Repair {
        Repair {
            path: self.path.clone(),
            range: self.claim.range,
            rows_before: self.rows,
            rows_after,
            removed,
        }
    }

    /// Reports that a damaged part stays, since fewer rows came in its place.
    fn report_kept(&self, rows_after: u64, telemetry: &Telemetry<'_>) {
        let Some(damage) = &self.damage else {
            return;
        };
        telemetry.emit(RunEvent::CacheReadFailed {
            path: self.path.clone(),
            reason: format!(
                "{damage}; the repair holds {rows_after} rows of {}, and the damaged file is kept",
                self.rows
            ),
            remedy: "copy the file if its rows matter, then delete it".into(),
        });
    }
}

/// Reads every part that owns milliseconds of `window` and gives those that fail a check.
pub(crate) async fn find_damage<S: BlobStore>(
    store: &S,
    held: &Held,
    window: TimeRange,
) -> Result<Vec<Refetch>, EngineError> {
    let mut damaged = Vec::new();
    for (part, claim) in owners(held, window) {
        damaged.extend(check(store, part, claim).await?);
    }
    Ok(damaged)
}

/// Every part that owns milliseconds of `window`, to be fetched again.
pub(crate) fn refetch_all(held: &Held, window: TimeRange) -> Vec<Refetch> {
    owners(held, window)
        .into_iter()
        .map(|(part, claim)| Refetch::sound(part, claim))
        .collect()
}

/// The parts that own milliseconds of `window`, with their claims.
/// Generations are the highest on any millisecond of the claim, those that the run will give before it included:
/// what is fetched again must own all of it, also where an earlier repair was stopped half-way.
fn owners(held: &Held, window: TimeRange) -> Vec<(&HeldPart, Claim)> {
    let claims = held.claims();
    let owned = ownership(&claims).owned.into_iter();
    let owners: BTreeSet<usize> = owned
        .filter(|owned| owned.range.intersects(window))
        .map(|owned| owned.owner)
        .collect();
    let by_range = RangeIndex::new(claims.iter().map(|claim| claim.range));
    let hidden = held.hidden_generations();
    let hidden_by_range = RangeIndex::new(hidden.iter().map(|(segment, _)| *segment));
    let mut known: Vec<u32> = claims.iter().map(|claim| claim.generation).collect();
    let mut found = Vec::with_capacity(owners.len());
    for owner in owners {
        let (Some(part), Some(claim)) = (held.parts.get(owner), claims.get(owner)) else {
            continue;
        };
        let range = claim.range;
        let claimed = by_range.meeting(range).filter_map(|at| known.get(at));
        let meeting = hidden_by_range.meeting(range);
        let highest = meeting.filter_map(|at| Some(&hidden.get(at)?.1));
        let generation = claimed.chain(highest).copied().max().unwrap_or_default();
        if let Some(known) = known.get_mut(owner) {
            *known = (*known).max(generation.saturating_add(1));
        }
        found.push((part, Claim { range, generation }));
    }
    found
}

/// Every part inside `window` that newer ones have replaced, where that is to be finished.
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
    let owners: HashSet<usize> = owned.iter().map(|owned| owned.owner).collect();
    let by_range = RangeIndex::new(claims.iter().map(|claim| claim.range));
    let mut soundness = HashMap::new();
    let mut replaced = Vec::new();
    for (index, (part, claim)) in held.parts.iter().zip(&claims).enumerate() {
        let newer = |at: &usize| {
            let newer = claims.get(*at);
            owners.contains(at) && newer.is_some_and(|newer| newer.generation > claim.generation)
        };
        let mut above: Vec<usize> = by_range.meeting(claim.range).filter(newer).collect();
        above.sort_unstable();
        let ranges = || above.iter().filter_map(|at| Some(claims.get(*at)?.range));
        let is_half = owners.contains(&index);
        let are_inside = ranges().all(|newer| claim.range.contains(newer));
        if above.is_empty() || !window.contains(claim.range) || !are_inside || (is_half && !halves)
        {
            continue;
        }
        let damaged = check(store, part, *claim).await?;
        let is_finished = if is_half {
            damaged.is_none()
        } else {
            // Else a row could be counted twice.
            let are_apart =
                ranges().map(|newer| newer.duration_ms()).sum::<u64>() == claim.range.duration_ms();
            are_apart && are_sound(store, held, &above, &mut soundness).await?
        };
        if is_finished {
            let newer = || above.iter().filter_map(|at| held.parts.get(*at));
            replaced.push(Replaced {
                part: damaged.unwrap_or_else(|| Refetch::sound(part, *claim)),
                rows_after: newer().map(|newer| newer.footer.row_count()).sum(),
                is_half,
                by: newer().map(|newer| newer.path.clone()).collect(),
            });
        }
    }
    Ok(replaced)
}

/// Whether parts, given by their numbers, are all sound. `known` remembers what was read.
async fn are_sound<S: BlobStore>(
    store: &S,
    held: &Held,
    numbers: &[usize],
    known: &mut HashMap<usize, bool>,
) -> Result<bool, EngineError> {
    for number in numbers {
        let is_sound = match (known.get(number), held.parts.get(*number)) {
            (Some(is_sound), _) => *is_sound,
            (None, Some(part)) => damage_of(store, part).await?.is_none(),
            (None, None) => false,
        };
        known.insert(*number, is_sound);
        if !is_sound {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Finishes what an earlier run left behind, as that run would have. Gives whether any file was removed.
pub(crate) async fn finish_replacements<S: BlobStore>(
    store: &S,
    replaced: Vec<Replaced>,
    telemetry: &Telemetry<'_>,
    finished: &mut Vec<Repair>,
) -> Result<bool, EngineError> {
    let mut changed = false;
    let mut known: HashSet<String> = finished.iter().map(|repair| repair.path.clone()).collect();
    for Replaced {
        part,
        rows_after,
        is_half,
        by,
    } in replaced
    {
        if !known.insert(part.path.clone()) {
            continue;
        }
        let removed = part.is_read && !is_half && rows_after >= part.rows;
        if removed {
            store.remove(&part.path).await?;
        } else if part.damage.is_some() {
            part.report_kept(rows_after, telemetry);
        } else {
            for path in &by {
                store.remove(path).await?;
            }
        }
        changed |= removed || part.damage.is_none();
        finished.push(part.repair(rows_after, removed));
    }
    Ok(changed)
}

/// Removes a part if what replaces it covers its claim and holds at least as many rows: the source may have expired the rest.
///
/// Else the part is kept. One whose rows are damaged is owned by what replaces it all the same, since that can be read;
/// what is to replace one whose rows are sound was written only if it does. `withheld` are its rows where it was not.
pub(crate) async fn replace_part<S: BlobStore>(
    store: &S,
    part: &Refetch,
    written: &[Written],
    withheld: Option<u64>,
    telemetry: &Telemetry<'_>,
) -> Result<Repair, EngineError> {
    let replaced: Coverage = written.iter().map(|part| part.range).collect();
    let rows_after = withheld.unwrap_or_else(|| written.iter().map(|part| part.rows).sum());
    let removed = part.is_read && replaced.contains(part.claim.range) && rows_after >= part.rows;
    if removed {
        store.remove(&part.path).await?;
    } else {
        part.report_kept(rows_after, telemetry);
    }
    Ok(part.repair(rows_after, removed))
}

/// A part that fails a check, to be fetched again; nothing where it is sound.
async fn check<S: BlobStore>(
    store: &S,
    part: &HeldPart,
    claim: Claim,
) -> Result<Option<Refetch>, EngineError> {
    let damage = damage_of(store, part).await?;
    Ok(damage.map(|(damage, is_read)| Refetch {
        damage: Some(damage),
        is_read,
        ..Refetch::sound(part, claim)
    }))
}

/// What is wrong with the rows of a part, if anything is, and whether they could be read.
async fn damage_of<S: BlobStore>(
    store: &S,
    part: &HeldPart,
) -> Result<Option<(String, bool)>, EngineError> {
    match check_part(store, part).await {
        Ok(Ok(())) => Ok(None),
        Ok(Err(reason)) => Ok(Some((reason, true))),
        Err(error @ StoreError::NotFound { .. }) => Err(error.into()),
        Err(error) if error.access_reason().is_some() => {
            Err(EngineError::unreadable(&part.path, error))
        }
        Err(error) => Ok(Some((error.to_string(), false))),
    }
}
