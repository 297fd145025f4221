//! Times filters and answers over cached firewall events of the stand-in, in parts of 10,000 rows with their fields as columns.
//!
//! `query make <directory>` caches the events there;
//! `query ask <directory> <questions.json>` asks once, and prints one JSON object a question.
//! Run by `cargo xtask bench query`.

mod questions;

use questions::{Question, ask_all};
use serde_json::json;
use std::error::Error;
use std::fs;
use std::rc::Rc;
use std::time::Instant;
use windrow_cli::clock::SystemClock;
use windrow_cli::http::{NativeHttp, Route};
use windrow_engine::{
    CancellationToken, IngestRequest, Mode, Ports, Silent, ingest, list_datasets,
};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::{FetchSettings, FlushSettings};
use windrow_model::{Dataset, TimeRange};
use windrow_source::LogApi;
use windrow_stand_in::StandIn;
use windrow_store::NativeStore;

/// 2023-11-14T00:00:00Z: long settled.
const START_MS: i64 = 1_699_920_000_000;
/// 728,813 events of the generated firewall.
const LENGTH_MS: i64 = 10 * 3_600_000;
const PART_ROWS: usize = 10_000;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match arguments.as_slice() {
            ["make", directory] => make(directory).await,
            ["ask", directory, questions] => ask(directory, questions).await,
            _ => {
                Err("usage: query make <directory> | query ask <directory> <questions.json>".into())
            }
        }
    })
}

fn window() -> Fallible<TimeRange> {
    Ok(TimeRange::window(START_MS, START_MS + LENGTH_MS)?)
}

async fn make(directory: &str) -> Fallible<()> {
    let stand_in = StandIn::builder().generated().polls(None).quota(u64::MAX);
    let running = stand_in.build().start().await?;
    let log = running
        .logs()
        .first()
        .ok_or("the stand-in has no log")?
        .key
        .clone();
    let http = NativeHttp::new(Route::Direct)?;
    let api = LogApi::new(LOG_SEARCH, running.origin())?;
    let source = api.connect(None, FetchSettings::default(), http, SystemClock)?;
    let ports = Ports {
        store: &Rc::new(NativeStore::directory(directory)),
        source: &source,
        clock: &SystemClock,
        observer: &Silent,
    };
    let request = IngestRequest {
        dataset: Dataset::new(LOG_SEARCH, log, "")?,
        window: window()?,
        mode: Mode::Normal,
        flush: FlushSettings {
            rows: PART_ROWS,
            promote_fields: true,
            // So that parts are full.
            parallel: 1,
            ..FlushSettings::default()
        },
        run_id: "00000000".into(),
        producer: "windrow bench".into(),
        summary: false,
    };
    let receipt = ingest(ports, &request, &CancellationToken::new()).await?;
    if !receipt.is_complete() {
        return Err(format!("{receipt:?}").into());
    }
    let window = request.window;
    let made = json!({
        "rows": receipt.rows_processed, "parts": receipt.parts_written,
        "log": request.dataset.log_id(), "from": window.start_ms(), "to": window.end_ms(),
    });
    println!("{made}");
    Ok(())
}

async fn ask(directory: &str, questions: &str) -> Fallible<()> {
    let store = Rc::new(NativeStore::directory(directory));
    let datasets = list_datasets(&*store).await?;
    let dataset = datasets
        .into_iter()
        .find_map(|info| info.dataset)
        .ok_or("nothing is cached")?;
    let questions: Vec<Question> = serde_json::from_str(&fs::read_to_string(questions)?)?;
    let started = Instant::now();
    let seconds = || started.elapsed().as_secs_f64();
    for (name, seconds, answer) in ask_all(&questions, &store, &dataset, window()?, seconds).await?
    {
        println!(
            "{}",
            json!({"name": name, "seconds": seconds, "answer": answer})
        );
    }
    Ok(())
}
