//! What a run did: the record printed by `--json` and shown by the page.

use crate::error::{EngineError, ErrorKind};
use crate::maintain::repair::Repair;
use crate::read::summary::Summary;
use serde::{Deserialize, Serialize};
use windrow_model::event::Expected;
use windrow_model::{Decision, Plan, TimeRange};
use windrow_source::Refused;

/// What a run did. Row counts are of the requested window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The file of `--output`, where one was written.
    pub output_file: Option<String>,
    /// Rows of the window that are proven.
    pub rows_processed: u64,
    /// Pages received.
    pub batches_processed: u64,
    /// Seconds from start to end.
    pub duration_seconds: f64,
    /// Segment directories the window is read from.
    pub segments_used: Vec<String>,
    /// Segment directories this run wrote parts into.
    pub segments_written: Vec<String>,
    /// What was missing before the run.
    pub cache_missing_ranges: Vec<TimeRange>,
    /// What was held before the run.
    pub cache_cached_ranges: Vec<TimeRange>,
    /// Where the summary was written.
    pub summary_output: Option<String>,
    /// Why it could not be written; what is summed up is held all the same.
    pub summary_failed: Option<String>,
    /// The summary of the window after the run.
    pub summary: Option<Summary>,
    /// How the window related to what was held.
    pub decision: Decision,
    /// Requests sent, polls and retries included.
    pub requests: u64,
    /// Events received twice and kept once.
    pub duplicates_dropped: u64,
    /// Events received outside the range asked for, and not kept.
    pub outside_dropped: u64,
    /// Ranges that are still missing because fetching them failed.
    pub failed_ranges: Vec<TimeRange>,
    /// Why, one for each failure.
    pub failures: Vec<Failure>,
    /// Events that were too large to be taken in. Their milliseconds are among the failed ranges.
    pub refused: Vec<Refused>,
    /// Ranges fetched too close to the source's now: shown, not claimed yet.
    pub provisional_ranges: Vec<TimeRange>,
    /// Ranges that lie beyond what the source keeps: what it still had is shown, and none of it can ever be claimed.
    pub beyond_retention_ranges: Vec<TimeRange>,
    /// Ranges this run proved and kept.
    pub kept_ranges: Vec<TimeRange>,
    /// What the source's counts of the gaps let expect, to compare with what happened.
    pub expected: Expected,
    /// Events received, before any filter.
    pub events_received: u64,
    /// Rows received by this run and kept in parts.
    pub rows_written: u64,
    /// Parts written.
    pub parts_written: u64,
    /// Bytes written.
    pub bytes_written: u64,
    /// How long some range waited for the rate limit or before another try, in milliseconds; waits at the same time count once.
    pub waited_ms: u64,
    /// Requests that the rate limit leaves after the run, where it was told.
    pub quota_left: Option<u64>,
    /// Body bytes received.
    pub bytes_received: u64,
    /// Stopped by the person who started it.
    pub cancelled: bool,
    /// Damaged parts that a repair replaced or kept.
    pub repaired: Vec<Repair>,
    /// Where a bypass run wrote, below the cache root.
    pub bypass_dir: Option<String>,
}

/// A range that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What is still missing.
    pub range: TimeRange,
    /// What happened.
    pub reason: String,
    /// What to do next.
    pub remedy: String,
    /// The same for programs.
    pub kind: ErrorKind,
}

impl Receipt {
    /// The receipt of a run that has planned and done nothing yet.
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            cache_missing_ranges: plan.missing.ranges().to_vec(),
            cache_cached_ranges: plan.cached.ranges().to_vec(),
            decision: plan.decision,
            ..Self::default()
        }
    }

    /// Records that `range` is still missing, and why.
    pub(crate) fn record_failure(&mut self, range: TimeRange, error: &EngineError) {
        self.failed_ranges.push(range);
        self.failures.push(Failure {
            range,
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
            kind: error.kind(),
        });
    }

    /// Sorts by time what ranges have reported in the order they ended.
    pub(crate) fn sort(&mut self) {
        let start = |range: &TimeRange| range.start_ms();
        self.kept_ranges.sort_by_key(start);
        self.failed_ranges.sort_by_key(start);
        self.provisional_ranges.sort_by_key(start);
        self.beyond_retention_ranges.sort_by_key(start);
        self.failures
            .sort_by_key(|failure| failure.range.start_ms());
    }

    /// Whether nothing of the window is missing after the run: all is proven, or provisional because it lies too close to now.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && !self.cancelled
    }
}
