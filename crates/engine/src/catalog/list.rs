//! What the cache holds, by dataset and by segment.

use crate::catalog::scan::{Footers, scan, scan_files};
use crate::catalog::scan_result::{Held, HeldPart};
use crate::error::EngineError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use windrow_model::claim::ownership;
use windrow_model::{Coverage, Dataset, TimeRange};
use windrow_store::{BlobInfo, BlobStore, layout};

/// A segment: one fetch of one missing range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentInfo {
    /// Its directory below the cache root.
    pub dir: String,
    /// What it was meant to hold.
    pub range: TimeRange,
    /// Its parts, in order.
    pub parts: Vec<PartInfo>,
}

/// A part or a provisional file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartInfo {
    /// Its path below the cache root.
    pub path: String,
    /// Its number.
    pub index: u32,
    /// What it claims, or holds where it is provisional.
    pub claim: TimeRange,
    /// 0, or more for a repair.
    pub generation: u32,
    /// Rows in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// When it was fetched, epoch milliseconds.
    pub fetched_at_ms: i64,
    /// Whether it owns at least one millisecond; one that a repair has replaced wholly does not.
    pub owned: bool,
    /// Whether it claims nothing.
    pub provisional: bool,
}

/// A dataset as its directory describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// Its directory below the cache root.
    pub directory: String,
    /// What it is, where at least one part says so.
    pub dataset: Option<Dataset>,
    /// What is proven.
    pub coverage: Coverage,
    /// Rows in its parts.
    pub rows: u64,
    /// Bytes of its parts.
    pub bytes: u64,
    /// Its parts.
    pub parts: u64,
    /// Files that prove nothing.
    pub problems: u64,
}

/// Every segment of a dataset, in order.
pub async fn segments<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
) -> Result<Vec<SegmentInfo>, EngineError> {
    Ok(segments_of(&scan(store, dataset, None).await?))
}

pub(crate) fn segments_of(held: &Held) -> Vec<SegmentInfo> {
    let mut owning = vec![false; held.parts.len()];
    for owned in ownership(&held.claims()).owned {
        if let Some(owns) = owning.get_mut(owned.owner) {
            *owns = true;
        }
    }
    let mut by_dir: BTreeMap<(TimeRange, String), Vec<PartInfo>> = BTreeMap::new();
    let provisional = held.provisional.iter().map(|file| (file, true));
    for (part, owned) in held.parts.iter().zip(owning).chain(provisional) {
        let dir = part
            .path
            .rsplit_once('/')
            .map_or("", |(dir, _)| dir)
            .to_owned();
        by_dir
            .entry((part.footer.meta().segment, dir))
            .or_default()
            .push(info(part, owned));
    }
    by_dir
        .into_iter()
        .map(|((range, dir), mut parts)| {
            parts.sort_by_key(|part| (part.claim, part.index));
            SegmentInfo { dir, range, parts }
        })
        .collect()
}

fn info(part: &HeldPart, owned: bool) -> PartInfo {
    let meta = part.footer.meta();
    PartInfo {
        path: part.path.clone(),
        index: meta.part,
        claim: part.range(),
        generation: part.claim().map_or(0, |claim| claim.generation),
        rows: part.footer.row_count(),
        bytes: part.footer.file_size(),
        fetched_at_ms: meta.fetched_at_ms,
        owned,
        provisional: part.claim().is_none(),
    }
}

/// Every dataset in the cache, by directory.
pub async fn list_datasets<S: BlobStore>(store: &S) -> Result<Vec<DatasetInfo>, EngineError> {
    let mut by_dir: BTreeMap<String, Vec<BlobInfo>> = BTreeMap::new();
    for info in store.list(layout::LOGS).await? {
        let mut steps = info.path.splitn(3, '/');
        if let (Some(logs), Some(name), Some(_)) = (steps.next(), steps.next(), steps.next()) {
            by_dir
                .entry(format!("{logs}/{name}"))
                .or_default()
                .push(info);
        }
    }
    let mut datasets = Vec::with_capacity(by_dir.len());
    for (directory, listed) in by_dir {
        let held = scan_files(
            store,
            None,
            &directory,
            listed.into(),
            None,
            Footers::Indexed,
        )
        .await;
        let files = || held.parts.iter().chain(&held.provisional);
        let info = DatasetInfo {
            dataset: files()
                .next()
                .map(|part| part.footer.meta().dataset.clone()),
            coverage: held.coverage(),
            rows: files().map(|part| part.footer.row_count()).sum(),
            bytes: files().map(|part| part.footer.file_size()).sum(),
            parts: held.parts.len() as u64,
            problems: held.problems.len() as u64,
            directory,
        };
        let only_sidecars = info.dataset.is_none() && info.problems == 0;
        if !only_sidecars {
            datasets.push(info);
        }
    }
    Ok(datasets)
}
