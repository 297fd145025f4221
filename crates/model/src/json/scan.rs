//! Finding the end of a run inside a string, and turning escapes into characters.
//!
//! [`special`] looks at eight bytes at a time with plain 64-bit arithmetic: it needs no CPU features, so it is as fast in WebAssembly,
//! and it finds control characters in the same pass as quotes and backslashes.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Every byte of the result whose high bit is set stands for a zero byte; those above the lowest one may be wrong.
#[inline]
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

#[inline]
const fn special_bytes(word: u64) -> u64 {
    let quote = zero_bytes(word ^ (LOW * b'"' as u64));
    let backslash = zero_bytes(word ^ (LOW * b'\\' as u64));
    let control = word.wrapping_sub(LOW * 0x20) & !word & HIGH;
    quote | backslash | control
}

/// Offset of the first quote, backslash or control character from `at` on; the length where there is none.
#[inline]
pub(super) fn special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = special_bytes(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Appends the bytes up to the first quote, backslash or control character from `at` on, and gives its offset.
#[inline]
pub(super) fn copy_plain(bytes: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = special_bytes(u64::from_le_bytes(*chunk));
        // All eight are copied, which is one store, and what is too much is taken back.
        let len = out.len();
        out.extend_from_slice(chunk);
        if found != 0 {
            let plain = (found.trailing_zeros() / 8) as usize;
            out.truncate(len + plain);
            return at + plain;
        }
        at += 8;
    }
    let end = special(bytes, at);
    out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
    end
}

/// Whether `bytes` begins with `key`: eight bytes at a time, since keys are too short for a call to be worth it.
#[inline]
pub fn begins_with(bytes: &[u8], key: &[u8]) -> bool {
    let Some(head) = bytes.get(..key.len()) else {
        return false;
    };
    let (words, rest) = head.as_chunks::<8>();
    let (key_words, key_rest) = key.as_chunks::<8>();
    words
        .iter()
        .zip(key_words)
        .all(|(a, b)| u64::from_le_bytes(*a) == u64::from_le_bytes(*b))
        && rest.iter().zip(key_rest).all(|(a, b)| a == b)
}

/// Appends what `raw` means, and gives whether all of it is text. Its escapes have been checked.
///
/// Half of a surrogate pair stands for no character: it is kept as the six characters it was written with.
pub(super) fn unescape(raw: &str, out: &mut String) -> bool {
    let mut is_text = true;
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (run, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(run);
        let (character, len) = escaped(escape);
        match character {
            Some(character) => out.push(character),
            None => {
                is_text = false;
                out.push_str(escape.get(..len).unwrap_or_default());
            }
        }
        rest = escape.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    is_text
}

/// The character of the escape that `raw` begins with, and the escape's length. It has been checked. `None` for half of a surrogate pair.
pub(super) fn escaped(raw: &str) -> (Option<char>, usize) {
    let plain = match raw.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return escaped_unicode(raw),
        Some(byte) => char::from(*byte),
        None => return (None, raw.len()),
    };
    (Some(plain), 2)
}

fn escaped_unicode(raw: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let hex = raw.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        // `from_str_radix` would take a sign.
        hex.bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(hex, 16).ok())?
    };
    let first = unit(0).unwrap_or_default();
    if let Some(character) = char::from_u32(first) {
        return (Some(character), 6);
    }
    let pair = unit(6)
        .filter(|second| first < 0xdc00 && (0xdc00..0xe000).contains(second))
        .and_then(|second| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)));
    match pair {
        Some(character) => (Some(character), 12),
        None => (None, 6),
    }
}
