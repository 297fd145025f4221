//! The value of a field of a message, as it is written there.

use std::borrow::Cow;

/// A value in a message.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue<'m> {
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it is written.
    Number(&'m str),
    /// Any other text, without escapes. A list is its text as it is written.
    Text(Cow<'m, str>),
}
