//! The event log's handle: it takes every event that is told.

use super::journal::Journal;
use crate::features::contexts::{Bus, Event};
use leptos::prelude::*;

/// The event log. Written by its listener alone.
#[derive(Clone, Copy)]
pub(crate) struct EventLog(RwSignal<Journal>);

/// Makes the log, lets it listen, and provides it; gives how many events it holds.
pub(crate) fn start(bus: Bus) -> Signal<u64> {
    let log = EventLog(RwSignal::new(Journal::default()));
    bus.listen(move |event| {
        if let Event::Journal(line) = event {
            log.0.update(|journal| journal.push(line));
        }
    });
    provide_context(log);
    Signal::derive(move || log.with(|journal| journal.len() as u64))
}

impl EventLog {
    /// Reads and follows it.
    pub(crate) fn with<T>(self, read: impl FnOnce(&Journal) -> T) -> T {
        self.0.with(read)
    }

    /// All of it as JSON lines.
    pub(super) fn text(self) -> String {
        self.0.with_untracked(Journal::text)
    }
}
