//! Turns buffered rows into parts, one claim each.
//!
//! Takes the rows of an [`Intake`](crate::fetch::validate::Intake), gives finished parts.
//! Invariant: a part claims only what is proven to have been received: up to the newest timestamp, which itself is held back.
//! Memory: the buffer given in, one encoded row group, and the rows that are set aside, which whoever writes them down keeps few.
//!
//! Where an event could not be taken in, its millisecond is left out: one part ends before it, the next begins after it.
//! The other rows of that millisecond are set aside, to be shown without a claim.
//!
//! A burst, more rows in one millisecond than the threshold, becomes further row groups of one part that stays open until the millisecond is over.
//! So does what replaces a sound part, until the segment is over: it appears at once, and only if no row is lost by it.

use crate::catalog::index::TakenNames;
use crate::error::EngineError;
use crate::telemetry::Teller;
use crate::write::part::OpenPart;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use windrow_model::settings::FlushSettings;
use windrow_model::{Dataset, EventBatch, TimeRange};
use windrow_store::BlobStore;

/// Where parts go and what they hold.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Parts of a segment, which claim.
    Segment {
        dir: String,
        generation: u32,
        taken: TakenNames,
        /// Rows of the sound part that is fetched again: what replaces it is one part, which claims all of the segment and holds no fewer, or nothing.
        at_least: Option<u64>,
    },
    /// Files beside the segments, which only show.
    Provisional {
        dataset_dir: String,
        /// The number of the run's next such file: ranges that are fetched at once never want the same name.
        next: Rc<Cell<u32>>,
    },
}

/// A finished file.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) path: String,
    pub(crate) range: TimeRange,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

/// What goes into the footers besides the rows.
#[derive(Clone, Debug)]
pub(crate) struct Provenance {
    pub(crate) dataset: Dataset,
    pub(crate) segment: TimeRange,
    pub(crate) run_id: String,
    pub(crate) producer: String,
    pub(crate) started_ms: i64,
}

pub(crate) struct Writer<'a, S: BlobStore> {
    pub(super) store: &'a S,
    pub(super) teller: &'a Teller<'a>,
    pub(super) target: Target,
    pub(super) provenance: Provenance,
    /// With thresholds that are this buffer's share.
    pub(super) flush: FlushSettings,
    pub(super) next_part: u32,
    /// Everything of the slice before this millisecond is in finished parts.
    pub(super) kept_until_ms: i64,
    pub(super) slice: TimeRange,
    pub(super) burst: Option<Burst<S::Writer>>,
    /// Milliseconds that no part may claim.
    pub(super) holes: BTreeSet<i64>,
    /// Rows of such milliseconds, each with its own.
    pub(crate) aside: Vec<(i64, EventBatch)>,
    pub(super) pages: u64,
    pub(super) requests: u64,
    pub(crate) written: Vec<Written>,
    /// Rows that came for a sound part and are not to replace it.
    pub(crate) withheld: Option<u64>,
}

/// A part that stays open while one millisecond lasts, or to the end of its segment.
pub(super) struct Burst<W> {
    ms: i64,
    part: OpenPart<W>,
}

impl<'a, S: BlobStore> Writer<'a, S> {
    pub(crate) fn new(
        store: &'a S,
        teller: &'a Teller<'a>,
        target: Target,
        provenance: Provenance,
        flush: FlushSettings,
        slice: TimeRange,
    ) -> Self {
        Self {
            store,
            teller,
            target,
            provenance,
            flush,
            next_part: 0,
            kept_until_ms: slice.start_ms(),
            slice,
            burst: None,
            holes: BTreeSet::new(),
            aside: Vec::new(),
            pages: 0,
            requests: 0,
            written: Vec::new(),
            withheld: None,
        }
    }

    /// Rows of the sound part that is to be replaced.
    fn at_least(&self) -> Option<u64> {
        match self.target {
            Target::Segment { at_least, .. } => at_least,
            Target::Provisional { .. } => None,
        }
    }

    /// Whether its files claim what they hold.
    pub(crate) fn claims(&self) -> bool {
        matches!(self.target, Target::Segment { .. })
    }

    pub(crate) fn kept_until_ms(&self) -> i64 {
        self.kept_until_ms
    }

    /// What is set aside takes so many bytes.
    pub(crate) fn aside_bytes(&self) -> usize {
        self.aside.iter().map(|(_, rows)| rows.byte_size()).sum()
    }

