//! Which columns of a part are read.
//!
//! Takes column names, gives the indices that name the chunks of each row group: every column of a part is one chunk.
//! Parts of a dataset differ in fields of messages, so a name that a part lacks is left out and is no error.

use crate::footer::Footer;
use crate::schema::{MESSAGE, OUR_COLUMNS, TIMESTAMP};

/// A set of columns, by their index within the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Ascending, each once.
    columns: Vec<usize>,
}

impl Projection {
    /// The columns with these indices.
    pub fn of(columns: impl IntoIterator<Item = usize>) -> Self {
        let mut columns: Vec<usize> = columns.into_iter().collect();
        columns.sort_unstable();
        columns.dedup();
        Self { columns }
    }

    /// The columns of `footer`'s part with these exact names.
    pub fn named<'a>(footer: &Footer, names: impl IntoIterator<Item = &'a str>) -> Self {
        let columns = footer.columns();
        let index = |name: &str| columns.iter().position(|column| column.name == name);
        Self::of(names.into_iter().filter_map(index))
    }

    /// Every column of `footer`'s part, fields of messages too.
    pub fn all(footer: &Footer) -> Self {
        Self::of(0..footer.columns().len())
    }

    /// The columns that every part has: what events are made of.
    pub fn events() -> Self {
        Self::of(0..OUR_COLUMNS)
    }

    /// Times only.
    pub fn timestamps() -> Self {
        Self::of([TIMESTAMP])
    }

    /// Messages only.
    pub fn messages() -> Self {
        Self::of([MESSAGE])
    }

    /// Its indices, ascending.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }
}
