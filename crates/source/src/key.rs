//! The API key, which is sent and never shown.

use std::fmt;

/// An API key. Neither printed nor serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key as it was typed; white space around it is cut off. `None` where nothing is left or it cannot stand in a header.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let usable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        usable.then(|| Self(text.to_owned()))
    }

    /// The key itself, for the one header it is sent in.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `text` with `[key]` wherever the key stands in it, in whatever case: a source may repeat it in an error.
    pub fn hidden_in(&self, text: &str) -> String {
        // Only ASCII letters change, so every place is the same in both.
        let (lower, key) = (text.to_ascii_lowercase(), self.0.to_ascii_lowercase());
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (at, _) in lower.match_indices(&key) {
            out.push_str(text.get(from..at).unwrap_or_default());
            out.push_str("[key]");
            from = at + key.len();
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let key = ApiKey::new(" 11112222-secret \n").unwrap();
        assert_eq!(key.reveal(), "11112222-secret");
        assert_eq!(format!("{key:?}"), "ApiKey(hidden)");
    }

    #[test]
    fn a_key_is_hidden_in_what_others_say_of_it() {
        let key = ApiKey::new("aB-1").unwrap();
        for (text, hidden) in [
            ("", ""),
            ("no such thing", "no such thing"),
            ("aB-1", "[key]"),
            (
                "\u{e4} AB-1 and ab-1ab-1 \u{130}",
                "\u{e4} [key] and [key][key] \u{130}",
            ),
        ] {
            assert_eq!(key.hidden_in(text), hidden);
        }
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_key() {
        for text in ["", "  ", "a b", "a\r\nx: y", "sch\u{fc}ssel"] {
            assert_eq!(ApiKey::new(text), None);
        }
    }
}
