//! The rows of a batch, and what their part says of fields that are not in its columns.

use crate::column::Column;
use crate::error::QueryError;
use crate::message_fields::MessageFields;
use arrow::array::cast::AsArray;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::TimestampMillisecondType;
use windrow_model::FieldValue;
use windrow_model::filter::FieldName;

/// The column of times.
pub(crate) const TIMESTAMP: &str = "timestamp";
/// The column of messages.
const MESSAGE: &str = "message";
/// The column of what has no column, as JSON text.
const EXTRA: &str = "extra";
/// The only column of lists.
pub(crate) const LABELS: &str = "labels";
/// Columns that every part has: nothing of them is in messages.
const OURS: [&str; 7] = [
    TIMESTAMP,
    "sequence_number",
    "event_id",
    "log_id",
    MESSAGE,
    LABELS,
    EXTRA,
];

/// The fields of which a part left values in its messages, so that a null in their columns proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftInMessage {
    /// It does not say: any field.
    Any,
    /// These and no others.
    Named(Vec<String>),
}

impl LeftInMessage {
    /// Whether values of the field may be there.
    pub fn may_have(&self, field: &FieldName) -> bool {
        match self {
            Self::Any => !OURS.iter().any(|ours| field.matches(ours)),
            Self::Named(names) => names.iter().any(|name| field.matches(name)),
        }
    }

    /// Whether a message may have a value of the field under a name in another case than that of `column`,
    /// so that a value in the column is not all of them.
    pub(crate) fn may_have_beside(&self, field: &FieldName, column: &str) -> bool {
        match self {
            Self::Any => false,
            Self::Named(names) => names
                .iter()
                .any(|name| field.matches(name) && name != column),
        }
    }
}

/// The rows of a batch of one part.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Their columns: those that are asked about, as far as the part has them, and `message` where it is needed.
    pub batch: &'a RecordBatch,
    /// What the part left in its messages.
    pub left: &'a LeftInMessage,
}

impl<'a> Rows<'a> {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns that a name means: one, but for parts of others, whose names may differ in case alone.
    pub(crate) fn columns(&self, name: &FieldName) -> Result<Vec<Column<'a>>, QueryError> {
        let fields = self.batch.schema_ref().fields().iter();
        fields
            .zip(self.batch.columns())
            .filter(|(field, _)| name.matches(field.name()))
            .map(|(field, array)| column(field.name(), array))
            .collect()
    }

    /// The columns of fields of messages, with their names.
    pub(crate) fn field_columns(&self) -> Result<Vec<(&'a str, Column<'a>)>, QueryError> {
        let fields = self.batch.schema_ref().fields().iter();
        fields
            .zip(self.batch.columns())
            .filter(|(field, _)| !is_ours(field.name()))
            .map(|(field, array)| Ok((field.name().as_str(), column(field.name(), array)?)))
            .collect()
    }

    /// Whether all values of a field are sought in messages, those in columns too.
    pub(crate) fn is_in_messages(&self, name: &FieldName) -> bool {
        let fields = self.batch.schema_ref().fields().iter();
        fields
            .filter(|field| name.matches(field.name()))
            .any(|field| self.left.may_have_beside(name, field.name()))
    }

    /// Calls `visit` with each column that a name means and the rows `within` that have a value there.
    /// Gives the rows that have none in any column and may have one in their message.
    pub(crate) fn each_column(
        &self,
        name: &FieldName,
        within: &BooleanBuffer,
        mut visit: impl FnMut(&Column<'a>, &BooleanBuffer),
    ) -> Result<BooleanBuffer, QueryError> {
        if self.is_in_messages(name) {
            return Ok(within.clone());
        }
        let mut held = BooleanBuffer::new_unset(self.len());
        for column in self.columns(name)? {
            let here = within & &column.held(self.len());
            visit(&column, &here);
            held = &held | &here;
        }
        Ok(if self.left.may_have(name) {
            within & &!&held
        } else {
            BooleanBuffer::new_unset(self.len())
        })
    }

    /// Calls `visit` with each value that a name means in the messages of the rows `within`.
    pub(crate) fn each_in_messages(
        &self,
        name: &FieldName,
        within: &BooleanBuffer,
        fields: &mut dyn MessageFields,
        mut visit: impl FnMut(usize, &FieldValue<'_>),
    ) -> Result<(), QueryError> {
        if !within.has_true() {
            return Ok(());
        }
        let messages = self.messages()?;
        for row in within.set_indices() {
            fields.each(messages.value(row), &mut |field, value| {
                if name.matches(field) {
                    visit(row, &value);
                }
            });
        }
        Ok(())
    }

    /// The times, in epoch milliseconds.
    pub(crate) fn times(&self) -> Result<&'a [i64], QueryError> {
        let column = self.batch.column_by_name(TIMESTAMP);
        column
            .and_then(|column| column.as_primitive_opt::<TimestampMillisecondType>())
            .map(|times| times.values().as_ref())
            .ok_or(QueryError::NoTimes)
    }

    /// The messages.
    pub(crate) fn messages(&self) -> Result<&'a StringArray, QueryError> {
        let column = self.batch.column_by_name(MESSAGE);
        column
            .and_then(|column| column.as_string_opt())
            .ok_or(QueryError::NoMessages)
    }
}

fn column<'a>(name: &str, array: &'a ArrayRef) -> Result<Column<'a>, QueryError> {
    Column::of(array.as_ref()).ok_or_else(|| QueryError::ColumnType {
        column: name.to_owned(),
    })
}

/// Whether every part has a column of this name.
pub(crate) fn is_ours(name: &str) -> bool {
    OURS.contains(&name)
}

/// Whether a text is sought in a part of the column's values and not in the whole.
pub(crate) fn is_searched_in(name: &FieldName) -> bool {
    name.matches(MESSAGE) || name.matches(EXTRA)
}
