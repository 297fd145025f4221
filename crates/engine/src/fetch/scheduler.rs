//! Fetches all ranges of a run, several at once, and records what became of each.
//!
//! ```text
//! gaps --> counted, long ones split --> at most `parallel` under way --> outcome --> receipt
//! ```
//!
//! Takes the plan's gaps and the parts to fetch again, fills the receipt.
//! Invariant: no page is asked for before every gap was counted.
//! A range that fails leaves the others alone; a refused key, a bad query and a full disk stop all, and what is proven stays.
//! Memory: one flush threshold, of which each of the ranges that may be under way at once has its share from the first page to the last,
//! their encoded row groups, and two pages each.
//!
//! Each range writes a segment of its own, so nothing about parts depends on the order in which ranges end.

use crate::error::{EngineError, ErrorKind};
use crate::fetch::context::RunContext;
use crate::fetch::cost::count::{announce_cost, count_gap};
use crate::fetch::range::{Gap, Outcome, RangeFetch};
use crate::fetch::report::Receipt;
use crate::maintain::repair::{Refetch, replace_part};
use futures_util::StreamExt;
use futures_util::stream::{FuturesUnordered, iter};
use std::collections::VecDeque;
use tokio_util::sync::CancellationToken;
use windrow_model::event::RunEvent;
use windrow_model::instant::format_instant_ms;
use windrow_model::settings::FlushSettings;
use windrow_model::{Coverage, TimeRange};
use windrow_source::{Clock, LogSource, Refused, SourceError};
use windrow_store::{BlobStore, StoreError};

/// A range that waits for its turn.
pub(crate) struct Job {
    pub(crate) gap: Gap,
    /// The part that it is to replace.
    pub(crate) refetch: Option<Refetch>,
}

/// Has the ranges of one run fetched.
pub(crate) struct Scheduler<'a, S, L, C> {
    context: &'a RunContext<'a, S, L, C>,
    receipt: &'a mut Receipt,
    /// Cancelled with the run, and when one failure stops all.
    cancel: CancellationToken,
    /// The failure that has stopped all. It is in the receipt.
    stopped_by: Option<EngineError>,
    /// The run ends with it.
    broken_by: Option<EngineError>,
}

impl<'a, S: BlobStore, L: LogSource, C: Clock> Scheduler<'a, S, L, C> {
    pub(crate) fn new(
        context: &'a RunContext<'a, S, L, C>,
        receipt: &'a mut Receipt,
        cancel: &CancellationToken,
    ) -> Self {
        Self {
            context,
            receipt,
            cancel: cancel.child_token(),
            stopped_by: None,
            broken_by: None,
        }
    }

