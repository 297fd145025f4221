//! What is checked of a footer before the Parquet library decodes it: whose it is, its checksum, and how much it lists.

use super::{damaged, hex};
use crate::error::FooterError;
use crate::meta::{FORMAT, NO_CRC, PREFIX};
use crate::outline::Outline;

const MAX_ROW_GROUPS: usize = 1 << 16;
const MAX_SCHEMA_NODES: usize = 1 << 10;
/// A column chunk takes at least this many bytes of a footer that is not meant to do harm.
const MIN_CHUNK_BYTES: usize = 16;

/// Files that are not ours, or too new, are left alone before anything of them is decoded.
pub(super) fn refuse_others(outline: &Outline<'_>, footer: &[u8]) -> Result<(), FooterError> {
    let Some(format) = outline.get("format") else {
        let prefix = PREFIX.as_bytes();
        // A footer of ours with one wrong byte may look like another's.
        return Err(
            if outline.is_ours() || footer.windows(prefix.len()).any(|bytes| bytes == prefix) {
                damaged("its metadata has no format")
            } else {
                FooterError::Foreign {
                    reason: "it was not written by Windrow".into(),
                }
            },
        );
    };
    match format.parse::<u32>() {
        _ if format == FORMAT => Ok(()),
        Ok(number) if number > 1 && !had_our_format(outline, footer) => {
            Err(FooterError::NewerFormat {
                format: number.to_string(),
            })
        }
        _ => Err(damaged("its format cannot be read")),
    }
}

/// Whether a footer fits its checksum once its format is replaced by ours: one flipped bit makes ours look newer.
fn had_our_format(outline: &Outline<'_>, footer: &[u8]) -> bool {
    let mut mended = footer.to_vec();
    let range = outline.range("format");
    match range.and_then(|range| mended.get_mut(range)) {
        Some(format) if format.len() == FORMAT.len() => format.copy_from_slice(FORMAT.as_bytes()),
        _ => return false,
    }
    check_crc(outline, &mended).is_ok()
}

pub(super) fn check_crc(outline: &Outline<'_>, footer: &[u8]) -> Result<(), FooterError> {
    let held = outline.get("footer_crc32c").unwrap_or_default();
    let range = outline
        .range("footer_crc32c")
        .filter(|range| range.len() == NO_CRC.len())
        .ok_or_else(|| damaged("its footer has no checksum"))?;
    let crc = footer
        .get(..range.start)
        .zip(footer.get(range.end..))
        .map(|(before, after)| {
            let crc = crc32c::crc32c_append(crc32c::crc32c(before), NO_CRC.as_bytes());
            crc32c::crc32c_append(crc, after)
        });
    if crc.map(hex).as_deref() == Some(held) {
        Ok(())
    } else {
        Err(damaged("its footer fails its checksum"))
    }
}

/// The library allocates a multiple of a footer's bytes for what it lists.
pub(super) fn check_counts(outline: &Outline<'_>, bytes: usize) -> Result<(), FooterError> {
    if outline.row_groups > MAX_ROW_GROUPS
        || outline.schema_nodes > MAX_SCHEMA_NODES
        || outline.column_chunks > bytes / MIN_CHUNK_BYTES
    {
        return Err(damaged("its footer lists more than a part can have"));
    }
    Ok(())
}
