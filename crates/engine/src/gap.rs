//! Fetches one missing range: asks how much there is, follows the chain of pages, proves the end.
//!
//! Takes a gap, gives an [`Outcome`]: what was kept, what is provisional, what failed.
//! Invariant: nothing is claimed past the watermark, and the end of a chain is claimed only if the source's own count agrees.
//! Whatever stops it, parts that are finished and proven stay.

use crate::cancel::{Cancel, Cancelled};
use crate::error::EngineError;
use crate::index::TakenNames;
use crate::ingest::{IngestRequest, Ports, Totals};
use crate::intake::Intake;
use crate::observe::{Progress, Teller};
use crate::writer::{Provenance, Target, Writer, Written};
use std::cell::RefCell;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use windrow_model::TimeRange;
use windrow_source::{Clock, Count, LogSource, Notice, SliceRequest, SourceError, Verdict};
use windrow_store::BlobStore;

/// Where a gap's parts go.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    pub(crate) range: TimeRange,
    pub(crate) index: usize,
    pub(crate) count: usize,
    /// Directory of the segment.
    pub(crate) dir: String,
    /// Directory of the dataset, for provisional files.
    pub(crate) dataset_dir: String,
    pub(crate) generation: u32,
    /// Names that no new part may take.
    pub(crate) taken: TakenNames,
}

/// What became of a gap.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) written: Vec<Written>,
    pub(crate) provisional: Vec<TimeRange>,
    pub(crate) failure: Option<EngineError>,
    pub(crate) cancelled: bool,
}

/// Why a chain of pages ended early.
enum Stop {
    Cancelled,
    Failed(EngineError),
    /// What the chain gave cannot be trusted.
    Distrusted(EngineError),
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// How a proven or disproven slice ended.
enum Proof {
    Agreed,
    BeyondRetention,
}

pub(crate) struct GapFetch<'a, S: BlobStore, L, C> {
    pub(crate) ports: &'a Ports<'a, S, L, C>,
    pub(crate) teller: &'a Teller<'a>,
    pub(crate) request: &'a IngestRequest,
    pub(crate) cancel: &'a Cancel,
    pub(crate) totals: &'a RefCell<Totals>,
    pub(crate) gap: Gap,
}

