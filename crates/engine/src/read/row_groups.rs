//! Row groups of parts: the column chunks that are wanted are read, checked and decoded.
//!
//! Invariant: nothing is decoded before its checksum agrees, and no chunk is read that no column asked for needs.
//! Memory: the encoded chunks of a few row groups, what is decoded of one, and the columns that are kept ([`DecodedColumns`]).

use crate::catalog::scan_result::HeldPart;
use crate::error::EngineError;
use crate::read::decoded::{Decoded, DecodedColumns, Key};
use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{FieldRef, Schema};
use futures_util::future::try_join_all;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use windrow_columnar::{ColumnChunks, Projection, decode, verify};
use windrow_store::{BlobStore, StoreError};

/// Of how many row groups the encoded chunks are kept at hand, so that scrolling does not read them again.
const GROUPS_AT_HAND: usize = 4;

/// The column chunks read last, still encoded, and columns that are kept decoded.
#[derive(Debug, Default)]
pub(crate) struct RowGroups {
    at_hand: RefCell<VecDeque<(String, ColumnChunks)>>,
    pub(super) decoded: Rc<DecodedColumns>,
}

impl RowGroups {
    /// Whole columns of a block of rows, decoded now or before.
    pub(super) async fn block<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
        rows: Range<usize>,
        projection: &Projection,
    ) -> Result<RecordBatch, EngineError> {
        let mut columns: Vec<(usize, Decoded)> = Vec::new();
        let mut missing = Vec::new();
        for column in projection.columns() {
            let key = key(part, index, *column, rows.start);
            match key.and_then(|key| self.decoded.get(&key)) {
                Some(held) => columns.push((*column, held)),
                None => missing.push(*column),
            }
        }
        if !missing.is_empty() {
            let missing = Projection::of(missing);
            let batch = self.decode(store, part, index, rows.clone(), &missing);
            let batch = batch.await?;
            let fields = batch.schema_ref().fields().iter().cloned();
            let read = fields.zip(batch.columns().iter().cloned());
            for (column, decoded) in missing.columns().iter().zip(read) {
                if let Some(key) = key(part, index, *column, rows.start) {
                    self.decoded.keep(key, decoded.clone());
                }
                columns.push((*column, decoded));
            }
        }
        columns.sort_by_key(|(column, _)| *column);
        let (fields, columns): (Vec<FieldRef>, Vec<_>) =
            columns.into_iter().map(|(_, decoded)| decoded).unzip();
        let schema = Arc::new(Schema::new(fields));
        // Without columns nothing else would say how many rows there are.
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(schema, columns, &options)
            .map_err(|error| EngineError::damaged(&part.path, error))
    }

    /// Reads the column chunks that [`block`](Self::block) is going to need, to be [put at hand](Self::put_at_hand) then.
    pub(super) async fn read_ahead<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
        first: usize,
        projection: &Projection,
    ) -> Result<ColumnChunks, EngineError> {
        let columns = projection.columns().iter().copied();
        let is_missing = |column: &usize| {
            key(part, index, *column, first).is_none_or(|key| !self.decoded.has(&key))
        };
        let missing = Projection::of(columns.filter(is_missing));
        fetch(store, part, self.at_hand(part, index), &missing).await
    }

    /// Reads the column chunks of `projection`, checks and decodes rows of one row group, as one batch.
    pub(crate) async fn decode<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
        rows: Range<usize>,
        projection: &Projection,
    ) -> Result<RecordBatch, EngineError> {
        self.decode_ranges(store, part, index, &[rows], projection)
            .await
    }

    /// The same for rows in ascending ranges.
    pub(crate) async fn decode_ranges<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
        rows: &[Range<usize>],
        projection: &Projection,
    ) -> Result<RecordBatch, EngineError> {
        let chunks = self.read(store, part, index, projection).await?;
        let (schema, len) = (
            windrow_columnar::schema(),
            rows.iter().map(Range::len).sum(),
        );
        let batches = decode(&part.footer, &chunks, projection, rows, len)
            .and_then(|batches| batches.collect::<Result<Vec<_>, _>>());
        let batches = batches.map_err(|error| EngineError::damaged(&part.path, error))?;
        Ok(batches
            .into_iter()
            .next()
            .unwrap_or_else(|| RecordBatch::new_empty(schema)))
    }

    async fn read<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
        projection: &Projection,
    ) -> Result<ColumnChunks, EngineError> {
        let chunks = fetch(store, part, self.at_hand(part, index), projection).await?;
        self.put_at_hand(part, chunks.clone());
        Ok(chunks)
    }

    fn at_hand(&self, part: &HeldPart, index: usize) -> ColumnChunks {
        let at_hand = self.at_hand.borrow();
        let held = at_hand.iter().find(|held| is_of(held, part, index));
        held.map_or_else(|| ColumnChunks::new(index), |(_, chunks)| chunks.clone())
    }

    /// Keeps the chunks of a row group at hand.
    pub(super) fn put_at_hand(&self, part: &HeldPart, chunks: ColumnChunks) {
        let mut at_hand = self.at_hand.borrow_mut();
        at_hand.retain(|held| !is_of(held, part, chunks.row_group()));
        if at_hand.len() == GROUPS_AT_HAND {
            at_hand.pop_front();
        }
        at_hand.push_back((part.path.clone(), chunks));
    }
}

/// Reads and checks those chunks of `projection` that are still missing.
async fn fetch<S: BlobStore>(
    store: &S,
    part: &HeldPart,
    mut chunks: ColumnChunks,
    projection: &Projection,
) -> Result<ColumnChunks, EngineError> {
    let missing = chunks.missing(&part.footer, projection).into_iter();
    let reads = missing.map(async |range| {
        let start = range.start;
        let read = store.read(&part.path, range).await;
        read.map(|bytes| (start, bytes))
    });
    let read = try_join_all(reads)
        .await
        .map_err(|error| EngineError::unreadable(&part.path, error))?;
    for (start, bytes) in read {
        chunks
            .insert(&part.footer, start, &bytes)
            .map_err(|error| EngineError::damaged(&part.path, error))?;
    }
    Ok(chunks)
}

fn is_of((path, chunks): &(String, ColumnChunks), part: &HeldPart, index: usize) -> bool {
    *path == part.path && chunks.row_group() == index
}

/// The name of a column of a block; nothing where the part has none.
fn key(part: &HeldPart, index: usize, column: usize, first: usize) -> Option<Key> {
    let group = part.footer.row_groups().get(index)?;
    Some(Key {
        path: part.path.clone(),
        row_group: index,
        column,
        checksum: group.checksum(column)?,
        first,
    })
}

/// Reads a part row group by row group. The inner error says what is damaged; the outer one that the store failed.
pub(crate) async fn check_part<S: BlobStore>(
    store: &S,
    part: &HeldPart,
) -> Result<Result<(), String>, StoreError> {
    for (index, group) in part.footer.row_groups().iter().enumerate() {
        let bytes = store.read(&part.path, group.bytes.clone()).await?;
        if let Err(error) = verify(&part.footer, index, &bytes) {
            return Ok(Err(error.to_string()));
        }
    }
    Ok(Ok(()))
}
