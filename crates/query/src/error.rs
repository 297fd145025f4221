//! Why a filter cannot be asked.

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
