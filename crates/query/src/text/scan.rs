//! Hits in the values of a column, turned into rows.

use super::column::TextColumn;
use super::needle::Needle;
use arrow::array::BooleanBufferBuilder;
use arrow::buffer::BooleanBuffer;

/// Of the rows `within`, those in which the needle is found and that `confirm`.
///
/// A hit that crosses from one row into the next is none, and the search goes on behind its first byte.
pub(super) fn rows(
    needle: &Needle,
    column: &TextColumn<'_>,
    within: &BooleanBuffer,
    mut confirm: impl FnMut(&[u8]) -> bool,
) -> BooleanBuffer {
    let mut marked = BooleanBufferBuilder::new(within.len());
    marked.append_n(within.len(), false);
    let mut ends = column.ends();
    let (mut from, mut row, Some(mut end)) = (0, 0, ends.next()) else {
        return marked.finish();
    };
    let hits = needle.in_text(column.bytes());
    while let Some(hit) = hits.next(from) {
        while end <= hit.start {
            let Some(next) = ends.next() else {
                return marked.finish();
            };
            (row, end) = (row + 1, next);
        }
        if hit.end > end {
            from = hit.start + 1;
            continue;
        }
        if within.value(row) && confirm(column.get_bytes(row)) {
            marked.set_bit(row, true);
        }
        from = end;
    }
    marked.finish()
}
