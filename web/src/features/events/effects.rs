//! Keeps the structured events of this tab.

use super::journal::Journal;
use crate::features::contexts::{Bus, Event};
use leptos::prelude::*;

/// The event log.
#[derive(Clone, Copy)]
pub(crate) struct EventLog(pub RwSignal<Journal>);

/// Starts it; gives how many events it holds.
pub(crate) fn start(bus: Bus) -> Signal<u64> {
    let log = EventLog(RwSignal::new(Journal::default()));
    provide_context(log);
    bus.listen(move |event| {
        if let Event::Journal(line) = event {
            log.0.update(|journal| journal.push(line));
        }
    });
    Signal::derive(move || log.0.with(|journal| journal.len() as u64))
}
