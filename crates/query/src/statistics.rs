//! What the statistics of a row group say of a filter, before anything of it is read.
//!
//! Invariant: [`Share::None`] and [`Share::All`] are proven.

use crate::rows::{LABELS, LeftInMessage};
use crate::value::ValueTest;
use std::ops::RangeInclusive;
use windrow_model::filter::{FieldName, Tree};

/// How many of some rows a filter selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// None of them: they need not be read.
    None,
    /// Some, none or all.
    Unknown,
    /// All of them.
    All,
}

/// What is known of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnStatistics {
    /// Its name.
    pub name: String,
    /// Rows without a value.
    pub nulls: u64,
    /// The lowest and the highest value of integers or times, where they are known.
    pub bounds: Option<RangeInclusive<i64>>,
}

/// What is known of some rows of a part.
#[derive(Clone, Copy, Debug)]
pub struct Statistics<'a> {
    /// How many they are.
    pub rows: u64,
    /// All columns that the part has.
    pub columns: &'a [ColumnStatistics],
    /// What the part left in its messages.
    pub left: &'a LeftInMessage,
}

impl Statistics<'_> {
    /// The rows whose field passes.
    pub(crate) fn field(&self, name: &FieldName, values: &Tree<ValueTest>) -> Share {
        share(values, &|test| self.value(name, test))
    }

    fn value(&self, name: &FieldName, test: &ValueTest) -> Share {
        let mut columns = self
            .columns
            .iter()
            .filter(|column| name.matches(&column.name));
        let may_be_left = self.left.may_have(name);
        let (column, another) = (columns.next(), columns.next());
        match (column, another) {
            (None, _) if may_be_left => Share::Unknown,
            (None, _) => Share::None,
            // An empty list is no null and has no value.
            (Some(column), None) if column.name != LABELS => {
                let held = if column.nulls == self.rows {
                    Share::None
                } else {
                    column.held(test)
                };
                let is_all = !self.left.may_have_beside(name, &column.name);
                match held {
                    Share::None if !is_all => Share::Unknown,
                    Share::None if column.nulls == 0 || !may_be_left => Share::None,
                    Share::All if column.nulls == 0 => Share::All,
                    _ => Share::Unknown,
                }
            }
            _ => Share::Unknown,
        }
    }
}

impl ColumnStatistics {
    /// Of the rows with a value, those that pass.
    fn held(&self, test: &ValueTest) -> Share {
        if matches!(test, ValueTest::Any) {
            return Share::All;
        }
        let within = self.bounds.as_ref().zip(test.integers(&self.name));
        let Some((bounds, passing)) = within else {
            return Share::Unknown;
        };
        let (low, high) = (i128::from(*bounds.start()), i128::from(*bounds.end()));
        if passing.end <= low || high < passing.start {
            Share::None
        } else if passing.start <= low && high < passing.end {
            Share::All
        } else {
            Share::Unknown
        }
    }
}

/// What follows for a tree from its leaves.
pub(crate) fn share<T>(tree: &Tree<T>, leaf: &impl Fn(&T) -> Share) -> Share {
    let (terms, deciding) = match tree {
        Tree::Leaf(of) => return leaf(of),
        Tree::Not(inner) => {
            return match share(inner, leaf) {
                Share::None => Share::All,
                Share::Unknown => Share::Unknown,
                Share::All => Share::None,
            };
        }
        Tree::And(terms) => (terms, Share::None),
        Tree::Or(terms) => (terms, Share::All),
    };
    let mut all = match deciding {
        Share::None => Share::All,
        _ => Share::None,
    };
    for term in terms {
        match share(term, leaf) {
            found if found == deciding => return deciding,
            Share::Unknown => all = Share::Unknown,
            _ => {}
        }
    }
    all
}
