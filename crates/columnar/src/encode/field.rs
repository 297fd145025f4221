//! One field of messages as a column chunk.
//!
//! Takes the positions of its values in the messages, reads and encodes them.
//! Memory: the values of one column. Texts of which few are distinct are kept once.

use super::chunk::ChunkWriter;
use super::column::{
    put_optional_booleans, put_optional_dictionary, put_optional_floats, put_optional_integers,
    put_optional_texts,
};
use super::{bounds, nulls};
use crate::error::EncodeError;
use crate::fields::{Field, Kind, Leaf};
use parquet::file::statistics::Statistics;
use windrow_model::batch::{DistinctTexts, IntColumn, TextColumn};

/// Distinct texts that are worth a dictionary whatever their number of rows.
const FEW_TEXTS: usize = 256;
/// Past those a dictionary must have this many rows for each text.
const ROWS_PER_TEXT: usize = 4;
/// A dictionary's texts together, at most.
const MAX_DICTIONARY_BYTES: usize = 1 << 20;

/// Writes a field of `rows` messages, whose text is `text`.
pub(super) fn put_field(
    chunk: &mut ChunkWriter<'_>,
    field: &Field,
    text: &str,
    rows: usize,
) -> Result<Statistics, EncodeError> {
    match field.kind {
        Kind::Integer => {
            let mut column = IntColumn::default();
            each(field, rows, |leaf| {
                column.push(leaf.and_then(|leaf| leaf.integer(text)));
            });
            let (low, high) = bounds(&column);
            let nulls = put_optional_integers(chunk, &column)?;
            Ok(Statistics::int64(low, high, None, Some(nulls), false))
        }
        Kind::Float => {
            let (floats, flags) = valid(field, rows, |leaf| leaf.float(text));
            put_optional_floats(chunk, &floats, flags.as_deref(), rows)?;
            let nulls = (rows - floats.len()) as u64;
            Ok(Statistics::double(None, None, None, Some(nulls), false))
        }
        Kind::Boolean => {
            let (booleans, flags) = valid(field, rows, |leaf| leaf.boolean(text));
            put_optional_booleans(chunk, &booleans, flags.as_deref(), rows)?;
            let nulls = (rows - booleans.len()) as u64;
            Ok(Statistics::boolean(None, None, None, Some(nulls), false))
        }
        Kind::Text => {
            let mut dictionary = Dictionary::default();
            let mut seen = 0;
            let (keys, flags) = valid(field, rows, |leaf| {
                seen += 1;
                dictionary.key(&leaf.text(text)?, seen)
            });
            if dictionary.is_worth_it {
                let (values, flags) = (dictionary.texts.values(), flags.as_deref());
                put_optional_dictionary(chunk, &keys, values, flags, rows)?;
                return Ok(nulls((rows - keys.len()) as u64));
            }
            drop((dictionary, keys, flags));
            let mut column = TextColumn::default();
            each(field, rows, |leaf| {
                column.push(leaf.and_then(|leaf| leaf.text(text)).as_deref());
            });
            put_optional_texts(chunk, column).map(nulls)
        }
    }
}

/// Calls once for each row, with its value where there is one.
fn each(field: &Field, rows: usize, mut put: impl FnMut(Option<Leaf>)) {
    let mut leaves = field.leaves.iter().copied().peekable();
    for row in 0..rows {
        put(leaves.next_if(|leaf| leaf.row() == row));
    }
}

/// The values that can be read, and a flag for each row unless all can.
fn valid<T>(
    field: &Field,
    rows: usize,
    mut read: impl FnMut(Leaf) -> Option<T>,
) -> (Vec<T>, Option<Vec<bool>>) {
    let mut values = Vec::with_capacity(field.leaves.len());
    let mut flags = Vec::with_capacity(rows);
    each(field, rows, |leaf| {
        let value = leaf.and_then(&mut read);
        flags.push(value.is_some());
        values.extend(value);
    });
    let is_full = values.len() == rows;
    (values, (!is_full).then_some(flags))
}

/// A dictionary in the making, given up once too many of its texts are distinct.
struct Dictionary {
    texts: DistinctTexts,
    last: u32,
    is_worth_it: bool,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            texts: DistinctTexts::default(),
            last: 0,
            is_worth_it: true,
        }
    }
}

impl Dictionary {
    /// The key of a text, the `seen`-th looked at; none once the dictionary was given up.
    fn key(&mut self, text: &str, seen: usize) -> Option<u32> {
        if !self.is_worth_it {
            return None;
        }
        if self.texts.is(self.last, text) {
            return Some(self.last);
        }
        let known = self.texts.find(text);
        if known.is_none() {
            let values = self.texts.values();
            self.is_worth_it = values.len() < FEW_TEXTS + seen / ROWS_PER_TEXT
                && values.text().len() + text.len() <= MAX_DICTIONARY_BYTES;
            if !self.is_worth_it {
                return None;
            }
        }
        self.last = known.unwrap_or_else(|| self.texts.key(text));
        Some(self.last)
    }
}
