//! Builds an index, entry by entry, in order of names.
//!
//! Takes [`Entry`]s, gives the file. What is too large or does not fit any more is left out: it is read from its own file.
//! Memory: the packed file, and one block of footers.

use super::{
    BLOCK_BYTES, CRC_BYTES, Entry, MAGIC, MAX_FILE_BYTES, MAX_FOOTER_BYTES, MAX_NAME_BYTES,
};
use bytes::{BufMut, Bytes, BytesMut};

const ZSTD_LEVEL: i32 = 1;

/// Writes an index, entry by entry.
#[derive(Debug)]
pub struct IndexBuilder {
    file: BytesMut,
    first: String,
    last: String,
    block: BytesMut,
}

impl Default for IndexBuilder {
    fn default() -> Self {
        Self {
            file: MAGIC.into(),
            first: String::new(),
            last: String::new(),
            block: BytesMut::new(),
        }
    }
}

impl IndexBuilder {
    /// Takes an entry whose name comes after those before. One that is too large is left out.
    pub fn add(&mut self, entry: &Entry) {
        let is_next = self.last.is_empty() || self.last < entry.name;
        if !is_next
            || entry.name.is_empty()
            || entry.name.len() > MAX_NAME_BYTES
            || entry.footer.len() > MAX_FOOTER_BYTES
        {
            return;
        }
        if self.block.is_empty() {
            self.first.clone_from(&entry.name);
        }
        self.last.clone_from(&entry.name);
        put_name(&mut self.block, &entry.name);
        self.block.put_u64_le(entry.size);
        self.block.put_u32_le(entry.footer.len() as u32);
        self.block.put_slice(&entry.footer);
        if self.block.len() >= BLOCK_BYTES {
            self.close_block();
        }
    }

    /// What does not fit any more is left out.
    fn close_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return;
        }
        // Packing a slice into a vector of its own bound fails only without memory.
        let Ok(packed) = zstd::bulk::compress(&block, ZSTD_LEVEL) else {
            return;
        };
        let bytes = self.first.len() + packed.len() + 10;
        if self.file.len() + bytes + CRC_BYTES > MAX_FILE_BYTES {
            return;
        }
        put_name(&mut self.file, &self.first);
        self.file.put_u32_le(block.len() as u32);
        self.file.put_u32_le(packed.len() as u32);
        self.file.put_slice(&packed);
    }

    /// The file.
    pub fn finish(mut self) -> Bytes {
        self.close_block();
        let crc = crc32c::crc32c(&self.file);
        self.file.put_u32_le(crc);
        self.file.freeze()
    }
}

pub(super) fn put_name(into: &mut BytesMut, name: &str) {
    // A name is at most `MAX_NAME_BYTES` long.
    into.put_u16_le(name.len() as u16);
    into.put_slice(name.as_bytes());
}
