//! What a run is asked to do, and what it reaches.

use crate::telemetry::Observe;
use std::rc::Rc;
use windrow_model::settings::FlushSettings;
use windrow_model::{Dataset, TimeRange};

/// How the cache is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Only what is missing is fetched; damage is an error.
    #[default]
    Normal,
    /// Besides, everything held of the window is read, and what is damaged is fetched again.
    Repair,
    /// Besides, everything held of the window is fetched again, and replaced where that is no loss of rows: how late events are brought in.
    Again,
    /// The whole window is fetched into a directory of its own; the cache is not touched.
    Bypass,
}

/// What to fetch and how.
#[derive(Clone, Debug)]
pub struct IngestRequest {
    /// What the window is cached under.
    pub dataset: Dataset,
    /// What is wanted.
    pub window: TimeRange,
    /// How the cache is used.
    pub mode: Mode,
    /// When buffers are written, and how.
    pub flush: FlushSettings,
    /// Eight lower-case hex digits, new for every run.
    pub run_id: String,
    /// What writes: `windrow 0.1.0`.
    pub producer: String,
    /// Whether a summary is made and written.
    pub summary: bool,
}

/// Everything a run reaches.
pub struct Ports<'a, S, L, C> {
    /// Where parts are kept.
    pub store: &'a Rc<S>,
    /// What is asked for events.
    pub source: &'a L,
    /// The time.
    pub clock: &'a C,
    /// What receives events and progress.
    pub observer: &'a dyn Observe,
}
