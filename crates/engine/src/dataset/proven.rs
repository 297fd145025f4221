//! The proven rows of an opened window by range and by millisecond, without reading more than their times.

use super::Opened;
use super::span::Span;
use crate::error::EngineError;
use windrow_model::TimeRange;
use windrow_store::BlobStore;

impl<S: BlobStore> Opened<S> {
    /// Every range that one part owns, with its rows, in order.
    pub(crate) fn proven(&self) -> impl Iterator<Item = (TimeRange, u64)> {
        let spans = self.spans.iter().filter(|span| !span.provisional);
        spans.map(|span| (span.range, span.len()))
    }

    /// Proven rows of one millisecond.
    pub(crate) async fn rows_at(&self, ms: i64) -> Result<u64, EngineError> {
        let mut spans = self.spans.iter().filter(|span| !span.provisional);
        let Some(span) = spans.find(|span| span.range.contains_ms(ms)) else {
            return Ok(0);
        };
        let Ok(range) = TimeRange::new(ms, ms + 1) else {
            return Ok(0);
        };
        let part = span.part.clone();
        let found = Span::locate(&*self.store, &self.groups, part, range, false).await?;
        Ok(found.len())
    }
}
