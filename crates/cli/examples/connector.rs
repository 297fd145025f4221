//! Times the whole connector over real HTTP: `windrow`'s own transport, the real stand-in as a process of its own, the real engine and files.
//!
//! `connector speed <directory> <events>` fetches generated events without delay, and encodes the same pages from memory;
//! `connector parallel <directory>` fetches four gaps at 50 ms a request, one after the other and all at once;
//! `connector memory <directory> <events>` fetches once and says how much memory that took at most;
//! `connector serve <delay ms> <bytes to keep>` is the stand-in that the others start.
//! Prints one JSON object a line; the best of several rounds. Run by `cargo xtask bench connector`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};
use windrow_cli::clock::SystemClock;
use windrow_cli::http::{NativeHttp, Route};
use windrow_engine::{Cancel, IngestRequest, Mode, Ports, Receipt, Silent, ingest};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::{FetchSettings, FlushSettings};
use windrow_model::{Dataset, TimeRange};
use windrow_source::{
    Endpoint, Http, HttpError, HttpRequest, HttpResponse, LogSearch, LogSource, SliceRequest,
};
use windrow_stand_in::{Fault, Rule, StandIn};
use windrow_store::NativeStore;

const ROUNDS: usize = 5;
/// 2023-11-14T00:00:00Z: long settled.
const START_MS: i64 = 1_699_920_000_000;
const DELAY_MS: &str = "50";
/// Enough for the answers of a million events.
const KEEP: &str = "2000000000";
/// Events of a gap, too few for it to be cut.
const GAP_EVENTS: u64 = 9_000;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match arguments.as_slice() {
            ["speed", directory, events] => speed(Path::new(directory), events.parse()?).await,
            ["parallel", directory] => parallel(Path::new(directory)).await,
            ["memory", directory, events] => memory(Path::new(directory), events.parse()?).await,
            ["serve", delay_ms, keep] => serve(delay_ms.parse()?, keep.parse()?).await,
            _ => Err("usage: connector speed|parallel|memory <directory> [events]".into()),
        }
    })
}

async fn serve(delay_ms: u64, keep: usize) -> Fallible<()> {
    let late = (delay_ms > 0).then(|| Rule::new(Fault::Delay { ms: delay_ms }).always());
    let running = StandIn::builder()
        .generated()
        .polls(None)
        .quota(u64::MAX)
        .keep_answers(keep)
        .faults(late.into_iter().collect())
        .build()
        .start()
        .await?;
    let log = running.logs().first().map(|log| log.key.clone());
    println!(
        r#"{{"origin":"{}","log":"{}"}}"#,
        running.origin(),
        log.unwrap_or_default()
    );
    // Until whoever started it ends it.
    std::future::pending().await
}

/// The stand-in as a process of its own, ended with this.
struct Served {
    child: Child,
    origin: String,
    log: String,
}

impl Served {
    fn start(delay_ms: &str, keep: &str) -> Fallible<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", delay_ms, keep])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or("the stand-in says nothing")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let said: serde_json::Value = serde_json::from_str(&line)?;
        let text = |name: &str| said.get(name).and_then(|text| text.as_str());
        Ok(Self {
            child,
            origin: text("origin").unwrap_or_default().to_owned(),
            log: text("log").unwrap_or_default().to_owned(),
        })
    }

    fn source<H: Http>(&self, http: H) -> Fallible<LogSearch<H, SystemClock>> {
        let endpoint = Endpoint::parse(&self.origin)?;
        let settings = FetchSettings::default();
        Ok(LogSearch::new(http, SystemClock, endpoint, None, settings)?)
    }

    /// A window from `start_ms` on with about so many events.
    async fn window(&self, start_ms: i64, events: u64) -> Fallible<TimeRange> {
        let source = self.source(NativeHttp::new(Route::Direct)?)?;
        let mut length_ms = i64::try_from(events)? * 40;
        for _ in 0..6 {
            let range = TimeRange::new(start_ms, start_ms + length_ms)?;
            let slice = SliceRequest {
                log_id: self.log.clone(),
                query: String::new(),
                range,
            };
            let counted = source.count(&slice, &|_| {}).await?.events;
            length_ms = i64::try_from(
                i128::from(length_ms) * i128::from(events) / i128::from(counted.max(1)),
            )?;
        }
        Ok(TimeRange::new(start_ms, start_ms + length_ms)?)
    }

    async fn fetch<H: Http>(
        &self,
        http: H,
        cache: &Path,
        window: TimeRange,
        parallel: usize,
    ) -> Fallible<(Receipt, Duration)> {
        let request = IngestRequest {
            dataset: Dataset::new(LOG_SEARCH, &self.log, "")?,
            window,
            mode: Mode::Normal,
            flush: FlushSettings {
                parallel,
                ..FlushSettings::default()
            },
            run_id: "00000000".into(),
            producer: "windrow bench".into(),
            summary: false,
        };
        let source = self.source(http)?;
        let ports = Ports {
            store: &Rc::new(NativeStore::directory(cache)),
            source: &source,
            clock: &SystemClock,
            observer: &Silent,
        };
        let started = Instant::now();
        let receipt = ingest(ports, &request, &Cancel::new()).await?;
        let spent = started.elapsed();
        if !receipt.is_ok() || receipt.rows_processed == 0 {
            return Err(format!("{receipt:?}").into());
        }
        Ok((receipt, spent))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn speed(directory: &Path, events: u64) -> Fallible<()> {
    let served = Served::start("0", KEEP)?;
    let window = served.window(START_MS, events).await?;
    let cache = directory.join("cache");
    let tape = Rc::new(RefCell::new(HashMap::new()));
    let taping = Taping {
        inner: NativeHttp::new(Route::Direct)?,
        tape: Rc::clone(&tape),
    };
    let (receipt, _) = served.fetch(taping, &cache, window, 1).await?;
    let (mut ours, mut memory, mut several) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        fs::remove_dir_all(&cache)?;
        let from_memory = Played(RefCell::new(tape.borrow().clone()));
        memory = memory.min(served.fetch(from_memory, &cache, window, 1).await?.1);
        fs::remove_dir_all(&cache)?;
        let http = NativeHttp::new(Route::Direct)?;
        ours = ours.min(served.fetch(http, &cache, window, 1).await?.1);
        fs::remove_dir_all(&cache)?;
        let http = NativeHttp::new(Route::Direct)?;
        several = several.min(served.fetch(http, &cache, window, 4).await?.1);
    }
    println!(
        r#"{{"events":{},"seconds":{},"memory_seconds":{},"parallel_seconds":{}}}"#,
        receipt.rows_processed,
        ours.as_secs_f64(),
        memory.as_secs_f64(),
        several.as_secs_f64()
    );
    Ok(())
}

