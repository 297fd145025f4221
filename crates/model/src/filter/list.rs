//! A list of values as one condition: rows with any of them, or with none.
//!
//! Takes what is pasted or typed, a value a line, gives the term; and takes a term that is such a list apart again.
//! Invariant: what [`ValueList::of`] gives makes the same term.

use super::{Cidr, FieldName, Filter, Pattern, Term, Tree, Value, parse};
use std::collections::BTreeSet;

/// Values of which a row has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueList {
    /// The field whose value it is; none where it stands anywhere in the message.
    pub field: Option<FieldName>,
    /// Whether it is rows with none of them.
    pub is_excluded: bool,
    /// The values; `*` in one stands for any characters, and in a field a network for its addresses.
    pub values: Vec<String>,
}

impl ValueList {
    /// The values of a condition that is a list of two or more.
    pub fn of(term: &Filter) -> Option<Self> {
        let (term, is_excluded) = match term {
            Tree::Not(inner) => (inner.as_ref(), true),
            other => (other, false),
        };
        let (field, values) = match term {
            Tree::Leaf(Term::Field {
                name,
                values: Tree::Or(values),
            }) => (
                Some(name.clone()),
                values.iter().map(of_value).collect::<Option<_>>()?,
            ),
            Tree::Or(terms) => (None, terms.iter().map(of_text).collect::<Option<_>>()?),
            _ => return None,
        };
        Some(Self {
            field,
            is_excluded,
            values,
        })
    }

    /// The condition; nothing where there are no values.
    pub fn term(&self) -> Option<Filter> {
        let patterns = self.values.iter().filter_map(|value| {
            let network = self.field.as_ref().and_then(|_| Cidr::parse(value));
            let value = match network {
                Some(network) => Value::Cidr(network),
                None => Value::Text(pattern(value)?),
            };
            Some(Tree::Leaf(value))
        });
        let values: Vec<Tree<Value>> = patterns.collect();
        if values.is_empty() {
            return None;
        }
        let term = match &self.field {
            Some(name) => Tree::Leaf(Term::Field {
                name: name.clone(),
                values: Tree::or(values),
            }),
            None => Tree::or(values.into_iter().filter_map(|value| match value {
                Tree::Leaf(Value::Text(text)) => Some(Tree::Leaf(Term::Text(text))),
                _ => None,
            })),
        };
        Some(if self.is_excluded {
            term.negated()
        } else {
            term
        })
    }
}

/// A pattern as it is typed in a list; nothing where its stars are none.
fn typed(pattern: &Pattern) -> Option<String> {
    let mut pieces = pattern.pieces().iter();
    (!pieces.any(|piece| piece.contains('*'))).then(|| pattern.pieces().join("*"))
}

/// The same where it is read as itself.
fn written(pattern: &Pattern) -> Option<String> {
    typed(pattern).filter(|text| clean(text) == Some(text))
}

fn of_text(term: &Filter) -> Option<String> {
    match term {
        Tree::Leaf(Term::Text(text)) => written(text),
        _ => None,
    }
}

fn of_value(value: &Tree<Value>) -> Option<String> {
    match value {
        Tree::Leaf(Value::Text(text)) => written(text).filter(|text| Cidr::parse(text).is_none()),
        Tree::Leaf(Value::Cidr(network)) => Some(network.to_string()),
        _ => None,
    }
}

fn pattern(value: &str) -> Option<Pattern> {
    Pattern::wildcard(value.split('*').map(str::to_owned))
}

/// The values of a text, one a line, each once; and how many there are twice.
pub fn lines(text: &str) -> (Vec<String>, usize) {
    let mut known = BTreeSet::new();
    let mut values = Vec::new();
    let mut doubles = 0;
    // Some programs begin a file with a byte-order mark.
    let text = text.trim_start_matches('\u{feff}');
    for value in text.lines().filter_map(clean) {
        if known.insert(value) {
            values.push(value.to_owned());
        } else {
            doubles += 1;
        }
    }
    (values, doubles)
}

/// The value of a line, without the quotes and commas that lists are written with.
fn clean(line: &str) -> Option<&str> {
    let value = line.trim().trim_end_matches([',', ';']).trim();
    let unquoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let value = unquoted.unwrap_or(value);
    (value.contains(|character| character != '*') && value.trim() == value).then_some(value)
}

/// Whether a text that is pasted is a list: several lines with a value each.
pub fn has_lines(text: &str) -> bool {
    text.lines().filter_map(clean).nth(1).is_some()
}

