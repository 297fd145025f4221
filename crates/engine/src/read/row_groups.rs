//! Row groups of parts: the column chunks that are wanted are read, checked and decoded.
//!
//! Invariant: nothing is decoded before its checksum agrees, and no chunk is read that no column asked for needs.
//! Memory: the encoded chunks of a few row groups, and what is decoded of one.

use crate::catalog::scan_result::HeldPart;
use crate::error::EngineError;
use arrow::array::RecordBatch;
use futures_util::future::try_join_all;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use windrow_columnar::{ColumnChunks, Projection, decode, verify};
use windrow_store::{BlobStore, StoreError};

/// Of how many row groups the encoded chunks are kept at hand, so that scrolling does not read them again.
const GROUPS_AT_HAND: usize = 4;

/// The column chunks read last, still encoded.
#[derive(Debug, Default)]
pub(crate) struct RowGroups {
    at_hand: RefCell<VecDeque<(String, ColumnChunks)>>,
}

impl RowGroups {
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
        let is_it = |(path, chunks): &(String, ColumnChunks)| {
            *path == part.path && chunks.row_group() == index
        };
        let kept = self
            .at_hand
            .borrow()
            .iter()
            .find(|held| is_it(held))
            .cloned();
        let mut chunks = kept.map_or_else(|| ColumnChunks::new(index), |(_, chunks)| chunks);
        let missing = chunks.missing(&part.footer, projection);
        if missing.is_empty() {
            return Ok(chunks);
        }
        let reads = missing.into_iter().map(async |range| {
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
        let mut at_hand = self.at_hand.borrow_mut();
        at_hand.retain(|held| !is_it(held));
        if at_hand.len() == GROUPS_AT_HAND {
            at_hand.pop_front();
        }
        at_hand.push_back((part.path.clone(), chunks.clone()));
        Ok(chunks)
    }
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
