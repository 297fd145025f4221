//! Which rows of the window are shown, and what is asked of them.
//!
//! Takes windows as they are opened, changes of the filter, the questions of other features and the worker's answers; gives
//! one question for all of that, and what the table shows.
//! Invariant: an answer to another question than the one asked last changes nothing. While an answer is on its way, the
//! table keeps the rows of the one before, and so does whoever shows figures.

mod around;
mod change;

use super::around::Around;
use super::chips::{Chips, joined};
use super::words::{hidden, matches, nothing, nothing_selected, selected};
use std::sync::Arc;
use windrow_model::TimeRange;
use windrow_model::filter::Filter;
use windrow_protocol::{
    Answered, Ask, FailKind, Failed, Problem, Question, Row, SpanState, ViewId, WindowView,
};

/// How many changes of the filter can be taken back.
const UNDONE: usize = 100;

/// What happened.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// Another window is asked for; perhaps of another log or query.
    Chosen { is_other_dataset: bool },
    /// A window was opened, or the same one again; without a view where it cannot be read.
    Opened {
        view: Option<Arc<WindowView>>,
        is_same: bool,
    },
    /// Other features ask something else of the rows.
    Question(Question),
    /// The conditions are these, as the address has them.
    Restore(Chips),
    /// The conditions are changed.
    Change(Change),
    /// Rows of a stretch of time alone are shown, or all.
    Select(Option<TimeRange>),
    /// The last narrowing is taken back.
    Undo,
    /// What is around a row is to be shown, whatever the filter hides.
    LookAround(Arc<Row>),
    /// Only those of the same value are, of the offered ones; or all.
    LookAtSame(Option<usize>),
    /// The rows that the filter selects are shown again.
    LookBack,
    /// The rows of the same value are known, or could not be asked for.
    SameEnded {
        number: u64,
        result: Result<Box<Answered>, Failed>,
    },
    /// More is known.
    Answered {
        number: u64,
        answered: Box<Answered>,
    },
    /// All is known, or it could not be asked.
    Ended {
        number: u64,
        result: Result<Box<Answered>, Failed>,
    },
}

/// A change of the conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Change {
    /// A condition more.
    Add(Filter),
    /// Several conditions more.
    AddAll(Vec<Filter>),
    /// Only rows whose field has a value, or only others.
    Value {
        field: String,
        value: String,
        is_excluded: bool,
    },
    /// A condition is another; several where the text has several.
    Edit(usize, Vec<Filter>),
    /// A condition goes.
    Remove(usize),
    /// A condition is switched off or on.
    Switch(usize),
    /// A condition becomes its opposite.
    Invert(usize),
    /// A condition stays when another log is shown, or does not.
    Pin(usize),
    /// All are switched off or on.
    Suspend,
    /// All go, but those that are pinned.
    Clear,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Effect {
    /// Stop what is being asked.
    Stop,
    /// Ask.
    Ask { number: u64, ask: Ask },
    /// Stop asking for rows of the same value.
    StopSame,
    /// Ask for rows of the same value.
    AskSame { number: u64, ask: Ask },
    /// Show these rows in the table; they may be other rows of the same window.
    Show {
        rows: Option<Arc<WindowView>>,
        is_same: bool,
    },
    /// Open the window again: the worker does not know it any more.
    Reopen(Failed),
    /// Tell of a damaged part.
    NoteDamage(Failed),
    /// Say it aloud.
    Announce(String),
}

/// The filter, the question and the answer.
#[derive(Clone, Debug, Default)]
pub struct State {
    chips: Chips,
    undone: Vec<(Chips, Option<TimeRange>)>,
    selection: Option<TimeRange>,
    question: Question,
    window: Option<Arc<WindowView>>,
    /// What was asked last, with its number; it is answered or under way.
    asked: Option<(u64, Ask)>,
    numbers: u64,
    is_under_way: bool,
    /// Whether anything is known of what was asked last.
    is_answering: bool,
    answered: Option<Arc<Answered>>,
    failed: Option<Failed>,
    /// The rows that the filter selects, once they are known.
    narrowed: Option<Arc<WindowView>>,
    /// The filter and the selection that were asked last.
    narrowed_by: (String, Option<TimeRange>),
    /// What is looked at while the filter is suspended. What is asked and answered stays that of the filter.
    around: Option<Around>,
    /// The view that the table was told to show, and the rows that the suspended filter would.
    shown: Option<(ViewId, Option<ViewId>)>,
}

impl State {
    /// The conditions.
    pub fn chips(&self) -> &Chips {
        &self.chips
    }

    /// The stretch of time that is selected.
    pub fn selection(&self) -> Option<TimeRange> {
        self.selection
    }

    /// The answer so far to what was asked last, or the last one before while nothing of it is known yet.
    pub fn answered(&self) -> Option<Arc<Answered>> {
        self.answered.clone()
    }

