//! One condition of the filter as it is shown: a top-level `and` term of the expression.
//!
//! Takes a term, gives the words of its chip; and makes the terms that a value asks for.

use crate::ui::format::count;
use windrow_model::filter::{FieldName, Filter, Order, Pattern, Term, Tree, Value, ValueList};

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// What it asks.
    pub term: Filter,
    /// Whether it is switched off.
    pub is_off: bool,
    /// Whether it stays when another log is shown.
    pub is_pinned: bool,
}

/// What the chip of a term says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Whether it takes rows away instead of asking for them.
    pub excludes: bool,
    /// The field, or what of a row is asked about; empty where the value is the whole condition.
    pub name: String,
    /// `is`, `is not`, `contains` and so on.
    pub op: &'static str,
    /// What it is compared with.
    pub value: String,
    /// What may be overlooked.
    pub note: Option<&'static str>,
}

/// Up to so many values a chip names each, and its condition is edited as an expression.
pub const FEW: usize = 3;

/// Said where rows without the field are selected too.
const WITH_ABSENT: &str = "Rows without the field are included";

impl Chip {
    /// A condition that is on.
    pub fn new(term: Filter) -> Self {
        Self {
            term,
            is_off: false,
            is_pinned: false,
        }
    }

    /// The opposite condition.
    #[must_use]
    pub fn inverted(self) -> Self {
        let term = match self.term {
            Tree::Not(inner) => *inner,
            other => other.negated(),
        };
        Self { term, ..self }
    }

    /// What it says.
    pub fn words(&self) -> Words {
        let (term, excludes) = match &self.term {
            Tree::Not(inner) => (inner.as_ref(), true),
            other => (other, false),
        };
        let pick = |plain, negated| if excludes { negated } else { plain };
        let words = |name: &str, op, value: String| Words {
            excludes,
            name: name.to_owned(),
            op,
            value,
            note: None,
        };
        let list = ValueList::of(&self.term);
        if let Some(list) = list.filter(|list| list.values.len() > FEW) {
            let (name, op) = match &list.field {
                Some(name) => (name.as_str(), pick("is", "is not")),
                None => ("message", pick("contains", "does not contain")),
            };
            let first = list.values.first().map_or("", String::as_str);
            let values = count(list.values.len() as u64);
            return Words {
                note: (excludes && list.field.is_some()).then_some(WITH_ABSENT),
                ..words(name, op, format!("any of {values} values: {first}, ..."))
            };
        }
        match term {
            Tree::Leaf(Term::Text(text)) => {
                let op = pick("contains", "does not contain");
                words("message", op, text.to_string())
            }
            Tree::Leaf(Term::Regex(regex)) => {
                let op = pick("matches", "does not match");
                words("message", op, regex.to_string())
            }
            Tree::Leaf(Term::Field { name, values }) => {
                let value = match values {
                    Tree::Leaf(Value::Any) => {
                        return words(
                            name.as_str(),
                            pick("is there", "is not there"),
                            String::new(),
                        );
                    }
                    Tree::Or(values)
                        if values.iter().all(|value| matches!(value, Tree::Leaf(_))) =>
                    {
                        let values = values.iter().map(one_value);
                        values.collect::<Vec<_>>().join(", ")
                    }
                    value => one_value(value),
                };
                Words {
                    note: excludes.then_some(WITH_ABSENT),
                    ..words(name.as_str(), pick("is", "is not"), value)
                }
            }
            Tree::Leaf(Term::Compare { name, order, bound }) => {
                let op = match (order, excludes) {
                    (Order::Less, false) => "<",
                    (Order::AtMost, false) => "<=",
                    (Order::Greater, false) => ">",
                    (Order::AtLeast, false) => ">=",
                    (Order::Less, true) => "not <",
                    (Order::AtMost, true) => "not <=",
                    (Order::Greater, true) => "not >",
                    (Order::AtLeast, true) => "not >=",
                };
                Words {
                    note: excludes.then_some(WITH_ABSENT),
                    ..words(name.as_str(), op, bound.to_string())
                }
            }
            other => words("", pick("", "not"), other.to_string()),
        }
    }
}

