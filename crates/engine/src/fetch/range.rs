//! Fetches one missing range: follows the chain of pages and proves its end by the source's count.
//!
//! Takes a counted gap or a slice of one, gives an [`Outcome`]: what was kept, what is provisional, what failed.
//! Invariant: nothing is claimed past the watermark, and the end of a chain is claimed only if the source's own count agrees.
//! Whatever stops it, parts that are finished and proven stay.
//! Memory: the buffer, and two pages: the one that is taken in and the one after it, which is under way meanwhile.

use crate::cancel::{Cancel, Cancelled};
use crate::catalog::index::TakenNames;
use crate::error::EngineError;
use crate::fetch::progress::{Tally, UnderWay};
use crate::fetch::run::{IngestRequest, Ports};
use crate::fetch::validate::Intake;
use crate::telemetry::Teller;
use crate::write::flush::{Provenance, Target, Writer, Written};
use futures_util::future::try_join;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use windrow_model::event::RunEvent;
use windrow_model::settings::FlushSettings;
use windrow_model::{EventBatch, TimeRange};
use windrow_source::{
    Clock, Count, Cursor, LogSource, Notice, Order, Page, Refused, SliceRequest, SourceError,
    Verdict,
};
use windrow_store::BlobStore;

/// Where a gap's parts go.
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
    pub(crate) may_be_cut: bool,
    /// The source's count of it; a slice is counted when its turn comes.
    pub(crate) count: Option<Count>,
}

/// What became of a gap.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) written: Vec<Written>,
    /// Rows that came for a sound part and are not to replace it.
    pub(crate) withheld: Option<u64>,
    pub(crate) provisional: Vec<TimeRange>,
    /// Whether it is provisional for good: it lies beyond what the source keeps.
    pub(crate) beyond_retention: bool,
    pub(crate) failure: Option<EngineError>,
    pub(crate) cancelled: bool,
    /// Events that were too large to be taken in.
    pub(crate) refused: Vec<Refused>,
}

/// A page that has come, with its rows.
struct Arrived {
    page: Page,
    rows: EventBatch,
}

/// Why a chain of pages ended early.
pub(crate) enum Stop {
    Cancelled,
    Failed(EngineError),
    /// What the chain gave cannot be trusted.
    Distrusted(EngineError),
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        let mut outcome = Self::default();
        match stop {
            Stop::Cancelled => outcome.cancelled = true,
            Stop::Failed(error) | Stop::Distrusted(error) => outcome.failure = Some(error),
        }
        outcome
    }
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

/// How a chain of pages, or the proof of a slice, ended.
enum Ended {
    Whole,
    /// The source has said that the range lies beyond what it keeps: nothing of it may be claimed.
    BeyondRetention,
}

pub(crate) struct GapFetch<'a, S: BlobStore, L, C> {
    pub(crate) ports: &'a Ports<'a, S, L, C>,
    pub(crate) teller: &'a Teller<'a>,
    pub(crate) request: &'a IngestRequest,
    pub(crate) cancel: &'a Cancel,
    pub(crate) totals: &'a RefCell<Tally>,
    /// With the share of the thresholds that this range has.
    pub(crate) flush: FlushSettings,
    pub(crate) next_edge: &'a Rc<Cell<u32>>,
    pub(crate) gap: &'a Gap,
}

