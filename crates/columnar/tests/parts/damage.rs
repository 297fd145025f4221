use crate::support::*;
use arrow::array::AsArray;
use bytes::Bytes;
use windrow_columnar::{DecodeError, Footer, FooterError, Projection, check_magic, verify};
use windrow_model::settings::Compression;

#[test]
fn every_wrong_byte_is_found() {
    let events = [event(1_000, "one"), event(1_001, "two")];
    let more = [event(1_002, "three")];
    for compression in [Compression::Zstd, Compression::None] {
        let file = part(
            &[batch(&events), batch(&more)],
            compression,
            &meta(1_000, 2_000),
        );
        assert!(is_sound(&file));
        for at in 0..file.len() {
            for flip in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
                let mut bytes = file.to_vec();
                bytes[at] ^= flip;
                assert!(!is_sound(&bytes.into()), "byte {at} with {flip} flipped");
            }
        }
    }
}

#[test]
fn no_beginning_of_a_part_proves_anything() {
    let file = small();
    for len in 0..file.len() {
        let error = parse(&file.slice(..len)).unwrap_err();
        assert_eq!(error, FooterError::Torn, "{len} bytes");
    }
}

#[test]
fn no_ending_of_a_part_proves_anything() {
    let file = small();
    for start in 1..file.len() {
        assert!(parse(&file.slice(start..)).is_err(), "from {start}");
    }
}

#[test]
fn nothing_may_stand_behind_or_before_a_part() {
    let file = small();
    for len in [1, 7, 8, 9, 100] {
        let more = vec![0; len];
        let behind: Bytes = [&file[..], &more].concat().into();
        assert!(matches!(parse(&behind), Err(FooterError::Damaged { .. })));
        let before: Bytes = [&more, &file[..]].concat().into();
        assert!(matches!(parse(&before), Err(FooterError::Damaged { .. })));
        let between: Bytes = [&file[..50], &more, &file[50..]].concat().into();
        assert!(matches!(parse(&between), Err(FooterError::Damaged { .. })));
    }
    let twice: Bytes = [&file[..], &file[..]].concat().into();
    assert!(matches!(parse(&twice), Err(FooterError::Damaged { .. })));
}

#[test]
fn a_whole_file_with_other_last_bytes_is_damaged_and_was_finished_once() {
    let file = small();
    let size = file.len() as u64;
    let end = file.len() - 4;
    for wrong in [b"PAR\0", b"\0\0\0\0", b"XXXX", b"1RAP"] {
        let other: Bytes = [&file[..end], wrong].concat().into();
        assert!(matches!(parse(&other), Err(FooterError::Damaged { .. })));
    }
    // Where the end that is at hand is too short to tell, more of it is asked for.
    let grown: Bytes = [&file[..], b"PAR and more"].concat().into();
    let tail = grown.slice(grown.len() - 20..);
    let Err(FooterError::NeedMore { bytes }) = Footer::parse(tail, size + 12) else {
        panic!("twenty bytes do not tell");
    };
    let tail = grown.slice(grown.len() - bytes as usize..);
    let error = Footer::parse(tail, size + 12).unwrap_err();
    assert!(matches!(error, FooterError::Damaged { .. }), "{error}");
}

#[test]
fn one_wrong_bit_in_the_format_is_damage_and_no_newer_version() {
    let file = small();
    let key = b"windrow.format";
    let at = file.windows(key.len()).rposition(|held| held == key);
    let at = at.unwrap() + key.len() + 2;
    assert_eq!(file[at], b'1');
    for bit in 0..8 {
        let mut bytes = file.to_vec();
        bytes[at] ^= 1 << bit;
        let error = parse(&bytes.into()).unwrap_err();
        assert!(matches!(error, FooterError::Damaged { .. }), "{error}");
    }
}

