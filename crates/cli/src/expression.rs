//! A filter expression of the command line: read, compiled, and with what may not mean what was meant.
//!
//! A mistake is shown under its place in the expression, with what would be right.

use crate::args::ListArgs;
use crate::error::CliError;
use crate::show::escape;
use std::fs;
use unicode_width::UnicodeWidthStr;
use windrow_engine::query::Predicate;
use windrow_model::filter::list::lines;
use windrow_model::filter::{Explanation, FieldName, Parsed, Term, Tree, ValueList, parse};

/// How much of an expression is shown on each side of a mistake, in characters.
const AROUND: usize = 60;

/// An expression that can be asked.
#[derive(Debug)]
pub struct Expression {
    parsed: Parsed,
    /// What is asked of rows.
    pub predicate: Predicate,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// With the place of the mistake.
    pub fn read(text: &str) -> Result<Self, CliError> {
        let parsed = parse(text).map_err(|error| mistake(text, error.explained()))?;
        let predicate =
            Predicate::new(&parsed.filter).map_err(|error| mistake(text, error.explained(text)))?;
        Ok(Self { parsed, predicate })
    }

    /// The same for rows that also have one of the values of a file, where one is given.
    ///
    /// # Errors
    /// When the file cannot be read, or has no values.
    pub fn within(mut self, args: &ListArgs) -> Result<Self, CliError> {
        let Some(path) = &args.any_of else {
            return Ok(self);
        };
        let text = fs::read_to_string(path).map_err(|error| CliError::File {
            path: path.to_string_lossy().into_owned(),
            action: "read",
            reason: error.to_string(),
        })?;
        let list = ValueList {
            field: args.any_of_in.as_ref().map(FieldName::any_case),
            is_excluded: false,
            values: lines(&text).0,
        };
        let term = list.term().ok_or_else(|| CliError::BadInput {
            message: format!("{} has no values", escape(&path.to_string_lossy())),
            remedy: "write one a line".into(),
        })?;
        self.parsed.filter = match self.parsed.filter {
            Tree::Leaf(Term::All) => term,
            other => Tree::and([other, term]),
        };
        self.predicate = Predicate::new(&self.parsed.filter)
            .map_err(|error| mistake("", error.explained("")))?;
        Ok(self)
    }

    /// How it is understood.
    pub fn meaning(&self) -> String {
        self.parsed.filter.to_string()
    }

    /// What may not mean what was meant. `names` are the fields that are known, and `are_all` says whether there are no others.
    pub fn hints(&self, names: &[&str], are_all: bool) -> Vec<String> {
        let hints = self.parsed.hints_among(names, are_all).into_iter();
        hints.map(|hint| format!("--where, {hint}")).collect()
    }
}

/// What is wrong at a column, and what would be right.
fn mistake(text: &str, explained: Explanation) -> CliError {
    let Explanation {
        column,
        message,
        remedy,
    } = explained;
    CliError::Expression {
        message: format!("--where, column {column}: {message}"),
        excerpt: excerpt(text, column),
        remedy,
    }
}

/// The expression around a column, counted from 1, and a caret under it.
fn excerpt(text: &str, column: usize) -> [String; 2] {
    let at = column.saturating_sub(1);
    let skipped = at.saturating_sub(AROUND);
    let piece = |skip: usize, take: usize| -> String {
        let piece: String = text.chars().skip(skip).take(take).collect();
        escape(&piece).into_owned()
    };
    let start = if skipped > 0 { "..." } else { "" };
    let before = [start, &piece(skipped, at - skipped)].concat();
    let after = piece(at, AROUND);
    let end = if text.chars().count() > at + AROUND {
        "..."
    } else {
        ""
    };
    let caret = " ".repeat(before.width()) + "^";
    [[&*before, &after, end].concat(), caret]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (String, [String; 2], String) {
        match Expression::read(text).unwrap_err() {
            CliError::Expression {
                message,
                excerpt,
                remedy,
            } => (message, excerpt, remedy),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_mistake_is_shown_under_its_place_with_what_would_be_right() {
        let (message, excerpt, remedy) = shown("user:\"bob");
        assert_eq!(message, "--where, column 6: the quote is not closed");
        assert_eq!(excerpt, ["user:\"bob", "     ^"]);
        assert_eq!(remedy, "write \\\" for a quote inside it");
        let (message, excerpt, _) = shown("\u{65e5} a:(x y)");
        assert!(message.contains("column 8"), "{message}");
        assert_eq!(excerpt[1], "        ^");
    }

    #[test]
    fn a_bad_regular_expression_is_shown_where_it_is_wrong() {
        let (message, excerpt, remedy) = shown("error path:/a(b/");
        assert!(message.contains("/a(b/"), "{message}");
        assert_eq!(excerpt, ["error path:/a(b/", "             ^"]);
        assert!(remedy.contains("quotes"), "{remedy}");
        let (message, _, remedy) = shown("/a; (b/");
        assert!(
            message.contains("/a; (b/") && remedy.starts_with("correct it"),
            "{message}: {remedy}"
        );
    }

    #[test]
    fn of_a_long_expression_the_surroundings_of_the_mistake_are_shown() {
        let (_, excerpt, _) = shown(&format!("{} ( {}", "x ".repeat(500), "y ".repeat(500)));
        assert!(excerpt[0].len() < 150 && excerpt[0].starts_with("..."));
        assert_eq!(excerpt[0].chars().nth(excerpt[1].len() - 1), Some('('));
    }

    #[test]
    fn an_unknown_field_is_a_hint_and_a_guess_where_messages_may_have_others() {
        let hints = |are_all| {
            let expression = Expression::read("usr:bob other:1").unwrap();
            expression.hints(&["user", "message"], are_all)
        };
        assert_eq!(hints(true).len(), 2);
        let [hint] = &hints(false)[..] else { panic!() };
        assert!(
            hint.starts_with("--where, column 1") && hint.contains("`user`"),
            "{hint}"
        );
    }
}
