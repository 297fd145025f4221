//! What is left of a message without the fields that columns show.
//!
//! Takes a message, as far as it is here, and where the values stand in it; gives the message without those members, all
//! else as it was received.
//! Invariant: a member that is not understood stays. Where values stand is known from the reader of fields, never guessed.

use std::ops::Range;

/// The message without the members whose values are at `values`.
pub fn rest(message: &str, values: &[Range<usize>]) -> String {
    let mut values: Vec<&Range<usize>> = values.iter().collect();
    values.sort_by_key(|value| value.start);
    let is_json = message.trim_start().starts_with('{');
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for value in values {
        let cut = if is_json {
            member(message, value, &mut cuts)
        } else {
            pair(message, value)
        };
        cuts.extend(cut);
    }
    let mut rest = String::with_capacity(message.len());
    let mut end = 0;
    for cut in &cuts {
        rest.push_str(message.get(end..cut.start).unwrap_or_default());
        end = end.max(cut.end);
    }
    rest.push_str(message.get(end..).unwrap_or_default());
    rest.truncate(rest.trim_end().len());
    rest
}

/// The bytes before `end` without those at their end that pass.
fn back(message: &str, end: usize, passes: impl Fn(u8) -> bool) -> usize {
    let before = message.as_bytes().get(..end).unwrap_or_default();
    let stays = before.iter().rposition(|byte| !passes(*byte));
    stays.map_or(0, |at| at + 1)
}

/// The first place from `start` on whose byte does not pass.
fn ahead(message: &str, start: usize, passes: impl Fn(u8) -> bool) -> usize {
    let after = message.as_bytes().get(start..).unwrap_or_default();
    let stays = after.iter().position(|byte| !passes(*byte));
    stays.map_or(message.len(), |at| start + at)
}

fn byte(message: &str, at: Option<usize>) -> Option<u8> {
    message.as_bytes().get(at?).copied()
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// `key=value` with its quotes, the separator behind it, and the blanks up to what follows.
fn pair(message: &str, value: &Range<usize>) -> Option<Range<usize>> {
    let is_quoted = byte(message, value.start.checked_sub(1)) == Some(b'"');
    let quote = usize::from(is_quoted);
    let sign = value.start.checked_sub(1 + quote)?;
    if byte(message, Some(sign)) != Some(b'=') {
        return None;
    }
    let start = back(message, sign, |byte| !is_blank(byte));
    let mut end = value.end + quote;
    end += usize::from(matches!(byte(message, Some(end)), Some(b',' | b';')));
    Some(start..ahead(message, end, is_blank))
}

/// `"key": value` with one comma: that behind it, or where it is the last member, that before it.
/// Cuts that end where this one begins are taken into it, so that the comma before them is found.
fn member(
    message: &str,
    value: &Range<usize>,
    cuts: &mut Vec<Range<usize>>,
) -> Option<Range<usize>> {
    let is_quoted = byte(message, value.start.checked_sub(1)) == Some(b'"');
    let quote = usize::from(is_quoted);
    let colon = back(message, value.start.checked_sub(quote)?, is_blank).checked_sub(1)?;
    if byte(message, Some(colon)) != Some(b':') {
        return None;
    }
    let close = back(message, colon, is_blank).checked_sub(1)?;
    if byte(message, Some(close)) != Some(b'"') {
        return None;
    }
    let mut start = opening_quote(message, close)?;
    let end = ahead(message, value.end + quote, is_blank);
    if byte(message, Some(end)) == Some(b',') {
        return Some(start..ahead(message, end + 1, is_blank));
    }
    while let Some(before) = cuts.pop_if(|cut| cut.end >= start) {
        start = start.min(before.start);
    }
    let before = back(message, start, is_blank);
    if byte(message, before.checked_sub(1)) == Some(b',') {
        start = before - 1;
    }
    Some(start..end)
}

/// The quote that opens the string whose closing quote is at `close`: one within it has a backslash before it.
fn opening_quote(message: &str, close: usize) -> Option<usize> {
    let mut end = close;
    loop {
        let at = back(message, end, |byte| byte != b'"').checked_sub(1)?;
        let escapes = at - back(message, at, |byte| byte == b'\\');
        if escapes % 2 == 0 {
            return Some(at);
        }
        end = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The message without the values, each written as it stands there.
    fn without(message: &str, values: &[&str]) -> String {
        let at = |value: &&str| {
            let start = message.find(value).unwrap();
            start..start + value.len()
        };
        rest(message, &values.iter().map(at).collect::<Vec<_>>())
    }

    #[test]
    fn pairs_go_with_their_keys_quotes_and_separators() {
        let message = r#"a=1 user="ann b", port=443 msg="x""#;
        assert_eq!(without(message, &["ann b"]), r#"a=1 port=443 msg="x""#);
        assert_eq!(without(message, &["1", "443"]), r#"user="ann b", msg="x""#);
        assert_eq!(without(message, &["x"]), r#"a=1 user="ann b", port=443"#);
        assert_eq!(without(message, &["1", "ann b", "443", "x"]), "");
        assert_eq!(without(r#"line 7 a="" b=2"#, &["2"]), r#"line 7 a="""#);
    }

    #[test]
    fn members_go_with_one_comma_and_what_is_left_is_json() {
        let message = r#"{"a":1, "b" : "x\"y" ,"c":[1,2],"d":{"e":5}}"#;
        for (values, left) in [
            (&["1"][..], r#"{"b" : "x\"y" ,"c":[1,2],"d":{"e":5}}"#),
            (&[r#"x\"y"#], r#"{"a":1, "c":[1,2],"d":{"e":5}}"#),
            (&["5"], r#"{"a":1, "b" : "x\"y" ,"c":[1,2],"d":{}}"#),
            (&["1", r#"x\"y"#, "[1,2]"], r#"{"d":{"e":5}}"#),
        ] {
            assert_eq!(without(message, values), left);
        }
        assert_eq!(without(r#"{"a":7,"b":8,"c":9}"#, &["8", "9"]), r#"{"a":7}"#);
        assert_eq!(without(r#"{"a":7, "b":8}"#, &["7", "8"]), "{}");
        assert_eq!(without(r#"{"q\"\\":7,"b":""}"#, &["7"]), r#"{"b":""}"#);
    }

    #[test]
    fn what_is_cut_off_or_not_understood_stays() {
        // The table has the start of a message; values may stand behind it.
        assert_eq!(rest("a=1 b=2", &[40..44, 6..9]), "a=1");
        assert_eq!(
            rest(r#"{"a":1,"b":"xy"#, std::slice::from_ref(&(12..30))),
            r#"{"a":1"#
        );
        assert_eq!(rest("no pair", std::slice::from_ref(&(3..4))), "no pair");
        assert_eq!(rest("", &[0..0, 0..3]), "");
        assert_eq!(
            rest(r#"{"a" 1}"#, std::slice::from_ref(&(5..6))),
            r#"{"a" 1}"#
        );
    }

    proptest! {
        #[test]
        fn no_place_of_a_value_makes_it_panic(message in "\\PC{0,40}|[{}\":,\\\\ a=]{0,40}", at in prop::collection::vec((0..50usize, 0..9usize), 0..4)) {
            let values: Vec<_> = at.iter().map(|(start, len)| *start..start + len).collect();
            prop_assert!(rest(&message, &values).len() <= message.len());
        }
    }
}