/// What a text would be as a list: one that it is already, or words that have nothing but blanks and commas between them.
pub fn offered(text: &str) -> Option<ValueList> {
    let filter = parse(text).ok()?.filter;
    if let Some(list) = ValueList::of(&filter) {
        return Some(list);
    }
    let word = |term: &Filter| match term {
        Tree::Leaf(Term::Text(text)) => typed(text),
        _ => None,
    };
    let words = match &filter {
        Tree::And(terms) => terms.iter().map(word).collect::<Option<Vec<_>>>()?,
        leaf => vec![word(leaf)?],
    };
    let words = words.iter().flat_map(|word| word.split([',', ';']));
    let (values, _) = lines(&words.collect::<Vec<_>>().join("\n"));
    (values.len() > 1).then_some(ValueList {
        field: None,
        is_excluded: false,
        values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(field: Option<&str>, values: &[&str]) -> ValueList {
        ValueList {
            field: field.map(FieldName::any_case),
            is_excluded: false,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    fn printed(list: &ValueList) -> String {
        list.term().map(|term| term.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_byte_order_mark_belongs_to_no_value() {
        assert_eq!(
            lines("\u{feff}10.0.0.1\r\nb\n"),
            (vec!["10.0.0.1".into(), "b".into()], 0)
        );
    }

    #[test]
    fn a_list_is_one_condition_in_messages_or_in_a_field() {
        let values = [
            "10.0.0.1",
            "10.0.0.0/8",
            "*.evil.example",
            "two words",
            "-x",
            "or",
        ];
        assert_eq!(
            printed(&list(None, &values)),
            "10.0.0.1 or \"10.0.0.0/8\" or *.evil.example or \"two words\" or \"-x\" or \"or\""
        );
        assert_eq!(
            printed(&list(Some("srcip"), &values[..3])),
            "srcip:(10.0.0.1 or 10.0.0.0/8 or *.evil.example)"
        );
        let excluded = ValueList {
            is_excluded: true,
            ..list(None, &["a", "b"])
        };
        assert_eq!(printed(&excluded), "not (a or b)");
        assert_eq!(printed(&list(None, &["a"])), "a");
        assert_eq!(printed(&list(None, &["*"])), "");
        assert_eq!(list(None, &[]).term(), None);
    }

    #[test]
    fn a_value_is_what_a_line_has_without_quotes_and_commas() {
        let (values, doubles) =
            lines("  10.0.0.1,\r\n\"two words\";\n\n'x'\n*\n10.0.0.1\na,b\n\"\"\n");
        assert_eq!(values, ["10.0.0.1", "two words", "x", "a,b"]);
        assert_eq!(doubles, 1);
        assert!(has_lines("a\nb") && !has_lines("a\n\n*") && !has_lines("a b"));
    }

    #[test]
    fn words_with_blanks_or_commas_between_them_can_be_a_list_and_conditions_cannot() {
        let values = |text| offered(text).map(|list| list.values);
        assert_eq!(
            values("10.0.0.1, 10.0.0.2;10.0.0.3 fe80::1").unwrap(),
            ["10.0.0.1", "10.0.0.2", "10.0.0.3", "fe80::1"]
        );
        assert_eq!(values("a or b").unwrap(), ["a", "b"]);
        assert_eq!(values("\"a b\" c").unwrap(), ["a b", "c"]);
        for text in [
            "",
            "a",
            "user:bob x",
            "a -b",
            "(a or b) c",
            "/x+/ y",
            "a:(x",
            "a or b:c",
        ] {
            assert_eq!(values(text), None, "{text}");
        }
    }

    #[test]
    fn a_condition_is_taken_apart_only_where_it_can_be_put_together_again() {
        for text in [
            "a:(\"10.0.0.0/8\" or b)",
            "a:(\"x*\" or b)",
            "a:(\"\" or b)",
            "\" a\" or b",
            "a:(b or /x/)",
        ] {
            let filter = parse(text).unwrap().filter;
            assert_eq!(ValueList::of(&filter), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_apart_makes_the_same_condition(
            values in prop::collection::vec("[a-z*.\"' ,:/0-9-]{1,8}", 2..9), is_field: bool, is_excluded: bool,
        ) {
            let list = ValueList {
                field: is_field.then(|| FieldName::any_case("srcip")),
                is_excluded,
                values,
            };
            let term = list.term();
            if let Some(read) = term.as_ref().and_then(ValueList::of) {
                prop_assert_eq!(read.term(), term);
                let (values, doubles) = lines(&read.values.join("\n"));
                prop_assert_eq!(values.len() + doubles, read.values.len());
            }
        }
    }
}
