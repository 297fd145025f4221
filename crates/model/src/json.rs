//! A pull reader over the bytes of one JSON text: pages of events are decoded with it, and fields of messages found.
//!
//! The caller steps through objects and arrays and takes each value where it wants it,
//! a string straight into a column, an unknown field as the bytes it was written with, a field of a message as its place in the text.
//! Invariant: what it accepts is JSON (RFC 8259) and nothing else; it never passes an integer through a float.
//! Memory: it borrows the text and holds one unescaped string at most. Nesting is counted, not recursed into, so deep input costs no stack.
//! Any deviation is a [`JsonError`] that says what and where, never the text itself.
//!
//! The alternatives refused: serde with borrowed strings copies every escaped string once more, cannot give a field as it was written
//! without a second pass, and took half of the time of an ingest; for `jiter` see `docs/adr/0014-one-json-reader-of-ours.md`.

mod number;
mod scan;

pub use number::decimal_count;
pub use scan::begins_with;

/// Objects and arrays may nest this deep inside one skipped value; a bit a level is held.
pub const MAX_DEPTH: u32 = 1 << 20;

/// Where and why a text is not JSON, or not the JSON that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct JsonError {
    /// What is wrong.
    pub what: &'static str,
    /// Offset in the text.
    pub at: usize,
}

/// A string as it stands in the text, between its quotes. Its escapes have been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// The string as it is written.
    #[inline]
    pub const fn raw(self) -> &'a str {
        self.raw
    }

    /// The string itself, where nothing in it is escaped.
    #[inline]
    pub const fn plain(self) -> Option<&'a str> {
        if self.escaped { None } else { Some(self.raw) }
    }

    /// The string, unescaped into `scratch` where it must be.
    #[inline]
    pub fn resolve<'s>(self, scratch: &'s mut String) -> &'s str
    where
        'a: 's,
    {
        if !self.escaped {
            return self.raw;
        }
        scratch.clear();
        self.push_to(scratch);
        scratch
    }

    /// Appends the string to `out`. Half of a surrogate pair is kept as it was written.
    #[inline]
    pub fn push_to(self, out: &mut String) {
        if self.escaped {
            scan::unescape(self.raw, out);
        } else {
            out.push_str(self.raw);
        }
    }
}

/// The text that stands between the quotes of a string that was read, unescaped. `None` where half of a surrogate pair is in it.
pub fn unescape(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    scan::unescape(raw, &mut out).then_some(out)
}

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{`
    Object,
    /// `[`
    Array,
    /// `"`
    String,
    /// `-` or a digit
    Number,
    /// `t` or `f`
    Bool,
    /// `n`
    Null,
}

/// Reads one JSON text from front to back.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Scratch for a string with escapes.
    unescaped: Vec<u8>,
}

