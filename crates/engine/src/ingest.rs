//! A run from plan to receipt: scans, plans, fetches every gap, sums up.
//!
//! Takes an [`IngestRequest`], gives a [`Receipt`].
//! Invariant: a window that is held costs no request and no lock; the cache is proven writable before the first request.
//! Memory: one flush buffer with its encoded form, and one page.
//! Errors mean that nothing could be started; a gap that fails is in the receipt, beside all that was kept.

use crate::cancel::Cancel;
use crate::error::{EngineError, ErrorKind};
use crate::gap::{Gap, GapFetch, Outcome};
use crate::held::Held;
use crate::index::TakenNames;
use crate::observe::{Observe, Teller};
use crate::receipt::{Failure, Receipt};
use crate::recover::{remove_torn, settle};
use crate::repair::{
    Damage, Replaced, all_again, find_damage, find_replaced, settle_damage, settle_replaced,
};
use crate::scan::{Footers, scan_from};
use std::cell::RefCell;
use std::rc::Rc;
use windrow_model::event::What;
use windrow_model::settings::FlushSettings;
use windrow_model::{Coverage, Dataset, Decision, Plan, TimeRange};
use windrow_source::{Clock, LogSource, SliceRequest, SourceError};
use windrow_store::{BlobStore, layout};

/// How the cache is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Only what is missing is fetched; damage is an error.
    #[default]
    Normal,
    /// Besides, everything held of the window is read, and what is damaged is fetched again.
    Repair,
    /// Besides, everything held of the window is fetched again, and replaced where that is no loss of rows: how late events are brought in.
    Again,
    /// The whole window is fetched into a place of its own; the cache is not touched.
    Bypass,
}

/// What to fetch and how.
#[derive(Clone, Debug)]
pub struct IngestRequest {
    /// What the window is cached under.
    pub dataset: Dataset,
    /// What is wanted.
    pub window: TimeRange,
    /// How the cache is used.
    pub mode: Mode,
    /// When buffers are written, and how.
    pub flush: FlushSettings,
    /// Eight lower-case hex digits, new for every run.
    pub run_id: String,
    /// What writes: `windrow 0.1.0`.
    pub producer: String,
    /// Whether a summary is made and written.
    pub summary: bool,
}

/// Everything a run reaches.
pub struct Ports<'a, S, L, C> {
    /// Where parts are kept.
    pub store: &'a Rc<S>,
    /// Who is asked.
    pub source: &'a L,
    /// The time.
    pub clock: &'a C,
    /// Who is told.
    pub observer: &'a dyn Observe,
}

/// Counts over a run.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) pages: u64,
    pub(crate) requests: u64,
    pub(crate) rows: u64,
    pub(crate) bytes_received: u64,
    pub(crate) duplicates: u64,
    pub(crate) outside: u64,
    pub(crate) parts: u64,
    pub(crate) bytes_written: u64,
    pub(crate) rows_written: u64,
    pub(crate) gap_rows: u64,
    pub(crate) gap_parts: u64,
    pub(crate) gap_bytes: u64,
}

/// Fetches what is missing of a window, and keeps it.
///
/// # Errors
/// When nothing could be started: an aggregating query, a cache that cannot be written or is locked, overlapping claims,
/// damage without [`Mode::Repair`], a refused key or an unknown log on the first request, or no connection at all.
/// Everything later is in the receipt.
pub async fn ingest<S: BlobStore, L: LogSource, C: Clock>(
    ports: Ports<'_, S, L, C>,
    request: &IngestRequest,
    cancel: &Cancel,
) -> Result<Receipt, EngineError> {
    let now_ms = || ports.clock.now_ms();
    let teller = Teller {
        observer: ports.observer,
        now_ms: &now_ms,
        run_id: &request.run_id,
    };
    let run = Run {
        ports: &ports,
        teller: &teller,
        request,
        cancel,
        started_ms: now_ms(),
        totals: RefCell::default(),
    };
    run.go().await
}