    /// Counts a page towards the provenance of the next part.
    pub(crate) fn count_page(&mut self, requests: u64) {
        self.pages += 1;
        self.requests += requests;
    }

    /// An event of this millisecond was not taken in: nothing will claim it.
    pub(crate) fn leave_out(&mut self, ms: i64) {
        if self.claims() {
            self.holes.insert(ms);
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
                self.slice.end_ms()
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
        let end_ms = self.slice.end_ms();
        if let Some(at_least) = self.at_least() {
            let open = self.burst.as_ref().map_or(0, |burst| burst.part.rows());
            let came = open + rows.len() as u64;
            let is_all = self.slice == self.provenance.segment && self.holes.is_empty();
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
        let until_ms = received_until_ms.min(self.slice.end_ms());
        let proven = batch.timestamps.partition_point(|ms| *ms < until_ms);
        let front = batch.split_front(proven);
        self.write_part(front, until_ms).await
    }

    /// What was received cannot be trusted: removes every file written here.
    pub(crate) async fn discard(&mut self) -> Result<(), EngineError> {
        self.abandon_burst().await;
        let mut paths = Vec::new();
        let mut reason = String::new();
        for written in std::mem::take(&mut self.written) {
            // One more try, and one that stays does not keep the others: what stays here claims what it should not.
            if self.store.remove(&written.path).await.is_err()
                && let Err(error) = self.store.remove(&written.path).await
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
            && (batch.len() >= self.flush.rows || batch.byte_size() >= self.flush.bytes)
    }

    /// Parts that claim up to `end_ms`, one but for the milliseconds that are left out.
    async fn write_part(&mut self, mut batch: EventBatch, end_ms: i64) -> Result<(), EngineError> {
        while let Some(hole) = self.holes.first().copied().filter(|ms| *ms < end_ms) {
            if !batch.timestamps.is_sorted() {
                batch.sort();
            }
            let before = batch.timestamps.partition_point(|ms| *ms < hole);
            let front = batch.split_front(before);
            self.write_one(front, hole).await?;
            let at = batch.timestamps.partition_point(|ms| *ms <= hole);
            let rows = batch.split_front(at);
            if !rows.is_empty() {
                self.aside.push((hole, rows));
            }
            self.holes.remove(&hole);
            self.kept_until_ms = self.kept_until_ms.max(hole + 1);
        }
        self.write_one(batch, end_ms).await
    }

    /// One part with one row group (none for no rows), claiming up to `end_ms`. Nothing where that is nothing.
    async fn write_one(&mut self, batch: EventBatch, end_ms: i64) -> Result<(), EngineError> {
        let Ok(range) = TimeRange::new(self.kept_until_ms, end_ms) else {
            return Ok(());
        };
        let part = self.open_part().await?;
        let (index, rows, bytes) = (part.index, batch.len() as u64, batch.byte_size() as u64);
        self.tell_flush(index, rows, bytes, true);
        let part = self.append(part, batch).await?;
        self.close_part(part, range).await?;
        self.tell_flush(index, rows, bytes, false);
        Ok(())
    }

    async fn extend_burst(&mut self, rows: EventBatch, ms: i64) -> Result<(), EngineError> {
        let claims_by_parts = self.at_least().is_none();
        if self.burst.is_none() && claims_by_parts && self.has_hole_before(ms) {
            // Else its claim would begin before the hole.
            self.write_part(EventBatch::new(), ms).await?;
        }
        let part = match self.burst.take() {
            Some(burst) => burst.part,
            None => self.open_part().await?,
        };
        let (index, count, bytes) = (part.index, rows.len() as u64, rows.byte_size() as u64);
        self.tell_flush(index, count, bytes, true);
        let part = self.append(part, rows).await?;
        self.tell_flush(index, count, bytes, false);
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
        if self.holes.contains(&burst.ms) {
            // What is written of it would be claimed with its file.
            burst.part.abandon().await;
            return self.write_part(rows, end_ms).await;
        }
        let is_cut = self.has_hole_before(end_ms);
        let until_ms = if is_cut { burst.ms + 1 } else { end_ms };
        let Ok(range) = TimeRange::new(self.kept_until_ms, until_ms) else {
            return Ok(());
        };
        let part = self.append(burst.part, rows).await?;
        self.close_part(part, range).await?;
        if is_cut {
            self.write_part(EventBatch::new(), end_ms).await?;
        }
        Ok(())
    }

    fn has_hole_before(&self, ms: i64) -> bool {
        self.holes.first().is_some_and(|hole| *hole < ms)
    }
}
