//! A condition that is being typed: what is wrong with it, and what it may not mean.
//!
//! Takes what is typed and what the worker says of regular expressions, gives the terms once they can be asked.
//! Invariant: the conditions that are shown stay as they are until what is typed can be asked.

use super::chip::terms;
use super::state::Change;
use windrow_model::filter::{Filter, Parsed, Term, Tree, Value, parse};
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

/// The condition that is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    of: Option<usize>,
    text: String,
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
                self.typed(text)
            }
            Msg::Typed(text) => self.typed(text),
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

    fn typed(&mut self, text: String) -> Vec<Effect> {
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
mod tests {
    use super::*;

    fn begun(text: &str) -> (Draft, Vec<Effect>) {
        let mut draft = Draft::default();
        let effects = draft.update(Msg::Begin {
            of: None,
            text: text.to_owned(),
            fields: vec!["srcip".to_owned()],
            are_all: true,
        });
        (draft, effects)
    }

    fn added(text: &str) -> Effect {
        Effect::Change(Change::Add(parse(text).unwrap().filter))
    }

    #[test]
    fn each_condition_of_what_is_typed_is_added() {
        let (mut draft, effects) = begun("srcip:x -timeout");
        assert!(effects.is_empty() && draft.hints().is_empty());
        let effects = draft.update(Msg::Enter);
        assert_eq!(
            effects,
            [added("srcip:x"), added("-timeout"), Effect::Close]
        );
    }

    #[test]
    fn a_mistake_has_a_place_and_a_remedy_and_changes_nothing() {
        let (mut draft, _) = begun("a:(x y)");
        let mistake = draft.mistake().unwrap();
        assert_eq!(mistake.column, 6);
        assert!(mistake.message.contains("between two values"));
        assert!(draft.update(Msg::Enter).is_empty());
        draft.update(Msg::Typed("a:(x or y)".to_owned()));
        assert_eq!(draft.mistake(), None);
        assert_eq!(draft.update(Msg::Enter).len(), 2);
    }

    #[test]
    fn a_regular_expression_waits_for_the_worker() {
        let (mut draft, effects) = begun("/x[/");
        let [Effect::Check { number, .. }] = effects[..] else {
            panic!("{effects:?}");
        };
        assert!(draft.update(Msg::Enter).is_empty());
        let wrong = FilterMistake {
            column: 3,
            message: "unclosed".to_owned(),
            remedy: "close it".to_owned(),
        };
        let checked = |number, mistake| Msg::Checked { number, mistake };
        assert!(
            draft
                .update(checked(number, Some(wrong.clone())))
                .is_empty()
        );
        assert_eq!(draft.mistake(), Some(&wrong));
        // An answer to what was typed before says nothing of what is typed now.
        draft.update(Msg::Typed("/x/".to_owned()));
        draft.update(checked(number, Some(wrong)));
        assert_eq!(draft.mistake(), None);
        assert!(draft.update(Msg::Enter).is_empty());
        let effects = draft.update(checked(number + 1, None));
        assert_eq!(effects, [added("/x/"), Effect::Close]);
    }

    #[test]
    fn an_unknown_field_is_a_hint_with_the_nearest_name() {
        let (draft, _) = begun("srcpi:x");
        let [hint] = draft.hints() else {
            panic!("{:?}", draft.hints());
        };
        assert!(hint.contains("did you mean `srcip`"), "{hint}");
        assert_eq!(draft.mistake(), None);
    }

    #[test]
    fn a_condition_that_is_emptied_is_removed() {
        let mut draft = Draft::default();
        draft.update(Msg::Begin {
            of: Some(2),
            text: "a".to_owned(),
            fields: Vec::new(),
            are_all: false,
        });
        draft.update(Msg::Typed(" ".to_owned()));
        let effects = draft.update(Msg::Enter);
        let removed = Effect::Change(Change::Edit(2, Vec::new()));
        assert_eq!(effects, [removed, Effect::Close]);
    }
}
