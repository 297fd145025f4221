//! `windrow verify`: everything held is read again and checked. Changes nothing, unless late events are to be fetched.

mod source;

use super::open_store;
use crate::args::VerifyArgs;
use crate::args::connection::NativeSource;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{bytes, count, counted, escape, range, span_ms};
use crate::watch::bar;
use serde::Serialize;
use source::Comparison;
use std::rc::Rc;
use windrow_engine::{ProblemKind, VerifyReport, list_datasets, verify};
use windrow_model::Dataset;
use windrow_store::{BlobStore, NativeStore, layout};

#[derive(Debug, Serialize)]
struct Verified {
    dataset: Dataset,
    /// Nothing where the files could not be read.
    #[serde(flatten)]
    report: Option<VerifyReport>,
    /// What the log API says; only where it was asked, and what is held is sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_api: Option<Comparison>,
    /// Why it was not checked to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<Failed>,
}

/// A dataset that could not be checked to the end; it hides nothing of what is known of the others.
#[derive(Debug, Serialize)]
struct Failed {
    reason: String,
    remedy: String,
    #[serde(skip)]
    exit: Exit,
}

impl Verified {
    fn is_ok(&self) -> bool {
        self.is_sound()
            && self.failed.is_none()
            && self.log_api.as_ref().is_none_or(Comparison::is_ok)
    }

    /// Whether nothing that was read is wrong.
    fn is_sound(&self) -> bool {
        self.report.as_ref().is_none_or(|report| report.ok)
    }

    fn is_cancelled(&self) -> bool {
        let mut reports = self.report.iter();
        reports.any(|report| report.cancelled)
            || self.log_api.as_ref().is_some_and(Comparison::is_cancelled)
    }
}

#[derive(Debug, Serialize)]
struct VerifyDocument {
    ok: bool,
    datasets: Vec<Verified>,
    /// Directories in which no file says whose they are, and files beside them.
    unknown: Vec<String>,
}

pub(super) async fn run(args: &VerifyArgs, context: &Context) -> Result<Exit, CliError> {
    // A window that cannot be read is said before anything is.
    args.window.window()?;
    let connected = source::connect(args)?;
    let directory = &args.cache.cache_dir;
    if !directory.is_dir() {
        return Err(CliError::BadInput {
            message: format!(
                "there is no directory {}",
                escape(&directory.to_string_lossy())
            ),
            remedy: "check --cache-dir (LOG_INGESTION_CACHE_DIR)".into(),
        });
    }
    let store = open_store(&args.cache);
    let mut document = VerifyDocument {
        ok: true,
        datasets: Vec::new(),
        unknown: Vec::new(),
    };
    let mut datasets = Vec::new();
    match args.dataset.dataset()? {
        Some(dataset) => {
            if store.list(&layout::dataset_dir(&dataset)).await?.is_empty() {
                return Err(CliError::BadInput {
                    message: format!("nothing is cached here of log {}", escape(dataset.log_id())),
                    remedy: "`windrow segments` lists what is".into(),
                });
            }
            datasets.push(dataset);
        }
        None => list(&store, &mut datasets, &mut document.unknown).await?,
    }
    for dataset in datasets {
        let mut verified = Verified {
            dataset,
            report: None,
            log_api: None,
            failed: None,
        };
        if let Err(error) = check(args, context, &store, connected.as_ref(), &mut verified).await {
            let exit = error.exit();
            // Who is not let in for one dataset is not for the others either.
            if exit == Exit::NotAuthorised {
                return Err(error);
            }
            verified.failed = Some(Failed {
                reason: error.to_string(),
                remedy: error.remedy(),
                exit,
            });
        }
        document.datasets.push(verified);
    }
    let sound = document.datasets.iter().all(Verified::is_sound);
    let mut failed = document.datasets.iter();
    let failed = failed.find_map(|verified| Some(verified.failed.as_ref()?.exit));
    let all_ok = document.datasets.iter().all(Verified::is_ok);
    document.ok = all_ok && document.unknown.is_empty();
    context.print(&document, || {
        lines(&document, args.source, &store.location())
    })?;
    let cancelled = document.datasets.iter().any(Verified::is_cancelled);
    Ok(if cancelled {
        Exit::Cancelled
    } else if document.ok {
        Exit::Ok
    } else if let Some(exit) = failed.filter(|_| sound) {
        exit
    } else if sound && document.unknown.is_empty() {
        // What is held is what it says; the log API has something else.
        Exit::Failed
    } else {
        Exit::Cache
    })
}

