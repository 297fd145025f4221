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

impl<'m> FieldValue<'m> {
    /// What a person reads: a number with the digits that it is written with.
    pub fn into_text(self) -> Cow<'m, str> {
        match self {
            Self::Boolean(true) => "true".into(),
            Self::Boolean(false) => "false".into(),
            Self::Number(written) => written.into(),
            Self::Text(text) => text,
        }
    }
}
