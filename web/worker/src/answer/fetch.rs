//! Fetching a window: its progress, its events and its receipt.

use super::connection::{pause, source};
use super::failure::{fail_kind, failed, remedy};
use super::{Answer, cancelled};
use crate::clock::BrowserClock;
use crate::host::Task;
use std::cell::Cell;
use windrow_engine::{EngineError, IngestRequest, Mode, Observe, Ports, ingest};
use windrow_model::event::Event;
use windrow_model::settings::FlushSettings;
use windrow_protocol::browser::task;
use windrow_protocol::{
    EventLine, Expected, Failed, Failure, FetchPush, FetchWindow, Progress, Receipt, Repair,
    RunMode, Thresholds,
};
use windrow_store::{BlobStore, StoreError, layout};

/// Who writes, for the footers.
const PRODUCER: &str = concat!("windrow ", env!("CARGO_PKG_VERSION"));

/// Progress is pushed at most this often.
const PROGRESS_MS: i64 = 100;

/// Between two tries for a dataset that another writer holds.
const WAIT_AGAIN_MS: u64 = 200;

/// Pushes a run to the page: every event, and progress as often as an eye can follow.
struct PagePush<'a> {
    task: &'a Task<FetchWindow>,
    pushed_ms: Cell<i64>,
    has_price: Cell<bool>,
}

impl Observe for PagePush<'_> {
    fn event(&self, event: Event) {
        let json = serde_json::to_string(&event).unwrap_or_default();
        self.task.push(FetchPush::Event(EventLine {
            level: format!("{:?}", event.level).to_uppercase(),
            event: event_name(&json),
            ts: event.ts,
            json,
        }));
    }

    fn progress(&self, progress: windrow_engine::Progress) {
        let now_ms = task::now_ms();
        let is_due = now_ms - self.pushed_ms.get() >= PROGRESS_MS;
        let has_price = progress.expected.is_some();
        let is_news = has_price != self.has_price.replace(has_price);
        // What the source waits for and what the run will cost are always pushed: nothing may follow for minutes.
        if is_due || is_news || progress.notice.is_some() {
            self.pushed_ms.set(now_ms);
            self.task
                .push(FetchPush::Progress(self::progress(progress)));
        }
    }
}

fn flush_settings(at: Option<Thresholds>, promote_fields: bool) -> FlushSettings {
    let defaults = FlushSettings::default();
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    FlushSettings {
        rows: at.map_or(defaults.rows, |at| size(at.rows)),
        bytes: at.map_or(defaults.bytes, |at| size(at.bytes)),
        promote_fields,
        ..defaults
    }
}

impl Answer for FetchWindow {
    async fn answer(self, task: &Task<Self>) -> Result<Receipt, Failed> {
        let source = source(self.connection)?;
        let observer = PagePush {
            task,
            pushed_ms: Cell::new(0),
            has_price: Cell::new(false),
        };
        let request = IngestRequest {
            dataset: self.dataset,
            window: self.window,
            mode: match self.mode {
                RunMode::Normal => Mode::Normal,
                RunMode::Repair => Mode::Repair,
                RunMode::Bypass => Mode::Bypass,
            },
            flush: flush_settings(self.flush, self.promote_fields),
            run_id: self.run_id,
            producer: PRODUCER.to_owned(),
            summary: true,
        };
        loop {
            let ports = Ports {
                store: &task.host.store,
                source: &source,
                clock: &BrowserClock,
                observer: &observer,
            };
            match ingest(ports, &request, &task.cancel).await {
                Ok(ended) => return Ok(receipt(&ended, &request)),
                // Nothing was asked for yet. What the other tab keeps in the meantime need not be fetched here.
                Err(EngineError::Store(StoreError::Locked { path }))
                    if layout::is_dataset_dir(&path) =>
                {
                    wait_for_writer(task, &path).await?;
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// Waits until the other tab or process that writes below a dataset's `directory` is done, closed or dead.
async fn wait_for_writer(task: &Task<FetchWindow>, directory: &str) -> Result<(), Failed> {
    loop {
        task.push(FetchPush::Waiting);
        let locked = task.host.store.lock(directory);
        match task.cancel.run_until_cancelled(locked).await {
            Some(Ok(_free)) => return Ok(()),
            // Some stores say so at once.
            Some(Err(StoreError::Locked { .. })) => task::sleep_ms(WAIT_AGAIN_MS).await,
            Some(Err(error)) => return Err(failed(EngineError::Store(error))),
            None => return Err(cancelled()),
        }
    }
}

fn progress(progress: windrow_engine::Progress) -> Progress {
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

pub(super) fn expected(expected: windrow_engine::Expected) -> Expected {
    Expected {
        events: expected.events,
        pages: expected.pages,
        requests: expected.requests,
        stored_bytes: expected.stored_bytes,
        limit_wait_ms: expected.limit_wait_ms,
    }
}

fn receipt(receipt: &windrow_engine::Receipt, request: &IngestRequest) -> Receipt {
    Receipt {
        complete: receipt.is_complete(),
        window: request.window,
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
                kind: fail_kind(failure.kind),
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
        bypass_run: receipt.bypass_dir.as_ref().map(|_| request.run_id.clone()),
        json: serde_json::to_string_pretty(receipt).unwrap_or_default(),
    }
}

/// The name of an event, from its own JSON: `"event":"cache_hit"`.
fn event_name(json: &str) -> String {
    json.split_once("\"event\":\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(name, _)| name.to_owned())
        .unwrap_or_default()
}
