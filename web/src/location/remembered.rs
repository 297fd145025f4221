//! What is remembered between visits: how times and colours are shown, and the windows looked at.
//!
//! Invariant: never a key, never data.

use serde::{Deserialize, Serialize};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::{Dataset, TimeRange};

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

impl Recent {
    /// A window of a log that is called `name`, where that is known.
    pub fn of(dataset: &Dataset, window: TimeRange, name: Option<String>) -> Self {
        Self {
            log: dataset.log_id().to_owned(),
            name: name.unwrap_or_default(),
            query: dataset.query().to_owned(),
            from: window.start_ms().to_string(),
            to: window.end_ms().to_string(),
        }
    }

    /// Log, query and window; nothing where what was kept makes none.
    pub fn target(&self) -> Option<(Dataset, TimeRange)> {
        let dataset = Dataset::new(LOG_SEARCH, &self.log, &self.query).ok()?;
        let window = TimeRange::window(self.from.parse().ok()?, self.to.parse().ok()?).ok()?;
        Some((dataset, window))
    }
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
    /// Whether single keys do nothing.
    pub keys_off: bool,
    /// Whether the plot is hidden.
    pub plot_hidden: bool,
    /// Whether the field list is hidden.
    pub fields_hidden: bool,
    /// The windows looked at, the newest first.
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
    }

    #[test]
    fn a_window_is_remembered_as_what_it_is_and_a_broken_entry_is_none() {
        let dataset = Dataset::new(LOG_SEARCH, "a", "where(b)").unwrap();
        let window = TimeRange::window(1, 9).unwrap();
        let recent = Recent::of(&dataset, window, None);
        assert_eq!(recent.target(), Some((dataset, window)));
        let broken = Recent {
            to: "0".into(),
            ..recent
        };
        assert_eq!(broken.target(), None);
    }
}
