//! The name of a field in an expression.
//!
//! Invariant: a name in any case can be written without quotes.

use serde::{Deserialize, Serialize};

/// A name: exactly as it is, or in any case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldName {
    name: String,
    is_exact: bool,
}

impl FieldName {
    /// Exactly this name: written in quotes.
    pub fn exact(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_exact: true,
        }
    }

    /// This name in any case; exactly this one where it could not be written without quotes.
    pub fn any_case(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            is_exact: bare_len(&name) != Some(name.len()),
            name,
        }
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether its case counts.
    pub const fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Whether a field of this name is meant.
    pub fn matches(&self, name: &str) -> bool {
        name == self.name
            || !self.is_exact
                && (name.eq_ignore_ascii_case(&self.name)
                    || !(name.is_ascii() && self.name.is_ascii())
                        && name.to_lowercase() == self.name.to_lowercase())
    }
}

/// How many bytes of `text` are a name without quotes, if it begins with one.
pub(super) fn bare_len(text: &str) -> Option<usize> {
    let goes_on = |character: char| character.is_alphanumeric() || "_.@-".contains(character);
    let first = text.chars().next()?;
    if !(first.is_alphabetic() || matches!(first, '_' | '@')) {
        return None;
    }
    let len = text
        .find(|character| !goes_on(character))
        .unwrap_or(text.len());
    text.get(..len)
        .filter(|name| !name.ends_with(['-', '.']))
        .map(str::len)
}

#[cfg(test)]
mod tests {
    use super::FieldName;

    #[test]
    fn a_name_without_quotes_is_meant_in_any_case() {
        let name = FieldName::any_case("User.Name");
        assert!(name.matches("user.name") && name.matches("USER.NAME"));
        assert!(!name.matches("user_name"));
        assert!(FieldName::any_case("\u{c4}rger").matches("\u{e4}RGER"));
        let exact = FieldName::exact("User");
        assert!(exact.matches("User") && !exact.matches("user"));
    }

    #[test]
    fn a_name_that_needs_quotes_is_exact() {
        for name in ["", "a b", "5a", "a-", "a.", "a:b", "-a"] {
            assert!(FieldName::any_case(name).is_exact(), "{name}");
        }
        for name in ["a", "_a", "@timestamp", "a-b.c@d", "a5", "and"] {
            assert!(!FieldName::any_case(name).is_exact(), "{name}");
        }
    }
}
