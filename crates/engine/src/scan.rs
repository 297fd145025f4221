//! Reads what a dataset's directory holds: every footer that proves something, and every file that does not.
//!
//! Takes a store and a dataset, gives a [`Held`]. Reads footers only, never rows.
//! Nothing found here is an error: a file that proves nothing is a [`Problem`], and the scan goes on.

use crate::error::EngineError;
use crate::held::{Held, HeldPart, Problem, ProblemKind};
use futures_util::StreamExt;
use futures_util::stream;
use std::collections::BTreeSet;
use std::rc::Rc;
use windrow_columnar::{Footer, FooterError, check_magic};
use windrow_model::{Dataset, TimeRange};
use windrow_store::layout::{self, Place};
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// How many files are read at once.
const READS_AT_ONCE: usize = 16;

/// Scans `dataset`; with a window, only the segments that reach into it are opened.
pub async fn scan<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    window: Option<TimeRange>,
) -> Result<Held, EngineError> {
    let directory = layout::dataset_dir(dataset);
    let listed = store.list(&directory).await?;
    Ok(examine(store, Some(dataset), &listed, window).await)
}

/// Reads the footers of listed files.
pub(crate) async fn examine<S: BlobStore>(
    store: &S,
    dataset: Option<&Dataset>,
    listed: &[BlobInfo],
    window: Option<TimeRange>,
) -> Held {
    let mut held = Held::default();
    let mut wanted = Vec::new();
    let mut segments = BTreeSet::new();
    for info in listed {
        let place = layout::classify(&info.path);
        match &place {
            Place::Part { segment, .. } => {
                segments.insert(*segment);
                if window.is_none_or(|window| segment.intersects(window)) {
                    wanted.push((info, place));
                }
            }
            Place::Edge { .. } | Place::Bypass { .. } => wanted.push((info, place)),
            Place::Sidecar => {}
            Place::Foreign { reason } => held.problems.push(Problem {
                path: info.path.clone(),
                kind: ProblemKind::Foreign,
                reason: reason.to_string(),
                range: None,
            }),
        }
    }
    held.segment_count = segments.len() as u64;

    let mut found = stream::iter(wanted)
        .map(|(info, place)| async move {
            (read_footer(store, info, &place, dataset).await, info, place)
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
                    Place::Part { segment, .. } => Some(segment),
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

/// The proven footer of one file; `None` if the file is gone.
async fn read_footer<S: BlobStore>(
    store: &S,
    info: &BlobInfo,
    place: &Place,
    dataset: Option<&Dataset>,
) -> Result<Option<Footer>, (ProblemKind, String)> {
    let footer = match load_footer(store, &info.path, info.size).await {
        Ok(footer) => footer,
        Err(LoadError::Store(StoreError::NotFound { .. })) => return Ok(None),
        Err(LoadError::Store(error)) => return Err((ProblemKind::Unreadable, error.to_string())),
        Err(LoadError::Footer(error)) => return Err((problem_kind(&error), error.to_string())),
    };
    let meta = footer.meta();
    let foreign = |reason: String| Err((ProblemKind::Foreign, reason));
    if let Some(dataset) = dataset
        && meta.dataset != *dataset
    {
        return foreign(format!(
            "it belongs to log `{}` of `{}`",
            meta.dataset.log_id().escape_debug(),
            meta.dataset.source().escape_debug()
        ));
    }
    match place {
        Place::Part {
            dataset_dir,
            segment,
            part,
        } => {
            if *dataset_dir != layout::dataset_dir(&meta.dataset) {
                return foreign("its directory is another dataset's".into());
            }
            if meta.segment != *segment || meta.part != *part {
                return foreign(format!(
                    "it was written as part {} of {}",
                    meta.part, meta.segment
                ));
            }
            let windrow_columnar::Holds::Claim(claim) = meta.holds else {
                return foreign("it claims nothing".into());
            };
            if !segment.contains(claim.range) {
                return foreign(format!("its claim {} lies outside", claim.range));
            }
        }
        Place::Edge { .. } => {
            if let windrow_columnar::Holds::Claim(claim) = meta.holds {
                return foreign(format!("it claims {} and is no part", claim.range));
            }
        }
        Place::Bypass { .. } | Place::Sidecar | Place::Foreign { .. } => {}
    }
    Ok(Some(footer))
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
) -> Result<Footer, LoadError> {
    let mut tail_bytes = Footer::TAIL_BYTES.min(size);
    loop {
        let tail = store.read(path, size - tail_bytes..size).await?;
        let head = if tail_bytes == size {
            tail.slice(..tail.len().min(4))
        } else {
            store.read(path, 0..4).await?
        };
        match Footer::parse(tail, size) {
            Err(FooterError::NeedMore { bytes }) if bytes > tail_bytes && bytes <= size => {
                tail_bytes = bytes;
            }
            Err(error) => return Err(LoadError::Footer(error)),
            Ok(footer) if check_magic(&head) => return Ok(footer),
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
