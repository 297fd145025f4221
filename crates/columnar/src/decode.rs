//! Rows of one row group as Arrow record batches.
//!
//! Takes a proven [`Footer`] and checked [`ColumnChunks`], gives [`Batches`] of the columns of a [`Projection`].
//! A field of text is a dictionary array where its chunk has a dictionary, and a string array otherwise: it is given as it was encoded.
//! Memory: the rows of one batch, and one data page of each column.
//! Fails with what is wrong and in which row group; no row of that row group is to be believed then.

use crate::chunks::{ColumnChunks, SparseFile};
use crate::error::DecodeError;
use crate::footer::{Footer, RowGroup};
use crate::projection::Projection;
use crate::schema::arrow_field;
use arrow::array::RecordBatch;
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, RowGroupMetaData,
};
use std::ops::Range;
use std::sync::Arc;

/// Decodes rows of a row group: those in `rows`, which are ascending ranges of numbers within the row group, in batches of at most `batch_rows`.
///
/// Nothing is decoded before the first batch is asked for.
///
/// # Errors
/// When `chunks` lacks a chunk of `projection`, or the row group a row of `rows`.
pub fn decode(
    footer: &Footer,
    chunks: &ColumnChunks,
    projection: &Projection,
    rows: &[Range<usize>],
    batch_rows: usize,
) -> Result<Batches, DecodeError> {
    let group = chunks.group(footer)?;
    let total = usize::try_from(group.rows).unwrap_or(usize::MAX);
    let is_ascending = rows
        .iter()
        .try_fold(0, |end, range| {
            (end <= range.start && range.start <= range.end).then_some(range.end)
        })
        .is_some_and(|end| end <= total);
    if !is_ascending {
        return Err(chunks.damaged(format!("it has {total} rows, and others were asked for")));
    }
    let columns = projection.columns().iter().copied();
    let columns: Vec<usize> = columns
        .filter(|column| *column < footer.columns().len())
        .collect();
    if let Some(column) = columns.iter().find(|column| chunks.get(**column).is_none()) {
        let name = footer.columns().get(*column).map(|column| &column.name);
        return Err(chunks.damaged(format!(
            "column `{}` was not read",
            name.map_or("", String::as_str)
        )));
    }
    let selection = RowSelection::from_consecutive_ranges(rows.iter().cloned(), total);
    let reader = reader(footer, group, chunks, &columns, selection, batch_rows)
        .map_err(|error| chunks.damaged(error.to_string()))?;
    Ok(Batches {
        row_group: chunks.row_group(),
        expected: rows.iter().map(Range::len).sum(),
        found: 0,
        reader: Some(reader),
    })
}

/// The record batches of a row group, decoded one after the other. Ends with its first error.
pub struct Batches {
    row_group: usize,
    expected: usize,
    found: usize,
    /// None after an error.
    reader: Option<ParquetRecordBatchReader>,
}

impl std::fmt::Debug for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batches")
            .field("row_group", &self.row_group)
            .field("expected", &self.expected)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let reason = match self.reader.as_mut()?.next() {
            Some(Ok(batch)) => {
                self.found += batch.num_rows();
                return Some(Ok(batch));
            }
            None if self.found == self.expected => return None,
            None => format!(
                "{} rows were found instead of {}",
                self.found, self.expected
            ),
            Some(Err(error)) => error.to_string(),
        };
        self.reader = None;
        Some(Err(DecodeError::Damaged {
            row_group: self.row_group,
            reason,
        }))
    }
}

fn reader(
    footer: &Footer,
    group: &RowGroup,
    chunks: &ColumnChunks,
    columns: &[usize],
    selection: RowSelection,
    batch_rows: usize,
) -> ParquetResult<ParquetRecordBatchReader> {
    let fields: Vec<FieldRef> = columns
        .iter()
        .filter_map(|index| {
            let has_dictionary = group.chunks.get(*index)?.dictionary_at.is_some();
            let column = footer.columns().get(*index)?;
            Some(arrow_field(*index, column, has_dictionary))
        })
        .collect();
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let metadata = metadata(&schema, group, columns)?;
    let options = ArrowReaderOptions::new().with_schema(schema);
    let metadata = ArrowReaderMetadata::try_new(metadata.into(), options)?;
    let held = |column: &usize| {
        let chunk = group.chunks.get(*column)?;
        Some((chunk.bytes.start, chunks.get(*column)?.clone()))
    };
    let file = SparseFile {
        chunks: columns.iter().filter_map(held).collect(),
        size: footer.file_size(),
    };
    ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
        .with_row_selection(selection)
        .with_batch_size(batch_rows.max(1))
        .build()
}

/// The columns of one row group, as if the file had no others.
fn metadata(
    schema: &Schema,
    group: &RowGroup,
    columns: &[usize],
) -> ParquetResult<ParquetMetaData> {
    let schema = Arc::new(ArrowSchemaConverter::new().convert(schema)?);
    let rows = i64::try_from(group.rows).unwrap_or(i64::MAX);
    let mut row_group = RowGroupMetaData::builder(schema.clone()).set_num_rows(rows);
    let chunks = columns
        .iter()
        .filter_map(|column| group.chunks.get(*column));
    for (chunk, descriptor) in chunks.zip(schema.columns()) {
        let len = i64::try_from(chunk.bytes.end - chunk.bytes.start).unwrap_or(i64::MAX);
        let column = ColumnChunkMetaData::builder(descriptor.clone())
            .set_compression_codec(chunk.codec)
            .set_num_values(chunk.values)
            .set_total_compressed_size(len)
            .set_data_page_offset(chunk.data_at)
            .set_dictionary_page_offset(chunk.dictionary_at);
        row_group = row_group.add_column_metadata(column.build()?);
    }
    let file = FileMetaData::new(1, rows, None, None, schema, None);
    Ok(ParquetMetaData::new(file, vec![row_group.build()?]))
}
