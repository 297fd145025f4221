//! Turns buffered rows into parts, one claim each.
//!
//! Takes rows that are validated, gives finished parts.
//! Invariant: a part claims only what is proven to have been received: up to the newest timestamp, which itself is held back.
//! Memory: the buffer given in, one encoded row group, and the deferred rows, which the caller writes before they are many.
//!
//! Where an event was too large, its millisecond is excluded: one part ends before it, the next begins after it.
//! The other rows of that millisecond are deferred: the caller writes them as provisional rows.
//!
//! A burst, more rows in one millisecond than the threshold, becomes further row groups of one part that stays open until the millisecond is over.
//! So does what replaces a sound part, until the segment is over: it appears at once, and only if no row is lost by it.

use crate::error::EngineError;
use crate::write::part::{OpenPart, PartFiles, Target, Written};
use std::collections::BTreeSet;
use windrow_model::event::RunEvent;
use windrow_model::{EventBatch, TimeRange};
use windrow_store::BlobStore;

/// Writes the rows of one range, buffer by buffer.
pub(crate) struct Writer<'a, S: BlobStore> {
    files: PartFiles<'a, S>,
    /// Everything of the slice before this millisecond is in finished parts.
    kept_until_ms: i64,
    burst: Option<Burst<S::Writer>>,
    /// Milliseconds that no part may claim.
    excluded: BTreeSet<i64>,
    /// Rows of such milliseconds, each with its own.
    deferred: Vec<(i64, EventBatch)>,
    deferred_bytes: usize,
    written: Vec<Written>,
    bytes_written: u64,
    withheld: Option<u64>,
}

/// A part that stays open while one millisecond lasts, or to the end of its segment.
struct Burst<W> {
    ms: i64,
    part: OpenPart<W>,
}

impl<'a, S: BlobStore> Writer<'a, S> {
    pub(crate) fn new(files: PartFiles<'a, S>) -> Self {
        Self {
            kept_until_ms: files.slice.start_ms(),
            files,
            burst: None,
            excluded: BTreeSet::new(),
            deferred: Vec::new(),
            deferred_bytes: 0,
            written: Vec::new(),
            bytes_written: 0,
            withheld: None,
        }
    }

    /// Rows of the sound part that is to be replaced.
    fn at_least(&self) -> Option<u64> {
        match self.files.target {
            Target::Segment { at_least, .. } => at_least,
            Target::Provisional { .. } => None,
        }
    }

    /// Whether its files claim what they hold.
    pub(crate) fn claims(&self) -> bool {
        matches!(self.files.target, Target::Segment { .. })
    }

    pub(crate) fn kept_until_ms(&self) -> i64 {
        self.kept_until_ms
    }

    /// The finished files.
    pub(crate) fn written(&self) -> &[Written] {
        &self.written
    }

    /// Their bytes.
    pub(crate) fn bytes_written(&self) -> u64 {
        self.bytes_written
    }

    pub(crate) fn take_written(&mut self) -> Vec<Written> {
        std::mem::take(&mut self.written)
    }

    /// Rows that came for a sound part and are not to replace it.
    pub(crate) fn withheld(&self) -> Option<u64> {
        self.withheld
    }

    /// Rows of milliseconds that no part may claim, each with its own.
    pub(crate) fn take_deferred(&mut self) -> Vec<(i64, EventBatch)> {
        self.deferred_bytes = 0;
        std::mem::take(&mut self.deferred)
    }

    pub(crate) fn deferred_bytes(&self) -> usize {
        self.deferred_bytes
    }

    /// Counts a page towards the provenance of the next part.
    pub(crate) fn count_page(&mut self, requests: u64) {
        self.files.count_page(requests);
    }

    /// An event of this millisecond was not received whole: nothing will claim it.
    pub(crate) fn exclude(&mut self, ms: i64) {
        if self.claims() {
            self.excluded.insert(ms);
        }
    }

