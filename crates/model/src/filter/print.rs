//! From the tree of an expression to its text, which parses to the same tree.
//!
//! Words stand without quotes only where nothing in them could mean something else.

use super::cursor::{is_escaped, is_keyword};
use super::field_name::FieldName;
use super::pattern::Pattern;
use super::regex::Regex;
use super::term::{Bound, Term, Value};
use super::tree::Tree;
use crate::instant::format_instant_ms;
use std::fmt::{self, Display, Formatter, Write};

/// A text in quotes.
pub(super) struct Quoted<'a>(pub(super) &'a str);

/// What a tree stands in, from where nothing needs parentheses to where all but a leaf does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Within {
    Or,
    And,
    Not,
    Leaf,
}

/// How leaves are joined.
trait Leaf: Display {
    const AND: &'static str;
    /// What may follow `not` without parentheses.
    const NEGATED: Within;
}

impl Leaf for Term {
    const AND: &'static str = " ";
    const NEGATED: Within = Within::Not;
}

impl Leaf for Value {
    const AND: &'static str = " and ";
    const NEGATED: Within = Within::Leaf;
}

impl Display for Tree<Term> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(Term::All) => Ok(()),
            _ => tree(f, self, Within::Or),
        }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_char('*'),
            Self::Text(text) if text.is_empty() => f.write_char('*'),
            Self::Text(text) => text.fmt(f),
            Self::Regex(regex) => regex.fmt(f),
            Self::Field { name, values } => match values {
                Tree::Leaf(value) => {
                    let value = value.to_string();
                    // A colon right behind a colon would make both text.
                    let gap = if value.starts_with(':') { " " } else { "" };
                    write!(f, "{name}:{gap}{value}")
                }
                list => {
                    write!(f, "{name}:(")?;
                    tree(f, list, Within::Or)?;
                    f.write_char(')')
                }
            },
            Self::Compare { name, order, bound } => {
                write!(f, "{name}{}{bound}", order.as_str())
            }
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_char('*'),
            Self::Text(text) => text.fmt(f),
            Self::Cidr(network) => network.fmt(f),
            Self::Regex(regex) => regex.fmt(f),
        }
    }
}

impl Display for Bound {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.write_str(number.as_str()),
            Self::Time(ms) => f.write_str(&format_instant_ms(*ms)),
        }
    }
}

impl Display for FieldName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_exact() {
            Quoted(self.as_str()).fmt(f)
        } else {
            f.write_str(self.as_str())
        }
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.as_literal() {
            Some(text) if is_plain(text) => f.write_str(text),
            Some(text) => Quoted(text).fmt(f),
            None => {
                for (index, piece) in self.pieces().iter().enumerate() {
                    if index > 0 {
                        f.write_char('*')?;
                    }
                    for character in piece.chars() {
                        if is_escaped(character) {
                            f.write_char('\\')?;
                        }
                        f.write_char(character)?;
                    }
                }
                Ok(())
            }
        }
    }
}

impl Display for Regex {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let flag = if self.is_any_case() { "i" } else { "" };
        write!(f, "/{}/{flag}", self.pattern())
    }
}

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(character)?;
        }
        f.write_char('"')
    }
}

fn tree<T: Leaf>(f: &mut Formatter<'_>, of: &Tree<T>, within: Within) -> fmt::Result {
    let own = match of {
        Tree::Leaf(leaf) => return leaf.fmt(f),
        Tree::Not(_) => Within::Not,
        Tree::And(_) => Within::And,
        Tree::Or(_) => Within::Or,
    };
    let needs_parentheses = own < within;
    if needs_parentheses {
        f.write_char('(')?;
    }
    match of {
        Tree::Leaf(_) => {}
        Tree::Not(inner) => {
            f.write_str("not ")?;
            tree(f, inner, T::NEGATED)?;
        }
        Tree::And(terms) => joined(f, terms, T::AND, Within::Not)?,
        Tree::Or(terms) => joined(f, terms, " or ", Within::And)?,
    }
    if needs_parentheses {
        f.write_char(')')?;
    }
    Ok(())
}

fn joined<T: Leaf>(
    f: &mut Formatter<'_>,
    terms: &[Tree<T>],
    between: &str,
    within: Within,
) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        tree(f, term, within)?;
    }
    Ok(())
}

/// Whether a text means itself without quotes, wherever it stands.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !is_keyword(text)
        && !text.starts_with('-')
        && !text.contains(|character: char| character != '-' && is_escaped(character))
}
