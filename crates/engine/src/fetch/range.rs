//! Fetches one missing range: receives its pages and proves its end by the source's count.
//!
//! Takes a counted gap or a slice of one, gives an [`Outcome`]: what was kept, what is provisional, what failed.
//! Invariant: nothing is claimed past the watermark, and the end of a chain is claimed only if the source's own count agrees.
//! Whatever stops it, parts that are finished and proven stay.
//! Memory: the buffer, and two pages: the one that is received and the one after it, which is under way meanwhile.

use crate::catalog::index::TakenNames;
use crate::error::EngineError;
use crate::fetch::chain::{Chain, Ended};
use crate::fetch::context::RunContext;
use crate::fetch::progress::RangeProgress;
use crate::fetch::stop::Stop;
use crate::fetch::validate::Validator;
use crate::write::flush::Writer;
use crate::write::part::{PartFiles, Provenance, Target, Written};
use std::rc::Rc;
use tokio_util::sync::CancellationToken;
use windrow_model::event::RunEvent;
use windrow_model::settings::FlushSettings;
use windrow_model::{EventBatch, TimeRange};
use windrow_source::{Clock, Count, LogSource, Order, Page, Refused};
use windrow_store::BlobStore;

/// A missing range, and where its parts go.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    pub(crate) range: TimeRange,
    /// Directory of the segment.
    pub(crate) dir: String,
    /// Directory of the dataset, for provisional files.
    pub(crate) dataset_dir: String,
    pub(crate) generation: u32,
    /// Rows of the sound part that this is to replace: it is replaced as a whole and by no fewer, or not at all.
    pub(crate) at_least: Option<u64>,
    /// Names that no new part may take.
    pub(crate) taken: TakenNames,
    /// Whether it becomes slices where it is long.
    pub(crate) may_be_split: bool,
    /// The source's count of it; a slice is counted when its turn comes.
    pub(crate) count: Option<Count>,
}

/// What became of a gap.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) written: Vec<Written>,
    /// Rows that came for a sound part and are not to replace it.
    pub(crate) withheld: Option<u64>,
    /// Files that claim nothing.
    pub(crate) provisional: Vec<Written>,
    /// Whether it is provisional for good: it lies beyond what the source keeps.
    pub(crate) beyond_retention: bool,
    pub(crate) failure: Option<EngineError>,
    pub(crate) cancelled: bool,
    /// Events that were too large.
    pub(crate) refused: Vec<Refused>,
}

impl Outcome {
    fn stop(&mut self, stop: Stop) {
        match stop {
            Stop::Cancelled => self.cancelled = true,
            Stop::Failed(error) | Stop::Distrusted(error) => self.failure = Some(error),
        }
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        let mut outcome = Self::default();
        outcome.stop(stop);
        outcome
    }
}

/// The fetch of one gap.
pub(crate) struct RangeFetch<'a, S, L, C> {
    pub(crate) context: &'a RunContext<'a, S, L, C>,
    pub(crate) cancel: &'a CancellationToken,
    /// With the share of the thresholds that this range has.
    pub(crate) flush: FlushSettings,
    pub(crate) gap: &'a Gap,
}

