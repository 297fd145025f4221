//! `_index`: the footers of a dataset's files in one file, so that opening thousands of parts does not read thousands of files.
//!
//! Gives the footers of listed files to [`scan`](mod@crate::scan); what it does not know is read from the files.
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

use crate::scan::{Proven, read_proven};
use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;
use windrow_columnar::Footer;
use windrow_model::Dataset;
use windrow_store::layout::{self, Place};
use windrow_store::{BlobInfo, BlobStore, StoreError};

const MAGIC: &[u8] = b"WRINDEX1";
/// Up to so many files one round of reads is as fast: no index is made.
const FEW_FILES: usize = 16;
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
const ZSTD_LEVEL: i32 = 1;

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

/// An index whose checksum holds.
#[derive(Clone, Debug)]
pub struct Index {
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
struct Block {
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

fn put_name(into: &mut BytesMut, name: &str) {
    // A name is at most `MAX_NAME_BYTES` long.
    into.put_u16_le(name.len() as u16);
    into.put_slice(name.as_bytes());
}

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

/// Names that an index knows. No new file takes one of them, even where its file is gone:
/// the index could not tell the two apart if they were of one size.
#[derive(Clone, Debug, Default)]
pub(crate) struct TakenNames {
    directory: String,
    index: Option<Rc<Index>>,
}

impl TakenNames {
    /// What must be known before a run writes. `trusted` says whether the index was believed in what to fetch.
    ///
    /// IMPORTANT: an index that was not, or that cannot tell its names, is removed first.
    /// It could contradict what is about to be written, now or when it can be read again.
    pub(crate) async fn before_writing<S: BlobStore>(
        store: &S,
        directory: &str,
        held: &IndexFile,
        trusted: bool,
    ) -> Result<Self, StoreError> {
        let index = match held {
            IndexFile::Sound(index) if trusted => Some(Rc::clone(index)),
            IndexFile::Absent => None,
            IndexFile::Sound(_) | IndexFile::Unusable => {
                store.remove(&layout::index_path(directory)).await?;
                None
            }
        };
        Ok(Self {
            directory: directory.to_owned(),
            index,
        })
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.index
            .as_ref()
            .zip(below(path, &self.directory))
            .is_some_and(|(index, name)| index.knows(name))
    }
}

/// Brings the index up to what is listed: entries of files that are still there are kept, the footers of others are read.
/// A dataset of few files has none. Files that prove nothing have no entry.
pub(crate) async fn renew<S: BlobStore>(
    store: &S,
    dataset: &Dataset,
    listed: &[BlobInfo],
) -> Result<(), StoreError> {
    let directory = layout::dataset_dir(dataset);
    let path = layout::index_path(&directory);
    let held = load(store, &directory, listed).await;
    let files: Vec<(&str, &BlobInfo, Place)> = listed
        .iter()
        .filter_map(|info| {
            let place = layout::classify(&info.path);
            let is_read = matches!(place, Place::Part { .. } | Place::Edge { .. });
            is_read.then_some((below(&info.path, &directory)?, info, place))
        })
        .collect();
    if files.len() <= FEW_FILES {
        return match held {
            IndexFile::Absent => Ok(()),
            _ => store.remove(&path).await,
        };
    }
    let wanted: BTreeMap<&str, u64> = files
        .iter()
        .map(|(name, info, _)| (*name, info.size))
        .collect();
    let old = held.index();
    let mut kept = BTreeSet::new();
    if let Some(old) = old {
        old.find(&wanted, |entry| {
            kept.insert(entry.name);
        });
        if kept.len() == files.len() && old.entries().count() == files.len() {
            return Ok(());
        }
    }
    let mut old = old
        .into_iter()
        .flat_map(|index| index.entries())
        .filter(|entry| wanted.get(entry.name.as_str()) == Some(&entry.size));
    let mut read = stream::iter(&files)
        .map(|(name, info, place)| {
            let is_kept = kept.contains(*name);
            async move {
                match is_kept {
                    true => None,
                    false => Some(read_proven(store, info, place, Some(dataset)).await),
                }
            }
        })
        .buffered(crate::scan::READS_AT_ONCE);
    let mut builder = IndexBuilder::default();
    let mut files = files.iter();
    while let Some(outcome) = read.next().await {
        let Some((name, info, _)) = files.next() else {
            break;
        };
        match outcome {
            None => {
                // Entries and files are in the same order.
                if let Some(entry) = old.find(|entry| entry.name == *name) {
                    builder.add(&entry);
                }
            }
            Some(Ok(Some(Proven { tail, .. }))) => builder.add(&Entry {
                name: (*name).to_owned(),
                size: info.size,
                footer: tail,
            }),
            Some(_) => {}
        }
    }
    store.replace(&path, builder.finish()).await
}

/// The path of a file below its dataset's directory.
pub(crate) fn below<'p>(path: &'p str, directory: &str) -> Option<&'p str> {
    path.strip_prefix(directory)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(number: usize, footer_bytes: usize) -> Entry {
        Entry {
            name: format!("from={number:06}/to=1/part-00000.parquet"),
            size: number as u64,
            footer: vec![number as u8; footer_bytes].into(),
        }
    }

