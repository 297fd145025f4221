//! Turns buffered rows into parts, one claim each.
//!
//! Takes the rows of an [`Intake`](crate::intake::Intake), gives finished parts.
//! Invariant: a part claims only what is proven to have been received: up to the newest timestamp, which itself is held back.
//! Memory: the buffer given in, and one encoded row group.
//!
//! Where an event could not be taken in, its millisecond is left out: one part ends before it, the next begins after it.
//! The other rows of that millisecond are set aside, to be shown without a claim.
//!
//! A burst, more rows in one millisecond than the threshold, becomes further row groups of one part that stays open until the millisecond is over.

use crate::error::EngineError;
use crate::index::TakenNames;
use crate::observe::Teller;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use windrow_columnar::{EncodeError, Holds, PartMeta, PartWriter};
use windrow_model::event::What;
use windrow_model::settings::FlushSettings;
use windrow_model::{Claim, Dataset, EventBatch, TimeRange};
use windrow_store::{BlobStore, BlobWriter, StoreError, layout};

/// Where parts go and what they hold.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Parts of a segment, which claim.
    Segment {
        dir: String,
        generation: u32,
        taken: TakenNames,
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
    store: &'a S,
    teller: &'a Teller<'a>,
    target: Target,
    provenance: Provenance,
    flush: FlushSettings,
    /// How many buffers fill at once: each has its share of the thresholds.
    running: &'a Cell<usize>,
    next_part: u32,
    /// Everything of the slice before this millisecond is in finished parts.
    kept_until_ms: i64,
    slice: TimeRange,
    burst: Option<Burst<S::Writer>>,
    /// Milliseconds that no part may claim.
    holes: BTreeSet<i64>,
    /// Rows of such milliseconds, each with its own.
    pub(crate) aside: Vec<(i64, EventBatch)>,
    pages: u64,
    requests: u64,
    pub(crate) written: Vec<Written>,
}

/// A part that stays open while one millisecond lasts.
struct Burst<W> {
    ms: i64,
    part: OpenPart<W>,
}

struct OpenPart<W> {
    path: String,
    index: u32,
    encoder: PartWriter,
    blob: W,
}

impl<'a, S: BlobStore> Writer<'a, S> {
    pub(crate) fn new(
        store: &'a S,
        teller: &'a Teller<'a>,
        target: Target,
        provenance: Provenance,
        flush: FlushSettings,
        running: &'a Cell<usize>,
        slice: TimeRange,
    ) -> Self {
        Self {
            store,
            teller,
            target,
            provenance,
            flush,
            running,
            next_part: 0,
            kept_until_ms: slice.start_ms(),
            slice,
            burst: None,
            holes: BTreeSet::new(),
            aside: Vec::new(),
            pages: 0,
            requests: 0,
            written: Vec::new(),
        }
    }

    pub(crate) fn kept_until_ms(&self) -> i64 {
        self.kept_until_ms
    }

    /// Counts a page towards the provenance of the next part.
    pub(crate) fn count_page(&mut self, requests: u64) {
        self.pages += 1;
        self.requests += requests;
    }

    /// An event of this millisecond was not taken in: nothing will claim it.
    pub(crate) fn leave_out(&mut self, ms: i64) {
        if matches!(self.target, Target::Segment { .. }) {
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
            if held_back > 0 {
                let front = batch.split_front(held_back);
                let capacity = front.capacity();
                self.write_part(front, newest_ms).await?;
                // The next buffer takes the room that this one has left: memory does not creep.
                batch.reserve(capacity);
            } else {
                let rows = std::mem::take(batch);
                self.extend_burst(rows, newest_ms).await?;
            }
        }
    }

    /// The slice was received to its end: writes the rest and claims to the end.
    pub(crate) async fn finish(&mut self, batch: &mut EventBatch) -> Result<(), EngineError> {
        let rows = std::mem::take(batch);
        let end_ms = self.slice.end_ms();
        if self.burst.is_some() {
            self.close_burst(rows, end_ms).await
        } else {
            self.write_part(rows, end_ms).await
        }
    }

    /// The slice was not received to its end: writes what is proven, everything before `received_until_ms`.
    pub(crate) async fn stop(
        &mut self,
        batch: &mut EventBatch,
        received_until_ms: i64,
    ) -> Result<(), EngineError> {
        self.abandon_burst().await;
        let until_ms = received_until_ms.min(self.slice.end_ms());
        let proven = batch.timestamps.partition_point(|ms| *ms < until_ms);
        let front = batch.split_front(proven);
        self.write_part(front, until_ms).await
    }

