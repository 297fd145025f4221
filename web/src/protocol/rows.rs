//! Rows as they cross, a few at a time, and what a find found.

use super::MESSAGE_CUT;
use serde::{Deserialize, Serialize};

/// Rows as they cross.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowPage {
    /// Number of the first row, from 0.
    pub first: u64,
    /// In order.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Epoch milliseconds.
    pub ms: i64,
    /// The sequence number, or the source's id where it is text.
    pub id: Option<String>,
    /// The message, cut in pages.
    pub message: String,
    /// Bytes of the whole message.
    pub message_bytes: u64,
    /// Labels.
    pub labels: Vec<String>,
    /// JSON of the fields without a column.
    pub extra: Option<String>,
    /// Shown, not proven.
    pub provisional: bool,
}

impl Row {
    /// Whether this, which may be cut, is a row that is whole.
    pub fn is_start_of(&self, whole: &Self) -> bool {
        (self.ms, &self.id) == (whole.ms, &whole.id) && whole.message.starts_with(&self.message)
    }

    /// Whether there is more of it than what is here.
    pub fn is_cut(&self) -> bool {
        let extra_cut = self
            .extra
            .as_deref()
            .is_some_and(|extra| extra.chars().count() == MESSAGE_CUT);
        (self.message.len() as u64) < self.message_bytes || extra_cut
    }
}

/// What a find found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Rows that match.
    pub matches: u64,
    /// Their numbers in order, as many as cross.
    pub rows: Vec<u64>,
    /// Whether there are more than crossed.
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
