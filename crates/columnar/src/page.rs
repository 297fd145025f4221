//! Page headers of a column chunk, read before anything is allocated for what they announce.
//!
//! Takes the bytes of a chunk, says whether decoding its largest page stays within `MAX_PAGE_BYTES`.
//! A few hostile bytes can announce gigabytes, and the library allocates what is announced.

use crate::thrift::{I32, MAX_DEPTH, Walk};

/// A page of ours has a quarter of a mebibyte, or one message.
pub(crate) const MAX_PAGE_BYTES: i32 = 256 << 20;

/// Whether pages follow each other to the end of the chunk, none larger than it may be.
pub(crate) fn are_pages(chunk: &[u8]) -> bool {
    let mut walk = Walk::new(chunk);
    while walk.left() > 0 {
        if page(&mut walk).is_none() {
            return false;
        }
    }
    true
}

/// Skips one page: fields 2 and 3 of `PageHeader` in `parquet.thrift` are its size without and with compression.
fn page(walk: &mut Walk<'_>) -> Option<()> {
    let (mut plain, mut compressed) = (None, None);
    let mut last = 0;
    while let Some((id, kind)) = walk.field(&mut last)? {
        match (id, kind) {
            (2, I32) => plain = Some(walk.integer()?),
            (3, I32) => compressed = Some(walk.integer()?),
            _ => walk.skip(kind, MAX_DEPTH)?,
        }
    }
    plain.filter(|bytes| (0..=i64::from(MAX_PAGE_BYTES)).contains(bytes))?;
    walk.skip_bytes(usize::try_from(compressed?).ok()?)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{ 1: 0, 2: plain, 3: 1 }` and a byte.
    fn pages(plain: &[u8]) -> Vec<u8> {
        [&[0x15, 0, 0x15], plain, &[0x15, 2, 0, 0xaa]].concat()
    }

    #[test]
    fn a_page_that_announces_gigabytes_is_refused() {
        assert!(are_pages(&pages(&[8])));
        assert!(are_pages(&pages(&[8]).repeat(3)));
        assert!(!are_pages(&pages(&[0xfe, 0xff, 0xff, 0xff, 0x0f])));
        assert!(!are_pages(&pages(&[1])));
    }

    #[test]
    fn pages_must_end_where_the_chunk_ends() {
        let two = pages(&[8]).repeat(2);
        for end in 1..two.len() {
            assert_eq!(are_pages(&two[..end]), end == two.len() / 2, "{end}");
        }
    }
}
