//! Everything that can be checked of a row group.
//!
//! Takes its bytes, all of them, and says whether they agree with the [`Footer`]: checksums of all chunks, number of rows, their order, their times.
//! Fields of messages are checked by their checksums but not decoded: they are in the messages too.
//! Memory: the row group, decoded.

use crate::chunks::ColumnChunks;
use crate::decode::decode;
use crate::error::DecodeError;
use crate::events::timestamps;
use crate::footer::Footer;
use crate::projection::Projection;
use bytes::Bytes;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 1 << 16;

/// Checks everything of a row group, given its bytes.
///
/// # Errors
/// With the first thing that is wrong.
pub fn verify(footer: &Footer, row_group: usize, bytes: &Bytes) -> Result<(), DecodeError> {
    let mut chunks = ColumnChunks::new(row_group);
    let group = chunks.group(footer)?;
    chunks.insert(footer, group.bytes.start, bytes)?;
    let rows = 0..usize::try_from(group.rows).unwrap_or(usize::MAX);
    let batches = decode(footer, &chunks, &Projection::events(), &[rows], BATCH_ROWS)?;
    let mut bounds: Option<(i64, i64)> = None;
    for batch in batches {
        let batch = batch?;
        let times =
            timestamps(&batch).ok_or_else(|| chunks.damaged("a column has another type"))?;
        let (Some(first), Some(last)) = (times.first(), times.last()) else {
            continue;
        };
        if !times.is_sorted() || bounds.is_some_and(|(_, before)| before > *first) {
            return Err(chunks.damaged("its rows are not in order of time"));
        }
        bounds = Some((bounds.map_or(*first, |(first, _)| first), *last));
    }
    if bounds != Some((group.min_ms, group.max_ms)) {
        return Err(chunks.damaged("its times are not those of its footer"));
    }
    Ok(())
}