    fn built(entries: &[Entry]) -> Bytes {
        let mut builder = IndexBuilder::default();
        entries.iter().for_each(|entry| builder.add(entry));
        builder.finish()
    }

    #[test]
    fn entries_are_given_back_in_order_and_found_by_name_and_size() {
        let entries: Vec<Entry> = (0..1000).map(|number| entry(number, 900)).collect();
        let index = Index::parse(built(&entries)).unwrap();
        assert!(index.blocks.len() > 3, "{}", index.blocks.len());
        assert!(index.entries().eq(entries.iter().cloned()));
        let stale = 7;
        let wanted = [0, 7, 300, 999]
            .map(|at: usize| (entries[at].name.as_str(), entries[at].size))
            .map(|(name, size)| (name, if size == stale { size + 1 } else { size }));
        let mut found = Vec::new();
        index.find(&wanted.into(), |entry| found.push(entry));
        assert_eq!(found, [0, 300, 999].map(|at: usize| entries[at].clone()));
        assert!(entries.iter().all(|entry| index.knows(&entry.name)));
        assert!(!index.knows("a") && !index.knows("z") && !index.knows("from=000007"));
    }

    #[test]
    fn no_beginning_and_no_flipped_bit_is_an_index() {
        let file = built(&[entry(1, 40), entry(2, 50)]);
        assert!(Index::parse(file.clone()).is_some());
        for end in 0..file.len() {
            assert!(Index::parse(file.slice(..end)).is_none(), "{end}");
        }
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut bytes = file.to_vec();
                bytes[at] ^= 1 << bit;
                assert!(Index::parse(bytes.into()).is_none(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn what_announces_more_than_a_block_can_hold_is_no_index() {
        for (unpacked, packed) in [(u32::MAX, 1), (1 << 20, 1), (1, 2), (1, u32::MAX)] {
            let mut file: BytesMut = MAGIC.into();
            put_name(&mut file, "a");
            file.put_u32_le(unpacked);
            file.put_u32_le(packed);
            file.put_u8(0);
            let crc = crc32c::crc32c(&file);
            file.put_u32_le(crc);
            assert!(Index::parse(file.freeze()).is_none(), "{unpacked} {packed}");
        }
    }

    #[test]
    fn a_block_that_unpacks_to_more_than_it_says_has_no_entries() {
        let packed = zstd::bulk::compress(&[0; 1 << 16], 1).unwrap();
        let mut file: BytesMut = MAGIC.into();
        put_name(&mut file, "a");
        file.put_u32_le(1);
        file.put_u32_le(packed.len() as u32);
        file.put_slice(&packed);
        let crc = crc32c::crc32c(&file);
        file.put_u32_le(crc);
        let index = Index::parse(file.freeze()).unwrap();
        assert_eq!(index.entries().count(), 0);
        assert!(!index.knows("a"));
    }

    #[test]
    fn what_is_too_large_or_out_of_order_is_left_out() {
        let entries = [entry(2, 10), entry(1, 10), entry(3, MAX_FOOTER_BYTES + 1)];
        let index = Index::parse(built(&entries)).unwrap();
        assert!(index.entries().eq([entry(2, 10)]));
    }

    proptest! {
        #[test]
        fn a_changed_index_with_a_checksum_that_fits_is_refused_or_read_without_a_panic(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            end in any::<prop::sample::Index>()
        ) {
            let whole = built(&[entry(1, 40), entry(2, 50), entry(3, 60)]);
            let mut bytes = whole[..whole.len() - CRC_BYTES].to_vec();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            for len in [bytes.len(), end.index(bytes.len())] {
                let mut file = BytesMut::from(&bytes[..len]);
                let crc = crc32c::crc32c(&file);
                file.put_u32_le(crc);
                if let Some(index) = Index::parse(file.freeze()) {
                    let names: Vec<String> = index.entries().map(|entry| entry.name).collect();
                    for name in &names {
                        index.knows(name);
                    }
                }
            }
        }
    }
}
