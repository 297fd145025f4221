//! The names under which everything is kept, and what a name means.
//!
//! Pure: takes datasets, ranges and numbers, gives paths, and takes a path apart again.
//! Invariant: [`classify`] gives back exactly what a path was made of; a path in any other spelling is foreign.

use windrow_model::range::MAX_MS;
use windrow_model::{Dataset, TimeRange};

/// The directory of all datasets.
pub const LOGS: &str = "logs";
/// The directory of all bypass runs.
pub const BYPASS: &str = "_bypass";

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A part of a segment.
    Part {
        /// Directory of the dataset below the root.
        dataset_dir: String,
        /// What the segment was meant to hold.
        segment: TimeRange,
        /// Number of the part.
        part: u32,
    },
    /// A provisional file of a dataset or of a bypass run.
    Edge,
    /// A part of a bypass run.
    Bypass,
    /// Another file of ours, which can be made anew.
    Sidecar,
    /// Not ours, or not where it belongs.
    Foreign {
        /// Why.
        reason: &'static str,
    },
}

/// `logs/<log dir>`.
pub fn dataset_dir(dataset: &Dataset) -> String {
    format!("{LOGS}/{}", dataset.directory())
}

/// `<dataset dir>/from=<ms>/to=<ms>`.
pub fn segment_dir(dataset_dir: &str, segment: TimeRange) -> String {
    let (from, to) = (segment.start_ms(), segment.end_ms());
    format!("{dataset_dir}/from={from}/to={to}")
}

/// `<dir>/part-00000.parquet`.
pub fn part_path(dir: &str, part: u32) -> String {
    format!("{dir}/part-{part:05}.parquet")
}

/// `<dataset dir>/_edge-<started>-<run id>-<index>`: names sort by age.
pub fn edge_path(dataset_dir: &str, started_ms: i64, run_id: &str, index: u32) -> String {
    format!("{dataset_dir}/_edge-{started_ms:015}-{run_id}-{index:05}")
}

/// `_bypass/<run id>`.
pub fn bypass_dir(run_id: &str) -> String {
    format!("{BYPASS}/{run_id}")
}

/// `<dir>/_summary-<from>-<to>.json`.
pub fn summary_path(dir: &str, window: TimeRange) -> String {
    let (from, to) = (window.start_ms(), window.end_ms());
    format!("{dir}/_summary-{from}-{to}.json")
}

/// Whether a path is a summary's.
pub fn is_summary(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("_summary-"))
}

/// What a path means.
pub fn classify(path: &str) -> Place {
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        [LOGS, dir, from, to, name] if !name.starts_with('_') => part(dir, from, to, name),
        [LOGS | BYPASS, _, name] if name.starts_with("_edge-") => Place::Edge,
        [BYPASS, _, name] if part_number(name).is_some() => Place::Bypass,
        [.., name] if name.starts_with('_') => Place::Sidecar,
        _ => Place::Foreign {
            reason: "it has no place in the layout",
        },
    }
}

fn part(dir: &str, from: &str, to: &str, name: &str) -> Place {
    let foreign = |reason| Place::Foreign { reason };
    let bounds = (
        from.strip_prefix("from=").and_then(decimal),
        to.strip_prefix("to=").and_then(decimal),
    );
    let (Some(start_ms), Some(end_ms)) = bounds else {
        return foreign("its directories are not from=<ms>/to=<ms>");
    };
    let Ok(segment) = TimeRange::window(start_ms, end_ms) else {
        return foreign("its directories name no range");
    };
    let Some(part) = part_number(name) else {
        return foreign("it is not named as a part");
    };
    Place::Part {
        dataset_dir: format!("{LOGS}/{dir}"),
        segment,
        part,
    }
}

/// A canonical decimal: no sign, no leading zero.
fn decimal(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    ((0..=MAX_MS).contains(&number) && number.to_string() == text).then_some(number)
}

fn part_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("part-")?.strip_suffix(".parquet")?;
    let number: u32 = digits.parse().ok()?;
    (format!("{number:05}") == digits).then_some(number)
}