    /// Whether more of the answer is on its way.
    pub fn is_under_way(&self) -> bool {
        self.is_under_way
    }

    /// Why it could not be asked.
    pub fn failed(&self) -> Option<&Failed> {
        self.failed.as_ref()
    }

    /// Whether any row may be hidden.
    pub fn narrows(&self) -> bool {
        self.selection.is_some() || self.chips.asked().next().is_some()
    }

    /// The expression that is asked.
    pub fn expression(&self) -> String {
        joined(self.chips.asked().map(|chip| chip.term.clone()))
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Chosen { is_other_dataset } => {
                if is_other_dataset {
                    self.chips = self.chips.pinned();
                    self.undone.clear();
                }
                // A selection of the window before selects nothing of this one.
                self.selection = None;
                for (_, selection) in &mut self.undone {
                    *selection = None;
                }
                self.undone.dedup();
                if self.undone.last() == Some(&(self.chips.clone(), None)) {
                    self.undone.pop();
                }
                self.window = None;
                self.answered = None;
                self.ask()
            }
            Msg::Opened { view, is_same } => {
                if !is_same {
                    self.shown = None;
                }
                self.window = view;
                // The rows of before have other numbers; their figures stay until the new ones are known.
                self.asked = None;
                let mut effects = self.forget_same();
                effects.extend(self.ask());
                effects
            }
            Msg::Question(question) => {
                self.question = question;
                self.ask()
            }
            Msg::Restore(chips) if chips == self.chips => Vec::new(),
            Msg::Restore(chips) => {
                self.chips = chips;
                self.undone.clear();
                self.ask()
            }
            Msg::Change(change) => {
                let before = self.chips.clone();
                self.change(change);
                if self.chips == before {
                    return Vec::new();
                }
                self.remember((before, self.selection));
                self.ask()
            }
            Msg::Select(selection) if selection == self.selection => Vec::new(),
            Msg::Select(selection) => {
                self.remember((self.chips.clone(), self.selection));
                self.selection = selection;
                self.ask()
            }
            Msg::Undo => {
                let Some((chips, selection)) = self.undone.pop() else {
                    return Vec::new();
                };
                (self.chips, self.selection) = (chips, selection);
                self.ask()
            }
            Msg::LookAround(row) => self.look_around(&row),
            Msg::LookAtSame(same) => self.look_at_same(same),
            Msg::LookBack => self.look_back(),
            Msg::SameEnded { number, result } => self.same_ended(number, result),
            Msg::Answered { number, answered } if self.is_asked(number) => {
                self.answered = Some(Arc::new(*answered));
                self.is_answering = true;
                Vec::new()
            }
            Msg::Ended { number, result } if self.is_asked(number) => self.ended(result),
            Msg::Answered { .. } | Msg::Ended { .. } => Vec::new(),
        }
    }

    fn remember(&mut self, before: (Chips, Option<TimeRange>)) {
        self.undone.push(before);
        if self.undone.len() > UNDONE {
            self.undone.remove(0);
        }
    }

    fn is_asked(&self, number: u64) -> bool {
        let asked = self.asked.as_ref().map(|(asked, _)| *asked);
        self.is_under_way && asked == Some(number)
    }

    /// Asks what is wanted now, unless it was asked already.
    fn ask(&mut self) -> Vec<Effect> {
        let filter = self.expression();
        let Some(window) = self.window.clone() else {
            let mut effects = self.stop();
            effects.extend(self.leave());
            self.failed = None;
            self.asked = None;
            self.narrowed = None;
            effects.extend(self.show(None));
            return effects;
        };
        let wanted = Ask {
            view: window.id,
            keeps_rows: self.narrows(),
            selection: self.selection,
            filter,
            question: self.question.clone(),
        };
        if self.asked.as_ref().is_some_and(|(_, ask)| *ask == wanted) {
            return Vec::new();
        }
        let mut effects = self.stop();
        let is_of_same_rows = self.asked.as_ref().is_some_and(|(_, ask)| {
            (ask.view, &ask.filter, ask.selection)
                == (wanted.view, &wanted.filter, wanted.selection)
        });
        if !is_of_same_rows {
            self.narrowed = None;
        }
        let by = (wanted.filter.clone(), wanted.selection);
        if self.narrowed_by != by {
            effects.extend(self.leave());
            self.narrowed_by = by;
        }
        self.failed = None;
        self.is_answering = false;
        let shows_all = !wanted.keeps_rows;
        let asks_nothing = shows_all && wanted.question == Question::default();
        self.numbers += 1;
        self.asked = Some((self.numbers, wanted.clone()));
        if asks_nothing {
            self.answered = None;
        } else {
            self.is_under_way = true;
            effects.push(Effect::Ask {
                number: self.numbers,
                ask: wanted,
            });
        }
        if shows_all {
            effects.extend(self.show(Some(window)));
        }
        effects
    }

    fn stop(&mut self) -> Vec<Effect> {
        let was_under_way = std::mem::take(&mut self.is_under_way);
        was_under_way.then_some(Effect::Stop).into_iter().collect()
    }

    fn show(&mut self, view: Option<Arc<WindowView>>) -> Option<Effect> {
        let shown = view.as_ref().map(|view| (view.id, self.suspended()));
        let before = std::mem::replace(&mut self.shown, shown);
        let is_same = before.is_some();
        (before != shown).then_some(Effect::Show {
            rows: view,
            is_same,
        })
    }

    fn ended(&mut self, result: Result<Box<Answered>, Failed>) -> Vec<Effect> {
        self.is_under_way = false;
        match result {
            Ok(answered) => {
                let damage = self.found_damage(&answered);
                self.narrowed = answered.narrowed.clone().map(Arc::new);
                self.answered = Some(Arc::new(*answered));
                let shown = self.show_rows();
                let is_said = !shown.is_empty() && self.around.is_none();
                let said = is_said.then(|| self.said()).flatten();
                let said = said.map(Effect::Announce);
                shown.into_iter().chain(said).chain(damage).collect()
            }
            Err(failed) if failed.kind == FailKind::Cancelled => Vec::new(),
            Err(failed) if failed.is_lost() => vec![Effect::Reopen(failed)],
            Err(failed) => {
                self.failed = Some(failed.clone());
                self.around = None;
                // What is known is of another question.
                self.answered = None;
                let damage = failed
                    .damaged
                    .is_some()
                    .then_some(Effect::NoteDamage(failed));
                // Where nothing is shown yet, all rows are better than none.
                let all = match self.shown {
                    None => self.show(self.window.clone()),
                    Some(_) => None,
                };
                damage.into_iter().chain(all).collect()
            }
        }
    }

    /// Damage that was not known when the window was opened.
    fn found_damage(&self, answered: &Answered) -> Vec<Effect> {
        let is_known = |problem: &&Problem| {
            let mut spans = self.window.iter().flat_map(|window| &window.spans);
            spans.any(|span| {
                span.state == SpanState::Damaged
                    && problem
                        .range
                        .is_some_and(|range| range.intersects(span.range))
            })
        };
        let found = answered.damaged.iter().filter(|problem| !is_known(problem));
        let failed = found.map(|problem| Failed {
            message: problem.reason.clone(),
            remedy: String::new(),
            kind: FailKind::Repair,
            damaged: Some(problem.path.clone()),
        });
        failed.map(Effect::NoteDamage).collect()
    }

    /// What of the window is shown: two that are equal show the same rows.
    pub fn narrowing(&self) -> String {
        if let Some(around) = &self.around {
            return format!("around: {}", around.expression());
        }
        match self.selection {
            Some(range) => format!("{range}: {}", self.expression()),
            None => self.expression(),
        }
    }

    /// How many rows match, and what was not searched, once that is known of what is asked.
    pub fn said(&self) -> Option<String> {
        let answered = self.answered.as_ref().filter(|_| !self.is_under_way)?;
        if let (Some(_), Some(rows)) = (self.selection, &answered.narrowed) {
            return Some(selected(rows.rows));
        }
        Some(matches(answered, self.window_ms()))
    }

    /// Why the table is empty, where the filter hides all rows: a heading and a sentence. `range` names the window.
    pub fn nothing(&self, range: &str) -> Option<(String, String)> {
        let answered = self.answered.as_ref().filter(|_| !self.is_under_way)?;
        if answered.narrowed.as_ref().is_none_or(|rows| rows.rows > 0) {
            return None;
        }
        Some(match answered.all_matched() {
            0 => nothing(
                answered,
                self.chips.asked().count(),
                range,
                self.window_ms(),
            ),
            _ => nothing_selected(answered),
        })
    }

    /// How many rows are hidden, or were searched so far: a number and what it is of.
    pub fn hidden(&self) -> Option<(String, String)> {
        let answered = self.answered.as_deref().filter(|_| self.narrows());
        if self.is_under_way && !self.is_answering {
            return Some((String::new(), "Searching".to_owned()));
        }
        // A selection alone hides nothing by filters.
        let is_filtered = self.is_under_way || self.chips.asked().next().is_some();
        hidden(answered.filter(|_| is_filtered), self.is_under_way)
    }

    /// The window that is asked.
    pub fn window(&self) -> Option<&WindowView> {
        self.window.as_deref()
    }

    fn window_ms(&self) -> u64 {
        let spans = self.window.iter().flat_map(|window| &window.spans);
        spans.map(|span| span.range.duration_ms()).sum()
    }
}

#[cfg(test)]
mod tests;
