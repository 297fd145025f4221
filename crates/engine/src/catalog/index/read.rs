//! Reads an index: the file as a whole, blocks as they are needed.
//!
//! Takes the bytes of `_index`, gives an [`Index`] or nothing.
//! Invariant: nothing is allocated beyond what a block may unpack to, whatever the file announces.
//! Memory: the packed file, and one block of footers.

use super::{CRC_BYTES, Entry, MAGIC, MAX_BLOCK_BYTES, MAX_BLOCKS, MAX_FILE_BYTES};
use bytes::{Buf, Bytes};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;
use windrow_store::{BlobInfo, BlobStore, layout};

/// An index whose checksum holds.
#[derive(Clone, Debug)]
pub struct Index {
    pub(super) blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
pub(super) struct Block {
    first: String,
    unpacked_bytes: usize,
    packed: Bytes,
}

impl Index {
    /// Reads an index; `None` if anything is wrong with it.
    pub fn parse(file: Bytes) -> Option<Self> {
        let (body, crc) = file.split_last_chunk::<CRC_BYTES>()?;
        if !body.starts_with(MAGIC) || crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let mut rest = file.slice(MAGIC.len()..body.len());
        let mut blocks: Vec<Block> = Vec::new();
        while rest.has_remaining() {
            let block = Block::read(&mut rest)?;
            let in_order = blocks.last().is_none_or(|last| last.first < block.first);
            if !in_order || blocks.len() == MAX_BLOCKS {
                return None;
            }
            blocks.push(block);
        }
        Some(Self { blocks })
    }

    /// All entries, in order of names.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.blocks.iter().flat_map(Block::entries)
    }

    /// Whether it has an entry of this name: such a name is not given to another file.
    pub fn knows(&self, name: &str) -> bool {
        self.blocks
            .partition_point(|block| block.first.as_str() <= name)
            .checked_sub(1)
            .and_then(|at| self.blocks.get(at))
            .is_some_and(|block| block.entries().iter().any(|entry| entry.name == name))
    }

    /// Gives the entries of files by name and size. Blocks that can hold none of them are passed over.
    pub(crate) fn find(&self, wanted: &BTreeMap<&str, u64>, mut found: impl FnMut(Entry)) {
        for (at, block) in self.blocks.iter().enumerate() {
            let end = match self.blocks.get(at + 1) {
                Some(next) => Bound::Excluded(next.first.as_str()),
                None => Bound::Unbounded,
            };
            let start = Bound::Included(block.first.as_str());
            if wanted.range::<str, _>((start, end)).next().is_some() {
                block
                    .entries()
                    .into_iter()
                    .filter(|entry| wanted.get(entry.name.as_str()) == Some(&entry.size))
                    .for_each(&mut found);
            }
        }
    }
}

impl Block {
    fn read(rest: &mut Bytes) -> Option<Self> {
        let first = read_name(rest)?;
        let unpacked_bytes = usize::try_from(rest.try_get_u32_le().ok()?).ok()?;
        let packed_bytes = rest.try_get_u32_le().ok()?;
        (unpacked_bytes <= MAX_BLOCK_BYTES).then_some(())?;
        Some(Self {
            first,
            unpacked_bytes,
            packed: take(rest, packed_bytes)?,
        })
    }

    /// Its entries; none if it cannot be unpacked.
    fn entries(&self) -> Vec<Entry> {
        self.unpack().unwrap_or_default()
    }

    fn unpack(&self) -> Option<Vec<Entry>> {
        let mut unpacked = Vec::with_capacity(self.unpacked_bytes);
        zstd::bulk::Decompressor::new()
            .and_then(|mut zstd| zstd.decompress_to_buffer(&self.packed, &mut unpacked))
            .ok()?;
        let mut rest = Bytes::from(unpacked);
        let mut entries = Vec::new();
        while rest.has_remaining() {
            let name = read_name(&mut rest)?;
            let size = rest.try_get_u64_le().ok()?;
            let footer_bytes = rest.try_get_u32_le().ok()?;
            let footer = take(&mut rest, footer_bytes)?;
            entries.push(Entry { name, size, footer });
        }
        Some(entries)
    }
}

fn read_name(rest: &mut Bytes) -> Option<String> {
    let bytes = u32::from(rest.try_get_u16_le().ok()?);
    let name = take(rest, bytes)?;
    std::str::from_utf8(&name).ok().map(str::to_owned)
}

fn take(rest: &mut Bytes, bytes: u32) -> Option<Bytes> {
    let bytes = usize::try_from(bytes).ok()?;
    (bytes <= rest.len()).then(|| rest.split_to(bytes))
}

/// What a listing shows of a dataset's index.
#[derive(Clone, Debug, Default)]
pub(crate) enum IndexFile {
    #[default]
    Absent,
    Sound(Rc<Index>),
    /// It cannot be read, its checksum fails, or a newer version wrote it.
    Unusable,
}

impl IndexFile {
    pub(crate) fn index(&self) -> Option<&Rc<Index>> {
        match self {
            Self::Sound(index) => Some(index),
            Self::Absent | Self::Unusable => None,
        }
    }
}

/// Reads the index of the dataset at `directory`, if it is listed.
pub(crate) async fn load<S: BlobStore>(
    store: &S,
    directory: &str,
    listed: &[BlobInfo],
) -> IndexFile {
    let path = layout::index_path(directory);
    let Some(info) = listed.iter().find(|info| info.path == path) else {
        return IndexFile::Absent;
    };
    if info.size > MAX_FILE_BYTES as u64 {
        return IndexFile::Unusable;
    }
    let read = store.read(&path, 0..info.size).await;
    match read.ok().and_then(Index::parse) {
        Some(index) => IndexFile::Sound(Rc::new(index)),
        None => IndexFile::Unusable,
    }
}
