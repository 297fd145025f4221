//! What is asked of a text.
//!
//! A needle that must be in it is looked for in all rows at once, and only rows that have it are confirmed one by one.

use super::any_case::{has_foreign, unfolded};
use super::column::TextColumn;
use super::needle::Needle;
use super::required::Required;
use super::{required, scan};
use crate::error::QueryError;
use arrow::buffer::BooleanBuffer;
use regex::bytes::{Regex, RegexBuilder};
use windrow_model::filter;
use windrow_model::filter::Pattern;

/// The most memory that a regular expression is compiled to.
const MAX_REGEX_BYTES: usize = 10 << 20;
/// The most needles of one question.
const MAX_NEEDLES: usize = 4;
/// How much of a column is looked at to see which of them is rare in it.
const SAMPLE: usize = 32 << 10;
/// With fewer candidates than one in so many rows, each is looked at by itself.
const SPARSE: usize = 16;
/// From so many texts on, looking for all of them at once is faster than for one after the other.
const MANY: usize = 6;

/// One question about a text.
#[derive(Clone, Debug)]
pub(crate) struct TextTest {
    /// What each match contains, all of it.
    needles: Vec<Needle>,
    confirm: Confirm,
}

/// Looks for any of some texts; none where they are too many.
type AtOnce = fn(&[&str]) -> Option<TextTest>;

/// Patterns by how several of them are looked for at once.
pub(crate) struct Kinds<'a> {
    /// Texts of ASCII.
    pub(crate) ascii: Vec<&'a str>,
    /// Other texts.
    pub(crate) others: Vec<&'a str>,
    /// Those with a wildcard, which are not.
    pub(crate) wildcards: Vec<&'a Pattern>,
}

impl<'a> Kinds<'a> {
    pub(crate) fn of(patterns: &[&'a Pattern]) -> Self {
        let (mut ascii, mut others, mut wildcards) = (Vec::new(), Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern.as_literal() {
                Some(text) if text.is_ascii() => ascii.push(text),
                Some(text) => others.push(text),
                None => wildcards.push(*pattern),
            }
        }
        Self {
            ascii,
            others,
            wildcards,
        }
    }
}

/// What makes a text with the needle a match.
#[derive(Clone, Debug)]
enum Confirm {
    /// The needle.
    Found,
    /// It is this ASCII text in any case.
    Equal(String),
    /// It has a match.
    Regex(Regex),
}

impl TextTest {
    /// The text contains `pattern` in any case; an empty one only where it is empty too.
    pub(crate) fn contains(pattern: &Pattern) -> Result<Self, QueryError> {
        let too_large = || too_large(pattern);
        Ok(match pattern.as_literal() {
            Some("") => return Self::whole(pattern),
            Some(text) => Self {
                needles: vec![Needle::any_case(text).ok_or_else(too_large)?],
                confirm: Confirm::Found,
            },
            None => Self {
                needles: needles(pattern.pieces()),
                confirm: Confirm::Regex(compile(&source(pattern), true).map_err(|_| too_large())?),
            },
        })
    }

    /// Tests of which one passes where the text contains one of the patterns in any case, none of which is empty:
    /// one for all texts of ASCII and one for all others, where they are many, and one for each pattern with a wildcard.
    pub(crate) fn contains_any(patterns: &[&Pattern]) -> Result<Vec<Self>, QueryError> {
        let kinds = Kinds::of(patterns);
        let at_once: [(Vec<&str>, AtOnce); 2] = [
            (kinds.ascii, Self::contains_ascii),
            (kinds.others, |texts| Self::folded(texts, "", "")),
        ];
        let mut tests = Vec::new();
        for (texts, at_once) in at_once {
            match (texts.len() >= MANY).then(|| at_once(&texts)).flatten() {
                Some(test) => tests.push(test),
                None => {
                    for text in texts {
                        tests.push(Self::contains(&Pattern::literal(text))?);
                    }
                }
            }
        }
        for pattern in kinds.wildcards {
            tests.push(Self::contains(pattern)?);
        }
        Ok(tests)
    }

    fn contains_ascii(texts: &[&str]) -> Option<Self> {
        Some(Self {
            needles: vec![Needle::many(texts)?],
            confirm: Confirm::Found,
        })
    }

    /// All of the text is one of these in any case; none where they are too many.
    pub(crate) fn whole_any(texts: &[&str]) -> Option<Self> {
        Self::folded(texts, "\\A", "\\z")
    }

    /// One of these is found in any case between two expressions.
    fn folded(texts: &[&str], before: &str, behind: &str) -> Option<Self> {
        let texts = texts.iter().map(|text| regex_syntax::escape(text));
        let any = texts.collect::<Vec<_>>().join("|");
        let regex = compile(&format!("{before}(?:{any}){behind}"), true).ok()?;
        Some(Self {
            needles: Vec::new(),
            confirm: Confirm::Regex(regex),
        })
    }

