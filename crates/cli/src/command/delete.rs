//! `windrow delete`: a part, a segment, the segments of a window, or a whole log. Asks first.

use super::open_store;
use super::rows::run_id;
use crate::args::{DeleteArgs, parse_range};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{bytes, counted, escape, range};
use serde::Serialize;
use std::io::{self, BufRead, Write};
use windrow_engine::{Deleted, PartInfo, Selection, bypass_runs, delete, segments};
use windrow_model::{Coverage, Dataset, TimeRange};
use windrow_store::NativeStore;

/// What was deleted.
#[derive(Serialize)]
struct DeletedDocument<'a> {
    #[serde(flatten)]
    deleted: &'a Deleted,
    /// Of which times, where a window was given: segments go whole, so it may be more.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    ranges: &'a [TimeRange],
}

pub(super) async fn run(args: &DeleteArgs, context: &Context) -> Result<Exit, CliError> {
    let dataset = args.dataset.required()?;
    let selection = selection(args)?;
    let store = open_store(&args.cache);
    if !args.yes {
        if !context.is_interactive() {
            return Err(CliError::BadInput {
                message: "this deletes, and nobody is there to be asked".into(),
                remedy: "add --yes if that is what you want".into(),
            });
        }
        if !confirmed(&question(&store, &dataset, &selection).await?, context).await? {
            context.note("nothing was deleted");
            return Ok(Exit::Cancelled);
        }
    }
    // What cannot be listed can be deleted all the same.
    let held = match &selection {
        Selection::Window(_) => segments(&*store, &dataset).await.unwrap_or_default(),
        _ => Vec::new(),
    };
    let deleted = delete(&*store, &dataset, &selection).await?;
    let gone = held.iter().flat_map(|segment| &segment.parts);
    let gone = gone.filter(|part| deleted.paths.contains(&part.path));
    let gone: Coverage = gone.map(|part| part.claim).collect();
    let document = DeletedDocument {
        deleted: &deleted,
        ranges: gone.ranges(),
    };
    context.print(&document, || {
        let files = counted(deleted.paths.len() as u64, "file", "files");
        let said = if deleted.paths.is_empty() {
            "Nothing was deleted: nothing of that is in the cache".to_owned()
        } else {
            format!("Deleted {files}, {}", bytes(deleted.bytes))
        };
        let ranges = gone
            .ranges()
            .iter()
            .map(|gone| format!("  {}", range(*gone)));
        [said].into_iter().chain(ranges)
    })?;
    Ok(Exit::Ok)
}

fn selection(args: &DeleteArgs) -> Result<Selection, CliError> {
    if let Some(path) = &args.part {
        return Ok(Selection::Part(path.clone()));
    }
    if let Some(run) = &args.run {
        return Ok(Selection::Bypass(run_id(run)?.to_owned()));
    }
    if let Some(text) = &args.segment {
        return Ok(Selection::Segment(parse_range(text)?));
    }
    Ok(match args.window.window()? {
        Some(window) => Selection::Window(window),
        None => Selection::All,
    })
}

/// What is about to be deleted, in words.
async fn question(
    store: &NativeStore,
    dataset: &Dataset,
    selection: &Selection,
) -> Result<String, CliError> {
    if let Selection::Bypass(run_id) = selection {
        let runs = bypass_runs(store).await?;
        let run = runs.iter().find(|run| run.run_id == *run_id);
        return Ok(format!(
            "Delete bypass run {run_id} of log {}: {}, {}?",
            escape(dataset.log_id()),
            counted(run.map_or(0, |run| run.rows), "row", "rows"),
            bytes(run.map_or(0, |run| run.bytes)),
        ));
    }
    let held = segments(store, dataset).await?;
    let chosen: Vec<&PartInfo> = held
        .iter()
        .filter(|segment| match selection {
            Selection::Segment(range) => segment.range == *range,
            Selection::Window(window) => segment.range.intersects(*window),
            _ => true,
        })
        .flat_map(|segment| &segment.parts)
        .filter(|part| match selection {
            Selection::Part(path) => part.path == *path,
            Selection::Segment(_) => !part.provisional,
            Selection::Window(window) => !part.provisional || part.claim.intersects(*window),
            _ => true,
        })
        .collect();
    let what = match selection {
        Selection::All => "everything held, and what bypass runs have left,".to_owned(),
        Selection::Segment(segment) => format!("the segment {}", range(*segment)),
        Selection::Window(window) => format!("every segment that reaches into {}", range(*window)),
        Selection::Part(path) => format!("the part {}", escape(path)),
        Selection::Bypass(run_id) => format!("bypass run {run_id}"),
    };
    Ok(format!(
        "Delete {what} of log {}: {}, {}, {}?",
        escape(dataset.log_id()),
        counted(chosen.len() as u64, "part", "parts"),
        counted(chosen.iter().map(|part| part.rows).sum(), "row", "rows"),
        bytes(chosen.iter().map(|part| part.bytes).sum()),
    ))
}

/// Whether somebody says yes. Ctrl-C says no.
async fn confirmed(question: &str, context: &Context) -> Result<bool, CliError> {
    let mut err = io::stderr();
    let asked = write!(err, "{question} [y/N] ").and_then(|()| err.flush());
    asked.map_err(|error| CliError::BadInput {
        message: format!("the question could not be asked: {error}; nothing was deleted"),
        remedy: "add --yes if that is what you want".into(),
    })?;
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    let Some(answer) = context.cancel.run_until_cancelled(answer).await else {
        return Ok(false);
    };
    let answer = answer.map_err(io::Error::from)??;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
