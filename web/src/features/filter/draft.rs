//! A condition that is being typed: what is wrong with it, and what it may not mean.
//!
//! Takes what is typed and what the worker says of regular expressions, gives the terms once they can be asked.
//! Invariant: the conditions that are shown stay as they are until what is typed can be asked.

use super::chip::{FEW, terms};
use super::state::Change;
use crate::ui::format::counted;
use windrow_model::filter::list::{lines, offered};
use windrow_model::filter::{FieldName, Filter, Parsed, Term, Tree, Value, ValueList, parse};
use windrow_protocol::FilterMistake;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// A condition is to be typed: a new one, or the one of a number with its text. `fields` are known, if `are_all`, no others.
    Begin {
        of: Option<usize>,
        text: String,
        fields: Vec<String>,
        are_all: bool,
    },
    /// The text is another.
    Typed(String),
    /// A list was pasted in its place: a value a line.
    Pasted(String),
    /// The text becomes the list that is offered.
    AsList,
    /// The lines of the list are others.
    Lines(String),
    /// The values of the list are sought in a field, or in messages where it is empty.
    Field(String),
    /// The list becomes an expression.
    AsText,
    /// It is to be asked.
    Enter,
    /// Whether the worker can ask the text of a number.
    Checked {
        number: u64,
        mistake: Option<FilterMistake>,
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Effect {
    /// Ask the worker whether it can be asked.
    Check { number: u64, text: String },
    /// The conditions are changed.
    Change(Change),
    /// It is done.
    Close,
}

/// A list that is typed in place of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// A value a line, as it is typed.
    pub lines: String,
    /// What it makes.
    pub list: ValueList,
    /// Lines that say the same as another.
    pub doubles: usize,
    /// What was pasted, until it is changed.
    pasted: Option<String>,
}

impl Listed {
    fn of(list: ValueList) -> Self {
        Self {
            lines: list.values.join("\n"),
            list,
            doubles: 0,
            pasted: None,
        }
    }

    /// How long it is, in words.
    pub fn length(&self) -> String {
        let values = counted(self.list.values.len() as u64, "value", "values");
        match self.doubles {
            0 => values,
            doubles => {
                let doubles = counted(doubles as u64, "duplicate", "duplicates");
                format!("{values}, {doubles} left out")
            }
        }
    }

    fn type_lines(&mut self, text: String) {
        (self.list.values, self.doubles) = lines(&text);
        self.lines = text;
        self.pasted = None;
    }
}

/// The condition that is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    of: Option<usize>,
    /// The expression, also of a list.
    text: String,
    list: Option<Listed>,
    /// What the text would be as a list.
    offer: Option<ValueList>,
    fields: Vec<String>,
    are_all: bool,
    mistake: Option<FilterMistake>,
    hints: Vec<String>,
    number: u64,
    /// Whether the worker is asked about the text as it is now.
    is_checked: bool,
    /// Whether it is to be asked of the rows as soon as that is known.
    is_entered: bool,
}

