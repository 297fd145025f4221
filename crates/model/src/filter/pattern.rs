//! A text that is sought or compared, in which `*` may stand for any run of characters.
//!
//! Invariant: a pattern with a wildcard has a text beside it; what matches everything is no pattern.

/// Texts with any run of characters between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// At least one; only the first and the last may be empty, and not both where there are two.
    pieces: Vec<String>,
}

impl Pattern {
    /// Exactly this text.
    pub fn literal(text: impl Into<String>) -> Self {
        Self {
            pieces: vec![text.into()],
        }
    }

    /// `pieces` with a wildcard between each two; none where they match everything. Wildcards side by side are one.
    pub fn wildcard(pieces: impl IntoIterator<Item = String>) -> Option<Self> {
        let mut pieces: Vec<String> = pieces.into_iter().collect();
        let last = pieces.len().saturating_sub(1);
        let mut at = 0;
        pieces.retain(|piece| {
            let is_end = at == 0 || at == last;
            at += 1;
            is_end || !piece.is_empty()
        });
        let is_literal = pieces.len() == 1;
        (is_literal || pieces.iter().any(|piece| !piece.is_empty())).then_some(Self { pieces })
    }

    /// The texts between its wildcards.
    pub fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// The text, where it has no wildcard.
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether it matches the empty text only.
    pub fn is_empty(&self) -> bool {
        self.as_literal() == Some("")
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn pieces(of: &[&str]) -> Option<Vec<String>> {
        let pattern = Pattern::wildcard(of.iter().map(|piece| (*piece).to_owned()));
        pattern.map(|pattern| pattern.pieces)
    }

    #[test]
    fn wildcards_side_by_side_are_one() {
        assert_eq!(pieces(&["a", "", "", "b"]).unwrap(), ["a", "b"]);
        assert_eq!(pieces(&["", "", "b"]).unwrap(), ["", "b"]);
        assert_eq!(pieces(&["a", "", ""]).unwrap(), ["a", ""]);
    }

    #[test]
    fn what_matches_everything_is_no_pattern() {
        assert_eq!(pieces(&["", ""]), None);
        assert_eq!(pieces(&["", "", ""]), None);
        assert_eq!(pieces(&[]), None);
        assert_eq!(pieces(&[""]).unwrap(), [""]);
    }
}
