//! JSON laid out for reading, without understanding it: numbers stay the digits they were.
//!
//! Takes a message, gives it indented where it is one JSON object or array, and nothing where it is not.
//! Not a parser: an id of 62 bits never becomes a double here.
//! Memory: the text and its indentation; nesting is capped.

/// Nesting deeper than this is left as it is.
const MAX_DEPTH: usize = 64;

/// The text with one member a line, two spaces a level.
pub fn indented(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut open: Vec<char> = Vec::new();
    let mut chars = text.chars().peekable();
    let mut ended = false;
    while let Some(character) = chars.next() {
        if ended && !character.is_whitespace() {
            return None;
        }
        match character {
            '"' => {
                out.push('"');
                string(&mut chars, &mut out)?;
            }
            '{' | '[' => {
                let close = if character == '{' { '}' } else { ']' };
                out.push(character);
                skip_space(&mut chars);
                if chars.next_if_eq(&close).is_some() {
                    out.push(close);
                } else {
                    open.push(close);
                    if open.len() > MAX_DEPTH {
                        return None;
                    }
                    line(&mut out, open.len());
                }
                ended = open.is_empty();
            }
            '}' | ']' => {
                if open.pop()? != character {
                    return None;
                }
                line(&mut out, open.len());
                out.push(character);
                ended = open.is_empty();
            }
            ',' => {
                out.push(',');
                line(&mut out, open.len());
            }
            ':' => out.push_str(": "),
            space if space.is_whitespace() => {}
            other => out.push(other),
        }
    }
    ended.then_some(out)
}

fn string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) -> Option<()> {
    loop {
        let character = chars.next()?;
        if character == '\n' {
            // A line break within a string is the text's own, and no break of ours.
            out.push_str("\\n");
            continue;
        }
        out.push(character);
        match character {
            '"' => return Some(()),
            '\\' => out.push(chars.next()?),
            _ => {}
        }
    }
}

fn skip_space(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while chars
        .next_if(|character| character.is_whitespace())
        .is_some()
    {}
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_get_a_line_each() {
        assert_eq!(
            indented(r#"{"a":1,"b":{"c":[]},"d":[1,2]}"#).unwrap(),
            "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": []\n  },\n  \"d\": [\n    1,\n    2\n  ]\n}"
        );
    }

    #[test]
    fn a_number_of_62_bits_keeps_its_digits() {
        let shown = indented(r#"{"n":3237198280324534273}"#).unwrap();
        assert!(shown.contains("3237198280324534273"));
    }

    #[test]
    fn punctuation_inside_a_string_is_text() {
        let shown = indented(r#"{"a":"x\",{y}: [z]"}"#).unwrap();
        assert!(shown.contains(r#""x\",{y}: [z]""#), "{shown}");
    }

    #[test]
    fn a_line_break_within_a_string_breaks_no_line() {
        assert_eq!(
            indented("{\"a\":\"x\ny\"}").unwrap(),
            "{\n  \"a\": \"x\\ny\"\n}"
        );
    }

    #[test]
    fn what_is_not_one_json_value_is_left_alone() {
        for text in [
            "", "plain", "{", "{\"a\":1", "[1}", "{} {}", "[1,2]]", "{\"a",
        ] {
            assert_eq!(indented(text), None, "{text}");
        }
        assert_eq!(indented(&"[".repeat(100_000)), None);
    }
}
