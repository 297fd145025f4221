//! Reads of the next row groups, under way while one is asked.
//!
//! Takes the row groups in order and which columns each needs; puts their chunks at hand when it is their turn.
//! A read that fails is no error here: it is tried again by whoever needs it, and fails there.
//! Memory: the encoded columns of [`READS`] row groups.

use crate::catalog::scan_result::HeldPart;
use crate::read::row_groups::RowGroups;
use crate::read::span::Span;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesOrdered, StreamExt};
use std::ops::Range;
use windrow_columnar::{ColumnChunks, Projection};
use windrow_store::BlobStore;

/// How many row groups are read at once. A browser takes about a millisecond to begin a read, whatever its length.
const READS: usize = 8;

/// A row group of a span that is read ahead: its number, the first row that is decoded, and the numbers of its rows within the
/// window.
pub(super) type Group<'a> = (&'a Span, usize, usize, Range<u64>);

type Read<'a> = LocalBoxFuture<'a, Option<(&'a HeldPart, ColumnChunks)>>;

pub(super) struct Ahead<'a> {
    next: Box<dyn Iterator<Item = Group<'a>> + 'a>,
    reads: FuturesOrdered<Read<'a>>,
}

impl<'a> Ahead<'a> {
    pub(super) fn over(groups: impl Iterator<Item = Group<'a>> + 'a) -> Self {
        Self {
            next: Box::new(groups),
            reads: FuturesOrdered::new(),
        }
    }

    /// It is the next row group's turn: waits for its chunks, once those behind it are asked for too.
    pub(super) async fn turn<S: BlobStore>(
        &mut self,
        store: &'a S,
        groups: &'a RowGroups,
        needs: impl Fn(&Span, usize, Range<u64>) -> Vec<usize>,
    ) {
        while self.reads.len() < READS
            && let Some((span, index, first, rows)) = self.next.next()
        {
            let projection = Projection::of(needs(span, index, rows));
            let part = &span.part;
            self.reads.push_back(Box::pin(async move {
                let read = groups.read_ahead(store, part, index, first, &projection);
                Some((part, read.await.ok()?))
            }));
        }
        if let Some(Some((part, chunks))) = self.reads.next().await
            && chunks.byte_size() > 0
        {
            groups.put_at_hand(part, chunks);
        }
    }
}
