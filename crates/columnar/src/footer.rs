//! A part's footer, parsed and proven.
//!
//! Takes the last bytes of a file, gives a [`Footer`] whose claim counts, or says why it does not.
//! Invariant: nothing is decoded before its checksum agrees, and sizes are capped before anything is allocated for them.
//! Whether the footer agrees with the file's path is the caller's to check.

use crate::encode::{crc_place, hex};
use crate::meta::{FORMAT, NO_CRC, PREFIX, PartMeta};
use crate::schema::schema;
use bytes::Bytes;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::statistics::Statistics;
use parquet::schema::types::SchemaDescriptor;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

const MAGIC: &[u8; 4] = b"PAR1";
/// Magic at both ends and the footer's length.
const SMALLEST_FILE: u64 = 12;
const MAX_FOOTER_BYTES: u64 = 64 << 20;
const MAX_ROW_GROUPS: usize = 1 << 20;

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FooterError {
    /// The footer is longer than the bytes given.
    #[error("its footer takes the last {bytes} bytes")]
    NeedMore {
        /// How many of the last bytes are needed.
        bytes: u64,
    },
    /// It was never finished.
    #[error("it was never finished")]
    Torn,
    /// It was whole once.
    #[error("{reason}")]
    Damaged {
        /// What fails.
        reason: String,
    },
    /// It is not a part of ours.
    #[error("{reason}")]
    Foreign {
        /// Why.
        reason: String,
    },
    /// It was written by a newer version.
    #[error("it has format {format}, newer than {FORMAT}; use a newer version to read it")]
    NewerFormat {
        /// Its format.
        format: String,
    },
}

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
    /// Checksum of each column chunk.
    pub(crate) chunks: Vec<Chunk>,
}

/// A column chunk: where it lies and its checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) bytes: Range<u64>,
    pub(crate) crc: u32,
}

/// A column as the footer describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, in plain words.
    pub data_type: String,
    /// Absent values in it.
    pub null_count: u64,
}

/// A footer that was parsed and proven.
#[derive(Clone, Debug)]
pub struct Footer {
    meta: PartMeta,
    row_groups: Vec<RowGroup>,
    columns: Vec<Column>,
    row_count: u64,
    file_size: u64,
    pub(crate) parquet: Arc<ParquetMetaData>,
}

