//! Rows, a page at a time, and the search over them.

use super::{Call, MESSAGE_CUT, NoPush, ViewId, packed};
use serde::{Deserialize, Serialize};

/// Reads some rows of an opened window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRows {
    /// The opened window.
    pub view: ViewId,
    /// Number of the first row, from 0.
    pub first: u64,
    /// Maximum rows.
    pub limit: u32,
}

impl Call for ReadRows {
    type Reply = RowPage;
    type Push = NoPush;
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
}

impl Call for ReadRow {
    type Reply = Row;
    type Push = NoPush;
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Epoch milliseconds.
    pub ms: i64,
    /// The sequence number, or the source's id where it is text.
    pub id: Option<String>,
    /// The message; cut to [`MESSAGE_CUT`] characters in a page.
    pub message: String,
    /// Bytes of the whole message.
    pub message_bytes: u64,
    /// Labels.
    pub labels: Vec<String>,
    /// JSON of the fields without a column; cut in a page.
    pub extra: Option<String>,
    /// Shown, not proven.
    pub provisional: bool,
}

impl Row {
    /// Whether this row, which may be cut, is the start of a whole one.
    pub fn is_start_of(&self, whole: &Self) -> bool {
        (self.ms, &self.id) == (whole.ms, &whole.id) && whole.message.starts_with(&self.message)
    }

    /// Whether it is cut.
    pub fn is_cut(&self) -> bool {
        let extra_cut = self
            .extra
            .as_deref()
            .is_some_and(|extra| extra.chars().count() == MESSAGE_CUT);
        (self.message.len() as u64) < self.message_bytes || extra_cut
    }
}

/// Finds the rows whose message contains a text, in upper or lower case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindText {
    /// The opened window.
    pub view: ViewId,
    /// The text.
    pub text: String,
}

impl Call for FindText {
    type Reply = FindResult;
    type Push = FindProgress;
    const GROWS_MEMORY: bool = true;
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
    /// Rows that match.
    pub matches: u64,
    /// Their numbers in order, from 0; the first of them where there are too many.
    #[serde(with = "packed")]
    pub rows: Vec<u64>,
    /// Whether `rows` holds the first matches only.
    pub truncated: bool,
    /// Rows searched.
    pub searched: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_row_is_the_start_of_its_own_whole_only() {
        let row = |ms, message: &str| Row {
            ms,
            id: Some("1".to_owned()),
            message: message.to_owned(),
            message_bytes: 9,
            labels: Vec::new(),
            extra: None,
            provisional: false,
        };
        let whole = row(1, "refused 7");
        assert!(row(1, "refused").is_start_of(&whole));
        assert!(!row(2, "refused").is_start_of(&whole));
        assert!(!row(1, "granted").is_start_of(&whole));
    }
}
