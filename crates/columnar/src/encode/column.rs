//! Columns to pages.
//!
//! Takes a column's buffers, gives page bodies to a [`ChunkWriter`]: levels first, then values.
//! Memory: the lengths and flags of one page.

use super::chunk::ChunkWriter;
use super::delta::put_deltas;
use super::hybrid::{put_hybrid, put_run};
use crate::error::EncodeError;
use parquet::basic::Encoding;
use std::ops::Range;
use windrow_model::batch::{DictionaryColumn, IntColumn, ListColumn, TextColumn};

/// Rows of a page at most: what one step of scrolling decodes.
const PAGE_ROWS: usize = 20_000;
/// Text of a page at most, where it has more than one row.
const PAGE_BYTES: usize = 256 << 10;

/// Integers without nulls.
pub(super) fn put_integers(chunk: &mut ChunkWriter<'_>, values: &[i64]) -> Result<(), EncodeError> {
    for page in values.chunks(PAGE_ROWS) {
        put_deltas(chunk.body(), page.iter().copied());
        chunk.put_page(page.len(), Encoding::DELTA_BINARY_PACKED)?;
    }
    Ok(())
}

/// Integers with nulls. Gives the number of nulls.
pub(super) fn put_optional_integers(
    chunk: &mut ChunkWriter<'_>,
    column: &IntColumn,
) -> Result<u64, EncodeError> {
    let mut nulls: u64 = 0;
    for rows in pages_of_rows(column.values().len()) {
        let values = column.values().get(rows.clone()).unwrap_or_default();
        let flags = validity_of(column.validity(), &rows);
        put_validity(chunk.body(), flags, rows.len());
        let valid: Vec<i64> = valid_of(values.iter().copied(), flags);
        nulls += (rows.len() - valid.len()) as u64;
        // Not every reader accepts delta encoding without values.
        let encoding = if valid.is_empty() {
            Encoding::PLAIN
        } else {
            put_deltas(chunk.body(), valid.into_iter());
            Encoding::DELTA_BINARY_PACKED
        };
        chunk.put_page(rows.len(), encoding)?;
    }
    Ok(nulls)
}

/// Texts without nulls. Gives the number of nulls, which is 0.
pub(super) fn put_texts(
    chunk: &mut ChunkWriter<'_>,
    column: &TextColumn,
) -> Result<u64, EncodeError> {
    let text = Texts::new(chunk, column.offsets(), column.text().as_bytes())?;
    for rows in text.pages() {
        let encoding = text.put(chunk.body(), &rows, None);
        chunk.put_page(rows.len(), encoding)?;
    }
    Ok(0)
}

/// Texts with nulls. Gives the number of nulls.
pub(super) fn put_optional_texts(
    chunk: &mut ChunkWriter<'_>,
    column: TextColumn,
) -> Result<u64, EncodeError> {
    let (offsets, bytes, validity) = column.into_parts();
    let text = Texts::new(chunk, &offsets, &bytes)?;
    for rows in text.pages() {
        let flags = validity_of(validity.as_deref(), &rows);
        put_validity(chunk.body(), flags, rows.len());
        let encoding = text.put(chunk.body(), &rows, flags);
        chunk.put_page(rows.len(), encoding)?;
    }
    Ok(validity.map_or(0, |flags| {
        flags.iter().filter(|is_valid| !**is_valid).count() as u64
    }))
}

/// Texts of which few are distinct: each once, then keys.
pub(super) fn put_dictionary(
    chunk: &mut ChunkWriter<'_>,
    column: DictionaryColumn,
) -> Result<u64, EncodeError> {
    let (keys, values) = column.into_parts();
    let width = put_values(chunk, &values)?;
    for page in keys.chunks(PAGE_ROWS) {
        chunk.body().push(width as u8);
        put_hybrid(chunk.body(), page, width, |key| {
            u64::from(key.cast_unsigned())
        });
        chunk.put_page(page.len(), Encoding::RLE_DICTIONARY)?;
    }
    Ok(0)
}

/// The same with nulls; `keys` has none for them.
pub(super) fn put_optional_dictionary(
    chunk: &mut ChunkWriter<'_>,
    keys: &[u32],
    values: &TextColumn,
    validity: Option<&[bool]>,
    rows: usize,
) -> Result<(), EncodeError> {
    let width = put_values(chunk, values)?;
    put_valid(chunk, keys, validity, rows, |body, keys| {
        body.push(width as u8);
        put_hybrid(body, keys, width, u64::from);
        Encoding::RLE_DICTIONARY
    })
}

