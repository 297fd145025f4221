//! Rows of one row group, checked before they are read.
//!
//! Takes a proven [`Footer`] and the bytes of a row group, gives an [`EventBatch`].
//! Invariant: a column chunk is decoded only after its checksum agrees.
//! Fields of messages are checked but not decoded: they are in the messages too.
//! Memory: the rows asked for, and one data page of each column.

use crate::error::DecodeError;
use crate::footer::{Footer, RowGroup};
use crate::page::are_pages;
use crate::schema::{name, parquet_schema, schema};
use arrow::array::{
    Array, AsArray, DictionaryArray, RecordBatch, StringArray, TimestampMillisecondArray,
};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMillisecondType};
use bytes::{Buf, Bytes};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, RowGroupMetaData,
};
use parquet::file::reader::{ChunkReader, Length};
use parquet::schema::types::SchemaDescPtr;
use std::ops::Range;
use windrow_model::EventBatch;
use windrow_model::batch::EventRef;

/// Which columns to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// All of ours.
    All,
    /// Times only.
    Timestamps,
    /// Times and messages.
    Messages,
}

/// Decodes `rows` (numbers within the row group) from `bytes`, the whole row group. Columns outside the projection stay empty.
pub fn decode(
    footer: &Footer,
    row_group: usize,
    bytes: Bytes,
    rows: Range<usize>,
    projection: Projection,
) -> Result<EventBatch, DecodeError> {
    let damaged = |reason: String| DecodeError::Damaged { row_group, reason };
    let group = footer
        .row_groups()
        .get(row_group)
        .ok_or_else(|| damaged("the part has no such row group".into()))?;
    let roots = roots(projection);
    check_chunks(footer, group, &bytes, |place| roots.contains(&place)).map_err(damaged)?;
    if rows.is_empty() {
        return Ok(EventBatch::new());
    }
    let batches =
        read(footer, group, bytes, &rows, roots).map_err(|error| damaged(error.to_string()))?;
    let mut events = EventBatch::new();
    for batch in &batches {
        extend(&mut events, batch, projection)
            .ok_or_else(|| damaged("a column has another type".into()))?;
    }
    if events.len() != rows.len() {
        return Err(damaged(format!(
            "{} rows were found instead of {}",
            events.len(),
            rows.len()
        )));
    }
    Ok(events)
}

/// Checks everything of a row group: all checksums, and its rows' number, order and times.
pub fn verify(footer: &Footer, row_group: usize, bytes: &Bytes) -> Result<(), DecodeError> {
    let damaged = |reason: &str| DecodeError::Damaged {
        row_group,
        reason: reason.to_owned(),
    };
    let group = footer
        .row_groups()
        .get(row_group)
        .ok_or_else(|| damaged("the part has no such row group"))?;
    check_chunks(footer, group, bytes, |place| place >= OURS.len())
        .map_err(|reason| damaged(&reason))?;
    let rows = 0..usize::try_from(group.rows).unwrap_or(usize::MAX);
    let events = decode(footer, row_group, bytes.clone(), rows, Projection::All)?;
    let bounds = (events.timestamps.first(), events.timestamps.last());
    if !events.timestamps.is_sorted() {
        return Err(damaged("its rows are not in order of time"));
    }
    if bounds != (Some(&group.min_ms), Some(&group.max_ms)) {
        return Err(damaged("its times are not those of its footer"));
    }
    Ok(())
}

/// Our columns, by place: each is one chunk of a row group.
const OURS: &[usize] = &[0, 1, 2, 3, 4, 5, 6];

/// Those of a projection.
const fn roots(projection: Projection) -> &'static [usize] {
    match projection {
        Projection::All => OURS,
        Projection::Timestamps => &[0],
        Projection::Messages => &[0, 4],
    }
}

fn check_chunks(
    footer: &Footer,
    group: &RowGroup,
    bytes: &Bytes,
    is_wanted: impl Fn(usize) -> bool,
) -> Result<(), String> {
    for (place, chunk) in group.chunks.iter().enumerate() {
        if !is_wanted(place) {
            continue;
        }
        let within = |at: u64| usize::try_from(at.checked_sub(group.bytes.start)?).ok();
        let held = within(chunk.bytes.start)
            .zip(within(chunk.bytes.end))
            .and_then(|(start, end)| bytes.get(start..end));
        let name = || {
            let column = footer.columns().get(place);
            column.map_or("", |column| &column.name)
        };
        if held.map(crc32c::crc32c) != Some(chunk.crc) {
            return Err(format!("column `{}` fails its checksum", name()));
        }
        if !held.is_some_and(are_pages) {
            return Err(format!("column `{}` is not made of pages", name()));
        }
    }
    Ok(())
}

