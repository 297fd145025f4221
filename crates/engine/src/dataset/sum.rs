//! The summary of an opened window.

use super::{Opened, StretchState};
use crate::error::EngineError;
use crate::summary::Summary;
use std::collections::{BTreeMap, BTreeSet};
use windrow_model::TimeRange;
use windrow_store::BlobStore;

impl<S: BlobStore> Opened<S> {
    /// The window in numbers. Rows at its bounds were counted by their times when it was opened; all else is from footers.
    /// A damaged stretch counts as missing: its rows are in no figure.
    pub async fn summary(&self) -> Result<Summary, EngineError> {
        let mut columns: Vec<String> = Vec::new();
        let mut schema = BTreeMap::new();
        let mut null_counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut parts = BTreeSet::new();
        let mut byte_count = 0;
        for span in &self.spans {
            if !parts.insert(&span.part.path) {
                continue;
            }
            byte_count += span.part.footer.file_size();
            for column in span.part.footer.columns() {
                if !columns.contains(&column.name) {
                    columns.push(column.name.clone());
                }
                schema.insert(column.name.clone(), column.data_type.clone());
                *null_counts.entry(column.name.clone()).or_default() += column.null_count;
            }
        }
        let bounds = || self.spans.iter().filter_map(|span| span.bounds_ms);
        let proven_rows = self.proven_rows();
        let coverage = self.ranges_in(&[StretchState::Cached, StretchState::Empty]);
        Ok(Summary {
            window: self.window,
            row_count: proven_rows,
            provisional_rows: self.row_count() - proven_rows,
            columns,
            schema,
            null_counts,
            timestamp_min: bounds().map(|(first, _)| first).min(),
            timestamp_max: bounds().map(|(_, last)| last).max(),
            part_count: parts.len() as u64,
            byte_count,
            complete: coverage == [self.window],
            coverage,
            missing_ranges: self.ranges_in(&[StretchState::Missing, StretchState::Damaged]),
            provisional_ranges: self.ranges_in(&[StretchState::Provisional]),
            verified: false,
        })
    }

    fn ranges_in(&self, states: &[StretchState]) -> Vec<TimeRange> {
        self.stretches
            .iter()
            .filter(|stretch| states.contains(&stretch.state))
            .map(|stretch| stretch.range)
            .collect::<windrow_model::Coverage>()
            .into()
    }
}
