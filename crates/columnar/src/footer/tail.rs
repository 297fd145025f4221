//! The end of a file: where its footer is, and whether the file was ever finished.

use super::{Footer, MAGIC, TRAILER_BYTES, damaged};
use crate::error::FooterError;

/// How a Parquet file with an encrypted footer ends.
const ENCRYPTED: &[u8; 4] = b"PARE";
/// Magic at both ends and the footer's length.
const SMALLEST_FILE: u64 = 12;
const MAX_FOOTER_BYTES: u64 = 64 << 20;

/// The footer with its length and closing magic.
pub(super) fn footer_bytes(tail: &[u8], file_size: u64) -> Result<&[u8], FooterError> {
    if file_size < SMALLEST_FILE {
        return Err(FooterError::Torn);
    }
    let Some((_, trailer)) = tail.split_last_chunk::<TRAILER_BYTES>() else {
        return Err(FooterError::NeedMore {
            bytes: TRAILER_BYTES as u64,
        });
    };
    let [a, b, c, d, magic @ ..] = trailer;
    if magic == ENCRYPTED {
        return Err(FooterError::Foreign {
            reason: "it is an encrypted Parquet file".into(),
        });
    }
    if magic != MAGIC {
        // A file that ends all but right was whole once.
        let wrong = magic.iter().zip(MAGIC).filter(|(is, should)| is != should);
        return Err(if wrong.count() == 1 {
            damaged("its last bytes are not those of a Parquet file")
        } else {
            FooterError::Torn
        });
    }
    let bytes = u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + TRAILER_BYTES as u64;
    if bytes > MAX_FOOTER_BYTES || bytes + MAGIC.len() as u64 > file_size {
        return Err(damaged("its footer is longer than it can be"));
    }
    usize::try_from(bytes)
        .ok()
        .and_then(|bytes| tail.len().checked_sub(bytes))
        .and_then(|start| tail.get(start..))
        .ok_or(FooterError::NeedMore { bytes })
}

/// A file without its closing magic was never finished, unless it proves itself with its last bytes put right, or without what stands behind its last magic.
pub(super) fn unended(tail: &[u8], file_size: u64) -> FooterError {
    let body = tail.len().saturating_sub(MAGIC.len());
    let mended = [tail.get(..body).unwrap_or_default(), MAGIC].concat();
    let last = tail.windows(MAGIC.len()).rposition(|bytes| bytes == MAGIC);
    let ended = last.and_then(|at| tail.get(..at + MAGIC.len()));
    for whole in [Some(mended.as_slice()), ended].into_iter().flatten() {
        let behind = tail.len().saturating_sub(whole.len()) as u64;
        match Footer::parse_ended(whole, file_size.saturating_sub(behind)) {
            Ok(_) => return damaged("it was whole once, and does not end as it did"),
            Err(FooterError::NeedMore { bytes }) => {
                return FooterError::NeedMore {
                    bytes: bytes + behind,
                };
            }
            Err(_) => {}
        }
    }
    FooterError::Torn
}
