//! Levels of log rows: which field holds them, and how bad a value is.
//!
//! Takes names and values as logs write them. What is not known as an error or a warning is neither.

use windrow_model::filter::{FieldName, Filter, Pattern, Term, Tree, Value};
use windrow_protocol::WindowView;

/// Fields that hold a level, the likeliest first.
pub const FIELDS: [&str; 6] = [
    "level",
    "severity",
    "log_level",
    "loglevel",
    "lvl",
    "priority",
];

/// Words of those that are an error or worse.
const ERRORS: [&str; 12] = [
    "error",
    "err",
    "fatal",
    "critical",
    "crit",
    "alert",
    "emergency",
    "emerg",
    "severe",
    "panic",
    "failure",
    "failed",
];

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something may fail.
    Warning,
    /// All else.
    Rest,
}

impl Level {
    /// Of a value.
    pub fn of(value: &str) -> Self {
        let is = |word: &&str| value.eq_ignore_ascii_case(word);
        if ERRORS.iter().any(is) {
            Self::Error
        } else if ["warning", "warn"].iter().any(is) {
            Self::Warning
        } else {
            Self::Rest
        }
    }
}

/// Whether a field of this name holds levels.
pub fn is_level(name: &str) -> bool {
    FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name))
}

/// The field by which bars are coloured where nobody has chosen one: a field of levels among those that the rows have.
/// Before the fields are known, the likeliest.
pub fn field_of<'a>(names: Option<&[&'a str]>) -> Option<&'a str> {
    let Some(names) = names else {
        return FIELDS.first().copied();
    };
    let held = |field: &&str| names.iter().find(|name| name.eq_ignore_ascii_case(field));
    FIELDS.iter().find_map(held).copied()
}

/// The same, of a window. Where not all of its fields are known, it may be the likeliest.
pub fn field_in(view: &WindowView) -> Option<&str> {
    let names: Vec<&str> = view.fields.iter().map(String::as_str).collect();
    let guess = || field_of(None).filter(|_| !view.are_all_fields);
    field_of(Some(&names)).or_else(guess)
}

/// The filter of the rows whose level is an error or worse.
pub fn errors(field: &str) -> Filter {
    let word = |word: &&str| Tree::Leaf(Value::Text(Pattern::literal(*word)));
    Tree::Leaf(Term::Field {
        name: FieldName::any_case(field),
        values: Tree::or(ERRORS.iter().map(word)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_model::filter::parse;

    #[test]
    fn words_of_many_logs_are_told_apart_in_any_case_and_an_unknown_one_is_no_alarm() {
        for (value, level) in [
            ("ERROR", Level::Error),
            ("crit", Level::Error),
            ("Warning", Level::Warning),
            ("WARN", Level::Warning),
            ("notice", Level::Rest),
            ("error-free", Level::Rest),
            ("", Level::Rest),
        ] {
            assert_eq!(Level::of(value), level, "{value}");
        }
    }

    #[test]
    fn the_likeliest_field_of_levels_that_the_rows_have_is_taken_as_it_is_written() {
        assert_eq!(field_of(None), Some("level"));
        assert_eq!(
            field_of(Some(&["action", "Severity", "LEVEL"])),
            Some("LEVEL")
        );
        assert_eq!(field_of(Some(&["action", "lvl"])), Some("lvl"));
        assert_eq!(field_of(Some(&["action"])), None);
        assert!(is_level("Severity") && !is_level("levels"));
    }

    #[test]
    fn errors_are_asked_for_by_every_word_for_them() {
        let asked = errors("level").to_string();
        assert!(asked.starts_with("level:(error or err or "), "{asked}");
        assert_eq!(parse(&asked).unwrap().filter, errors("level"));
    }
}
