//! Rows, a page at a time, and the search over them.

use super::{ViewId, packed};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use windrow_model::{RowKey, TimeRange};

/// Reads some rows of an opened window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRows {
    /// The opened window.
    pub view: ViewId,
    /// Number of the first row, from 0.
    pub first: u64,
    /// Maximum rows.
    pub limit: u32,
    /// The fields whose values are wanted beside each message.
    pub fields: Vec<String>,
    /// The rows that a suspended filter selects of the same window: of the others it is said that it hides them.
    pub suspended: Option<ViewId>,
}

/// A page of rows. The rows cross as one buffer, see [`packed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowPage {
    /// Number of the first row, from 0.
    pub first: u64,
    /// In order.
    #[serde(with = "packed")]
    pub rows: Vec<Row>,
}

/// Reads one row, nothing of it cut.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRow {
    /// The opened window.
    pub view: ViewId,
    /// Number of the row, from 0.
    pub row: u64,
    /// The fields whose values are wanted beside the message.
    pub fields: Vec<String>,
}

/// A row with nothing of it cut, and where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeRow {
    /// The row.
    pub row: Row,
    /// Where it is kept.
    pub kept: Option<Kept>,
    /// The names and values of its message as a filter compares them, at most [`FIELDS_OF_ROW`](super::FIELDS_OF_ROW).
    pub named: Vec<(String, String)>,
    /// How many more there are.
    pub unnamed: u64,
}

/// Where a row is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Path of the file below the cache root.
    pub path: String,
    /// Number of the row within it, from 0.
    pub position: u64,
    /// Rows of the file.
    pub rows: u64,
    /// What the file proves, or shows where it is provisional.
    pub range: TimeRange,
    /// Whether the file proves nothing.
    pub provisional: bool,
    /// When it was fetched, epoch milliseconds.
    pub fetched_at_ms: i64,
}

/// Asks which rows of an opened window have these keys. The reply is in the order of the keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LocateRows {
    /// The opened window.
    pub view: ViewId,
    /// The keys.
    pub keys: Vec<RowKey>,
}

/// The row that a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Located {
    /// It is this one.
    Row(u64),
    /// There is none; this is the first at or after its time, or the number of rows.
    Gone(u64),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Epoch milliseconds.
    pub ms: i64,
    /// Tells it from others of its time and number: see [`RowKey`].
    pub hash: u64,
    /// The sequence number, or the source's id where it is text.
    pub id: Option<String>,
    /// The message; cut to [`MESSAGE_CUT`](super::MESSAGE_CUT) characters in a page.
    pub message: String,
    /// Bytes of the whole message.
    pub message_bytes: u64,
    /// Labels.
    pub labels: Vec<String>,
    /// JSON of the fields without a column; cut in a page.
    pub extra: Option<String>,
    /// Shown, not proven.
    pub provisional: bool,
    /// Shown, though the suspended filter hides it.
    pub is_hidden: bool,
    /// The fields that were asked for.
    pub fields: Vec<RowField>,
}

/// A field that was asked for beside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowField {
    /// Its name as it was asked for.
    pub name: String,
    /// Its first value; nothing where the message has none.
    pub value: Option<RowValue>,
}

/// The value of a field as a filter compares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowValue {
    /// Its text, a number with the digits that it is written with; cut like the message.
    pub text: String,
    /// Whether nothing is cut.
    pub is_whole: bool,
    /// The bytes of the whole message that it is read from; those of a text are without its quotes.
    pub bytes: Range<usize>,
}

impl Row {
    /// What makes it the same row in another opening of a window.
    pub fn key(&self) -> RowKey {
        RowKey {
            ms: self.ms,
            hash: self.hash,
            id: self.id.clone(),
        }
    }

    /// A field that was asked for; nothing where it was not.
    pub fn field(&self, name: &str) -> Option<&RowField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Finds the rows whose message contains a text, in upper or lower case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindText {
    /// The opened window.
    pub view: ViewId,
    /// The text.
    pub text: String,
    /// The row whose neighbours are given where there are too many matches to give all.
    pub around: u64,
}

/// The progress of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindProgress {
    /// Rows searched so far.
    pub searched: u64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindResult {
    /// Rows that match, of those that are shown.
    pub matches: u64,
    /// Rows that match and are hidden by a filter.
    pub hidden: u64,
    /// How many of them come before the first of `rows`.
    pub before: u64,
    /// Their numbers in order and without a gap, from 0; where there are too many, those next to the row asked for.
    #[serde(with = "packed")]
    pub rows: Vec<u64>,
    /// Where all of `matches` lie.
    pub slices: Slices,
    /// Rows searched.
    pub searched: u64,
}

/// How many rows of each of some equal slices of a view are of a kind. There are a few hundred at most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slices {
    /// Rows of a slice.
    pub rows: u64,
    /// Those of the kind in each slice; none in slices behind the last given.
    #[serde(with = "packed")]
    pub counts: Vec<u64>,
}
