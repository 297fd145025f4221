//! Messages that are JSON objects.
//!
//! Takes a message, finds the values of its object and of the objects in it down to `MAX_NESTING`, and skips the rest.
//! Invariant: a message counts only if all of it is one JSON object, nested no deeper than `serde_json` reads.
//! Memory: a stack of at most `MAX_DEPTH` nested objects or lists.

use super::Found;
use super::names::{Names, ROOT};
use super::value::Form;
use std::ops::Range;

/// The most keys of a name.
const MAX_NESTING: usize = 4;
/// The deepest nesting of objects and lists.
const MAX_DEPTH: usize = 127;

/// Finds the values of a message. Gives whether it is a JSON object; if not, what was found does not count.
pub(super) fn scan(message: &str, names: &mut Names, found: &mut Vec<Found>) -> bool {
    let mut scan = Scan {
        text: message,
        at: 0,
        names,
        found,
    };
    scan.pass_blanks();
    let is_object = scan.object(Some(ROOT), 1).is_some();
    scan.pass_blanks();
    is_object && scan.at == message.len()
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    names: &'a mut Names,
    found: &'a mut Vec<Found>,
}

impl Scan<'_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    #[inline]
    fn pass_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// `parent` is none if its values have no column.
    fn object(&mut self, parent: Option<u32>, depth: usize) -> Option<()> {
        self.take(b'{')?;
        if depth > MAX_DEPTH {
            return None;
        }
        self.pass_blanks();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.key(parent)?;
            self.pass_blanks();
            self.value(key, depth)?;
            self.pass_blanks();
            if self.take(b'}').is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.pass_blanks();
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.take(b'[')?;
        if depth > MAX_DEPTH {
            return None;
        }
        self.pass_blanks();
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            self.value(None, depth)?;
            self.pass_blanks();
            if self.take(b']').is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.pass_blanks();
        }
    }

    /// Reads a key and its colon.
    #[inline]
    fn key(&mut self, parent: Option<u32>) -> Option<Option<u32>> {
        if let Some(parent) = parent
            && self.peek() == Some(b'"')
        {
            let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
            if let Some((key, len)) = self.names.guess(parent, rest, b"\":") {
                self.at += len + 3;
                return Some(Some(key));
            }
        }
        let (span, is_plain) = self.string()?;
        self.pass_blanks();
        self.take(b':')?;
        let Some(parent) = parent else {
            return Some(None);
        };
        Some(if is_plain {
            let key = self.text.get(span).unwrap_or_default();
            self.names.key(parent, key)
        } else {
            let quoted = self.text.get(span.start - 1..span.end + 1);
            serde_json::from_str::<String>(quoted.unwrap_or_default())
                .ok()
                .and_then(|key| self.names.key(parent, &key))
        })
    }

    #[inline]
    fn value(&mut self, key: Option<u32>, depth: usize) -> Option<()> {
        let start = self.at;
        match self.peek()? {
            b'"' => {
                let (span, is_plain) = self.string()?;
                let form = if is_plain { Form::Text } else { Form::Escaped };
                self.note(key, span, form);
            }
            b'{' => self.object(key.filter(|_| depth < MAX_NESTING), depth + 1)?,
            b'[' => self.list(depth + 1)?,
            b't' => {
                self.word("true")?;
                self.note(key, start..self.at, Form::Boolean);
            }
            b'f' => {
                self.word("false")?;
                self.note(key, start..self.at, Form::Boolean);
            }
            b'n' => self.word("null")?,
            _ => {
                let form = self.number()?;
                self.note(key, start..self.at, form);
            }
        }
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes())
            .then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<Form> {
        let start = self.at;
        let is_negative = self.take(b'-').is_some();
        let first = self.peek();
        let digits = self.digits()?;
        if first == Some(b'0') && digits > 1 {
            return None;
        }
        let mut form = Form::Integer;
        if self.take(b'.').is_some() {
            form = Form::Float;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            form = Form::Float;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        // The integer has no sign at zero.
        if is_negative && first == Some(b'0') && self.at == start + 2 {
            form = Form::Float;
        }
        Some(form)
    }

    /// Skips digits, at least one.
    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Some(self.at - start).filter(|digits| *digits > 0)
    }

    /// Skips a string. Gives the range of its content and whether it is free of escapes.
    #[inline]
    fn string(&mut self) -> Option<(Range<usize>, bool)> {
        self.take(b'"')?;
        let start = self.at;
        let mut is_plain = true;
        loop {
            self.at = special(self.text.as_bytes(), self.at);
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some((start..self.at - 1, is_plain));
                }
                b'\\' => {
                    is_plain = false;
                    self.escape()?;
                }
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at + 1..)?;
        self.at += match rest.first()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
            b'u' if rest.get(1..5)?.iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return None,
        };
        Some(())
    }

    #[inline]
    fn note(&mut self, key: Option<u32>, span: Range<usize>, form: Form) {
        if let Some(column) = key.and_then(|key| self.names.column(key)) {
            self.found.push(Found {
                column,
                start: span.start,
                len: span.len(),
                form,
            });
        }
    }
}

/// The first quote, backslash or control character from `at` on, searched eight bytes at a time.
#[inline]
fn special(bytes: &[u8], mut at: usize) -> usize {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // High bits above the lowest one may be wrong.
    let zeros = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let found = zeros(word ^ (LOW * u64::from(b'"')))
            | zeros(word ^ (LOW * u64::from(b'\\')))
            | (word.wrapping_sub(LOW * 0x20) & !word & HIGH);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
        .map_or(bytes.len(), |place| at + place)
}