impl<'a> Reader<'a> {
    /// Starts at the front of `text`.
    #[inline]
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            unescaped: Vec::new(),
        }
    }

    /// Offset of the next byte.
    #[inline]
    pub const fn position(&self) -> usize {
        self.at
    }

    /// The text from the next byte on.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes over the first `len` bytes of [`rest`](Self::rest), which the caller has read by itself.
    #[inline]
    pub const fn advance(&mut self, len: usize) {
        self.at += len;
    }

    /// The text between two offsets that this reader gave.
    #[inline]
    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// An error at the current place.
    #[inline]
    pub const fn error(&self, what: &'static str) -> JsonError {
        JsonError { what, at: self.at }
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The next byte that is not white space, which is passed over.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.error(what))
        }
    }

    /// What the next value is.
    #[inline]
    pub fn kind(&mut self) -> Result<Kind, JsonError> {
        match self.peek() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            Some(_) => Err(self.error("no value")),
            None => Err(self.error("the text ends where a value should be")),
        }
    }

    /// Steps into an object (`close` is `}`) or array (`]`); gives whether anything is in it.
    #[inline]
    pub fn enter(&mut self, close: u8) -> Result<bool, JsonError> {
        if close == b'}' {
            self.expect(b'{', "no object")?;
        } else {
            self.expect(b'[', "no array")?;
        }
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// After a value: gives whether another follows, or steps out.
    #[inline]
    pub fn more(&mut self, close: u8) -> Result<bool, JsonError> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.error("neither a comma nor an end")),
        }
    }

    /// Passes over `text` if that is exactly what comes next, such as a key with its quotes and its colon.
    #[inline]
    pub fn take_exactly(&mut self, text: &str) -> bool {
        let found = self
            .bytes()
            .get(self.at..)
            .is_some_and(|rest| scan::begins_with(rest, text.as_bytes()));
        if found {
            self.at += text.len();
        }
        found
    }

    /// A member's key, and past its colon.
    #[inline]
    pub fn key(&mut self) -> Result<Text<'a>, JsonError> {
        let key = self.string()?;
        self.expect(b':', "no colon after a key")?;
        Ok(key)
    }

    /// A string.
    #[inline]
    pub fn string(&mut self) -> Result<Text<'a>, JsonError> {
        self.expect(b'"', "no string")?;
        let start = self.at;
        let mut escaped = false;
        loop {
            self.at = scan::special(self.bytes(), self.at);
            match self.bytes().get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += self.escape_len()?;
                }
                Some(_) => return Err(self.error("a control character in a string")),
                None => return Err(self.error("the text ends inside a string")),
            }
        }
        let raw = self.slice(start, self.at);
        self.at += 1;
        Ok(Text { raw, escaped })
    }

    /// Reads a string and appends what it means to `out`. After an error `out` is as it was.
    #[inline]
    pub fn string_into(&mut self, out: &mut String) -> Result<(), JsonError> {
        self.expect(b'"', "no string")?;
        let end = scan::special(self.bytes(), self.at);
        if self.bytes().get(end) == Some(&b'"') {
            out.push_str(self.slice(self.at, end));
            self.at = end + 1;
            return Ok(());
        }
        self.escaped_into(out)
    }

    /// The rest of a string with escapes, put together as bytes: a string of JSON is dense with them,
    /// and eight bytes copied at once cost less than a run of a few characters.
    fn escaped_into(&mut self, out: &mut String) -> Result<(), JsonError> {
        self.unescaped.clear();
        loop {
            self.at = scan::copy_plain(self.text.as_bytes(), self.at, &mut self.unescaped);
            match self.bytes().get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    if let Some(byte @ (b'"' | b'\\' | b'/')) = self.bytes().get(self.at + 1) {
                        self.unescaped.push(*byte);
                        self.at += 2;
                        continue;
                    }
                    self.escape_len()?;
                    let raw = self.slice(self.at, self.text.len());
                    let (character, len) = scan::escaped(raw);
                    match character {
                        Some(character) => {
                            let mut utf8 = [0; 4];
                            let utf8 = character.encode_utf8(&mut utf8);
                            self.unescaped.extend_from_slice(utf8.as_bytes());
                        }
                        None => self.unescaped.extend(raw.bytes().take(len)),
                    }
                    self.at += len;
                }
                Some(_) => return Err(self.error("a control character in a string")),
                None => return Err(self.error("the text ends inside a string")),
            }
        }
        // Whole characters were copied and others put between them: it is text.
        let text = simdutf8::basic::from_utf8(&self.unescaped);
        out.push_str(text.map_err(|_| self.error("no text"))?);
        self.at += 1;
        Ok(())
    }

    /// How long the escape that starts here is: 2, or 6 for `\u`.
    #[inline]
    fn escape_len(&self) -> Result<usize, JsonError> {
        match self.bytes().get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
            Some(b'u') => match self.bytes().get(self.at + 2..self.at + 6) {
                Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => Ok(6),
                _ => Err(self.error("a bad escape in a string")),
            },
            _ => Err(self.error("a bad escape in a string")),
        }
    }

    /// A number that is an exact integer of 64 bits; `None` for any other number.
    #[inline]
    pub fn integer(&mut self) -> Result<Option<i64>, JsonError> {
        self.peek();
        let (value, end) = number::integer(self.bytes(), self.at).map_err(|at| JsonError {
            what: "a bad number",
            at,
        })?;
        self.at = end;
        Ok(value)
    }

    /// A string of digits that is an exact integer of 64 bits; `None` for any other string, which is passed over.
    #[inline]
    pub fn quoted_integer(&mut self) -> Result<Option<i64>, JsonError> {
        if self.peek() == Some(b'"')
            && let Ok((value @ Some(_), end)) = number::integer(self.bytes(), self.at + 1)
            && self.bytes().get(end) == Some(&b'"')
        {
            self.at = end + 1;
            return Ok(value);
        }
        self.string().map(|_| None)
    }

    /// Passes over a value and gives it as it is written.
    pub fn skip(&mut self) -> Result<&'a str, JsonError> {
        self.skip_within(MAX_DEPTH)
    }

    /// Passes over a value in which objects and arrays are nested no deeper than `max_depth`, and gives it as it is written.
    pub fn skip_within(&mut self, max_depth: u32) -> Result<&'a str, JsonError> {
        self.peek();
        let start = self.at;
        // One bit a level: set in an object. Those of 128 levels at a time are deferred, so deep values cost no stack.
        let mut levels: u128 = 0;
        let mut deferred: Vec<u128> = Vec::new();
        let mut depth: u32 = 0;
        loop {
            match self.kind()? {
                kind @ (Kind::Object | Kind::Array) => {
                    if depth == max_depth {
                        return Err(self.error("nested too deeply"));
                    }
                    let object = kind == Kind::Object;
                    if self.enter(if object { b'}' } else { b']' })? {
                        if depth != 0 && depth.is_multiple_of(128) {
                            deferred.push(levels);
                        }
                        depth += 1;
                        levels = levels << 1 | u128::from(object);
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                Kind::String => {
                    self.string()?;
                }
                Kind::Number => {
                    self.integer()?;
                }
                Kind::Bool | Kind::Null => self.literal()?,
            }
            // A value has ended: so may the objects and arrays around it.
            loop {
                if depth == 0 {
                    return Ok(self.slice(start, self.at));
                }
                let object = levels & 1 == 1;
                if self.more(if object { b'}' } else { b']' })? {
                    if object {
                        self.key()?;
                    }
                    break;
                }
                levels >>= 1;
                depth -= 1;
                if depth != 0 && depth.is_multiple_of(128) {
                    levels = deferred.pop().unwrap_or_default();
                }
            }
        }
    }

    /// Passes over `true`, `false` or `null`.
    #[inline]
    pub fn literal(&mut self) -> Result<(), JsonError> {
        for word in ["null", "true", "false"] {
            if self.take_exactly(word) {
                return Ok(());
            }
        }
        Err(self.error("no value"))
    }

    /// Passes over `null` if that comes next.
    #[inline]
    pub fn null(&mut self) -> Result<bool, JsonError> {
        if self.kind()? != Kind::Null {
            return Ok(false);
        }
        self.literal()?;
        Ok(true)
    }

    /// The text must end here.
    #[inline]
    pub fn end(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error("something follows the value")),
        }
    }
}

#[cfg(test)]
mod tests;
