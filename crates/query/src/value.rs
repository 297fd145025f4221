//! One value and what is asked of it.

use crate::error::QueryError;
use crate::number::{NumberTest, Relation};
use crate::rows::TIMESTAMP;
use crate::text::{TextTest, unfolded};
use hashbrown::HashSet;
use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;
use windrow_model::FieldValue;
use windrow_model::filter::{Bound, Cidr, Number, Order, Pattern, Tree, Value};
use windrow_model::instant::{format_instant_ms, parse_instant_ms};

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// A JSON number as it is written.
    Number(&'a str),
    Text(&'a str),
    /// Epoch milliseconds UTC.
    Time(i64),
}

impl<'a> Scalar<'a> {
    pub(crate) fn of(value: &'a FieldValue<'_>) -> Self {
        match value {
            FieldValue::Boolean(value) => Self::Boolean(*value),
            FieldValue::Number(written) => Self::Number(written),
            FieldValue::Text(text) => Self::Text(text),
        }
    }

    /// As it is written.
    pub(crate) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Boolean(true) => "true".into(),
            Self::Boolean(false) => "false".into(),
            Self::Integer(value) => value.to_string().into(),
            Self::Float(value) => format!("{value:?}").into(),
            Self::Number(text) | Self::Text(text) => text.into(),
            Self::Time(ms) => format_instant_ms(ms).into(),
        }
    }
}

/// One question about a value.
#[derive(Debug)]
pub(crate) enum ValueTest {
    /// Whether there is one.
    Any,
    /// A text, and what it is as a number or as a time.
    Text {
        text: TextTest,
        number: Option<Box<NumberTest>>,
        time_ms: Option<i64>,
    },
    /// One of several texts.
    OneOf(OneOf),
    Cidr(Cidr),
    Regex(TextTest),
    Number(Box<NumberTest>),
    Time(Order, i64),
}

impl ValueTest {
    /// All of the value is asked about.
    pub(crate) fn whole(value: &Value) -> Result<Self, QueryError> {
        Ok(match value {
            Value::Any => Self::Any,
            Value::Text(pattern) => Self::Text {
                text: TextTest::whole(pattern)?,
                number: pattern.as_literal().and_then(equal).map(Box::new),
                time_ms: pattern
                    .as_literal()
                    .and_then(|text| parse_instant_ms(text).ok()),
            },
            Value::Cidr(network) => Self::Cidr(*network),
            Value::Regex(regex) => Self::Regex(TextTest::regex(regex)?),
        })
    }

    /// A part of the value is asked about, which is a text.
    pub(crate) fn part(value: &Value) -> Result<Self, QueryError> {
        let contains = |pattern: &Pattern| -> Result<Self, QueryError> {
            Ok(Self::Regex(TextTest::contains(pattern)?))
        };
        match value {
            Value::Text(pattern) => contains(pattern),
            Value::Cidr(network) => contains(&Pattern::literal(network.to_string())),
            Value::Any | Value::Regex(_) => Self::whole(value),
        }
    }

    pub(crate) fn compare(order: Order, bound: &Bound) -> Self {
        match bound {
            Bound::Number(number) => {
                let test = NumberTest::new(Relation::On(order), number.clone());
                Self::Number(Box::new(test))
            }
            Bound::Time(ms) => Self::Time(order, *ms),
        }
    }

    /// The integers, or times, that pass in a column of such; none where they are not one stretch.
    pub(crate) fn integers(&self, column: &str) -> Option<Range<i128>> {
        let is_time = column == TIMESTAMP;
        match self {
            Self::Number(number) => Some(number.integers()),
            Self::Text {
                number: Some(number),
                ..
            } if !is_time => Some(number.integers()),
            Self::Text {
                time_ms: Some(ms), ..
            } if is_time => Some(i128::from(*ms)..i128::from(*ms) + 1),
            Self::Time(order, ms) if is_time => Some(order_range(*order, *ms)),
            _ => None,
        }
    }

    pub(crate) fn is_match(&self, value: Scalar<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Text {
                text,
                number,
                time_ms,
            } => match (value, number, time_ms) {
                (Scalar::Integer(value), Some(number), _) => number.is_integer(value),
                (Scalar::Float(value), Some(number), _) => number.is_float(value),
                (Scalar::Number(written), Some(number), _) => number.is_written(written),
                (Scalar::Time(ms), _, Some(wanted_ms)) => ms == *wanted_ms,
                _ => text.is_match(value.text().as_bytes()),
            },
            Self::OneOf(texts) => texts.is_match(value),
            Self::Cidr(network) => match value {
                Scalar::Text(text) => text
                    .parse::<IpAddr>()
                    .is_ok_and(|address| network.contains(address)),
                _ => false,
            },
            Self::Regex(test) => test.is_match(value.text().as_bytes()),
            Self::Number(number) => match value {
                Scalar::Integer(value) | Scalar::Time(value) => number.is_integer(value),
                Scalar::Float(value) => number.is_float(value),
                Scalar::Number(text) | Scalar::Text(text) => number.is_written(text),
                Scalar::Boolean(_) => false,
            },
            Self::Time(order, bound_ms) => match value {
                Scalar::Time(ms) => order.holds(ms.cmp(bound_ms)),
                _ => false,
            },
        }
    }
}

