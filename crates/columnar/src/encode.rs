//! Batches to the bytes of one Parquet file, row group by row group.
//!
//! Takes an [`EventBatch`] at a time, gives the bytes to append to the file now; the footer comes last and makes the file count.
//! Memory: one batch and its encoded row group; nothing stays here once it was given out.
//!
//! Every column is written in one piece, without copying what the batch holds.

use crate::meta::{NO_CRC, PREFIX, PartMeta};
use crate::schema::{name, schema};
use arrow::array::{
    ArrayRef, DictionaryArray, Int32Array, Int64Array, ListArray, StringArray,
    TimestampMillisecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression as Codec, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use windrow_model::EventBatch;
use windrow_model::batch::TextColumn;
use windrow_model::settings::Compression;

/// Why a batch could not be encoded.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The columns do not make a table.
    #[error("its columns do not fit together: {reason}")]
    Columns {
        /// The library's words.
        reason: String,
    },
    /// The Parquet writer failed.
    #[error("Parquet could not be written: {reason}")]
    Parquet {
        /// The library's words.
        reason: String,
    },
}

impl From<ParquetError> for EncodeError {
    fn from(error: ParquetError) -> Self {
        Self::Parquet {
            reason: error.to_string(),
        }
    }
}

impl From<ArrowError> for EncodeError {
    fn from(error: ArrowError) -> Self {
        Self::Columns {
            reason: error.to_string(),
        }
    }
}

/// Rows of a data page at most: what one step of scrolling decodes.
const PAGE_ROWS: usize = 20_000;

/// One Parquet file in the making.
#[derive(Debug)]
pub struct PartWriter {
    writer: ArrowWriter<Drain>,
    drain: Drain,
    /// Bytes given out so far.
    given: u64,
    rows: u64,
    chunk_crcs: Vec<String>,
}

impl PartWriter {
    /// A file without rows.
    pub fn new(compression: Compression) -> Result<Self, EncodeError> {
        let drain = Drain::default();
        let writer = ArrowWriter::try_new(drain.clone(), schema(), Some(properties(compression)?))?;
        Ok(Self {
            writer,
            drain,
            given: 0,
            rows: 0,
            chunk_crcs: Vec::new(),
        })
    }

    /// Puts a batch in order and encodes it as one row group. Gives the bytes to append to the file now.
    pub fn append(&mut self, mut batch: EventBatch) -> Result<Bytes, EncodeError> {
        if batch.is_empty() {
            return Ok(Bytes::new());
        }
        batch.sort();
        self.rows += batch.len() as u64;
        self.writer.write(&record_batch(batch)?)?;
        self.writer.flush()?;
        self.writer.sync().map_err(ParquetError::from)?;
        let bytes = self.drain.take();
        if let Some(group) = self.writer.flushed_row_groups().last() {
            for column in group.columns() {
                let (start, len) = column.byte_range();
                let chunk =
                    within(&bytes, start, len, self.given).ok_or_else(|| EncodeError::Parquet {
                        reason: "a column chunk lies outside its row group".into(),
                    })?;
                self.chunk_crcs.push(hex(crc32c::crc32c(chunk)));
            }
        }
        self.given += bytes.len() as u64;
        Ok(bytes)
    }

    /// The rest of the file: its footer, which makes the claim.
    pub fn finish(mut self, meta: &PartMeta) -> Result<Bytes, EncodeError> {
        let mut entries = meta.entries();
        entries.push(("chunk_crc32c", self.chunk_crcs.join(",")));
        entries.push(("footer_crc32c", NO_CRC.to_owned()));
        for (key, value) in entries {
            let key = [PREFIX, key].concat();
            self.writer
                .append_key_value_metadata(KeyValue::new(key, value));
        }
        let after_chunks = self
            .writer
            .flushed_row_groups()
            .last()
            .and_then(|group| group.columns().last())
            .map_or(4, |column| {
                let (start, len) = column.byte_range();
                start + len
            });
        self.writer.into_inner()?;
        let mut bytes = self.drain.take().to_vec();
        let start = usize::try_from(after_chunks.saturating_sub(self.given)).unwrap_or(usize::MAX);
        let footer = bytes.get_mut(start..).unwrap_or_default();
        let place = crc_place(footer).ok_or_else(|| EncodeError::Parquet {
            reason: "the footer has no place for its checksum".into(),
        })?;
        let crc = hex(crc32c::crc32c(footer));
        if let Some(held) = footer.get_mut(place..place + NO_CRC.len()) {
            held.copy_from_slice(crc.as_bytes());
        }
        Ok(bytes.into())
    }

