//! The same columns, encoded by the `parquet` crate's `ArrowColumnWriter`: what ADR 6 weighs our encoder against.
//!
//! The batch's buffers become Arrow arrays without a copy, and are freed leaf by leaf, as ours are.
//! Pages, codec and encodings are those of our parts. The checksums of the chunks are computed too; checksums of pages the crate cannot write.

use arrow::array::{
    ArrayRef, DictionaryArray, Int64Array, ListArray, StringArray, TimestampMillisecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Int32Type};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression as Codec, Encoding, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use std::sync::Arc;
use windrow_columnar::schema;
use windrow_model::EventBatch;
use windrow_model::batch::TextColumn;

/// What is kept of the values of a column, besides its nulls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extras {
    /// The bounds of integers, as in our parts.
    AsOurs,
    /// Statistics of every page, and so a page index.
    PageIndex,
}

/// Encodes a batch as a file of one row group; gives its bytes and the number of checksums computed.
pub(crate) fn encode(mut batch: EventBatch, extras: Extras) -> Result<(Vec<u8>, usize)> {
    batch.sort();
    let schema = schema();
    let parquet = ArrowSchemaConverter::new().convert(&schema)?;
    let mut writer = SerializedFileWriter::new(
        Vec::new(),
        parquet.root_schema_ptr(),
        Arc::new(properties(extras)?),
    )?;
    let columns = ArrowRowGroupWriterFactory::new(&writer, schema.clone());
    let mut columns = columns.create_column_writers(0)?.into_iter();
    let mut group = writer.next_row_group()?;
    for (field, array) in schema.fields().iter().zip(arrays(batch)) {
        let array = array();
        let leaves = compute_leaves(field, &array)?;
        drop(array);
        for (leaf, mut column) in leaves.into_iter().zip(columns.by_ref()) {
            column.write(&leaf)?;
            drop(leaf);
            column.close()?.append_to_row_group(&mut group)?;
        }
    }
    let chunks = group.close()?;
    let ranges: Vec<_> = chunks.columns().iter().map(|c| c.byte_range()).collect();
    let bytes = writer.into_inner()?;
    let chunk = |(start, len): &(u64, u64)| bytes.get(*start as usize..(start + len) as usize);
    let crcs = ranges.iter().filter_map(chunk).map(crc32c::crc32c);
    let checked = crcs.filter(|crc| *crc != 0).count();
    Ok((bytes, checked))
}

fn properties(extras: Extras) -> Result<WriterProperties> {
    let statistics = match extras {
        Extras::AsOurs => EnabledStatistics::None,
        Extras::PageIndex => EnabledStatistics::Page,
    };
    let column = |name: &str| ColumnPath::from(name);
    let mut properties = WriterProperties::builder()
        .set_compression(Codec::ZSTD(ZstdLevel::try_new(1)?))
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_LENGTH_BYTE_ARRAY)
        .set_data_page_row_count_limit(20_000)
        .set_data_page_size_limit(256 << 10)
        .set_statistics_enabled(statistics)
        .set_offset_index_disabled(extras == Extras::AsOurs)
        .set_column_dictionary_enabled(column("log_id"), true);
    for name in ["timestamp", "sequence_number"] {
        properties = properties.set_column_encoding(column(name), Encoding::DELTA_BINARY_PACKED);
        if extras == Extras::AsOurs {
            properties =
                properties.set_column_statistics_enabled(column(name), EnabledStatistics::Chunk);
        }
    }
    Ok(properties.build())
}

type Make = Box<dyn FnOnce() -> ArrayRef>;

/// The arrays, each made of the batch's own buffers when it is its turn.
fn arrays(batch: EventBatch) -> [Make; 7] {
    let EventBatch {
        timestamps,
        sequence_numbers,
        event_ids,
        log_ids,
        messages,
        labels,
        extras,
    } = batch;
    [
        Box::new(|| Arc::new(TimestampMillisecondArray::from(timestamps).with_timezone("UTC"))),
        Box::new(|| {
            let (values, validity) = sequence_numbers.into_parts();
            Arc::new(Int64Array::new(
                values.into(),
                validity.map(NullBuffer::from),
            ))
        }),
        Box::new(|| Arc::new(texts(event_ids))),
        Box::new(|| {
            let (keys, values) = log_ids.into_parts();
            Arc::new(DictionaryArray::<Int32Type>::new(
                keys.into(),
                Arc::new(texts(values)),
            ))
        }),
        Box::new(|| Arc::new(texts(messages))),
        Box::new(|| {
            let (offsets, items) = labels.into_parts();
            let element = arrow::datatypes::Field::new("element", DataType::Utf8, false);
            let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
            Arc::new(ListArray::new(
                element.into(),
                offsets,
                Arc::new(texts(items)),
                None,
            ))
        }),
        Box::new(|| Arc::new(texts(extras))),
    ]
}

fn texts(column: TextColumn) -> StringArray {
    let (offsets, bytes, validity) = column.into_parts();
    StringArray::new(
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        Buffer::from_vec(bytes),
        validity.map(NullBuffer::from),
    )
}

/// The crate's error for one that is not its own.
pub(crate) fn failed(error: impl std::fmt::Display) -> ParquetError {
    ParquetError::General(error.to_string())
}
