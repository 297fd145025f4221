//! A run from plan to receipt: scans, plans, has every gap fetched, sums up.
//!
//! Takes an [`IngestRequest`], gives a [`Receipt`].
//! Invariant: a window that is held costs no request and no lock; the cache is proven writable before the first request.
//! A window that is held is listed once, one of which nothing is held twice: before the lock, and under it, where only that counts.
//! Memory: the flush buffers of the ranges under way, which share one threshold, with their encoded form, and two pages for each.
//! Errors mean that nothing could be started; a gap that fails is in the receipt, beside all that was kept.

use crate::catalog::index::TakenNames;
use crate::catalog::scan::{Footers, scan_files, scan_from};
use crate::catalog::scan_result::Held;
use crate::error::EngineError;
use crate::fetch::context::RunContext;
use crate::fetch::cost::estimate::BytesPerEvent;
use crate::fetch::finish::finish;
use crate::fetch::range::Gap;
use crate::fetch::report::Receipt;
use crate::fetch::request::{IngestRequest, Mode, Ports};
use crate::fetch::scheduler::{Job, Scheduler};
use crate::maintain::bypass;
use crate::maintain::recover::{remove_torn, tidy};
use crate::maintain::repair::{
    Refetch, Replaced, find_damage, find_replaced, finish_replacements, refetch_all,
};
use crate::read::window::{Opened, open_bypass};
use crate::telemetry::Telemetry;
use std::rc::Rc;
use tokio_util::sync::CancellationToken;
use windrow_model::event::RunEvent;
use windrow_model::{Decision, Plan};
use windrow_source::{Clock, LogSource};
use windrow_store::{BlobInfo, BlobStore, layout};

/// Fetches what is missing of a window, and keeps it.
///
/// # Errors
/// When nothing could be started: an aggregating query, a cache that cannot be written or is locked, overlapping claims,
/// damage without [`Mode::Repair`], a refused key or an unknown log on the first request, or no connection at all.
/// Everything later is in the receipt.
pub async fn ingest<S: BlobStore, L: LogSource, C: Clock>(
    ports: Ports<'_, S, L, C>,
    request: &IngestRequest,
    cancel: &CancellationToken,
) -> Result<Receipt, EngineError> {
    let now_ms = || ports.clock.now_ms();
    let telemetry = Telemetry::new(ports.observer, &now_ms, &request.run_id);
    let context = RunContext::new(&ports, &telemetry, request);
    // An aggregating query gives no events.
    ports.source.first(&context.slice_request(request.window))?;
    let run = Run {
        context: &context,
        cancel,
    };
    match request.mode {
        Mode::Bypass => run.fetch_beside_the_cache().await,
        Mode::Normal | Mode::Repair | Mode::Again => run.fetch_missing().await,
    }
}

struct Run<'a, S, L, C> {
    context: &'a RunContext<'a, S, L, C>,
    cancel: &'a CancellationToken,
}

/// What a run does with what a scan found.
struct Work {
    plan: Plan,
    refetch: Vec<Refetch>,
    /// What an earlier repair has replaced and left.
    replaced: Vec<Replaced>,
}

