//! The rows of a batch, and what their part says of fields that are not in its columns.

use crate::column::Column;
use crate::error::QueryError;
use arrow::array::cast::AsArray;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use windrow_model::filter::FieldName;

const TIMESTAMP: &str = "timestamp";
/// The column of messages.
const MESSAGE: &str = "message";
/// The column of what has no column, as JSON text.
const EXTRA: &str = "extra";
/// Columns that every part has: nothing of them is in messages.
const OURS: [&str; 7] = [
    TIMESTAMP,
    "sequence_number",
    "event_id",
    "log_id",
    MESSAGE,
    "labels",
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

/// Whether a text is sought in a part of the column's values and not in the whole.
pub(crate) fn is_searched_in(name: &FieldName) -> bool {
    name.matches(MESSAGE) || name.matches(EXTRA)
}
