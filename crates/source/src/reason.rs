//! What a source says of an error, made fit for a message: short, on one line, without a key.

use crate::key::ApiKey;
use windrow_model::json::Reader;
use windrow_model::unsafe_text::is_unsafe;

/// Characters of a reason that are kept.
const MAX_CHARS: usize = 200;

/// Bytes of an error body that are looked at.
const MAX_BYTES: usize = 64 << 10;

/// What an error body says: the message of a JSON object, else its text.
pub(crate) fn of_body(body: &[u8], secret: Option<&ApiKey>) -> String {
    let text = String::from_utf8_lossy(body.get(..MAX_BYTES).unwrap_or(body));
    let words = message(&text).unwrap_or_else(|| text.into_owned());
    let words = match secret {
        Some(secret) => secret.hidden_in(&words),
        None => words,
    };
    let reason = printable(&words);
    if reason.is_empty() {
        "no reason given".to_owned()
    } else {
        reason
    }
}

/// The first member of an error object that is known to hold words.
fn message(text: &str) -> Option<String> {
    let mut reader = Reader::new(text);
    let mut more = reader.enter(b'}').ok()?;
    let mut scratch = String::new();
    while more {
        let key = reader.key().ok()?;
        let wanted = matches!(
            key.resolve(&mut scratch),
            "message" | "error" | "detail" | "reason" | "error_message" | "description"
        );
        if wanted && let Ok(words) = reader.clone().string() {
            let mut out = String::new();
            words.push_to(&mut out);
            return Some(out);
        }
        reader.skip().ok()?;
        more = reader.more(b'}').ok()?;
    }
    None
}

/// One line of at most 200 characters, with what steers, turns or hides text as escapes.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == MAX_CHARS {
            out.push_str("...");
            break;
        }
        if is_unsafe(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_several_shapes_and_plain_text_give_their_words() {
        for body in [
            &br#"{"message":"bad query"}"#[..],
            br#"{"status":400,"error":"bad query","x":1}"#,
            br#"{"error":{"code":1},"detail":"bad query"}"#,
            b" bad query \n",
        ] {
            assert_eq!(of_body(body, None), "bad query");
        }
        assert_eq!(of_body(b"", None), "no reason given");
        assert_eq!(of_body(br#"{"cut":"#, None), r#"{"cut":"#);
    }

    #[test]
    fn reasons_are_short_and_hold_no_control_characters_and_no_key() {
        let long = of_body("x".repeat(1_000_000).as_bytes(), None);
        assert_eq!(long, format!("{}...", "x".repeat(200)));
        assert_eq!(
            of_body("a\r\n\u{1b}[31m\u{202e}b".as_bytes(), None),
            r"a\r\n\u{1b}[31m\u{202e}b"
        );
        assert_eq!(
            of_body(
                b"key s3cret or S3CRET is wrong",
                ApiKey::new("s3cret").as_ref()
            ),
            "key [key] or [key] is wrong"
        );
        assert_eq!(of_body(b"\xff\xfe", None), "\u{fffd}\u{fffd}");
    }
}
