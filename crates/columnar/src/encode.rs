//! Batches to the bytes of one Parquet file, row group by row group.
//!
//! Takes an [`EventBatch`] at a time, gives the bytes to append to the file; the footer comes last and makes the claim.
//! In the order data passes: [`column`] cuts buffers into pages, [`delta`] and [`hybrid`] pack them, [`codec`] compresses them, [`chunk`] writes them with their headers and checksums; [`field`] does the same for fields of messages.
//! Memory: one batch, which is freed column by column (messages last where their fields become columns, with the positions of these), its encoded row group, and two pages. Nothing is kept once it was drained.
//! Fails on batches of uneven columns or too large for one row group; the file is to be abandoned then.

mod chunk;
mod codec;
mod column;
mod delta;
mod field;
mod hybrid;
mod varint;

use crate::error::EncodeError;
use crate::fields::{self, Field, Fixed, Promoted};
use crate::footer::{MAGIC, MAX_GROUP_ROWS, TRAILER_BYTES, hex};
use crate::left::{self, Left};
use crate::meta::{NO_CRC, PREFIX, PartMeta};
use crate::outline::Outline;
use crate::schema::{name, parquet_schema, parquet_schema_with};
use bytes::Bytes;
use chunk::{ChunkWriter, RowGroupBuffer};
use codec::Compressor;
use column::{
    put_dictionary, put_integers, put_lists, put_optional_integers, put_optional_texts, put_texts,
};
use field::put_field;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, KeyValue, ParquetMetaData, ParquetMetaDataWriter,
    RowGroupMetaData, SortingColumn,
};
use parquet::file::statistics::Statistics;
use parquet::schema::types::SchemaDescPtr;
use windrow_model::EventBatch;
use windrow_model::batch::IntColumn;
use windrow_model::settings::Compression;

/// Of the format's versions, the one that has delta encodings.
const PARQUET_VERSION: i32 = 2;

/// One Parquet file in the making.
pub struct PartWriter {
    schema: SchemaDescPtr,
    /// Whether fields of messages become columns.
    promotes: bool,
    /// Those columns, once the first row group was written.
    fixed: Vec<Fixed>,
    /// What those columns do not have.
    left: Left,
    buffer: RowGroupBuffer,
    row_groups: Vec<RowGroupMetaData>,
    rows: u64,
    chunk_crcs: Vec<String>,
}

impl std::fmt::Debug for PartWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartWriter")
            .field("row_groups", &self.row_groups.len())
            .field("rows", &self.rows)
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

impl PartWriter {
    /// A file without rows.
    pub fn new(compression: Compression) -> Result<Self, EncodeError> {
        let schema = parquet_schema().ok_or_else(|| EncodeError::Parquet {
            reason: "the columns have no Parquet types".into(),
        })?;
        let mut buffer = RowGroupBuffer::new(Compressor::new(compression)?);
        buffer.out.extend_from_slice(MAGIC);
        Ok(Self {
            schema,
            promotes: false,
            fixed: Vec::new(),
            left: Left::default(),
            buffer,
            row_groups: Vec::new(),
            rows: 0,
            chunk_crcs: Vec::new(),
        })
    }

    /// Whether fields of messages become columns too; off by default. The first row group says which.
    #[must_use]
    pub fn promoting(self, promotes: bool) -> Self {
        Self { promotes, ..self }
    }

    /// Sorts a batch and encodes it as one row group. Gives the bytes to append to the file now; none for an empty batch.
    ///
    /// # Errors
    /// On a batch of uneven columns or one too large for a row group. The file cannot be finished then.
    pub fn append(&mut self, mut batch: EventBatch) -> Result<Bytes, EncodeError> {
        if batch.is_empty() {
            return Ok(Bytes::new());
        }
        let rows = batch.len();
        if rows as u64 > MAX_GROUP_ROWS {
            return Err(EncodeError::TooLarge {
                column: name::TIMESTAMP,
            });
        }
        batch.sort();
        let fields = self.fields(&batch)?;
        let columns = self.put_columns(batch, &fields)?;
        for column in &columns {
            let (start, len) = column.byte_range();
            self.chunk_crcs
                .push(hex(self.buffer.crc(start..start + len)));
        }
        let order = |column_idx| SortingColumn {
            column_idx,
            descending: false,
            nulls_first: true,
        };
        let group = RowGroupMetaData::builder(self.schema.clone())
            .set_num_rows(i64::try_from(rows).unwrap_or(i64::MAX))
            .set_total_byte_size(
                columns
                    .iter()
                    .map(ColumnChunkMetaData::uncompressed_size)
                    .sum(),
            )
            .set_file_offset(
                columns
                    .first()
                    .map_or(0, |column| column.byte_range().0 as i64),
            )
            .set_sorting_columns(Some(vec![order(0), order(1)]))
            .set_column_metadata(columns);
        let group = match i16::try_from(self.row_groups.len()) {
            Ok(ordinal) => group.set_ordinal(i32::from(ordinal)),
            Err(_) => group,
        };
        self.row_groups.push(group.build()?);
        self.rows += rows as u64;
        Ok(self.buffer.drain())
    }

    /// The fields of a row group. The first one says for all of them which and of which type they are.
    fn fields(&mut self, batch: &EventBatch) -> Result<Vec<Field>, EncodeError> {
        if !self.promotes {
            return Ok(Vec::new());
        }
        if !self.row_groups.is_empty() {
            let Promoted { fields, left } = fields::fit(&batch.messages, &self.fixed);
            self.left.add(left);
            return Ok(fields);
        }
        let Promoted { fields, left } = fields::choose(&batch.messages);
        self.left.add(left);
        self.fixed = fields
            .iter()
            .map(|field| (field.name.clone(), field.kind))
            .collect();
        if !fields.is_empty() {
            self.schema = parquet_schema_with(&self.fixed)?;
        }
        Ok(fields)
    }