fn one_value(value: &Tree<Value>) -> String {
    match value {
        Tree::Leaf(Value::Text(text)) if text.is_empty() => "empty".to_owned(),
        Tree::Leaf(Value::Text(text)) => text
            .as_literal()
            .map_or_else(|| text.to_string(), str::to_owned),
        Tree::Leaf(value) => value.to_string(),
        other => {
            // A list prints as the value of a field does.
            let name = FieldName::any_case("x");
            let values = other.clone();
            let term: Filter = Tree::Leaf(Term::Field { name, values });
            term.to_string().trim_start_matches("x:").to_owned()
        }
    }
}

/// The rows whose field has this value, whatever its characters mean elsewhere.
pub fn has_value(field: &str, value: &str) -> Filter {
    Tree::Leaf(Term::Field {
        name: FieldName::any_case(field),
        values: Tree::Leaf(Value::Text(Pattern::literal(value))),
    })
}

/// The rows that lack a field.
pub fn lacks(field: &str) -> Filter {
    Tree::Leaf(Term::Field {
        name: FieldName::any_case(field),
        values: Tree::Leaf(Value::Any),
    })
    .negated()
}

/// The rows whose message contains this text; nothing where every one does.
pub fn contains(text: &str) -> Option<Filter> {
    (!text.is_empty()).then(|| Tree::Leaf(Term::Text(Pattern::literal(text))))
}

/// The top-level conditions of an expression.
pub fn terms(filter: Filter) -> Vec<Filter> {
    match filter {
        Tree::Leaf(Term::All) => Vec::new(),
        Tree::And(terms) => terms,
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_model::filter::parse;

    fn said(text: &str) -> String {
        let terms = terms(parse(text).unwrap().filter);
        let chips = terms.into_iter().map(|term| {
            let words = Chip::new(term).words();
            let sign = if words.excludes { '-' } else { '+' };
            format!("{sign} {} {} {}", words.name, words.op, words.value)
        });
        chips.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_chip_says_its_condition_in_words() {
        assert_eq!(said("type:(traffic or event)"), "+ type is traffic, event");
        assert_eq!(
            said("-service:health a:\"\""),
            "- service is not health; + a is empty"
        );
        assert_eq!(
            said("timeout -/x+/"),
            "+ message contains timeout; - message does not match /x+/"
        );
        assert_eq!(
            said("user:* not user:*"),
            "+ user is there ; - user is not there "
        );
        assert_eq!(said("status>=500 -t<5"), "+ status >= 500; - t not < 5");
        assert_eq!(
            said("(a or b:c) ip:10.0.0.0/8"),
            "+   a or b:c; + ip is 10.0.0.0/8"
        );
        assert_eq!(said("a:(not b)"), "+ a is (not b)");
        assert_eq!(
            said("(a or b or \"c d\" or e) not x:(1 or 2 or 3 or 4)"),
            "+ message contains any of 4 values: a, ...; - x is not any of 4 values: 1, ..."
        );
        assert_eq!(said(" * "), "");
    }

    #[test]
    fn inverting_twice_changes_nothing() {
        for text in ["a:b", "-a:b", "a or b", "timeout"] {
            let chip = Chip::new(parse(text).unwrap().filter);
            let inverted = chip.clone().inverted();
            assert_ne!(inverted.term, chip.term);
            assert_eq!(inverted.inverted(), chip);
        }
    }

    #[test]
    fn a_value_is_asked_for_as_it_is() {
        for value in [
            "10.0.0.0/8",
            "a*b",
            "",
            "two words",
            "\"",
            "or",
            "-5",
            "a\\b",
        ] {
            let term = has_value("src ip", value);
            let read = parse(&term.to_string()).unwrap().filter;
            assert_eq!(read, term, "{term}");
        }
    }
}
