//! Parts changed at random, their footer's checksum made to fit again: refused or read, never a panic.

use crate::support::*;
use bytes::Bytes;
use proptest::prelude::*;
use windrow_columnar::{Footer, verify};
use windrow_model::settings::Compression;

/// A change: where, how many bytes go, and what comes in their place.
type Change = (prop::sample::Index, usize, Vec<u8>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let bytes = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 1..2),
        1 => prop::collection::vec(any::<u8>(), 0..9),
        1 => Just(vec![0xff; 5]),
    ];
    let gone = prop_oneof![4 => Just(1usize), 1 => 0usize..9];
    prop::collection::vec((any::<prop::sample::Index>(), gone, bytes), 1..5)
}

fn changed(file: &[u8], from: usize, changes: &[Change]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for (at, gone, come) in changes {
        let at = from + at.index(bytes.len() - from);
        let end = (at + gone).min(bytes.len());
        bytes.splice(at..end, come.iter().copied());
    }
    bytes
}

/// Makes the trailer and the footer's checksum fit, where there is still room for one.
fn mended(mut bytes: Vec<u8>, footer_start: usize) -> Bytes {
    let key = b"windrow.footer_crc32c";
    if let Some(length) = bytes.len().checked_sub(footer_start + 8) {
        let trailer = bytes.len() - 8;
        bytes[trailer..trailer + 4].copy_from_slice(&(length as u32).to_le_bytes());
        bytes[trailer + 4..].copy_from_slice(b"PAR1");
        let at = bytes.windows(key.len()).rposition(|held| held == key);
        if let Some(at) = at.map(|at| at + key.len() + 2)
            && at >= footer_start
            && at + 8 <= trailer
        {
            bytes[at..at + 8].copy_from_slice(b"00000000");
            let sum = format!("{:08x}", crc32c::crc32c(&bytes[footer_start..]));
            bytes[at..at + 8].copy_from_slice(sum.as_bytes());
        }
    }
    bytes.into()
}

fn read_all(file: &Bytes) -> bool {
    let Ok(footer) = Footer::parse(file.clone(), file.len() as u64) else {
        return false;
    };
    for (number, group) in footer.row_groups().iter().enumerate() {
        let range = footer.meta().range();
        assert!(range.contains_ms(group.min_ms) && range.contains_ms(group.max_ms));
        let _ = verify(&footer, number, &group_bytes(file, &footer, number));
    }
    true
}

proptest! {
    #[test]
    fn a_changed_footer_is_refused_or_read_without_a_panic(changes in changes(), plain: bool) {
        let compression = if plain { Compression::None } else { Compression::Zstd };
        let file = part(&[batch(&[event(1_000, "one"), event(1_001, "two")])], compression, &meta(1_000, 2_000));
        let start = file.len() - parse(&file).unwrap().byte_len();
        prop_assert!(read_all(&file));
        read_all(&mended(changed(&file, start, &changes), start));
        read_all(&changed(&file, 0, &changes).into());
    }
}
