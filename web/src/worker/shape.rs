//! The engine's values as the page's: only what the page shows, in the form it shows it.

use crate::protocol::{
    BypassRun, Expected, FailKind, Failed, Failure, GapPrice, HeldDataset, Holding, Log, Looked,
    Part, Pause, Planned, Price, Problem, Progress, Receipt, Repair, Row, Segment, Stretch,
    Summary, Verified, View, ViewId,
};
use windrow_engine::{
    DatasetInfo, EngineError, ErrorKind, Opened, ProblemKind, Rows, SegmentInfo, StretchState,
    VerifyReport,
};
use windrow_model::{Decision, Plan, TimeRange};
use windrow_source::{LogInfo, Notice};
use windrow_store::{BlobStore, StoreError};

pub(super) fn failed(error: &EngineError) -> Failed {
    match error {
        EngineError::Store(StoreError::NotFound { path }) => {
            return Failed::new(
                format!("{path} was deleted in the meantime, by another tab or by the browser"),
                "What is left is shown; fetch the rest again",
                FailKind::Gone,
            );
        }
        EngineError::Store(StoreError::Locked { .. }) => {
            return Failed::new(
                "A fetch, here or in another tab or process, is writing to this log, so nothing was changed",
                "Wait until it is done or stop it, then do it again",
                FailKind::Retry,
            );
        }
        _ => {}
    }
    Failed {
        message: sentence(&error.to_string()),
        remedy: remedy(error.kind(), error.remedy()),
        kind: kind(error.kind()),
        damaged: match error {
            EngineError::Damaged { path, .. } => Some(path.clone()),
            _ => None,
        },
    }
}

/// The next step in words of the page; the engine's own where they are made for one error.
fn remedy(kind: ErrorKind, said: &str) -> String {
    let general = said == kind.remedy();
    match kind {
        ErrorKind::FreeSpace if general => {
            "Free space or delete something that is cached, then do it again".to_owned()
        }
        ErrorKind::ChangePlace if general => {
            "Allow this site to keep files, or use another browser or profile".to_owned()
        }
        ErrorKind::Repair if general => {
            "Fetch it again, delete it under Segments, or bypass the cache".to_owned()
        }
        ErrorKind::Repair => {
            "Delete each of these files under Segments, then fetch again".to_owned()
        }
        ErrorKind::Retry if general => "Do it again: what was finished is kept".to_owned(),
        _ => sentence(said),
    }
}

fn kind(kind: ErrorKind) -> FailKind {
    match kind {
        ErrorKind::Retry => FailKind::Retry,
        ErrorKind::ChangeRequest => FailKind::ChangeRequest,
        ErrorKind::SignIn => FailKind::SignIn,
        ErrorKind::FreeSpace => FailKind::FreeSpace,
        ErrorKind::ChangePlace => FailKind::ChangePlace,
        ErrorKind::Repair => FailKind::Repair,
        _ => FailKind::Report,
    }
}

