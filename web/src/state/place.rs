//! Where a person is: log, window and query, in the address and remembered between visits.
//!
//! Takes and gives the fragment of the address, which is never sent to a server.
//! Invariant: neither the address nor what is remembered holds a key or data; the token is taken out of the address at once.

use serde::{Deserialize, Serialize};

/// Windows remembered.
const RECENT: usize = 8;

/// What a fragment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The companion's token, only ever read.
    pub token: Option<String>,
    /// Log id.
    pub log: String,
    /// Start, as typed or in epoch milliseconds.
    pub from: String,
    /// End.
    pub to: String,
    /// Query.
    pub query: String,
}

impl Place {
    /// Reads `#token=...&log=...&from=...&to=...&query=...`; what is unknown is passed over.
    pub fn from_fragment(fragment: &str) -> Self {
        let mut place = Self::default();
        for pair in fragment.trim_start_matches('#').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decoded(value);
            match name {
                "token" if !value.is_empty() => place.token = Some(value),
                "log" => place.log = value,
                "from" => place.from = value,
                "to" => place.to = value,
                "query" => place.query = value,
                _ => {}
            }
        }
        place
    }

    /// The fragment without the token; empty where there is no log.
    pub fn fragment(&self) -> String {
        if self.log.is_empty() {
            return String::new();
        }
        let mut text = format!(
            "#log={}&from={}&to={}",
            encoded(&self.log),
            encoded(&self.from),
            encoded(&self.to)
        );
        if !self.query.is_empty() {
            text.push_str("&query=");
            text.push_str(&encoded(&self.query));
        }
        text
    }
}

/// A window looked at before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recent {
    /// Log id.
    pub log: String,
    /// Its name, where it was known.
    pub name: String,
    /// Query.
    pub query: String,
    /// Start, epoch milliseconds as text.
    pub from: String,
    /// End, epoch milliseconds as text.
    pub to: String,
}

/// What is remembered between visits. Never a key, never data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// Whether local time is shown.
    pub local_time: bool,
    /// Whether fields of messages stay in their messages.
    pub messages_only: bool,
    /// `light`, `dark`, or empty for the system's.
    pub theme: String,
    /// Names of logs by id, of the logs looked at.
    pub recent: Vec<Recent>,
}

impl Remembered {
    /// Puts a window first, once.
    pub fn visit(&mut self, visited: Recent) {
        self.recent.retain(|held| {
            (&held.log, &held.query, &held.from, &held.to)
                != (&visited.log, &visited.query, &visited.from, &visited.to)
        });
        self.recent.insert(0, visited);
        self.recent.truncate(RECENT);
    }

    /// The name a log was last known by.
    pub fn name_of(&self, log: &str) -> Option<&str> {
        self.recent
            .iter()
            .find(|held| held.log == log && !held.name.is_empty())
            .map(|held| held.name.as_str())
    }
}

/// A file name for a download: a log path without its directories, and nothing a system could object to.
pub fn file_name(path: &str) -> String {
    path.strip_prefix("logs/")
        .unwrap_or(path)
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '=' => character,
            _ => '_',
        })
        .collect()
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b':') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = (byte == b'%').then(|| {
            let mut ahead = rest.clone();
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        });
        match pair.flatten() {
            Some(value) => {
                bytes.push(value);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_token_is_read_and_never_written() {
        let place = Place::from_fragment("#token=abc%2F&log=a&from=1&to=2");
        assert_eq!(place.token.as_deref(), Some("abc/"));
        assert_eq!(place.fragment(), "#log=a&from=1&to=2");
        assert_eq!(Place::from_fragment("#token=abc").fragment(), "");
    }

    #[test]
    fn a_broken_escape_is_kept_as_it_is() {
        assert_eq!(Place::from_fragment("log=100%&from=%zz").log, "100%");
        assert_eq!(Place::from_fragment("log=100%&from=%zz").from, "%zz");
    }

    #[test]
    fn a_window_visited_again_moves_to_the_front() {
        let mut remembered = Remembered::default();
        for from in 0..12 {
            remembered.visit(Recent {
                log: "a".into(),
                name: "Firewall".into(),
                from: (from % 9).to_string(),
                ..Recent::default()
            });
        }
        assert_eq!(remembered.recent.len(), RECENT);
        assert_eq!(remembered.recent[0].from, "2");
        assert_eq!(remembered.name_of("a"), Some("Firewall"));
        assert_eq!(remembered.name_of("b"), None);
    }

    #[test]
    fn a_file_name_holds_no_separator() {
        assert_eq!(
            file_name("logs/a%20b/from=1/to=2/part-00000.parquet"),
            "a_20b_from=1_to=2_part-00000.parquet"
        );
    }

    proptest! {
        #[test]
        fn every_place_round_trips(log in "\\PC{1,20}", query in "\\PC{0,20}") {
            let place = Place { token: None, log, from: "1".into(), to: "2026-11-23 09:00".into(), query };
            prop_assert_eq!(Place::from_fragment(&place.fragment()), place);
        }
    }
}
