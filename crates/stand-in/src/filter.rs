//! The part of the query language the stand-in understands.
//!
//! | query | keeps events whose message |
//! | --- | --- |
//! | none | is anything |
//! | `where(text)`, `where("text")` | has `text` in it, case as written |
//! | `where(/a.*b/)`, `where(/a.*b/i)` | has `a` and after it `b`; `i` ignores case. `.*` is the only pattern |
//! | `where(key=value)` | has `key=value`, or `"key":"value"` or `"key":value` as JSON |
//! | `where(x AND y)`, `where(x OR y)` | has both, or one; `AND` binds tighter |
//!
//! `calculate(...)` behind it gives statistics, of which the count is right; `groupby(...)` gives empty groups. Anything else is refused.

/// A query taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// One of these must hold, each of which is all of its terms; none at all holds always.
    any: Vec<Vec<Term>>,
    /// Whether statistics are asked for.
    pub(crate) aggregates: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    /// Any of these is in the message.
    Contains(Vec<String>),
    /// The pieces are in the message, one after the other.
    Pattern {
        pieces: Vec<String>,
        folds_case: bool,
    },
}

impl Filter {
    /// Reads a query; `Err` says why it cannot.
    pub(crate) fn parse(query: &str) -> Result<Self, String> {
        let mut filter = Self::default();
        let mut rest = query.trim();
        while !rest.is_empty() {
            let (word, tail) = rest
                .split_once('(')
                .ok_or_else(|| format!("unexpected token at '{}'", first_chars(rest)))?;
            let (inside, after) = closed(tail).ok_or("missing ')'")?;
            match word.trim().to_ascii_lowercase().as_str() {
                "where" if filter.any.is_empty() => filter.any = alternatives(inside)?,
                "calculate" | "groupby" => filter.aggregates = true,
                _ => return Err(format!("unexpected token at '{}'", first_chars(rest))),
            }
            rest = after.trim();
        }
        Ok(filter)
    }

    /// Whether every event is kept.
    pub(crate) const fn keeps_all(&self) -> bool {
        self.any.is_empty()
    }

    /// Whether an event with this message is kept.
    pub(crate) fn keeps(&self, message: &str) -> bool {
        self.any.is_empty()
            || self
                .any
                .iter()
                .any(|all| all.iter().all(|term| term.holds(message)))
    }
}

impl Term {
    fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Some(body) = text.strip_prefix('/') {
            let (body, folds_case) = match (body.strip_suffix("/i"), body.strip_suffix('/')) {
                (Some(body), _) => (body, true),
                (None, Some(body)) => (body, false),
                (None, None) => (body, false),
            };
            let fold = |piece: &str| {
                if folds_case {
                    piece.to_lowercase()
                } else {
                    piece.to_owned()
                }
            };
            return Self::Pattern {
                pieces: body.split(".*").map(fold).collect(),
                folds_case,
            };
        }
        if let Some((key, value)) = text.split_once('=')
            && !key.trim().is_empty()
            && !text.starts_with('"')
        {
            let (key, value) = (key.trim(), unquoted(value.trim()));
            return Self::Contains(vec![
                format!("{key}={value}"),
                format!("\"{key}\":\"{value}\""),
                format!("\"{key}\":{value}"),
            ]);
        }
        Self::Contains(vec![unquoted(text).to_owned()])
    }

    fn holds(&self, message: &str) -> bool {
        match self {
            Self::Contains(texts) => texts.iter().any(|text| message.contains(text)),
            Self::Pattern { pieces, folds_case } => {
                let folded = folds_case.then(|| message.to_lowercase());
                let mut rest = folded.as_deref().unwrap_or(message);
                pieces
                    .iter()
                    .all(|piece| match rest.split_once(piece.as_str()) {
                        Some((_, after)) => {
                            rest = after;
                            true
                        }
                        None => false,
                    })
            }
        }
    }
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
}

fn first_chars(text: &str) -> String {
    text.chars().take(20).collect()
}

fn alternatives(text: &str) -> Result<Vec<Vec<Term>>, String> {
    if text.trim().is_empty() {
        return Err("where() is empty".to_owned());
    }
    let all = |part: &str| part.split(" AND ").map(Term::parse).collect();
    Ok(text.split(" OR ").map(all).collect())
}

/// What stands before the parenthesis that closes, and what after. Quotes and slashes hide parentheses.
fn closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_u32;
    let mut literal: Option<char> = None;
    let mut before = '(';
    for (at, character) in text.char_indices() {
        match (literal, character) {
            (Some(mark), _) if character == mark && before != '\\' => literal = None,
            (Some(_), _) => {}
            (None, '"') => literal = Some('"'),
            (None, '/') if matches!(before, '(' | '=' | ' ') => literal = Some('/'),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            (None, ')') => depth -= 1,
            _ => {}
        }
        before = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(query: &str, message: &str) -> bool {
        Filter::parse(query).unwrap().keeps(message)
    }

    #[test]
    fn the_documented_forms_keep_what_they_say() {
        assert!(keeps("", "anything"));
        assert!(keeps("where(deny)", "action=deny") && !keeps("where(deny)", "DENY"));
        assert!(keeps("where(\"a (b)\")", "x a (b) y"));
        assert!(keeps("where(/fail.*admin/i)", "FAILED for ADMIN"));
        assert!(!keeps("where(/fail.*admin/)", "admin failed"));
        assert!(keeps("where(action=deny)", "action=deny x"));
        assert!(keeps("where(result = failure)", r#"{"result":"failure"}"#));
        assert!(keeps("where(n=5)", r#"{"n":5}"#));
        assert!(keeps("where(a AND b OR c)", "c") && !keeps("where(a AND b OR c)", "a"));
    }

    #[test]
    fn statistics_are_told_from_events() {
        assert!(Filter::parse("calculate(count)").unwrap().aggregates);
        let both = Filter::parse("where(/x\\)/) groupby(y) calculate(count)").unwrap();
        assert!(both.aggregates && !both.keeps_all());
        assert!(!Filter::parse("where(calculate(count))").unwrap().aggregates);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for query in ["nonsense", "where(x", "sort(desc)", "where()", "where(a) b"] {
            assert!(Filter::parse(query).is_err(), "{query}");
        }
    }
}
