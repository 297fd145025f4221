//! Fetches all ranges of a run, several at once, and says what became of each.
//!
//! ```text
//! gaps --> counted, long ones cut --> at most `parallel` under way --> outcome --> receipt
//! ```
//!
//! Takes the plan's gaps and the damaged parts to fetch again, fills the receipt.
//! Invariant: a range that fails leaves the others alone; a refused key, a bad query and a full disk stop all, and what is proven stays.
//! Memory: one flush threshold, of which each of the ranges that may be under way at once has its share from the first page to the last,
//! their encoded row groups, and two pages each.
//!
//! Each range writes a segment of its own, so nothing about parts depends on the order in which ranges end.

use crate::cancel::Cancel;
use crate::catalog::index::TakenNames;
use crate::error::{EngineError, ErrorKind};
use crate::fetch::range::{Gap, GapFetch, Outcome};
use crate::fetch::report::{Failure, Receipt};
use crate::fetch::run::Run;
use crate::maintain::repair::{Damage, settle_damage};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use windrow_model::event::RunEvent;
use windrow_model::instant::format_instant_ms;
use windrow_model::settings::FlushSettings;
use windrow_model::{Coverage, Plan, TimeRange};
use windrow_source::{Clock, LogSource, Refused, SourceError};
use windrow_store::{BlobStore, StoreError, layout};

/// A range that waits for its turn.
pub(crate) struct Job {
    pub(crate) gap: Gap,
    pub(crate) damage: Option<Damage>,
}

/// What keeps the rest of the ranges from being fetched.
#[derive(Default)]
pub(crate) struct Stopped {
    /// It is in the receipt.
    by: Option<EngineError>,
    /// The run ends with it.
    broken: Option<EngineError>,
}

