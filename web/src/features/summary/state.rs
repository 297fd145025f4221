//! The figures of the window that is shown.
//!
//! Takes opened windows and the worker's answers, gives summaries to ask for.
//! Invariant: figures are of the window that is shown; those of the one before never are.

use crate::ui::load::Load;
use std::sync::Arc;
use windrow_protocol::{Failed, Summary, ViewId};

/// What happened.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// Another window is asked for, or this one cannot be read.
    Closed,
    /// A window was opened, perhaps anew.
    Opened(ViewId),
    /// The figures came, or did not.
    Came {
        view: ViewId,
        result: Result<Summary, Failed>,
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Compute the figures.
    Summarize(ViewId),
    /// Open the window again: the worker does not know it any more.
    Refresh,
}

/// The figures.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    view: Option<ViewId>,
    summary: Load<Arc<Summary>>,
}

impl Figures {
    /// The figures, as far as they are known.
    pub fn summary(&self) -> &Load<Arc<Summary>> {
        &self.summary
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Closed => {
                *self = Self::default();
                Vec::new()
            }
            Msg::Opened(view) => {
                self.view = Some(view);
                // Those of the same window stay until there are newer ones.
                if self.summary.ready().is_none() {
                    self.summary = Load::Loading;
                }
                vec![Effect::Summarize(view)]
            }
            Msg::Came { view, .. } if self.view != Some(view) => Vec::new(),
            Msg::Came {
                result: Err(failed),
                ..
            } if failed.is_lost() => vec![Effect::Refresh],
            Msg::Came { result, .. } => {
                self.summary = result.map(Arc::new).into();
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_protocol::FailKind;

    fn summary(rows: u64) -> Summary {
        Summary {
            rows,
            provisional_rows: 0,
            columns: Vec::new(),
            first_ms: None,
            last_ms: None,
            parts: 1,
            bytes: 1,
            complete: true,
            json: String::new(),
        }
    }

    fn came(view: ViewId, result: Result<Summary, Failed>) -> Msg {
        Msg::Came { view, result }
    }

    fn rows(figures: &Figures) -> Option<u64> {
        figures.summary().ready().map(|summary| summary.rows)
    }

    #[test]
    fn figures_of_the_window_before_are_never_shown() {
        let mut figures = Figures::default();
        assert_eq!(figures.update(Msg::Opened(1)), [Effect::Summarize(1)]);
        figures.update(Msg::Closed);
        figures.update(came(1, Ok(summary(5))));
        assert!(figures.summary().is_idle());
        figures.update(Msg::Opened(2));
        figures.update(came(1, Ok(summary(5))));
        assert!(figures.summary().is_loading());
        figures.update(came(2, Ok(summary(7))));
        assert_eq!(rows(&figures), Some(7));
        // Opened anew, they stay until the newer ones come.
        figures.update(Msg::Opened(3));
        assert_eq!(rows(&figures), Some(7));
    }

    #[test]
    fn a_window_the_worker_no_longer_knows_is_opened_again_and_any_other_failure_is_said() {
        let mut figures = Figures::default();
        figures.update(Msg::Opened(1));
        let failed = |kind| Err(Failed::new("failed", "again", kind));
        assert_eq!(
            figures.update(came(1, failed(FailKind::Reopen))),
            [Effect::Refresh]
        );
        assert!(figures.summary().is_loading());
        assert!(figures.update(came(1, failed(FailKind::Report))).is_empty());
        assert!(matches!(figures.summary(), Load::Failed(_)));
    }
}
