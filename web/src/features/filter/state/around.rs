//! Looking around a row: other rows are shown, and all that is asked and answered stays that of the filter.

use super::super::around::Around;
use super::{Effect, State};
use std::sync::Arc;
use windrow_protocol::{Answered, Ask, FailKind, Failed, Question, Row, ViewId};

impl State {
    /// What is looked at while the filter is suspended.
    pub fn around(&self) -> Option<&Around> {
        self.around.as_ref()
    }

    /// The rows that the filter would show, while it is suspended.
    pub fn suspended(&self) -> Option<ViewId> {
        self.around.as_ref()?;
        self.narrowed.as_ref().map(|narrowed| narrowed.id)
    }

    /// Shows what is to be shown, once it is known.
    pub(super) fn show_rows(&mut self) -> Vec<Effect> {
        let Some(narrowed) = self.narrowed.clone() else {
            return Vec::new();
        };
        let rows = match &self.around {
            None => Some(narrowed),
            Some(around) if around.same.is_none() => self.window.clone(),
            Some(around) => around.view.clone(),
        };
        match rows {
            Some(rows) => self.show(Some(rows)).into_iter().collect(),
            None => self.ask_same(),
        }
    }

    /// What is around a row is shown no more. Nothing else is shown yet.
    pub(super) fn leave(&mut self) -> Vec<Effect> {
        let around = self.around.take();
        let asked = around.and_then(|around| around.asked);
        asked.map(|_| Effect::StopSame).into_iter().collect()
    }

    pub(super) fn look_around(&mut self, row: &Row) -> Vec<Effect> {
        let narrowed = self.narrowed.as_ref().map(|narrowed| narrowed.id);
        let shown = self.shown.map(|(shown, _)| shown);
        if self.around.is_some() || narrowed.is_none() || narrowed != shown {
            return Vec::new();
        }
        self.around = Some(Around::new(row));
        self.show_rows()
    }

    pub(super) fn look_at_same(&mut self, same: Option<usize>) -> Vec<Effect> {
        let Some(around) = &mut self.around else {
            return Vec::new();
        };
        if around.same == same || same.is_some_and(|same| same >= around.offered.len()) {
            return Vec::new();
        }
        around.same = same;
        let mut effects = self.forget_same();
        effects.extend(self.show_rows());
        effects
    }

    pub(super) fn look_back(&mut self) -> Vec<Effect> {
        let mut effects = self.leave();
        effects.extend(self.show_rows());
        effects
    }

    /// The rows of the same value are others, or of an opening that is gone.
    pub(super) fn forget_same(&mut self) -> Vec<Effect> {
        let Some(around) = &mut self.around else {
            return Vec::new();
        };
        around.view = None;
        let asked = around.asked.take();
        asked.map(|_| Effect::StopSame).into_iter().collect()
    }

    fn ask_same(&mut self) -> Vec<Effect> {
        let (Some(around), Some(window)) = (&mut self.around, &self.window) else {
            return Vec::new();
        };
        if around.asked.is_some() {
            return Vec::new();
        }
        self.numbers += 1;
        around.asked = Some(self.numbers);
        vec![Effect::AskSame {
            number: self.numbers,
            ask: Ask {
                view: window.id,
                filter: around.expression(),
                selection: None,
                keeps_rows: true,
                question: Question::default(),
            },
        }]
    }

    pub(super) fn same_ended(
        &mut self,
        number: u64,
        result: Result<Box<Answered>, Failed>,
    ) -> Vec<Effect> {
        let Some(around) = self
            .around
            .as_mut()
            .filter(|around| around.asked == Some(number))
        else {
            return Vec::new();
        };
        around.asked = None;
        match result {
            Ok(answered) => {
                around.view = answered.narrowed.map(Arc::new);
                self.show_rows()
            }
            Err(failed) if failed.kind == FailKind::Cancelled => Vec::new(),
            Err(failed) if failed.is_lost() => vec![Effect::Reopen(failed)],
            Err(failed) => {
                around.same = None;
                self.failed = Some(failed);
                self.show_rows()
            }
        }
    }
}
