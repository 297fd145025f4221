//! A part's footer, parsed and proven.
//!
//! Takes the last bytes of a file, gives a [`Footer`] whose claim counts, or says why it does not.
//! Invariant: nothing is decoded before its checksum agrees, and everything is counted before anything is allocated for it.
//! Whether the footer agrees with the file's path is the caller's to check.
//! Memory: some hundred bytes a column of a row group; the bytes given in are freed.

mod checks;
mod tail;

use crate::error::FooterError;
use crate::left::{self, Left};
use crate::meta::{Holds, PartMeta};
use crate::outline::Outline;
use crate::schema::{Column, columns};
use bytes::Bytes;
use checks::{check_counts, check_crc, refuse_others};
use parquet::basic::CompressionCodec;
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData,
};
use parquet::file::statistics::Statistics;
use std::ops::Range;
use tail::{footer_bytes, unended};

pub(crate) const MAGIC: &[u8; 4] = b"PAR1";
/// The footer's length and the closing magic.
pub(crate) const TRAILER_BYTES: usize = 8;
/// A run of levels can stand for any number of rows in a few bytes.
pub(crate) const MAX_GROUP_ROWS: u64 = 1 << 26;

/// A row group as the footer describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowGroup {
    /// Rows in it.
    pub rows: u64,
    /// Number of its first row within the part.
    pub first_row: u64,
    /// Time of its first row.
    pub min_ms: i64,
    /// Time of its last row.
    pub max_ms: i64,
    /// Where its column chunks lie in the file.
    pub bytes: Range<u64>,
    pub(crate) chunks: Vec<Chunk>,
}

/// A column chunk: where it lies, its checksum, and what is needed to decode it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) bytes: Range<u64>,
    pub(crate) crc: u32,
    pub(crate) codec: CompressionCodec,
    pub(crate) values: i64,
    pub(crate) data_at: i64,
    pub(crate) dictionary_at: Option<i64>,
    statistics: ChunkStatistics,
}

/// What a footer says of the values of a column chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkStatistics {
    /// Nulls, where it says.
    pub nulls: Option<u64>,
    /// The lowest and the highest value of integers or times, where it says.
    pub bounds: Option<(i64, i64)>,
}

impl RowGroup {
    /// What the footer says of the values of a column in this row group.
    pub fn statistics(&self, column: usize) -> Option<ChunkStatistics> {
        self.chunks.get(column).map(|chunk| chunk.statistics)
    }

    /// The checksum of the encoded chunk of a column.
    pub fn checksum(&self, column: usize) -> Option<u32> {
        self.chunks.get(column).map(|chunk| chunk.crc)
    }
}

/// A footer that was parsed and proven.
#[derive(Clone, Debug)]
pub struct Footer {
    meta: PartMeta,
    row_groups: Vec<RowGroup>,
    columns: Vec<Column>,
    left_in_message: Option<Vec<String>>,
    row_count: u64,
    file_size: u64,
}

