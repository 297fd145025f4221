//! What a panel shows: nothing yet, on its way, here, or why it is not.

use crate::protocol::{Failed, OpenedWindow, VerifyReport};
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};

/// The connection to the log API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Access {
    /// Not tried.
    #[default]
    Unknown,
    /// Being tried.
    Asking,
    /// The list of logs came.
    Open,
    /// Refused or not there.
    Failed(Failed),
}

/// What is shown of the window.
#[derive(Clone, Debug, Default)]
pub(crate) enum Look {
    /// No window was asked for.
    #[default]
    Nothing,
    /// Being looked at for the first time.
    Looking(Dataset, TimeRange),
    /// Here.
    Here(Arc<Here>),
    /// Could not be looked at.
    Failed(Failed),
}

/// A window that was looked at.
#[derive(Debug)]
pub(crate) struct Here {
    /// What it is of.
    pub dataset: Dataset,
    /// The window.
    pub window: TimeRange,
    /// The bypass run it shows, where it does not show the cache.
    pub bypass_run: Option<String>,
    /// What is held of it.
    pub looked: OpenedWindow,
}

impl Here {
    /// Whether it is of the same log, query and window.
    pub(crate) fn is_window_of(&self, other: &Self) -> bool {
        self.dataset == other.dataset && self.window == other.window
    }
}

/// A figure that is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) enum Asked<T> {
    /// Not asked for.
    #[default]
    No,
    /// On its way.
    Asking,
    /// Here.
    Here(T),
    /// Could not be had.
    Failed(Failed),
}

/// A verification.
#[derive(Clone, Debug, Default)]
pub(crate) enum Check {
    /// Not asked for.
    #[default]
    No,
    /// Parts read, of all.
    Reading(u64, u64),
    /// Done.
    Done(Arc<VerifyReport>),
    /// Could not be done.
    Failed(Failed),
}

/// Which panel is on top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// The table.
    #[default]
    Rows,
    /// Segments and parts.
    Segments,
    /// The window in numbers.
    Summary,
    /// The event log.
    Events,
}
