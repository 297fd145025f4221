//! Column chunks of one row group, between the store and the decoder.
//!
//! Says which byte ranges to read for a [`Projection`], takes the bytes, gives them to [`decode`](crate::decode()).
//! Invariant: what is in here agrees with its checksum, and consists of pages of a bearable size. It is checked once, on the way in.
//! Memory: the encoded chunks that were put in.

use crate::error::DecodeError;
use crate::footer::{Footer, RowGroup};
use crate::page::are_pages;
use crate::projection::Projection;
use bytes::{Buf, Bytes};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};
use std::collections::BTreeMap;
use std::ops::Range;

/// The encoded column chunks of one row group that were read so far.
#[derive(Clone, Debug)]
pub struct ColumnChunks {
    row_group: usize,
    by_column: BTreeMap<usize, Bytes>,
}

impl ColumnChunks {
    /// None yet, of the row group with this number.
    pub const fn new(row_group: usize) -> Self {
        Self {
            row_group,
            by_column: BTreeMap::new(),
        }
    }

    /// Which row group they belong to.
    pub const fn row_group(&self) -> usize {
        self.row_group
    }

    /// The bytes that are held.
    pub fn byte_size(&self) -> usize {
        self.by_column.values().map(Bytes::len).sum()
    }

    /// The byte ranges of the file that are still to be read for `projection`: those of its chunks, joined where they touch.
    pub fn missing(&self, footer: &Footer, projection: &Projection) -> Vec<Range<u64>> {
        let mut ranges: Vec<Range<u64>> = Vec::new();
        let Some(group) = footer.row_groups().get(self.row_group) else {
            return ranges;
        };
        for column in projection.columns() {
            let Some(chunk) = group.chunks.get(*column) else {
                continue;
            };
            if self.by_column.contains_key(column) {
                continue;
            }
            match ranges.last_mut() {
                Some(last) if last.end == chunk.bytes.start => last.end = chunk.bytes.end,
                _ => ranges.push(chunk.bytes.clone()),
            }
        }
        ranges
    }

    /// Takes bytes of the file from `start` on, which begin and end with a chunk.
    ///
    /// # Errors
    /// When a chunk in them fails its checksum or is not made of pages. Nothing of `bytes` is kept then.
    pub fn insert(
        &mut self,
        footer: &Footer,
        start: u64,
        bytes: &Bytes,
    ) -> Result<(), DecodeError> {
        let group = self.group(footer)?;
        let end = start.saturating_add(bytes.len() as u64);
        let mut checked = Vec::new();
        for (column, chunk) in group.chunks.iter().enumerate() {
            if chunk.bytes.start < start || chunk.bytes.start >= end {
                continue;
            }
            let name = || {
                footer
                    .columns()
                    .get(column)
                    .map_or("", |column| &column.name)
            };
            let within = |at: u64| usize::try_from(at - start).unwrap_or(usize::MAX);
            let range = within(chunk.bytes.start)..within(chunk.bytes.end);
            let held = (range.end <= bytes.len()).then(|| bytes.slice(range));
            let Some(held) = held.filter(|held| crc32c::crc32c(held) == chunk.crc) else {
                return Err(self.damaged(format!("column `{}` fails its checksum", name())));
            };
            if !are_pages(&held) {
                return Err(self.damaged(format!("column `{}` is not made of pages", name())));
            }
            checked.push((column, held));
        }
        self.by_column.extend(checked);
        Ok(())
    }

    pub(crate) fn group<'f>(&self, footer: &'f Footer) -> Result<&'f RowGroup, DecodeError> {
        let group = footer.row_groups().get(self.row_group);
        group.ok_or_else(|| self.damaged("the part has no such row group"))
    }

    pub(crate) fn get(&self, column: usize) -> Option<&Bytes> {
        self.by_column.get(&column)
    }

    pub(crate) fn damaged(&self, reason: impl Into<String>) -> DecodeError {
        DecodeError::Damaged {
            row_group: self.row_group,
            reason: reason.into(),
        }
    }
}

/// A file of which only some chunks are there, as the Parquet library reads it.
pub(crate) struct SparseFile {
    /// By where they begin, in order.
    pub(crate) chunks: Vec<(u64, Bytes)>,
    pub(crate) size: u64,
}

impl SparseFile {
    /// The rest of the chunk that `start` lies in.
    fn from(&self, start: u64) -> ParquetResult<Bytes> {
        let after = self.chunks.partition_point(|(at, _)| *at <= start);
        let chunk = after
            .checked_sub(1)
            .and_then(|index| self.chunks.get(index));
        chunk
            .and_then(|(at, bytes)| {
                let skip = usize::try_from(start - at).ok()?;
                (skip <= bytes.len()).then(|| bytes.slice(skip..))
            })
            .ok_or_else(|| ParquetError::EOF("outside of its column chunk".into()))
    }
}

impl Length for SparseFile {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for SparseFile {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("outside of its column chunk".into()));
        }
        Ok(bytes.slice(..length))
    }
}
