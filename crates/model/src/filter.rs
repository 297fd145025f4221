//! The filter expression: which rows are asked for.
//!
//! In the order data passes: [`parse`] reads a text and gives a [`Filter`] and hints, or a [`FilterError`] with its place;
//! `Display` writes a filter so that it parses to itself.
//! Evaluating it is for the crate that has rows; so is whether a regular expression is valid.
//!
//! ```
//! use windrow_model::filter::parse;
//! let parsed = parse("action = deny and (srcip:10.0.0.0/8 or -user:*) timeout")?;
//! assert_eq!(parsed.filter.to_string(), "action:deny (srcip:10.0.0.0/8 or not user:*) timeout");
//! assert_eq!(parse("a:(x y)").unwrap_err().place.column, 6);
//! # Ok::<(), windrow_model::filter::FilterError>(())
//! ```
//!
//! It is near KQL, which more analysts know than any other.
//! Unlike there, words side by side are joined by `and`, words are parts of texts, and `-`, `=`, `!=`, regular expressions and networks exist.

mod cidr;
mod cursor;
mod field_name;
mod known;
pub mod list;
mod mistake;
pub mod number;
mod parse;
mod pattern;
mod print;
mod regex;
mod term;
mod tree;

pub use cidr::Cidr;
pub use field_name::FieldName;
pub use known::{NamedField, UnknownField, nearest, unknown_fields};
pub use list::ValueList;
pub use mistake::{Explanation, FilterError, Hint, HintKind, Mistake, Place};
pub use number::Number;
pub use parse::parse;
pub use pattern::Pattern;
pub use regex::Regex;
pub use term::{Bound, Order, Term, Value};
pub use tree::Tree;

/// The longest text of an expression.
pub const MAX_BYTES: usize = 64 << 10;
/// How many parentheses and negations may stand inside each other.
pub const MAX_DEPTH: u32 = 64;

/// Conditions on a row, joined by `not`, `and` and `or`.
pub type Filter = Tree<Term>;

/// An expression that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What it asks for.
    pub filter: Filter,
    /// What may not mean what was meant.
    pub hints: Vec<Hint>,
    /// The fields that it names, in order.
    pub fields: Vec<NamedField>,
}

#[cfg(test)]
mod tests;
