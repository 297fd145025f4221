//! What is looked for in the texts of a column, all at once.

use super::any_case::{AnyCase, Search, unfolded};
use aho_corasick::{AhoCorasick, Input};
use memchr::memmem::Finder;
use std::ops::Range;

/// One text or several.
#[derive(Clone, Debug)]
pub(super) enum Needle {
    /// As it is written.
    Exact(Box<Finder<'static>>),
    /// In any case.
    AnyCase(AnyCase),
    /// ASCII texts in any case.
    Many(AhoCorasick),
}

impl Needle {
    pub(super) fn exact(text: &[u8]) -> Self {
        Self::Exact(Box::new(Finder::new(text).into_owned()))
    }

    /// None for an empty text, or one too long for a regular expression.
    pub(super) fn any_case(text: &str) -> Option<Self> {
        AnyCase::new(text).map(Self::AnyCase)
    }

    /// None where they are too many.
    pub(super) fn many(texts: &[&str]) -> Option<Self> {
        let mut builder = AhoCorasick::builder();
        let needles = builder.ascii_case_insensitive(true).build(texts);
        needles.ok().map(Self::Many)
    }

    /// Whether texts with letters outside ASCII that are equal to letters in it must be unfolded first.
    pub(super) const fn is_ascii(&self) -> bool {
        matches!(self, Self::AnyCase(AnyCase::Ascii(_)) | Self::Many(_))
    }

    /// Gives what finds hits in a text.
    pub(super) fn in_text<'a>(&'a self, text: &'a [u8]) -> Hits<'a> {
        match self {
            Self::Exact(finder) => Hits::Exact(finder, text),
            Self::AnyCase(needle) => Hits::AnyCase(needle.in_text(text)),
            Self::Many(needles) => Hits::Many(needles, text),
        }
    }

    /// How many hits one behind the other there are in a text.
    pub(super) fn count(&self, text: &[u8]) -> usize {
        let hits = self.in_text(text);
        std::iter::successors(hits.next(0), |hit| hits.next(hit.end)).count()
    }

    /// Whether one text has it.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        if self.is_ascii() {
            self.in_text(&unfolded(text)).next(0).is_some()
        } else {
            self.in_text(text).next(0).is_some()
        }
    }
}

/// A needle and the text it is looked for in.
pub(super) enum Hits<'a> {
    Exact(&'a Finder<'static>, &'a [u8]),
    AnyCase(Search<'a>),
    Many(&'a AhoCorasick, &'a [u8]),
}

impl Hits<'_> {
    /// The first hit that begins at `from` or behind it.
    pub(super) fn next(&self, from: usize) -> Option<Range<usize>> {
        match self {
            Self::Exact(finder, text) => {
                let start = from + finder.find(text.get(from..)?)?;
                Some(start..start + finder.needle().len())
            }
            Self::AnyCase(search) => search.next(from),
            Self::Many(needles, text) => {
                let input = Input::new(*text).range(from.min(text.len())..);
                needles.find(input).map(|found| found.range())
            }
        }
    }
}
