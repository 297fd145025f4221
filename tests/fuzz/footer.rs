//! Any bytes as a part: the footer is refused or proven, and what is proven is decoded or refused, without a panic and in bounded memory.
//!
//! The footer's checksum is made to fit too, so that what stands behind it is reached.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use windrow_columnar::{Footer, FooterError, verify};

fuzz_target!(|data: &[u8]| {
    read(data.to_vec().into());
    if let Some(mended) = mended(data) {
        read(mended.into());
    }
});

fn read(file: Bytes) {
    let size = file.len() as u64;
    let footer = match Footer::parse(file.clone(), size) {
        Ok(footer) => footer,
        Err(FooterError::NeedMore { bytes }) => {
            assert!(bytes > size, "the whole file was given");
            return;
        }
        Err(_) => return,
    };
    let range = footer.meta().range();
    let mut next_byte = 4;
    let mut next_row = 0;
    for (number, group) in footer.row_groups().iter().enumerate() {
        assert!(range.contains_ms(group.min_ms) && range.contains_ms(group.max_ms));
        assert_eq!((group.bytes.start, group.first_row), (next_byte, next_row));
        next_byte = group.bytes.end;
        next_row += group.rows;
        let bytes = file.slice(group.bytes.start as usize..group.bytes.end as usize);
        let _ = verify(&footer, number, &bytes);
    }
    assert_eq!(footer.row_count(), next_row);
    assert_eq!(next_byte + footer.byte_len() as u64, size);
}

/// The same bytes with a footer checksum that fits, where they have room for one.
fn mended(data: &[u8]) -> Option<Vec<u8>> {
    const KEY: &[u8] = b"windrow.footer_crc32c";
    let mut bytes = data.to_vec();
    let length = u32::from_le_bytes(*bytes.get(bytes.len().checked_sub(8)?..)?.first_chunk()?);
    let start = bytes.len().checked_sub(8)?.checked_sub(length as usize)?;
    let at = bytes.windows(KEY.len()).rposition(|held| held == KEY)? + KEY.len() + 2;
    bytes.get_mut(at..at + 8)?.copy_from_slice(b"00000000");
    let sum = format!("{:08x}", crc32c::crc32c(bytes.get(start..)?));
    bytes.get_mut(at..at + 8)?.copy_from_slice(sum.as_bytes());
    Some(bytes)
}
