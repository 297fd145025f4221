//! Each request as calls of the engine.
//!
//! Errors become words with a next step here, and nowhere else.

use super::clock::BrowserClock;
use super::host::{Call, Host};
use super::http::RelayHttp;
use super::pause::telling;
use super::shape::{self, failed};
use super::store::KeptStore;
use crate::protocol::{
    Connection, EventLine, FailKind, Failed, Fetch, Found, MESSAGE_CUT, OnDisk, Push, Remove,
    Reply, RowPage, RunMode, Thresholds,
};
use crate::task;
use std::cell::Cell;
use std::rc::Rc;
use windrow_engine::{
    BypassRun, BytesPerEvent, EngineError, Find, IngestRequest, Mode, Observe, Opened, Ports,
    Progress, Selection, bypass_runs, delete as engine_delete, ingest, list_datasets, open,
    open_bypass, plan_window, price as engine_price, scan, segments as engine_segments,
    verify as engine_verify,
};
use windrow_model::event::Event;
use windrow_model::settings::{FetchSettings, FlushSettings};
use windrow_model::{Dataset, Plan, TimeRange};
use windrow_source::LogSource;
use windrow_source::log_search::{ApiKey, Endpoint, LogSearch};
use windrow_store::{BlobStore, StoreError, layout};

/// Who writes, for the footers.
const PRODUCER: &str = concat!("windrow ", env!("CARGO_PKG_VERSION"));

/// Progress is told at most this often.
const PROGRESS_MS: i64 = 100;

/// Between two tries for a dataset that another writer holds.
const WAIT_AGAIN_MS: u64 = 200;

/// A search tells how far it is at most this often.
const SEARCHED_MS: i64 = 150;

fn cancelled() -> Failed {
    Failed::new("Stopped", "Nothing was changed", FailKind::Cancelled)
}

fn bad_key() -> Failed {
    Failed::new(
        "The API key holds characters that no API key has",
        "Give the key alone, without spaces or quotes",
        FailKind::SignIn,
    )
}

fn source(connection: Connection) -> Result<LogSearch<RelayHttp, BrowserClock>, Failed> {
    let key = match connection.api_key.as_deref() {
        // IMPORTANT: without a key the companion adds its own, which is not what was asked for.
        Some(text) => Some(ApiKey::new(text).ok_or_else(bad_key)?),
        None => None,
    };
    let http = RelayHttp::new(connection.token);
    let made = || {
        let endpoint = Endpoint::parse(&connection.base_url)?;
        LogSearch::new(http, BrowserClock, endpoint, key, FetchSettings::default())
    };
    made().map_err(|error| failed(&EngineError::from(error)))
}

pub(super) async fn logs(call: &Call, connection: Connection) -> Result<Reply, Failed> {
    let source = source(connection)?;
    let notices = telling(call);
    let Ok(listed) = call.cancel.race(source.logs(&notices)).await else {
        return Err(cancelled());
    };
    let mut logs = listed.map_err(|error| {
        let mut failed = failed(&EngineError::from(error));
        if failed.kind == FailKind::Retry {
            // Nothing is fetched by it, so nothing is kept of it.
            failed.remedy = "Connect again".to_owned();
        }
        failed
    })?;
    logs.sort_by_cached_key(|log| log.name.to_lowercase());
    Ok(Reply::Logs(logs.into_iter().map(shape::log).collect()))
}

pub(super) async fn look(
    host: &Host,
    dataset: &Dataset,
    window: TimeRange,
    bypass_run: Option<&str>,
) -> Result<Reply, Failed> {
    let store = Rc::clone(&host.store);
    let opened = match bypass_run {
        Some(run) => open_bypass(store, dataset, run, window).await,
        None => open(store, dataset, window).await,
    };
    let looked = match opened {
        Ok(opened) => {
            let (plan, problems) = (opened.plan(), opened.problems().to_vec());
            let (id, opened) = host.keep(opened);
            let looked = shape::looked(plan, Some(shape::view(id, &opened)), None, problems);
            if bypass_run.is_some() {
                shape::beside(looked)
            } else {
                looked
            }
        }
        // What cannot be opened can still be planned: the overlaps are in the plan.
        Err(error) => {
            let held = scan(&*host.store, dataset, Some(window))
                .await
                .map_err(|error| failed(&error))?;
            let plan = plan_window(&held, window);
            shape::looked(plan, None, Some(failed(&error)), held.problems)
        }
    };
    Ok(Reply::Looked(Box::new(looked)))
}

