//! Times what the engine does with a log of many parts: `cargo xtask bench planning`.
//!
//! Prints one JSON object a line: an operation, a number of parts, the best of several rounds in seconds.
//! What grows with the square of the parts shows when their number grows tenfold.

use std::cell::Cell;
use std::error::Error;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};
use windrow_engine::{
    CancellationToken, IngestRequest, Mode, Ports, Receipt, Selection, Silent, delete, ingest, open,
};
use windrow_model::batch::EventRef;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::{Compression, FlushSettings};
use windrow_model::{Dataset, EventBatch, TimeRange};
use windrow_source::{
    Bounds, Clock, Count, Cursor, LogInfo, LogSource, Notice, Order, Page, Profile, SliceRequest,
    SourceError, Verdict,
};
use windrow_store::memory::MemoryStore;

const ROUNDS: u32 = 3;
const OPERATIONS: [&str; 5] = ["fetch", "open", "hit", "repair", "delete"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for parts in [10_000, 100_000] {
        let mut best = [Duration::MAX; OPERATIONS.len()];
        for _ in 0..ROUNDS {
            for (best, took) in best.iter_mut().zip(round(parts).await?) {
                *best = took.min(*best);
            }
        }
        for (operation, best) in OPERATIONS.iter().zip(best) {
            let seconds = best.as_secs_f64();
            println!(r#"{{"operation":"{operation}","parts":{parts},"seconds":{seconds}}}"#);
        }
    }
    Ok(())
}

/// How long each operation takes, in order.
async fn round(parts: i64) -> Result<[Duration; OPERATIONS.len()], Box<dyn Error>> {
    let store = Rc::new(MemoryStore::new());
    let (fetch, receipt) = timed(run(&store, parts, Mode::Normal)).await?;
    check(&receipt, parts, parts.unsigned_abs())?;
    let dataset = dataset()?;
    let (open, opened) = timed(open(Rc::clone(&store), &dataset, window(parts)?)).await?;
    check_rows(opened.row_count(), parts)?;
    let (hit, receipt) = timed(run(&store, parts, Mode::Normal)).await?;
    check(&receipt, parts, 0)?;
    let (repair, receipt) = timed(run(&store, parts, Mode::Repair)).await?;
    check(&receipt, parts, 0)?;
    let (delete, deleted) = timed(delete(&*store, &dataset, &Selection::All)).await?;
    if deleted.paths.len().cast_signed() as i64 != parts {
        return Err(format!("{} files were deleted", deleted.paths.len()).into());
    }
    Ok([fetch, open, hit, repair, delete])
}

async fn timed<T, E>(work: impl Future<Output = Result<T, E>>) -> Result<(Duration, T), E> {
    let started = Instant::now();
    let done = work.await?;
    Ok((started.elapsed(), done))
}

fn check(receipt: &Receipt, parts: i64, written: u64) -> Result<(), Box<dyn Error>> {
    if receipt.parts_written != written {
        return Err(format!("{} parts were written", receipt.parts_written).into());
    }
    check_rows(receipt.rows_processed, parts)
}

/// An event a part.
fn check_rows(rows: u64, parts: i64) -> Result<(), Box<dyn Error>> {
    if rows != parts.unsigned_abs() {
        return Err(format!("{rows} rows of {parts}").into());
    }
    Ok(())
}

async fn run(store: &Rc<MemoryStore>, parts: i64, mode: Mode) -> Result<Receipt, Box<dyn Error>> {
    let source = EventPerPage::new(parts);
    let request = IngestRequest {
        dataset: dataset()?,
        window: window(parts)?,
        mode,
        flush: FlushSettings {
            rows: 1,
            parallel: 1,
            compression: Compression::None,
            ..FlushSettings::default()
        },
        run_id: "00000001".into(),
        producer: "windrow bench".into(),
        summary: false,
    };
    let ports = Ports {
        store,
        source: &source,
        clock: &NoClock,
        observer: &Silent,
    };
    Ok(ingest(ports, &request, &CancellationToken::new()).await?)
}

fn dataset() -> Result<Dataset, Box<dyn Error>> {
    Ok(Dataset::new(LOG_SEARCH, "log", "")?)
}

fn window(parts: i64) -> Result<TimeRange, Box<dyn Error>> {
    Ok(TimeRange::window(0, parts)?)
}

/// An event a millisecond, and an event a page: each becomes a part.
struct EventPerPage {
    profile: Profile,
    events: i64,
    requests: Cell<u64>,
}

impl EventPerPage {
    fn new(events: i64) -> Self {
        Self {
            profile: Profile {
                source: LOG_SEARCH.into(),
                order: Order::Ascending,
                bounds: Bounds::HalfOpen,
                page_limit: 1,
                requests_per_page: 1,
                documented_quota: None,
                max_event_bytes: 16 << 20,
                settle_ms: 0,
            },
            events,
            requests: Cell::new(0),
        }
    }
}

impl LogSource for EventPerPage {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn requests(&self) -> u64 {
        self.requests.get()
    }

    async fn logs(&self, _: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError> {
        Ok(Vec::new())
    }

    async fn count(&self, _: &SliceRequest, _: &dyn Fn(Notice)) -> Result<Count, SourceError> {
        self.requests.set(self.requests.get() + 1);
        Ok(Count {
            events: self.events.unsigned_abs(),
            server_ms: Some(self.events),
            requests: 1,
            beyond_retention: false,
        })
    }

    fn first(&self, _: &SliceRequest) -> Result<Cursor, SourceError> {
        Ok(Cursor("0".into()))
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        _: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        self.requests.set(self.requests.get() + 1);
        let at: i64 = cursor.0.parse().unwrap_or_default();
        into.push(EventRef {
            timestamp_ms: at,
            sequence_number: Some(at),
            log_id: "log",
            message: "one event of a part of its own",
            ..EventRef::default()
        });
        let next = at + 1;
        Ok(Page {
            received: 1,
            refused: Vec::new(),
            verdict: if next < self.events {
                Verdict::More(Cursor(next.to_string()))
            } else {
                Verdict::Complete
            },
            beyond_retention: false,
            server_ms: None,
            requests: 1,
            bytes: 100,
        })
    }
}

struct NoClock;

impl Clock for NoClock {
    fn now_ms(&self) -> i64 {
        0
    }

    async fn sleep(&self, _: u64) {}
}
