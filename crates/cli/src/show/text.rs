//! Untrusted text on a terminal: what would steer it or turn it around is shown as an escape.

use std::borrow::Cow;
use windrow_model::unsafe_text::is_unsafe;

/// `text` with every unsafe character as a visible escape such as `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_and_turned_text_are_made_visible() {
        assert_eq!(escape("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escape("\u{202e}txt.exe"), "\\u{202e}txt.exe");
        assert_eq!(escape("line\nfeed"), "line\\u{a}feed");
        assert_eq!(escape("\u{9b}2J"), "\\u{9b}2J");
        assert_eq!(escape("pay\u{3164}load"), "pay\\u{3164}load");
        assert!(matches!(escape("plain \u{e4}\u{1F33E}"), Cow::Borrowed(_)));
    }
}