pub(crate) struct Run<'a, S: BlobStore, L, C> {
    pub(crate) ports: &'a Ports<'a, S, L, C>,
    pub(crate) teller: &'a Teller<'a>,
    pub(crate) request: &'a IngestRequest,
    cancel: &'a Cancel,
    pub(crate) started_ms: i64,
    pub(crate) totals: RefCell<Totals>,
}

impl<S: BlobStore, L: LogSource, C: Clock> Run<'_, S, L, C> {
    async fn go(&self) -> Result<Receipt, EngineError> {
        self.refuse_aggregates()?;
        if self.request.mode == Mode::Bypass {
            return self.bypass().await;
        }
        let held = self.scan().await?;
        let (plan, damage, replaced) = self.plan(&held).await?;
        if plan.missing.is_empty() && damage.is_empty() && replaced.is_empty() {
            self.tell_plan(&plan);
            return self.conclude(Receipt::new(&plan)).await;
        }
        self.check_writable().await?;
        let dataset_dir = layout::dataset_dir(&self.request.dataset);
        let _lock = self.ports.store.lock(&dataset_dir).await?;
        // Another writer may have come first: only what is seen under the lock counts.
        let mut held = self.scan().await?;
        remove_torn(&**self.ports.store, self.teller, &mut held).await;
        let (plan, damage, replaced) = self.plan(&held).await?;
        self.tell_plan(&plan);
        let mut receipt = Receipt::new(&plan);
        let trusted = self.footers() == Footers::Indexed;
        let store = &**self.ports.store;
        let taken = TakenNames::before_writing(store, &dataset_dir, &held.index, trusted).await?;
        receipt
            .repaired
            .extend(settle_replaced(store, replaced, self.teller).await?);
        let generation = held.gap_generation(self.request.window);
        self.fetch_all(&plan, generation, damage, &taken, &mut receipt)
            .await?;
        settle(store, &self.request.dataset, self.teller).await?;
        self.conclude(receipt).await
    }

    /// Fetches the whole window into a directory of its own, which no scan looks at.
    async fn bypass(&self) -> Result<Receipt, EngineError> {
        self.check_writable().await?;
        let plan = Plan::bypass(self.request.window);
        self.tell_plan(&plan);
        let mut receipt = Receipt::new(&plan);
        let dir = layout::bypass_dir(&self.request.run_id);
        let gap = Gap {
            range: self.request.window,
            index: 0,
            count: 1,
            dir: dir.clone(),
            dataset_dir: dir.clone(),
            generation: 0,
            taken: TakenNames::default(),
        };
        receipt.bypass_dir = Some(dir);
        let outcome = self.fetch_gap(gap, &mut receipt).await;
        self.absorb(self.request.window, outcome, &mut receipt)?;
        self.conclude(receipt).await
    }

    async fn fetch_all(
        &self,
        plan: &Plan,
        generation: u32,
        damage: Vec<Damage>,
        taken: &TakenNames,
        receipt: &mut Receipt,
    ) -> Result<(), EngineError> {
        let missing = plan.missing.ranges();
        let count = missing.len() + damage.len();
        let dataset_dir = layout::dataset_dir(&self.request.dataset);
        let gaps = missing.iter().map(|range| (*range, generation, None));
        let repairs = damage.into_iter().map(|damage| {
            (
                damage.claim.range,
                damage.claim.generation + 1,
                Some(damage),
            )
        });
        let mut refused = None;
        for (index, (range, generation, damage)) in gaps.chain(repairs).enumerate() {
            if self.cancel.is_cancelled() {
                receipt.cancelled = true;
            }
            if receipt.cancelled {
                continue;
            }
            if let Some(failure) = &refused {
                self.not_tried(range, failure, receipt);
                continue;
            }
            let gap = Gap {
                range,
                index,
                count,
                dir: layout::segment_dir(&dataset_dir, range),
                dataset_dir: dataset_dir.clone(),
                generation,
                taken: taken.clone(),
            };
            let outcome = self.fetch_gap(gap, receipt).await;
            // What stopped half-way mends damage as far as it got; sound rows are replaced as a whole or not at all.
            if let Some(damage) = damage
                && ((outcome.failure.is_none() && !outcome.cancelled) || damage.reason.is_none())
            {
                let repair =
                    settle_damage(&**self.ports.store, &damage, &outcome.written, self.teller)
                        .await?;
                receipt.repaired.push(repair);
            }
            refused = self.absorb(range, outcome, receipt)?;
        }
        Ok(())
    }

    async fn fetch_gap(&self, gap: Gap, receipt: &mut Receipt) -> Outcome {
        let (subrange, segment_dir) = (gap.range, gap.dir.clone());
        self.teller.tell(What::FetchSubrangeStart {
            subrange,
            segment_dir: segment_dir.clone(),
        });
        let started_ms = self.ports.clock.now_ms();
        {
            let mut totals = self.totals.borrow_mut();
            (totals.gap_rows, totals.gap_parts, totals.gap_bytes) = (0, 0, 0);
        }
        let fetch = GapFetch {
            ports: self.ports,
            teller: self.teller,
            request: self.request,
            cancel: self.cancel,
            totals: &self.totals,
            gap,
        };
        let outcome = fetch.run().await;
        let mut totals = self.totals.borrow_mut();
        totals.parts += outcome.written.len() as u64;
        let rows: u64 = outcome.written.iter().map(|part| part.rows).sum();
        totals.rows_written += rows;
        totals.bytes_written += outcome.written.iter().map(|part| part.bytes).sum::<u64>();
        if !outcome.written.is_empty() {
            receipt.segments_written.push(segment_dir.clone());
        }
        self.teller.tell(match &outcome.failure {
            Some(error) => What::FetchSubrangeFailed {
                subrange,
                segment_dir,
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            },
            None => What::FetchSubrangeComplete {
                subrange,
                segment_dir,
                duration_ms: self.ports.clock.now_ms().abs_diff(started_ms),
                rows_fetched: rows,
                parts_written: outcome.written.len() as u64,
            },
        });
        outcome
    }

    /// Takes a gap's outcome into the receipt. Gives the failure after which no other gap is tried.
    fn absorb(
        &self,
        range: TimeRange,
        outcome: Outcome,
        receipt: &mut Receipt,
    ) -> Result<Option<EngineError>, EngineError> {
        let kept: Coverage = outcome.written.iter().map(|part| part.range).collect();
        let shown: Coverage = outcome.provisional.iter().copied().collect();
        let left = kept.union(&shown).gaps(range);
        receipt.kept_ranges.extend(kept.ranges());
        receipt.provisional_ranges.extend(shown.ranges());
        receipt.cancelled |= outcome.cancelled;
        let Some(error) = outcome.failure else {
            return Ok(None);
        };
        let nothing_yet = self.totals.borrow().pages == 0 && receipt.failures.is_empty();
        if nothing_yet && cannot_start(&error) {
            return Err(error);
        }
        for range in left.ranges() {
            receipt.failed_ranges.push(*range);
            receipt.failures.push(failure(*range, &error));
        }
        let stops_all = matches!(
            error.kind(),
            ErrorKind::SignIn | ErrorKind::ChangeRequest | ErrorKind::FreeSpace
        );
        Ok(stops_all.then_some(error))
    }

    fn not_tried(&self, range: TimeRange, error: &EngineError, receipt: &mut Receipt) {
        receipt.failed_ranges.push(range);
        receipt.failures.push(failure(range, error));
    }

    fn refuse_aggregates(&self) -> Result<(), SourceError> {
        let slice = SliceRequest {
            log_id: self.request.dataset.log_id().to_owned(),
            query: self.request.dataset.query().to_owned(),
            range: self.request.window,
        };
        self.ports.source.first(&slice).map(|_| ())
    }

    async fn check_writable(&self) -> Result<(), EngineError> {
        self.ports.store.check_writable().await.map_err(|error| {
            let error = EngineError::from(error);
            self.teller.tell(What::CacheWriteFailed {
                path: self.ports.store.location(),
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            });
            error
        })
    }

    async fn scan(&self) -> Result<Held, EngineError> {
        let log_id = self.request.dataset.log_id().to_owned();
        let cache_dir = self.ports.store.location();
        self.teller.tell(What::CacheScanStart {
            log_id: log_id.clone(),
            cache_dir: cache_dir.clone(),
            segment_count: 0,
        });
        let held = scan_from(
            &**self.ports.store,
            &self.request.dataset,
            Some(self.request.window),
            self.footers(),
        )
        .await
        .inspect_err(|error| {
            self.teller.tell(What::CacheReadFailed {
                path: cache_dir.clone(),
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            });
        })?;
        self.teller.tell(What::CacheScanComplete {
            log_id,
            cache_dir,
            segment_count: held.segment_count,
        });
        Ok(held)
    }

    /// What replaces parts believes only the files.
    fn footers(&self) -> Footers {
        match self.request.mode {
            Mode::Repair | Mode::Again => Footers::FromFiles,
            Mode::Normal | Mode::Bypass => Footers::Indexed,
        }
    }

    /// The plan, the parts that are fetched again, and those that an earlier repair has replaced. Damage and overlaps are errors otherwise.
    async fn plan(&self, held: &Held) -> Result<(Plan, Vec<Damage>, Vec<Replaced>), EngineError> {
        let window = self.request.window;
        let claims = held.claims();
        held.refuse_overlaps(&claims, window)?;
        held.refuse_newer(window)?;
        let plan = Plan::new(window, &claims);
        if self.request.mode == Mode::Repair {
            let store = &**self.ports.store;
            let damage = find_damage(store, held, window).await?;
            let replaced = find_replaced(store, held, window, &damage).await?;
            return Ok((plan, damage, replaced));
        }
        if let Some(problem) = held.damaged_in(window).first() {
            let error = EngineError::Damaged {
                path: problem.path.clone(),
                reason: problem.reason.clone(),
            };
            self.teller.tell(What::CacheReadFailed {
                path: problem.path.clone(),
                reason: problem.reason.clone(),
                remedy: error.remedy().to_owned(),
            });
            return Err(error);
        }
        let again = match self.request.mode {
            Mode::Again => all_again(held, window),
            _ => Vec::new(),
        };
        Ok((plan, again, Vec::new()))
    }

    fn tell_plan(&self, plan: &Plan) {
        let log_id = self.request.dataset.log_id().to_owned();
        let requested_range = plan.window;
        self.teller.tell(What::CacheCoveragePlanned {
            log_id: log_id.clone(),
            requested_range,
            cached_ranges: plan.cached.ranges().to_vec(),
            missing_ranges: plan.missing.ranges().to_vec(),
        });
        self.teller.tell(match plan.decision {
            Decision::Hit => What::CacheHit {
                log_id,
                requested_range,
            },
            Decision::Partial => What::CachePartial {
                log_id,
                requested_range,
            },
            Decision::Miss => What::CacheMiss {
                log_id,
                requested_range,
            },
            Decision::Bypass => What::CacheBypass {
                log_id,
                requested_range,
            },
        });
    }
}

/// Whether an error on the very first request means that the run could not start.
fn cannot_start(error: &EngineError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::SignIn | ErrorKind::ChangeRequest | ErrorKind::ChangePlace
    ) || matches!(error, EngineError::Source(SourceError::Unreachable { .. }))
}

fn failure(range: TimeRange, error: &EngineError) -> Failure {
    Failure {
        range,
        reason: error.to_string(),
        remedy: error.remedy().to_owned(),
        kind: error.kind(),
    }
}
