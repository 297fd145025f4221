//! A regular expression as it is written, between slashes.
//!
//! Whether it is valid is not known here: the crate that runs it says so.
//! Invariant: it can stand between slashes, so it is not empty, and each slash in it is escaped.

/// A regular expression that is found anywhere in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    pattern: String,
    is_any_case: bool,
}

impl Regex {
    /// Escapes the slashes of `pattern`. None where it is empty or ends within an escape.
    pub fn new(pattern: &str, is_any_case: bool) -> Option<Self> {
        let mut escaped = String::with_capacity(pattern.len());
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => {
                    escaped.push(character);
                    escaped.push(characters.next()?);
                }
                '/' => escaped.push_str("\\/"),
                _ => escaped.push(character),
            }
        }
        (!escaped.is_empty()).then_some(Self {
            pattern: escaped,
            is_any_case,
        })
    }

    /// The expression. A slash in it is `\/`, which is a slash in every syntax.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether upper and lower case are the same.
    pub const fn is_any_case(&self) -> bool {
        self.is_any_case
    }
}

#[cfg(test)]
mod tests {
    use super::Regex;

    #[test]
    fn slashes_are_escaped_once() {
        assert_eq!(Regex::new("a/b", false).unwrap().pattern(), "a\\/b");
        assert_eq!(Regex::new("a\\/b", false).unwrap().pattern(), "a\\/b");
        assert_eq!(Regex::new("a\\\\/b", false).unwrap().pattern(), "a\\\\\\/b");
    }

    #[test]
    fn what_cannot_stand_between_slashes_is_none() {
        assert_eq!(Regex::new("", false), None);
        assert_eq!(Regex::new("a\\", false), None);
    }
}
