//! The leaves of an expression: what is asked of one row.

use super::cidr::Cidr;
use super::field_name::FieldName;
use super::number::Number;
use super::pattern::Pattern;
use super::regex::Regex;
use super::tree::Tree;

/// One condition on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// Every row: `*`.
    All,
    /// The message contains a text, in any case. An empty one is in every message and is printed as `*`.
    Text(Pattern),
    /// The message matches a regular expression.
    Regex(Regex),
    /// A field has one of some values: `action:(deny or drop)`. A row without the field has none.
    Field {
        /// Which field.
        name: FieldName,
        /// What its value must be. `not` in it is `not` around the field, so a row without the field matches it.
        values: Tree<Value>,
    },
    /// A field lies on one side of a bound: `status >= 500`.
    Compare {
        /// Which field.
        name: FieldName,
        /// On which side.
        order: Order,
        /// Of what.
        bound: Bound,
    },
}

/// What the value of a field must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Anything: the field is present.
    Any,
    /// The whole value, in any case; in `message` and `extra` a part of it.
    Text(Pattern),
    /// An address in a network.
    Cidr(Cidr),
    /// A value in which a regular expression is found.
    Regex(Regex),
}

/// On which side of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Order {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Whether a value that compares so with the bound lies on this side of it.
    pub const fn holds(self, value: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => value.is_lt(),
            Self::AtMost => value.is_le(),
            Self::Greater => value.is_gt(),
            Self::AtLeast => value.is_ge(),
        }
    }
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A number, as it is written.
    Number(Number),
    /// Epoch milliseconds UTC, with the column `timestamp` only.
    Time(i64),
}
