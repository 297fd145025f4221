//! Rows of an opened window by their number.

use crate::error::{EngineError, OTHER_TYPE};
use crate::read::row_groups::RowGroups;
use crate::read::span::Span;
use windrow_columnar::{Projection, append_events};
use windrow_model::EventBatch;
use windrow_store::BlobStore;

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

/// At most `limit` rows of `spans` from row number `offset` on.
pub(super) async fn read_rows<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    spans: &[Span],
    offset: u64,
    limit: usize,
) -> Result<Rows, EngineError> {
    let mut found = Rows {
        first: offset,
        ..Rows::default()
    };
    let projection = Projection::events();
    let first = spans.partition_point(|span| span.first_row + span.len() <= offset);
    for span in spans.iter().skip(first) {
        let wanted = limit - found.events.len();
        if wanted == 0 {
            break;
        }
        let skip = offset.saturating_sub(span.first_row);
        let take = (span.len() - skip).min(wanted as u64);
        let start = span.rows.start + skip;
        for (index, within) in span.pieces(start..start + take) {
            let batch = groups
                .decode(store, &span.part, index, within, &projection)
                .await?;
            append_events(&mut found.events, &batch)
                .ok_or_else(|| EngineError::damaged(&span.part.path, OTHER_TYPE))?;
        }
        found
            .provisional
            .resize(found.events.len(), span.provisional);
    }
    Ok(found)
}