pub(super) async fn segments(host: &Host, dataset: &Dataset) -> Result<Reply, Failed> {
    let segments = engine_segments(&*host.store, dataset)
        .await
        .map_err(|error| failed(&error))?;
    let runs = bypass_runs(&*host.store)
        .await
        .map_err(|error| failed(&error))?;
    // One of which nothing says whose it is can be deleted from any.
    let its_own = |run: &BypassRun| run.dataset.as_ref().is_none_or(|held| held == dataset);
    Ok(Reply::Segments(OnDisk {
        segments: segments.into_iter().map(shape::segment).collect(),
        runs: runs
            .into_iter()
            .filter(its_own)
            .map(shape::bypass_run)
            .collect(),
    }))
}

pub(super) async fn price(
    host: &Host,
    call: &Call,
    connection: Connection,
    dataset: &Dataset,
    window: TimeRange,
    mode: RunMode,
) -> Result<Reply, Failed> {
    let held = scan(&*host.store, dataset, Some(window))
        .await
        .map_err(|error| failed(&error))?;
    let bytes_per_event = BytesPerEvent::held(&*host.store, dataset, &held)
        .await
        .map_err(|error| failed(&error))?;
    let plan = if mode == RunMode::Bypass {
        Plan::bypass(window)
    } else {
        plan_window(&held, window)
    };
    // What goes beside the cache is one range, and never cut.
    let parallel = match mode {
        RunMode::Bypass => 1,
        _ => FlushSettings::default().parallel,
    };
    let source = source(connection)?;
    let notices = telling(call);
    let priced = engine_price(
        &source,
        dataset,
        &plan,
        parallel,
        bytes_per_event,
        &call.cancel,
        &notices,
    );
    match priced.await {
        Ok(Some(price)) => Ok(Reply::Priced(shape::price(price))),
        Ok(None) => Err(cancelled()),
        Err(error) => Err(failed(&error)),
    }
}

/// Tells the page of a run: every event, and progress as often as an eye can follow.
struct Teller<'a> {
    call: &'a Call,
    told_ms: Cell<i64>,
    has_price: Cell<bool>,
}

impl Observe for Teller<'_> {
    fn event(&self, event: Event) {
        let json = serde_json::to_string(&event).unwrap_or_default();
        self.call.push(Push::Event(EventLine {
            level: format!("{:?}", event.level).to_uppercase(),
            event: shape::event_name(&json),
            ts: event.ts,
            json,
        }));
    }

    fn progress(&self, progress: Progress) {
        let now_ms = task::now_ms();
        let is_due = now_ms - self.told_ms.get() >= PROGRESS_MS;
        let has_price = progress.expected.is_some();
        let is_news = has_price != self.has_price.replace(has_price);
        // What the source waits for and what the run will cost are always told: nothing may follow for minutes.
        if is_due || is_news || progress.notice.is_some() {
            self.told_ms.set(now_ms);
            self.call.push(Push::Progress(shape::progress(progress)));
        }
    }
}

fn flush_settings(at: Option<Thresholds>, promote_fields: bool) -> FlushSettings {
    let defaults = FlushSettings::default();
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    FlushSettings {
        rows: at.map_or(defaults.rows, |at| size(at.rows)),
        bytes: at.map_or(defaults.bytes, |at| size(at.bytes)),
        promote_fields,
        ..defaults
    }
}

pub(super) async fn fetch(host: &Host, call: &Call, fetch: Fetch) -> Result<Reply, Failed> {
    let Fetch { window, run_id, .. } = fetch;
    let source = source(fetch.connection)?;
    let teller = Teller {
        call,
        told_ms: Cell::new(0),
        has_price: Cell::new(false),
    };
    let request = IngestRequest {
        dataset: fetch.dataset,
        window,
        mode: match fetch.mode {
            RunMode::Normal => Mode::Normal,
            RunMode::Repair => Mode::Repair,
            RunMode::Bypass => Mode::Bypass,
        },
        flush: flush_settings(fetch.flush, fetch.promote_fields),
        run_id: run_id.clone(),
        producer: PRODUCER.to_owned(),
        summary: true,
    };
    loop {
        let ports = Ports {
            store: &host.store,
            source: &source,
            clock: &BrowserClock,
            observer: &teller,
        };
        match ingest(ports, &request, &call.cancel).await {
            Ok(receipt) => {
                let receipt = shape::receipt(&receipt, window, run_id);
                return Ok(Reply::Fetched(Box::new(receipt)));
            }
            // Nothing was asked for yet. What the other tab keeps in the meantime need not be fetched here.
            Err(EngineError::Store(StoreError::Locked { path }))
                if layout::is_dataset_dir(&path) =>
            {
                wait_for_writer(host, call, &path).await?;
            }
            Err(error) => return Err(failed(&error)),
        }
    }
}

