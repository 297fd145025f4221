//! What is remembered, as a context: read as a signal, written through to the browser's storage.

use super::remembered::Remembered;
use crate::platform::document;
use crate::platform::storage::{self, Keep};
use leptos::prelude::*;

const KEY: &str = "windrow.remembered";

/// What is remembered between visits.
#[derive(Clone, Copy)]
pub(crate) struct Memory(RwSignal<Remembered>);

impl Memory {
    /// What the last visit left.
    pub(crate) fn recall() -> Self {
        let held: Remembered = storage::read_json(Keep::Always, KEY).unwrap_or_default();
        document::set_theme(&held.theme);
        Self(RwSignal::new(held))
    }

    /// Reads and follows it.
    pub(crate) fn with<T>(self, read: impl FnOnce(&Remembered) -> T) -> T {
        self.0.with(read)
    }

    /// Reads it once.
    pub(crate) fn with_untracked<T>(self, read: impl FnOnce(&Remembered) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// Changes it, on top of what another tab has left since.
    pub(crate) fn change(self, change: impl FnOnce(&mut Remembered)) {
        self.0.update(|held| {
            if let Some(now) = storage::read_json(Keep::Always, KEY) {
                *held = now;
            }
            change(held);
            document::set_theme(&held.theme);
            storage::write_json(Keep::Always, KEY, held);
        });
    }
}
