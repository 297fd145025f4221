//! A footer's outline: what it counts, and where our entries are, found without allocating for what it says.
//!
//! Takes the thrift bytes of a footer, gives an [`Outline`], before the Parquet library sees them.
//! A few hostile bytes can announce millions of columns, so everything is counted here first.
//! Memory: the entries with our prefix, at most `MAX_ENTRIES` of them. Time: one pass.
//! Fails with `None` on anything that is not one whole struct in Thrift's compact protocol.

use crate::meta::PREFIX;
use crate::thrift::{BINARY, LIST, MAX_DEPTH, STRUCT, Walk};
use std::ops::Range;

/// We write 16 entries.
const MAX_ENTRIES: usize = 64;

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
    value_range: Range<usize>,
}

impl<'a> Outline<'a> {
    /// Walks over the fields of `FileMetaData` in `parquet.thrift`.
    pub(crate) fn of(thrift: &'a [u8]) -> Option<Self> {
        let mut walk = Walk::new(thrift);
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
                        outline.column_chunks += row_group(&mut walk, element)?;
                    }
                }
                (5, LIST) => {
                    let (count, element) = walk.list()?;
                    for _ in 0..count {
                        entry(&mut walk, element, &mut outline.entries)?;
                    }
                }
                _ => walk.skip(kind, MAX_DEPTH)?,
            }
        }
        (walk.left() == 0).then_some(outline)
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

    /// The byte range of that value.
    pub(crate) fn range(&self, key: &str) -> Option<Range<usize>> {
        self.entries
            .iter()
            .find_map(|entry| (entry.key == key).then(|| entry.value_range.clone()))
    }
}

/// Gives the number of its column chunks, the first field of `RowGroup`.
fn row_group(walk: &mut Walk<'_>, kind: u8) -> Option<usize> {
    if kind != STRUCT {
        return None;
    }
    let mut chunks = 0;
    let mut last = 0;
    while let Some((id, kind)) = walk.field(&mut last)? {
        if (id, kind) == (1, LIST) {
            let (count, element) = walk.list()?;
            chunks += count;
            walk.skip_elements(count, element, MAX_DEPTH)?;
        } else {
            walk.skip(kind, MAX_DEPTH)?;
        }
    }
    Some(chunks)
}

fn entry<'a>(walk: &mut Walk<'a>, kind: u8, entries: &mut Vec<Entry<'a>>) -> Option<()> {
    if kind != STRUCT {
        return None;
    }
    let (mut key, mut value_range) = (None, None);
    let mut last = 0;
    while let Some((id, kind)) = walk.field(&mut last)? {
        match (id, kind) {
            (1, BINARY) => {
                let at = walk.binary()?;
                key = walk.text(&at);
            }
            (2, BINARY) => value_range = Some(walk.binary()?),
            _ => walk.skip(kind, MAX_DEPTH)?,
        }
    }
    if let Some(key) = key.and_then(|key: &str| key.strip_prefix(PREFIX))
        && let Some(value_range) = value_range
        && let Some(value) = walk.text(&value_range)
        && entries.len() < MAX_ENTRIES
    {
        entries.push(Entry {
            key,
            value,
            value_range,
        });
    }
    Some(())
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
    fn an_entry_is_found_with_its_range() {
        let bytes = small();
        let outline = Outline::of(&bytes).unwrap();
        assert_eq!(outline.get("format"), Some("1"));
        let range = outline.range("format").unwrap();
        assert_eq!(&bytes[range], b"1");
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
}
