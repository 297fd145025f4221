//! Rows of an opened window as Arrow record batches, with any columns, fields of messages too.
//!
//! Takes column names, gives a batch for each row group that holds rows of the window, in order.
//! Invariant: only the column chunks of those columns are read. A part that lacks a column gives batches without it.
//! Memory: one row group of those columns, encoded and decoded.

use crate::error::EngineError;
use crate::read::row_groups::RowGroups;
use crate::read::span::Span;
use arrow::array::RecordBatch;
use windrow_columnar::Projection;
use windrow_store::BlobStore;

/// Rows of a window that follow each other, from one row group of one part.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Number of the first row within the window.
    pub first: u64,
    /// Whether the rows are provisional.
    pub provisional: bool,
    /// The columns asked for that the part has.
    pub columns: RecordBatch,
}

/// Gives the batches of `spans` one after the other.
pub(super) async fn read_batches<S: BlobStore>(
    store: &S,
    groups: &RowGroups,
    spans: &[Span],
    columns: &[&str],
    receive: &mut dyn FnMut(Batch),
) -> Result<(), EngineError> {
    for span in spans {
        let projection = Projection::named(&span.part.footer, columns.iter().copied());
        let mut first = span.first_row;
        for (index, within) in span.pieces(span.rows.clone()) {
            let rows = within.len() as u64;
            let columns = groups
                .decode(store, &span.part, index, within, &projection)
                .await?;
            receive(Batch {
                first,
                provisional: span.provisional,
                columns,
            });
            first += rows;
        }
    }
    Ok(())
}