impl<S: BlobStore, L: LogSource, C: Clock> GapFetch<'_, S, L, C> {
    pub(crate) async fn run(&self) -> Outcome {
        let mut outcome = Outcome::default();
        match self.fetch(&mut outcome).await {
            Ok(()) => {}
            Err(Stop::Cancelled) => outcome.cancelled = true,
            Err(Stop::Failed(error) | Stop::Distrusted(error)) => outcome.failure = Some(error),
        }
        outcome
    }

    async fn fetch(&self, outcome: &mut Outcome) -> Result<(), Stop> {
        let gap = self.gap.range;
        let whole = self.count(gap).await?;
        let claimable = if whole.beyond_retention {
            None
        } else {
            // Without the server's time nothing is claimed: our own clock may be wrong by hours.
            whole
                .server_ms
                .and_then(|now_ms| gap.before(now_ms - self.ports.source.profile().settle_ms))
        };
        if let Some(slice) = claimable {
            let counted = if slice == gap {
                whole
            } else {
                self.count(slice).await?
            };
            match self.prove(slice, counted, outcome).await? {
                Proof::Agreed => {}
                Proof::BeyondRetention => return self.show(gap, outcome).await,
            }
        }
        let claimed_to_ms = claimable.map_or(gap.start_ms(), TimeRange::end_ms);
        match gap.from_ms(claimed_to_ms) {
            Some(rest) => self.show(rest, outcome).await,
            None => Ok(()),
        }
    }

    /// Fetches a slice that lies below the watermark, and claims it. A count that disagrees is given one more try.
    async fn prove(
        &self,
        slice: TimeRange,
        mut counted: Count,
        outcome: &mut Outcome,
    ) -> Result<Proof, Stop> {
        let mut last_try = false;
        loop {
            let target = Target::Segment {
                dir: self.gap.dir.clone(),
                generation: self.gap.generation,
                taken: self.gap.taken.clone(),
            };
            let mut writer = self.writer(target, slice);
            let mut intake = Intake::new(slice, self.ports.source.profile());
            let ended = self
                .chain(slice, Some(counted.events), &mut writer, &mut intake)
                .await;
            let verdict = match ended {
                Ok(verdict) => verdict,
                Err(stop) => {
                    let stop = self.keep_or_discard(stop, &mut writer, &mut intake).await;
                    outcome.written.append(&mut writer.written);
                    return Err(stop);
                }
            };
            if verdict == Verdict::CompleteBeyondRetention {
                writer.discard().await?;
                return Ok(Proof::BeyondRetention);
            }
            if intake.distinct == counted.events {
                let finished = writer.finish(&mut intake.batch).await;
                outcome.written.append(&mut writer.written);
                finished?;
                self.report(&writer, &intake, slice, Some(counted.events), None);
                return Ok(Proof::Agreed);
            }
            // The source has just shown that it still has these events, so removing them loses nothing.
            writer.discard().await?;
            if last_try {
                return Err(Stop::Distrusted(EngineError::Incomplete {
                    range: slice,
                    counted: counted.events,
                    received: intake.distinct,
                }));
            }
            last_try = true;
            counted = self.count(slice).await?;
        }
    }

    /// Fetches a slice that cannot be claimed, to be shown as provisional.
    async fn show(&self, slice: TimeRange, outcome: &mut Outcome) -> Result<(), Stop> {
        let target = Target::Provisional {
            dataset_dir: self.gap.dataset_dir.clone(),
        };
        let mut writer = self.writer(target, slice);
        let mut intake = Intake::new(slice, self.ports.source.profile());
        let ended = self.chain(slice, None, &mut writer, &mut intake).await;
        let result = match ended {
            Ok(_) => writer.finish(&mut intake.batch).await.map_err(Stop::Failed),
            Err(stop) => Err(self.keep_or_discard(stop, &mut writer, &mut intake).await),
        };
        outcome
            .provisional
            .extend(writer.written.iter().map(|written| written.range));
        result
    }

    /// Follows the chain of pages to its end.
    async fn chain(
        &self,
        slice: TimeRange,
        expected: Option<u64>,
        writer: &mut Writer<'_, S>,
        intake: &mut Intake,
    ) -> Result<Verdict, Stop> {
        let slice_request = self.slice_request(slice);
        let mut cursor = self.ports.source.first(&slice_request)?;
        let mut visited = HashSet::new();
        loop {
            let mut hasher = DefaultHasher::new();
            cursor.hash(&mut hasher);
            if !visited.insert(hasher.finish()) {
                return Err(Stop::Failed(EngineError::Circle { range: slice }));
            }
            let first_new = intake.batch.len();
            let received_until_ms = intake.received_until_ms();
            let notices = |notice| {
                self.tell_progress(
                    writer.kept_until_ms(),
                    received_until_ms,
                    expected,
                    Some(notice),
                );
            };
            let page = self
                .cancel
                .race(self.ports.source.page(&cursor, &mut intake.batch, &notices))
                .await;
            let page = match page {
                Ok(page) => page?,
                Err(cancelled) => {
                    intake.batch.truncate(first_new);
                    return Err(cancelled.into());
                }
            };
            {
                let mut totals = self.totals.borrow_mut();
                totals.pages += 1;
                totals.requests += page.requests;
                totals.rows += page.received;
                totals.gap_rows += page.received;
                totals.bytes_received += page.bytes;
            }
            let (duplicates, outside) = (intake.duplicates, intake.outside);
            let accepted = intake.accept(first_new);
            {
                let mut totals = self.totals.borrow_mut();
                totals.duplicates += intake.duplicates - duplicates;
                totals.outside += intake.outside - outside;
            }
            accepted.map_err(|broken| {
                Stop::Distrusted(EngineError::Disorder {
                    range: slice,
                    at_ms: broken.at_ms,
                    after_ms: broken.after_ms,
                })
            })?;
            writer.count_page(page.requests);
            if matches!(
                self.ports.source.profile().order,
                windrow_source::Order::Ascending
            ) {
                writer.offer(&mut intake.batch).await?;
            }
            self.report(writer, intake, slice, expected, None);
            match page.verdict {
                Verdict::More(next) => cursor = next,
                verdict => return Ok(verdict),
            }
        }
    }

    /// After a stop: keeps what is proven, or removes what cannot be trusted.
    async fn keep_or_discard(
        &self,
        stop: Stop,
        writer: &mut Writer<'_, S>,
        intake: &mut Intake,
    ) -> Stop {
        let tidied = match &stop {
            Stop::Distrusted(_) => writer.discard().await,
            // A store that has just failed is not written to again.
            Stop::Failed(EngineError::Store(_) | EngineError::Encode { .. }) => Ok(()),
            Stop::Failed(_) | Stop::Cancelled => {
                let received_until_ms = intake.received_until_ms();
                writer.stop(&mut intake.batch, received_until_ms).await
            }
        };
        match tidied {
            Ok(()) => stop,
            Err(error) => Stop::Failed(error),
        }
    }

    async fn count(&self, range: TimeRange) -> Result<Count, Stop> {
        let slice = self.slice_request(range);
        let start_ms = range.start_ms();
        let notices = |notice| {
            self.tell_progress(start_ms, start_ms, None, Some(notice));
        };
        let count = self
            .cancel
            .race(self.ports.source.count(&slice, &notices))
            .await??;
        self.totals.borrow_mut().requests += count.requests;
        Ok(count)
    }

    fn slice_request(&self, range: TimeRange) -> SliceRequest {
        SliceRequest {
            log_id: self.request.dataset.log_id().to_owned(),
            query: self.request.dataset.query().to_owned(),
            range,
        }
    }

    fn writer(&self, target: Target, slice: TimeRange) -> Writer<'_, S> {
        Writer::new(
            self.ports.store,
            self.teller,
            target,
            Provenance {
                dataset: self.request.dataset.clone(),
                segment: self.gap.range,
                run_id: self.request.run_id.clone(),
                producer: self.request.producer.clone(),
                started_ms: self.ports.clock.now_ms(),
            },
            self.request.flush,
            slice,
        )
    }

    fn report(
        &self,
        writer: &Writer<'_, S>,
        intake: &Intake,
        slice: TimeRange,
        expected: Option<u64>,
        notice: Option<Notice>,
    ) {
        {
            let mut totals = self.totals.borrow_mut();
            totals.gap_parts = writer.written.len() as u64;
            totals.gap_bytes = writer.written.iter().map(|written| written.bytes).sum();
        }
        let received_until_ms = intake.received_until_ms().min(slice.end_ms());
        self.tell_progress(writer.kept_until_ms(), received_until_ms, expected, notice);
    }

    fn tell_progress(
        &self,
        kept_until_ms: i64,
        received_until_ms: i64,
        expected_rows: Option<u64>,
        notice: Option<Notice>,
    ) {
        let totals = self.totals.borrow();
        self.ports.observer.progress(Progress {
            gap: self.gap.range,
            gap_index: self.gap.index,
            gap_count: self.gap.count,
            kept_until_ms,
            received_until_ms,
            expected_rows,
            gap_rows: totals.gap_rows,
            rows: totals.rows,
            pages: totals.pages,
            requests: totals.requests,
            bytes_received: totals.bytes_received,
            parts: totals.parts + totals.gap_parts,
            bytes_written: totals.bytes_written + totals.gap_bytes,
            notice,
        });
    }
}
