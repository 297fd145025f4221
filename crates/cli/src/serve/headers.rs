//! What stands on every answer, worker scripts included.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, SERVER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// How this program names itself to others; a second one recognises the first by it.
pub const SERVER_NAME: &str = concat!("windrow/", env!("CARGO_PKG_VERSION"));

/// Puts the headers on an answer. The handler's own `Date` is left as it is, also where there is none.
pub fn put(headers: &mut HeaderMap, policy: &HeaderValue) {
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (SERVER, SERVER_NAME),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
}

/// The content security policy of a page: strict, and its own inline scripts by their hashes.
pub fn policy(index: Option<&[u8]>) -> HeaderValue {
    let mut scripts = String::new();
    for script in inline_scripts(index.unwrap_or_default()) {
        // Writing to a string cannot fail.
        let _ = write!(scripts, " 'sha256-{}'", base64(&Sha256::digest(script)));
    }
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; worker-src 'self'; \
         connect-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    // Hashes in base64 are characters of a header.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// The texts of the scripts that stand in a page, as bytes, in order. A script with a `src` has none.
fn inline_scripts(page: &[u8]) -> Vec<&[u8]> {
    let Ok(text) = std::str::from_utf8(page) else {
        return Vec::new();
    };
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = lower.get(at..).and_then(|rest| rest.find("<script")) {
        let tag_start = at + open;
        let Some(tag_end) = lower.get(tag_start..).and_then(|rest| rest.find('>')) else {
            break;
        };
        let body_start = tag_start + tag_end + 1;
        let Some(length) = lower
            .get(body_start..)
            .and_then(|rest| rest.find("</script"))
        else {
            break;
        };
        let tag = lower.get(tag_start..body_start).unwrap_or_default();
        let body = text
            .get(body_start..body_start + length)
            .unwrap_or_default();
        if !tag.contains(" src=") && !body.is_empty() {
            found.push(body.as_bytes());
        }
        at = body_start + length;
    }
    found
}

/// Standard base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for triple in bytes.chunks(3) {
        let bits = triple
            .iter()
            .fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte))
            << (8 * (3 - triple.len()));
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(sextet).filter(|_| place <= triple.len());
            text.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_scripts_of_the_page_itself_are_allowed_to_stand_inline() {
        let page =
            b"<html><script src=\"a.js\"></script><SCRIPT type=\"module\">alert(1)</SCRIPT></html>";
        let policy = policy(Some(page));
        let policy = policy.to_str().unwrap();
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }

    #[test]
    fn a_page_without_inline_scripts_adds_nothing() {
        let policy = policy(None);
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
        assert!(policy.contains("connect-src 'self';"));
        assert!(
            policy.starts_with("default-src 'none';") && policy.ends_with("frame-ancestors 'none'")
        );
    }

    #[test]
    fn base64_is_the_standard_one() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
