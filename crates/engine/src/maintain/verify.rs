//! Reads everything again: checksums, claims against row times, row counts, overlaps, foreign files.
//!
//! The dataset's index is not relied on: footers are read from the files, and where the index says something else of one, that is a problem too.
//! Changes nothing. Memory: one row group.

use crate::catalog::problem::{Problem, ProblemKind};
use crate::catalog::scan::{Footers, scan_files};
use crate::catalog::scan_result::{Held, HeldPart, OverlapInfo};
use crate::error::EngineError;
use crate::read::row_groups::check_part;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use tokio_util::sync::CancellationToken;
use windrow_columnar::Footer;
use windrow_model::{Coverage, Dataset, TimeRange};
use windrow_store::{BlobInfo, BlobStore, layout};

/// What reading everything again found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether everything was read and nothing is wrong. A torn part is missing, not wrong, where a kill can leave one.
    pub ok: bool,
}

/// Verifies a dataset, or the segments that reach into a window. `progress` receives parts checked and parts in all.
pub async fn verify<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    window: Option<TimeRange>,
    cancel: &CancellationToken,
    progress: &dyn Fn(u64, u64),
) -> Result<VerifyReport, EngineError> {
    let directory = layout::dataset_dir(dataset);
    let listed: Rc<[BlobInfo]> = store.list(&directory).await?.into();
    let scan = |footers| {
        let listed = Rc::clone(&listed);
        scan_files(store, Some(dataset), &directory, listed, window, footers)
    };
    let held = scan(Footers::FromFiles).await;
    let mut report = VerifyReport {
        problems: held.problems.clone(),
        overlaps: held.overlaps(),
        ..VerifyReport::default()
    };
    if held.index.index().is_some() {
        let path = layout::index_path(&directory);
        let indexed = scan(Footers::Indexed).await;
        report
            .problems
            .extend(contradictions(&path, &indexed, &held));
    }
    let files: Vec<&HeldPart> = held.parts.iter().chain(&held.provisional).collect();
    let mut sound = Vec::new();
    for part in &files {
        let Some(checked) = cancel.run_until_cancelled(check_part(store, part)).await else {
            report.cancelled = true;
            break;
        };
        let problem = match checked {
            Ok(Ok(())) => None,
            Ok(Err(reason)) => Some((ProblemKind::Damaged, reason)),
            Err(error) => Some(ProblemKind::of_unread(&error)),
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
            .all(|problem| problem.kind == ProblemKind::Torn && store.leaves_partial_writes());
    Ok(report)
}

/// Where the index says of files what they do not say themselves.
fn contradictions(index: &str, indexed: &Held, held: &Held) -> Vec<Problem> {
    let files = |held: &Held| -> BTreeMap<String, Rc<Footer>> {
        held.parts
            .iter()
            .chain(&held.provisional)
            .map(|part| (part.path.clone(), Rc::clone(&part.footer)))
            .collect()
    };
    let (indexed, read) = (files(indexed), files(held));
    let problems: HashSet<&String> = held.problems.iter().map(|problem| &problem.path).collect();
    let is_wrong = |path: &String, footer: &Footer| match read.get(path) {
        Some(real) => real.meta() != footer.meta() || real.row_groups() != footer.row_groups(),
        // One that is gone was removed meanwhile.
        None => problems.contains(path),
    };
    indexed
        .iter()
        .filter(|(path, footer)| is_wrong(path, footer))
        .map(|(path, _)| Problem {
            path: index.to_owned(),
            kind: ProblemKind::Damaged,
            reason: format!("it does not say of {path} what that file says"),
            range: None,
        })
        .collect()
}
