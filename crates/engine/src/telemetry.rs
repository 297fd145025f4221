//! What flows upwards while a run goes on: structured events and progress, nothing else.

use crate::error::EngineError;
use serde::{Deserialize, Serialize};
use windrow_model::TimeRange;
use windrow_model::event::{Event, Expected, RunEvent};
use windrow_model::instant::format_instant_ms;
use windrow_source::Notice;

/// Receives what a run reports about itself. Must return at once.
pub trait Observe {
    /// Something was decided, done or failed.
    fn event(&self, event: Event);
    /// The run got further.
    fn progress(&self, progress: Progress);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observe for Silent {
    fn event(&self, _: Event) {}
    fn progress(&self, _: Progress) {}
}

/// How far a run is. Counts are of the whole run so far, in which several ranges may be under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The range that got further: a gap, or a slice of one.
    pub gap: TimeRange,
    /// Everything of this range before this millisecond is proven and kept.
    pub kept_until_ms: i64,
    /// The newest event received of this range lies here.
    pub received_until_ms: i64,
    /// Ranges that have ended, well or not.
    pub ranges_ended: usize,
    /// Ranges of the run as far as known; a gap that is cut becomes several.
    pub ranges: usize,
    /// Ranges under way, this one among them.
    pub under_way: Vec<TimeRange>,
    /// Milliseconds the run set out to fetch.
    pub wanted_ms: u64,
    /// Milliseconds of them that were received, or belong to ranges that have ended.
    pub received_ms: u64,
    /// What the run will cost, once every gap is counted: before the first page.
    pub expected: Option<Expected>,
    /// Events received in the run.
    pub rows: u64,
    /// Pages received in the run.
    pub pages: u64,
    /// Requests sent in the run.
    pub requests: u64,
    /// Body bytes received in the run.
    pub bytes_received: u64,
    /// Parts written in the run.
    pub parts: u64,
    /// Bytes written in the run.
    pub bytes_written: u64,
    /// What the source is waiting for, while it waits.
    pub notice: Option<Notice>,
    /// When a wait ends, epoch milliseconds by the run's own clock: what a countdown counts to.
    pub waits_until_ms: Option<i64>,
}

impl Progress {
    /// How much is done, in thousandths: by events where they were counted, else by time.
    pub fn share_permille(&self) -> u32 {
        let (done, whole) = match self.expected.map(|expected| expected.events) {
            Some(events) if events > 0 => (self.rows, events),
            _ => (self.received_ms, self.wanted_ms.max(1)),
        };
        let share = u128::from(done.min(whole)) * 1_000 / u128::from(whole);
        u32::try_from(share).unwrap_or(1_000)
    }
}

/// Stamps what a run reports with the time and the run, and hands it to the observer.
pub(crate) struct Telemetry<'a> {
    observer: &'a dyn Observe,
    now_ms: &'a dyn Fn() -> i64,
    run_id: &'a str,
}

impl<'a> Telemetry<'a> {
    pub(crate) fn new(
        observer: &'a dyn Observe,
        now_ms: &'a dyn Fn() -> i64,
        run_id: &'a str,
    ) -> Self {
        Self {
            observer,
            now_ms,
            run_id,
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.now_ms)()
    }

    pub(crate) fn emit(&self, event: RunEvent) {
        self.observer.event(Event {
            ts: format_instant_ms(self.now_ms()),
            level: event.level(),
            run_id: self.run_id.to_owned(),
            event,
        });
    }

    pub(crate) fn progress(&self, progress: Progress) {
        self.observer.progress(progress);
    }

    /// A file could not be written or removed.
    pub(crate) fn write_failed(&self, path: &str, error: &EngineError) {
        self.emit(RunEvent::CacheWriteFailed {
            path: path.to_owned(),
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
        });
    }

    /// A file or a directory could not be read.
    pub(crate) fn read_failed(&self, path: &str, error: &EngineError) {
        self.emit(RunEvent::CacheReadFailed {
            path: path.to_owned(),
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
        });
    }
}
