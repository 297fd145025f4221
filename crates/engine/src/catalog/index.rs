//! `_index`: the footers of a dataset's files in one file, so that opening thousands of parts does not read thousands of files.
//!
//! Gives the footers of listed files to [`scan`](mod@crate::catalog::scan); what it does not know is read from the files.
//! Written under the writer lock at the end of a run ([`renew`]), never by readers.
//! Invariant: it decides nothing. An entry counts only if the index's own checksum holds and a file of its name and its size is listed;
//! then its footer is proven as one read from the file is. Wrong, stale or missing, the index changes nothing but time.
//! What it cannot see is a file that was changed in place and kept its size: verifying and repairing read the files alone.
//! Memory: the packed file, at most `MAX_FILE_BYTES`, and one block of footers.
//! Failure: whatever is wrong with it, it is as if there were none.
//!
//! ```text
//! WRINDEX1
//! name of the block's first entry | u32 bytes unpacked | u32 bytes packed | the block, ZSTD    (blocks in order of names)
//! u32 CRC-32C of everything before
//!
//! a block unpacked: name | u64 bytes of the file | u32 bytes of the footer | the footer    (entries in order of names)
//! a name: u16 bytes | the path below the dataset's directory
//! ```

mod build;
mod read;
mod renew;
#[cfg(test)]
mod tests;

pub use build::IndexBuilder;
pub use read::Index;
pub(crate) use read::{IndexFile, load};
pub(crate) use renew::{TakenNames, below, renew};

use bytes::Bytes;
use windrow_columnar::Footer;

const MAGIC: &[u8] = b"WRINDEX1";
/// A block is closed once it holds this much.
const BLOCK_BYTES: usize = 128 << 10;
/// A larger footer is read from its file.
const MAX_FOOTER_BYTES: usize = Footer::TAIL_BYTES as usize;
const MAX_NAME_BYTES: usize = 4 << 10;
const MAX_BLOCK_BYTES: usize = BLOCK_BYTES + MAX_FOOTER_BYTES + MAX_NAME_BYTES + 64;
const MAX_BLOCKS: usize = 1 << 14;
/// Room for the footers of some fifty thousand files; those of the others are read from them.
const MAX_FILE_BYTES: usize = 16 << 20;
const CRC_BYTES: usize = 4;

/// What an index knows of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the dataset's directory.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Everything after its last column chunk.
    pub footer: Bytes,
}