/// Whether a file begins as a Parquet file does.
pub fn check_magic(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
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
    pub fn parse(tail: Bytes, file_size: u64) -> Result<Self, FooterError> {
        let footer = footer_bytes(&tail, file_size)?;
        refuse_others(footer)?;
        check_crc(footer)?;
        let thrift = footer.get(..footer.len() - 8).unwrap_or_default();
        let parquet = ParquetMetaDataReader::decode_metadata(thrift)
            .map_err(|error| damaged(format!("its footer cannot be read: {error}")))?;
        Self::prove(parquet, file_size, footer.len() as u64)
    }

    fn prove(
        parquet: ParquetMetaData,
        file_size: u64,
        footer_bytes: u64,
    ) -> Result<Self, FooterError> {
        let entries: HashMap<&str, &str> = parquet
            .file_metadata()
            .key_value_metadata()
            .into_iter()
            .flatten()
            .filter_map(|entry| Some((entry.key.strip_prefix(PREFIX)?, entry.value.as_deref()?)))
            .collect();
        let meta = PartMeta::from_entries(|key| entries.get(key).copied())
            .map_err(|key| damaged(format!("its metadata has no usable `{key}`")))?;
        let mut crcs = entries
            .get("chunk_crc32c")
            .copied()
            .unwrap_or_default()
            .split(',')
            .filter(|crc| !crc.is_empty())
            .map(|crc| u32::from_str_radix(crc, 16));
        if parquet.num_row_groups() > MAX_ROW_GROUPS {
            return Err(damaged("it names more row groups than a part can have"));
        }
        let mut next_byte = MAGIC.len() as u64;
        let mut row_count = 0;
        let mut row_groups = Vec::with_capacity(parquet.num_row_groups());
        for group in parquet.row_groups() {
            let mut chunks = Vec::with_capacity(group.num_columns());
            let start = next_byte;
            for column in group.columns() {
                let bytes = chunk_bytes(column)
                    .filter(|bytes| bytes.start == next_byte)
                    .ok_or_else(|| damaged("its column chunks are not one after the other"))?;
                next_byte = bytes.end;
                let Some(Ok(crc)) = crcs.next() else {
                    return Err(damaged("a column chunk has no checksum"));
                };
                chunks.push(Chunk { bytes, crc });
            }
            let rows = u64::try_from(group.num_rows()).unwrap_or_default();
            let (min_ms, max_ms) = times(group)
                .filter(|(min, max)| {
                    rows > 0
                        && min <= max
                        && meta.range().contains_ms(*min)
                        && meta.range().contains_ms(*max)
                })
                .ok_or_else(|| damaged("a row group's times are not inside its claim"))?;
            row_groups.push(RowGroup {
                rows,
                first_row: row_count,
                min_ms,
                max_ms,
                bytes: start..next_byte,
                chunks,
            });
            row_count += rows;
        }
        if crcs.next().is_some() || next_byte.checked_add(footer_bytes) != Some(file_size) {
            return Err(damaged("its column chunks do not fill the file"));
        }
        if u64::try_from(parquet.file_metadata().num_rows()) != Ok(row_count) {
            return Err(damaged("its row groups do not add up"));
        }
        let columns = columns(&parquet)?;
        Ok(Self {
            meta,
            row_groups,
            columns,
            row_count,
            file_size,
            parquet: Arc::new(parquet),
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
}

/// The footer with its length and closing magic.
fn footer_bytes(tail: &[u8], file_size: u64) -> Result<&[u8], FooterError> {
    if file_size < SMALLEST_FILE {
        return Err(FooterError::Torn);
    }
    let Some((rest, MAGIC)) = tail.split_last_chunk() else {
        return Err(FooterError::Torn);
    };
    let Some((_, len)) = rest.split_last_chunk() else {
        return Err(FooterError::Torn);
    };
    let bytes = u64::from(u32::from_le_bytes(*len)) + 8;
    if bytes > MAX_FOOTER_BYTES || bytes + MAGIC.len() as u64 > file_size {
        return Err(damaged("its footer is longer than it can be"));
    }
    usize::try_from(bytes)
        .ok()
        .and_then(|bytes| tail.len().checked_sub(bytes))
        .and_then(|start| tail.get(start..))
        .ok_or(FooterError::NeedMore { bytes })
}

/// Files that are not ours, or too new, are left alone before anything of them is decoded.
fn refuse_others(footer: &[u8]) -> Result<(), FooterError> {
    const KEY: &[u8] = b"windrow.format";
    let Some(at) = memchr_last(footer, KEY) else {
        if memchr_last(footer, PREFIX.as_bytes()).is_some() {
            return Err(damaged("its metadata has no format"));
        }
        return Err(FooterError::Foreign {
            reason: "it was not written by Windrow".into(),
        });
    };
    // One field header, one length byte, then the text.
    let len = footer
        .get(at + KEY.len() + 1)
        .map_or(0, |len| usize::from(*len));
    let start = at + KEY.len() + 2;
    let format = footer
        .get(start..start + len)
        .and_then(|text| std::str::from_utf8(text).ok())
        .unwrap_or_default();
    match format.parse::<u32>() {
        Ok(number) if number > 1 => Err(FooterError::NewerFormat {
            format: format.to_owned(),
        }),
        _ if format == FORMAT => Ok(()),
        _ => Err(damaged("its format cannot be read")),
    }
}

fn memchr_last(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).rposition(|held| held == text)
}

fn check_crc(footer: &[u8]) -> Result<(), FooterError> {
    let place =
        crc_place(footer).ok_or_else(|| damaged("its footer's checksum cannot be found"))?;
    let (before, rest) = footer.split_at_checked(place).unwrap_or_default();
    let (held, after) = rest.split_at_checked(NO_CRC.len()).unwrap_or_default();
    let crc = crc32c::crc32c(before);
    let crc = crc32c::crc32c_append(crc, NO_CRC.as_bytes());
    let crc = crc32c::crc32c_append(crc, after);
    if hex(crc).as_bytes() == held {
        Ok(())
    } else {
        Err(damaged("its footer fails its checksum"))
    }
}

fn chunk_bytes(column: &parquet::file::metadata::ColumnChunkMetaData) -> Option<Range<u64>> {
    let start = column
        .dictionary_page_offset()
        .filter(|offset| *offset > 0)
        .unwrap_or_else(|| column.data_page_offset());
    let start = u64::try_from(start).ok()?;
    let len = u64::try_from(column.compressed_size()).ok()?;
    Some(start..start.checked_add(len)?)
}

fn times(group: &RowGroupMetaData) -> Option<(i64, i64)> {
    match group.columns().first()?.statistics()? {
        Statistics::Int64(times) => Some((*times.min_opt()?, *times.max_opt()?)),
        _ => None,
    }
}

/// Our columns must come first and in order; promoted ones may follow.
fn columns(parquet: &ParquetMetaData) -> Result<Vec<Column>, FooterError> {
    let descriptor: &SchemaDescriptor = parquet.file_metadata().schema_descr();
    let ours = schema();
    let fields = descriptor.root_schema().get_fields();
    let mut columns = Vec::with_capacity(fields.len());
    for (index, field) in ours.fields().iter().enumerate() {
        if fields.get(index).map(|field| field.name()) != Some(field.name().as_str()) {
            return Err(damaged(format!("it has no column `{}`", field.name())));
        }
        let null_count = if field.is_nullable() {
            parquet
                .row_groups()
                .iter()
                .filter_map(|group| group.columns().get(index)?.statistics()?.null_count_opt())
                .sum()
        } else {
            0
        };
        columns.push(Column {
            name: field.name().clone(),
            data_type: words(field.data_type()).to_owned(),
            null_count,
        });
    }
    Ok(columns)
}

fn words(data_type: &arrow::datatypes::DataType) -> &'static str {
    use arrow::datatypes::DataType;
    match data_type {
        DataType::Timestamp(..) => "timestamp(ms, UTC)",
        DataType::Int64 => "int64",
        DataType::List(_) => "list<string>",
        _ => "string",
    }
}
