//! Text sought without regard to case, character by character: the same in a search of all rows and in what is marked.
//!
//! [`fold`] looks at one character alone, never at its neighbours: `str::to_lowercase` writes a sigma at the end of a
//! word differently, so that the start of a word would not be found in the whole.

use memchr::memchr2_iter;
use std::ops::Range;

/// A character as it is compared: in lower case, with one form of sigma.
pub fn fold(character: char) -> impl Iterator<Item = char> {
    character.to_lowercase().map(|lower| match lower {
        '\u{3c2}' => '\u{3c3}',
        other => other,
    })
}

/// A text to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needle {
    folded: Vec<char>,
    /// The same as bytes, where all of it is ASCII.
    ascii: Option<Vec<u8>>,
}

impl Needle {
    /// Looks for `text` in any case. An empty text is found nowhere.
    pub fn new(text: &str) -> Self {
        let folded: Vec<char> = text.chars().flat_map(fold).collect();
        let ascii = folded.iter().all(char::is_ascii);
        Self {
            ascii: ascii.then(|| folded.iter().map(|character| *character as u8).collect()),
            folded,
        }
    }

    /// Whether `text` contains it.
    pub fn is_in(&self, text: &str) -> bool {
        self.next(text, 0).is_some()
    }

    /// Where `text` contains it: byte ranges in order, none of which overlaps another.
    pub fn ranges<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            let found = self.next(text, from)?;
            from = found.end;
            Some(found)
        })
    }

    fn next(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let first = *self.folded.first()?;
        let rest = text.get(from..)?;
        if text.is_ascii() {
            return in_ascii(self.ascii.as_deref()?, rest.as_bytes())
                .map(|at| from + at..from + at + self.folded.len());
        }
        let starts = rest.char_indices();
        starts
            .filter(|(_, character)| fold(*character).next() == Some(first))
            .find_map(|(at, _)| {
                let length = self.length_at(rest.get(at..)?)?;
                Some(from + at..from + at + length)
            })
    }

    /// How many bytes of `text` the needle takes, where it begins with it.
    fn length_at(&self, text: &str) -> Option<usize> {
        let mut wanted = self.folded.iter();
        for (at, character) in text.char_indices() {
            for folded in fold(character) {
                match wanted.next() {
                    Some(wanted) if *wanted == folded => {}
                    Some(_) => return None,
                    None => return Some(at + character.len_utf8()),
                }
            }
            if wanted.len() == 0 {
                return Some(at + character.len_utf8());
            }
        }
        None
    }
}

fn in_ascii(lower: &[u8], text: &[u8]) -> Option<usize> {
    let first = lower.first()?;
    memchr2_iter(*first, first.to_ascii_uppercase(), text).find(|start| {
        text.get(*start..start + lower.len())
            .is_some_and(|piece| piece.eq_ignore_ascii_case(lower))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str, needle: &str) -> Vec<String> {
        let needle = Needle::new(needle);
        needle
            .ranges(text)
            .map(|range| text[range].to_owned())
            .collect()
    }

    #[test]
    fn case_is_ignored_in_and_outside_ascii() {
        assert_eq!(found("Deny deny DENIED", "dENY"), ["Deny", "deny"]);
        assert_eq!(found("\u{c4}rger", "\u{e4}R"), ["\u{c4}r"]);
        assert_eq!(found("pass word", "password"), [""; 0]);
        assert_eq!(found("passwor", "password"), [""; 0]);
        assert_eq!(found("anything", ""), [""; 0]);
        assert_eq!(found("\u{e4}", ""), [""; 0]);
    }

    #[test]
    fn a_sigma_is_found_at_the_end_of_a_word_and_within_it() {
        // "city ODOSA" holds "ODOS", in Greek capitals.
        let odos = "\u{39f}\u{394}\u{39f}\u{3a3}";
        assert_eq!(found(&format!("city {odos}\u{391}"), odos), [odos]);
        // A name in capitals, and as it is written.
        let capitals = "\u{3a3}\u{38a}\u{3a3}\u{3a5}\u{3a6}\u{39f}\u{3a3}";
        let name = "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}";
        assert_eq!(found(name, capitals), [name]);
    }

    #[test]
    fn a_character_that_folds_into_several_is_taken_whole() {
        // A capital I with a dot is "i" and a combining dot in lower case.
        assert_eq!(found("\u{130}stanbul", "i\u{307}STAN"), ["\u{130}stan"]);
        assert_eq!(found("\u{130}stanbul", "i"), ["\u{130}"]);
        assert_eq!(found("\u{212a}elvin", "kel"), ["\u{212a}el"]);
    }

    proptest! {
        #[test]
        fn any_piece_of_a_text_is_found_in_it_whatever_its_case(
            before in "\\PC{0,12}", piece in "[a-zA-Z0-9 \u{370}-\u{3ff}\u{c0}-\u{17f}]{1,8}", after in "\\PC{0,12}",
        ) {
            let text = format!("{before}{piece}{after}");
            for wanted in [piece.clone(), piece.chars().flat_map(fold).collect()] {
                let needle = Needle::new(&wanted);
                prop_assert!(needle.is_in(&text), "{wanted} in {text}");
                let ranges: Vec<_> = needle.ranges(&text).collect();
                prop_assert!(ranges.iter().all(|range| text.get(range.clone()).is_some()));
                prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
        }
    }
}
