//! What is wrong with an expression, and what may not mean what was meant: each with its place.

use super::{MAX_BYTES, MAX_DEPTH};

/// A place in the text of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The byte it begins at, from 0.
    pub offset: usize,
    /// The character it begins at, from 1.
    pub column: usize,
}

impl Place {
    pub(super) const START: Self = Self {
        offset: 0,
        column: 1,
    };

    /// The place at `offset`, counted from this one where that is not behind it.
    pub(super) fn to(self, text: &str, offset: usize) -> Self {
        let near = if offset < self.offset {
            Self::START
        } else {
            self
        };
        let between = text.get(near.offset..offset).unwrap_or_default();
        Self {
            offset,
            column: near.column + between.chars().count(),
        }
    }
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {}: {mistake}", place.column)]
pub struct FilterError {
    /// Where.
    pub place: Place,
    /// What is wrong, and what would be right.
    pub mistake: Mistake,
}

impl FilterError {
    /// The same in words.
    pub fn explained(&self) -> Explanation {
        let words = self.mistake.to_string();
        let (message, remedy) = words.split_once("; ").unwrap_or((&words, "shorten it"));
        Explanation {
            column: self.place.column,
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

/// Why a text cannot be asked, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The character it begins at, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub remedy: String,
}

/// What is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// It has too many bytes.
    #[error("an expression has at most {MAX_BYTES} bytes")]
    TooLong,
    /// Too many parentheses and negations inside each other.
    #[error("at most {MAX_DEPTH} parentheses and negations may stand inside each other")]
    TooDeep,
    /// A quote without its other end.
    #[error("the quote is not closed; write \\\" for a quote inside it")]
    OpenQuote,
    /// A parenthesis without its other end.
    #[error("the parenthesis is not closed; to search for one, quote it: \"(\"")]
    OpenParenthesis,
    /// The end of something that did not begin.
    #[error("no parenthesis is open here; to search for one, quote it: \")\"")]
    StrayParenthesis,
    /// Nothing between parentheses.
    #[error("nothing stands between the parentheses; to search for them, quote them: \"()\"")]
    EmptyParentheses,
    /// Nothing between quotes.
    #[error(
        "an empty text is in every row; write * for all rows, or field:\"\" for an empty value"
    )]
    EmptyText,
    /// A keyword where a condition should be.
    #[error(
        "a condition should stand here and not the keyword; to search for the word, quote it: \"{word}\""
    )]
    StrayKeyword {
        /// As it is written.
        word: String,
    },
    /// Nothing after a keyword.
    #[error("a condition is missing after `{word}`; to search for the word, quote it: \"{word}\"")]
    MissingTerm {
        /// As it is written.
        word: String,
    },
    /// `!x`
    #[error("`!` is written `-` or `not`; to search for it, quote the text: \"!...\"")]
    Exclamation,
    /// `--x`, `->`, `- x`
    #[error(
        "`-` excludes what stands right after it; to search for a text that begins with it, quote it: \"-...\""
    )]
    StrayMinus,
    /// `field:` without a value.
    #[error(
        "a value is missing after `{field}{operator}`; write {field}:* for rows with the field, or quote the text"
    )]
    MissingValue {
        /// The field.
        field: String,
        /// As it is written.
        operator: &'static str,
    },
    /// `a:(x y)`
    #[error("between two values write `or`; if they are one value, quote it")]
    ListWithoutOr,
    /// `a > b`
    #[error(
        "`{operator}` compares with a number, or `timestamp` with a time such as 2026-11-23T09:00:00Z; to search for the text, quote it"
    )]
    NoBound {
        /// As it is written.
        operator: &'static str,
    },
}

/// Something that may not mean what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where.
    pub place: Place,
    /// What it means, and what else it could have been.
    pub kind: HintKind,
}

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "column {}: {}", self.place.column, self.kind)
    }
}

/// What it means, and what else it could have been.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HintKind {
    /// `user:bob smith`: the second word is not part of the value.
    WordAfterValue {
        /// The text from the field to the word, with quotes around the value.
        quoted: String,
    },
    /// `-5` excludes the text 5.
    MinusBeforeDigit,
    /// `user*:x` is text.
    NoWildcardInName,
    /// `/api/` is a regular expression.
    RegularExpression {
        /// What is between the slashes.
        pattern: String,
    },
    /// `a == 1`, `a && b`, `a in (b)`: as it is written in other languages, but a text here.
    OtherLanguage {
        /// As it is written.
        written: String,
        /// What it is here.
        right: &'static str,
    },
}

impl std::fmt::Display for HintKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WordAfterValue { quoted } => {
                write!(
                    f,
                    "the second word is searched in the message; as one value: {quoted}"
                )
            }
            Self::MinusBeforeDigit => f.write_str(
                "rows with this text are excluded; for the text itself, quote it: \"-...\"",
            ),
            Self::NoWildcardInName => {
                f.write_str("names of fields have no wildcards and no braces, so this is a text")
            }
            Self::RegularExpression { pattern } => {
                write!(
                    f,
                    "this is a regular expression; for the text: \"/{pattern}/\""
                )
            }
            Self::OtherLanguage { written, right } => {
                write!(f, "`{written}` is searched as a text; write {right}")
            }
        }
    }
}
