//! Times the whole connector over real HTTP: `windrow`'s own transport, the real stand-in as a process of its own, the real engine and files.
//!
//! `connector speed <directory> <events>` fetches generated events without delay, and encodes the same pages from memory;
//! `connector parallel <directory>` fetches four gaps at 50 ms a request, one after the other and all at once;
//! `connector memory <directory> <events>` fetches once and says how much memory that took at most, allocated and resident;
//! `connector page <events>` asks for the pages of a window bare, made anew and from the stand-in's memory;
//! `connector serve <delay ms> <bytes to keep>` is the stand-in that the others start.
//! Prints one JSON object a line; the best of several rounds. Run by `cargo xtask bench connector`.

use peak_alloc::PeakAlloc;
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
use windrow_engine::{CancellationToken, IngestRequest, Mode, Ports, Receipt, Silent, ingest};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::{FetchSettings, FlushSettings};
use windrow_model::{Dataset, TimeRange};
use windrow_source::{
    Connector, Http, HttpError, HttpRequest, HttpResponse, LogApi, LogSource, SliceRequest,
};
use windrow_stand_in::{Bounds, Fault, Rule, StandIn};
use windrow_store::NativeStore;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

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
            ["page", events] => page(events.parse()?).await,
            ["serve", delay_ms, keep] => serve(delay_ms.parse()?, keep.parse()?).await,
            _ => Err("usage: connector speed|parallel|memory|page [directory] [events]".into()),
        }
    })
}

async fn serve(delay_ms: u64, keep: usize) -> Fallible<()> {
    let late = (delay_ms > 0).then(|| Rule::new(Fault::Delay { ms: delay_ms }).always());
    let running = StandIn::builder()
        .generated()
        .bounds(Bounds::HalfOpen)
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

    fn source<H: Http>(&self, http: H) -> Fallible<Connector<H, SystemClock>> {
        let api = LogApi::new(LOG_SEARCH, &self.origin)?;
        Ok(api.connect(None, FetchSettings::default(), http, SystemClock)?)
    }

    /// How many events there are from `start_ms` to before `end_ms`.
    async fn count(&self, start_ms: i64, end_ms: i64) -> Fallible<u64> {
        let source = self.source(NativeHttp::new(Route::Direct)?)?;
        let slice = SliceRequest {
            log_id: self.log.clone(),
            query: String::new(),
            // The connector asks for a millisecond more, and the stand-in leaves out the upper bound.
            range: TimeRange::new(start_ms + 1, end_ms)?,
        };
        Ok(source.count(&slice, &|_| {}).await?.events)
    }

    /// A window from about `start_ms` on with exactly so many events.
    async fn window(&self, start_ms: i64, events: u64) -> Fallible<TimeRange> {
        let longest_ms = i64::try_from(events)? * 1_000;
        // Events of one millisecond cannot be parted: then it begins a little later.
        for start_ms in (start_ms..).step_by(1_000).take(100) {
            let (mut before, mut end_ms) = (start_ms + 1, start_ms + longest_ms);
            while before < end_ms {
                let middle = before + (end_ms - before) / 2;
                if self.count(start_ms, middle).await? < events {
                    before = middle + 1;
                } else {
                    end_ms = middle;
                }
            }
            if end_ms > start_ms + 1 && self.count(start_ms, end_ms).await? == events {
                return Ok(TimeRange::new(start_ms, end_ms)?);
            }
        }
        Err(format!("no window has {events} events").into())
    }

    /// Follows the chain of a window's pages and reads nothing but its links. Gives how many there were.
    async fn follow(&self, window: TimeRange) -> Fallible<u32> {
        let http = NativeHttp::new(Route::Direct)?;
        let mut next = Some(format!(
            "{}/query/logs/{}?from={}&to={}&per_page=500",
            self.origin,
            self.log,
            window.start_ms(),
            window.end_ms()
        ));
        let mut pages = 0;
        while let Some(url) = next {
            let answer = http.send(HttpRequest::get(url)).await?;
            let body = std::str::from_utf8(&answer.body)?;
            // The page's own links come last.
            next = body
                .rsplit_once("\"links\":")
                .and_then(|(_, links)| links.split_once("\"href\":\""))
                .and_then(|(_, rest)| rest.split_once('"'))
                .map(|(href, _)| href.to_owned());
            pages += 1;
        }
        Ok(pages)
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
        let receipt = ingest(ports, &request, &CancellationToken::new()).await?;
        let spent = started.elapsed();
        if !receipt.is_complete() {
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

/// Fails unless exactly so many events were kept.
fn kept(receipt: &Receipt, events: u64) -> Fallible<()> {
    if receipt.rows_processed == events {
        return Ok(());
    }
    Err(format!("{} of {events} events are kept", receipt.rows_processed).into())
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
    kept(&receipt, events)?;
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
    // As many events in each, with something held in between.
    let mut gaps = vec![served.window(START_MS, GAP_EVENTS).await?];
    let mut held = Vec::new();
    while let Some(last) = gaps.last()
        && gaps.len() < 4
    {
        let next = served.window(last.end_ms() + 60_000, GAP_EVENTS).await?;
        held.push(TimeRange::new(last.end_ms(), next.start_ms())?);
        gaps.push(next);
    }
    let end_ms = gaps.last().map_or(START_MS, |last| last.end_ms());
    let window = TimeRange::new(
        gaps.first().map_or(START_MS, |first| first.start_ms()),
        end_ms,
    )?;
    let (mut alone, mut together) = (Duration::MAX, Duration::MAX);
    for round in 0..3 {
        for (parallel, best) in [(1, &mut alone), (4, &mut together)] {
            let cache = directory.join(format!("cache-{round}-{parallel}"));
            for held in &held {
                let http = NativeHttp::new(Route::Direct)?;
                served.fetch(http, &cache, *held, 1).await?;
            }
            let http = NativeHttp::new(Route::Direct)?;
            let (receipt, spent) = served.fetch(http, &cache, window, parallel).await?;
            if receipt.cache_missing_ranges != gaps {
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
    let allocated = ALLOCATED.peak_usage();
    kept(&receipt, events)?;
    let status = fs::read_to_string("/proc/self/status")?;
    let resident_kb: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("the system does not tell the peak")?
        .parse()?;
    println!(
        r#"{{"events":{},"allocated_bytes":{},"resident_bytes":{},"seconds":{},"parts":{}}}"#,
        receipt.rows_processed,
        allocated,
        resident_kb * 1_024,
        spent.as_secs_f64(),
        receipt.parts_written
    );
    Ok(())
}

/// How long the stand-in takes to make a page: asked over HTTP for all of a window, less the same from its memory.
async fn page(events: u64) -> Fallible<()> {
    let (made, held) = (Served::start("0", "0")?, Served::start("0", KEEP)?);
    let window = made.window(START_MS, events).await?;
    let (mut making, mut holding, mut pages) = (Duration::MAX, Duration::MAX, 0);
    // The first round fills the memory.
    for _ in 0..=ROUNDS {
        for (served, best) in [(&made, &mut making), (&held, &mut holding)] {
            let started = Instant::now();
            pages = served.follow(window).await?;
            *best = started.elapsed().min(*best);
        }
    }
    let micros = |spent: Duration| spent.as_secs_f64() * 1e6 / f64::from(pages);
    println!(
        r#"{{"pages":{pages},"made_us":{},"held_us":{}}}"#,
        micros(making),
        micros(holding)
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