async fn parallel(directory: &Path) -> Fallible<()> {
    let served = Served::start(DELAY_MS, "0")?;
    let gap_ms = served.window(START_MS, GAP_EVENTS).await?.duration_ms();
    let gap_ms = i64::try_from(gap_ms)?;
    let window = TimeRange::new(START_MS, START_MS + 4 * gap_ms)?;
    let (mut alone, mut together) = (Duration::MAX, Duration::MAX);
    for round in 0..3 {
        for (parallel, best) in [(1, &mut alone), (4, &mut together)] {
            let cache = directory.join(format!("cache-{round}-{parallel}"));
            // A held minute between the gaps.
            for at in 1..4 {
                let start_ms = START_MS + at * gap_ms;
                let held = TimeRange::new(start_ms, start_ms + 60_000)?;
                let http = NativeHttp::new(Route::Direct)?;
                served.fetch(http, &cache, held, 1).await?;
            }
            let http = NativeHttp::new(Route::Direct)?;
            let (receipt, spent) = served.fetch(http, &cache, window, parallel).await?;
            if receipt.cache_missing_ranges.len() != 4 {
                return Err(format!("{receipt:?}").into());
            }
            *best = spent.min(*best);
        }
    }
    println!(
        r#"{{"alone_seconds":{},"together_seconds":{}}}"#,
        alone.as_secs_f64(),
        together.as_secs_f64()
    );
    Ok(())
}

async fn memory(directory: &Path, events: u64) -> Fallible<()> {
    let served = Served::start("0", "0")?;
    let window = served.window(START_MS, events).await?;
    let http = NativeHttp::new(Route::Direct)?;
    let parallel = FlushSettings::default().parallel;
    let cache = directory.join("cache");
    let (receipt, spent) = served.fetch(http, &cache, window, parallel).await?;
    let status = fs::read_to_string("/proc/self/status")?;
    let peak_kb: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("the system does not tell the peak")?
        .parse()?;
    println!(
        r#"{{"events":{},"peak_bytes":{},"seconds":{},"parts":{}}}"#,
        receipt.rows_processed,
        peak_kb * 1_024,
        spent.as_secs_f64(),
        receipt.parts_written
    );
    Ok(())
}

type Tape = HashMap<String, HttpResponse>;

/// Keeps every answer besides.
struct Taping {
    inner: NativeHttp,
    tape: Rc<RefCell<Tape>>,
}

impl Http for Taping {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let url = request.url.clone();
        let answer = self.inner.send(request).await?;
        self.tape.borrow_mut().insert(url, answer.clone());
        Ok(answer)
    }
}

/// Gives every answer once, from memory.
struct Played(RefCell<Tape>);

impl Http for Played {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.borrow_mut().remove(&request.url);
        answer.ok_or_else(|| HttpError::Refused {
            reason: "it was not asked before".into(),
        })
    }
}
