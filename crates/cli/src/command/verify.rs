//! `windrow verify`: everything held is read again and checked. Changes nothing.

use super::open_store;
use crate::args::VerifyArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{bytes, count, counted, escape, range, span_ms};
use crate::watch::bar;
use indicatif::ProgressBar;
use serde::Serialize;
use windrow_engine::{ProblemKind, VerifyReport, list_datasets, verify};
use windrow_model::Dataset;
use windrow_store::NativeStore;

#[derive(Debug, Serialize)]
struct Verified {
    dataset: Dataset,
    #[serde(flatten)]
    report: VerifyReport,
}

#[derive(Debug, Serialize)]
struct VerifyDocument {
    ok: bool,
    datasets: Vec<Verified>,
    /// Directories in which no file says whose they are.
    unknown: Vec<String>,
}

pub(super) async fn run(args: &VerifyArgs, context: &Context) -> Result<Exit, CliError> {
    let window = args.window.window()?;
    let store = open_store(&args.cache);
    let mut document = VerifyDocument {
        ok: true,
        datasets: Vec::new(),
        unknown: Vec::new(),
    };
    let mut datasets = Vec::new();
    match args.dataset.dataset()? {
        Some(dataset) => datasets.push(dataset),
        None => list(&store, &mut datasets, &mut document.unknown).await?,
    }
    let bar = if context.json {
        ProgressBar::hidden()
    } else {
        bar()
    };
    for dataset in datasets {
        let progress = |done: u64, all: u64| {
            bar.set_length(all);
            bar.set_position(done);
            bar.set_message(format!(
                "{} of {}",
                count(done),
                counted(all, "part", "parts")
            ));
        };
        let report = verify(&*store, &dataset, window, &context.cancel, &progress).await?;
        document.datasets.push(Verified { dataset, report });
    }
    bar.finish_and_clear();
    let all_ok = document.datasets.iter().all(|verified| verified.report.ok);
    document.ok = all_ok && document.unknown.is_empty();
    if context.json {
        context.print_json(&document)?;
    } else {
        context.print_lines(lines(&document))?;
    }
    let cancelled = document
        .datasets
        .iter()
        .any(|verified| verified.report.cancelled);
    Ok(match (document.ok, cancelled) {
        (_, true) => Exit::Cancelled,
        (true, _) => Exit::Ok,
        (false, _) => Exit::Cache,
    })
}

async fn list(
    store: &NativeStore,
    datasets: &mut Vec<Dataset>,
    unknown: &mut Vec<String>,
) -> Result<(), CliError> {
    for info in list_datasets(store).await? {
        match info.dataset {
            Some(dataset) => datasets.push(dataset),
            None => unknown.push(info.directory),
        }
    }
    Ok(())
}

fn lines(document: &VerifyDocument) -> Vec<String> {
    let mut lines = Vec::new();
    for verified in &document.datasets {
        lines.extend(report_lines(verified));
    }
    for directory in &document.unknown {
        lines.push(format!(
            "{}: no file in it says whose it is",
            escape(directory)
        ));
    }
    if lines.is_empty() {
        lines.push("Nothing is cached here yet".into());
    }
    lines
}

fn report_lines(verified: &Verified) -> Vec<String> {
    let report = &verified.report;
    let verdict = match (report.ok, report.cancelled) {
        (_, true) => "cancelled",
        (true, _) => "sound",
        (false, _) => "NOT SOUND",
    };
    let mut lines = vec![format!(
        "{}: {verdict}; {}, {}, {} read; {} proven",
        escape(verified.dataset.log_id()),
        counted(report.parts_checked, "part", "parts"),
        counted(report.rows_checked, "row", "rows"),
        bytes(report.bytes_checked),
        span_ms(report.coverage.duration_ms()),
    )];
    for problem in &report.problems {
        let words = match problem.kind {
            ProblemKind::Torn => "never finished, counts as missing",
            ProblemKind::Damaged => "damaged: fetch its range again with `windrow fetch --repair`",
            ProblemKind::Unreadable => "cannot be read",
            ProblemKind::Foreign => "not ours, left alone",
            ProblemKind::Newer => "written by a newer version, left alone",
        };
        lines.push(format!("  {}: {words}", escape(&problem.path)));
        lines.push(format!("    {}", escape(&problem.reason)));
    }
    for overlap in &report.overlaps {
        lines.push(format!(
            "  {} is claimed twice; delete the one you trust less:",
            range(overlap.range)
        ));
        lines.push(format!("    {}", escape(&overlap.first)));
        lines.push(format!("    {}", escape(&overlap.second)));
    }
    lines
}
