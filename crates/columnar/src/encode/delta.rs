//! `DELTA_BINARY_PACKED`: differences between neighbours, in blocks of just the bits they need.
//!
//! Times and sequence numbers that follow each other, and lengths of messages that are alike, take a few bits each.
//! See "Delta Encoding" in the Parquet format.

use super::varint::{put_varint, put_zigzag};

/// Differences of a block, which share a smallest difference.
const BLOCK: usize = 128;
/// Differences that share a width.
const MINI_BLOCK: usize = 32;

/// Appends `values` to `out`.
pub(super) fn put_deltas(out: &mut Vec<u8>, mut values: impl ExactSizeIterator<Item = i64>) {
    put_varint(out, BLOCK as u64);
    put_varint(out, (BLOCK / MINI_BLOCK) as u64);
    put_varint(out, values.len() as u64);
    let mut before = values.next().unwrap_or_default();
    put_zigzag(out, before);
    let mut block = [0_i64; BLOCK];
    while values.len() > 0 {
        let mut count = 0;
        let mut smallest = i64::MAX;
        for (slot, value) in block.iter_mut().zip(values.by_ref()) {
            *slot = value.wrapping_sub(before);
            smallest = smallest.min(*slot);
            before = value;
            count += 1;
        }
        put_zigzag(out, smallest);
        put_block(out, block.get_mut(..count).unwrap_or_default(), smallest);
    }
}

fn put_block(out: &mut Vec<u8>, deltas: &mut [i64], smallest: i64) {
    let widths_at = out.len();
    // Mini blocks without differences have the width 0 and no bytes.
    out.extend_from_slice(&[0; BLOCK / MINI_BLOCK]);
    for (index, mini) in deltas.chunks_mut(MINI_BLOCK).enumerate() {
        let mut all = 0;
        for delta in mini.iter_mut() {
            *delta = delta.wrapping_sub(smallest);
            all |= *delta;
        }
        let width = u64::BITS - all.leading_zeros();
        if let Some(held) = out.get_mut(widths_at + index) {
            *held = width as u8;
        }
        put_packed(out, mini, width);
    }
}

/// Appends 32 numbers of `width` bits each, the lowest bit first; missing ones are 0.
fn put_packed(out: &mut Vec<u8>, numbers: &[i64], width: u32) {
    let end = out.len() + MINI_BLOCK / 8 * width as usize;
    let mut word = 0;
    let mut filled = 0;
    for number in numbers {
        let number = number.cast_unsigned();
        word |= number << filled;
        let total = filled + width;
        if total >= u64::BITS {
            out.extend_from_slice(&word.to_le_bytes());
            word = number.checked_shr(u64::BITS - filled).unwrap_or_default();
            filled = total - u64::BITS;
        } else {
            filled = total;
        }
    }
    out.extend_from_slice(&word.to_le_bytes());
    out.resize(end, 0);
}
