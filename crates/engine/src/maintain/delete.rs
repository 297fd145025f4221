//! Deletes what is held: a part, a segment, the segments of a window, a bypass run, or a whole dataset with its bypass runs.
//!
//! Any order, any interruption: what is left is still consistent. Files that are not ours stay.

use crate::catalog::scan::{Footers, scan_files};
use crate::error::EngineError;
use crate::maintain::bypass::{self, bypass_runs};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use windrow_model::{Dataset, TimeRange};
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// What to delete of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Everything of ours, and what bypass runs have left of this dataset.
    All,
    /// The segment with exactly this range.
    Segment(TimeRange),
    /// Every segment and provisional file that reaches into this window.
    Window(TimeRange),
    /// One part or provisional file, by its path.
    Part(String),
    /// What a bypass run of this dataset has left, by its id.
    Bypass(String),
}

/// What was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The files, by path.
    pub paths: Vec<String>,
    /// Their bytes.
    pub bytes: u64,
}

/// Deletes under the dataset's lock. Nothing selected is no error: nothing is deleted.
pub async fn delete<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    selection: &Selection,
) -> Result<Deleted, EngineError> {
    let mut deleted = Deleted::default();
    delete_runs(store, dataset, selection, &mut deleted).await?;
    let directory = layout::dataset_dir(dataset);
    let index = layout::index_path(&directory);
    let is_derived = |path: &str| layout::is_summary(path) || path == index;
    let (wanted, left) = selected(store, dataset, &directory, selection).await?;
    // A delete that was killed before its end is finished by the next one.
    let is_left = *selection == Selection::All && left.iter().any(|info| is_derived(&info.path));
    if wanted.is_empty() && !is_left {
        return Ok(deleted);
    }
    let _lock = store.lock(&directory).await?;
    let (wanted, left) = selected(store, dataset, &directory, selection).await?;
    for info in wanted {
        store.remove(&info.path).await?;
        deleted.bytes += info.size;
        deleted.paths.push(info.path);
    }
    // Summaries of what is no longer there would mislead, and are written again when wanted.
    // The index stays while there is something left: it passes over what is gone, and its names are not taken again.
    let holds = |info: &BlobInfo| {
        matches!(
            layout::classify(&info.path),
            PathKind::Part { .. } | PathKind::Provisional { .. }
        )
    };
    let is_bare = !left.iter().any(holds);
    for info in left {
        if layout::is_summary(&info.path) || (is_bare && info.path == index) {
            store.remove(&info.path).await?;
        }
    }
    Ok(deleted)
}

/// Deletes the selected bypass runs. One of which nothing says whose it is can be deleted by its id; one that is still running stays.
async fn delete_runs<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    selection: &Selection,
    deleted: &mut Deleted,
) -> Result<(), EngineError> {
    if !matches!(selection, Selection::All | Selection::Bypass(_)) {
        return Ok(());
    }
    for run in bypass_runs(store).await? {
        let is_its = run.dataset.as_ref() == Some(dataset);
        let removed = match selection {
            Selection::Bypass(id) if *id == run.run_id && (is_its || run.dataset.is_none()) => {
                bypass::remove(store, &run.dir).await?
            }
            Selection::All if is_its => match bypass::remove(store, &run.dir).await {
                Err(StoreError::Locked { .. }) => Vec::new(),
                removed => removed?,
            },
            _ => Vec::new(),
        };
        for info in removed {
            deleted.bytes += info.size;
            deleted.paths.push(info.path);
        }
    }
    Ok(())
}

/// What a dataset holds: the selected files, and the others.
async fn selected<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    directory: &str,
    selection: &Selection,
) -> Result<(Vec<BlobInfo>, Vec<BlobInfo>), StoreError> {
    let listed = store.list(directory).await?;
    let provisional = match selection {
        Selection::Window(window) => provisional_in(store, dataset, &listed, *window).await,
        _ => HashSet::new(),
    };
    let is_selected = |info: &BlobInfo| match (layout::classify(&info.path), selection) {
        (PathKind::Foreign { .. } | PathKind::Sidecar | PathKind::Bypass { .. }, _) => false,
        (PathKind::Part { .. } | PathKind::Provisional { .. }, Selection::All) => true,
        (PathKind::Part { segment, .. }, Selection::Segment(range)) => segment == *range,
        (PathKind::Part { segment, .. }, Selection::Window(window)) => segment.intersects(*window),
        (PathKind::Provisional { .. }, Selection::Window(_)) => provisional.contains(&info.path),
        (PathKind::Provisional { .. }, Selection::Segment(_)) => false,
        (_, Selection::Part(path)) => info.path == *path,
        (_, Selection::Bypass(_)) => false,
    };
    Ok(listed.into_iter().partition(is_selected))
}

/// The provisional files that reach into a window: only their footers say which do. One that cannot say stays.
async fn provisional_in<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    listed: &[BlobInfo],
    window: TimeRange,
) -> HashSet<String> {
    let is_provisional =
        |info: &&BlobInfo| matches!(layout::classify(&info.path), PathKind::Provisional { .. });
    let files = listed.iter().filter(is_provisional).cloned().collect();
    let directory = layout::dataset_dir(dataset);
    let footers = Footers::FromFiles;
    let window = Some(window);
    let held = scan_files(store, Some(dataset), &directory, files, window, footers).await;
    held.provisional.into_iter().map(|file| file.path).collect()
}
