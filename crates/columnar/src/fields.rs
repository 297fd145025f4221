//! The fields of messages, found to become columns of a part.
//!
//! Takes the messages of a row group, gives [`Field`]s: which names become columns, of which type, and the positions of their values in the messages.
//! In the order data passes: [`json`] reads objects and [`pairs`] reads key=value lines, [`names`] maps their keys to columns, and [`value`] infers the types.
//! [`reader`] reads the same fields of a single message, whether or not they became columns.
//! Invariant: a value is exactly what its message says, or null; the messages themselves do not change.
//! Memory: twelve bytes a value, which takes four bytes of a message or more, and at most `MAX_NODES` names.
//! Never fails: what is not understood is left in its message.

mod json;
mod names;
mod pairs;
pub(crate) mod reader;
mod value;

use names::{MAX_NODES, Names, fold};
use std::collections::{BTreeMap, BTreeSet};
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

/// The columns of a row group, and what they do not have.
#[derive(Debug)]
pub(crate) struct Promoted {
    pub(crate) fields: Vec<Field>,
    /// The names of values that no column has; none where they are not known.
    pub(crate) left: Option<BTreeSet<String>>,
}

/// Chooses the columns of a part from its first row group.
///
/// Of names that are equal ignoring case the most frequent one is chosen, and of all the 64 most frequent ones; of equally frequent ones the first in order.
/// Gives them in the order in which they first occur.
pub(crate) fn choose(messages: &TextColumn) -> Promoted {
    let Values {
        by_name: found,
        are_all,
    } = find(messages);
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
    let fields: Vec<Field> = chosen
        .into_iter()
        .filter_map(|at| found.get_mut(at)?.take())
        .map(|(name, leaves)| Field {
            kind: kind_of(&leaves, text),
            name,
            leaves,
        })
        .collect();
    let others = found.into_iter().flatten();
    Promoted {
        // The type of a column was chosen to hold every value that a column can have.
        left: are_all.then(|| left(&fields, others, |_, leaf| leaf.is_value())),
        fields,
    }
}

/// Finds the columns that were fixed by the first row group in another one. A value that a column cannot hold is null there.
pub(crate) fn fit(messages: &TextColumn, fixed: &[Fixed]) -> Promoted {
    let Values { by_name, are_all } = find(messages);
    let text = messages.text();
    let mut found: BTreeMap<String, Vec<Leaf>> = by_name.into_iter().collect();
    let fields: Vec<Field> = fixed
        .iter()
        .map(|(name, kind)| Field {
            name: name.clone(),
            kind: *kind,
            leaves: found.remove(name).unwrap_or_default(),
        })
        .collect();
    Promoted {
        left: are_all.then(|| left(&fields, found, |kind, leaf| leaf.is_in(kind, text))),
        fields,
    }
}

/// The names of all values of `others`, and of those of `fields` that their columns do not have.
fn left(
    fields: &[Field],
    others: impl IntoIterator<Item = (String, Vec<Leaf>)>,
    is_held: impl Fn(Kind, Leaf) -> bool,
) -> BTreeSet<String> {
    let others = others.into_iter().filter(|(_, leaves)| !leaves.is_empty());
    let partly = fields.iter().filter(|field| {
        let mut leaves = field.leaves.iter();
        leaves.any(|leaf| !is_held(field.kind, *leaf))
    });
    let names = partly.map(|field| field.name.clone());
    names.chain(others.map(|(name, _)| name)).collect()
}

/// A value of a message that is still being read.
struct Found {
    column: u32,
    start: usize,
    len: usize,
    form: Form,
}

/// The values of messages.
struct Values {
    /// By column.
    by_name: Vec<(String, Vec<Leaf>)>,
    /// Whether these are all that have a name.
    are_all: bool,
}

/// All values that have a name.
fn find(messages: &TextColumn) -> Values {
    let mut names = Names::new(MAX_NODES);
    let mut are_all = true;
    let mut columns: Vec<Vec<Leaf>> = Vec::new();
    let mut found = Vec::new();
    for (row, offset) in messages.offsets().iter().enumerate() {
        let Some(message) = messages.get(row) else {
            continue;
        };
        found.clear();
        names.restart();
        if !scan(message, &mut names, &mut found) {
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
                are_all = false;
                continue;
            };
            match leaves.last_mut() {
                // Two values of one name: neither is promoted, both are in the message.
                Some(last) if last.row() == row => last.withdraw(),
                _ => leaves.push(leaf),
            }
        }
    }
    Values {
        are_all: are_all && !names.are_dropped(),
        by_name: names.into_columns().into_iter().zip(columns).collect(),
    }
}

/// Finds the values of a message. Gives whether it has fields; if not, what was found does not count.
fn scan(message: &str, names: &mut Names, found: &mut Vec<Found>) -> bool {
    if message.trim_ascii_start().starts_with('{') {
        json::scan(message, names, found)
    } else {
        pairs::scan(message, names, found)
    }
}

#[cfg(test)]
mod tests;
