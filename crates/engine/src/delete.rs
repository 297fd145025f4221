//! Deletes what is held: a part, a segment, the segments of a window, or a whole dataset.
//!
//! Any order, any interruption: what is left still tells the truth. Files that are not ours stay.

use crate::error::EngineError;
use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, TimeRange};
use windrow_store::layout::{self, Place};
use windrow_store::{BlobInfo, BlobStore};

/// What to delete of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Everything of ours.
    All,
    /// The segment with exactly this range.
    Segment(TimeRange),
    /// Every segment that reaches into this window, and the provisional files.
    Window(TimeRange),
    /// One part or provisional file, by its path.
    Part(String),
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
    let directory = layout::dataset_dir(dataset);
    if selected(store, &directory, selection).await?.is_empty() {
        return Ok(Deleted::default());
    }
    let _lock = store.lock(&directory).await?;
    let mut deleted = Deleted::default();
    for info in selected(store, &directory, selection).await? {
        store.remove(&info.path).await?;
        deleted.bytes += info.size;
        deleted.paths.push(info.path);
    }
    // Summaries of what is no longer there would mislead, and are made anew when wanted.
    // The index stays while there is something left: it passes over what is gone, and its names are not taken again.
    let index = layout::index_path(&directory);
    for info in store.list(&directory).await? {
        if layout::is_summary(&info.path) || (*selection == Selection::All && info.path == index) {
            store.remove(&info.path).await?;
        }
    }
    Ok(deleted)
}

async fn selected<S: BlobStore>(
    store: &S,
    directory: &str,
    selection: &Selection,
) -> Result<Vec<BlobInfo>, EngineError> {
    let mut listed = store.list(directory).await?;
    listed.retain(|info| match (layout::classify(&info.path), selection) {
        (Place::Foreign { .. } | Place::Sidecar | Place::Bypass { .. }, _) => false,
        (Place::Part { .. } | Place::Edge { .. }, Selection::All) => true,
        (Place::Part { segment, .. }, Selection::Segment(range)) => segment == *range,
        (Place::Part { segment, .. }, Selection::Window(window)) => segment.intersects(*window),
        (Place::Edge { .. }, Selection::Window(_)) => true,
        (Place::Edge { .. }, Selection::Segment(_)) => false,
        (_, Selection::Part(path)) => info.path == *path,
    });
    Ok(listed)
}