impl<S: BlobStore, L: LogSource, C: Clock> Run<'_, S, L, C> {
    pub(crate) async fn fetch_all(
        &self,
        plan: &Plan,
        generation: u32,
        damage: Vec<Damage>,
        taken: &TakenNames,
        receipt: &mut Receipt,
    ) -> Result<(), EngineError> {
        let dataset_dir = layout::dataset_dir(&self.request.dataset);
        let gaps = plan
            .missing
            .ranges()
            .iter()
            .map(|range| (*range, generation, None))
            .chain(damage.into_iter().map(|damage| {
                let generation = damage.claim.generation.saturating_add(1);
                (damage.claim.range, generation, Some(damage))
            }));
        let jobs = gaps.map(|(range, generation, damage)| Job {
            gap: Gap {
                range,
                dir: layout::segment_dir(&dataset_dir, range),
                dataset_dir: dataset_dir.clone(),
                generation,
                at_least: damage.as_ref().and_then(Damage::sound_rows),
                taken: taken.clone(),
                // What replaces a damaged part is compared with it as a whole.
                may_be_cut: damage.is_none(),
                count: None,
            },
            damage,
        });
        self.fetch_jobs(jobs.collect(), receipt).await
    }

    /// Fetches one range that belongs to no dataset.
    pub(crate) async fn fetch_one(
        &self,
        gap: Gap,
        receipt: &mut Receipt,
    ) -> Result<(), EngineError> {
        let job = Job { gap, damage: None };
        self.fetch_jobs(vec![job], receipt).await
    }

    async fn fetch_jobs(&self, jobs: Vec<Job>, receipt: &mut Receipt) -> Result<(), EngineError> {
        for job in &jobs {
            self.totals.borrow_mut().plan(job.gap.range);
        }
        // Thrown with the run's own switch, and when one failure stops all.
        let halt = self.cancel.under();
        let mut stopped = Stopped::default();
        let mut waiting = self.count_all(jobs, &halt, &mut stopped, receipt).await;
        let parallel = self.request.flush.parallel.clamp(1, waiting.len().max(1));
        let flush = FlushSettings {
            rows: self.request.flush.rows / parallel,
            bytes: self.request.flush.bytes / parallel,
            ..self.request.flush
        };
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < parallel && !halt.is_cancelled() {
                let Some(job) = waiting.pop_front() else {
                    break;
                };
                under_way.push(self.fetch_job(job, flush, &halt));
            }
            let Some((job, outcome)) = under_way.next().await else {
                break;
            };
            self.hand_in(&job, outcome, &halt, &mut stopped, receipt)
                .await;
        }
        for job in waiting {
            match &stopped.by {
                Some(failure) => missing_still(job.gap.range, failure, receipt),
                None => receipt.cancelled = true,
            }
        }
        receipt.sort();
        stopped.broken.map_or(Ok(()), Err)
    }

    /// Takes an outcome into the receipt, and stops the other ranges where it says so.
    pub(crate) async fn hand_in(
        &self,
        job: &Job,
        mut outcome: Outcome,
        halt: &Cancel,
        stopped: &mut Stopped,
        receipt: &mut Receipt,
    ) {
        if stopped.by.is_some() && std::mem::take(&mut outcome.cancelled) {
            outcome.failure.clone_from(&stopped.by);
        }
        match self.take(job, outcome, receipt).await {
            Ok(None) => {}
            Ok(Some(failure)) => {
                stopped.by.get_or_insert(failure);
                halt.cancel();
            }
            // Nothing more can be done, but what is under way keeps what it has proven.
            Err(error) => {
                stopped.broken.get_or_insert(error);
                halt.cancel();
            }
        }
    }

    pub(crate) fn gap_fetch<'a>(
        &'a self,
        gap: &'a Gap,
        flush: FlushSettings,
        halt: &'a Cancel,
    ) -> GapFetch<'a, S, L, C> {
        GapFetch {
            ports: self.ports,
            teller: self.teller,
            request: self.request,
            cancel: halt,
            totals: &self.totals,
            flush,
            next_edge: &self.next_edge,
            gap,
        }
    }

    async fn fetch_job(&self, job: Job, flush: FlushSettings, halt: &Cancel) -> (Job, Outcome) {
        let started_ms = self.ports.clock.now_ms();
        let range = job.gap.range;
        self.totals.borrow_mut().begin(range);
        let outcome = self.gap_fetch(&job.gap, flush, halt).run().await;
        let rows: u64 = outcome.written.iter().map(|part| part.rows).sum();
        let mut totals = self.totals.borrow_mut();
        totals.end(range);
        totals.parts += outcome.written.len() as u64;
        totals.rows_written += rows;
        totals.written.extend(outcome.written.iter().cloned());
        totals.bytes_written += outcome.written.iter().map(|part| part.bytes).sum::<u64>();
        drop(totals);
        if outcome.cancelled {
            self.teller.tell(RunEvent::FetchSubrangeFailed {
                subrange: range,
                segment_dir: job.gap.dir.clone(),
                reason: "the run was stopped".into(),
                remedy: "what is proven is kept; run it again for the rest".into(),
            });
        } else if outcome.failure.is_none() {
            self.teller.tell(RunEvent::FetchSubrangeComplete {
                subrange: range,
                segment_dir: job.gap.dir.clone(),
                duration_ms: self.ports.clock.now_ms().abs_diff(started_ms),
                rows_fetched: rows,
                parts_written: outcome.written.len() as u64,
            });
        }
        self.tell_failed(&job.gap, &outcome);
        (job, outcome)
    }

    /// Says why a range could not be fetched, where it could not.
    pub(crate) fn tell_failed(&self, gap: &Gap, outcome: &Outcome) {
        if let Some(error) = &outcome.failure {
            self.teller.tell(RunEvent::FetchSubrangeFailed {
                subrange: gap.range,
                segment_dir: gap.dir.clone(),
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            });
        }
    }

    /// Takes an outcome into the receipt. Gives the failure after which no other range is tried.
    async fn take(
        &self,
        job: &Job,
        mut outcome: Outcome,
        receipt: &mut Receipt,
    ) -> Result<Option<EngineError>, EngineError> {
        // What stopped half-way mends damage as far as it got.
        if let Some(damage) = &job.damage
            && outcome.failure.is_none()
            && !outcome.cancelled
        {
            let store = &**self.ports.store;
            match settle_damage(store, damage, &outcome, self.teller).await {
                Ok(repair) => receipt.repaired.push(repair),
                Err(error) => outcome.failure = Some(error),
            }
        }
        if !outcome.written.is_empty() {
            receipt.segments_written.push(job.gap.dir.clone());
        }
        let kept: Coverage = outcome.written.iter().map(|part| part.range).collect();
        let shown: Coverage = outcome.provisional.iter().copied().collect();
        let left = kept.union(&shown).gaps(job.gap.range);
        receipt.kept_ranges.extend(kept.ranges());
        let provisional = if outcome.beyond_retention {
            &mut receipt.beyond_retention_ranges
        } else {
            &mut receipt.provisional_ranges
        };
        provisional.extend(shown.ranges());
        receipt.cancelled |= outcome.cancelled;
        let refused = self.refuse(job, outcome.refused, receipt);
        let left = left.minus(&refused);
        let Some(error) = outcome.failure else {
            return Ok(None);
        };
        // A file that was being written went under the writer's hands.
        let range = job.gap.range;
        let error = match error {
            EngineError::Store(StoreError::NotFound { .. }) => EngineError::Gone { range },
            error => error,
        };
        let totals = self.totals.borrow();
        let no_page_yet = totals.pages == 0 && receipt.failures.is_empty();
        if no_page_yet && cannot_start(&error, totals.requests > 0) {
            return Err(error);
        }
        drop(totals);
        for range in left.ranges() {
            missing_still(*range, &error, receipt);
        }
        let stops_all = matches!(
            error.kind(),
            ErrorKind::SignIn | ErrorKind::ChangeRequest | ErrorKind::FreeSpace
        );
        Ok(stops_all.then_some(error))
    }
}