    /// Counts all ranges, then fetches them.
    ///
    /// # Errors
    /// When the run could not start; everything later is in the receipt.
    pub(crate) async fn fetch(mut self, jobs: Vec<Job>) -> Result<(), EngineError> {
        for job in &jobs {
            self.context.counters.borrow_mut().plan(job.gap.range);
        }
        let (context, cancel) = (self.context, self.cancel.clone());
        let mut waiting = self.count(jobs).await;
        let flush = context.request.flush;
        let parallel = flush.parallel.clamp(1, waiting.len().max(1));
        let share = FlushSettings {
            rows: flush.rows / parallel,
            bytes: flush.bytes / parallel,
            ..flush
        };
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < parallel && !cancel.is_cancelled() {
                let Some(job) = waiting.pop_front() else {
                    break;
                };
                under_way.push(fetch_job(context, job, share, &cancel));
            }
            let Some((job, outcome)) = under_way.next().await else {
                break;
            };
            self.record(&job, outcome).await;
        }
        for job in waiting {
            match &self.stopped_by {
                Some(failure) => self.receipt.record_failure(job.gap.range, failure),
                None => self.receipt.cancelled = true,
            }
        }
        self.receipt.sort();
        self.broken_by.map_or(Ok(()), Err)
    }

    /// The ranges to fetch, in the order of the gaps. A count that fails fails its gap only.
    async fn count(&mut self, jobs: Vec<Job>) -> VecDeque<Job> {
        let (context, cancel) = (self.context, &self.cancel.clone());
        let mut ranges = VecDeque::new();
        let mut counting = iter(jobs)
            .map(|job| async move {
                let counted = count_gap(context, &job.gap, cancel).await;
                (job, counted.map_err(Outcome::from))
            })
            .buffered(context.request.flush.parallel.max(1));
        while let Some((job, counted)) = counting.next().await {
            match counted {
                Ok(gaps) => ranges.extend(gaps.into_iter().map(|gap| Job {
                    gap,
                    refetch: job.refetch.clone(),
                })),
                // It is reported with what was not tried.
                Err(failed) if failed.cancelled => ranges.push_back(job),
                Err(failed) => {
                    emit_failure(context, &job.gap, &failed);
                    self.record(&job, failed).await;
                }
            }
        }
        if let Some(first) = ranges.front().filter(|_| !cancel.is_cancelled()) {
            announce_cost(context, first.gap.range, ranges.len() as u64);
        }
        ranges
    }

    /// Records an outcome in the receipt, and stops the other ranges where it says so.
    async fn record(&mut self, job: &Job, mut outcome: Outcome) {
        if self.stopped_by.is_some() && std::mem::take(&mut outcome.cancelled) {
            outcome.failure.clone_from(&self.stopped_by);
        }
        match self.merge(job, outcome).await {
            Ok(None) => {}
            Ok(Some(failure)) => {
                self.stopped_by.get_or_insert(failure);
                self.cancel.cancel();
            }
            // Nothing more can be done, but what is under way keeps what it has proven.
            Err(error) => {
                self.broken_by.get_or_insert(error);
                self.cancel.cancel();
            }
        }
    }

    /// Merges an outcome into the receipt. Gives the failure after which no other range is tried.
    async fn merge(
        &mut self,
        job: &Job,
        mut outcome: Outcome,
    ) -> Result<Option<EngineError>, EngineError> {
        // What stopped half-way replaces as much as it got.
        if let Some(refetch) = &job.refetch
            && outcome.failure.is_none()
            && !outcome.cancelled
        {
            let Outcome {
                written, withheld, ..
            } = &outcome;
            let (store, telemetry) = (self.context.store(), self.context.telemetry);
            match replace_part(store, refetch, written, *withheld, telemetry).await {
                Ok(repair) => self.receipt.repaired.push(repair),
                Err(error) => outcome.failure = Some(error),
            }
        }
        if !outcome.written.is_empty() {
            self.receipt.segments_written.push(job.gap.dir.clone());
        }
        let kept: Coverage = outcome.written.iter().map(|part| part.range).collect();
        let provisional: Coverage = outcome.provisional.iter().map(|file| file.range).collect();
        self.receipt.kept_ranges.extend(kept.ranges());
        let ranges = if outcome.beyond_retention {
            &mut self.receipt.beyond_retention_ranges
        } else {
            &mut self.receipt.provisional_ranges
        };
        ranges.extend(provisional.ranges());
        self.receipt.cancelled |= outcome.cancelled;
        let refused = self.record_refused(job, outcome.refused);
        let Some(error) = outcome.failure else {
            return Ok(None);
        };
        // A file that was being written was removed by somebody else.
        let range = job.gap.range;
        let error = match error {
            EngineError::Store(StoreError::NotFound { .. }) => EngineError::Gone { range },
            error => error,
        };
        let counters = self.context.counters.borrow();
        let no_page_yet = counters.pages == 0 && self.receipt.failures.is_empty();
        if no_page_yet && cannot_start(&error, counters.requests > 0) {
            return Err(error);
        }
        drop(counters);
        let left = kept.union(&provisional).gaps(range).minus(&refused);
        for range in left.ranges() {
            self.receipt.record_failure(*range, &error);
        }
        let stops_all = matches!(
            error.kind(),
            ErrorKind::SignIn | ErrorKind::ChangeRequest | ErrorKind::FreeSpace
        );
        Ok(stops_all.then_some(error))
    }

    /// Names the events that were too large, and gives their milliseconds, which are still missing.
    fn record_refused(&mut self, job: &Job, refused: Vec<Refused>) -> Coverage {
        let mut missing = Vec::new();
        for event in refused {
            let at_ms = event.timestamp_ms;
            let Ok(subrange) = TimeRange::new(at_ms, at_ms + 1) else {
                continue;
            };
            let name = event.id.as_deref().unwrap_or("without an id");
            let error = EngineError::TooLarge {
                event: format!("event {name} of {}", format_instant_ms(at_ms)),
                bytes: event.bytes,
                limit_bytes: self.context.ports.source.profile().max_event_bytes,
            };
            self.context.telemetry.emit(RunEvent::FetchSubrangeFailed {
                subrange,
                segment_dir: job.gap.dir.clone(),
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            });
            self.receipt.record_failure(subrange, &error);
            self.receipt.refused.push(event);
            missing.push(subrange);
        }
        missing.into()
    }
}

async fn fetch_job<S: BlobStore, L: LogSource, C: Clock>(
    context: &RunContext<'_, S, L, C>,
    job: Job,
    flush: FlushSettings,
    cancel: &CancellationToken,
) -> (Job, Outcome) {
    let started_ms = context.now_ms();
    let range = job.gap.range;
    context.counters.borrow_mut().begin(range);
    let fetch = RangeFetch {
        context,
        cancel,
        flush,
        gap: &job.gap,
    };
    let outcome = fetch.run().await;
    let rows: u64 = outcome.written.iter().map(|part| part.rows).sum();
    context
        .counters
        .borrow_mut()
        .end(range, &outcome.written, &outcome.provisional);
    if outcome.cancelled {
        context.telemetry.emit(RunEvent::FetchSubrangeFailed {
            subrange: range,
            segment_dir: job.gap.dir.clone(),
            reason: "the run was stopped".into(),
            remedy: "what is proven is kept; run it again for the rest".into(),
        });
    } else if outcome.failure.is_none() {
        context.telemetry.emit(RunEvent::FetchSubrangeComplete {
            subrange: range,
            segment_dir: job.gap.dir.clone(),
            duration_ms: context.now_ms().abs_diff(started_ms),
            rows_fetched: rows,
            parts_written: outcome.written.len() as u64,
        });
    }
    emit_failure(context, &job.gap, &outcome);
    (job, outcome)
}

/// Emits why a range could not be fetched, where it could not.
fn emit_failure<S, L, C>(context: &RunContext<'_, S, L, C>, gap: &Gap, outcome: &Outcome) {
    if let Some(error) = &outcome.failure {
        context.telemetry.emit(RunEvent::FetchSubrangeFailed {
            subrange: gap.range,
            segment_dir: gap.dir.clone(),
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
        });
    }
}

/// Whether an error before the first page means that the run could not start. A source that has `answered` once can be reached.
fn cannot_start(error: &EngineError, answered: bool) -> bool {
    match error.kind() {
        ErrorKind::SignIn | ErrorKind::ChangeRequest | ErrorKind::ChangePlace => true,
        _ => !answered && matches!(error, EngineError::Source(SourceError::Unreachable { .. })),
    }
}