    /// Writes what is proven once the buffer is over its threshold. `batch` is in order of time.
    pub(crate) async fn offer(&mut self, batch: &mut EventBatch) -> Result<(), EngineError> {
        loop {
            if let Some(ms) = self.burst.as_ref().map(|burst| burst.ms)
                && batch.timestamps.last().is_some_and(|newest| *newest > ms)
            {
                self.end_burst(batch, ms).await?;
            }
            if !self.is_over(batch) {
                return Ok(());
            }
            let Some(newest_ms) = batch.timestamps.last().copied() else {
                return Ok(());
            };
            let held_back = batch.timestamps.partition_point(|ms| *ms < newest_ms);
            let is_whole = self.at_least().is_some();
            let lasts_ms = if is_whole {
                self.files.slice.end_ms()
            } else {
                newest_ms
            };
            if held_back > 0 {
                let front = batch.split_front(held_back);
                let capacity = front.capacity();
                if is_whole {
                    self.extend_burst(front, lasts_ms).await?;
                } else {
                    self.write_part(front, newest_ms).await?;
                }
                // The next buffer takes the room that this one has left: memory does not creep.
                batch.reserve(capacity);
            } else {
                let rows = std::mem::take(batch);
                self.extend_burst(rows, lasts_ms).await?;
            }
        }
    }

    /// The slice was received to its end: writes the rest and claims to the end.
    pub(crate) async fn finish(&mut self, batch: &mut EventBatch) -> Result<(), EngineError> {
        let rows = std::mem::take(batch);
        let end_ms = self.files.slice.end_ms();
        if let Some(at_least) = self.at_least() {
            let open = self.burst.as_ref().map_or(0, |burst| burst.part.rows());
            let came = open + rows.len() as u64;
            let is_all =
                self.files.slice == self.files.provenance.segment && self.excluded.is_empty();
            if !is_all || came < at_least {
                self.abandon_burst().await;
                self.withheld = Some(came);
                return Ok(());
            }
        }
        if self.burst.is_some() {
            self.close_burst(rows, end_ms).await
        } else {
            self.write_part(rows, end_ms).await
        }
    }

    /// The slice was not received to its end: writes what is proven, everything before `received_until_ms`. Of what is to replace a sound part, nothing.
    pub(crate) async fn stop(
        &mut self,
        batch: &mut EventBatch,
        received_until_ms: i64,
    ) -> Result<(), EngineError> {
        self.abandon_burst().await;
        if self.at_least().is_some() {
            return Ok(());
        }
        let until_ms = received_until_ms.min(self.files.slice.end_ms());
        let proven = batch.timestamps.partition_point(|ms| *ms < until_ms);
        let front = batch.split_front(proven);
        self.write_part(front, until_ms).await
    }

    /// What was received cannot be trusted: removes every file written here.
    pub(crate) async fn discard(&mut self) -> Result<(), EngineError> {
        self.abandon_burst().await;
        let mut paths = Vec::new();
        let mut reason = String::new();
        let store = self.files.store;
        for written in std::mem::take(&mut self.written) {
            // One more try, and one that stays does not keep the others: what stays here claims what it should not.
            if store.remove(&written.path).await.is_err()
                && let Err(error) = store.remove(&written.path).await
            {
                reason = error.to_string();
                paths.push(written.path);
            }
        }
        if paths.is_empty() {
            return Ok(());
        }
        Err(EngineError::Unproven { paths, reason })
    }

    async fn abandon_burst(&mut self) {
        if let Some(burst) = self.burst.take() {
            burst.part.abandon().await;
        }
    }

    fn is_over(&self, batch: &EventBatch) -> bool {
        !batch.is_empty()
            && (batch.len() >= self.files.settings.rows
                || batch.byte_size() >= self.files.settings.bytes)
    }

    /// Parts that claim up to `end_ms`: one, or one more for each excluded millisecond.
    async fn write_part(&mut self, mut batch: EventBatch, end_ms: i64) -> Result<(), EngineError> {
        while let Some(ms) = self.excluded.first().copied().filter(|ms| *ms < end_ms) {
            if !batch.timestamps.is_sorted() {
                batch.sort();
            }
            let before = batch.timestamps.partition_point(|held| *held < ms);
            let front = batch.split_front(before);
            self.write_one(front, ms).await?;
            let at = batch.timestamps.partition_point(|held| *held <= ms);
            let rows = batch.split_front(at);
            if !rows.is_empty() {
                self.deferred_bytes += rows.byte_size();
                self.deferred.push((ms, rows));
            }
            self.excluded.remove(&ms);
            self.kept_until_ms = self.kept_until_ms.max(ms + 1);
        }
        self.write_one(batch, end_ms).await
    }