/// Texts of which the value must be one, in any case.
#[derive(Debug)]
pub(crate) struct OneOf {
    /// ASCII in lower case.
    texts: HashSet<Box<[u8]>, ahash::RandomState>,
    /// Those that are numbers.
    numbers: Vec<NumberTest>,
    /// Those that are times.
    times_ms: Vec<i64>,
}

impl OneOf {
    fn new<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self {
            texts: texts
                .clone()
                .map(|text| text.to_ascii_lowercase().into_bytes().into())
                .collect(),
            numbers: texts.clone().filter_map(equal).collect(),
            times_ms: texts
                .filter_map(|text| parse_instant_ms(text).ok())
                .collect(),
        }
    }

    fn has(&self, text: &[u8]) -> bool {
        let lower = unfolded(text).to_ascii_lowercase();
        self.texts.contains(lower.as_slice())
    }

    fn is_match(&self, value: Scalar<'_>) -> bool {
        match value {
            Scalar::Integer(value) => {
                !self.numbers.is_empty()
                    && (self.has(value.to_string().as_bytes())
                        || self.numbers.iter().any(|number| number.is_integer(value)))
            }
            Scalar::Float(value) => self.numbers.iter().any(|number| number.is_float(value)),
            Scalar::Number(written) => self.numbers.iter().any(|number| number.is_written(written)),
            Scalar::Time(ms) if self.times_ms.contains(&ms) => true,
            Scalar::Boolean(_) | Scalar::Text(_) | Scalar::Time(_) => {
                self.has(value.text().as_bytes())
            }
        }
    }
}

fn order_range(order: Order, ms: i64) -> Range<i128> {
    let (ms, low, high) = (i128::from(ms), i128::MIN, i128::MAX);
    match order {
        Order::Less => low..ms,
        Order::AtMost => low..ms + 1,
        Order::Greater => ms + 1..high,
        Order::AtLeast => ms..high,
    }
}

fn equal(text: &str) -> Option<NumberTest> {
    Number::parse(text).map(|number| NumberTest::new(Relation::Equal, number))
}

/// How values are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    Part,
}

/// From so many texts on, looking for all of them at once is faster than for one after the other.
const MANY: usize = 6;

/// A list of values as questions. ASCII texts side by side in an `or` are asked for at once.
pub(crate) fn compile(values: &Tree<Value>, extent: Extent) -> Result<Tree<ValueTest>, QueryError> {
    let all = |terms: &[Tree<Value>]| -> Result<Vec<_>, QueryError> {
        terms.iter().map(|term| compile(term, extent)).collect()
    };
    match values {
        Tree::Leaf(value) => Ok(Tree::Leaf(match extent {
            Extent::Whole => ValueTest::whole(value)?,
            Extent::Part => ValueTest::part(value)?,
        })),
        Tree::Not(inner) => Ok(compile(inner, extent)?.negated()),
        Tree::And(terms) => Ok(Tree::and(all(terms)?)),
        Tree::Or(terms) => {
            let texts: Vec<&str> = terms.iter().filter_map(ascii_text).collect();
            let at_once = match extent {
                Extent::Whole if texts.len() < 2 => None,
                Extent::Part if texts.len() < MANY => None,
                Extent::Whole => Some(ValueTest::OneOf(OneOf::new(texts.iter().copied()))),
                Extent::Part => TextTest::contains_any(&texts).map(ValueTest::Regex),
            };
            let Some(at_once) = at_once else {
                return Ok(Tree::or(all(terms)?));
            };
            let others = terms.iter().filter(|term| ascii_text(term).is_none());
            let others: Result<Vec<_>, _> = others.map(|term| compile(term, extent)).collect();
            Ok(Tree::or(
                std::iter::once(Tree::Leaf(at_once)).chain(others?),
            ))
        }
    }
}

/// The text of a term that is one of ASCII, but not the empty one.
fn ascii_text(term: &Tree<Value>) -> Option<&str> {
    match term {
        Tree::Leaf(Value::Text(pattern)) => pattern
            .as_literal()
            .filter(|text| text.is_ascii() && !text.is_empty()),
        _ => None,
    }
}