/// Floats with nulls; `floats` has no entry for them.
pub(super) fn put_optional_floats(
    chunk: &mut ChunkWriter<'_>,
    floats: &[f64],
    validity: Option<&[bool]>,
    rows: usize,
) -> Result<(), EncodeError> {
    put_valid(chunk, floats, validity, rows, |body, floats| {
        body.extend(floats.iter().flat_map(|float| float.to_le_bytes()));
        Encoding::PLAIN
    })
}

/// Booleans with nulls, eight a byte; `booleans` has no entry for nulls.
pub(super) fn put_optional_booleans(
    chunk: &mut ChunkWriter<'_>,
    booleans: &[bool],
    validity: Option<&[bool]>,
    rows: usize,
) -> Result<(), EncodeError> {
    put_valid(chunk, booleans, validity, rows, |body, booleans| {
        let byte = |eight: &[bool]| {
            let bits = eight.iter().enumerate();
            bits.fold(0, |byte, (bit, is_set)| byte | (u8::from(*is_set) << bit))
        };
        body.extend(booleans.chunks(8).map(byte));
        Encoding::PLAIN
    })
}

/// Pages of `valid` values, which are those of the rows whose flag is set.
fn put_valid<T>(
    chunk: &mut ChunkWriter<'_>,
    mut valid: &[T],
    validity: Option<&[bool]>,
    rows: usize,
    put: impl Fn(&mut Vec<u8>, &[T]) -> Encoding,
) -> Result<(), EncodeError> {
    for page in pages_of_rows(rows) {
        let flags = validity_of(validity, &page);
        put_validity(chunk.body(), flags, page.len());
        let count = flags.map_or(page.len(), |flags| {
            flags.iter().filter(|is_valid| **is_valid).count()
        });
        let (values, after) = valid.split_at_checked(count).unwrap_or((valid, &[]));
        valid = after;
        let encoding = if values.is_empty() {
            Encoding::PLAIN
        } else {
            put(chunk.body(), values)
        };
        chunk.put_page(page.len(), encoding)?;
    }
    Ok(())
}

/// Writes the dictionary and gives the bits of its keys.
fn put_values(chunk: &mut ChunkWriter<'_>, values: &TextColumn) -> Result<u32, EncodeError> {
    for key in 0..values.len() {
        let value = values.get(key).unwrap_or_default();
        let body = chunk.body();
        body.extend_from_slice(&(value.len() as u32).to_le_bytes());
        body.extend_from_slice(value.as_bytes());
    }
    chunk.put_dictionary(values.len())?;
    let highest = values.len().saturating_sub(1) as u64;
    // Readers disagree about keys of zero bits.
    Ok((u64::BITS - highest.leading_zeros()).max(1))
}

/// Lists of texts. An empty list takes one entry without a value.
pub(super) fn put_lists(
    chunk: &mut ChunkWriter<'_>,
    column: ListColumn,
) -> Result<u64, EncodeError> {
    let (list_offsets, items) = column.into_parts();
    let (offsets, bytes, _) = items.into_parts();
    let text = Texts::new(chunk, &offsets, &bytes)?;
    for rows in pages_of_rows(list_offsets.len().saturating_sub(1)) {
        let bounds = list_offsets.get(rows.start..=rows.end).unwrap_or_default();
        let (Some(first), Some(last)) = (bounds.first(), bounds.last()) else {
            continue;
        };
        let items = *first as usize..*last as usize;
        if items.is_empty() {
            put_uniform(chunk.body(), rows.len(), false);
            put_uniform(chunk.body(), rows.len(), false);
            chunk.put_page(rows.len(), Encoding::PLAIN)?;
            continue;
        }
        // Whether an entry continues the list before it, and whether it holds an item.
        let (mut continues, mut holds) = (Vec::new(), Vec::new());
        for (start, end) in bounds.iter().zip(bounds.iter().skip(1)) {
            let len = (end - start) as usize;
            continues.push(false);
            continues.resize(continues.len() + len.saturating_sub(1), true);
            holds.resize(continues.len(), len > 0);
        }
        put_levels(chunk.body(), &continues);
        put_levels(chunk.body(), &holds);
        let encoding = text.put(chunk.body(), &items, None);
        chunk.put_list_page(rows.len(), continues.len(), encoding)?;
    }
    Ok(0)
}