    /// All of the text is `pattern` in any case.
    pub(crate) fn whole(pattern: &Pattern) -> Result<Self, QueryError> {
        if let Some(text) = pattern.as_literal().filter(|text| text.is_ascii()) {
            return Ok(Self {
                needles: Vec::new(),
                confirm: Confirm::Equal(text.to_owned()),
            });
        }
        let anchored = format!("\\A(?:{})\\z", source(pattern));
        let regex = compile(&anchored, true).map_err(|_| too_large(pattern))?;
        Ok(Self {
            needles: needles(pattern.pieces()),
            confirm: Confirm::Regex(regex),
        })
    }

    /// The regular expression is found in the text.
    pub(crate) fn regex(regex: &filter::Regex) -> Result<Self, QueryError> {
        let (pattern, is_any_case) = (regex.pattern(), regex.is_any_case());
        let invalid = |error: String, offset| QueryError::Regex {
            pattern: pattern.to_owned(),
            reason: error,
            offset,
        };
        let parsed = regex_syntax::ParserBuilder::new()
            .case_insensitive(is_any_case)
            .dot_matches_new_line(true)
            .utf8(false)
            .build()
            .parse(pattern);
        let hir = parsed.map_err(|error| {
            let (reason, offset) = reason(&error);
            invalid(reason, offset)
        })?;
        if let Some(literal) = required::literal(&hir)
            && !literal.is_empty()
        {
            return Ok(Self {
                needles: vec![Needle::exact(literal)],
                confirm: Confirm::Found,
            });
        }
        let regex = compile(pattern, is_any_case).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                invalid("it is too large; write a shorter one".to_owned(), None)
            }
            other => invalid(other.to_string(), None),
        })?;
        Ok(Self {
            needles: longest(required::required(&hir)),
            confirm: Confirm::Regex(regex),
        })
    }

    /// The answer for one text.
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        match &self.confirm {
            Confirm::Found => self.needles.iter().all(|needle| needle.is_in(text)),
            confirm => confirm.holds(text),
        }
    }

    /// Of the rows `within`, those whose text matches.
    pub(crate) fn rows(&self, column: &TextColumn<'_>, within: &BooleanBuffer) -> BooleanBuffer {
        let is_sparse = within.count_set_bits() < within.len() / SPARSE;
        let is_plain = |needle: &Needle| !needle.is_ascii() || !has_foreign(column.bytes());
        match rarest(&self.needles, column.bytes()) {
            Some(needle) if !is_sparse && is_plain(needle) => {
                scan::rows(needle, column, within, |text| self.confirm.holds(text))
            }
            _ => BooleanBuffer::collect_bool(within.len(), |row| {
                within.value(row) && self.is_match(column.get_bytes(row))
            }),
        }
    }
}

impl Confirm {
    fn holds(&self, text: &[u8]) -> bool {
        match self {
            Self::Found => true,
            Self::Equal(wanted) => {
                text.eq_ignore_ascii_case(wanted.as_bytes())
                    || text.len() > wanted.len()
                        && unfolded(text).eq_ignore_ascii_case(wanted.as_bytes())
            }
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// A regular expression as all are compiled here.
pub(super) fn compile(pattern: &str, is_any_case: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(is_any_case)
        .dot_matches_new_line(true)
        .size_limit(MAX_REGEX_BYTES)
        .build()
}

/// The same as a regular expression.
fn source(pattern: &Pattern) -> String {
    let pieces = pattern
        .pieces()
        .iter()
        .map(|piece| regex_syntax::escape(piece));
    pieces.collect::<Vec<_>>().join(".*")
}

/// The longest of some texts.
fn needles(texts: &[String]) -> Vec<Needle> {
    let texts = texts.iter().map(|text| Required {
        text: text.clone(),
        is_any_case: true,
    });
    longest(texts.collect())
}

/// The same, each in its case or in any.
fn longest(mut texts: Vec<Required>) -> Vec<Needle> {
    texts.sort_by_key(|required| std::cmp::Reverse(required.text.len()));
    let needles = texts
        .iter()
        .filter_map(|required| match required.is_any_case {
            true => Needle::any_case(&required.text),
            false => Some(Needle::exact(required.text.as_bytes())),
        });
    needles.take(MAX_NEEDLES).collect()
}

/// The needle that is rarest at the start of a text.
fn rarest<'a>(needles: &'a [Needle], text: &[u8]) -> Option<&'a Needle> {
    let sample = text.get(..SAMPLE).unwrap_or(text);
    match needles {
        [] | [_] => needles.first(),
        _ => needles.iter().min_by_key(|needle| needle.count(sample)),
    }
}

fn too_large(pattern: &Pattern) -> QueryError {
    QueryError::TooLarge {
        pattern: pattern.to_string(),
    }
}

/// What is wrong with a regular expression, and where.
fn reason(error: &regex_syntax::Error) -> (String, Option<usize>) {
    match error {
        regex_syntax::Error::Parse(error) => {
            (error.kind().to_string(), Some(error.span().start.offset))
        }
        regex_syntax::Error::Translate(error) => {
            (error.kind().to_string(), Some(error.span().start.offset))
        }
        other => (other.to_string(), None),
    }
}
