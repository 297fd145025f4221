//! Distinct texts, numbered in the order in which they first appear.
//!
//! Memory: every text once, and about five bytes of a hash table for each.
//! Time: one hash and about one comparison a text, however many are distinct and whoever chose them.

use super::text_column::TextColumn;
use ahash::RandomState;
use hashbrown::HashTable;

/// A set of texts, each with its key.
#[derive(Clone, Debug, Default)]
pub struct DistinctTexts {
    values: TextColumn,
    keys: HashTable<u32>,
    hasher: RandomState,
    #[cfg(test)]
    comparisons: std::cell::Cell<u64>,
}

impl DistinctTexts {
    /// All texts, in order of their keys.
    pub const fn values(&self) -> &TextColumn {
        &self.values
    }

    /// The same, without the means to find them.
    pub fn into_values(self) -> TextColumn {
        self.values
    }

    /// The key of a text that is in the set.
    pub fn find(&self, text: &str) -> Option<u32> {
        let is_it = |key: &u32| self.is(*key, text);
        self.keys.find(self.hasher.hash_one(text), is_it).copied()
    }

    /// The key of a text, which is put into the set if it is not there. No set has 2^32 texts: their lengths are 31 bits together.
    pub fn key(&mut self, text: &str) -> u32 {
        if let Some(key) = self.find(text) {
            return key;
        }
        let key = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(Some(text));
        let (values, hasher) = (&self.values, &self.hasher);
        let hash_of = |key: &u32| hasher.hash_one(values.get(*key as usize).unwrap_or_default());
        self.keys
            .insert_unique(self.hasher.hash_one(text), key, hash_of);
        key
    }

    /// Whether `key` is that of `text`.
    pub fn is(&self, key: u32, text: &str) -> bool {
        #[cfg(test)]
        self.comparisons.update(|count| count + 1);
        self.values.get(key as usize) == Some(text)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        self.keys.retain(|key| (*key as usize) < len);
    }

    #[cfg(test)]
    pub(super) const fn comparisons(&self) -> u64 {
        self.comparisons.get()
    }
}

impl PartialEq for DistinctTexts {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Eq for DistinctTexts {}
