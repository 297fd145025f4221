//! Sum, lowest and highest of numbers.
//!
//! Integers add up exactly; what is no integer adds up as floats do.

use crate::column::Column;
use crate::error::QueryError;
use crate::message_fields::MessageFields;
use crate::rows::Rows;
use crate::value::Scalar;
use arrow::buffer::BooleanBuffer;
use serde::{Deserialize, Serialize};
use windrow_model::filter::{FieldName, Number};

/// What is known of some numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// How many they are.
    pub count: u64,
    /// The sum of those that are 64-bit integers.
    pub integers: i128,
    /// The sum of the others.
    pub floats: f64,
    /// The lowest.
    pub low: Option<f64>,
    /// The highest.
    pub high: Option<f64>,
}

impl Measure {
    /// The sum of all; exact to 2^53 where all are integers.
    pub fn sum(&self) -> f64 {
        self.integers as f64 + self.floats
    }

    pub(super) fn add(&mut self, number: Numeric) {
        let value = match number {
            Numeric::Integer(value) => {
                self.integers += i128::from(value);
                value as f64
            }
            Numeric::Float(value) => {
                self.floats += value;
                value
            }
        };
        self.merge(&Self {
            count: 1,
            low: Some(value),
            high: Some(value),
            ..Self::default()
        });
    }

    /// Adds what is known of other numbers.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.integers += other.integers;
        self.floats += other.floats;
        self.low = pick(self.low, other.low, f64::min);
        self.high = pick(self.high, other.high, f64::max);
    }
}

fn pick(a: Option<f64>, b: Option<f64>, of: impl Fn(f64, f64) -> f64) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(of(a, b)),
        (one, None) | (None, one) => one,
    }
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Numeric {
    Integer(i64),
    Float(f64),
}

impl Numeric {
    fn of(value: Scalar<'_>) -> Option<Self> {
        match value {
            Scalar::Integer(value) => Some(Self::Integer(value)),
            Scalar::Float(value) => Some(Self::Float(value)),
            Scalar::Number(text) | Scalar::Text(text) => {
                Number::parse(text)?;
                match text.parse() {
                    Ok(value) => Some(Self::Integer(value)),
                    Err(_) => text
                        .parse()
                        .ok()
                        .filter(|value: &f64| value.is_finite())
                        .map(Self::Float),
                }
            }
            Scalar::Boolean(_) | Scalar::Time(_) => None,
        }
    }
}

/// The numbers of a field in the rows `within`, with their rows, in order of rows.
pub(super) fn numbers(
    rows: &Rows<'_>,
    name: &FieldName,
    within: &BooleanBuffer,
    fields: &mut dyn MessageFields,
) -> Result<Vec<(usize, Numeric)>, QueryError> {
    let mut found = Vec::new();
    let absent = rows.each_column(name, within, |column, within| {
        let mut note = |row, value| found.extend(Numeric::of(value).map(|number| (row, number)));
        for row in within.set_indices() {
            match column {
                Column::Integer(array) => note(row, Scalar::Integer(array.value(row))),
                Column::Float(array) => note(row, Scalar::Float(array.value(row))),
                Column::Text(texts) => note(row, Scalar::Text(texts.get(row))),
                Column::Dictionary(array, texts) => {
                    let key = array.keys().value(row);
                    let text = usize::try_from(key).map_or("", |key| texts.get(key));
                    note(row, Scalar::Text(text));
                }
                Column::Boolean(_) | Column::Time(_) | Column::List(..) => {}
            }
        }
    })?;
    rows.each_in_messages(name, &absent, fields, |row, value| {
        let number = Numeric::of(Scalar::of(value));
        found.extend(number.map(|number| (row, number)));
    })?;
    found.sort_by_key(|(row, _)| *row);
    Ok(found)
}