    /// One part with one row group (none for no rows), claiming up to `end_ms`. Nothing where that is nothing.
    async fn write_one(&mut self, batch: EventBatch, end_ms: i64) -> Result<(), EngineError> {
        let Ok(range) = TimeRange::new(self.kept_until_ms, end_ms) else {
            return Ok(());
        };
        let part = self.files.open().await?;
        let (started, completed) = self.flush_events(&part, &batch);
        self.files.telemetry.emit(started);
        let part = self.files.append(part, batch).await?;
        self.close(part, range).await?;
        self.files.telemetry.emit(completed);
        Ok(())
    }

    async fn extend_burst(&mut self, rows: EventBatch, ms: i64) -> Result<(), EngineError> {
        let claims_by_parts = self.at_least().is_none();
        if self.burst.is_none() && claims_by_parts && self.excludes_before(ms) {
            // Else its claim would begin before the excluded millisecond.
            self.write_part(EventBatch::new(), ms).await?;
        }
        let part = match self.burst.take() {
            Some(burst) => burst.part,
            None => self.files.open().await?,
        };
        let (started, completed) = self.flush_events(&part, &rows);
        self.files.telemetry.emit(started);
        let part = self.files.append(part, rows).await?;
        self.files.telemetry.emit(completed);
        self.burst = Some(Burst { ms, part });
        Ok(())
    }

    /// The burst's millisecond is over: what is left of it becomes the last row group.
    async fn end_burst(&mut self, batch: &mut EventBatch, ms: i64) -> Result<(), EngineError> {
        let last = batch.timestamps.partition_point(|held| *held <= ms);
        let rows = batch.split_front(last);
        self.close_burst(rows, ms + 1).await
    }

    async fn close_burst(&mut self, rows: EventBatch, end_ms: i64) -> Result<(), EngineError> {
        let Some(burst) = self.burst.take() else {
            return Ok(());
        };
        if self.excluded.contains(&burst.ms) {
            // What is written of it would be claimed with its file.
            burst.part.abandon().await;
            return self.write_part(rows, end_ms).await;
        }
        let is_cut = self.excludes_before(end_ms);
        let until_ms = if is_cut { burst.ms + 1 } else { end_ms };
        let Ok(range) = TimeRange::new(self.kept_until_ms, until_ms) else {
            return Ok(());
        };
        let part = self.files.append(burst.part, rows).await?;
        self.close(part, range).await?;
        if is_cut {
            self.write_part(EventBatch::new(), end_ms).await?;
        }
        Ok(())
    }

    fn excludes_before(&self, ms: i64) -> bool {
        self.excluded.first().is_some_and(|excluded| *excluded < ms)
    }

    async fn close(
        &mut self,
        part: OpenPart<S::Writer>,
        range: TimeRange,
    ) -> Result<(), EngineError> {
        let written = self.files.close(part, range).await?;
        self.kept_until_ms = range.end_ms();
        self.bytes_written += written.bytes;
        self.written.push(written);
        Ok(())
    }

    /// What is reported before and after a batch is written.
    fn flush_events(&self, part: &OpenPart<S::Writer>, batch: &EventBatch) -> (RunEvent, RunEvent) {
        let segment_dir = self.files.target.dir().to_owned();
        let part_index = part.index;
        let rows_buffered = batch.len() as u64;
        let bytes_buffered = batch.byte_size() as u64;
        let started = RunEvent::FlushStart {
            segment_dir: segment_dir.clone(),
            part_index,
            rows_buffered,
            bytes_buffered,
        };
        let completed = RunEvent::FlushComplete {
            segment_dir,
            part_index,
            rows_buffered,
            bytes_buffered,
        };
        (started, completed)
    }
}
