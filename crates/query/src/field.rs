//! One field of all rows: in its column, and in the messages of rows where the column has none and the part does not
//! prove that there is none.

use crate::column::{Column, passing};
use crate::error::QueryError;
use crate::message_fields::MessageFields;
use crate::rows::Rows;
use crate::value::{Scalar, ValueTest};
use arrow::array::{Array, BooleanBufferBuilder};
use arrow::buffer::BooleanBuffer;
use windrow_model::FieldValue;
use windrow_model::filter::{FieldName, Tree};

/// What is asked of a field.
#[derive(Debug)]
pub(crate) struct FieldTest {
    pub(crate) name: FieldName,
    pub(crate) values: Tree<ValueTest>,
}

impl FieldTest {
    /// Whether it may have to read messages.
    pub(crate) fn may_read_messages(&self, rows: &Rows<'_>) -> bool {
        rows.left.may_have(&self.name)
    }

    /// Of the rows `within`, those whose field passes.
    pub(crate) fn rows(
        &self,
        rows: &Rows<'_>,
        fields: &mut dyn MessageFields,
        within: &BooleanBuffer,
    ) -> Result<BooleanBuffer, QueryError> {
        if rows.is_in_messages(&self.name) {
            return self.in_messages(rows, fields, within);
        }
        let columns = rows.columns(&self.name)?;
        let mut held = BooleanBuffer::new_unset(rows.len());
        for column in &columns {
            held = &held | &column.held(rows.len());
        }
        let in_columns = in_columns(&self.values, &columns, &(within & &held));
        let absent = within & &!&held;
        if !absent.has_true() {
            return Ok(in_columns);
        }
        let others = if self.may_read_messages(rows) {
            self.in_messages(rows, fields, &absent)?
        } else if holds(&self.values, &[]) {
            absent
        } else {
            return Ok(in_columns);
        };
        Ok(&in_columns | &others)
    }

    fn in_messages(
        &self,
        rows: &Rows<'_>,
        fields: &mut dyn MessageFields,
        within: &BooleanBuffer,
    ) -> Result<BooleanBuffer, QueryError> {
        let messages = rows.messages()?;
        let mut marked = BooleanBufferBuilder::new(rows.len());
        marked.append_n(rows.len(), false);
        for row in within.set_indices() {
            let mut values = Vec::new();
            fields.each(messages.value(row), &mut |name, value| {
                if self.name.matches(name) {
                    values.push(value);
                }
            });
            marked.set_bit(row, holds(&self.values, &values));
        }
        Ok(marked.finish())
    }
}

/// Whether values of a row, or none, pass. Any of several values passes for all of them.
fn holds(tests: &Tree<ValueTest>, values: &[FieldValue<'_>]) -> bool {
    match tests {
        Tree::Leaf(test) => values.iter().any(|value| test.is_match(Scalar::of(value))),
        Tree::Not(inner) => !holds(inner, values),
        Tree::And(terms) => terms.iter().all(|term| holds(term, values)),
        Tree::Or(terms) => terms.iter().any(|term| holds(term, values)),
    }
}

/// Of the rows `within`, all of which have a value, those whose values pass.
fn in_columns(
    tests: &Tree<ValueTest>,
    columns: &[Column<'_>],
    within: &BooleanBuffer,
) -> BooleanBuffer {
    match tests {
        Tree::Leaf(test) => {
            let mut found = BooleanBuffer::new_unset(within.len());
            for column in columns {
                let held = within & &column.held(within.len());
                found = &found | &in_column(test, column, &held);
            }
            found
        }
        Tree::Not(inner) => within & &!&in_columns(inner, columns, within),
        Tree::And(terms) => terms.iter().fold(within.clone(), |left, term| {
            in_columns(term, columns, &left)
        }),
        Tree::Or(terms) => {
            let mut left = within.clone();
            for term in terms {
                left = &left & &!&in_columns(term, columns, &left);
            }
            within & &!&left
        }
    }
}

fn in_column(test: &ValueTest, column: &Column<'_>, within: &BooleanBuffer) -> BooleanBuffer {
    if matches!(test, ValueTest::Any) {
        return within.clone();
    }
    let found = match column {
        Column::Boolean(array) => {
            let [no, yes] = [false, true].map(|value| test.is_match(Scalar::Boolean(value)));
            let values = array.values();
            match (no, yes) {
                (true, true) => return within.clone(),
                (false, false) => BooleanBuffer::new_unset(within.len()),
                (false, true) => values.clone(),
                (true, false) => !values,
            }
        }
        Column::Integer(array) => match test {
            ValueTest::Text {
                number: Some(number),
                ..
            }
            | ValueTest::Number(number) => passing(array, |value| number.is_integer(value)),
            _ => passing(array, |value| test.is_match(Scalar::Integer(value))),
        },
        Column::Float(array) => passing(array, |value| test.is_match(Scalar::Float(value))),
        Column::Time(array) => passing(array, |ms| test.is_match(Scalar::Time(ms))),
        Column::Text(texts) => match test {
            ValueTest::Text { text, .. } | ValueTest::Regex(text) => text.rows(texts, within),
            _ => BooleanBuffer::collect_bool(within.len(), |row| {
                within.value(row) && test.is_match(Scalar::Text(texts.get(row)))
            }),
        },
        Column::Dictionary(array, texts) => {
            let passes: Vec<bool> = (0..texts.len())
                .map(|key| test.is_match(Scalar::Text(texts.get(key))))
                .collect();
            let is_key = |key: i32| usize::try_from(key).ok().and_then(|key| passes.get(key));
            passing(array.keys(), |key| is_key(key).copied().unwrap_or_default())
        }
        Column::List(list, texts) => {
            let passes: Vec<bool> = (0..texts.len())
                .map(|element| test.is_match(Scalar::Text(texts.get(element))))
                .collect();
            let offsets = list.value_offsets();
            BooleanBuffer::collect_bool(list.len(), |row| {
                let span = offsets.get(row).zip(offsets.get(row + 1));
                let elements = span.and_then(|(from, to)| passes.get(*from as usize..*to as usize));
                elements.is_some_and(|elements| elements.contains(&true))
            })
        }
    };
    within & &found
}
