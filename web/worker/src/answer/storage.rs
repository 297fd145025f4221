//! The files behind the windows: listed, deleted, verified, read.

use super::failure::failed;
use super::{Answer, cancelled};
use crate::host::Task;
use windrow_engine::{
    DatasetInfo, EngineError, ProblemKind, SegmentInfo, Selection, bypass_runs,
    delete as engine_delete, list_datasets, segments as engine_segments, verify as engine_verify,
};
use windrow_protocol::{
    BypassRun, CachedDataset, DatasetFiles, Delete, Deleted, Deletion, FailKind, Failed,
    ListDatasets, ListSegments, Part, PartBytes, Problem, ReadPart, Segment, Verify,
    VerifyProgress, VerifyReport,
};
use windrow_store::BlobStore;

impl Answer for ListDatasets {
    async fn answer(self, task: &Task<Self>) -> Result<Vec<CachedDataset>, Failed> {
        let datasets = list_datasets(&*task.host.store).await.map_err(failed)?;
        Ok(datasets.into_iter().map(cached_dataset).collect())
    }
}

fn cached_dataset(info: DatasetInfo) -> CachedDataset {
    CachedDataset {
        dir: info.directory,
        dataset: info.dataset,
        ranges: info.coverage.into(),
        rows: info.rows,
        bytes: info.bytes,
        problems: info.problems,
    }
}

impl Answer for ListSegments {
    async fn answer(self, task: &Task<Self>) -> Result<DatasetFiles, Failed> {
        let dataset = &self.dataset;
        let segments = engine_segments(&*task.host.store, dataset)
            .await
            .map_err(failed)?;
        let runs = bypass_runs(&*task.host.store).await.map_err(failed)?;
        // A run that names no dataset is listed, and can be deleted, under every one.
        let is_of_dataset =
            |run: &windrow_engine::BypassRun| run.dataset.as_ref().is_none_or(|of| of == dataset);
        Ok(DatasetFiles {
            segments: segments.into_iter().map(segment).collect(),
            runs: runs
                .into_iter()
                .filter(is_of_dataset)
                .map(bypass_run)
                .collect(),
        })
    }
}

fn segment(segment: SegmentInfo) -> Segment {
    Segment {
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

fn bypass_run(run: windrow_engine::BypassRun) -> BypassRun {
    BypassRun {
        run_id: run.run_id,
        dir: run.dir,
        window: run.window,
        started_ms: run.started_ms,
        parts: run.parts,
        rows: run.rows,
        bytes: run.bytes,
    }
}

pub(super) fn problem(problem: windrow_engine::Problem) -> Problem {
    Problem {
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

impl Answer for Delete {
    async fn answer(self, task: &Task<Self>) -> Result<Deleted, Failed> {
        let selection = match self.selection {
            Deletion::All => Selection::All,
            Deletion::Segment(range) => Selection::Segment(range),
            Deletion::Part(path) => Selection::Part(path),
            Deletion::Run(run_id) => Selection::Bypass(run_id),
        };
        let deleted = engine_delete(&*task.host.store, &self.dataset, &selection)
            .await
            .map_err(failed)?;
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
        .await
        .map_err(failed)?;
        if report.cancelled {
            return Err(cancelled());
        }
        Ok(verify_report(report))
    }
}

fn verify_report(report: windrow_engine::VerifyReport) -> VerifyReport {
    VerifyReport {
        ok: report.ok,
        parts: report.parts_checked,
        rows: report.rows_checked,
        bytes: report.bytes_checked,
        problems: report.problems.into_iter().map(problem).collect(),
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

impl Answer for ReadPart {
    async fn answer(self, task: &Task<Self>) -> Result<PartBytes, Failed> {
        let path = &self.path;
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let listed = task
            .host
            .store
            .list(dir)
            .await
            .map_err(|error| failed(EngineError::Store(error)))?;
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
            .map_err(|error| failed(EngineError::Store(error)))?;
        Ok(PartBytes(bytes.to_vec()))
    }
}
