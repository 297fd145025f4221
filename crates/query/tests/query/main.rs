//! Filters and answers over record batches, against what is done row by row.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test, what is not there may fail it"
)]

mod answers;
mod examples;
mod lists;
mod made;
mod naive;
mod selections;
