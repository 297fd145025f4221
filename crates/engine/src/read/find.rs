//! A plain text search over the messages of an opened window.
//!
//! Memory: the messages of one row group, and the numbers of at most twice `KEPT` matching rows.

use crate::error::{EngineError, OTHER_TYPE};
use crate::read::row_groups::RowGroups;
use crate::read::selected::SelectedRows;
use crate::read::slices::Slices;
use crate::read::span::Span;
use arrow::array::Array;
use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use tokio_util::sync::CancellationToken;
use windrow_columnar::{Projection, messages};
use windrow_model::fold::Needle;
use windrow_store::BlobStore;

/// How many matching rows are given by number on each side of a row; all are counted.
const KEPT: usize = 50_000;

/// What to look for in messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// The text; an empty one is found nowhere.
    pub text: String,
    /// Whether upper and lower case are the same.
    pub ignore_case: bool,
    /// The row whose neighbours are given where there are too many to give all.
    pub around: u64,
}

/// Where it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Matching rows.
    pub matches: u64,
    /// How many of them come before the first of `rows`.
    pub before: u64,
    /// Matching rows that are not among those to look at; `matches` are the others.
    #[serde(default)]
    pub hidden: u64,
    /// Numbers of matching rows, in order and without a gap: those next to `around`.
    pub rows: Vec<u64>,
    /// Where all of `matches` lie.
    #[serde(skip)]
    pub slices: Slices,
    /// Rows searched; fewer than the window has where the search was stopped.
    pub searched: u64,
}

/// Searches the messages of `spans`, also of rows that are not `among` those to look at, which are then numbered on their own. Reports how many rows it has searched. Stops between row groups when cancelled.
pub(super) async fn search<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    spans: &[Span],
    find: &Find,
    among: Option<&SelectedRows>,
    cancel: &CancellationToken,
    progress: &dyn Fn(u64),
) -> Result<Found, EngineError> {
    let mut found = Found::default();
    let all = || spans.iter().map(Span::len).sum();
    found.slices = Slices::new(among.map_or_else(all, SelectedRows::count));
    if find.text.is_empty() {
        return Ok(found);
    }
    let wanted = Wanted::new(find);
    let projection = Projection::messages();
    let mut rows = Around::new(find.around, KEPT);
    'spans: for span in spans {
        for (index, within) in span.pieces(span.rows.clone()) {
            let read = groups.decode(store, &span.part, index, within, &projection);
            let Some(batch) = cancel.run_until_cancelled(read).await else {
                break 'spans;
            };
            let batch = batch?;
            let messages = messages(&batch)
                .ok_or_else(|| EngineError::damaged(&span.part.path, OTHER_TYPE))?;
            for row in 0..messages.len() {
                if !wanted.is_in(messages.value(row)) {
                    continue;
                }
                let number = found.searched + row as u64;
                let number = match among {
                    None => number,
                    Some(selected) if selected.contains(number) => selected.before(number),
                    Some(_) => {
                        found.hidden += 1;
                        continue;
                    }
                };
                rows.push(number);
                found.slices.add(number);
            }
            found.searched += batch.num_rows() as u64;
            progress(found.searched);
        }
    }
    found.matches = rows.matches;
    found.before = rows.dropped;
    found.rows = rows.kept.into();
    Ok(found)
}

/// Numbers that come in order: the last few before a row, and the first few from it on.
struct Around {
    row: u64,
    most: usize,
    kept: VecDeque<u64>,
    /// How many of `kept` are before the row.
    before: usize,
    matches: u64,
    /// How many before the row were let go.
    dropped: u64,
}

impl Around {
    fn new(row: u64, most: usize) -> Self {
        Self {
            row,
            most,
            kept: VecDeque::new(),
            before: 0,
            matches: 0,
            dropped: 0,
        }
    }

    fn push(&mut self, row: u64) {
        self.matches += 1;
        if row < self.row {
            if self.before == self.most {
                self.kept.pop_front();
                self.dropped += 1;
            } else {
                self.before += 1;
            }
            self.kept.push_back(row);
        } else if self.kept.len() - self.before < self.most {
            self.kept.push_back(row);
        }
    }
}

enum Wanted {
    Exact(Box<Finder<'static>>),
    AnyCase(Needle),
}

impl Wanted {
    fn new(find: &Find) -> Self {
        if find.ignore_case {
            Self::AnyCase(Needle::new(&find.text))
        } else {
            Self::Exact(Box::new(Finder::new(find.text.as_bytes()).into_owned()))
        }
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Exact(finder) => finder.find(message.as_bytes()).is_some(),
            Self::AnyCase(needle) => needle.is_in(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Around;

    fn around(row: u64, most: usize) -> (u64, u64, Vec<u64>) {
        let mut around = Around::new(row, most);
        (0..100).for_each(|row| around.push(row));
        (around.matches, around.dropped, around.kept.into())
    }

    #[test]
    fn of_too_many_matches_those_on_both_sides_of_a_row_are_given() {
        assert_eq!(around(90, 3), (100, 87, vec![87, 88, 89, 90, 91, 92]));
        assert_eq!(around(0, 3), (100, 0, vec![0, 1, 2]));
        assert_eq!(around(1000, 3), (100, 97, vec![97, 98, 99]));
        assert_eq!(around(2, 3), (100, 0, vec![0, 1, 2, 3, 4]));
    }
}
