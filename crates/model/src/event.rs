//! The structured events of a run: one JSON object a line.
//!
//! Counts, ranges, ids and paths only; never message text, keys or URLs with a query.

use crate::range::TimeRange;
use serde::{Deserialize, Serialize};

/// The level of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// A decision or a step.
    Info,
    /// Something to know that stopped nothing.
    Warn,
    /// A failure, with its remedy.
    Error,
}

/// One event as it is written: when, at which level, of which run, and what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, RFC 3339 in UTC with milliseconds.
    pub ts: String,
    /// Its level.
    pub level: Level,
    /// Which run; the same in all events of one run.
    pub run_id: String,
    /// What happened.
    #[serde(flatten)]
    pub event: RunEvent,
}

/// What a run will cost, by the source's counts of the gaps. The receipt has it beside what happened:
/// `events_received`, `batches_processed`, `requests`, `bytes_written` and `waited_ms`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Events.
    pub events: u64,
    /// Pages, at least.
    pub pages: u64,
    /// Requests, at least: pages and counts, without polls.
    pub requests: u64,
    /// Bytes on disk, about.
    pub stored_bytes: u64,
    /// Requests that the rate limit left after the counts, where it was told.
    pub quota_left: Option<u64>,
    /// How long the rate limit makes what follows the counts wait, in milliseconds, at least.
    pub limit_wait_ms: u64,
}

/// What happened. The names and fields are those of `docs/runbooks/log-ingestion-service.md`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the field names are the documented names")]
pub enum RunEvent {
    /// The dataset's directory is about to be read.
    CacheScanStart {
        log_id: String,
        cache_dir: String,
        segment_count: u64,
    },
    /// The dataset's parts are known.
    CacheScanComplete {
        log_id: String,
        cache_dir: String,
        segment_count: u64,
    },
    /// A part that was never finished: missing, not damaged.
    CacheTornPart { path: String },
    /// What is held and what is missing.
    CacheCoveragePlanned {
        log_id: String,
        requested_range: TimeRange,
        cached_ranges: Vec<TimeRange>,
        missing_ranges: Vec<TimeRange>,
    },
    /// Everything is held.
    CacheHit {
        log_id: String,
        requested_range: TimeRange,
    },
    /// Some is held.
    CachePartial {
        log_id: String,
        requested_range: TimeRange,
    },
    /// Nothing is held.
    CacheMiss {
        log_id: String,
        requested_range: TimeRange,
    },
    /// The cache is bypassed.
    CacheBypass {
        log_id: String,
        requested_range: TimeRange,
    },
    /// Every missing range is counted and no page requested yet: what the run will cost.
    FetchPriced {
        log_id: String,
        requested_range: TimeRange,
        ranges: u64,
        #[serde(flatten)]
        expected: Expected,
    },
    /// A missing range is about to be fetched.
    FetchSubrangeStart {
        subrange: TimeRange,
        segment_dir: String,
    },
    /// A missing range was fetched.
    FetchSubrangeComplete {
        subrange: TimeRange,
        segment_dir: String,
        duration_ms: u64,
        rows_fetched: u64,
        parts_written: u64,
    },
    /// A missing range could not be fetched; what was proven is kept.
    FetchSubrangeFailed {
        subrange: TimeRange,
        segment_dir: String,
        reason: String,
        remedy: String,
    },
    /// The source asked to wait, or failed in a way that may pass.
    FetchRetry {
        subrange: TimeRange,
        reason: String,
        wait_ms: u64,
        attempt: u32,
    },
    /// A buffer is about to be written.
    FlushStart {
        segment_dir: String,
        part_index: u32,
        rows_buffered: u64,
        bytes_buffered: u64,
    },
    /// A buffer was written and cleared.
    FlushComplete {
        segment_dir: String,
        part_index: u32,
        rows_buffered: u64,
        bytes_buffered: u64,
    },
    /// A summary was made.
    ParquetSummaryGenerated {
        summary_output: Option<String>,
        row_count: u64,
        timestamp_min: Option<i64>,
        timestamp_max: Option<i64>,
        columns: Vec<String>,
    },
    /// Something held could not be read.
    CacheReadFailed {
        path: String,
        reason: String,
        remedy: String,
    },
    /// Something could not be written.
    CacheWriteFailed {
        path: String,
        reason: String,
        remedy: String,
    },
    /// No summary could be made.
    ParquetSummaryFailed {
        path: String,
        reason: String,
        remedy: String,
    },
}

impl RunEvent {
    /// Its level.
    pub const fn level(&self) -> Level {
        match self {
            Self::CacheReadFailed { .. }
            | Self::CacheWriteFailed { .. }
            | Self::ParquetSummaryFailed { .. }
            | Self::FetchSubrangeFailed { .. } => Level::Error,
            Self::CacheTornPart { .. } | Self::FetchRetry { .. } => Level::Warn,
            _ => Level::Info,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_flat_object() {
        let event = RunEvent::CacheHit {
            log_id: "a".into(),
            requested_range: TimeRange::new(1, 2).unwrap(),
        };
        let event = Event {
            ts: "t".into(),
            level: event.level(),
            run_id: "r".into(),
            event,
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"ts":"t","level":"INFO","run_id":"r","event":"cache_hit","log_id":"a","requested_range":[1,2]}"#
        );
    }
}
