//! The fields of a JSON object on a line, found without the line having to be good JSON.
//!
//! A half surrogate pair, `NaN` or a cut end elsewhere in a line takes nothing from its time.

/// Fields that hold a line's time, the best first.
const TIMES: [&str; 13] = [
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "eventTime",
    "event_time",
    "datetime",
    "date",
    "created_at",
    "createdAt",
    "published",
    "_time",
    "t",
];

/// The values of those fields that stand in the object itself, the best first: texts without their quotes, numbers as they are written.
pub(super) fn times(object: &str) -> Vec<&str> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    let mut depth = 0_usize;
    // The text that was read last, and whether a colon has followed it: then it is the key of what comes.
    let (mut text, mut is_key) = ("", false);
    let mut rest = object;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => text_bytes(rest),
            '0'..='9' | '-' => rest.bytes().take_while(is_of_number).count(),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        let value = token.trim_matches('"');
        if is_key && depth == 1 && matches!(first, '"' | '0'..='9') {
            let rank = TIMES.iter().position(|name| *name == text);
            found.extend(rank.map(|rank| (rank, value)));
        }
        match first {
            ':' => is_key = true,
            c if c.is_whitespace() => {}
            c => {
                is_key = false;
                text = if c == '"' { value } else { "" };
                match c {
                    '{' | '[' => depth += 1,
                    '}' | ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, value)| value).collect()
}

/// Bytes of a text with its quotes; to the end where it is not closed.
fn text_bytes(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

fn is_of_number(byte: &u8) -> bool {
    byte.is_ascii_digit() || b"+-.eE".contains(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fields_of_the_object_itself_are_its_time_and_the_best_comes_first() {
        let line =
            r#"{"a":{"time":"1"},"t":"x","time":"2","b":["time","3"],"c":"time","timestamp":4.5}"#;
        assert_eq!(times(line), ["4.5", "2", "x"]);
    }

    #[test]
    fn what_is_broken_elsewhere_takes_nothing_from_the_time() {
        for line in [
            r#"{"time":"2","msg":"half a pair \ud83d"}"#,
            r#"{"v":NaN,"time":"2"}"#,
            r#"{"q":"a \"time\":\"1\" b","time":"2"}"#,
            r#"{"time": "2", "cut": "off"#,
            r#"{"a":[{"b":1}],"time":"2"}"#,
        ] {
            assert_eq!(times(line), ["2"], "{line}");
        }
        assert!(times(r#"{"time":null,"t":[1]}"#).is_empty());
    }
}
