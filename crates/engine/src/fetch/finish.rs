//! The end of a run: what the window holds now goes into the receipt, and its summary is written down.
//!
//! Invariant: the receipt says nothing is kept that is not there when it is written.

use crate::error::{EngineError, ErrorKind};
use crate::fetch::report::Receipt;
use crate::fetch::run::Run;
use crate::fetch::scheduler::missing_still;
use crate::read::summary::Summary;
use crate::read::window::{Opened, open, open_bypass};
use bytes::Bytes;
use std::rc::Rc;
use windrow_model::Coverage;
use windrow_model::event::RunEvent;
use windrow_source::{Clock, LogSource};
use windrow_store::{BlobStore, layout};

impl<S: BlobStore, L: LogSource, C: Clock> Run<'_, S, L, C> {
    /// Sums up what the window holds now.
    pub(crate) async fn conclude(&self, mut receipt: Receipt) -> Result<Receipt, EngineError> {
        let window = self.request.window;
        let opened = match &receipt.bypass_dir {
            None => open(Rc::clone(self.ports.store), &self.request.dataset, window).await?,
            Some(_) => {
                let run_id = &self.request.run_id;
                let store = Rc::clone(self.ports.store);
                open_bypass(store, &self.request.dataset, run_id, window).await?
            }
        };
        // What half a repair has left of a damaged part may be noticed only here. A receipt that tells of failures matters more.
        if let Some(problem) = opened.damaged().filter(|_| receipt.is_ok()) {
            return Err(self.damaged(problem));
        }
        self.take_back(&opened, &mut receipt);
        receipt.rows_processed = opened.proven_rows();
        receipt.segments_used = opened.segments().into_iter().map(|held| held.dir).collect();
        // A store that has just been found full is not written to again: the receipt matters more than the file.
        let is_full = receipt
            .failures
            .iter()
            .any(|failure| failure.kind == ErrorKind::FreeSpace);
        if self.request.summary && !is_full {
            let summary = opened.summary().await?;
            match self.write_summary(&summary, &receipt).await {
                Ok(path) => receipt.summary_output = Some(path),
                Err(reason) => receipt.summary_failed = Some(reason),
            }
            receipt.summary = Some(summary);
        }
        let totals = self.totals.borrow();
        receipt.batches_processed = totals.pages;
        receipt.requests = self.ports.source.requests() - self.requests_before;
        receipt.duplicates_dropped = totals.duplicates;
        receipt.outside_dropped = totals.outside;
        receipt.expected = totals.expected;
        receipt.waited_ms = totals.waited_ms(self.ports.clock.now_ms());
        receipt.quota_left = self.ports.source.quota().map(|quota| quota.left);
        receipt.events_received = totals.rows;
        receipt.rows_written = totals.rows_written;
        receipt.parts_written = totals.parts;
        receipt.bytes_written = totals.bytes_written;
        receipt.bytes_received = totals.bytes_received;
        receipt.duration_seconds =
            self.ports.clock.now_ms().abs_diff(self.started_ms) as f64 / 1000.0;
        Ok(receipt)
    }

    /// What was kept or found and is missing now was damaged or removed by somebody else, a person who cleared the site's data for one:
    /// the receipt says so, and does not count it.
    fn take_back(&self, opened: &Opened<S>, receipt: &mut Receipt) {
        let missing = &opened.plan().missing;
        let kept: Coverage = receipt.kept_ranges.iter().copied().collect();
        let found: Coverage = receipt.cache_cached_ranges.iter().copied().collect();
        let held = kept.union(&found);
        let gone = held.minus(&held.minus(missing));
        if gone.is_empty() {
            return;
        }
        receipt.kept_ranges = kept.minus(&gone).ranges().to_vec();
        let mut removed = gone.clone();
        for problem in opened.damaged_in(self.request.window) {
            let broken: Coverage = problem.range.into_iter().collect();
            let broken = removed.minus(&removed.minus(&broken));
            for range in broken.ranges() {
                missing_still(*range, &self.damaged(problem), receipt);
            }
            removed = removed.minus(&broken);
        }
        for range in removed.ranges() {
            missing_still(*range, &EngineError::Gone { range: *range }, receipt);
        }
        let mut totals = self.totals.borrow_mut();
        for part in std::mem::take(&mut totals.written) {
            if !gone.within(part.range).is_empty() {
                totals.parts -= 1;
                totals.rows_written -= part.rows;
                totals.bytes_written -= part.bytes;
            }
        }
    }

    /// Gives its path, or why it could not be written.
    async fn write_summary(&self, summary: &Summary, receipt: &Receipt) -> Result<String, String> {
        let dir = match &receipt.bypass_dir {
            Some(dir) => dir.clone(),
            None => layout::dataset_dir(&self.request.dataset),
        };
        let path = layout::summary_path(&dir, self.request.window);
        let written = match serde_json::to_vec_pretty(summary) {
            Ok(json) => self
                .ports
                .store
                .replace(&path, Bytes::from(json))
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match written {
            Ok(()) => {
                self.teller.tell(RunEvent::ParquetSummaryGenerated {
                    summary_output: Some(path.clone()),
                    row_count: summary.row_count,
                    timestamp_min: summary.timestamp_min,
                    timestamp_max: summary.timestamp_max,
                    columns: summary.columns.clone(),
                });
                Ok(path)
            }
            Err(reason) => {
                self.teller.tell(RunEvent::ParquetSummaryFailed {
                    path,
                    reason: reason.clone(),
                    remedy: "make room in the cache and make it writable, or run without a summary"
                        .into(),
                });
                Err(reason)
            }
        }
    }
}
