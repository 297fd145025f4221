//! The grammar of paths: of a dataset, a segment, a part and their sidecars, made and classified.
//!
//! ```text
//! logs/<dataset>/from=<ms>/to=<ms>/part-00000.parquet   a part
//! logs/<dataset>/_edge-<ms>-<run>-<index>               a provisional file: rows too close to now
//! logs/<dataset>/_summary-<from>-<to>.json              a sidecar
//! logs/<dataset>/_index                                 a sidecar
//! _bypass/<run>/part-00000.parquet                      what a bypass run fetched
//! _bypass/<run>/_run.json                               what that run was asked for
//! ```
//!
//! Pure functions. Invariant: paths made here are classified as what they were made for, and each has one spelling: `from=05` is foreign.
//! A path is only a name; a file proves itself what it holds.

mod number;

use number::{decimal_ms, padded};
use windrow_model::identity::decode_name;
use windrow_model::{Dataset, TimeRange};

/// The directory of all datasets.
pub const LOGS: &str = "logs";

/// The directory of everything fetched by bypass runs.
pub const BYPASS: &str = "_bypass";

/// Digits of a part's number, at least.
const PART_DIGITS: usize = 5;

/// Digits of epoch milliseconds up to the year 9999.
const MS_DIGITS: usize = 15;

/// The kind of a path, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A part of a segment.
    Part {
        /// `logs/<dataset>`.
        dataset_dir: String,
        /// The range of its directory.
        segment: TimeRange,
        /// Its number in the segment.
        part: u32,
    },
    /// Rows that are shown but not claimed. The names of one directory sort by age.
    Provisional {
        /// `logs/<dataset>`, or `_bypass/<run>`.
        dataset_dir: String,
        /// When it was fetched, epoch milliseconds.
        fetched_at_ms: i64,
        /// The run that fetched it.
        run_id: String,
        /// Its number in the run.
        index: u32,
    },
    /// A part that a bypass run fetched; it never counts as held.
    Bypass {
        /// The run.
        run_id: String,
        /// Its number in the run.
        part: u32,
    },
    /// Something of ours that can be rebuilt.
    Sidecar,
    /// Not ours: left alone and reported.
    Foreign {
        /// Why.
        reason: &'static str,
    },
}

/// The directory of a dataset.
pub fn dataset_dir(dataset: &Dataset) -> String {
    format!("{LOGS}/{}", dataset.directory())
}

/// Whether a path is the directory of a dataset.
pub fn is_dataset_dir(path: &str) -> bool {
    path.strip_prefix(LOGS)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(is_dataset_name)
}

/// The directory of a segment.
pub fn segment_dir(dataset_dir: &str, segment: TimeRange) -> String {
    format!(
        "{dataset_dir}/from={}/to={}",
        segment.start_ms(),
        segment.end_ms()
    )
}

/// A part in the directory of its segment, or of its bypass run.
pub fn part_path(segment_dir: &str, part: u32) -> String {
    format!("{segment_dir}/part-{part:0PART_DIGITS$}.parquet")
}

/// A file of provisional rows. `run_id` is letters, digits and dashes.
pub fn provisional_path(dataset_dir: &str, fetched_at_ms: i64, run_id: &str, index: u32) -> String {
    let fetched_at_ms = fetched_at_ms.max(0);
    format!("{dataset_dir}/_edge-{fetched_at_ms:0MS_DIGITS$}-{run_id}-{index:0PART_DIGITS$}")
}

/// The directory of a bypass run.
pub fn bypass_dir(run_id: &str) -> String {
    format!("{BYPASS}/{run_id}")
}

/// The note of a bypass run about itself, in its directory.
pub fn bypass_note_path(bypass_dir: &str) -> String {
    format!("{bypass_dir}/_run.json")
}

/// The bypass run that a path belongs to.
pub fn bypass_run(path: &str) -> Option<&str> {
    let below = path.strip_prefix(BYPASS)?.strip_prefix('/')?;
    let run_id = below.split('/').next().unwrap_or_default();
    is_run_id(run_id).then_some(run_id)
}

/// The summary of a window, in the directory of its dataset or bypass run.
pub fn summary_path(dir: &str, window: TimeRange) -> String {
    format!(
        "{dir}/_summary-{}-{}.json",
        window.start_ms(),
        window.end_ms()
    )
}

