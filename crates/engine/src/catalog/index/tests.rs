//! Reading, building, and what neither believes.

use super::build::put_name;
use super::*;
use bytes::{BufMut, Bytes, BytesMut};
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