impl<S: BlobStore, L: LogSource, C: Clock> GapFetch<'_, S, L, C> {
    pub(crate) async fn run(&self) -> Outcome {
        let mut outcome = Outcome::default();
        self.teller.tell(RunEvent::FetchSubrangeStart {
            subrange: self.gap.range,
            segment_dir: self.gap.dir.clone(),
        });
        if let Err(stop) = self.fetch(&mut outcome).await {
            let stopped = Outcome::from(stop);
            outcome.cancelled = stopped.cancelled;
            outcome.failure = stopped.failure;
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
                Ended::Whole => {}
                Ended::BeyondRetention => {
                    outcome.beyond_retention = true;
                    return self.show(gap, outcome).await;
                }
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
            let mut intake = Intake::new(slice, self.ports.source.profile());
            let ended = self.chain(slice, &mut writer, &mut intake, outcome).await;
            let ended = match ended {
                Ok(ended) => ended,
                Err(stop) => {
                    let stop = self.keep_or_discard(stop, &mut writer, &mut intake).await;
                    outcome.written.append(&mut writer.written);
                    outcome.refused.extend(intake.lacks().cloned());
                    return Err(stop);
                }
            };
            if let Ended::BeyondRetention = ended {
                writer.discard().await?;
                self.totals.borrow_mut().take_back(intake.received());
                return Ok(ended);
            }
            if intake.distinct == counted.events {
                let finished = writer.finish(&mut intake.batch).await;
                outcome.written.append(&mut writer.written);
                outcome.withheld = writer.withheld;
                outcome.refused.extend(intake.lacks().cloned());
                finished?;
                self.report(&writer, &intake);
                self.show_aside(&mut writer, outcome).await?;
                return Ok(Ended::Whole);
            }
            // The source has just shown that it still has these events, so removing them loses nothing.
            writer.discard().await?;
            self.totals.borrow_mut().take_back(intake.received());
            if last_try {
                outcome.refused.extend(intake.lacks().cloned());
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

    /// Writes down the rows of milliseconds that no part may claim.
    async fn show_aside(
        &self,
        writer: &mut Writer<'_, S>,
        outcome: &mut Outcome,
    ) -> Result<(), EngineError> {
        for (ms, mut rows) in std::mem::take(&mut writer.aside) {
            if let Ok(range) = TimeRange::new(ms, ms + 1) {
                let mut edge = self.writer(self.edge(), range);
                edge.finish(&mut rows).await?;
                outcome.provisional.push(range);
            }
        }
        Ok(())
    }

    fn edge(&self) -> Target {
        Target::Provisional {
            dataset_dir: self.gap.dataset_dir.clone(),
            next: Rc::clone(self.next_edge),
        }
    }

    /// Fetches a slice that cannot be claimed, to be shown as provisional.
    async fn show(&self, slice: TimeRange, outcome: &mut Outcome) -> Result<(), Stop> {
        let mut writer = self.writer(self.edge(), slice);
        let mut intake = Intake::new(slice, self.ports.source.profile());
        let ended = self.chain(slice, &mut writer, &mut intake, outcome).await;
        let result = match ended {
            Ok(_) => writer.finish(&mut intake.batch).await.map_err(Stop::Failed),
            Err(stop) => Err(self.keep_or_discard(stop, &mut writer, &mut intake).await),
        };
        outcome.refused.extend(intake.lacks().cloned());
        outcome
            .provisional
            .extend(writer.written.iter().map(|written| written.range));
        result
    }

    /// Follows the chain of pages to its end, or to the first page of which nothing may be claimed where the writer claims.
    /// While a page is taken in and encoded, the next one is already asked for.
    async fn chain(
        &self,
        slice: TimeRange,
        writer: &mut Writer<'_, S>,
        intake: &mut Intake,
        outcome: &mut Outcome,
    ) -> Result<Ended, Stop> {
        let first = self.ports.source.first(&self.slice_request(slice))?;
        let mut visited = HashSet::from([fingerprint(&first)]);
        let mut spare = EventBatch::new();
        let mut arrived = self.page(first, EventBatch::new()).await?;
        loop {
            let Arrived { page, rows } = arrived;
            self.totals.borrow_mut().page(&page);
            if page.beyond_retention && writer.claims() {
                return Ok(Ended::BeyondRetention);
            }
            let next = match &page.verdict {
                Verdict::More(next) if visited.insert(fingerprint(next)) => Some(next.clone()),
                _ => None,
            };
            let room = std::mem::take(&mut spare);
            let ahead = async {
                match next {
                    Some(cursor) => Ok(Some(self.page(cursor, room).await)),
                    None => Ok(None),
                }
            };
            let take_in = async {
                let emptied = self.take_in(&page, rows, writer, intake).await?;
                if writer.aside_bytes() >= self.flush.bytes {
                    self.show_aside(writer, outcome).await?;
                }
                Ok::<_, Stop>(emptied)
            };
            // The request goes out first; what breaks here ends it.
            let (ahead, emptied) = try_join(ahead, take_in).await?;
            spare = emptied;
            match (ahead, page.verdict) {
                (Some(next), _) => arrived = next?,
                (None, Verdict::More(_)) => {
                    return Err(Stop::Failed(EngineError::Circle { range: slice }));
                }
                (None, Verdict::Complete) => return Ok(Ended::Whole),
            }
        }
    }

    async fn page(&self, cursor: Cursor, mut rows: EventBatch) -> Result<Arrived, Stop> {
        let notices = |notice| self.tell_progress(Some(notice));
        let asked = self.ports.source.page(&cursor, &mut rows, &notices);
        let page = self.cancel.race(asked).await??;
        Ok(Arrived { page, rows })
    }

    /// Takes a page's rows into the buffer, which is written when it is full. Gives their room back.
    async fn take_in(
        &self,
        page: &Page,
        mut rows: EventBatch,
        writer: &mut Writer<'_, S>,
        intake: &mut Intake,
    ) -> Result<EventBatch, Stop> {
        let (duplicates, outside) = (intake.duplicates, intake.outside);
        let accepted = page
            .refused
            .iter()
            .try_for_each(|event| {
                if intake.refuse(event)? {
                    writer.leave_out(event.timestamp_ms);
                }
                Ok(())
            })
            .and_then(|()| intake.take_in(&rows));
        if page.refused.is_empty() {
            rows.truncate(0);
        } else {
            // The room that a huge event took is given back.
            rows = EventBatch::new();
        }
        {
            let mut totals = self.totals.borrow_mut();
            totals.duplicates += intake.duplicates - duplicates;
            totals.outside += intake.outside - outside;
        }
        accepted.map_err(|broken| {
            Stop::Distrusted(EngineError::Disorder {
                range: intake.slice(),
                at_ms: broken.at_ms,
                after_ms: broken.after_ms,
            })
        })?;
        writer.count_page(page.requests);
        if self.ports.source.profile().order == Order::Ascending {
            writer.offer(&mut intake.batch).await?;
        }
        self.report(writer, intake);
        Ok(rows)
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

    pub(crate) async fn count(&self, range: TimeRange) -> Result<Count, Stop> {
        let slice = self.slice_request(range);
        let notices = |notice| self.tell_progress(Some(notice));
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
            self.flush,
            slice,
        )
    }

    fn report(&self, writer: &Writer<'_, S>, intake: &Intake) {
        let (range, received_until_ms) = (self.gap.range, intake.received_until_ms());
        if writer.claims() {
            self.totals.borrow_mut().advance(UnderWay {
                range,
                kept_until_ms: writer.kept_until_ms(),
                received_until_ms,
                parts: writer.written.len() as u64,
                bytes: writer.written.iter().map(|written| written.bytes).sum(),
            });
        } else {
            self.totals.borrow_mut().receive(range, received_until_ms);
        }
        self.tell_progress(None);
    }

    fn tell_progress(&self, notice: Option<Notice>) {
        if let Some(Notice::Waiting {
            reason,
            wait_ms,
            attempt,
        }) = &notice
        {
            self.teller.tell(RunEvent::FetchRetry {
                subrange: self.gap.range,
                reason: reason.clone(),
                wait_ms: *wait_ms,
                attempt: *attempt,
            });
        }
        let now_ms = self.ports.clock.now_ms();
        let mut totals = self.totals.borrow_mut();
        let progress = totals.progress(self.gap.range, notice, now_ms);
        drop(totals);
        self.ports.observer.progress(progress);
    }
}

fn fingerprint(cursor: &Cursor) -> u64 {
    let mut hasher = DefaultHasher::new();
    cursor.hash(&mut hasher);
    hasher.finish()
}