/// Waits until the other tab or process that writes below a dataset's `directory` is done, closed or dead.
async fn wait_for_writer(host: &Host, call: &Call, directory: &str) -> Result<(), Failed> {
    loop {
        call.push(Push::Waiting);
        match call.cancel.race(host.store.lock(directory)).await {
            Ok(Ok(_free)) => return Ok(()),
            // Some stores say so at once.
            Ok(Err(StoreError::Locked { .. })) => task::sleep_ms(WAIT_AGAIN_MS).await,
            Ok(Err(error)) => return Err(failed(&EngineError::Store(error))),
            Err(_cancelled) => return Err(cancelled()),
        }
    }
}

pub(super) async fn rows(
    opened: &Opened<KeptStore>,
    first: u64,
    limit: u32,
) -> Result<Reply, Failed> {
    let rows = opened
        .rows(first, limit as usize)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Reply::Rows(RowPage {
        first: rows.first,
        rows: shape::rows(&rows, MESSAGE_CUT),
    }))
}

pub(super) async fn row(opened: &Opened<KeptStore>, row: u64) -> Result<Reply, Failed> {
    let rows = opened.rows(row, 1).await.map_err(|error| failed(&error))?;
    shape::rows(&rows, usize::MAX)
        .pop()
        .map(|row| Reply::Row(Box::new(row)))
        .ok_or_else(|| {
            Failed::new(
                format!("The window has no row {row}"),
                "Show the plan again",
                FailKind::Reopen,
            )
        })
}

pub(super) async fn find(
    opened: &Opened<KeptStore>,
    call: &Call,
    text: String,
) -> Result<Reply, Failed> {
    let told_ms = Cell::new(task::now_ms());
    let searched = |rows| {
        let now_ms = task::now_ms();
        if now_ms - told_ms.get() >= SEARCHED_MS {
            told_ms.set(now_ms);
            call.push(Push::Searched(rows));
        }
    };
    let find = Find {
        text,
        ignore_case: true,
    };
    let found = opened
        .find(&find, &call.cancel, &searched)
        .await
        .map_err(|error| failed(&error))?;
    if call.cancel.is_cancelled() {
        return Err(cancelled());
    }
    Ok(Reply::Found(Found {
        matches: found.matches,
        rows: found.rows,
        truncated: found.truncated,
        searched: found.searched,
    }))
}

pub(super) async fn summary(opened: &Opened<KeptStore>) -> Result<Reply, Failed> {
    let summary = opened.summary().await.map_err(|error| failed(&error))?;
    Ok(Reply::Summary(Box::new(shape::summary(&summary))))
}

pub(super) async fn datasets(host: &Host) -> Result<Reply, Failed> {
    let datasets = list_datasets(&*host.store)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Reply::Datasets(
        datasets.into_iter().map(shape::dataset).collect(),
    ))
}

pub(super) async fn delete(
    host: &Host,
    dataset: &Dataset,
    remove: Remove,
) -> Result<Reply, Failed> {
    let selection = match remove {
        Remove::All => Selection::All,
        Remove::Segment(range) => Selection::Segment(range),
        Remove::Part(path) => Selection::Part(path),
        Remove::Run(run_id) => Selection::Bypass(run_id),
    };
    let deleted = engine_delete(&*host.store, dataset, &selection)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Reply::Deleted {
        files: deleted.paths.len() as u64,
        bytes: deleted.bytes,
    })
}

pub(super) async fn verify(
    host: &Host,
    call: &Call,
    dataset: &Dataset,
    window: TimeRange,
) -> Result<Reply, Failed> {
    let progress = |read, all| call.push(Push::Verified(read, all));
    let report = engine_verify(&*host.store, dataset, Some(window), &call.cancel, &progress)
        .await
        .map_err(|error| failed(&error))?;
    if report.cancelled {
        return Err(cancelled());
    }
    Ok(Reply::Verified(shape::verified(report)))
}

pub(super) async fn read_part(host: &Host, path: &str) -> Result<Reply, Failed> {
    let store_failed = |error| failed(&EngineError::Store(error));
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    let listed = host.store.list(dir).await.map_err(store_failed)?;
    let Some(info) = listed.into_iter().find(|info| info.path == path) else {
        return Err(Failed::new(
            format!("{path} is gone"),
            "Show the plan again",
            FailKind::Reopen,
        ));
    };
    let bytes = host
        .store
        .read(path, 0..info.size)
        .await
        .map_err(store_failed)?;
    Ok(Reply::Part(bytes.to_vec()))
}
