//! What is remembered between visits: how times and colours are shown, and the windows looked at.
//!
//! Invariant: never a key, never data.

use serde::{Deserialize, Serialize};

/// Windows remembered.
const RECENT: usize = 8;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