fn read(
    footer: &Footer,
    group: &RowGroup,
    bytes: Bytes,
    rows: &Range<usize>,
    roots: &[usize],
) -> ParquetResult<Vec<RecordBatch>> {
    let options = ArrowReaderOptions::new().with_schema(schema());
    let ours = parquet_schema()
        .ok_or_else(|| ParquetError::General("our columns have no Parquet types".into()))?;
    let mask = ProjectionMask::roots(&ours, roots.iter().copied());
    let metadata = ArrowReaderMetadata::try_new(metadata(ours, group)?.into(), options)?;
    let window = Window {
        start: group.bytes.start,
        bytes,
        file_size: footer.file_size(),
    };
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(window, metadata)
        .with_row_groups(vec![0])
        .with_projection(mask)
        .with_offset(rows.start)
        .with_limit(rows.len())
        .with_batch_size(rows.len())
        .build()?;
    reader
        .map(|batch| batch.map_err(|error| ParquetError::General(error.to_string())))
        .collect()
}

/// Our columns of one row group as the library wants to see them.
fn metadata(ours: SchemaDescPtr, group: &RowGroup) -> ParquetResult<ParquetMetaData> {
    let rows = i64::try_from(group.rows).unwrap_or(i64::MAX);
    let mut row_group = RowGroupMetaData::builder(ours.clone()).set_num_rows(rows);
    for (chunk, descriptor) in group.chunks.iter().zip(ours.columns()) {
        let len = i64::try_from(chunk.bytes.end - chunk.bytes.start).unwrap_or(i64::MAX);
        let column = ColumnChunkMetaData::builder(descriptor.clone())
            .set_compression_codec(chunk.codec)
            .set_num_values(chunk.values)
            .set_total_compressed_size(len)
            .set_data_page_offset(chunk.data_at)
            .set_dictionary_page_offset(chunk.dictionary_at);
        row_group = row_group.add_column_metadata(column.build()?);
    }
    let file = FileMetaData::new(1, rows, None, None, ours, None);
    Ok(ParquetMetaData::new(file, vec![row_group.build()?]))
}

/// Appends a record batch; `None` if a column is not of its type.
fn extend(events: &mut EventBatch, batch: &RecordBatch, projection: Projection) -> Option<()> {
    let column = |name: &str| batch.column_by_name(name);
    let times: &TimestampMillisecondArray =
        column(name::TIMESTAMP)?.as_primitive_opt::<TimestampMillisecondType>()?;
    if projection == Projection::Timestamps {
        events.timestamps.extend_from_slice(times.values());
        return Some(());
    }
    let messages: &StringArray = column(name::MESSAGE)?.as_string_opt::<i32>()?;
    if projection == Projection::Messages {
        events.timestamps.extend_from_slice(times.values());
        for message in messages {
            events.messages.push(message);
        }
        return Some(());
    }
    let numbers = column(name::SEQUENCE_NUMBER)?.as_primitive_opt::<Int64Type>()?;
    let ids = column(name::EVENT_ID)?.as_string_opt::<i32>()?;
    let logs: &DictionaryArray<Int32Type> =
        column(name::LOG_ID)?.as_dictionary_opt::<Int32Type>()?;
    let logs = logs.downcast_dict::<StringArray>()?;
    let labels = column(name::LABELS)?.as_list_opt::<i32>()?;
    let extras = column(name::EXTRA)?.as_string_opt::<i32>()?;
    let text = |array: &'_ StringArray, row: usize| {
        array.is_valid(row).then(|| array.value(row).to_owned())
    };
    for row in 0..batch.num_rows() {
        let items = labels.value(row);
        let items: &StringArray = items.as_string_opt::<i32>()?;
        let (id, extra) = (text(ids, row), text(extras, row));
        use arrow::array::ArrayAccessor;
        events.push_labelled(
            EventRef {
                timestamp_ms: times.value(row),
                sequence_number: numbers.is_valid(row).then(|| numbers.value(row)),
                event_id: id.as_deref(),
                log_id: logs.value(row),
                message: messages.value(row),
                extra: extra.as_deref(),
            },
            items.iter().flatten(),
        );
    }
    Some(())
}

/// The bytes of one row group, at their place in the file.
struct Window {
    start: u64,
    bytes: Bytes,
    file_size: u64,
}

impl Window {
    fn from(&self, start: u64) -> ParquetResult<Bytes> {
        let skip = start
            .checked_sub(self.start)
            .and_then(|skip| usize::try_from(skip).ok())
            .filter(|skip| *skip <= self.bytes.len())
            .ok_or_else(|| ParquetError::EOF("outside of its row group".into()))?;
        Ok(self.bytes.slice(skip..))
    }
}

impl Length for Window {
    fn len(&self) -> u64 {
        self.file_size
    }
}

impl ChunkReader for Window {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("outside of its row group".into()));
        }
        Ok(bytes.slice(..length))
    }
}
