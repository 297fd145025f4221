//! One value of a message: its position, its form, and the types that hold it exactly.

use std::borrow::Cow;
use windrow_model::json::unescape;

/// The largest integer up to which a 64-bit float has all of them.
const EXACT_IN_FLOAT: u64 = 1 << 53;
/// Without an exponent, numbers this short are neither too large for 64-bit integers or floats nor inexact, by what they are read as.
const SHORT_INTEGER: usize = 18;
const SHORT_EXACT_INTEGER: usize = 15;
const SHORT_FLOAT: usize = 300;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    Float,
    Text,
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Form {
    Integer,
    Float,
    Boolean,
    /// Verbatim.
    Text,
    /// A JSON string with escapes, without its quotes.
    Escaped,
    /// A quoted value of a key=value line in which a backslash keeps quotes and backslashes.
    Quoted,
    /// A list, which has no column.
    List,
    /// Its name came up twice in the message.
    Withdrawn,
}

impl Form {
    const ALL: [Self; 8] = [
        Self::Integer,
        Self::Float,
        Self::Boolean,
        Self::Text,
        Self::Escaped,
        Self::Quoted,
        Self::List,
        Self::Withdrawn,
    ];
    const BITS: u32 = 3;
}

/// A value in the text of a column of messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf {
    row: u32,
    start: u32,
    /// The length, and the form in the lowest bits.
    len_and_form: u32,
}

impl Leaf {
    /// None for values too long to be described.
    pub(super) fn new(row: usize, start: usize, len: usize, form: Form) -> Option<Self> {
        let len = u32::try_from(len)
            .ok()
            .filter(|len| *len < 1 << (u32::BITS - Form::BITS))?;
        Some(Self {
            row: u32::try_from(row).ok()?,
            start: u32::try_from(start).ok()?,
            len_and_form: (len << Form::BITS) | form as u32,
        })
    }

    /// The number of its message.
    pub(crate) const fn row(self) -> usize {
        self.row as usize
    }

    fn form(self) -> Form {
        let form = self.len_and_form & ((1 << Form::BITS) - 1);
        Form::ALL
            .get(form as usize)
            .copied()
            .unwrap_or(Form::Withdrawn)
    }

    /// Leaves the value in its message.
    pub(super) fn withdraw(&mut self) {
        self.len_and_form = Form::Withdrawn as u32;
    }

    /// Whether a column can have it.
    pub(super) fn is_value(self) -> bool {
        !matches!(self.form(), Form::List | Form::Withdrawn)
    }

    /// Whether a column of this type has it.
    pub(super) fn is_in(self, kind: Kind, text: &str) -> bool {
        match kind {
            Kind::Boolean => self.boolean(text).is_some(),
            Kind::Integer => self.integer(text).is_some(),
            Kind::Float => self.float(text).is_some(),
            Kind::Text => self.is_value(),
        }
    }

    fn len(self) -> usize {
        (self.len_and_form >> Form::BITS) as usize
    }

    fn written(self, text: &str) -> &str {
        let start = self.start as usize;
        text.get(start..start.saturating_add(self.len()))
            .unwrap_or_default()
    }

    /// The value as a boolean.
    pub(crate) fn boolean(self, text: &str) -> Option<bool> {
        (self.form() == Form::Boolean).then(|| self.written(text) == "true")
    }

    /// The value as an integer.
    pub(crate) fn integer(self, text: &str) -> Option<i64> {
        match self.form() {
            Form::Integer => self.written(text).parse().ok(),
            _ => None,
        }
    }

    /// The value as a float; an integer only where the float is equal to it.
    pub(crate) fn float(self, text: &str) -> Option<f64> {
        match self.form() {
            Form::Integer => self
                .integer(text)
                .filter(|integer| integer.unsigned_abs() <= EXACT_IN_FLOAT)
                .map(|integer| integer as f64),
            Form::Float => self
                .written(text)
                .parse()
                .ok()
                .filter(|float: &f64| float.is_finite()),
            _ => None,
        }
    }

    /// The value as text: what is no text stays as it is written.
    pub(crate) fn text(self, text: &str) -> Option<Cow<'_, str>> {
        let written = self.written(text);
        match self.form() {
            Form::Integer | Form::Float | Form::Boolean | Form::Text => Some(written.into()),
            // Half of a surrogate pair is no text.
            Form::Escaped => unescape(written).map(Cow::from),
            Form::Quoted => Some(unquoted(written).into()),
            Form::List | Form::Withdrawn => None,
        }
    }
}

/// Removes the backslashes before quotes and backslashes, and no other.
pub(super) fn unquoted(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut chars = written.chars().peekable();
    while let Some(mut c) = chars.next() {
        if c == '\\'
            && let Some(kept) = chars.next_if(|next| matches!(next, '"' | '\\'))
        {
            c = kept;
        }
        text.push(c);
    }
    text
}

/// The narrowest type that holds all values exactly: boolean, integer, float, else text.
pub(super) fn kind_of(leaves: &[Leaf], text: &str) -> Kind {
    let mut kind = None;
    for leaf in leaves.iter().filter(|leaf| leaf.is_value()) {
        let form = leaf.form();
        kind = Some(match (kind, form) {
            (None | Some(Kind::Boolean), Form::Boolean) => Kind::Boolean,
            (None | Some(Kind::Integer), Form::Integer) => Kind::Integer,
            (None | Some(Kind::Integer | Kind::Float), Form::Float)
            | (Some(Kind::Float), Form::Integer) => Kind::Float,
            _ => return Kind::Text,
        });
    }
    let holds = |leaf: &Leaf| {
        let len = leaf.len();
        match (kind, leaf.form()) {
            (_, Form::List | Form::Withdrawn) | (Some(Kind::Boolean), _) => true,
            (Some(Kind::Integer), _) => len <= SHORT_INTEGER || leaf.integer(text).is_some(),
            (_, Form::Integer) => len <= SHORT_EXACT_INTEGER || leaf.float(text).is_some(),
            _ => {
                let is_short = len < SHORT_FLOAT && !leaf.written(text).contains(['e', 'E']);
                is_short || leaf.float(text).is_some()
            }
        }
    };
    kind.filter(|_| leaves.iter().all(holds))
        .unwrap_or(Kind::Text)
}
