//! The window that is shown: what was asked for, and what of it is cached.
//!
//! Values alone; [`super::state`] decides which of them is shown.

use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::{Failed, OpenedWindow, Problem, ViewId, WindowPlan, WindowView};

/// A window of a log and query, of the cache or of one bypass run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Log and query.
    pub dataset: Dataset,
    /// Start and end.
    pub window: TimeRange,
    /// The bypass run it shows, where it does not show the cache.
    pub bypass_run: Option<String>,
}

impl Target {
    /// A window of the cache.
    pub fn cached(dataset: Dataset, window: TimeRange) -> Self {
        Self {
            dataset,
            window,
            bypass_run: None,
        }
    }

    /// Whether it is the same log, query and window.
    pub fn is_window_of(&self, other: &Self) -> bool {
        self.dataset == other.dataset && self.window == other.window
    }
}

/// A window as it was opened: what of it is cached, and the worker's name for its rows.
#[derive(Clone, Debug)]
pub struct LoadedWindow {
    /// What it is of.
    pub target: Target,
    /// What is cached and what is missing.
    pub plan: WindowPlan,
    /// Its rows and spans; nothing where it cannot be read.
    pub view: Option<WindowView>,
    /// Why it cannot be read.
    pub error: Option<Failed>,
    /// Unverified files of the window.
    pub problems: Vec<Problem>,
}

impl LoadedWindow {
    /// Of the worker's answer.
    pub fn new(target: Target, opened: OpenedWindow) -> Self {
        Self {
            target,
            plan: opened.plan,
            view: opened.view,
            error: opened.error,
            problems: opened.problems,
        }
    }

    /// The worker's name for its rows.
    pub fn id(&self) -> Option<ViewId> {
        self.view.as_ref().map(|view| view.id)
    }

    /// Rows that can be read, provisional ones included.
    pub fn rows(&self) -> u64 {
        self.view.as_ref().map_or(0, |view| view.rows)
    }

    /// Rows that are proven.
    pub fn proven_rows(&self) -> u64 {
        self.view.as_ref().map_or(0, |view| view.proven_rows)
    }

    /// Whether anything of it is cached, were it only proven empty.
    pub fn holds_any(&self) -> bool {
        self.view.as_ref().is_some_and(WindowView::holds_any)
    }

    /// Start and end.
    pub fn window(&self) -> TimeRange {
        self.target.window
    }

    /// Log and query.
    pub fn dataset(&self) -> &Dataset {
        &self.target.dataset
    }
}

/// What is shown of the window that was asked for.
#[derive(Clone, Debug, Default)]
pub enum Shown {
    /// No window was asked for.
    #[default]
    Nothing,
    /// Being opened for the first time.
    Opening(Target),
    /// Open.
    Open(Arc<LoadedWindow>),
    /// Could not be opened.
    Failed(Target, Failed),
}

/// Two are the same when nothing that is drawn differs: each opening of a window is another.
impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Opening(one), Self::Opening(other)) => one == other,
            (Self::Open(one), Self::Open(other)) => Arc::ptr_eq(one, other),
            (Self::Failed(one, why), Self::Failed(other, other_why)) => {
                one == other && why == other_why
            }
            _ => false,
        }
    }
}

impl Shown {
    /// What is shown, or is about to be.
    pub fn target(&self) -> Option<&Target> {
        match self {
            Self::Nothing => None,
            Self::Opening(target) | Self::Failed(target, _) => Some(target),
            Self::Open(view) => Some(&view.target),
        }
    }

    /// The window, once it is open.
    pub fn open(&self) -> Option<&Arc<LoadedWindow>> {
        match self {
            Self::Open(view) => Some(view),
            _ => None,
        }
    }
}

/// A window that was just opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// As it is now.
    pub view: Arc<LoadedWindow>,
    /// As the same window was shown before.
    pub before: Option<Arc<LoadedWindow>>,
}

impl Opened {
    /// Whether it has other rows than the same window had before.
    pub fn has_other_rows(&self) -> bool {
        self.before.as_ref().is_some_and(|before| {
            before.rows() != self.view.rows() || before.view.is_some() != self.view.view.is_some()
        })
    }

    /// Whether what is missing is not what it was, or was not known.
    pub fn has_other_plan(&self) -> bool {
        self.before
            .as_ref()
            .is_none_or(|before| before.plan != self.view.plan)
    }
}
