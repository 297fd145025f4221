//! A walk over Thrift's compact protocol that allocates nothing.
//!
//! Everything is skipped or borrowed; a length that reaches past the end of the bytes ends the walk with `None`.

use std::ops::Range;

/// Values of ours are six levels deep.
pub(crate) const MAX_DEPTH: u8 = 16;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
pub(crate) const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
pub(crate) const BINARY: u8 = 8;
pub(crate) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(crate) const STRUCT: u8 = 12;

/// A position in the bytes.
pub(crate) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes are left.
    pub(crate) const fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// The next signed integer.
    pub(crate) fn integer(&mut self) -> Option<i64> {
        let zigzag = self.varint()?;
        Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    fn count(&mut self) -> Option<usize> {
        // Every element takes at least a byte.
        let count = usize::try_from(self.varint()?).ok()?;
        (count <= self.left()).then_some(count)
    }

    /// Skips bytes and gives their range.
    pub(crate) fn skip_bytes(&mut self, count: usize) -> Option<Range<usize>> {
        let start = self.at;
        let end = start.checked_add(count)?;
        (end <= self.bytes.len()).then(|| {
            self.at = end;
            start..end
        })
    }

    /// The range of the next text.
    pub(crate) fn binary(&mut self) -> Option<Range<usize>> {
        let count = self.count()?;
        self.skip_bytes(count)
    }

    /// The next field's number and type; `Some(None)` at the end of the struct.
    #[expect(clippy::option_option, reason = "the end of a struct is not a failure")]
    pub(crate) fn field(&mut self, last: &mut i64) -> Option<Option<(i64, u8)>> {
        let header = self.byte()?;
        let kind = header & 0x0f;
        if kind == 0 {
            return Some(None);
        }
        *last = match header >> 4 {
            0 => self.integer()?,
            step => last.checked_add(i64::from(step))?,
        };
        Some(Some((*last, kind)))
    }

    /// The next list's number of elements and their type.
    pub(crate) fn list(&mut self) -> Option<(usize, u8)> {
        let header = self.byte()?;
        let count = match header >> 4 {
            15 => self.count()?,
            count => usize::from(count),
        };
        Some((count, header & 0x0f))
    }

    /// Skips elements of a list.
    pub(crate) fn skip_elements(&mut self, count: usize, kind: u8, depth: u8) -> Option<()> {
        for _ in 0..count {
            match kind {
                // In a list a boolean takes a byte, as a field it is its type.
                TRUE | FALSE => {
                    self.byte()?;
                }
                _ => self.skip(kind, depth)?,
            }
        }
        Some(())
    }

    /// Skips a value.
    pub(crate) fn skip(&mut self, kind: u8, depth: u8) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE => {}
            BYTE => {
                self.byte()?;
            }
            I16 | I32 | I64 => {
                self.varint()?;
            }
            DOUBLE => {
                self.skip_bytes(8)?;
            }
            BINARY => {
                self.binary()?;
            }
            LIST | SET => {
                let (count, element) = self.list()?;
                self.skip_elements(count, element, depth)?;
            }
            MAP => {
                let count = self.count()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                for _ in 0..count {
                    self.skip_elements(1, kinds >> 4, depth)?;
                    self.skip_elements(1, kinds & 0x0f, depth)?;
                }
            }
            STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip(kind, depth)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// The text in a range of the bytes.
    pub(crate) fn text(&self, at: &Range<usize>) -> Option<&'a str> {
        std::str::from_utf8(self.bytes.get(at.clone())?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_refused() {
        assert!(
            Walk::new(&[0x1c; 1 << 16])
                .skip(STRUCT, MAX_DEPTH)
                .is_none()
        );
        assert!(Walk::new(&[0x19; 1 << 16]).skip(LIST, MAX_DEPTH).is_none());
    }

    #[test]
    fn integers_are_those_that_were_put() {
        for (byte, number) in [(0, 0), (1, -1), (2, 1), (3, -2), (126, 63), (127, -64)] {
            assert_eq!(Walk::new(&[byte]).integer(), Some(number));
        }
        let lowest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert_eq!(Walk::new(&lowest).integer(), Some(i64::MIN));
        assert_eq!(Walk::new(&[0x80]).integer(), None);
    }

    #[test]
    fn a_map_is_skipped() {
        // Two texts to integers, then a byte that stays.
        let map = [2, 0x85, 1, b'a', 2, 1, b'b', 4, 0x55];
        let mut walk = Walk::new(&map);
        walk.skip(MAP, MAX_DEPTH).unwrap();
        assert_eq!(walk.left(), 1);
    }
}
