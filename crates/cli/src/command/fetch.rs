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
use crate::ndjson::write_rows;
use crate::output::WholeFile;
use crate::run_id::new_run_id;
use crate::watch::Watch;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use windrow_engine::{
    CancellationToken, IngestRequest, Mode, Ports, Receipt, ingest, open, open_bypass, plan_window,
    scan,
};
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
    let output = args.output.as_deref();
    let draft = output
        .map(|path| WholeFile::create(path, &request.run_id))
        .transpose()?;
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
    if let (Some(draft), Some(path), true) = (draft, output, receipt.is_complete()) {
        if write_output(&store, &request, draft, &context.cancel).await? {
            receipt.output_file = Some(path.display().to_string());
            if receipt.summary.is_some() {
                let beside = summary_beside(path, &request);
                write_summary(&receipt, &beside, &request.run_id)?;
                receipt.summary_output = Some(beside.display().to_string());
                receipt.summary_failed = None;
            }
        } else {
            receipt.cancelled = true;
            context.note("the file of --output was not written; the window is held: the same command again writes it without a request");
        }
    }
    if context.json {
        context.print_json(&receipt)?;
    } else {
        context.print_lines(receipt::lines(&receipt, request.window))?;
    }
    Ok(exit_of(&receipt))
}

fn request(args: &FetchArgs) -> Result<IngestRequest, CliError> {
    Ok(IngestRequest {
        dataset: args.dataset.dataset()?,
        window: args.window.window()?,
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

/// Writes every row of the window to the file of `--output`. Says whether it came to the end; else there is no file.
async fn write_output(
    store: &Rc<NativeStore>,
    request: &IngestRequest,
    mut file: WholeFile,
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
        write_rows(&mut file, &rows, &|_| true, &mut 0, u64::MAX)?;
        at += rows.events.len() as u64;
    }
    file.finish().map(|()| true)
}

/// The summary's place beside the file of `--output`.
fn summary_beside(output: &Path, request: &IngestRequest) -> PathBuf {
    let (from, to) = (request.window.start_ms(), request.window.end_ms());
    output.with_file_name(format!("_summary-{from}-{to}.json"))
}

fn write_summary(receipt: &Receipt, place: &Path, run_id: &str) -> Result<(), CliError> {
    let mut file = WholeFile::create(place, run_id)?;
    serde_json::to_writer_pretty(&mut file, &receipt.summary).map_err(std::io::Error::from)?;
    file.finish()
}
