//! The one thing that must be known of a query: whether it aggregates, and so gives statistics instead of events.

const AGGREGATING: [&str; 2] = ["calculate", "groupby"];

/// The query that counts the events of `query`.
pub(super) fn counting(query: &str) -> String {
    let query = query.trim();
    if query.is_empty() {
        "calculate(count)".to_owned()
    } else {
        format!("{query} calculate(count)")
    }
}

/// The clause of `query` that aggregates, if one does: a word with `(` behind it, outside quotes and regular expressions, in any case.
pub(super) fn aggregating(query: &str) -> Option<&'static str> {
    let bytes = query.as_bytes();
    let mut at = 0;
    let mut before = b' ';
    while let Some(byte) = bytes.get(at).copied() {
        let literal = match byte {
            b'"' | b'\'' => literal_len(bytes, at),
            // A slash inside a word is part of it, as in a path.
            b'/' if !is_word(before) => literal_len(bytes, at),
            _ => None,
        };
        if let Some(len) = literal {
            at += len;
            before = byte;
            continue;
        }
        let starts_word = is_word(byte) && !is_word(before);
        if starts_word && let Some(word) = clause(bytes.get(at..).unwrap_or_default()) {
            return Some(word);
        }
        before = byte;
        at += 1;
    }
    None
}

fn clause(rest: &[u8]) -> Option<&'static str> {
    AGGREGATING.into_iter().find(|word| {
        rest.split_at_checked(word.len())
            .is_some_and(|(head, tail)| {
                head.eq_ignore_ascii_case(word.as_bytes())
                    && tail.trim_ascii_start().first() == Some(&b'(')
            })
    })
}

/// The length of the quoted text that starts at `at` with its own closing mark; `None` where it is never closed.
fn literal_len(bytes: &[u8], at: usize) -> Option<usize> {
    let mark = bytes.get(at)?;
    let mut len = 1;
    loop {
        match bytes.get(at + len)? {
            b'\\' => len += 2,
            byte if byte == mark => return Some(len + 1),
            _ => len += 1,
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b':') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aggregating_clauses_are_found_in_any_case() {
        for query in [
            "calculate(count)",
            "where(x) calculate(count)",
            "where(x)CALCULATE(average:y)",
            "where(a=/b/) GroupBy (z)",
            "where(path=a/b) groupby(c)",
            "where(it's) calculate(count)",
            "where(\"a\\\"\") calculate\t(count)",
        ] {
            assert!(aggregating(query).is_some(), "{query}");
        }
    }

    #[test]
    fn the_words_alone_or_in_literals_do_not_aggregate() {
        for query in [
            "",
            "where(calculate)",
            "where(\"calculate(count)\")",
            "where('groupby(x)')",
            "where(/calculate(count)/i)",
            "where(message = /a\\/calculate(b)/)",
            "where(recalculate(x))",
            "where(my.calculate(x))",
        ] {
            assert_eq!(aggregating(query), None, "{query}");
        }
    }

    #[test]
    fn the_counting_query_asks_for_the_same_events() {
        assert_eq!(counting(""), "calculate(count)");
        assert_eq!(counting("where(x) "), "where(x) calculate(count)");
    }
}