#[test]
fn a_footer_that_lies_about_its_length_is_refused() {
    let file = small();
    let at = file.len() - 8;
    let len = u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    for lie in [
        0,
        1,
        8,
        len - 1,
        len + 1,
        file.len() as u32,
        1 << 20,
        i32::MAX as u32,
        u32::MAX,
    ] {
        let mut bytes = file.to_vec();
        bytes[at..at + 4].copy_from_slice(&lie.to_le_bytes());
        let error = parse(&bytes.into()).unwrap_err();
        assert!(
            matches!(error, FooterError::Damaged { .. }),
            "{lie}: {error}"
        );
    }
}

#[test]
fn a_longer_tail_is_asked_for_once_and_for_what_is_needed() {
    let file = small();
    let size = file.len() as u64;
    let tail = |bytes: u64| file.slice((size - bytes) as usize..);
    assert_eq!(
        Footer::parse(tail(3), size).unwrap_err(),
        FooterError::NeedMore { bytes: 8 }
    );
    let Err(FooterError::NeedMore { bytes }) = Footer::parse(tail(8), size) else {
        panic!("eight bytes are no footer");
    };
    assert!(bytes < size);
    assert_eq!(
        Footer::parse(tail(bytes - 1), size).unwrap_err(),
        FooterError::NeedMore { bytes }
    );
    assert_eq!(Footer::parse(tail(bytes), size).unwrap().row_count(), 3);
}

#[test]
fn a_file_of_another_size_than_its_parts_is_refused() {
    let file = small();
    for size in [file.len() as u64 - 1, file.len() as u64 + 1, u64::MAX] {
        assert!(Footer::parse(file.clone(), size).is_err(), "{size}");
    }
}

#[test]
fn rows_outside_the_claim_prove_nothing() {
    let file = small();
    assert!(parse(&forged(&file, b"1000..2000", b"1000..2001")).is_ok());
    for claim in [
        b"1001..2000",
        b"1000..1999",
        b"3000..4000",
        b"2000..1000",
        b"1000..x000",
    ] {
        let error = parse(&forged(&file, b"1000..2000", claim)).unwrap_err();
        assert!(matches!(error, FooterError::Damaged { .. }), "{error}");
    }
}

#[test]
fn a_claim_outside_its_segment_proves_nothing() {
    let error = parse(&forged(&small(), b"0..10000", b"0..01999")).unwrap_err();
    assert!(matches!(error, FooterError::Damaged { .. }), "{error}");
}

#[test]
fn every_column_chunk_needs_its_checksum() {
    let file = small();
    let key = b"windrow.chunk_crc32c";
    let at = file
        .windows(key.len())
        .rposition(|held| held == key)
        .unwrap()
        + key.len()
        + 2;
    let list = file[at..at + 8].to_vec();
    for wrong in [b"        ", b",,,,,,,,", b"xxxxxxxx"] {
        assert!(parse(&forged(&file, &list, wrong)).is_err());
    }
    // Another one passes the footer and fails with the rows.
    let other = forged(&file, &list, b"00000000");
    let footer = parse(&other).unwrap();
    let bytes = group_bytes(&other, &footer, 0);
    let DecodeError::Damaged { row_group, reason } =
        columns(&footer, 0, &bytes, 0..1, &Projection::timestamps()).unwrap_err()
    else {
        panic!("the checksum was not looked at");
    };
    assert_eq!(row_group, 0);
    assert!(reason.contains("timestamp"), "{reason}");
}

#[test]
fn row_groups_out_of_order_prove_nothing() {
    let batches = [batch(&[event(20, "later")]), batch(&[event(10, "earlier")])];
    let file = part(&batches, Compression::Zstd, &meta(0, 100));
    assert!(matches!(parse(&file), Err(FooterError::Damaged { .. })));
}

