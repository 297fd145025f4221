//! Reads what a dataset's directory holds: every footer that proves something, and every file that does not.
//!
//! Takes a store and a dataset, gives a [`Held`]. Reads footers only, never rows; those that the dataset's index knows are not read from their files.
//! Nothing found here is an error: a file that proves nothing is a [`Problem`], and the scan goes on.

use crate::catalog::index::{self, Index, below};
use crate::catalog::scan_result::{Held, HeldPart, Problem, ProblemKind};
use crate::error::EngineError;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use windrow_columnar::{Footer, FooterError, check_magic};
use windrow_model::{Dataset, TimeRange};
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// How many files are read at once.
pub(crate) const READS_AT_ONCE: usize = 16;

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
    let held = examine(store, Some(dataset), &directory, &listed, window, footers);
    Ok(held.await)
}

/// Reads the footers of the files listed in `directory`.
pub(crate) async fn examine<S: BlobStore>(
    store: &S,
    dataset: Option<&Dataset>,
    directory: &str,
    listed: &[BlobInfo],
    window: Option<TimeRange>,
    footers: Footers,
) -> Held {
    let mut held = Held::default();
    let mut wanted = Vec::new();
    let mut segments = BTreeSet::new();
    for info in listed {
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

    held.index = index::load(store, directory, listed).await;
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
                    None => read_footer(store, info, &place, dataset).await,
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
            && agrees(&footer, place, dataset).is_ok()
        {
            known.insert(info.path.as_str(), footer);
        }
    });
    known
}

/// The proven footer of one file; `None` if the file is gone.
async fn read_footer<S: BlobStore>(
    store: &S,
    info: &BlobInfo,
    place: &PathKind,
    dataset: Option<&Dataset>,
) -> Result<Option<Footer>, (ProblemKind, String)> {
    let proven = read_proven(store, info, place, dataset).await?;
    Ok(proven.map(|proven| proven.footer))
}

/// The same with its bytes.
pub(crate) async fn read_proven<S: BlobStore>(
    store: &S,
    info: &BlobInfo,
    place: &PathKind,
    dataset: Option<&Dataset>,
) -> Result<Option<Proven>, (ProblemKind, String)> {
    let proven = match load_footer(store, &info.path, info.size).await {
        Ok(proven) => proven,
        Err(LoadError::Store(StoreError::NotFound { .. })) => return Ok(None),
        Err(LoadError::Store(error)) => return Err((ProblemKind::Unreadable, error.to_string())),
        Err(LoadError::Footer(error)) => return Err((problem_kind(&error), error.to_string())),
    };
    match agrees(&proven.footer, place, dataset) {
        Ok(()) => Ok(Some(proven)),
        Err(reason) => Err((ProblemKind::Foreign, reason)),
    }
}

/// Whether a footer agrees with its file's path and dataset; if not, why.
fn agrees(footer: &Footer, place: &PathKind, dataset: Option<&Dataset>) -> Result<(), String> {
    let meta = footer.meta();
    if let Some(dataset) = dataset
        && meta.dataset != *dataset
    {
        return Err(format!(
            "it belongs to log `{}` of `{}`",
            meta.dataset.log_id().escape_debug(),
            meta.dataset.source().escape_debug()
        ));
    }
    match place {
        PathKind::Part {
            dataset_dir,
            segment,
            part,
        } => {
            if *dataset_dir != layout::dataset_dir(&meta.dataset) {
                return Err("its directory is another dataset's".into());
            }
            if meta.segment != *segment || meta.part != *part {
                return Err(format!(
                    "it was written as part {} of {}",
                    meta.part, meta.segment
                ));
            }
            let windrow_columnar::Holds::Claim(claim) = meta.holds else {
                return Err("it claims nothing".into());
            };
            if !segment.contains(claim.range) {
                return Err(format!("its claim {} lies outside", claim.range));
            }
        }
        PathKind::Provisional { .. } => {
            if let windrow_columnar::Holds::Claim(claim) = meta.holds {
                return Err(format!("it claims {} and is no part", claim.range));
            }
        }
        PathKind::Bypass { .. } | PathKind::Sidecar | PathKind::Foreign { .. } => {}
    }
    Ok(())
}

/// A footer that is proven, and its bytes.
pub(crate) struct Proven {
    pub(crate) footer: Footer,
    pub(crate) tail: Bytes,
}

pub(crate) enum LoadError {
    Store(StoreError),
    Footer(FooterError),
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reads and proves the footer of a file: its last stretch, a longer one where that does not reach, and the opening magic.
pub(crate) async fn load_footer<S: BlobStore>(
    store: &S,
    path: &str,
    size: u64,
) -> Result<Proven, LoadError> {
    let mut tail_bytes = Footer::TAIL_BYTES.min(size);
    loop {
        let tail = store.read(path, size - tail_bytes..size).await?;
        let head = if tail_bytes == size {
            tail.slice(..tail.len().min(4))
        } else {
            store.read(path, 0..4).await?
        };
        match Footer::parse(tail.clone(), size) {
            Err(FooterError::NeedMore { bytes }) if bytes > tail_bytes && bytes <= size => {
                tail_bytes = bytes;
            }
            Err(error) => return Err(LoadError::Footer(error)),
            Ok(footer) if check_magic(&head) => {
                let start = tail.len().saturating_sub(footer.byte_len());
                let tail = tail.slice(start..);
                return Ok(Proven { footer, tail });
            }
            Ok(_) => {
                return Err(LoadError::Footer(FooterError::Damaged {
                    reason: "its first bytes are not those of a Parquet file".into(),
                }));
            }
        }
    }
}

fn problem_kind(error: &FooterError) -> ProblemKind {
    match error {
        FooterError::Torn => ProblemKind::Torn,
        FooterError::Foreign { .. } => ProblemKind::Foreign,
        FooterError::NewerFormat { .. } => ProblemKind::Newer,
        _ => ProblemKind::Damaged,
    }
}