impl Draft {
    /// The number of the condition that is changed; nothing where it is a new one.
    pub fn of(&self) -> Option<usize> {
        self.of
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The list that is typed in its place.
    pub fn list(&self) -> Option<&Listed> {
        self.list.as_ref()
    }

    /// How many values the text would have as a list; nothing where it can be none.
    pub fn offer(&self) -> Option<usize> {
        self.offer.as_ref().map(|list| list.values.len())
    }

    /// The fields that a list may be of.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Whether a list that is pasted is the whole condition, or the values of a field.
    pub fn takes_list(&self) -> bool {
        self.text.trim().is_empty() || named(&self.text).is_some()
    }

    /// What is wrong with it.
    pub fn mistake(&self) -> Option<&FilterMistake> {
        self.mistake.as_ref()
    }

    /// What it may not mean.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Begin {
                of,
                text,
                fields,
                are_all,
            } => {
                let number = self.number;
                *self = Self {
                    of,
                    fields,
                    are_all,
                    number,
                    ..Self::default()
                };
                let term = of.and_then(|_| parse(&text).ok());
                let list = term.and_then(|parsed| ValueList::of(&parsed.filter));
                match list.filter(|list| list.values.len() > FEW) {
                    Some(list) => self.listed(Listed::of(list)),
                    None => self.typed(text),
                }
            }
            Msg::Typed(text) => self.typed(text),
            Msg::Pasted(text) => {
                let (field, is_excluded) = named(&self.text).unzip();
                let mut listed = Listed::of(ValueList {
                    field,
                    is_excluded: is_excluded.unwrap_or_default(),
                    values: Vec::new(),
                });
                listed.type_lines(text.clone());
                // With a field it would be another expression.
                let is_plain = listed.list.field.is_none() && !listed.list.is_excluded;
                listed.pasted = is_plain.then_some(text);
                self.listed(listed)
            }
            Msg::AsList => match self.offer.take() {
                Some(list) => self.listed(Listed::of(list)),
                None => Vec::new(),
            },
            Msg::Lines(text) => self.change_list(|listed| listed.type_lines(text)),
            Msg::Field(name) => self.change_list(|listed| {
                listed.list.field = (!name.is_empty()).then(|| FieldName::any_case(name));
            }),
            Msg::AsText => {
                let pasted = self.list.take().and_then(|listed| listed.pasted);
                let pasted =
                    pasted.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
                let text = pasted.unwrap_or_else(|| self.text.clone());
                self.typed(text)
            }
            Msg::Enter => {
                self.is_entered = self.mistake.is_none();
                self.enter()
            }
            Msg::Checked { number, mistake } if number == self.number => {
                self.is_checked = true;
                self.is_entered &= mistake.is_none();
                self.mistake = mistake;
                self.enter()
            }
            Msg::Checked { .. } => Vec::new(),
        }
    }

    fn listed(&mut self, listed: Listed) -> Vec<Effect> {
        let term = listed.list.term();
        let effects = self.typed(term.map(|term| term.to_string()).unwrap_or_default());
        self.list = Some(listed);
        self.offer = None;
        effects
    }

    fn change_list(&mut self, change: impl FnOnce(&mut Listed)) -> Vec<Effect> {
        let Some(mut listed) = self.list.take() else {
            return Vec::new();
        };
        change(&mut listed);
        listed.pasted = None;
        self.listed(listed)
    }

    fn typed(&mut self, text: String) -> Vec<Effect> {
        self.list = None;
        self.offer = offered(&text);
        self.text = text;
        self.number += 1;
        self.is_entered = false;
        self.is_checked = true;
        self.hints.clear();
        self.mistake = None;
        match parse(&self.text) {
            Ok(parsed) => {
                self.hint(&parsed);
                if has_regex(&parsed.filter) {
                    self.is_checked = false;
                    return vec![Effect::Check {
                        number: self.number,
                        text: self.text.clone(),
                    }];
                }
            }
            Err(error) => self.mistake = Some(error.explained().into()),
        }
        Vec::new()
    }

    fn hint(&mut self, parsed: &Parsed) {
        let known: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        self.hints = parsed.hints_among(&known, self.are_all);
    }

    fn enter(&mut self) -> Vec<Effect> {
        if !self.is_entered || !self.is_checked {
            return Vec::new();
        }
        self.is_entered = false;
        let Ok(parsed) = parse(&self.text) else {
            return Vec::new();
        };
        let terms = terms(parsed.filter);
        let changes: Vec<Change> = match self.of {
            Some(number) => vec![Change::Edit(number, terms)],
            None => terms.into_iter().map(Change::Add).collect(),
        };
        let close = [Effect::Close];
        changes
            .into_iter()
            .map(Effect::Change)
            .chain(close)
            .collect()
    }
}

/// The field whose value is about to be typed, and whether rows with it are excluded: `srcip:`, `-srcip:`.
fn named(text: &str) -> Option<(FieldName, bool)> {
    let text = text.trim();
    let (filter, is_excluded) = match parse(&format!("{text}x")).ok()?.filter {
        Tree::Not(inner) => (*inner, true),
        other => (other, false),
    };
    match filter {
        Tree::Leaf(Term::Field { name, .. }) if text.ends_with([':', '=']) => {
            Some((name, is_excluded))
        }
        _ => None,
    }
}

fn has_regex(filter: &Filter) -> bool {
    let mut has = false;
    filter.each(&mut |term| match term {
        Term::Regex(_) => has = true,
        Term::Field { values, .. } => has |= is_regex(values),
        _ => {}
    });
    has
}

fn is_regex(values: &Tree<Value>) -> bool {
    let mut has = false;
    values.each(&mut |value| has |= matches!(value, Value::Regex(_)));
    has
}

#[cfg(test)]
mod tests;
