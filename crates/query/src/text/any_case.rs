//! A text found in any case.
//!
//! What is equal is what Unicode's simple folding makes equal, as in regular expressions.
//! Of all letters outside ASCII only two are equal to one in it: U+017F to `s` and U+212A to `k`.
//! So ASCII texts are found by comparing bytes, and texts with one of those two letters are [`unfolded`] first;
//! they are rare.

use memchr::memmem;
use regex::bytes::Regex;
use std::borrow::Cow;
use std::ops::Range;

/// Positions compared at once; a whole number of vectors.
const BLOCK: usize = 64;
/// How much of a text is looked at to see which bytes are rare in it.
const SAMPLE: usize = 2048;

const LONG_S: &[u8] = "\u{17f}".as_bytes();
const KELVIN: &[u8] = "\u{212a}".as_bytes();

/// Whether a letter outside ASCII is equal to one in it.
pub(super) fn has_foreign(text: &[u8]) -> bool {
    !text.is_ascii()
        && (memmem::find(text, LONG_S).is_some() || memmem::find(text, KELVIN).is_some())
}

/// The text with letters of ASCII for those outside it that are equal to them.
pub(crate) fn unfolded(text: &[u8]) -> Cow<'_, [u8]> {
    if !has_foreign(text) {
        return text.into();
    }
    let mut rest = text;
    let mut out = Vec::with_capacity(text.len());
    while let Some((first, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(LONG_S) {
            out.push(b's');
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix(KELVIN) {
            out.push(b'k');
            rest = behind;
        } else {
            out.push(*first);
            rest = behind;
        }
    }
    out.into()
}

/// A text to look for.
#[derive(Clone, Debug)]
pub(super) enum AnyCase {
    /// In lower case.
    Ascii(Vec<u8>),
    /// One that is not all ASCII.
    Folded(Regex),
}

impl AnyCase {
    /// None for an empty text, or one too long for a regular expression.
    pub(super) fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            None
        } else if text.is_ascii() {
            Some(Self::Ascii(text.to_ascii_lowercase().into_bytes()))
        } else {
            let folded = super::test::compile(&regex_syntax::escape(text), true);
            folded.ok().map(Self::Folded)
        }
    }

    pub(super) fn in_text<'a>(&'a self, text: &'a [u8]) -> Search<'a> {
        match self {
            Self::Ascii(lower) => Search::Ascii(AsciiSearch::new(lower, text)),
            Self::Folded(regex) => Search::Folded(regex, text),
        }
    }
}

/// A text under search.
pub(super) enum Search<'a> {
    Ascii(AsciiSearch<'a>),
    Folded(&'a Regex, &'a [u8]),
}

impl Search<'_> {
    /// The first hit that begins at `from` or behind it.
    pub(super) fn next(&self, from: usize) -> Option<Range<usize>> {
        match self {
            Self::Ascii(search) => search.next(from),
            Self::Folded(regex, text) => regex.find_at(text, from).map(|found| found.range()),
        }
    }
}

/// A byte of the text sought, at its place in it.
#[derive(Clone, Copy, Default)]
struct Probe {
    at: usize,
    byte: u8,
    /// The bit that makes a letter lower case; none for others.
    bit: u8,
}

impl Probe {
    const fn new(at: usize, byte: u8) -> Self {
        let bit = if byte.is_ascii_lowercase() { 0x20 } else { 0 };
        Self { at, byte, bit }
    }

    const fn is(self, byte: u8) -> bool {
        byte | self.bit == self.byte
    }
}

/// Looks for two bytes at their distance, many positions at once, and then for the rest.
pub(super) struct AsciiSearch<'a> {
    lower: &'a [u8],
    text: &'a [u8],
    probes: [Probe; 2],
}

impl<'a> AsciiSearch<'a> {
    fn new(lower: &'a [u8], text: &'a [u8]) -> Self {
        Self {
            lower,
            text,
            probes: rarest(lower, text),
        }
    }