    /// What was received cannot be trusted: removes every file written here.
    pub(crate) async fn discard(&mut self) -> Result<(), EngineError> {
        self.abandon_burst().await;
        let mut failed = None;
        for written in std::mem::take(&mut self.written) {
            // One more try, and one that stays does not keep the others: what stays here claims what it should not.
            if self.store.remove(&written.path).await.is_err()
                && let Err(error) = self.store.remove(&written.path).await
            {
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn abandon_burst(&mut self) {
        if let Some(burst) = self.burst.take() {
            burst.part.blob.abandon().await;
        }
    }

    fn is_over(&self, batch: &EventBatch) -> bool {
        let share = self.running.get().max(1);
        !batch.is_empty()
            && (batch.len() >= self.flush.rows / share
                || batch.byte_size() >= self.flush.bytes / share)
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
            burst.part.blob.abandon().await;
            return self.write_part(rows, end_ms).await;
        }
        let Ok(range) = TimeRange::new(self.kept_until_ms, end_ms) else {
            return Ok(());
        };
        let part = self.append(burst.part, rows).await?;
        self.close_part(part, range).await
    }

    /// Creates the next file. A number that is taken, by a damaged or a foreign file or in the dataset's index, is passed over.
    ///
    /// INVARIANT: a part's number is never below its generation, so that a footer that cannot be read hides no more than the name tells.
    async fn open_part(&mut self) -> Result<OpenPart<S::Writer>, EngineError> {
        let encoder = PartWriter::new(self.flush.compression)
            .map_err(|source| self.encode_failed(source))?
            .promoting(self.flush.promote_fields);
        if let Target::Segment { generation, .. } = &self.target {
            self.next_part = self.next_part.max(*generation);
        }
        loop {
            let index = match &self.target {
                Target::Segment { .. } => self.next_part,
                Target::Provisional { next, .. } => next.replace(next.get() + 1),
            };
            let path = match &self.target {
                Target::Segment { dir, .. } => layout::part_path(dir, index),
                Target::Provisional { dataset_dir, .. } => layout::edge_path(
                    dataset_dir,
                    self.provenance.started_ms,
                    &self.provenance.run_id,
                    index,
                ),
            };
            self.next_part += 1;
            if matches!(&self.target, Target::Segment { taken, .. } if taken.has(&path)) {
                continue;
            }
            match self.store.create(&path).await {
                Ok(blob) => {
                    return Ok(OpenPart {
                        path,
                        index,
                        encoder,
                        blob,
                    });
                }
                Err(StoreError::AlreadyExists { .. }) => {}
                Err(error) => return Err(self.write_failed(&path, error)),
            }
        }
    }

    /// Encodes rows and appends them; a part that cannot take them is given up, with its space.
    async fn append(
        &self,
        mut part: OpenPart<S::Writer>,
        batch: EventBatch,
    ) -> Result<OpenPart<S::Writer>, EngineError> {
        if batch.is_empty() {
            return Ok(part);
        }
        let failed = match part.encoder.append(batch) {
            Ok(bytes) => match part.blob.append(bytes).await {
                Ok(()) => return Ok(part),
                Err(error) => self.write_failed(&part.path, error),
            },
            Err(source) => self.encode_failed(source),
        };
        part.blob.abandon().await;
        Err(failed)
    }

    /// Writes the footer, which makes the claim, and only then counts the part.
    async fn close_part(
        &mut self,
        part: OpenPart<S::Writer>,
        range: TimeRange,
    ) -> Result<(), EngineError> {
        let OpenPart {
            path,
            index,
            encoder,
            mut blob,
        } = part;
        let meta = PartMeta {
            dataset: self.provenance.dataset.clone(),
            segment: self.provenance.segment,
            part: index,
            holds: match &self.target {
                Target::Segment { generation, .. } => Holds::Claim(Claim {
                    range,
                    generation: *generation,
                }),
                Target::Provisional { .. } => Holds::Provisional(range),
            },
            fetched_at_ms: (self.teller.now_ms)(),
            pages: std::mem::take(&mut self.pages),
            requests: std::mem::take(&mut self.requests),
            producer: self.provenance.producer.clone(),
        };
        let rows = encoder.rows();
        let footer = match encoder.finish(&meta) {
            Ok(footer) => footer,
            Err(source) => {
                blob.abandon().await;
                return Err(self.encode_failed(source));
            }
        };
        if let Err(error) = blob.append(footer).await {
            blob.abandon().await;
            return Err(self.write_failed(&path, error));
        }
        let bytes = blob
            .finish()
            .await
            .map_err(|error| self.write_failed(&path, error))?;
        self.kept_until_ms = range.end_ms();
        self.written.push(Written {
            path,
            range,
            rows,
            bytes,
        });
        Ok(())
    }

    fn encode_failed(&self, source: EncodeError) -> EngineError {
        EngineError::Encode {
            range: self.slice,
            source,
        }
    }

    fn write_failed(&self, path: &str, error: StoreError) -> EngineError {
        let error = EngineError::from(error);
        self.teller.tell(What::CacheWriteFailed {
            path: path.to_owned(),
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
        });
        error
    }

    fn tell_flush(&self, part_index: u32, rows_buffered: u64, bytes_buffered: u64, starts: bool) {
        let segment_dir = match &self.target {
            Target::Segment { dir, .. } => dir.clone(),
            Target::Provisional { dataset_dir, .. } => dataset_dir.clone(),
        };
        self.teller.tell(if starts {
            What::FlushStart {
                segment_dir,
                part_index,
                rows_buffered,
                bytes_buffered,
            }
        } else {
            What::FlushComplete {
                segment_dir,
                part_index,
                rows_buffered,
                bytes_buffered,
            }
        });
    }
}