impl<S: BlobStore, L: LogSource, C: Clock> RangeFetch<'_, S, L, C> {
    pub(crate) async fn run(&self) -> Outcome {
        let mut outcome = Outcome::default();
        self.context.telemetry.emit(RunEvent::FetchSubrangeStart {
            subrange: self.gap.range,
            segment_dir: self.gap.dir.clone(),
        });
        if let Err(stop) = self.fetch(&mut outcome).await {
            outcome.stop(stop);
        }
        outcome
    }

    async fn fetch(&self, outcome: &mut Outcome) -> Result<(), Stop> {
        let gap = self.gap.range;
        let whole = match self.gap.count {
            Some(counted) => counted,
            None => self.count(gap).await?,
        };
        outcome.beyond_retention = whole.beyond_retention;
        let claimable = if whole.beyond_retention {
            None
        } else {
            // Without the server's time nothing is claimed: our own clock may be wrong by hours.
            let settle_ms = self.context.ports.source.profile().settle_ms;
            whole
                .server_ms
                .and_then(|now_ms| gap.before(now_ms - settle_ms))
        };
        if let Some(slice) = claimable {
            let counted = if slice == gap {
                whole
            } else {
                self.count(slice).await?
            };
            if let Ended::BeyondRetention = self.prove(slice, counted, outcome).await? {
                outcome.beyond_retention = true;
                return self.fetch_provisional(gap, outcome).await;
            }
        }
        let claimed_to_ms = claimable.map_or(gap.start_ms(), TimeRange::end_ms);
        match gap.from_ms(claimed_to_ms) {
            Some(rest) => self.fetch_provisional(rest, outcome).await,
            None => Ok(()),
        }
    }

    /// Fetches a slice that lies below the watermark, and claims it. A count that disagrees is given one more try.
    async fn prove(
        &self,
        slice: TimeRange,
        mut counted: Count,
        outcome: &mut Outcome,
    ) -> Result<Ended, Stop> {
        let mut last_try = false;
        loop {
            if counted.beyond_retention {
                return Ok(Ended::BeyondRetention);
            }
            let target = Target::Segment {
                dir: self.gap.dir.clone(),
                generation: self.gap.generation,
                taken: self.gap.taken.clone(),
                at_least: self.gap.at_least,
            };
            let mut writer = self.writer(target, slice);
            let mut validator = Validator::new(slice, self.context.ports.source.profile());
            let ended = self
                .follow_chain(slice, &mut writer, &mut validator, outcome)
                .await;
            let ended = match ended {
                Ok(ended) => ended,
                Err(stop) => {
                    let stop = keep_or_discard(stop, &mut writer, &mut validator).await;
                    outcome.written.append(&mut writer.take_written());
                    outcome.refused.extend(validator.refused().cloned());
                    return Err(stop);
                }
            };
            if let Ended::BeyondRetention = ended {
                writer.discard().await?;
                let received = validator.received();
                self.context.counters.borrow_mut().discard(received);
                return Ok(ended);
            }
            if validator.distinct == counted.events {
                let finished = writer.finish(&mut validator.batch).await;
                if finished.is_ok() {
                    self.report(&writer, &validator);
                }
                outcome.written.append(&mut writer.take_written());
                outcome.withheld = writer.withheld();
                outcome.refused.extend(validator.refused().cloned());
                finished?;
                self.write_deferred(&mut writer, outcome).await?;
                return Ok(Ended::Complete);
            }
            // The source has just shown that it still has these events, so removing them loses nothing.
            writer.discard().await?;
            let received = validator.received();
            self.context.counters.borrow_mut().discard(received);
            if last_try {
                outcome.refused.extend(validator.refused().cloned());
                return Err(Stop::Distrusted(EngineError::Incomplete {
                    range: slice,
                    counted: counted.events,
                    received: validator.distinct,
                }));
            }
            last_try = true;
            counted = self.count(slice).await?;
        }
    }

    /// Writes the rows of milliseconds that no part may claim as provisional rows.
    async fn write_deferred(
        &self,
        writer: &mut Writer<'_, S>,
        outcome: &mut Outcome,
    ) -> Result<(), EngineError> {
        for (ms, mut rows) in writer.take_deferred() {
            if let Ok(range) = TimeRange::new(ms, ms + 1) {
                let mut provisional = self.writer(self.provisional(), range);
                provisional.finish(&mut rows).await?;
                outcome.provisional.append(&mut provisional.take_written());
            }
        }
        Ok(())
    }

    /// Fetches a slice that cannot be claimed, as provisional rows.
    async fn fetch_provisional(&self, slice: TimeRange, outcome: &mut Outcome) -> Result<(), Stop> {
        let mut writer = self.writer(self.provisional(), slice);
        let mut validator = Validator::new(slice, self.context.ports.source.profile());
        let ended = self
            .follow_chain(slice, &mut writer, &mut validator, outcome)
            .await;
        let result = match ended {
            Ok(_) => {
                let finished = writer.finish(&mut validator.batch).await;
                finished.map_err(Stop::Failed)
            }
            Err(stop) => Err(keep_or_discard(stop, &mut writer, &mut validator).await),
        };
        outcome.refused.extend(validator.refused().cloned());
        outcome.provisional.append(&mut writer.take_written());
        result
    }

    async fn follow_chain(
        &self,
        slice: TimeRange,
        writer: &mut Writer<'_, S>,
        validator: &mut Validator,
        outcome: &mut Outcome,
    ) -> Result<Ended, Stop> {
        let chain = Chain {
            context: self.context,
            cancel: self.cancel,
            range: self.gap.range,
            slice,
            claims: writer.claims(),
        };
        chain
            .follow(async |page, rows| {
                let emptied = self.receive(page, rows, writer, validator).await?;
                if writer.deferred_bytes() >= self.flush.bytes {
                    self.write_deferred(writer, outcome).await?;
                }
                Ok(emptied)
            })
            .await
    }

    /// Takes a page's rows into the buffer, which is written when it is full. Gives the page's batch back, emptied.
    async fn receive(
        &self,
        page: &Page,
        mut rows: EventBatch,
        writer: &mut Writer<'_, S>,
        validator: &mut Validator,
    ) -> Result<EventBatch, Stop> {
        let (duplicates, outside) = (validator.duplicates, validator.outside);
        let refused = page.refused.iter().try_for_each(|event| {
            if validator.receive_refused(event)? {
                writer.exclude(event.timestamp_ms);
            }
            Ok(())
        });
        let accepted = refused.and_then(|()| validator.receive(&rows));
        if page.refused.is_empty() {
            rows.truncate(0);
        } else {
            // The room that a huge event took is given back.
            rows = EventBatch::new();
        }
        {
            let mut counters = self.context.counters.borrow_mut();
            counters.duplicates += validator.duplicates - duplicates;
            counters.outside += validator.outside - outside;
        }
        accepted.map_err(|broken| {
            Stop::Distrusted(EngineError::Disorder {
                range: validator.slice(),
                at_ms: broken.at_ms,
                after_ms: broken.after_ms,
            })
        })?;
        writer.count_page(page.requests);
        if self.context.ports.source.profile().order == Order::Ascending {
            writer.offer(&mut validator.batch).await?;
        }
        self.report(writer, validator);
        Ok(rows)
    }

    async fn count(&self, slice: TimeRange) -> Result<Count, Stop> {
        self.context.count(self.gap.range, slice, self.cancel).await
    }

    fn provisional(&self) -> Target {
        Target::Provisional {
            dataset_dir: self.gap.dataset_dir.clone(),
            next: Rc::clone(&self.context.next_provisional),
        }
    }

    fn writer(&self, target: Target, slice: TimeRange) -> Writer<'_, S> {
        let request = self.context.request;
        let provenance = Provenance {
            dataset: request.dataset.clone(),
            segment: self.gap.range,
            run_id: request.run_id.clone(),
            producer: request.producer.clone(),
            started_ms: self.context.now_ms(),
        };
        let (store, telemetry) = (self.context.store(), self.context.telemetry);
        Writer::new(PartFiles::new(
            store, telemetry, target, provenance, self.flush, slice,
        ))
    }

    fn report(&self, writer: &Writer<'_, S>, validator: &Validator) {
        let (range, received_until_ms) = (self.gap.range, validator.received_until_ms());
        let mut counters = self.context.counters.borrow_mut();
        if writer.claims() {
            counters.advance(RangeProgress {
                range,
                kept_until_ms: writer.kept_until_ms(),
                received_until_ms,
                parts: writer.written().len() as u64,
                bytes: writer.bytes_written(),
            });
        } else {
            counters.receive(range, received_until_ms);
        }
        drop(counters);
        self.context.report_progress(range, None);
    }
}

/// After a stop: keeps what is proven, or removes what cannot be trusted.
async fn keep_or_discard<S: BlobStore>(
    stop: Stop,
    writer: &mut Writer<'_, S>,
    validator: &mut Validator,
) -> Stop {
    let kept = match &stop {
        Stop::Distrusted(_) => writer.discard().await,
        // A store that has just failed is not written to again.
        Stop::Failed(EngineError::Store(_) | EngineError::Encode { .. }) => Ok(()),
        Stop::Failed(_) | Stop::Cancelled => {
            let received_until_ms = validator.received_until_ms();
            writer.stop(&mut validator.batch, received_until_ms).await
        }
    };
    match kept {
        Ok(()) => stop,
        Err(error) => Stop::Failed(error),
    }
}
