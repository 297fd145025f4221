//! Which fields the selected rows have: name, types, how many rows, how many distinct values.
//!
//! Memory: 4 KiB a field of many values, and at most `MAX_FIELDS` fields;
//! of further ones only the number of values is known.

use super::distinct::Distinct;
use super::values::{Coded, canonical};
use crate::column::Column;
use crate::error::QueryError;
use crate::message_fields::MessageFields;
use crate::rows::{LeftInMessage, Rows, is_ours};
use crate::value::Scalar;
use arrow::buffer::BooleanBuffer;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use windrow_model::FieldValue;

/// The most fields that are listed.
const MAX_FIELDS: usize = 2048;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FieldType {
    /// `true` or `false`.
    Boolean,
    /// A 64-bit integer.
    Integer,
    /// Any other number.
    Float,
    /// Text.
    Text,
}

/// What is known of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSummary {
    /// The types of its values, in its columns or in messages.
    pub types: BTreeSet<FieldType>,
    /// Selected rows that have it.
    pub rows: u64,
    /// Its distinct values.
    pub distinct: Distinct,
}

/// The fields of the selected rows, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldList {
    fields: BTreeMap<String, FieldSummary>,
    rows: u64,
    unlisted: u64,
}

impl FieldList {
    /// The fields, by name.
    pub const fn fields(&self) -> &BTreeMap<String, FieldSummary> {
        &self.fields
    }

    /// Selected rows: the denominator of shares.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Values of fields that are not listed, because there are too many.
    pub const fn unlisted(&self) -> u64 {
        self.unlisted
    }

    /// Counts the fields of the rows `selected`,
    /// in all columns of the batch and in the messages of parts that left fields there.
    ///
    /// # Errors
    /// When the messages are needed and were not read.
    pub fn add(
        &mut self,
        rows: &Rows<'_>,
        selected: &BooleanBuffer,
        fields: &mut dyn MessageFields,
    ) -> Result<(), QueryError> {
        self.rows += selected.count_set_bits() as u64;
        let mut held = BTreeMap::new();
        for (name, column) in rows.field_columns()? {
            let within = selected & &column.held(rows.len());
            let mut coded = Coded::default();
            coded.add_column(&column, &within);
            if let Some(summary) = self.summary(name, coded.codes.len())
                && let Some(field_type) = type_of(&column)
                && !coded.codes.is_empty()
            {
                summary.types.insert(field_type);
                summary.rows += within.count_set_bits() as u64;
                coded
                    .texts
                    .iter()
                    .for_each(|text| summary.distinct.add(text));
            }
            held.insert(name, within);
        }
        if matches!(rows.left, LeftInMessage::Named(names) if names.is_empty())
            || !selected.has_true()
        {
            return Ok(());
        }
        let messages = rows.messages()?;
        let is_left = |name: &str| match rows.left {
            LeftInMessage::Any => true,
            LeftInMessage::Named(names) => names.iter().any(|left| left == name),
        };
        for row in selected.set_indices() {
            // A name may come up twice in a message, and its row counts once.
            let mut seen: Vec<String> = Vec::new();
            fields.each(messages.value(row), &mut |name, value| {
                let is_held = held.get(name).is_some_and(|held| held.value(row));
                if is_held || is_ours(name) || !is_left(name) {
                    return;
                }
                let Some(summary) = self.summary(name, 1) else {
                    return;
                };
                summary.types.insert(type_of_value(&value));
                summary.distinct.add(&canonical(Scalar::of(&value)));
                if !seen.iter().any(|known| known == name) {
                    summary.rows += 1;
                    seen.push(name.to_owned());
                }
            });
        }
        Ok(())
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.unlisted += other.unlisted;
        for (name, theirs) in &other.fields {
            let values = usize::try_from(theirs.rows).unwrap_or(usize::MAX);
            if let Some(summary) = self.summary(name, values) {
                summary.types.extend(&theirs.types);
                summary.rows += theirs.rows;
                summary.distinct.merge(&theirs.distinct);
            }
        }
    }

    /// What is known of a field that has `values` more.
    fn summary(&mut self, name: &str, values: usize) -> Option<&mut FieldSummary> {
        let is_known = self.fields.contains_key(name);
        if values == 0 || !is_known && self.fields.len() == MAX_FIELDS {
            self.unlisted += values as u64;
            return None;
        }
        if !is_known {
            self.fields.insert(name.to_owned(), FieldSummary::default());
        }
        self.fields.get_mut(name)
    }
}

const fn type_of(column: &Column<'_>) -> Option<FieldType> {
    match column {
        Column::Boolean(_) => Some(FieldType::Boolean),
        Column::Integer(_) => Some(FieldType::Integer),
        Column::Float(_) => Some(FieldType::Float),
        Column::Text(_) | Column::Dictionary(..) => Some(FieldType::Text),
        Column::Time(_) | Column::List(..) => None,
    }
}

fn type_of_value(value: &FieldValue<'_>) -> FieldType {
    match value {
        FieldValue::Boolean(_) => FieldType::Boolean,
        FieldValue::Number(written) if written.parse::<i64>().is_ok() => FieldType::Integer,
        FieldValue::Number(_) => FieldType::Float,
        FieldValue::Text(_) => FieldType::Text,
    }
}
