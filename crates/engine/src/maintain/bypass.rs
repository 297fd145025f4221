//! What bypass runs leave behind: recorded when they begin, listed, deleted, and removed when they are old.
//!
//! A bypass run fetches a whole window into `_bypass/<run>`, under the lock of that directory; no scan looks there.
//! Its rows can be read until it is deleted, or until a later bypass run removes it.
//! Invariant: what is locked, and so still being written, is never removed.
//! Memory: the footers of one run.
//! Failure: what cannot be removed now stays for the next time.

use crate::catalog::index::below;
use crate::catalog::scan::{Footers, scan_files};
use crate::error::EngineError;
use crate::telemetry::Telemetry;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::rc::Rc;
use windrow_model::{Dataset, TimeRange};
use windrow_store::layout::{self, PathKind};
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// A run is kept so long: its rows were wanted once, and beside the cache.
const KEPT_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// What a bypass run has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BypassRun {
    /// The run.
    pub run_id: String,
    /// Its directory below the cache root.
    pub dir: String,
    /// What it fetched, where anything says so.
    pub dataset: Option<Dataset>,
    /// The window it was asked for.
    pub window: Option<TimeRange>,
    /// When it began, epoch milliseconds.
    pub started_ms: Option<i64>,
    /// Whole parts and provisional files.
    pub parts: u64,
    /// Rows in them.
    pub rows: u64,
    /// Bytes of all its files.
    pub bytes: u64,
}

/// What a run records of itself before it fetches.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    dataset: Dataset,
    window: TimeRange,
    started_ms: i64,
}

/// Records what a run is, so that it can be listed even if it is killed before anything of it is whole.
pub(crate) async fn begin<S: BlobStore>(
    store: &S,
    dir: &str,
    dataset: &Dataset,
    window: TimeRange,
    started_ms: i64,
) -> Result<(), EngineError> {
    let note = Note {
        dataset: dataset.clone(),
        window,
        started_ms,
    };
    // A dataset and numbers always have a JSON form.
    let json = serde_json::to_vec(&note).unwrap_or_default();
    Ok(store
        .replace(&layout::bypass_note_path(dir), Bytes::from(json))
        .await?)
}

/// Every bypass run of which something is left, the oldest first.
pub async fn bypass_runs<S: BlobStore>(store: &S) -> Result<Vec<BypassRun>, EngineError> {
    let mut by_dir: BTreeMap<String, Vec<BlobInfo>> = BTreeMap::new();
    for info in store.list(layout::BYPASS).await? {
        if let Some(run_id) = layout::bypass_run(&info.path) {
            let dir = layout::bypass_dir(run_id);
            by_dir.entry(dir).or_default().push(info);
        }
    }
    let mut runs = Vec::with_capacity(by_dir.len());
    for (dir, listed) in by_dir {
        runs.push(describe(store, dir, listed.into()).await);
    }
    runs.sort_by(|one, other| {
        (one.started_ms, &one.run_id).cmp(&(other.started_ms, &other.run_id))
    });
    Ok(runs)
}

async fn describe<S: BlobStore>(store: &S, dir: String, listed: Rc<[BlobInfo]>) -> BypassRun {
    let (files, footers) = (Rc::clone(&listed), Footers::FromFiles);
    let held = scan_files(store, None, &dir, files, None, footers).await;
    let files = || held.parts.iter().chain(&held.provisional);
    let first = files().next().map(|part| part.footer.meta());
    let note = read_note(store, &dir, &listed).await;
    BypassRun {
        run_id: layout::bypass_run(&dir).unwrap_or_default().to_owned(),
        // A footer is proven, the note is not.
        dataset: first
            .map(|meta| meta.dataset.clone())
            .or_else(|| note.as_ref().map(|note| note.dataset.clone())),
        window: first
            .map(|meta| meta.segment)
            .or_else(|| note.as_ref().map(|note| note.window)),
        started_ms: note
            .map(|note| note.started_ms)
            .or_else(|| first.map(|meta| meta.fetched_at_ms)),
        parts: files().count() as u64,
        rows: files().map(|part| part.footer.row_count()).sum(),
        bytes: listed.iter().map(|info| info.size).sum(),
        dir,
    }
}

async fn read_note<S: BlobStore>(store: &S, dir: &str, listed: &[BlobInfo]) -> Option<Note> {
    const MAX_BYTES: u64 = 1 << 20;
    let path = layout::bypass_note_path(dir);
    let info = listed.iter().find(|info| info.path == path)?;
    let json = store.read(&path, 0..info.size.min(MAX_BYTES)).await.ok()?;
    serde_json::from_slice(&json).ok()
}

/// Removes all of a run, under its lock. Gives what was removed; nothing of a run that has left nothing.
pub(crate) async fn remove<S: BlobStore>(
    store: &S,
    dir: &str,
) -> Result<Vec<BlobInfo>, StoreError> {
    let listed = store.list(dir).await?;
    if !listed.iter().any(|info| is_ours(dir, &info.path)) {
        return Ok(Vec::new());
    }
    let _lock = store.lock(dir).await?;
    remove_locked(store, dir).await
}

/// The same by who holds its lock. The note goes last: what is left of a removal that was stopped is still listed.
pub(crate) async fn remove_locked<S: BlobStore>(
    store: &S,
    dir: &str,
) -> Result<Vec<BlobInfo>, StoreError> {
    let note = layout::bypass_note_path(dir);
    let mut listed = store.list(dir).await?;
    listed.retain(|info| is_ours(dir, &info.path));
    listed.sort_by_key(|info| info.path == note);
    for info in &listed {
        store.remove(&info.path).await?;
    }
    Ok(listed)
}

/// Whether a file lies in a run's directory itself and has a name of ours.
fn is_ours(dir: &str, path: &str) -> bool {
    let name = below(path, dir);
    match layout::classify(path) {
        PathKind::Bypass { .. } | PathKind::Provisional { .. } => true,
        _ => name.is_some_and(|name| name.starts_with('_') && !name.contains('/')),
    }
}

/// Removes runs that are old, and those that were killed before anything of them was whole.
pub(crate) async fn remove_old<S: BlobStore>(store: &S, now_ms: i64, telemetry: &Telemetry<'_>) {
    let runs = match bypass_runs(store).await {
        Ok(runs) => runs,
        Err(error) => return telemetry.write_failed(layout::BYPASS, &error),
    };
    for run in runs {
        let is_old = run
            .started_ms
            .is_some_and(|then_ms| then_ms < now_ms && now_ms.abs_diff(then_ms) > KEPT_MS);
        if !is_old && run.parts > 0 {
            continue;
        }
        match remove(store, &run.dir).await {
            // It is still running.
            Ok(_) | Err(StoreError::Locked { .. }) => {}
            Err(error) => telemetry.write_failed(&run.dir, &error.into()),
        }
    }
}
