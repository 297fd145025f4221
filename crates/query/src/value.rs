//! One value and what is asked of it.

use crate::error::QueryError;
use crate::number::{NumberTest, Relation};
use crate::rows::TIMESTAMP;
use crate::text::{Kinds, TextTest, unfolded};
use hashbrown::{HashMap, HashSet};
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
    /// An address in one of several networks.
    Cidr(Vec<Cidr>),
    Regex(TextTest),
    Number(Box<NumberTest>),
    Time(Order, i64),
}

impl ValueTest {
    /// All of the value is asked about.
    pub(crate) fn whole(value: &Value) -> Result<Self, QueryError> {
        Ok(match value {
            Value::Any => Self::Any,
            Value::Text(pattern) => Self::text(pattern)?,
            Value::Cidr(network) => Self::Cidr(vec![*network]),
            Value::Regex(regex) => Self::Regex(TextTest::regex(regex)?),
        })
    }

    /// The value is this pattern.
    fn text(pattern: &Pattern) -> Result<Self, QueryError> {
        let literal = pattern.as_literal();
        Ok(Self::Text {
            text: TextTest::whole(pattern)?,
            number: literal.and_then(equal).map(Box::new),
            time_ms: literal.and_then(|text| parse_instant_ms(text).ok()),
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
            Self::Cidr(networks) => match value {
                Scalar::Text(text) => text
                    .parse::<IpAddr>()
                    .is_ok_and(|address| networks.iter().any(|network| network.contains(address))),
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
    /// Those that are numbers, by the bits of the nearest float: equal numbers have the same.
    numbers: HashMap<u64, Vec<NumberTest>, ahash::RandomState>,
    /// Those that are times.
    times_ms: HashSet<i64, ahash::RandomState>,
}

impl OneOf {
    fn new(texts: &[&str]) -> Self {
        let mut numbers: HashMap<_, Vec<_>, _> = HashMap::default();
        for number in texts.iter().copied().filter_map(equal) {
            numbers
                .entry(bits(number.float()))
                .or_default()
                .push(number);
        }
        let lower = texts.iter().map(|text| text.to_ascii_lowercase());
        let times_ms = texts.iter().filter_map(|text| parse_instant_ms(text).ok());
        Self {
            texts: lower.map(|text| text.into_bytes().into()).collect(),
            numbers,
            times_ms: times_ms.collect(),
        }
    }

    fn has(&self, text: &[u8]) -> bool {
        let lower = unfolded(text).to_ascii_lowercase();
        self.texts.contains(lower.as_slice())
    }

    fn has_number(&self, nearest: f64, is_equal: impl Fn(&NumberTest) -> bool) -> bool {
        let near = self.numbers.get(&bits(nearest));
        near.is_some_and(|near| near.iter().any(is_equal))
    }

    fn is_match(&self, value: Scalar<'_>) -> bool {
        match value {
            Scalar::Integer(value) => {
                self.has_number(value as f64, |number| number.is_integer(value))
            }
            Scalar::Float(value) => self.has_number(value, |number| number.is_float(value)),
            Scalar::Number(written) => {
                let nearest = written.parse().unwrap_or(f64::NAN);
                self.has_number(nearest, |number| number.is_written(written))
            }
            Scalar::Time(ms) if self.times_ms.contains(&ms) => true,
            Scalar::Boolean(_) | Scalar::Text(_) | Scalar::Time(_) => {
                self.has(value.text().as_bytes())
            }
        }
    }
}

/// The same for both zeros.
fn bits(value: f64) -> u64 {
    (value + 0.0).to_bits()
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

/// A list of values as questions. Texts and networks side by side in an `or` are asked for at once.
pub(crate) fn compile(values: &Tree<Value>, extent: Extent) -> Result<Tree<ValueTest>, QueryError> {
    match values {
        Tree::Leaf(value) => Ok(Tree::Leaf(match extent {
            Extent::Whole => ValueTest::whole(value)?,
            Extent::Part => ValueTest::part(value)?,
        })),
        Tree::Not(inner) => Ok(compile(inner, extent)?.negated()),
        Tree::And(terms) => {
            let terms = terms.iter().map(|term| compile(term, extent));
            Ok(Tree::and(terms.collect::<Result<Vec<_>, _>>()?))
        }
        Tree::Or(terms) => {
            let (mut patterns, mut networks, mut others) = (Vec::new(), Vec::new(), Vec::new());
            for term in terms {
                match term {
                    Tree::Leaf(Value::Text(pattern)) if !pattern.is_empty() => {
                        patterns.push(pattern);
                    }
                    Tree::Leaf(Value::Cidr(network)) if extent == Extent::Whole => {
                        networks.push(*network);
                    }
                    other => others.push(compile(other, extent)?),
                }
            }
            let mut tests: Vec<ValueTest> = match extent {
                Extent::Whole => one_of(&patterns)?,
                Extent::Part => {
                    let tests = TextTest::contains_any(&patterns)?.into_iter();
                    tests.map(ValueTest::Regex).collect()
                }
            };
            if !networks.is_empty() {
                tests.push(ValueTest::Cidr(networks));
            }
            Ok(Tree::or(tests.into_iter().map(Tree::Leaf).chain(others)))
        }
    }
}

/// Tests of which one passes where all of the value is one of the patterns.
fn one_of(patterns: &[&Pattern]) -> Result<Vec<ValueTest>, QueryError> {
    let kinds = Kinds::of(patterns);
    let mut tests = Vec::new();
    match kinds.ascii.as_slice() {
        [] => {}
        [only] => tests.push(ValueTest::text(&Pattern::literal(*only))?),
        texts => tests.push(ValueTest::OneOf(OneOf::new(texts))),
    }
    if !kinds.others.is_empty() {
        match TextTest::whole_any(&kinds.others) {
            Some(test) => tests.push(ValueTest::Regex(test)),
            None => {
                for text in kinds.others {
                    tests.push(ValueTest::text(&Pattern::literal(text))?);
                }
            }
        }
    }
    for pattern in kinds.wildcards {
        tests.push(ValueTest::text(pattern)?);
    }
    Ok(tests)
}
