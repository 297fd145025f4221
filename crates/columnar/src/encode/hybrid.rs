//! The run-length and bit-packing hybrid, for levels and dictionary keys.
//!
//! A value that repeats costs a few bytes a run, whatever its length; what does not repeat is packed eight at a time.
//! See "Run Length Encoding / Bit-Packing Hybrid" in the Parquet format.

use super::varint::put_varint;

/// What is packed at a time.
const GROUP: usize = 8;

/// Appends `values`, as numbers below `1 << width`, to `out`.
pub(super) fn put_hybrid<T: Copy + PartialEq>(
    out: &mut Vec<u8>,
    values: &[T],
    width: u32,
    number: impl Fn(T) -> u64,
) {
    let mut packed: Vec<u8> = Vec::new();
    let mut groups = 0;
    let mut rest = values;
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|value| *value == first).count();
        if run >= GROUP {
            put_groups(out, &mut packed, &mut groups);
            put_run(out, run, number(*first), width);
            rest = rest.get(run..).unwrap_or_default();
        } else {
            // Only the last group may be short, and readers know how many values there are.
            let (group, after) = rest.split_at(GROUP.min(rest.len()));
            put_group(&mut packed, group, width, &number);
            groups += 1;
            rest = after;
        }
    }
    put_groups(out, &mut packed, &mut groups);
}

fn put_groups(out: &mut Vec<u8>, packed: &mut Vec<u8>, groups: &mut u64) {
    if *groups > 0 {
        put_varint(out, (*groups << 1) | 1);
        out.append(packed);
        *groups = 0;
    }
}

fn put_group<T: Copy>(out: &mut Vec<u8>, group: &[T], width: u32, number: &impl Fn(T) -> u64) {
    let end = out.len() + width as usize;
    let mut word: u64 = 0;
    let mut filled = 0;
    for value in group {
        word |= number(*value) << filled;
        filled += width;
        while filled >= 8 {
            out.push(word as u8);
            word >>= 8;
            filled -= 8;
        }
    }
    out.push(word as u8);
    out.resize(end, 0);
}

/// Appends one number that repeats; it takes whole bytes.
pub(super) fn put_run(out: &mut Vec<u8>, len: usize, number: u64, width: u32) {
    put_varint(out, (len as u64) << 1);
    let bytes = number.to_le_bytes();
    out.extend_from_slice(bytes.get(..width.div_ceil(8) as usize).unwrap_or_default());
}
