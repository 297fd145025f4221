//! The proven rows of an opened window by range, without reading more than their times.

use super::Opened;
use windrow_model::TimeRange;
use windrow_store::BlobStore;

impl<S: BlobStore> Opened<S> {
    /// Every range that one part owns, with its rows, in order.
    pub(crate) fn proven(&self) -> impl Iterator<Item = (TimeRange, u64)> {
        let spans = self.spans.iter().filter(|span| !span.provisional);
        spans.map(|span| (span.range, span.len()))
    }

    /// The time of the first proven row of every such range that has rows.
    pub(crate) fn proven_times(&self) -> impl Iterator<Item = i64> {
        let spans = self.spans.iter().filter(|span| !span.provisional);
        spans.filter_map(|span| Some(span.bounds_ms?.0))
    }
}