/// Whether a file begins as a Parquet file does.
pub fn check_magic(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

pub(crate) fn hex(crc: u32) -> String {
    format!("{crc:08x}")
}

fn damaged(reason: impl Into<String>) -> FooterError {
    FooterError::Damaged {
        reason: reason.into(),
    }
}

impl Footer {
    /// How much of a file's end to read first.
    pub const TAIL_BYTES: u64 = 64 << 10;

    /// Parses and proves a footer. `tail` is the last bytes of a file of `file_size` bytes, or the whole file.
    ///
    /// # Errors
    /// [`FooterError::NeedMore`] asks for a longer tail; everything else is final.
    pub fn parse(tail: Bytes, file_size: u64) -> Result<Self, FooterError> {
        match Self::parse_ended(&tail, file_size) {
            Err(FooterError::Torn) => Err(unended(&tail, file_size)),
            parsed => parsed,
        }
    }

    /// The same for a file that must end as it should.
    fn parse_ended(tail: &[u8], file_size: u64) -> Result<Self, FooterError> {
        let footer = footer_bytes(tail, file_size)?;
        let (thrift, _) = footer
            .split_last_chunk::<TRAILER_BYTES>()
            .unwrap_or((&[], &[0; TRAILER_BYTES]));
        let outline = Outline::of(thrift)
            .filter(|outline| outline.schema_nodes > 0)
            .ok_or_else(|| damaged("its footer is not a Parquet footer"))?;
        refuse_others(&outline, footer)?;
        check_crc(&outline, footer)?;
        check_counts(&outline, thrift.len())?;
        let parquet = ParquetMetaDataReader::decode_metadata(thrift)
            .map_err(|error| damaged(format!("its footer cannot be read: {error}")))?;
        let meta = PartMeta::from_entries(|key| outline.get(key))
            .map_err(|key| damaged(format!("its metadata has no usable `{key}`")))?;
        if matches!(meta.holds, Holds::Claim(claim) if !meta.segment.contains(claim.range)) {
            return Err(damaged("its claim is not inside its segment"));
        }
        let crcs = outline.get("chunk_crc32c").unwrap_or_default();
        let left = Left::read(outline.get(left::KEY));
        let footer = Self::prove(&parquet, meta, crcs, file_size, footer.len() as u64)?;
        Ok(Self {
            left_in_message: left,
            ..footer
        })
    }

    fn prove(
        parquet: &ParquetMetaData,
        meta: PartMeta,
        crcs: &str,
        file_size: u64,
        footer_bytes: u64,
    ) -> Result<Self, FooterError> {
        let mut crcs = crcs.split(',').filter(|crc| !crc.is_empty());
        let mut next_byte = MAGIC.len() as u64;
        let mut row_groups = Vec::with_capacity(parquet.num_row_groups());
        let mut row_count: u64 = 0;
        let mut newest_ms = meta.range().start_ms();
        for group in parquet.row_groups() {
            let start = next_byte;
            let mut chunks = Vec::with_capacity(group.num_columns());
            for column in group.columns() {
                let crc = crcs
                    .next()
                    .and_then(|crc| u32::from_str_radix(crc, 16).ok());
                let crc = crc.ok_or_else(|| damaged("a column chunk has no checksum"))?;
                let chunk = chunk(column, crc)
                    .filter(|chunk| chunk.bytes.start == next_byte)
                    .ok_or_else(|| damaged("its column chunks are not one after the other"))?;
                next_byte = chunk.bytes.end;
                chunks.push(chunk);
            }
            let rows = u64::try_from(group.num_rows()).unwrap_or_default();
            let (min_ms, max_ms) = times(group)
                .filter(|(min, max)| (1..=MAX_GROUP_ROWS).contains(&rows) && min <= max)
                .filter(|(min, max)| {
                    meta.range().contains_ms(*min) && meta.range().contains_ms(*max)
                })
                .ok_or_else(|| damaged("a row group's times are not inside its claim"))?;
            if min_ms < newest_ms {
                return Err(damaged("its row groups are not in order of time"));
            }
            newest_ms = max_ms;
            row_groups.push(RowGroup {
                rows,
                first_row: row_count,
                min_ms,
                max_ms,
                bytes: start..next_byte,
                chunks,
            });
            row_count = row_count.saturating_add(rows);
        }
        if crcs.next().is_some() || next_byte.checked_add(footer_bytes) != Some(file_size) {
            return Err(damaged("its column chunks do not fill the file"));
        }
        if u64::try_from(parquet.file_metadata().num_rows()) != Ok(row_count) {
            return Err(damaged("its row groups do not add up"));
        }
        let columns = columns(parquet).map_err(|name| {
            damaged(format!("its column `{name}` is missing or of another type"))
        })?;
        Ok(Self {
            meta,
            row_groups,
            columns,
            left_in_message: None,
            row_count,
            file_size,
        })
    }

    /// What the part says of itself.
    pub const fn meta(&self) -> &PartMeta {
        &self.meta
    }

    /// The size of the file.
    pub const fn file_size(&self) -> u64 {
        self.file_size
    }

    /// Its own size: everything after the last column chunk.
    pub fn byte_len(&self) -> usize {
        let start = self
            .row_groups
            .last()
            .map_or(MAGIC.len() as u64, |group| group.bytes.end);
        // It was given in memory.
        usize::try_from(self.file_size - start).unwrap_or(usize::MAX)
    }

    /// Rows in the part.
    pub const fn row_count(&self) -> u64 {
        self.row_count
    }

    /// The row groups, in order.
    pub fn row_groups(&self) -> &[RowGroup] {
        &self.row_groups
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The fields of messages of which a value may be missing in the columns; none where that is not known.
    pub fn left_in_message(&self) -> Option<&[String]> {
        self.left_in_message.as_deref()
    }
}

fn chunk(column: &ColumnChunkMetaData, crc: u32) -> Option<Chunk> {
    let dictionary_at = column.dictionary_page_offset().filter(|at| *at > 0);
    let data_at = column.data_page_offset();
    let start = u64::try_from(dictionary_at.unwrap_or(data_at)).ok()?;
    let len = u64::try_from(column.compressed_size()).ok()?;
    let bytes = start..start.checked_add(len)?;
    let is_inside = u64::try_from(data_at).is_ok_and(|at| bytes.contains(&at));
    is_inside.then_some(Chunk {
        bytes,
        crc,
        codec: column.compression_codec(),
        values: column.num_values(),
        data_at,
        dictionary_at,
        statistics: ChunkStatistics {
            nulls: column.statistics().and_then(Statistics::null_count_opt),
            bounds: bounds(column),
        },
    })
}

fn times(group: &RowGroupMetaData) -> Option<(i64, i64)> {
    bounds(group.columns().first()?)
}

fn bounds(column: &ColumnChunkMetaData) -> Option<(i64, i64)> {
    match column.statistics()? {
        Statistics::Int64(values) => Some((*values.min_opt()?, *values.max_opt()?)),
        _ => None,
    }
}
