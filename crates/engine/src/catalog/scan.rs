//! Reads what a dataset's directory holds: every footer that proves something, and every file that does not.
//!
//! Takes a store and a dataset, gives a [`Held`]. Reads footers only, never rows; those that the dataset's index knows are not read from their files.
//! Nothing found here is an error: a file that proves nothing is a [`Problem`], and the scan goes on.

use crate::catalog::footer::{READS_AT_ONCE, check_identity, read_footer};
use crate::catalog::index::{self, Index, below};
use crate::catalog::problem::{Problem, ProblemKind};
use crate::catalog::scan_result::{Held, HeldPart};
use crate::error::EngineError;
use futures_util::StreamExt;
use futures_util::stream;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use windrow_columnar::Footer;
use windrow_model::{Dataset, TimeRange};
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore};

/// Where footers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Footers {
    /// From the dataset's index where it knows them, else from the files.
    Indexed,
    /// From the files alone: what was changed in place is seen.
    FromFiles,
}

/// Scans `dataset`; with a window, only the segments that reach into it are opened.
pub async fn scan<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    window: Option<TimeRange>,
) -> Result<Held, EngineError> {
    scan_from(store, dataset, window, Footers::Indexed).await
}

/// The same, with a say in where footers come from.
pub(crate) async fn scan_from<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    window: Option<TimeRange>,
    footers: Footers,
) -> Result<Held, EngineError> {
    let directory = layout::dataset_dir(dataset);
    let listed = store.list(&directory).await?;
    let held = scan_files(
        store,
        Some(dataset),
        &directory,
        listed.into(),
        window,
        footers,
    );
    Ok(held.await)
}

/// Reads the footers of the files that were listed in `directory`.
pub(crate) async fn scan_files<S: BlobStore>(
    store: &S,
    dataset: Option<&Dataset>,
    directory: &str,
    listed: Rc<[BlobInfo]>,
    window: Option<TimeRange>,
    footers: Footers,
) -> Held {
    let mut held = Held::default();
    let mut wanted = Vec::new();
    let mut segments = BTreeSet::new();
    for info in listed.iter() {
        let place = layout::classify(&info.path);
        match &place {
            PathKind::Part { segment, .. } => {
                segments.insert(*segment);
                if window.is_none_or(|window| segment.intersects(window)) {
                    wanted.push((info, place));
                }
            }
            PathKind::Provisional { .. } | PathKind::Bypass { .. } => wanted.push((info, place)),
            PathKind::Sidecar => {}
            PathKind::Foreign { reason } => held.problems.push(Problem {
                path: info.path.clone(),
                kind: ProblemKind::Foreign,
                reason: reason.to_string(),
                range: None,
            }),
        }
    }
    held.segment_count = segments.len() as u64;

    held.index = index::load(store, directory, &listed).await;
    let known = match held.index.index() {
        Some(index) if footers == Footers::Indexed => known(index, dataset, directory, &wanted),
        _ => HashMap::new(),
    };
    let known = RefCell::new(known);
    let mut found = stream::iter(wanted)
        .map(|(info, place)| {
            let known = known.borrow_mut().remove(info.path.as_str());
            async move {
                let outcome = match known {
                    Some(footer) => Ok(Some(footer)),
                    None => read_footer(store, info, &place, dataset)
                        .await
                        .map(|read| read.map(|proven| proven.footer)),
                };
                (outcome, info, place)
            }
        })
        .buffered(READS_AT_ONCE);
    while let Some((outcome, info, place)) = found.next().await {
        match outcome {
            Ok(Some(footer)) => {
                let part = HeldPart {
                    path: info.path.clone(),
                    footer: Rc::new(footer),
                };
                if part.claim().is_some() {
                    held.parts.push(part);
                } else if window.is_none_or(|window| part.range().intersects(window)) {
                    held.provisional.push(part);
                }
            }
            // Deleted since it was listed: it is simply not held.
            Ok(None) => {}
            Err((kind, reason)) => held.problems.push(Problem {
                path: info.path.clone(),
                kind,
                reason,
                range: match place {
                    PathKind::Part { segment, .. } => Some(segment),
                    _ => None,
                },
            }),
        }
    }
    held.parts.sort_by_key(|part| part.range());
    // Names of provisional files sort by age.
    held.provisional.sort_by(|a, b| b.path.cmp(&a.path));
    drop(found);
    held.listed = listed;
    held
}

/// The footers that an index knows of the files wanted, by path. One that proves nothing is left to be read from its file.
fn known<'p>(
    index: &Index,
    dataset: Option<&Dataset>,
    directory: &str,
    wanted: &[(&'p BlobInfo, PathKind)],
) -> HashMap<&'p str, Footer> {
    let by_name: BTreeMap<&str, &(&'p BlobInfo, PathKind)> = wanted
        .iter()
        .filter_map(|file| Some((below(&file.0.path, directory)?, file)))
        .collect();
    let sizes = by_name
        .iter()
        .map(|(name, (info, _))| (*name, info.size))
        .collect();
    let mut known = HashMap::with_capacity(wanted.len());
    index.find(&sizes, |entry| {
        let Some((info, place)) = by_name.get(entry.name.as_str()) else {
            return;
        };
        if let Ok(footer) = Footer::parse(entry.footer, entry.size)
            && check_identity(&footer, place, dataset).is_ok()
        {
            known.insert(info.path.as_str(), footer);
        }
    });
    known
}
