//! The field list: which fields the rows have, and their most frequent values.

pub mod listed;
pub mod state;
