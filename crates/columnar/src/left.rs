//! The fields of messages of which a part's columns do not have every value: `windrow.left_in_message`.
//!
//! Without it a null in a column, or a column that is not there, proves nothing.
//! Invariant: a field that has a value in a message and none in its row is named, or [`Left::names`] gives none.
//! Memory: at most `MAX_BYTES` of names.

use std::collections::BTreeSet;

/// The key, without its prefix.
pub(crate) const KEY: &str = "left_in_message";
/// What stands for fields that are not known by name.
const ANY: &str = "*";
/// A footer is read often, so it stays small.
const MAX_BYTES: usize = 8 << 10;

/// Names of fields; none where they are too many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left(Option<BTreeSet<String>>);

impl Default for Left {
    /// No field.
    fn default() -> Self {
        Self(Some(BTreeSet::new()))
    }
}

impl Left {
    /// Takes in what another row group left; none where that is not known.
    pub(crate) fn add(&mut self, names: Option<BTreeSet<String>>) {
        self.0 = self.0.take().zip(names).and_then(|(mut all, names)| {
            all.extend(names);
            let bytes: usize = all.iter().map(|name| name.len() + 1).sum();
            (bytes <= MAX_BYTES).then_some(all)
        });
    }

    /// Its entry in the footer: a name a line. No name has a control character.
    pub(crate) fn entry(&self) -> String {
        match &self.0 {
            Some(names) => Vec::from_iter(names.iter().map(String::as_str)).join("\n"),
            None => ANY.into(),
        }
    }

    /// Reads an entry back; without one nothing is known.
    pub(crate) fn read(entry: Option<&str>) -> Option<Vec<String>> {
        let names = entry?.split('\n').filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        (!names.iter().any(|name| name == ANY)).then_some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Option<BTreeSet<String>> {
        Some(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn names_are_read_as_they_were_written() {
        let mut left = Left::default();
        assert_eq!(Left::read(Some(&left.entry())), Some(Vec::new()));
        left.add(names(&["b c", "a"]));
        left.add(names(&["a", "d"]));
        let read = Left::read(Some(&left.entry())).unwrap();
        assert_eq!(read, ["a", "b c", "d"]);
    }

    #[test]
    fn too_many_names_and_a_name_like_their_sign_prove_nothing() {
        for unknown in [None, names(&["*"]), names(&[&"x".repeat(9000)])] {
            let mut left = Left::default();
            left.add(unknown);
            left.add(names(&["a"]));
            assert_eq!(Left::read(Some(&left.entry())), None);
        }
        assert_eq!(Left::read(None), None);
    }
}