    fn next(&self, from: usize) -> Option<Range<usize>> {
        let [one, two] = self.probes;
        let mut at = from;
        let ones = self.text.get(at + one.at..)?.chunks_exact(BLOCK);
        let twos = self.text.get(at + two.at..)?.chunks_exact(BLOCK);
        for (ones, twos) in ones.zip(twos) {
            // Without a branch, so that it becomes vector instructions.
            let mut any = 0_u8;
            for (first, second) in ones.iter().zip(twos) {
                any |= u8::from(one.is(*first)) & u8::from(two.is(*second));
            }
            if any != 0
                && let Some(found) = self.first_of(at..at + BLOCK)
            {
                return Some(found);
            }
            at += BLOCK;
        }
        self.first_of(at..self.text.len())
    }

    fn first_of(&self, mut starts: Range<usize>) -> Option<Range<usize>> {
        let [one, two] = self.probes;
        let is_probed = |probe: Probe, start: usize| {
            let byte = self.text.get(start + probe.at);
            byte.is_some_and(|byte| probe.is(*byte))
        };
        starts
            .find(|start| {
                let piece = self.text.get(*start..*start + self.lower.len());
                is_probed(one, *start)
                    && is_probed(two, *start)
                    && piece.is_some_and(|piece| piece.eq_ignore_ascii_case(self.lower))
            })
            .map(|start| start..start + self.lower.len())
    }
}

/// The two bytes of `lower` that are rarest at the start of `text`.
fn rarest(lower: &[u8], text: &[u8]) -> [Probe; 2] {
    let mut counts = [0_u32; 256];
    if text.len() > BLOCK {
        for byte in text.iter().take(SAMPLE) {
            if let Some(count) = counts.get_mut(usize::from(byte.to_ascii_lowercase())) {
                *count += 1;
            }
        }
    }
    let rare = |except: Option<u8>| {
        let probes = lower.iter().enumerate();
        probes
            .filter(|(_, byte)| Some(**byte) != except)
            .min_by_key(|(_, byte)| counts.get(usize::from(**byte)))
            .map(|(at, byte)| Probe::new(at, *byte))
    };
    let one = rare(None).unwrap_or_default();
    // The same byte again tells less than another.
    [one, rare(Some(one.byte)).unwrap_or(one)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(needle: &str, text: &str) -> Vec<Range<usize>> {
        let needle = AnyCase::new(needle).unwrap();
        let search = needle.in_text(text.as_bytes());
        let mut from = 0;
        std::iter::from_fn(|| {
            let hit = search.next(from)?;
            from = hit.start + 1;
            Some(hit)
        })
        .collect()
    }

    #[test]
    fn letters_outside_ascii_are_equal_by_simple_folding() {
        for (needle, text) in [
            ("\u{e4}rger", "der \u{c4}RGER"),
            ("\u{3c3}", "\u{3c2}"),
            ("\u{1e9e}", "\u{df}"),
            ("\u{b5}s", "\u{3bc}S"),
            ("\u{17f}", "S"),
            ("\u{212a}", "k"),
        ] {
            assert_eq!(found(needle, text).len(), 1, "{needle} in {text}");
        }
        for (needle, text) in [
            ("\u{df}", "ss"),
            ("i\u{307}", "\u{130}"),
            ("\u{e4}", "a\u{308}"),
        ] {
            assert!(found(needle, text).is_empty(), "{needle} in {text}");
        }
    }

    #[test]
    fn two_letters_outside_ascii_are_equal_to_one_in_it() {
        let text = "\u{212a}elvin, Me\u{17f}\u{17f}er, \u{e4}";
        assert_eq!(
            unfolded(text.as_bytes()).as_ref(),
            "kelvin, Messer, \u{e4}".as_bytes()
        );
        assert!(!has_foreign("k\u{e4}se".as_bytes()));
    }

    proptest! {
        #[test]
        fn a_text_is_found_wherever_a_regular_expression_finds_it(
            needle in "[a-d=:5 ]{1,4}", text in "[a-dA-D=:5% ]{0,300}",
        ) {
            let regex = super::super::test::compile(&regex_syntax::escape(&needle), true).unwrap();
            let mut from = 0;
            let expected: Vec<_> = std::iter::from_fn(|| {
                let hit = regex.find_at(text.as_bytes(), from)?.range();
                from = hit.start + 1;
                Some(hit)
            })
            .collect();
            prop_assert_eq!(found(&needle, &text), expected);
        }
    }
}
