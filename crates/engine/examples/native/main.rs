//! Times the core natively: ingest of pages in memory into a directory, and opening what it wrote. Run by `cargo xtask bench`.
//!
//! `native fields <directory> <events>` ingests JSON messages without and with promotion of their fields.
//! `native ingest <directory> <events>` writes `events.ndjson` and the cache into the directory, `native open <directory> <events>` reads the cache,
//! `native parts <directory> <parts>` opens so many small parts with and without their index,
//! `native serve <directory> [cache]` serves the directory and the same pages to a browser, and the files of a cache.
//! Prints one JSON object a line; the best of several rounds.

#![expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock itself"
)]

mod events;
mod pages;
mod parts;
mod serve;

use events::Messages;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use windrow_engine::{CancellationToken, IngestRequest, Mode, Ports, Silent, ingest, open};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::{FetchSettings, FlushSettings};
use windrow_model::{Dataset, TimeRange};
use windrow_source::{Clock, LogApi};
use windrow_store::native::NativeStore;

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["ingest", directory, events] => {
            runtime.block_on(time_ingest(Path::new(directory), events.parse()?))
        }
        ["fields", directory, events] => {
            runtime.block_on(time_fields(Path::new(directory), events.parse()?))
        }
        ["open", directory, events] => {
            runtime.block_on(time_open(Path::new(directory), events.parse()?))
        }
        ["parts", directory, parts] => {
            runtime.block_on(parts::time(Path::new(directory), parts.parse()?))
        }
        ["serve", directory] => runtime.block_on(serve::serve(Path::new(directory), None)),
        ["serve", directory, cache] => {
            runtime.block_on(serve::serve(Path::new(directory), Some(Path::new(cache))))
        }
        _ => {
            Err("usage: native ingest|fields|open|parts|serve <directory> [events or parts]".into())
        }
    }
}

async fn time_ingest(directory: &Path, events: u64) -> Result<(), Box<dyn Error>> {
    let ndjson = fs::File::create(directory.join("events.ndjson"))?;
    let json_bytes = events::write_ndjson(ndjson, events)?;
    let cache = directory.join("cache");
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        best = best.min(round(&cache, events, Messages::Pairs, false).await?);
    }
    let parts = part_bytes(&cache)?;
    println!(
        r#"{{"events":{events},"json_bytes":{json_bytes},"seconds":{},"part_bytes":{parts}}}"#,
        best.as_secs_f64()
    );
    Ok(())
}

/// JSON messages, without and with promotion of their fields in turn.
async fn time_fields(directory: &Path, events: u64) -> Result<(), Box<dyn Error>> {
    let cache = directory.join("cache");
    let (mut plain, mut promoted) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        plain = plain.min(round(&cache, events, Messages::Json, false).await?);
        promoted = promoted.min(round(&cache, events, Messages::Json, true).await?);
    }
    println!(
        r#"{{"events":{events},"plain_seconds":{},"seconds":{}}}"#,
        plain.as_secs_f64(),
        promoted.as_secs_f64()
    );
    Ok(())
}

/// One ingest into an empty directory.
async fn round(
    cache: &Path,
    events: u64,
    messages: Messages,
    promote_fields: bool,
) -> Result<Duration, Box<dyn Error>> {
    if cache.exists() {
        fs::remove_dir_all(cache)?;
    }
    let source = LogApi::new(LOG_SEARCH, "eu")?.connect(
        None,
        FetchSettings::default(),
        pages::Pages::new(events, messages),
        SystemClock,
    )?;
    let ports = Ports {
        store: &Rc::new(NativeStore::directory(cache)),
        source: &source,
        clock: &SystemClock,
        observer: &Silent,
    };
    let started = Instant::now();
    let receipt = ingest(
        ports,
        &request(events, promote_fields)?,
        &CancellationToken::new(),
    )
    .await?;
    let spent = started.elapsed();
    if !receipt.is_complete() || receipt.rows_processed != events {
        return Err(format!("{receipt:?}").into());
    }
    Ok(spent)
}

/// Summary and the first rows, from a scan on.
async fn time_open(directory: &Path, events: u64) -> Result<(), Box<dyn Error>> {
    let store = Rc::new(NativeStore::directory(directory.join("cache")));
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let opened = open(Rc::clone(&store), &dataset()?, window(events)?).await?;
        let summary = opened.summary();
        let rows = opened.rows(0, 100).await?;
        best = best.min(started.elapsed());
        if (summary.row_count, rows.events.len()) != (events, 100) {
            return Err(format!("{summary:?}").into());
        }
    }
    println!(r#"{{"events":{events},"seconds":{}}}"#, best.as_secs_f64());
    Ok(())
}

fn request(events: u64, promote_fields: bool) -> Result<IngestRequest, Box<dyn Error>> {
    Ok(IngestRequest {
        dataset: dataset()?,
        window: window(events)?,
        mode: Mode::Normal,
        flush: FlushSettings {
            promote_fields,
            // The pages come in one order.
            parallel: 1,
            ..FlushSettings::default()
        },
        run_id: "00000000".into(),
        producer: "windrow bench".into(),
        summary: false,
    })
}

fn dataset() -> Result<Dataset, Box<dyn Error>> {
    Ok(Dataset::new(LOG_SEARCH, events::LOG_ID, "")?)
}

fn window(events: u64) -> Result<TimeRange, Box<dyn Error>> {
    let length = i64::try_from(events / 3 + 1)?;
    Ok(TimeRange::window(
        events::START_MS,
        events::START_MS + length,
    )?)
}

fn part_bytes(directory: &Path) -> Result<u64, Box<dyn Error>> {
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            bytes += part_bytes(&path)?;
        } else if path.extension().is_some_and(|name| name == "parquet") {
            bytes += path.metadata()?.len();
        }
    }
    Ok(bytes)
}

#[derive(Clone, Copy)]
struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| i64::try_from(since.as_millis()).ok())
            .unwrap_or_default()
    }

    async fn sleep(&self, wait_ms: u64) {
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    }
}