/// Text buffers: the concatenated texts, and one more offset than there are texts.
struct Texts<'a> {
    offsets: &'a [i32],
    bytes: &'a [u8],
}

impl<'a> Texts<'a> {
    fn new(
        chunk: &ChunkWriter<'_>,
        offsets: &'a [i32],
        bytes: &'a [u8],
    ) -> Result<Self, EncodeError> {
        // Offsets past 31 bits were not kept.
        if offsets.last().and_then(|last| usize::try_from(*last).ok()) != Some(bytes.len()) {
            return Err(EncodeError::TooLarge {
                column: chunk.column(),
            });
        }
        Ok(Self { offsets, bytes })
    }

    fn at(&self, row: usize) -> usize {
        self.offsets.get(row).map_or(0, |offset| *offset as usize)
    }

    /// Cuts rows into pages by number and by bytes; a page has at least one row.
    fn pages(&self) -> impl Iterator<Item = Range<usize>> {
        let len = self.offsets.len().saturating_sub(1);
        let mut start = 0;
        std::iter::from_fn(move || {
            let most = (start + PAGE_ROWS).min(len);
            let limit = self.at(start) + PAGE_BYTES;
            let ends = self.offsets.get(start + 1..=most)?;
            let fit = ends.partition_point(|end| *end as usize <= limit);
            let page = start..start + fit.max(1);
            start = page.end;
            (page.start < len).then_some(page)
        })
    }

    /// Appends lengths and bytes of the texts of `rows` that are not null; nulls have no bytes.
    fn put(&self, body: &mut Vec<u8>, rows: &Range<usize>, flags: Option<&[bool]>) -> Encoding {
        let bounds = self.offsets.get(rows.start..=rows.end).unwrap_or_default();
        let lens = bounds
            .iter()
            .zip(bounds.iter().skip(1))
            .map(|(start, end)| i64::from(end - start));
        if flags.is_some() {
            let valid = valid_of(lens, flags);
            if valid.is_empty() {
                return Encoding::PLAIN;
            }
            put_deltas(body, valid.into_iter());
        } else if rows.is_empty() {
            return Encoding::PLAIN;
        } else {
            put_deltas(body, lens);
        }
        let span = self.at(rows.start)..self.at(rows.end);
        body.extend_from_slice(self.bytes.get(span).unwrap_or_default());
        Encoding::DELTA_LENGTH_BYTE_ARRAY
    }
}

fn pages_of_rows(len: usize) -> impl Iterator<Item = Range<usize>> {
    (0..len)
        .step_by(PAGE_ROWS)
        .map(move |start| start..(start + PAGE_ROWS).min(len))
}

fn validity_of<'a>(validity: Option<&'a [bool]>, rows: &Range<usize>) -> Option<&'a [bool]> {
    validity.map(|flags| flags.get(rows.clone()).unwrap_or_default())
}

fn valid_of(values: impl Iterator<Item = i64>, flags: Option<&[bool]>) -> Vec<i64> {
    match flags {
        None => values.collect(),
        Some(flags) => values
            .zip(flags)
            .filter_map(|(value, is_valid)| is_valid.then_some(value))
            .collect(),
    }
}

/// Definition levels of a nullable column.
fn put_validity(body: &mut Vec<u8>, flags: Option<&[bool]>, rows: usize) {
    match flags {
        None => put_uniform(body, rows, true),
        Some(flags) if flags.iter().all(|is_valid| !is_valid) => put_uniform(body, rows, false),
        Some(flags) => put_levels(body, flags),
    }
}

/// Levels that are all the same.
fn put_uniform(body: &mut Vec<u8>, len: usize, level: bool) {
    with_length(body, |body| put_run(body, len, u64::from(level), 1));
}

fn put_levels(body: &mut Vec<u8>, levels: &[bool]) {
    with_length(body, |body| put_hybrid(body, levels, 1, u64::from));
}

/// Levels are prefixed with their length in bytes.
fn with_length(body: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) {
    let at = body.len();
    body.extend_from_slice(&[0; size_of::<u32>()]);
    let start = body.len();
    put(body);
    let len = (body.len() - start) as u32;
    if let Some(held) = body.get_mut(at..start) {
        held.copy_from_slice(&len.to_le_bytes());
    }
}