impl<S: BlobStore, L: LogSource, C: Clock> Run<'_, S, L, C> {
    /// Names the events that were too large, and gives their milliseconds, which are still missing.
    fn refuse(&self, job: &Job, refused: Vec<Refused>, receipt: &mut Receipt) -> Coverage {
        let mut left_out = Coverage::default();
        for event in refused {
            let at_ms = event.timestamp_ms;
            let Ok(subrange) = TimeRange::new(at_ms, at_ms + 1) else {
                continue;
            };
            let name = event.id.as_deref().unwrap_or("without an id");
            let error = EngineError::TooLarge {
                event: format!("event {name} of {}", format_instant_ms(at_ms)),
                bytes: event.bytes,
            };
            self.teller.tell(RunEvent::FetchSubrangeFailed {
                subrange,
                segment_dir: job.gap.dir.clone(),
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            });
            missing_still(subrange, &error, receipt);
            receipt.refused.push(event);
            left_out = left_out.union(&[subrange].into_iter().collect());
        }
        left_out
    }
}

/// Whether an error before the first page means that the run could not start. Who has `answered` once can be reached.
fn cannot_start(error: &EngineError, answered: bool) -> bool {
    match error.kind() {
        ErrorKind::SignIn | ErrorKind::ChangeRequest | ErrorKind::ChangePlace => true,
        _ => !answered && matches!(error, EngineError::Source(SourceError::Unreachable { .. })),
    }
}

/// What is still missing, and why.
pub(crate) fn missing_still(range: TimeRange, error: &EngineError, receipt: &mut Receipt) {
    receipt.failed_ranges.push(range);
    receipt.failures.push(Failure {
        range,
        reason: error.to_string(),
        remedy: error.remedy().to_owned(),
        kind: error.kind(),
    });
}
