//! Texts sought in all rows of a column at once.
//!
//! In the order data passes: a [`TextTest`] says what is sought,
//! a `Needle` of it runs over the values of a [`TextColumn`],
//! which lie behind each other without a gap, and `scan` turns its hits into rows.
//! Invariant: a hit counts only within one row.

mod any_case;
mod column;
mod needle;
mod required;
mod scan;
mod test;

pub(crate) use any_case::unfolded;
pub(crate) use column::TextColumn;
pub(crate) use test::{Kinds, TextTest};