/// The index of the footers in a dataset's directory.
pub fn index_path(dataset_dir: &str) -> String {
    format!("{dataset_dir}/_index")
}

/// Whether a path is a summary's.
pub fn is_summary(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.strip_prefix("_summary-")
        .and_then(|rest| rest.strip_suffix(".json"))
        .and_then(|bounds| bounds.split_once('-'))
        .and_then(|(from, to)| TimeRange::window(decimal_ms(from)?, decimal_ms(to)?).ok())
        .is_some()
}

/// Classifies any path. Never fails: what is not ours is [`PathKind::Foreign`].
pub fn classify(path: &str) -> PathKind {
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        [BYPASS, run, file] if is_run_id(run) => in_bypass(run, file),
        [.., file] if file.starts_with('_') && steps.first() != Some(&LOGS) => PathKind::Sidecar,
        [BYPASS, ..] => PathKind::Sidecar,
        [LOGS, name, rest @ ..] if is_dataset_name(name) => in_dataset(name, rest),
        [LOGS, _, _, ..] => foreign("its directory is no encoded log id"),
        _ => foreign("it lies outside the datasets"),
    }
}

fn in_bypass(run_id: &str, file: &str) -> PathKind {
    if let Some(part) = part_number(file) {
        return PathKind::Bypass {
            run_id: run_id.to_owned(),
            part,
        };
    }
    provisional(&bypass_dir(run_id), file).unwrap_or(PathKind::Sidecar)
}

fn in_dataset(name: &str, rest: &[&str]) -> PathKind {
    let dataset_dir = format!("{LOGS}/{name}");
    match rest {
        [file] if file.starts_with('_') => {
            provisional(&dataset_dir, file).unwrap_or(PathKind::Sidecar)
        }
        [.., file] if file.starts_with('_') => PathKind::Sidecar,
        [from, to, file] => {
            let Some(segment) = segment(from, to) else {
                return foreign("its directories are no from=<ms>/to=<ms> of a forward range");
            };
            match part_number(file) {
                Some(part) => PathKind::Part {
                    dataset_dir,
                    segment,
                    part,
                },
                None => foreign("its name is no part's"),
            }
        }
        _ => foreign("it lies in no segment"),
    }
}

fn segment(from: &str, to: &str) -> Option<TimeRange> {
    let from_ms = decimal_ms(from.strip_prefix("from=")?)?;
    let to_ms = decimal_ms(to.strip_prefix("to=")?)?;
    TimeRange::window(from_ms, to_ms).ok()
}

fn part_number(file: &str) -> Option<u32> {
    let digits = file.strip_prefix("part-")?.strip_suffix(".parquet")?;
    u32::try_from(padded(digits, PART_DIGITS)?).ok()
}

fn provisional(dataset_dir: &str, file: &str) -> Option<PathKind> {
    let (fetched_at, rest) = file.strip_prefix("_edge-")?.split_once('-')?;
    let (run_id, index) = rest.rsplit_once('-')?;
    is_run_id(run_id).then_some(())?;
    Some(PathKind::Provisional {
        dataset_dir: dataset_dir.to_owned(),
        fetched_at_ms: i64::try_from(padded(fetched_at, MS_DIGITS)?).ok()?,
        run_id: run_id.to_owned(),
        index: u32::try_from(padded(index, PART_DIGITS)?).ok()?,
    })
}

fn is_run_id(run_id: &str) -> bool {
    !run_id.is_empty()
        && run_id.len() <= 64
        && run_id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// An encoded log id, or `~h` and a digest where that would be too long; behind either, `~` and a digest where source or query are not the plain ones.
fn is_dataset_name(name: &str) -> bool {
    let (log, identity) = match name.strip_prefix("~h") {
        Some(hashed) => {
            let (digest, rest) = hashed.split_at_checked(32).unwrap_or(("", ""));
            (is_hex(digest, 32), rest)
        }
        None => {
            let end = name.find('~').unwrap_or(name.len());
            let (log, rest) = name.split_at(end);
            (decode_name(log).is_some(), rest)
        }
    };
    log && (identity.is_empty() || identity.strip_prefix('~').is_some_and(|d| is_hex(d, 16)))
}

fn is_hex(digits: &str, len: usize) -> bool {
    digits.len() == len
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn foreign(reason: &'static str) -> PathKind {
    PathKind::Foreign { reason }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
