//! A footer's outline: how much of everything it has, and where our entries stand, found without allocating for what it says.
//!
//! Takes the thrift bytes of a footer, gives an [`Outline`], before the Parquet library sees them.
//! A few hostile bytes can announce millions of columns, so everything is counted here first.
//! Memory: the entries with our prefix, at most `MAX_ENTRIES` of them. Time: one pass.
//! Fails with `None` on anything that is not one whole struct in Thrift's compact protocol.

use crate::meta::PREFIX;
use std::ops::Range;

/// We write 15 entries.
const MAX_ENTRIES: usize = 64;
/// A footer of ours is six levels deep.
const MAX_DEPTH: u8 = 16;

/// What a footer has.
#[derive(Debug, Default)]
pub(crate) struct Outline<'a> {
    /// Nodes of its schema.
    pub(crate) schema_nodes: usize,
    /// Row groups.
    pub(crate) row_groups: usize,
    /// Column chunks of all row groups.
    pub(crate) column_chunks: usize,
    entries: Vec<Entry<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    /// Without the prefix.
    key: &'a str,
    value: &'a str,
    value_at: Range<usize>,
}

impl<'a> Outline<'a> {
    /// Walks over the fields of `FileMetaData` in `parquet.thrift`.
    pub(crate) fn of(thrift: &'a [u8]) -> Option<Self> {
        let mut walk = Walk {
            bytes: thrift,
            at: 0,
        };
        let mut outline = Self::default();
        let mut last = 0;
        while let Some((id, kind)) = walk.field(&mut last)? {
            match (id, kind) {
                (2, LIST) => {
                    let (count, element) = walk.list()?;
                    outline.schema_nodes = count;
                    walk.skip_elements(count, element, MAX_DEPTH)?;
                }
                (4, LIST) => {
                    let (count, element) = walk.list()?;
                    outline.row_groups = count;
                    for _ in 0..count {
                        outline.column_chunks += walk.row_group(element)?;
                    }
                }
                (5, LIST) => {
                    let (count, element) = walk.list()?;
                    for _ in 0..count {
                        walk.entry(element, &mut outline.entries)?;
                    }
                }
                _ => walk.skip(kind, MAX_DEPTH)?,
            }
        }
        (walk.at == thrift.len()).then_some(outline)
    }

    /// Whether it has any entry of ours.
    pub(crate) fn is_ours(&self) -> bool {
        !self.entries.is_empty()
    }

    /// The value of an entry of ours; the first, should there be several.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.entries
            .iter()
            .find_map(|entry| (entry.key == key).then_some(entry.value))
    }

    /// Where that value stands.
    pub(crate) fn place(&self, key: &str) -> Option<Range<usize>> {
        self.entries
            .iter()
            .find_map(|entry| (entry.key == key).then(|| entry.value_at.clone()))
    }
}

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
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

    fn count(&mut self) -> Option<usize> {
        // Every element takes at least a byte.
        let count = usize::try_from(self.varint()?).ok()?;
        (count <= self.bytes.len() - self.at).then_some(count)
    }

    fn skip_bytes(&mut self, count: usize) -> Option<Range<usize>> {
        let start = self.at;
        let end = start.checked_add(count)?;
        (end <= self.bytes.len()).then(|| {
            self.at = end;
            start..end
        })
    }

    fn binary(&mut self) -> Option<Range<usize>> {
        let count = self.count()?;
        self.skip_bytes(count)
    }

    /// The next field's number and type; `Some(None)` at the end of the struct.
    #[expect(clippy::option_option, reason = "the end of a struct is not a failure")]
    fn field(&mut self, last: &mut i64) -> Option<Option<(i64, u8)>> {
        let header = self.byte()?;
        let kind = header & 0x0f;
        if kind == 0 {
            return Some(None);
        }
        *last = match header >> 4 {
            0 => {
                let zigzag = self.varint()?;
                i64::try_from(zigzag >> 1).ok()? ^ -i64::from(zigzag & 1 == 1)
            }
            step => *last + i64::from(step),
        };
        Some(Some((*last, kind)))
    }

    fn list(&mut self) -> Option<(usize, u8)> {
        let header = self.byte()?;
        let count = match header >> 4 {
            15 => self.count()?,
            count => usize::from(count),
        };
        Some((count, header & 0x0f))
    }

    fn skip_elements(&mut self, count: usize, kind: u8, depth: u8) -> Option<()> {
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

    fn skip(&mut self, kind: u8, depth: u8) -> Option<()> {
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

    /// Gives the number of its column chunks, the first field of `RowGroup`.
    fn row_group(&mut self, kind: u8) -> Option<usize> {
        if kind != STRUCT {
            return None;
        }
        let mut chunks = 0;
        let mut last = 0;
        while let Some((id, kind)) = self.field(&mut last)? {
            if (id, kind) == (1, LIST) {
                let (count, element) = self.list()?;
                chunks += count;
                self.skip_elements(count, element, MAX_DEPTH)?;
            } else {
                self.skip(kind, MAX_DEPTH)?;
            }
        }
        Some(chunks)
    }

    fn entry(&mut self, kind: u8, entries: &mut Vec<Entry<'a>>) -> Option<()> {
        if kind != STRUCT {
            return None;
        }
        let (mut key, mut value_at) = (None, None);
        let mut last = 0;
        while let Some((id, kind)) = self.field(&mut last)? {
            match (id, kind) {
                (1, BINARY) => {
                    let at = self.binary()?;
                    key = self.text(&at);
                }
                (2, BINARY) => value_at = Some(self.binary()?),
                _ => self.skip(kind, MAX_DEPTH)?,
            }
        }
        if let Some(key) = key.and_then(|key: &str| key.strip_prefix(PREFIX))
            && let Some(value_at) = value_at
            && let Some(value) = self.text(&value_at)
            && entries.len() < MAX_ENTRIES
        {
            entries.push(Entry {
                key,
                value,
                value_at,
            });
        }
        Some(())
    }

    fn text(&self, at: &Range<usize>) -> Option<&'a str> {
        std::str::from_utf8(self.bytes.get(at.clone())?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{ 2: [], 5: [{1: "windrow.format", 2: "1"}] }`
    fn small() -> Vec<u8> {
        let mut bytes = vec![0x29, 0x0c, 0x39, 0x1c, 0x18, 14];
        bytes.extend(b"windrow.format");
        bytes.extend([0x18, 1, b'1', 0, 0]);
        bytes
    }

    #[test]
    fn an_entry_is_found_with_its_place() {
        let bytes = small();
        let outline = Outline::of(&bytes).unwrap();
        assert_eq!(outline.get("format"), Some("1"));
        let place = outline.place("format").unwrap();
        assert_eq!(&bytes[place], b"1");
        assert!(outline.is_ours());
        assert_eq!(outline.get("other"), None);
    }

    #[test]
    fn no_beginning_of_a_footer_and_nothing_behind_one_has_an_outline() {
        let bytes = small();
        for end in 0..bytes.len() {
            assert!(Outline::of(&bytes[..end]).is_none(), "{end}");
        }
        assert!(Outline::of(&[small(), vec![0]].concat()).is_none());
    }

    #[test]
    fn lists_longer_than_the_bytes_that_are_left_are_refused() {
        // Field 4, a list of 2^31 - 1 structs.
        assert!(Outline::of(&[0x49, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07]).is_none());
        // Field 1, a text of 2^63 bytes.
        let huge = [0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert!(Outline::of(&huge).is_none());
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(Outline::of(&[0x1c; 1 << 16]).is_none());
        assert!(Outline::of(&[0x19; 1 << 16]).is_none());
    }
}