    /// Rows so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes given out so far.
    pub const fn bytes(&self) -> u64 {
        self.given
    }
}

/// Where in a footer the checksum's value stands: behind its key, whose last occurrence is the one written last.
pub(crate) fn crc_place(footer: &[u8]) -> Option<usize> {
    const KEY: &[u8] = b"windrow.footer_crc32c";
    let key = footer.windows(KEY.len()).rposition(|bytes| bytes == KEY)?;
    let after = key + KEY.len();
    // Thrift's compact protocol puts one field header and one length byte before a short text.
    let place = after + 2;
    let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    footer
        .get(place..place + NO_CRC.len())
        .filter(|value| value.iter().all(is_hex))
        .filter(|_| footer.get(after + 1) == Some(&(NO_CRC.len() as u8)))
        .map(|_| place)
}

pub(crate) fn hex(crc: u32) -> String {
    format!("{crc:08x}")
}

fn within(bytes: &[u8], start: u64, len: u64, given: u64) -> Option<&[u8]> {
    let from = usize::try_from(start.checked_sub(given)?).ok()?;
    bytes.get(from..from.checked_add(usize::try_from(len).ok()?)?)
}

fn properties(compression: Compression) -> Result<WriterProperties, EncodeError> {
    let codec = match compression {
        Compression::Zstd => Codec::ZSTD(ZstdLevel::try_new(1)?),
        Compression::Lz4 => Codec::LZ4_RAW,
        Compression::Snappy => Codec::SNAPPY,
        Compression::None => Codec::UNCOMPRESSED,
    };
    let column = |name: &str| ColumnPath::from(name);
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by(concat!("windrow ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(codec)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(None)
        .set_max_row_group_bytes(None)
        .set_offset_index_disabled(true)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_column_statistics_enabled(column(name::TIMESTAMP), EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(column(name::LOG_ID), true);
    for delta in [name::TIMESTAMP, name::SEQUENCE_NUMBER] {
        properties = properties.set_column_encoding(column(delta), Encoding::DELTA_BINARY_PACKED);
    }
    for text in [name::EVENT_ID, name::MESSAGE, name::EXTRA] {
        properties =
            properties.set_column_encoding(column(text), Encoding::DELTA_LENGTH_BYTE_ARRAY);
    }
    Ok(properties.build())
}

fn record_batch(batch: EventBatch) -> Result<RecordBatch, EncodeError> {
    let rows = batch.len();
    let (numbers, numbered) = batch.sequence_numbers.into_parts();
    let (keys, log_ids) = batch.log_ids.into_parts();
    let (offsets, items) = batch.labels.into_parts();
    let labels = ListArray::try_new(
        Arc::new(Field::new("item", DataType::Utf8, true)),
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        text(items)?,
        None,
    )?;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(
            TimestampMillisecondArray::new(ScalarBuffer::from(batch.timestamps), None)
                .with_timezone("UTC"),
        ),
        Arc::new(Int64Array::new(
            ScalarBuffer::from(numbers),
            nulls(numbered),
        )),
        optional_text(batch.event_ids, rows)?,
        Arc::new(DictionaryArray::try_new(
            Int32Array::new(ScalarBuffer::from(keys), None),
            text(log_ids)?,
        )?),
        text(batch.messages)?,
        Arc::new(labels),
        optional_text(batch.extras, rows)?,
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

fn nulls(presence: Option<Vec<bool>>) -> Option<NullBuffer> {
    presence.map(NullBuffer::from)
}

fn text(column: TextColumn) -> Result<ArrayRef, EncodeError> {
    let (offsets, bytes, presence) = column.into_parts();
    Ok(Arc::new(StringArray::try_new(
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        Buffer::from_vec(bytes),
        nulls(presence),
    )?))
}

fn optional_text(column: TextColumn, rows: usize) -> Result<ArrayRef, EncodeError> {
    if column.is_all_absent() {
        return Ok(Arc::new(StringArray::new_null(rows)));
    }
    text(column)
}

/// Where the Parquet writer writes to and bytes are taken from; the writer wants something it can send between threads.
#[derive(Clone, Debug, Default)]
struct Drain(Arc<Mutex<Vec<u8>>>);

impl Drain {
    fn take(&self) -> Bytes {
        match self.0.lock() {
            Ok(mut bytes) => std::mem::take(&mut *bytes).into(),
            Err(poisoned) => std::mem::take(&mut *poisoned.into_inner()).into(),
        }
    }
}

impl Write for Drain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self
            .0
            .lock()
            .map_err(|_| io::Error::other("another write failed"))?;
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