/// Reads everything of a dataset, and asks the log API where that is wanted and what is held is sound.
async fn check(
    args: &VerifyArgs,
    context: &Context,
    store: &Rc<NativeStore>,
    connected: Option<&NativeSource>,
    verified: &mut Verified,
) -> Result<(), CliError> {
    let window = args.window.window()?;
    let bar = bar(context.json);
    let progress = |done: u64, all: u64| {
        bar.set_length(all);
        bar.set_position(done);
        bar.set_message(format!(
            "{} of {}",
            count(done),
            counted(all, "part", "parts")
        ));
    };
    let dataset = &verified.dataset;
    let report = verify(&**store, dataset, window, &context.cancel, &progress).await;
    bar.finish_and_clear();
    let report = verified.report.insert(report?);
    if let Some(source) = connected.filter(|_| report.ok) {
        verified.log_api = source::ask(args, context, source, store, dataset).await?;
    }
    Ok(())
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
    let beside = |path: &String| path.matches('/').count() == 1;
    let listed = store.list(layout::LOGS).await?.into_iter();
    unknown.extend(listed.map(|info| info.path).filter(beside));
    Ok(())
}

fn lines(document: &VerifyDocument, asked: bool, location: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for verified in &document.datasets {
        lines.extend(report_lines(verified));
        match &verified.log_api {
            Some(log_api) => lines.extend(log_api.lines()),
            None if !asked || verified.failed.is_some() => {}
            None if verified.is_sound() => {
                lines.push("  from another source, not compared with the log API".into());
            }
            None => lines.push("  not compared with the log API until it is sound".into()),
        }
        if let Some(failed) = &verified.failed {
            lines.push(format!("  failed: {}", escape(&failed.reason)));
            lines.push(format!("    {}", escape(&failed.remedy)));
        }
    }
    for directory in &document.unknown {
        lines.push(format!(
            "{}: nothing in it says whose it is; it is left alone",
            escape(directory)
        ));
    }
    if lines.is_empty() {
        lines.push(format!("Nothing is cached in {}", escape(location)));
    }
    lines
}

/// Two datasets of one log differ in this.
fn of_query(dataset: &Dataset) -> String {
    match dataset.query() {
        "" => String::new(),
        query => format!(" with query `{}`", escape(query)),
    }
}

fn report_lines(verified: &Verified) -> Vec<String> {
    let of = format!(
        "{}{}",
        escape(verified.dataset.log_id()),
        of_query(&verified.dataset)
    );
    let Some(report) = &verified.report else {
        return vec![format!("{of}: NOT READ")];
    };
    let verdict = match (report.ok, report.cancelled) {
        (_, true) => "cancelled",
        (true, _) => "sound",
        (false, _) => "NOT SOUND",
    };
    let mut lines = vec![format!(
        "{of}: {verdict}; {}, {}, {} read; {} proven",
        counted(report.parts_checked, "part", "parts"),
        counted(report.rows_checked, "row", "rows"),
        bytes(report.bytes_checked),
        span_ms(report.coverage.duration_ms()),
    )];
    for problem in &report.problems {
        let words = match problem.kind {
            ProblemKind::Torn => {
                "cut off, counts as missing: fetch its range again and delete it with `windrow delete --part`"
            }
            ProblemKind::Damaged => "damaged: fetch its range again with `windrow fetch --repair`",
            ProblemKind::Unreadable => "cannot be read: check its disk",
            ProblemKind::Inaccessible => {
                "cannot be opened, and nothing is said of what it holds: check its permissions and the limit on open files"
            }
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
