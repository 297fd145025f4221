//! Texts of a batch of which few are distinct, laid out as Arrow lays out dictionaries: keys beside values.

use super::distinct_texts::DistinctTexts;
use super::text_column::TextColumn;

/// Texts of which few are distinct: a key per entry into a list of values. None is null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DictionaryColumn {
    keys: Vec<i32>,
    values: DistinctTexts,
}

impl DictionaryColumn {
    /// Appends one entry. Compares it with the entry before first.
    pub fn push(&mut self, value: &str) {
        let last = self.keys.last().copied();
        let repeated = last.filter(|key| self.values.is(key.cast_unsigned(), value));
        let key = repeated.unwrap_or_else(|| self.values.key(value).cast_signed());
        self.keys.push(key);
    }

    pub(super) fn append(&mut self, other: &Self) {
        let theirs = other.values.values();
        let ours: Vec<i32> = (0..theirs.len())
            .map(|key| self.values.key(theirs.get(key).unwrap_or_default()))
            .map(u32::cast_signed)
            .collect();
        let key = |key: &i32| ours.get(usize::try_from(*key).ok()?).copied();
        self.keys.extend(other.keys.iter().filter_map(key));
    }

    /// The entry at `row`.
    pub fn get(&self, row: usize) -> Option<&str> {
        let key = usize::try_from(*self.keys.get(row)?).ok()?;
        self.values.values().get(key)
    }

    /// The buffers themselves: keys and values.
    pub fn into_parts(self) -> (Vec<i32>, TextColumn) {
        (self.keys, self.values.into_values())
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.keys.truncate(len);
        // Values are numbered as they first appear, so those past the highest key are used no more.
        let used = self.keys.iter().max().map_or(0, |key| key + 1);
        self.values
            .truncate(usize::try_from(used).unwrap_or_default());
    }

    pub(super) fn byte_size(&self) -> usize {
        size_of_val(self.keys.as_slice()) + self.values.values().byte_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_distinct_log_ids_cost_a_few_comparisons_each() {
        const IDS: usize = 100_000;
        let mut column = DictionaryColumn::default();
        for row in 0..2 * IDS {
            column.push(&format!("log {}", row % IDS));
        }
        let mut whole = DictionaryColumn::default();
        whole.append(&column);
        whole.append(&column);
        for column in [&column, &whole] {
            assert_eq!(column.values.values().len(), IDS);
            let comparisons = column.values.comparisons();
            assert!(comparisons < 5 * IDS as u64, "{comparisons}");
        }
        for row in [0, 1, IDS - 1, IDS, 2 * IDS - 1] {
            let id = format!("log {}", row % IDS);
            assert_eq!(column.get(row), Some(id.as_str()));
            assert_eq!(whole.get(2 * IDS + row), Some(id.as_str()));
        }
    }

    #[test]
    fn ids_that_were_forgotten_are_numbered_anew() {
        let mut column = DictionaryColumn::default();
        for id in ["a", "b", "a", "c"] {
            column.push(id);
        }
        column.truncate(1);
        for id in ["c", "b", "c"] {
            column.push(id);
        }
        let found: Vec<_> = (0..5).map(|row| column.get(row)).collect();
        assert_eq!(found, [Some("a"), Some("c"), Some("b"), Some("c"), None]);
        let (keys, values) = column.into_parts();
        assert_eq!((keys, values.len()), (vec![0, 1, 2, 1], 3));
    }
}
