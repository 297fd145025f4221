//! `windrow fetch`: a run from plan to receipt.
//!
//! What could go wrong without the log API is found before the first request: window, settings, output file, cache.

mod receipt;

use super::open_store;
use crate::args::FetchArgs;
use crate::args::connection::api_key;
use crate::clock::SystemClock;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::ndjson::{Fields, Page, write_rows};
use crate::output::{Output, WholeFile, unwritable};
use crate::run_id::new_run_id;
use crate::watch::Watch;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use windrow_engine::{
    CancellationToken, IngestRequest, Mode, Ports, Receipt, ingest, open, open_bypass, plan_window,
    scan,
};
use windrow_source::Clock;
use windrow_store::NativeStore;

/// Rows written at once to `--output`.
const ROWS_AT_ONCE: usize = 16_384;

/// What writes parts, in their footers.
pub const PRODUCER: &str = concat!("windrow ", env!("CARGO_PKG_VERSION"));

pub(super) async fn run(args: &FetchArgs, context: &Context) -> Result<Exit, CliError> {
    let request = request(args)?;
    let key = api_key()?;
    let keyless = key.is_none();
    let source = args.connection.source(key)?;
    let store = open_store(&args.cache);
    if keyless && needs_requests(&store, &request).await? {
        return Err(CliError::NoKey {
            what: "requests to the log API",
        });
    }
    let output = match &args.output {
        None => None,
        Some(path) => match Output::open(path, &context.cancel).await? {
            None => return Ok(Exit::Cancelled),
            opened => opened,
        },
    };
    let rows_on_stdout = output.as_ref().is_some_and(Output::is_stdout);
    let watch = Watch::new(args.events.as_deref(), context.json)?;
    let ports = Ports {
        store: &store,
        source: &source,
        clock: &SystemClock,
        observer: &watch,
    };
    let outcome = ingest(ports, &request, &context.cancel).await;
    if let Some(error) = watch.finish() {
        context.note(&format!("some events are lost: {error}"));
    }
    let mut receipt = outcome?;
    if let Some(path) = &mut receipt.summary_output {
        *path = args.cache.cache_dir.join(&*path).display().to_string();
    }
    if let Some(dir) = &mut receipt.bypass_dir {
        *dir = args.cache.cache_dir.join(&*dir).display().to_string();
    }
    if let (Some(output), Some(path), true) = (output, &args.output, receipt.is_complete()) {
        write_output(&store, &request, output, path, &mut receipt, context).await?;
    }
    let lines = || receipt::lines(&receipt, request.window);
    if rows_on_stdout {
        // Nobody listens on a closed standard error, and the exit code says it too.
        let _ = context.print_to(&mut io::stderr(), &receipt, lines);
    } else {
        context.print(&receipt, lines)?;
    }
    Ok(exit_of(&receipt))
}

fn request(args: &FetchArgs) -> Result<IngestRequest, CliError> {
    Ok(IngestRequest {
        dataset: args.dataset.required()?,
        window: args.window.window(SystemClock.now_ms())?,
        mode: match (args.bypass, args.repair) {
            (true, _) => Mode::Bypass,
            (_, true) => Mode::Repair,
            _ => Mode::Normal,
        },
        flush: args.flush.settings(),
        run_id: new_run_id()?,
        producer: PRODUCER.into(),
        summary: !args.no_summary,
    })
}

/// Whether the run cannot do without the log API. A window that is held needs no key.
async fn needs_requests(store: &NativeStore, request: &IngestRequest) -> Result<bool, CliError> {
    if request.mode == Mode::Bypass {
        return Ok(true);
    }
    let held = scan(store, &request.dataset, Some(request.window)).await?;
    // Damage and overlaps are said by the run itself, and first.
    let sound = held.damaged_in(request.window).is_empty() || request.mode == Mode::Repair;
    Ok(sound && !plan_window(&held, request.window).missing.is_empty())
}

fn exit_of(receipt: &Receipt) -> Exit {
    if receipt.cancelled {
        Exit::Cancelled
    } else if !receipt.is_complete() {
        Exit::Failed
    } else if receipt.summary_failed.is_some() {
        Exit::Cache
    } else {
        Exit::Ok
    }
}

/// Writes the window's rows to `--output`, and beside a file its summary.
async fn write_output(
    store: &Rc<NativeStore>,
    request: &IngestRequest,
    mut output: Output,
    path: &Path,
    receipt: &mut Receipt,
    context: &Context,
) -> Result<(), CliError> {
    let is_file = output.is_file();
    let written = write_window(store, request, &mut output, &context.cancel).await;
    match written.and_then(|whole| whole.then(|| output.finish()).transpose()) {
        Ok(Some(())) => {}
        Ok(None) => {
            receipt.cancelled = true;
            context.note("not all rows were written to --output; the window is held: the same command again writes them without a request");
            return Ok(());
        }
        // Who reads no further wants no more.
        Err(error) if error.is_broken_pipe() => return Ok(()),
        Err(error) => return Err(error),
    }
    receipt.output_file = Some(path.display().to_string());
    if is_file && receipt.summary.is_some() {
        let beside = summary_beside(path, request);
        write_summary(receipt, &beside)?;
        receipt.summary_output = Some(beside.display().to_string());
        receipt.summary_failed = None;
    }
    Ok(())
}

/// Writes every row of the window. Says whether it came to the end.
async fn write_window(
    store: &Rc<NativeStore>,
    request: &IngestRequest,
    output: &mut Output,
    cancel: &CancellationToken,
) -> Result<bool, CliError> {
    let store = Rc::clone(store);
    let opened = match request.mode {
        Mode::Bypass => open_bypass(store, &request.dataset, &request.run_id, request.window).await,
        _ => open(store, &request.dataset, request.window).await,
    }?;
    let mut at = 0;
    while at < opened.row_count() {
        if cancel.is_cancelled() {
            return Ok(false);
        }
        let rows = opened.rows(at, ROWS_AT_ONCE).await?;
        if rows.events.is_empty() {
            break;
        }
        let page = Page {
            events: &rows.events,
            provisional: &rows.provisional,
        };
        let mut fields = Fields::default();
        write_rows(output, page, &mut fields, &|_| true, &mut 0, u64::MAX)
            .map_err(|error| output.failed(error))?;
        at += rows.events.len() as u64;
    }
    Ok(true)
}

/// The summary's place beside the file of `--output`.
fn summary_beside(output: &Path, request: &IngestRequest) -> PathBuf {
    let (from, to) = (request.window.start_ms(), request.window.end_ms());
    output.with_file_name(format!("_summary-{from}-{to}.json"))
}

fn write_summary(receipt: &Receipt, place: &Path) -> Result<(), CliError> {
    let mut file = WholeFile::create(place)?;
    serde_json::to_writer_pretty(&mut file, &receipt.summary)
        .map_err(|error| unwritable(place, &error.into()))?;
    file.finish()
}
