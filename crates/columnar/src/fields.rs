//! The fields of messages, found to become columns of a part.
//!
//! Takes the messages of a row group, gives [`Field`]s: which names become columns, of which type, and the positions of their values in the messages.
//! In the order data passes: [`json`] reads objects and [`pairs`] reads key=value lines, [`names`] maps their keys to columns, and [`value`] infers the types.
//! Invariant: a value is exactly what its message says, or null; the messages themselves do not change.
//! Memory: twelve bytes a value, which takes four bytes of a message or more, and at most `MAX_NODES` names.
//! Never fails: what is not understood is left in its message.

mod json;
mod names;
mod pairs;
mod value;

use names::{Names, fold};
use std::collections::BTreeMap;
use value::{Form, kind_of};
pub(crate) use value::{Kind, Leaf};
use windrow_model::batch::TextColumn;

/// The most fields of messages that become columns of a part.
const MAX_FIELDS: usize = 64;

/// A column in the making.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Its values in order of rows, at most one a row.
    pub(crate) leaves: Vec<Leaf>,
}

/// The name and the type of a column.
pub(crate) type Fixed = (String, Kind);

/// Chooses the columns of a part from its first row group.
///
/// Of names that are equal ignoring case the most frequent one is chosen, and of all the 64 most frequent ones; of equally frequent ones the first in order.
/// Gives them in the order in which they first occur.
pub(crate) fn choose(messages: &TextColumn) -> Vec<Field> {
    let found = find(messages);
    let count = |leaves: &[Leaf]| leaves.iter().filter(|leaf| leaf.is_value()).count();
    let mut ranked: Vec<(usize, &str, usize)> = found
        .iter()
        .enumerate()
        .map(|(at, (name, leaves))| (count(leaves), name.as_str(), at))
        .filter(|(count, _, _)| *count > 0)
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut taken = BTreeMap::new();
    for (_, name, at) in ranked {
        if taken.len() < MAX_FIELDS {
            taken.entry(fold(name)).or_insert(at);
        }
    }
    let mut chosen: Vec<usize> = taken.into_values().collect();
    chosen.sort_unstable();
    let text = messages.text();
    let mut found: Vec<_> = found.into_iter().map(Some).collect();
    chosen
        .into_iter()
        .filter_map(|at| found.get_mut(at)?.take())
        .map(|(name, leaves)| Field {
            kind: kind_of(&leaves, text),
            name,
            leaves,
        })
        .collect()
}

/// Finds the columns that were fixed by the first row group in another one. A value that a column cannot hold is null there.
pub(crate) fn fit(messages: &TextColumn, fixed: &[Fixed]) -> Vec<Field> {
    let mut found: BTreeMap<String, Vec<Leaf>> = if fixed.is_empty() {
        BTreeMap::new()
    } else {
        find(messages).into_iter().collect()
    };
    fixed
        .iter()
        .map(|(name, kind)| Field {
            name: name.clone(),
            kind: *kind,
            leaves: found.remove(name).unwrap_or_default(),
        })
        .collect()
}

/// A value of a message that is still being read.
struct Found {
    column: u32,
    start: usize,
    len: usize,
    form: Form,
}

/// All values that have a name, by column.
fn find(messages: &TextColumn) -> Vec<(String, Vec<Leaf>)> {
    let mut names = Names::new();
    let mut columns: Vec<Vec<Leaf>> = Vec::new();
    let mut found = Vec::new();
    for (row, offset) in messages.offsets().iter().enumerate() {
        let Some(message) = messages.get(row) else {
            continue;
        };
        found.clear();
        names.restart();
        let is_whole = if message.trim_ascii_start().starts_with('{') {
            json::scan(message, &mut names, &mut found)
        } else {
            pairs::scan(message, &mut names, &mut found)
        };
        if !is_whole {
            continue;
        }
        let start = usize::try_from(*offset).unwrap_or(usize::MAX);
        for value in &found {
            let column = value.column as usize;
            if columns.len() <= column {
                columns.resize_with(column + 1, Vec::new);
            }
            let Some(leaves) = columns.get_mut(column) else {
                continue;
            };
            let Some(leaf) = Leaf::new(
                row,
                start.saturating_add(value.start),
                value.len,
                value.form,
            ) else {
                continue;
            };
            match leaves.last_mut() {
                // Two values of one name: neither is promoted, both are in the message.
                Some(last) if last.row() == row => last.withdraw(),
                _ => leaves.push(leaf),
            }
        }
    }
    names.into_columns().into_iter().zip(columns).collect()
}

#[cfg(test)]
mod tests;