impl<S: BlobStore, L: LogSource, C: Clock> Run<'_, S, L, C> {
    async fn fetch_missing(&self) -> Result<Receipt, EngineError> {
        let (store, request) = (self.context.store(), self.context.request);
        let held = self.scan().await?;
        // What cannot be read may be in another writer's hands: that is judged under the lock.
        if !held.is_unreadable_in(request.window) {
            let work = self.plan(&held).await?;
            if work.is_nothing() {
                self.emit_plan(&work.plan);
                let receipt = Receipt::new(&work.plan);
                return self.finish(held, receipt).await;
            }
        }
        self.check_writable().await?;
        let dataset_dir = layout::dataset_dir(&request.dataset);
        let _lock = store.lock(&dataset_dir).await?;
        // Another writer may have come first: only what is seen under the lock counts.
        let mut held = self.scan().await?;
        remove_torn(store, self.context.telemetry, &mut held).await;
        let mut work = self.plan(&held).await?;
        self.emit_plan(&work.plan);
        let mut receipt = Receipt::new(&work.plan);
        let per_event = BytesPerEvent::held(store, &request.dataset, &held).await;
        self.context.bytes_per_event.set(per_event);
        let trusted = self.footers() == Footers::Indexed;
        let taken = TakenNames::before_writing(store, &dataset_dir, &held.index, trusted).await?;
        let (telemetry, repaired) = (self.context.telemetry, &mut receipt.repaired);
        while finish_replacements(store, work.replaced, telemetry, repaired).await? {
            held = self.scan().await?;
            work = self.plan(&held).await?;
        }
        let generation = held.gap_generation(request.window);
        let jobs = jobs(&work.plan, work.refetch, generation, &dataset_dir, &taken);
        Scheduler::new(self.context, &mut receipt, self.cancel)
            .fetch(jobs)
            .await?;
        let listed = self.files_left(&held, &receipt);
        let listed = match tidy(store, &request.dataset, listed, telemetry).await {
            Some(listed) => listed,
            None => store.list(&dataset_dir).await?.into(),
        };
        let (dataset, window) = (Some(&request.dataset), Some(request.window));
        let footers = Footers::Indexed;
        let held = scan_files(store, dataset, &dataset_dir, listed, window, footers).await;
        self.finish(held, receipt).await
    }

    /// The files of the dataset after the run, where that is known without listing them:
    /// nothing was held that somebody else could have removed meanwhile, and nothing went wrong.
    fn files_left(&self, held: &Held, receipt: &Receipt) -> Option<Vec<BlobInfo>> {
        let is_known = self.context.request.mode == Mode::Normal
            && receipt.decision == Decision::Miss
            && receipt.is_complete();
        if !is_known {
            return None;
        }
        let mut files = held.listed.to_vec();
        files.extend(self.context.counters.borrow().files().map(|file| BlobInfo {
            path: file.path.clone(),
            size: file.bytes,
        }));
        files.sort_unstable();
        Some(files)
    }

    async fn finish(&self, held: Held, receipt: Receipt) -> Result<Receipt, EngineError> {
        let store = Rc::clone(self.context.ports.store);
        let opened = Opened::new(store, held, self.context.request.window).await?;
        finish(self.context, &opened, receipt).await
    }

    /// Fetches the whole window into a directory of its own, which no scan looks at.
    async fn fetch_beside_the_cache(&self) -> Result<Receipt, EngineError> {
        let (store, request) = (self.context.store(), self.context.request);
        let (dataset, window) = (&request.dataset, request.window);
        self.check_writable().await?;
        let plan = Plan::bypass(window);
        self.emit_plan(&plan);
        let mut receipt = Receipt::new(&plan);
        let started_ms = self.context.started_ms;
        bypass::remove_old(store, started_ms, self.context.telemetry).await;
        let dir = layout::bypass_dir(&request.run_id);
        let _lock = store.lock(&dir).await?;
        bypass::begin(store, &dir, dataset, window, started_ms).await?;
        let job = Job {
            gap: Gap {
                range: window,
                dir: dir.clone(),
                dataset_dir: dir.clone(),
                generation: 0,
                at_least: None,
                taken: TakenNames::default(),
                may_be_split: false,
                count: None,
            },
            refetch: None,
        };
        receipt.bypass_dir = Some(dir.clone());
        let scheduler = Scheduler::new(self.context, &mut receipt, self.cancel);
        if let Err(error) = scheduler.fetch(vec![job]).await {
            // What could not start leaves nothing; what cannot be removed now is removed by a later run.
            let _ = bypass::remove_locked(store, &dir).await;
            return Err(error);
        }
        let store = Rc::clone(self.context.ports.store);
        let opened = open_bypass(store, dataset, &request.run_id, window).await?;
        finish(self.context, &opened, receipt).await
    }

    async fn check_writable(&self) -> Result<(), EngineError> {
        let store = self.context.store();
        store.check_writable().await.map_err(|error| {
            let error = EngineError::from(error);
            self.context
                .telemetry
                .write_failed(&store.location(), &error);
            error
        })
    }

    async fn scan(&self) -> Result<Held, EngineError> {
        let (store, request) = (self.context.store(), self.context.request);
        let telemetry = self.context.telemetry;
        let log_id = request.dataset.log_id().to_owned();
        let cache_dir = store.location();
        telemetry.emit(RunEvent::CacheScanStart {
            log_id: log_id.clone(),
            cache_dir: cache_dir.clone(),
            segment_count: 0,
        });
        let window = Some(request.window);
        let scanned = scan_from(store, &request.dataset, window, self.footers()).await;
        let held = scanned.inspect_err(|error| telemetry.read_failed(&cache_dir, error))?;
        telemetry.emit(RunEvent::CacheScanComplete {
            log_id,
            cache_dir,
            segment_count: held.segment_count,
        });
        Ok(held)
    }

    /// What replaces parts trusts only the files.
    fn footers(&self) -> Footers {
        match self.context.request.mode {
            Mode::Repair | Mode::Again => Footers::FromFiles,
            Mode::Normal | Mode::Bypass => Footers::Indexed,
        }
    }

    /// Damage is an error unless it is to be repaired; overlaps always are.
    async fn plan(&self, held: &Held) -> Result<Work, EngineError> {
        let (store, window) = (self.context.store(), self.context.request.window);
        held.refuse_overlaps(window)?;
        held.refuse_newer(window)?;
        if let Some(problem) = held.inaccessible_in(window) {
            return Err(self.context.damaged(problem));
        }
        let plan = Plan::new(window, &held.claims());
        let mode = self.context.request.mode;
        if mode != Mode::Repair
            && let Some(problem) = held.damaged_in(window).first()
        {
            return Err(self.context.damaged(problem));
        }
        let (refetch, replaced) = match mode {
            Mode::Normal | Mode::Bypass => (Vec::new(), Vec::new()),
            Mode::Repair => {
                let damaged = find_damage(store, held, window).await?;
                (damaged, find_replaced(store, held, window, false).await?)
            }
            Mode::Again => {
                let replaced = find_replaced(store, held, window, true).await?;
                (refetch_all(held, window), replaced)
            }
        };
        Ok(Work {
            plan,
            refetch,
            replaced,
        })
    }

    fn emit_plan(&self, plan: &Plan) {
        let log_id = self.context.request.dataset.log_id().to_owned();
        let requested_range = plan.window;
        self.context.telemetry.emit(RunEvent::CacheCoveragePlanned {
            log_id: log_id.clone(),
            requested_range,
            cached_ranges: plan.cached.ranges().to_vec(),
            missing_ranges: plan.missing.ranges().to_vec(),
        });
        self.context.telemetry.emit(match plan.decision {
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

impl Work {
    fn is_nothing(&self) -> bool {
        self.plan.missing.is_empty() && self.refetch.is_empty() && self.replaced.is_empty()
    }
}

/// The ranges to fetch: the gaps of a plan, and the parts to fetch again.
fn jobs(
    plan: &Plan,
    refetch: Vec<Refetch>,
    generation: u32,
    dataset_dir: &str,
    taken: &TakenNames,
) -> Vec<Job> {
    let gaps = plan.missing.ranges().iter();
    let gaps = gaps.map(|range| (*range, generation, None));
    let again = refetch.into_iter().map(|part| {
        let generation = part.claim.generation.saturating_add(1);
        (part.claim.range, generation, Some(part))
    });
    let job = |(range, generation, refetch): (_, _, Option<Refetch>)| Job {
        gap: Gap {
            range,
            dir: layout::segment_dir(dataset_dir, range),
            dataset_dir: dataset_dir.to_owned(),
            generation,
            at_least: refetch.as_ref().and_then(Refetch::sound_rows),
            taken: taken.clone(),
            // What replaces a part is compared with it as a whole.
            may_be_split: refetch.is_none(),
            count: None,
        },
        refetch,
    };
    gaps.chain(again).map(job).collect()
}
