//! The end of a run: what the window holds now goes into the receipt, and its summary is written.
//!
//! Takes the window, opened after the run, and the receipt as the ranges have left it.
//! Invariant: the receipt says nothing is kept that is not there when it is written.

use crate::error::{EngineError, ErrorKind};
use crate::fetch::context::RunContext;
use crate::fetch::report::Receipt;
use crate::read::summary::Summary;
use crate::read::window::Opened;
use bytes::Bytes;
use windrow_model::Coverage;
use windrow_model::event::RunEvent;
use windrow_source::{Clock, LogSource};
use windrow_store::{BlobStore, layout};

/// Completes the receipt.
pub(crate) async fn finish<S: BlobStore, L: LogSource, C: Clock>(
    context: &RunContext<'_, S, L, C>,
    opened: &Opened<S>,
    mut receipt: Receipt,
) -> Result<Receipt, EngineError> {
    // What half a repair has left of a damaged part may be noticed only here. A receipt that names failures matters more.
    if let Some(problem) = opened.damaged().filter(|_| receipt.is_complete()) {
        return Err(context.damaged(problem));
    }
    record_gone(context, opened, &mut receipt);
    receipt.rows_processed = opened.proven_rows();
    receipt.segments_used = opened.segments().into_iter().map(|held| held.dir).collect();
    // A store that has just been found full is not written to again: the receipt matters more than the file.
    let is_full = receipt
        .failures
        .iter()
        .any(|failure| failure.kind == ErrorKind::FreeSpace);
    if context.request.summary && !is_full {
        let summary = opened.summary();
        match write_summary(context, &summary, &receipt).await {
            Ok(path) => receipt.summary_output = Some(path),
            Err(reason) => receipt.summary_failed = Some(reason),
        }
        receipt.summary = Some(summary);
    }
    let counters = context.counters.borrow();
    receipt.batches_processed = counters.pages;
    receipt.requests = context.requests();
    receipt.duplicates_dropped = counters.duplicates;
    receipt.outside_dropped = counters.outside;
    receipt.expected = counters.expected;
    receipt.waited_ms = counters.waited_ms(context.now_ms());
    receipt.quota_left = context.ports.source.quota().map(|quota| quota.left);
    receipt.events_received = counters.rows;
    receipt.rows_written = counters.rows_written;
    receipt.parts_written = counters.parts;
    receipt.bytes_written = counters.bytes_written;
    receipt.bytes_received = counters.bytes_received;
    receipt.duration_seconds = context.now_ms().abs_diff(context.started_ms) as f64 / 1000.0;
    Ok(receipt)
}

/// What was kept or found and is missing now was damaged or removed by somebody else, a person who cleared the site's data for one:
/// the receipt says so, and does not count it.
fn record_gone<S: BlobStore, L: LogSource, C: Clock>(
    context: &RunContext<'_, S, L, C>,
    opened: &Opened<S>,
    receipt: &mut Receipt,
) {
    let kept: Coverage = receipt.kept_ranges.iter().copied().collect();
    let found: Coverage = receipt.cache_cached_ranges.iter().copied().collect();
    let gone = kept.union(&found).intersection(&opened.plan().missing);
    if gone.is_empty() {
        return;
    }
    receipt.kept_ranges = kept.minus(&gone).into();
    let mut removed = gone.clone();
    for problem in opened.damaged_in(context.request.window) {
        let broken = problem.range.map(|range| removed.within(range));
        let broken = broken.unwrap_or_default();
        for range in broken.ranges() {
            receipt.record_failure(*range, &context.damaged(problem));
        }
        removed = removed.minus(&broken);
    }
    for range in removed.ranges() {
        receipt.record_failure(*range, &EngineError::Gone { range: *range });
    }
    context.counters.borrow_mut().forget(&gone);
}

/// Gives its path, or why it could not be written.
async fn write_summary<S: BlobStore, L: LogSource, C: Clock>(
    context: &RunContext<'_, S, L, C>,
    summary: &Summary,
    receipt: &Receipt,
) -> Result<String, String> {
    let dir = match &receipt.bypass_dir {
        Some(dir) => dir.clone(),
        None => layout::dataset_dir(&context.request.dataset),
    };
    let path = layout::summary_path(&dir, context.request.window);
    let written = match serde_json::to_vec_pretty(summary) {
        Ok(json) => {
            let replaced = context.store().replace(&path, Bytes::from(json)).await;
            replaced.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    if let Err(reason) = written {
        context.telemetry.emit(RunEvent::ParquetSummaryFailed {
            path,
            reason: reason.clone(),
            remedy: "make room in the cache and make it writable, or run without a summary".into(),
        });
        return Err(reason);
    }
    context.telemetry.emit(RunEvent::ParquetSummaryGenerated {
        summary_output: Some(path.clone()),
        row_count: summary.row_count,
        timestamp_min: summary.timestamp_min,
        timestamp_max: summary.timestamp_max,
        columns: summary.columns.clone(),
    });
    Ok(path)
}