    fn put_columns(
        &mut self,
        batch: EventBatch,
        fields: &[Field],
    ) -> Result<Vec<ColumnChunkMetaData>, EncodeError> {
        let rows = batch.len();
        let EventBatch {
            timestamps,
            sequence_numbers,
            event_ids,
            log_ids,
            messages,
            labels,
            extras,
        } = batch;
        let mut columns = vec![
            self.put_column(0, rows, |chunk| {
                let bounds = (timestamps.first().copied(), timestamps.last().copied());
                put_integers(chunk, &timestamps)?;
                Ok(Statistics::int64(bounds.0, bounds.1, None, Some(0), false))
            })?,
            self.put_column(1, rows, |chunk| {
                let (low, high) = bounds(&sequence_numbers);
                let nulls = put_optional_integers(chunk, &sequence_numbers)?;
                Ok(Statistics::int64(low, high, None, Some(nulls), false))
            })?,
            self.put_column(2, rows, |chunk| {
                put_optional_texts(chunk, event_ids).map(nulls)
            })?,
            self.put_column(3, rows, |chunk| put_dictionary(chunk, log_ids).map(nulls))?,
            self.put_column(4, rows, |chunk| put_texts(chunk, &messages).map(nulls))?,
            self.put_column(5, rows, |chunk| put_lists(chunk, labels).map(nulls))?,
            self.put_column(6, rows, |chunk| {
                put_optional_texts(chunk, extras).map(nulls)
            })?,
        ];
        for (at, field) in fields.iter().enumerate() {
            columns.push(self.put_column(NAMES.len() + at, rows, |chunk| {
                put_field(chunk, field, messages.text(), rows)
            })?);
        }
        Ok(columns)
    }

    /// Encodes the column at `index`; `put` frees the column's buffers.
    fn put_column(
        &mut self,
        index: usize,
        rows: usize,
        put: impl FnOnce(&mut ChunkWriter<'_>) -> Result<Statistics, EncodeError>,
    ) -> Result<ColumnChunkMetaData, EncodeError> {
        let mut chunk = ChunkWriter::new(
            &mut self.buffer,
            NAMES.get(index).copied().unwrap_or(name::FIELD),
        );
        let statistics = put(&mut chunk)?;
        chunk.close(self.schema.column(index), rows, statistics)
    }

    /// The rest of the file: its footer, which makes the claim.
    ///
    /// # Errors
    /// When the library cannot write the footer.
    pub fn finish(self, meta: &PartMeta) -> Result<Bytes, EncodeError> {
        let mut entries = meta.entries();
        if self.promotes && self.rows > 0 {
            entries.push((left::KEY, self.left.entry()));
        }
        entries.push(("chunk_crc32c", self.chunk_crcs.join(",")));
        entries.push(("footer_crc32c", NO_CRC.to_owned()));
        let entries = entries
            .into_iter()
            .map(|(key, value)| KeyValue::new([PREFIX, key].concat(), value))
            .collect();
        let file = FileMetaData::new(
            PARQUET_VERSION,
            i64::try_from(self.rows).unwrap_or(i64::MAX),
            Some(concat!("windrow version ", env!("CARGO_PKG_VERSION")).to_owned()),
            Some(entries),
            self.schema,
            None,
        );
        let metadata = ParquetMetaData::new(file, self.row_groups);
        // The opening magic, if no row group was written.
        let mut bytes = self.buffer.out;
        let start = bytes.len();
        ParquetMetaDataWriter::new(&mut bytes, &metadata).finish()?;
        patch(bytes.get_mut(start..).unwrap_or_default())?;
        Ok(bytes.into())
    }

    /// Rows so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes of the file so far.
    pub const fn bytes(&self) -> u64 {
        self.buffer.out_at
    }
}

/// Column names by index.
const NAMES: [&str; 7] = [
    name::TIMESTAMP,
    name::SEQUENCE_NUMBER,
    name::EVENT_ID,
    name::LOG_ID,
    name::MESSAGE,
    name::LABELS,
    name::EXTRA,
];

/// Writes a footer's checksum over the zeros that it was computed with.
fn patch(footer: &mut [u8]) -> Result<(), EncodeError> {
    let thrift = footer
        .len()
        .checked_sub(TRAILER_BYTES)
        .and_then(|end| footer.get(..end));
    let range = thrift
        .and_then(Outline::of)
        .and_then(|outline| outline.range("footer_crc32c"));
    let crc = hex(crc32c::crc32c(footer));
    range
        .and_then(|range| footer.get_mut(range))
        .filter(|held| *held == NO_CRC.as_bytes())
        .map(|held| held.copy_from_slice(crc.as_bytes()))
        .ok_or_else(|| EncodeError::Parquet {
            reason: "the footer has no room for its checksum".into(),
        })
}

/// The lowest and the highest number that is not null.
fn bounds(numbers: &IntColumn) -> (Option<i64>, Option<i64>) {
    let valid = || {
        let flags = numbers.validity();
        let values = numbers.values().iter().copied().enumerate();
        values.filter_map(move |(row, value)| {
            flags
                .is_none_or(|flags| flags.get(row) == Some(&true))
                .then_some(value)
        })
    };
    (valid().min(), valid().max())
}

fn nulls(count: u64) -> Statistics {
    Statistics::byte_array(None, None, None, Some(count), false)
}
