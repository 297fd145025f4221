//! What is asked of rows: filters over Arrow record batches, and answers about the rows that they select.
//!
//! In the order data passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`rows`] | the [`Rows`] of a batch, and what its part left in their messages |
//! | [`message_fields`] | the port through which fields are read from a message |
//! | [`predicate`] | a [`Predicate`]: a filter, compiled; gives the selected rows of a batch |
//! | [`statistics`] | what is known of rows that are not read yet |
//! | [`answers`] | what is told of the selected rows |
//! | `field` | one field of all rows, wherever its values are |
//! | `value` | one value and what is asked of it |
//! | `number` | a comparison with a number |
//! | `column` | a column of a batch by its type |
//! | `text` | texts sought in all rows at once |
//!
//! [`error`] says why a filter cannot be asked.
//!
//! Nothing here knows files or parts, and nothing does I/O.
//! Memory: a bit a row for each condition under way; no text is copied to be searched.
//! The alternative refused: Arrow's own `like` and `regexp` kernels,
//! which go row by row and know nothing of any case beyond ASCII.

pub mod answers;
mod column;
pub mod error;
mod field;
pub mod message_fields;
mod number;
pub mod predicate;
pub mod rows;
pub mod statistics;
mod text;
mod value;

pub use error::QueryError;
pub use message_fields::MessageFields;
pub use predicate::Predicate;
pub use rows::{LeftInMessage, Rows};
pub use statistics::{Share, Statistics};
