//! The position in the text of an expression, and the pieces that begin there.
//!
//! These are words, quoted texts, regular expressions and operators.
//! Each method moves past what it gives, and stays where it gives none.

use super::field_name::{FieldName, bare_len};
use super::mistake::{FilterError, Mistake, Place};
use super::pattern::Pattern;
use super::regex::Regex;
use std::cell::Cell;

/// What a backslash takes its meaning from in a word, besides blanks.
pub(super) const ESCAPED: &str = "\\():<>=!\"*/-";
const OPERATORS: &str = ":=!<>";

/// What stands between a field and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Is(&'static str),
    IsNot,
    Order(super::term::Order),
}

impl Operator {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Is(written) => written,
            Self::IsNot => "!=",
            Self::Order(order) => order.as_str(),
        }
    }
}

/// A word as it is written, and what it stands for.
pub(super) struct Word<'a> {
    pub(super) raw: &'a str,
    /// None where it has nothing but wildcards.
    pub(super) pattern: Option<Pattern>,
    pub(super) has_escapes: bool,
}

pub(super) struct Cursor<'a> {
    text: &'a str,
    pub(super) at: usize,
    /// The last place asked for: the next one is mostly behind it.
    near: Cell<Place>,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            near: Cell::new(Place::START),
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn place(&self, offset: usize) -> Place {
        let place = self.near.get().to(self.text, offset);
        self.near.set(place);
        place
    }

    pub(super) fn error<T>(&self, offset: usize, mistake: Mistake) -> Result<T, FilterError> {
        Err(FilterError {
            place: self.place(offset),
            mistake,
        })
    }

    pub(super) fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Passes over `character` if it comes next.
    pub(super) fn take(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        if found {
            self.at += character.len_utf8();
        }
        found
    }

    /// The keyword that comes next as a whole word, as it is written. Does not move.
    pub(super) fn keyword(&self) -> Option<&'a str> {
        let rest = self.rest();
        let word = rest.get(..word_len(rest)).unwrap_or_default();
        is_keyword(word).then_some(word)
    }

    /// Passes over `keyword` if it comes next, in any case.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> Option<&'a str> {
        let found = self
            .keyword()
            .filter(|word| word.eq_ignore_ascii_case(keyword))?;
        self.at += found.len();
        Some(found)
    }

    /// A text in quotes, of which one comes next.
    pub(super) fn quoted(&mut self) -> Result<String, FilterError> {
        let start = self.at;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.at = start + at + 1;
                    return Ok(text);
                }
                '\\' => {
                    let escaped = characters.clone().next();
                    match escaped.filter(|(_, next)| matches!(next, '"' | '\\')) {
                        Some((_, next)) => {
                            text.push(next);
                            characters.next();
                        }
                        None => text.push(character),
                    }
                }
                _ => text.push(character),
            }
        }
        self.error(start, Mistake::OpenQuote)
    }

    /// A regular expression: what begins with a slash and has another one where a word could end.
    pub(super) fn regex(&mut self) -> Option<Regex> {
        let body = self.rest().strip_prefix('/')?;
        let mut is_escaped = false;
        let len = body.find(|character| {
            let ends = character == '/' && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            ends
        })?;
        let (pattern, rest) = (body.get(..len)?, body.get(len + 1..)?);
        let after = rest.strip_prefix('i');
        let end = after.unwrap_or(rest);
        if end.starts_with(|next: char| !next.is_whitespace() && next != ')') {
            return None;
        }
        let regex = Regex::new(pattern, after.is_some())?;
        self.at += len + 2 + usize::from(after.is_some());
        Some(regex)
    }

    /// A word, of which one comes next.
    pub(super) fn word(&mut self) -> Word<'a> {
        let rest = self.rest();
        let raw = rest.get(..word_len(rest)).unwrap_or_default();
        let mut pieces = vec![];
        let mut piece = String::new();
        let mut has_escapes = false;
        let mut characters = raw.chars();
        while let Some(character) = characters.next() {
            let escaped = characters.clone().next().filter(|next| is_escaped(*next));
            match (character, escaped) {
                ('\\', Some(next)) => {
                    piece.push(next);
                    has_escapes = true;
                    characters.next();
                }
                ('*', _) => pieces.push(std::mem::take(&mut piece)),
                _ => piece.push(character),
            }
        }
        pieces.push(piece);
        self.at += raw.len();
        Word {
            raw,
            pattern: Pattern::wildcard(pieces),
            has_escapes,
        }
    }

    /// A field without quotes and the operator behind it.
    pub(super) fn field(&mut self) -> Option<(FieldName, Operator)> {
        let start = self.at;
        let len = bare_len(self.rest())?;
        self.at += len;
        let name = FieldName::any_case(self.since(start));
        let operator = self.operator();
        if operator.is_none() {
            self.at = start;
        }
        Some((name, operator?))
    }

    /// The operator behind a field. Another operator character or `//` behind it makes it text.
    pub(super) fn operator(&mut self) -> Option<Operator> {
        use super::term::Order;
        const ALL: [(&str, Operator); 7] = [
            ("!=", Operator::IsNot),
            (">=", Operator::Order(Order::AtLeast)),
            ("<=", Operator::Order(Order::AtMost)),
            (">", Operator::Order(Order::Greater)),
            ("<", Operator::Order(Order::Less)),
            (":", Operator::Is(":")),
            ("=", Operator::Is("=")),
        ];
        let rest = self.rest().trim_start();
        let (written, operator) = ALL
            .into_iter()
            .find(|(written, _)| rest.starts_with(written))?;
        let after = rest.get(written.len()..)?;
        let is_text = after.starts_with("//") || after.starts_with(|next| OPERATORS.contains(next));
        if is_text {
            return None;
        }
        self.at = self.text.len() - after.len();
        Some(operator)
    }
}

pub(super) fn is_escaped(character: char) -> bool {
    character.is_whitespace() || ESCAPED.contains(character)
}

pub(super) fn is_keyword(word: &str) -> bool {
    ["and", "or", "not"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// How many bytes of `text` are a word: up to a blank, a parenthesis or a quote that is not escaped.
fn word_len(text: &str) -> usize {
    let mut is_after_backslash = false;
    text.find(|character: char| {
        let ends = character.is_whitespace() || matches!(character, '(' | ')' | '"');
        if is_after_backslash && is_escaped(character) {
            is_after_backslash = false;
            return false;
        }
        is_after_backslash = character == '\\';
        ends
    })
    .unwrap_or(text.len())
}
