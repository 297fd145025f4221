//! What flows upwards while a run goes on: structured events and progress, nothing else.

use serde::{Deserialize, Serialize};
use windrow_model::TimeRange;
use windrow_model::event::{Event, What};
use windrow_model::instant::format_instant_ms;
use windrow_source::Notice;

/// Receives what a run tells about itself. Must return at once.
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

/// How far a run is. Counts are of the whole run so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The gap being fetched.
    pub gap: TimeRange,
    /// Its place among the gaps, from 0.
    pub gap_index: usize,
    /// How many gaps the run has.
    pub gap_count: usize,
    /// Everything of the gap before this millisecond is proven and kept.
    pub kept_until_ms: i64,
    /// The newest event received lies here.
    pub received_until_ms: i64,
    /// Events expected in this gap by the source's own count.
    pub expected_rows: Option<u64>,
    /// Events received in this gap.
    pub gap_rows: u64,
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
}

/// Stamps events with the time and the run.
pub(crate) struct Teller<'a> {
    pub(crate) observer: &'a dyn Observe,
    pub(crate) now_ms: &'a dyn Fn() -> i64,
    pub(crate) run_id: &'a str,
}

impl Teller<'_> {
    pub(crate) fn tell(&self, what: What) {
        self.observer.event(Event {
            ts: format_instant_ms((self.now_ms)()),
            level: what.level(),
            run_id: self.run_id.to_owned(),
            what,
        });
    }
}