/// Errors are written to stand in a line; on the page they stand alone. A path in front stays as it is.
fn sentence(text: &str) -> String {
    if text
        .split_whitespace()
        .next()
        .is_some_and(|word| word.contains('/'))
    {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

pub(super) fn log(log: LogInfo) -> Log {
    Log {
        id: log.id,
        name: log.name,
    }
}

pub(super) fn view<S: BlobStore>(id: ViewId, opened: &Opened<S>) -> View {
    View {
        id,
        rows: opened.row_count(),
        proven_rows: opened.proven_rows(),
        stretches: opened
            .stretches()
            .iter()
            .map(|stretch| Stretch {
                range: stretch.range,
                state: match stretch.state {
                    StretchState::Cached => Holding::Cached,
                    StretchState::Empty => Holding::Empty,
                    StretchState::Provisional => Holding::Provisional,
                    StretchState::Missing => Holding::Missing,
                    StretchState::Damaged => Holding::Damaged,
                },
                rows: stretch.rows,
                bytes: stretch.bytes,
                fetched_at_ms: stretch.fetched_at_ms,
            })
            .collect(),
    }
}

pub(super) fn looked(
    plan: Plan,
    view: Option<View>,
    refused: Option<Failed>,
    problems: Vec<windrow_engine::Problem>,
) -> Looked {
    Looked {
        plan: Planned {
            decision: plan.decision,
            cached: plan.cached.into(),
            missing: plan.missing.into(),
        },
        view,
        refused,
        problems: problems.into_iter().map(problem).collect(),
    }
}

/// Calls what a bypass run holds by its name: no range of it is cached, and nothing is known of what is missing.
pub(super) fn beside(mut looked: Looked) -> Looked {
    looked.plan.decision = Decision::Bypass;
    looked.plan.cached.clear();
    looked.plan.missing.clear();
    for stretch in looked.view.iter_mut().flat_map(|view| &mut view.stretches) {
        if matches!(stretch.state, Holding::Cached | Holding::Empty) {
            stretch.state = Holding::Beside;
        }
    }
    looked
}

pub(super) fn segment(segment: SegmentInfo) -> Segment {
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

pub(super) fn bypass_run(run: windrow_engine::BypassRun) -> BypassRun {
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

fn problem(problem: windrow_engine::Problem) -> Problem {
    Problem {
        path: problem.path,
        kind: match problem.kind {
            ProblemKind::Torn => "torn",
            ProblemKind::Damaged => "damaged",
            ProblemKind::Unreadable => "unreadable",
            ProblemKind::Foreign => "foreign",
            ProblemKind::Newer => "newer",
        }
        .to_owned(),
        reason: problem.reason,
        range: problem.range,
    }
}

pub(super) fn price(price: windrow_engine::Price) -> Price {
    Price {
        gaps: price
            .gaps
            .into_iter()
            .map(|gap| GapPrice {
                range: gap.range,
                events: gap.events,
                beyond_retention: gap.beyond_retention,
            })
            .collect(),
        events: price.events,
        pages: price.pages,
        requests: price.requests,
        provisional: price.provisional,
        stored_bytes: price.stored_bytes,
        is_measured: price.bytes_per_event.is_measured,
        quota_left: price.quota.map(|quota| quota.left),
        quota_resets_in_ms: price.quota.map(|quota| quota.resets_in_ms),
        limit_wait_ms: price.limit_wait_ms,
    }
}

pub(super) fn progress(progress: windrow_engine::Progress) -> Progress {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Progress {
        share: progress.share_permille(),
        gap: progress.gap,
        under_way: progress.under_way,
        ended: small(progress.ranges_ended),
        ranges: small(progress.ranges),
        kept_until_ms: progress.kept_until_ms,
        expected: progress.expected.map(expected),
        rows: progress.rows,
        pages: progress.pages,
        requests: progress.requests,
        bytes_received: progress.bytes_received,
        parts: progress.parts,
        pause: progress
            .notice
            .map(|notice| pause(notice, progress.waits_until_ms)),
    }
}

fn expected(expected: windrow_engine::Expected) -> Expected {
    Expected {
        events: expected.events,
        pages: expected.pages,
        requests: expected.requests,
        stored_bytes: expected.stored_bytes,
        limit_wait_ms: expected.limit_wait_ms,
    }
}

pub(super) fn pause(notice: Notice, until_ms: Option<i64>) -> Pause {
    let words = match notice {
        Notice::Running {
            percent: Some(percent),
        } => format!("The log API works on the query, {percent} % done"),
        Notice::Running { percent: None } => "The log API works on the query".to_owned(),
        // The rate limit makes the first try wait, too.
        Notice::Waiting {
            reason, attempt: 1, ..
        } => format!("Waiting: {reason}"),
        Notice::Waiting {
            reason, attempt, ..
        } => format!("Waiting before try {attempt}: {reason}"),
    };
    Pause { words, until_ms }
}

pub(super) fn receipt(
    receipt: &windrow_engine::Receipt,
    asked: TimeRange,
    run_id: String,
) -> Receipt {
    Receipt {
        ok: receipt.is_ok(),
        asked,
        decision: receipt.decision,
        rows: receipt.rows_processed,
        rows_written: receipt.rows_written,
        pages: receipt.batches_processed,
        requests: receipt.requests,
        parts: receipt.parts_written,
        bytes_written: receipt.bytes_written,
        bytes_received: receipt.bytes_received,
        expected: expected(receipt.expected),
        waited_ms: receipt.waited_ms,
        duplicates: receipt.duplicates_dropped,
        duration_ms: (receipt.duration_seconds * 1000.0).round() as u64,
        cancelled: receipt.cancelled,
        kept: receipt.kept_ranges.clone(),
        provisional: receipt.provisional_ranges.clone(),
        beyond_retention: receipt.beyond_retention_ranges.clone(),
        provisional_rows: receipt.summary.as_ref().map(|held| held.provisional_rows),
        failures: receipt
            .failures
            .iter()
            .map(|failure| Failure {
                range: failure.range,
                reason: failure.reason.clone(),
                remedy: remedy(failure.kind, &failure.remedy),
                kind: kind(failure.kind),
            })
            .collect(),
        repairs: receipt
            .repaired
            .iter()
            .map(|repair| Repair {
                path: repair.path.clone(),
                rows_before: repair.rows_before,
                rows_after: repair.rows_after,
                removed: repair.removed,
            })
            .collect(),
        bypass_run: receipt.bypass_dir.as_ref().map(|_| run_id),
        json: serde_json::to_string_pretty(receipt).unwrap_or_default(),
    }
}

pub(super) fn rows(rows: &Rows, cut: usize) -> Vec<Row> {
    (0..rows.events.len())
        .filter_map(|at| {
            let event = rows.events.get(at)?;
            Some(Row {
                ms: event.timestamp_ms,
                id: event
                    .sequence_number
                    .map(|number| number.to_string())
                    .or_else(|| event.event_id.map(str::to_owned)),
                message: first_chars(event.message, cut).to_owned(),
                message_bytes: event.message.len() as u64,
                labels: rows.events.labels.get(at).map(str::to_owned).collect(),
                extra: event.extra.map(|extra| first_chars(extra, cut).to_owned()),
                provisional: rows.provisional.get(at).copied().unwrap_or_default(),
            })
        })
        .collect()
}

fn first_chars(text: &str, most: usize) -> &str {
    text.char_indices()
        .nth(most)
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text)
}

pub(super) fn summary(summary: &windrow_engine::Summary) -> Summary {
    Summary {
        rows: summary.row_count,
        provisional_rows: summary.provisional_rows,
        columns: summary
            .columns
            .iter()
            .map(|column| {
                (
                    column.clone(),
                    summary.schema.get(column).cloned().unwrap_or_default(),
                    summary.null_counts.get(column).copied(),
                )
            })
            .collect(),
        first_ms: summary.timestamp_min,
        last_ms: summary.timestamp_max,
        parts: summary.part_count,
        bytes: summary.byte_count,
        complete: summary.complete,
        json: serde_json::to_string_pretty(summary).unwrap_or_default(),
    }
}

pub(super) fn dataset(info: DatasetInfo) -> HeldDataset {
    HeldDataset {
        directory: info.directory,
        dataset: info.dataset,
        ranges: info.coverage.into(),
        rows: info.rows,
        bytes: info.bytes,
        problems: info.problems,
    }
}

pub(super) fn verified(report: VerifyReport) -> Verified {
    Verified {
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

/// The name of an event, from its own JSON: `"event":"cache_hit"`.
pub(super) fn event_name(json: &str) -> String {
    json.split_once("\"event\":\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(name, _)| name.to_owned())
        .unwrap_or_default()
}
