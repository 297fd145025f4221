//! Rows of an opened window by their number.

use crate::catalog::scan_result::HeldPart;
use crate::error::EngineError;
use crate::read::span::Span;
use crate::read::window::Opened;
use arrow::array::RecordBatch;
use futures_util::future::try_join_all;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use windrow_columnar::{ColumnChunks, Projection, append_events, decode};
use windrow_model::EventBatch;
use windrow_store::BlobStore;

/// Of how many row groups the encoded chunks are kept at hand, so that scrolling does not read them again.
const GROUPS_AT_HAND: usize = 4;

/// Rows of a window, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Number of the first row within the window.
    pub first: u64,
    /// The events.
    pub events: EventBatch,
    /// For each, whether it is provisional.
    pub provisional: Vec<bool>,
}

impl<S: BlobStore> Opened<S> {
    /// At most `limit` rows from row number `offset` on; fewer only at the end of the window.
    ///
    /// # Errors
    /// When a part that holds one of them is damaged or gone: the part is named.
    pub async fn rows(&self, offset: u64, limit: usize) -> Result<Rows, EngineError> {
        let mut found = Rows {
            first: offset,
            ..Rows::default()
        };
        let first = self
            .spans
            .partition_point(|span| span.first_row + span.len() <= offset);
        for span in self.spans.iter().skip(first) {
            let wanted = limit - found.events.len();
            if wanted == 0 {
                break;
            }
            let skip = offset.saturating_sub(span.first_row);
            let take = (span.len() - skip).min(wanted as u64);
            let rows = span.rows.start + skip..span.rows.start + skip + take;
            self.extend(&mut found, span, rows).await?;
        }
        Ok(found)
    }

    async fn extend(
        &self,
        found: &mut Rows,
        span: &Span,
        rows: Range<u64>,
    ) -> Result<(), EngineError> {
        let projection = Projection::events();
        for (index, within) in pieces(span, &rows) {
            let batch = self
                .groups
                .decode(&*self.store, &span.part, index, within, &projection)
                .await?;
            append_events(&mut found.events, &batch).ok_or_else(|| EngineError::Damaged {
                path: span.part.path.clone(),
                reason: "a column has another type".into(),
            })?;
        }
        found
            .provisional
            .resize(found.events.len(), span.provisional);
        Ok(())
    }
}

/// The row groups that hold `rows` of a part, each with the rows within it.
pub(super) fn pieces(span: &Span, rows: &Range<u64>) -> Vec<(usize, Range<usize>)> {
    let footer = &span.part.footer;
    footer
        .row_groups()
        .iter()
        .enumerate()
        .filter_map(|(index, group)| {
            let start = rows.start.max(group.first_row);
            let end = rows.end.min(group.first_row + group.rows);
            let within = |row: u64| usize::try_from(row - group.first_row).ok();
            (start < end)
                .then(|| Some((index, within(start)?..within(end)?)))
                .flatten()
        })
        .collect()
}

/// The column chunks read last, still encoded.
#[derive(Debug, Default)]
pub(super) struct RowGroups {
    at_hand: RefCell<VecDeque<(String, ColumnChunks)>>,
}

impl RowGroups {
    /// Reads the column chunks of `projection`, checks and decodes rows of one row group, as one batch.
    pub(super) async fn decode<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
        rows: Range<usize>,
        projection: &Projection,
    ) -> Result<RecordBatch, EngineError> {
        let chunks = self.read(store, part, index, projection).await?;
        let (schema, len) = (windrow_columnar::schema(), rows.len());
        let batches = decode(&part.footer, &chunks, projection, &[rows], len)
            .and_then(|batches| batches.collect::<Result<Vec<_>, _>>());
        let batches = batches.map_err(|error| EngineError::decode(&part.path, &error))?;
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
                .map_err(|error| EngineError::decode(&part.path, &error))?;
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
