//! Messages that are JSON objects.
//!
//! Takes a message, finds the values of its object and of the objects in it down to `MAX_NESTING`, and skips the rest.
//! Invariant: a message counts only if all of it is one JSON object, nested no deeper than `serde_json` reads.
//! Memory: a stack of at most `MAX_NESTING` nested objects.

use super::Found;
use super::names::{Names, ROOT};
use super::value::Form;
use windrow_model::json::{JsonError, Kind, Reader, unescape};

/// The most keys of a name.
const MAX_NESTING: u32 = 4;
/// The deepest nesting of objects and lists.
const MAX_DEPTH: u32 = 127;

/// Finds the values of a message. Gives whether it is a JSON object; if not, what was found does not count.
pub(super) fn scan(message: &str, names: &mut Names, found: &mut Vec<Found>) -> bool {
    let mut scan = Scan {
        reader: Reader::new(message),
        names,
        found,
    };
    let read = scan.object(ROOT, 1);
    read.and_then(|()| scan.reader.end()).is_ok()
}

struct Scan<'a> {
    reader: Reader<'a>,
    names: &'a mut Names,
    found: &'a mut Vec<Found>,
}

impl Scan<'_> {
    fn object(&mut self, parent: u32, depth: u32) -> Result<(), JsonError> {
        let mut more = self.reader.enter(b'}')?;
        while more {
            let key = self.key(parent)?;
            self.value(key, depth)?;
            more = self.reader.more(b'}')?;
        }
        Ok(())
    }

    /// Passes over a key and its colon. `None` where its values have no column.
    #[inline]
    fn key(&mut self, parent: u32) -> Result<Option<u32>, JsonError> {
        if self.reader.rest().first() != Some(&b'"') {
            // White space before the key is not part of it.
            self.reader.kind()?;
        }
        if let Some((b'"', rest)) = self.reader.rest().split_first()
            && let Some((key, len)) = self.names.guess(parent, rest, b"\":")
        {
            self.reader.advance(len + 3);
            return Ok(Some(key));
        }
        let key = self.reader.key()?;
        Ok(match key.plain() {
            Some(key) => self.names.key(parent, key),
            None => unescape(key.raw()).and_then(|key| self.names.key(parent, &key)),
        })
    }

    #[inline]
    fn value(&mut self, key: Option<u32>, depth: u32) -> Result<(), JsonError> {
        let kind = self.reader.kind()?;
        let start = self.reader.position();
        match kind {
            Kind::String => {
                let text = self.reader.string()?;
                let form = match text.plain() {
                    Some(_) => Form::Text,
                    None => Form::Escaped,
                };
                self.note(key, start + 1, text.raw().len(), form);
            }
            Kind::Object | Kind::Array => match key {
                Some(key) if kind == Kind::Object && depth < MAX_NESTING => {
                    self.object(key, depth + 1)?;
                }
                _ => {
                    self.reader.skip_within(MAX_DEPTH - depth)?;
                    if kind == Kind::Array {
                        self.note(key, start, self.reader.position() - start, Form::List);
                    }
                }
            },
            Kind::Bool => {
                self.reader.literal()?;
                self.note(key, start, self.reader.position() - start, Form::Boolean);
            }
            Kind::Null => self.reader.literal()?,
            Kind::Number => {
                let integer = self.reader.integer()?;
                let end = self.reader.position();
                let form = match integer {
                    // `-0`: the integer has no sign at zero.
                    Some(0) if end - start > 1 => Form::Float,
                    Some(_) => Form::Integer,
                    None if self.reader.slice(start, end).contains(['.', 'e', 'E']) => Form::Float,
                    None => Form::Integer,
                };
                self.note(key, start, end - start, form);
            }
        }
        Ok(())
    }

    #[inline]
    fn note(&mut self, key: Option<u32>, start: usize, len: usize, form: Form) {
        if let Some(column) = key.and_then(|key| self.names.column(key)) {
            self.found.push(Found {
                column,
                start,
                len,
                form,
            });
        }
    }
}
