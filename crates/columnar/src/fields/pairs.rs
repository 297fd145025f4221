//! Messages that are lines of `key=value`.
//!
//! Takes a message, finds its pairs; a quoted value may hold blanks, and in it a backslash keeps a quote or a backslash.
//! Invariant: no value is cut short or altered. A line counts only if it has two pairs or more and they are most of it, so prose stays prose.
//! An unquoted value that is followed by a word may continue there, so it is left in the message.

use super::Found;
use super::names::{Names, ROOT, is_bare, is_key};
use super::value::Form;

const MIN_PAIRS: usize = 2;
/// Digits up to which a decimal is printed by everyone as it was written.
const EXACT_DIGITS: usize = 15;

/// Finds the pairs of a message. Gives whether it is a line of pairs; if not, what was found does not count.
pub(super) fn scan(message: &str, names: &mut Names, found: &mut Vec<Found>) -> bool {
    let bytes = message.as_bytes();
    if !message.contains('=') {
        return false;
    }
    let (mut at, mut pairs, mut paired, mut all) = (0, 0, 0, 0);
    // The bytes of the pair before, and whether it was noted, while a word may belong to it.
    let mut open: Option<(usize, bool)> = None;
    while let Some(byte) = bytes.get(at) {
        if is_blank(*byte) {
            at += 1;
            continue;
        }
        let start = at;
        if let Some(pair) = pair(bytes, at, names) {
            at = pair.end;
            pairs += 1;
            paired += at - start;
            let column = pair.key.and_then(|key| names.column(key));
            let noted = column.filter(|_| !pair.is_empty());
            if let Some(column) = noted {
                found.push(Found {
                    column,
                    start: pair.start,
                    len: pair.len,
                    form: pair.form,
                });
            }
            open = (!pair.is_closed).then_some((at - start, noted.is_some()));
        } else {
            at = word_end(bytes, at);
            if let Some((len, is_noted)) = open.take() {
                pairs -= 1;
                paired -= len;
                if is_noted {
                    found.pop();
                }
            }
        }
        all += at - start;
    }
    pairs >= MIN_PAIRS && paired * 3 >= all * 2
}

struct Pair {
    key: Option<u32>,
    start: usize,
    len: usize,
    form: Form,
    /// The position after it.
    end: usize,
    /// Whether its end is explicit.
    is_closed: bool,
}

impl Pair {
    /// Nothing after the sign: no value.
    fn is_empty(&self) -> bool {
        self.len == 0 && !self.is_closed
    }
}

fn pair(bytes: &[u8], at: usize, names: &mut Names) -> Option<Pair> {
    let rest = bytes.get(at..)?;
    if let Some((key, len)) = names.guess(ROOT, rest, b"=") {
        return value(bytes, at + len + 1, Some(key));
    }
    let len = rest.iter().position(|byte| !is_key(*byte))?;
    let key = rest.get(..len)?;
    if rest.get(len) != Some(&b'=') || !is_bare(key) {
        return None;
    }
    let pair = value(bytes, at + len + 1, None)?;
    let key = std::str::from_utf8(key).ok();
    Some(Pair {
        key: key.and_then(|key| names.key(ROOT, key)),
        ..pair
    })
}

fn value(bytes: &[u8], start: usize, key: Option<u32>) -> Option<Pair> {
    match bytes.get(start) {
        Some(b'"') => quoted(bytes, start + 1, key),
        // Other brackets and quotes may hold blanks, and a second sign is no pair.
        Some(b'\'' | b'`' | b'(' | b'[' | b'{' | b'<' | b'=') => None,
        _ => {
            let end = word_end(bytes, start);
            let word = bytes.get(start..end)?;
            // A separator in front of a blank is none of the value's.
            let is_separated = end < bytes.len() && matches!(word.last(), Some(b',' | b';'));
            let len = word.len() - usize::from(is_separated);
            let form = form(word.get(..len)?);
            Some(Pair {
                key,
                start,
                len,
                form,
                end,
                is_closed: is_separated && len > 0,
            })
        }
    }
}

fn quoted(bytes: &[u8], start: usize, key: Option<u32>) -> Option<Pair> {
    let mut form = Form::Text;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => break,
            b'\\' if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => {
                form = Form::Quoted;
                at += 2;
            }
            _ => at += 1,
        }
    }
    let mut end = at + 1;
    if matches!(bytes.get(end), Some(b',' | b';')) {
        end += 1;
    }
    let is_end = bytes.get(end).is_none_or(|byte| is_blank(*byte));
    is_end.then_some(Pair {
        key,
        start,
        len: at - start,
        form,
        end,
        is_closed: true,
    })
}

/// What a value without quotes is: a number only where it is printed by everyone as it is written.
fn form(word: &[u8]) -> Form {
    if matches!(word, b"true" | b"false") {
        return Form::Boolean;
    }
    let is_negative = word.first() == Some(&b'-');
    let number = word.get(usize::from(is_negative)..).unwrap_or_default();
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let is_whole = |part: &[u8]| digits(part) && (part == b"0" || part.first() != Some(&b'0'));
    let mut parts = number.splitn(2, |byte| *byte == b'.');
    match (parts.next(), parts.next()) {
        (Some(whole), None) if is_whole(whole) && word != b"-0" => Form::Integer,
        (Some(whole), Some(fraction))
            if is_whole(whole)
                && digits(fraction)
                && (fraction == b"0" || fraction.last() != Some(&b'0'))
                && whole.len() + fraction.len() <= EXACT_DIGITS
                // Small ones are printed with an exponent.
                && (whole != b"0" || fraction == b"0" || !fraction.starts_with(b"0000")) =>
        {
            Form::Float
        }
        _ => Form::Text,
    }
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| is_blank(*byte))
        .map_or(bytes.len(), |place| at + place)
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