#[test]
fn rows_out_of_order_in_a_row_group_are_found_when_they_are_read() {
    let events = [10, 20, 30].map(|ms| event(ms, "a row"));
    let file = part(&[batch(&events)], Compression::None, &meta(0, 100));
    let key = b"windrow.chunk_crc32c";
    let last = file.windows(key.len()).rposition(|held| held == key);
    let at = last.unwrap() + key.len() + 2;
    let listed = &file[at..at + 8];
    let crc = |bytes: &[u8]| format!("{:08x}", crc32c::crc32c(bytes)).into_bytes();
    // The times are the first column chunk, behind the opening magic.
    let end = (5..file.len()).find(|end| crc(&file[4..*end]) == listed);
    let end = end.unwrap();
    let mut found = 0;
    for at in 4..end {
        for bit in 0..8 {
            let mut bytes = file.to_vec();
            bytes[at] ^= 1 << bit;
            let other = crc(&bytes[4..end]);
            let other = forged(&bytes.into(), listed, &other);
            let footer = parse(&other).unwrap();
            // All checksums are right: what is left to find is in the rows.
            if let Err(error) = verify(&footer, 0, &group_bytes(&other, &footer, 0)) {
                found += usize::from(error.to_string().contains("not in order of time"));
            }
        }
    }
    assert!(found > 0);
}

#[test]
fn damage_in_one_column_does_not_hide_the_others() {
    let file = small();
    let footer = parse(&file).unwrap();
    let mut bytes = group_bytes(&file, &footer, 0).to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let bytes = Bytes::from(bytes);
    assert!(verify(&footer, 0, &bytes).is_err());
    assert!(decode_events(&footer, 0, &bytes, 0..3).is_err());
    let messages = columns(&footer, 0, &bytes, 0..3, &Projection::messages()).unwrap();
    assert_eq!(messages.column(0).as_string::<i32>().value(0), "one");
}

#[test]
fn bytes_or_rows_that_do_not_fit_are_errors() {
    let file = small();
    let footer = parse(&file).unwrap();
    let bytes = group_bytes(&file, &footer, 0);
    assert!(decode_events(&footer, 1, &bytes, 0..1).is_err());
    assert!(decode_events(&footer, 0, &bytes, 0..4).is_err());
    assert!(decode_events(&footer, 0, &bytes.slice(1..), 0..3).is_err());
    assert!(decode_events(&footer, 0, &Bytes::new(), 0..3).is_err());
    assert!(verify(&footer, 0, &file).is_err());
    assert!(!check_magic(&file[1..]) && !check_magic(b"PA"));
}

/// A footer of `groups` row groups without anything in them, a schema of one node without anything in it, our entries and a right checksum.
fn hostile(groups: u32) -> Bytes {
    let text = |text: &[u8]| [&[0x18, text.len() as u8], text].concat();
    let entry = |key: &str, value: &[u8]| {
        let mut bytes = text(key.as_bytes());
        bytes.extend(text(value));
        bytes.push(0);
        bytes
    };
    let mut footer = vec![0x29, 0x1c, 0, 0x29, 0xfc];
    let mut count = groups;
    while count >= 0x80 {
        footer.push(count as u8 | 0x80);
        count >>= 7;
    }
    footer.push(count as u8);
    footer.resize(footer.len() + groups as usize, 0);
    footer.extend([0x19, 0x2c]);
    footer.extend(entry("windrow.format", b"1"));
    footer.extend(entry("windrow.footer_crc32c", b"00000000"));
    footer.push(0);
    let mut file = b"PAR1".to_vec();
    let len = footer.len() as u32;
    file.extend(footer);
    file.extend(len.to_le_bytes());
    file.extend(b"PAR1");
    forged(&file.into(), b"windrow.format", b"windrow.format")
}

#[test]
fn a_footer_that_lists_too_much_is_refused_before_it_is_decoded() {
    let error = parse(&hostile(70_000)).unwrap_err().to_string();
    assert!(error.contains("more than a part can have"), "{error}");
    let error = parse(&hostile(10)).unwrap_err().to_string();
    assert!(error.contains("cannot be read"), "{error}");
}
