//! The files behind the windows: listed, deleted, verified, read.

use super::{Answer, cancelled};
use crate::protocol::{
    BypassRun, CachedDataset, DatasetFiles, Delete, Deleted, Deletion, FailKind, Failed,
    ListDatasets, ListSegments, Part, PartBytes, Problem, ReadPart, Segment, Verify,
    VerifyProgress, VerifyReport,
};
use crate::worker::host::Task;
use windrow_engine::{
    DatasetInfo, EngineError, ProblemKind, SegmentInfo, Selection, bypass_runs,
    delete as engine_delete, list_datasets, segments as engine_segments, verify as engine_verify,
};
use windrow_store::BlobStore;

impl Answer for ListDatasets {
    async fn answer(self, task: &Task<Self>) -> Result<Vec<CachedDataset>, Failed> {
        let datasets = list_datasets(&*task.host.store).await?;
        Ok(datasets.into_iter().map(Into::into).collect())
    }
}

impl From<DatasetInfo> for CachedDataset {
    fn from(info: DatasetInfo) -> Self {
        Self {
            dir: info.directory,
            dataset: info.dataset,
            ranges: info.coverage.into(),
            rows: info.rows,
            bytes: info.bytes,
            problems: info.problems,
        }
    }
}

impl Answer for ListSegments {
    async fn answer(self, task: &Task<Self>) -> Result<DatasetFiles, Failed> {
        let dataset = &self.dataset;
        let segments = engine_segments(&*task.host.store, dataset).await?;
        let runs = bypass_runs(&*task.host.store).await?;
        // A run that names no dataset is listed, and can be deleted, under every one.
        let is_of_dataset =
            |run: &windrow_engine::BypassRun| run.dataset.as_ref().is_none_or(|of| of == dataset);
        Ok(DatasetFiles {
            segments: segments.into_iter().map(Into::into).collect(),
            runs: runs
                .into_iter()
                .filter(is_of_dataset)
                .map(Into::into)
                .collect(),
        })
    }
}

impl From<SegmentInfo> for Segment {
    fn from(segment: SegmentInfo) -> Self {
        Self {
            dir: segment.dir,
            range: segment.range,
            parts: segment
                .parts
                .into_iter()
                .map(|part| Part {
                    path: part.path,
                    claim: part.claim,
                    generation: part.generation,
                    rows: part.rows,
                    bytes: part.bytes,
                    fetched_at_ms: part.fetched_at_ms,
                    owned: part.owned,
                    provisional: part.provisional,
                })
                .collect(),
        }
    }
}

impl From<windrow_engine::BypassRun> for BypassRun {
    fn from(run: windrow_engine::BypassRun) -> Self {
        Self {
            run_id: run.run_id,
            dir: run.dir,
            window: run.window,
            started_ms: run.started_ms,
            parts: run.parts,
            rows: run.rows,
            bytes: run.bytes,
        }
    }
}

impl From<windrow_engine::Problem> for Problem {
    fn from(problem: windrow_engine::Problem) -> Self {
        Self {
            path: problem.path,
            kind: match problem.kind {
                ProblemKind::Torn => "torn",
                ProblemKind::Damaged => "damaged",
                ProblemKind::Unreadable => "unreadable",
                ProblemKind::Inaccessible => "inaccessible",
                ProblemKind::Foreign => "foreign",
                ProblemKind::Newer => "newer",
            }
            .to_owned(),
            reason: problem.reason,
            range: problem.range,
        }
    }
}

impl Answer for Delete {
    async fn answer(self, task: &Task<Self>) -> Result<Deleted, Failed> {
        let selection = match self.selection {
            Deletion::All => Selection::All,
            Deletion::Segment(range) => Selection::Segment(range),
            Deletion::Part(path) => Selection::Part(path),
            Deletion::Run(run_id) => Selection::Bypass(run_id),
        };
        let deleted = engine_delete(&*task.host.store, &self.dataset, &selection).await?;
        Ok(Deleted {
            files: deleted.paths.len() as u64,
            bytes: deleted.bytes,
        })
    }
}

impl Answer for Verify {
    async fn answer(self, task: &Task<Self>) -> Result<VerifyReport, Failed> {
        let progress = |parts_read, parts| task.push(VerifyProgress { parts_read, parts });
        let report = engine_verify(
            &*task.host.store,
            &self.dataset,
            Some(self.window),
            &task.cancel,
            &progress,
        )
        .await?;
        if report.cancelled {
            return Err(cancelled());
        }
        Ok(report.into())
    }
}

impl From<windrow_engine::VerifyReport> for VerifyReport {
    fn from(report: windrow_engine::VerifyReport) -> Self {
        Self {
            ok: report.ok,
            parts: report.parts_checked,
            rows: report.rows_checked,
            bytes: report.bytes_checked,
            problems: report.problems.into_iter().map(Into::into).collect(),
            overlaps: report
                .overlaps
                .into_iter()
                .map(|overlap| {
                    format!(
                        "{} and {} both claim {}",
                        overlap.first, overlap.second, overlap.range
                    )
                })
                .collect(),
        }
    }
}

impl Answer for ReadPart {
    async fn answer(self, task: &Task<Self>) -> Result<PartBytes, Failed> {
        let path = &self.path;
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let listed = task
            .host
            .store
            .list(dir)
            .await
            .map_err(EngineError::Store)?;
        let Some(info) = listed.into_iter().find(|info| &info.path == path) else {
            return Err(Failed::new(
                format!("{path} is gone"),
                "Show the plan again",
                FailKind::Reopen,
            ));
        };
        let bytes = task
            .host
            .store
            .read(path, 0..info.size)
            .await
            .map_err(EngineError::Store)?;
        Ok(PartBytes(bytes.to_vec()))
    }
}
