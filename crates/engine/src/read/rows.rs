//! Rows of an opened window by their number.

use crate::catalog::scan_result::HeldPart;
use crate::error::EngineError;
use crate::read::span::Span;
use crate::read::window::Opened;
use bytes::Bytes;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use windrow_columnar::{Projection, decode};
use windrow_model::EventBatch;
use windrow_store::BlobStore;

/// How many encoded row groups are kept at hand, so that scrolling does not read them again.
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
        for (index, within) in pieces(span, &rows) {
            let batch = self
                .groups
                .decode(&*self.store, &span.part, index, within, Projection::All)
                .await?;
            found.events.extend_from_rows(&batch, 0..batch.len());
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

/// The last row groups read, still encoded.
#[derive(Debug, Default)]
pub(super) struct RowGroups {
    at_hand: RefCell<VecDeque<(String, usize, Bytes)>>,
}

impl RowGroups {
    /// Reads, checks and decodes rows of one row group.
    pub(super) async fn decode<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
        rows: Range<usize>,
        projection: Projection,
    ) -> Result<EventBatch, EngineError> {
        let bytes = self.read(store, part, index).await?;
        decode(&part.footer, index, bytes, rows, projection)
            .map_err(|error| EngineError::decode(&part.path, &error))
    }

    async fn read<S: BlobStore>(
        &self,
        store: &S,
        part: &HeldPart,
        index: usize,
    ) -> Result<Bytes, EngineError> {
        let kept = self
            .at_hand
            .borrow()
            .iter()
            .find(|(path, at, _)| *path == part.path && *at == index)
            .map(|(_, _, bytes)| bytes.clone());
        if let Some(bytes) = kept {
            return Ok(bytes);
        }
        let range = part
            .footer
            .row_groups()
            .get(index)
            .map_or(0..0, |group| group.bytes.clone());
        let read = store.read(&part.path, range).await;
        let bytes = read.map_err(|error| EngineError::unreadable(&part.path, error))?;
        let mut at_hand = self.at_hand.borrow_mut();
        if at_hand.len() == GROUPS_AT_HAND {
            at_hand.pop_front();
        }
        at_hand.push_back((part.path.clone(), index, bytes.clone()));
        Ok(bytes)
    }
}
