//! A run from plan to receipt: scans, plans, fetches every gap, sums up.
//!
//! Takes an [`IngestRequest`], gives a [`Receipt`].
//! Invariant: a window that is held costs no request and no lock; the cache is proven writable before the first request.
//! Memory: the flush buffers of the ranges under way, which share one threshold, with their encoded form, and two pages for each.
//! Errors mean that nothing could be started; a gap that fails is in the receipt, beside all that was kept.

use crate::cancel::Cancel;
use crate::catalog::index::TakenNames;
use crate::catalog::scan::{Footers, scan_from};
use crate::catalog::scan_result::{Held, Problem};
use crate::error::EngineError;
use crate::fetch::cost::estimate::BytesPerEvent;
use crate::fetch::progress::Tally;
use crate::fetch::range::Gap;
use crate::fetch::report::Receipt;
use crate::maintain::bypass;
use crate::maintain::recover::{remove_torn, settle};
use crate::maintain::repair::{
    Damage, Replaced, all_again, find_damage, find_replaced, settle_replaced,
};
use crate::telemetry::{Observe, Teller};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use windrow_model::event::RunEvent;
use windrow_model::settings::FlushSettings;
use windrow_model::{Dataset, Decision, Plan, TimeRange};
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
        requests_before: ports.source.requests(),
        totals: RefCell::default(),
        bytes_per_event: Cell::new(BytesPerEvent::USUAL),
        next_edge: Rc::default(),
    };
    run.go().await
}

pub(crate) struct Run<'a, S: BlobStore, L, C> {
    pub(crate) ports: &'a Ports<'a, S, L, C>,
    pub(crate) teller: &'a Teller<'a>,
    pub(crate) request: &'a IngestRequest,
    pub(crate) cancel: &'a Cancel,
    pub(crate) started_ms: i64,
    /// Requests that the source had sent before the run.
    pub(crate) requests_before: u64,
    pub(crate) totals: RefCell<Tally>,
    pub(crate) bytes_per_event: Cell<BytesPerEvent>,
    /// The number of the next provisional file.
    pub(crate) next_edge: Rc<Cell<u32>>,
}

impl<S: BlobStore, L: LogSource, C: Clock> Run<'_, S, L, C> {
    async fn go(&self) -> Result<Receipt, EngineError> {
        self.refuse_aggregates()?;
        if self.request.mode == Mode::Bypass {
            return self.bypass().await;
        }
        let held = self.scan().await?;
        // What cannot be read may be in another writer's hands: that is judged under the lock.
        if !held.is_unreadable_in(self.request.window) {
            let (plan, damage, replaced) = self.plan(&held).await?;
            if plan.missing.is_empty() && damage.is_empty() && replaced.is_empty() {
                self.tell_plan(&plan);
                return self.conclude(Receipt::new(&plan)).await;
            }
        }
        self.check_writable().await?;
        let dataset_dir = layout::dataset_dir(&self.request.dataset);
        let _lock = self.ports.store.lock(&dataset_dir).await?;
        // Another writer may have come first: only what is seen under the lock counts.
        let mut held = self.scan().await?;
        remove_torn(&**self.ports.store, self.teller, &mut held).await;
        let (mut plan, mut damage, mut replaced) = self.plan(&held).await?;
        self.tell_plan(&plan);
        let mut receipt = Receipt::new(&plan);
        let trusted = self.footers() == Footers::Indexed;
        let store = &**self.ports.store;
        let per_event = BytesPerEvent::held(store, &self.request.dataset, &held).await?;
        self.bytes_per_event.set(per_event);
        let taken = TakenNames::before_writing(store, &dataset_dir, &held.index, trusted).await?;
        while settle_replaced(store, replaced, self.teller, &mut receipt.repaired).await? {
            held = self.scan().await?;
            (plan, damage, replaced) = self.plan(&held).await?;
        }
        let generation = held.gap_generation(self.request.window);
        self.fetch_all(&plan, generation, damage, &taken, &mut receipt)
            .await?;
        settle(store, &self.request.dataset, self.teller).await;
        self.conclude(receipt).await
    }

    /// Fetches the whole window into a directory of its own, which no scan looks at.
    async fn bypass(&self) -> Result<Receipt, EngineError> {
        self.check_writable().await?;
        let plan = Plan::bypass(self.request.window);
        self.tell_plan(&plan);
        let mut receipt = Receipt::new(&plan);
        let store = &**self.ports.store;
        bypass::sweep(store, self.started_ms, self.teller).await;
        let dir = layout::bypass_dir(&self.request.run_id);
        let _lock = store.lock(&dir).await?;
        let (dataset, window) = (&self.request.dataset, self.request.window);
        bypass::begin(store, &dir, dataset, window, self.started_ms).await?;
        let gap = Gap {
            range: self.request.window,
            dir: dir.clone(),
            dataset_dir: dir.clone(),
            generation: 0,
            at_least: None,
            taken: TakenNames::default(),
            may_be_cut: false,
            count: None,
        };
        receipt.bypass_dir = Some(dir.clone());
        if let Err(error) = self.fetch_one(gap, &mut receipt).await {
            // What could not start leaves nothing; what cannot be removed now is swept later.
            let _ = bypass::remove_locked(store, &dir).await;
            return Err(error);
        }
        self.conclude(receipt).await
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
            self.teller.tell(RunEvent::CacheWriteFailed {
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
        self.teller.tell(RunEvent::CacheScanStart {
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
            self.teller.tell(RunEvent::CacheReadFailed {
                path: cache_dir.clone(),
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            });
        })?;
        self.teller.tell(RunEvent::CacheScanComplete {
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
            let replaced = find_replaced(store, held, window, false).await?;
            return Ok((plan, damage, replaced));
        }
        if let Some(problem) = held.damaged_in(window).first() {
            return Err(self.damaged(problem));
        }
        if self.request.mode != Mode::Again {
            return Ok((plan, Vec::new(), Vec::new()));
        }
        let replaced = find_replaced(&**self.ports.store, held, window, true).await?;
        Ok((plan, all_again(held, window), replaced))
    }

    /// Says that a part is damaged, and gives the error.
    pub(crate) fn damaged(&self, problem: &Problem) -> EngineError {
        let error = EngineError::Damaged {
            path: problem.path.clone(),
            reason: problem.reason.clone(),
        };
        self.teller.tell(RunEvent::CacheReadFailed {
            path: problem.path.clone(),
            reason: problem.reason.clone(),
            remedy: error.remedy().to_owned(),
        });
        error
    }

    fn tell_plan(&self, plan: &Plan) {
        let log_id = self.request.dataset.log_id().to_owned();
        let requested_range = plan.window;
        self.teller.tell(RunEvent::CacheCoveragePlanned {
            log_id: log_id.clone(),
            requested_range,
            cached_ranges: plan.cached.ranges().to_vec(),
            missing_ranges: plan.missing.ranges().to_vec(),
        });
        self.teller.tell(match plan.decision {
            Decision::Hit => RunEvent::CacheHit {
                log_id,
                requested_range,
            },
            Decision::Partial => RunEvent::CachePartial {
                log_id,
                requested_range,
            },
            Decision::Miss => RunEvent::CacheMiss {
                log_id,
                requested_range,
            },
            Decision::Bypass => RunEvent::CacheBypass {
                log_id,
                requested_range,
            },
        });
    }
}
