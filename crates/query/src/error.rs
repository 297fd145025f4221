//! Why a filter cannot be asked.

use windrow_model::filter::Explanation;

/// Why a filter cannot be asked, or not of these rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A regular expression that is none.
    #[error("/{pattern}/ is no regular expression: {reason}")]
    Regex {
        /// As it is written.
        pattern: String,
        /// What is wrong, in one line.
        reason: String,
        /// The byte of the pattern where it is wrong, where that is known.
        offset: Option<usize>,
    },
    /// A pattern that would take too much memory.
    #[error("`{pattern}` is too large a pattern")]
    TooLarge {
        /// As it is written.
        pattern: String,
    },
    /// A column of a type that no part has.
    #[error("column `{column}` has a type that cannot be searched")]
    ColumnType {
        /// Its name.
        column: String,
    },
    /// The batch lacks the column of messages, which had to be read.
    #[error("the messages were not read")]
    NoMessages,
    /// The batch lacks the column of times, which had to be read.
    #[error("the times were not read")]
    NoTimes,
}

impl QueryError {
    /// The same in words, with its place in the expression that was asked.
    pub fn explained(&self, text: &str) -> Explanation {
        let (pattern, within, remedy) = match self {
            Self::Regex {
                pattern, offset, ..
            } => (
                pattern.as_str(),
                offset.unwrap_or_default(),
                "correct it, or search for the text in quotes",
            ),
            Self::TooLarge { pattern } => (pattern.as_str(), 0, "write a shorter one"),
            _ => ("", 0, "correct it"),
        };
        let before = text.find(pattern).map(|start| start + within);
        let before = before.and_then(|end| text.get(..end)).unwrap_or_default();
        Explanation {
            column: before.chars().count() + 1,
            message: self.to_string(),
            remedy: remedy.to_owned(),
        }
    }
}
