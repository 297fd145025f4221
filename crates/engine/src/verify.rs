//! Reads everything again: checksums, claims against row times, row counts, overlaps, foreign files.
//!
//! Changes nothing. Memory: one row group.

use crate::cancel::Cancel;
use crate::error::EngineError;
use crate::held::{Held, HeldPart, Problem, ProblemKind};
use crate::repair::check_rows;
use crate::scan::scan;
use serde::{Deserialize, Serialize};
use windrow_model::claim::ownership;
use windrow_model::{Coverage, Dataset, TimeRange};
use windrow_store::BlobStore;

/// What reading everything again found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReport {
    /// Files read whole.
    pub parts_checked: u64,
    /// Rows in them.
    pub rows_checked: u64,
    /// Bytes in them.
    pub bytes_checked: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Milliseconds claimed twice.
    pub overlaps: Vec<OverlapInfo>,
    /// What is proven, of the parts that passed.
    pub coverage: Coverage,
    /// Whether it was stopped before all was read.
    pub cancelled: bool,
    /// Whether everything was read and nothing is wrong. A torn part is missing, not wrong.
    pub ok: bool,
}

/// Two parts of equal generation that claim the same milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlapInfo {
    /// What both claim.
    pub range: TimeRange,
    /// One part.
    pub first: String,
    /// The other.
    pub second: String,
}

/// Verifies a dataset, or the segments that reach into a window. `progress` is told parts checked and parts in all.
pub async fn verify<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    window: Option<TimeRange>,
    cancel: &Cancel,
    progress: &dyn Fn(u64, u64),
) -> Result<VerifyReport, EngineError> {
    let held = scan(store, dataset, window).await?;
    let mut report = VerifyReport {
        parts_checked: 0,
        rows_checked: 0,
        bytes_checked: 0,
        problems: held.problems.clone(),
        overlaps: overlaps(&held),
        coverage: Coverage::new(),
        cancelled: false,
        ok: false,
    };
    let files: Vec<&HeldPart> = held.parts.iter().chain(&held.provisional).collect();
    let mut sound = Vec::new();
    for part in &files {
        let Ok(checked) = cancel.race(check_rows(store, part)).await else {
            report.cancelled = true;
            break;
        };
        let problem = match checked {
            Ok(Ok(())) => None,
            Ok(Err(reason)) => Some((ProblemKind::Damaged, reason)),
            Err(error) => Some((ProblemKind::Unreadable, error.to_string())),
        };
        match problem {
            None if part.claim().is_some() => sound.push(part.range()),
            None => {}
            Some((kind, reason)) => report.problems.push(Problem {
                path: part.path.clone(),
                kind,
                reason,
                range: Some(part.range()),
            }),
        }
        report.parts_checked += 1;
        report.rows_checked += part.footer.row_count();
        report.bytes_checked += part.footer.file_size();
        progress(report.parts_checked, files.len() as u64);
    }
    report.coverage = sound.into();
    report.ok = !report.cancelled
        && report.overlaps.is_empty()
        && report
            .problems
            .iter()
            .all(|problem| problem.kind == ProblemKind::Torn);
    Ok(report)
}

fn overlaps(held: &Held) -> Vec<OverlapInfo> {
    let path = |index: usize| {
        held.parts
            .get(index)
            .map_or_else(String::new, |part| part.path.clone())
    };
    ownership(&held.claims())
        .overlaps
        .iter()
        .map(|overlap| OverlapInfo {
            range: overlap.range,
            first: path(overlap.claims.0),
            second: path(overlap.claims.1),
        })
        .collect()
}
