//! What is remembered between visits: how times and colours are shown, the windows looked at, and the columns of each log.
//!
//! Invariant: never a key, never data.

use serde::{Deserialize, Serialize};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::{Dataset, TimeRange};

/// Windows remembered.
const RECENT: usize = 8;

/// Logs whose columns are remembered.
const TABLES: usize = 32;

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

/// A field that is shown as a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its width in characters, where a person has chosen one.
    pub width_ch: Option<u16>,
}

/// How the table shows a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableLayout {
    /// Log id; empty where no log is shown.
    pub log: String,
    /// Fields that are columns, in order.
    pub columns: Vec<Column>,
    /// Whether messages are shown with the fields that columns show.
    pub as_received: bool,
    /// Whether the newest row comes first.
    pub newest_first: bool,
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
    /// How logs are shown, the one changed last first.
    pub tables: Vec<TableLayout>,
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

    /// How a log is shown.
    pub fn table_of(&self, log: &str) -> TableLayout {
        let mut tables = self.tables.iter();
        let held = tables.find(|held| held.log == log).cloned();
        held.unwrap_or_else(|| TableLayout {
            log: log.to_owned(),
            ..TableLayout::default()
        })
    }

    /// Remembers how a log is shown.
    pub fn keep_table(&mut self, table: TableLayout) {
        self.tables.retain(|held| held.log != table.log);
        self.tables.insert(0, table);
        self.tables.truncate(TABLES);
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
    fn each_log_has_its_own_columns_and_those_changed_last_are_kept() {
        let of = |log: usize, name: &str| TableLayout {
            log: log.to_string(),
            columns: vec![Column {
                name: name.into(),
                width_ch: Some(9),
            }],
            ..TableLayout::default()
        };
        let mut remembered = Remembered::default();
        for log in 0..40 {
            remembered.keep_table(of(log, "user"));
        }
        remembered.keep_table(of(20, "port"));
        assert_eq!(remembered.tables.len(), TABLES);
        assert_eq!(remembered.table_of("20"), of(20, "port"));
        assert_eq!(remembered.table_of("39"), of(39, "user"));
        assert_eq!(remembered.table_of("3").columns, []);
        let written = serde_json::to_string(&remembered).unwrap();
        assert_eq!(
            serde_json::from_str::<Remembered>(&written).unwrap(),
            remembered
        );
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
