//! `windrow segments`: what lies in the cache, by log or by segment and part.

use super::open_store;
use crate::args::SegmentsArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{Side, Table, bytes, count, counted, escape, instant, range, span_ms};
use windrow_engine::{
    BypassRun, DatasetInfo, PartInfo, SegmentInfo, bypass_runs, list_datasets, segments,
};
use windrow_store::BlobStore;

pub(super) async fn run(args: &SegmentsArgs, context: &Context) -> Result<Exit, CliError> {
    let store = open_store(&args.cache);
    let wanted = args.dataset.dataset()?;
    let mut runs = bypass_runs(&*store).await?;
    runs.retain(|run| wanted.is_none() || run.dataset == wanted);
    if args.bypass {
        context.print(&runs, || run_lines(&runs))?;
        return Ok(Exit::Ok);
    }
    if !context.json && !runs.is_empty() {
        context.note(&format!(
            "{} beside the cache: `windrow segments --bypass` lists them",
            counted(runs.len() as u64, "bypass run lies", "bypass runs lie")
        ));
    }
    let Some(dataset) = wanted else {
        let datasets = list_datasets(&*store).await?;
        context.print(&datasets, || dataset_lines(&datasets, &store.location()))?;
        return Ok(Exit::Ok);
    };
    let segments = segments(&*store, &dataset).await?;
    context.print(&segments, || segment_lines(&segments))?;
    Ok(Exit::Ok)
}

fn dataset_lines(datasets: &[DatasetInfo], location: &str) -> Vec<String> {
    if datasets.is_empty() {
        return vec![format!("Nothing is cached in {}", escape(location))];
    }
    let mut table = Table::new(&[
        ("Log", Side::Left),
        ("Query", Side::Left),
        ("Held", Side::Right),
        ("Ranges", Side::Right),
        ("Rows", Side::Right),
        ("Parts", Side::Right),
        ("Size", Side::Right),
        ("Problems", Side::Right),
    ]);
    for info in datasets {
        let dataset = info.dataset.as_ref();
        table.row([
            dataset.map_or(info.directory.as_str(), |dataset| dataset.log_id()),
            dataset.map_or("", |dataset| dataset.query()),
            &span_ms(info.coverage.duration_ms()),
            &count(info.coverage.ranges().len() as u64),
            &count(info.rows),
            &count(info.parts),
            &bytes(info.bytes),
            &count(info.problems),
        ]);
    }
    table.lines()
}

fn run_lines(runs: &[BypassRun]) -> Vec<String> {
    if runs.is_empty() {
        return vec!["No bypass run has left anything here".into()];
    }
    let mut table = Table::new(&[
        ("Run", Side::Left),
        ("Log", Side::Left),
        ("Query", Side::Left),
        ("From", Side::Left),
        ("To", Side::Left),
        ("Rows", Side::Right),
        ("Size", Side::Right),
        ("Started", Side::Left),
    ]);
    for run in runs {
        let dataset = run.dataset.as_ref();
        let time = |ms: Option<i64>| ms.map_or_else(String::new, instant);
        table.row([
            run.run_id.as_str(),
            dataset.map_or("?", |dataset| dataset.log_id()),
            dataset.map_or("", |dataset| dataset.query()),
            &time(run.window.map(|window| window.start_ms())),
            &time(run.window.map(|window| window.end_ms())),
            &count(run.rows),
            &bytes(run.bytes),
            &time(run.started_ms),
        ]);
    }
    table.lines()
}

fn segment_lines(segments: &[SegmentInfo]) -> Vec<String> {
    if segments.is_empty() {
        return vec!["Nothing of this log is cached here yet".into()];
    }
    let mut lines = Vec::new();
    for segment in segments {
        let parts = &segment.parts;
        lines.push(format!(
            "{}  ({})",
            range(segment.range),
            span_ms(segment.range.duration_ms())
        ));
        lines.push(format!(
            "{}: {}, {}, {}",
            escape(&segment.dir),
            counted(parts.len() as u64, "part", "parts"),
            counted(parts.iter().map(|part| part.rows).sum(), "row", "rows"),
            bytes(parts.iter().map(|part| part.bytes).sum()),
        ));
        lines.extend(
            part_table(parts)
                .lines()
                .iter()
                .map(|line| format!("  {line}")),
        );
        lines.push(String::new());
    }
    lines.pop();
    lines
}

fn part_table(parts: &[PartInfo]) -> Table {
    let mut table = Table::new(&[
        ("Part", Side::Left),
        ("From", Side::Left),
        ("To", Side::Left),
        ("Rows", Side::Right),
        ("Size", Side::Right),
        ("Generation", Side::Right),
        ("Fetched", Side::Left),
        ("State", Side::Left),
    ]);
    for part in parts {
        let state = match (part.provisional, part.owned, part.rows) {
            (true, ..) => "provisional",
            (_, false, _) => "replaced",
            (_, _, 0) => "checked, no rows",
            _ => "held",
        };
        table.row([
            part.path.rsplit('/').next().unwrap_or_default(),
            &instant(part.claim.start_ms()),
            &instant(part.claim.end_ms()),
            &count(part.rows),
            &bytes(part.bytes),
            &part.generation.to_string(),
            &instant(part.fetched_at_ms),
            state,
        ]);
    }
    table
}
