//! The names that logs are known by, and which log a typed name means.

use crate::location::remembered::Recent;
use crate::ui::escape::plain;
use windrow_model::Dataset;
use windrow_model::identity::LOG_SEARCH;
use windrow_protocol::Log;

/// What is known of logs: those that the API lists, and those of windows looked at before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The listed logs.
    pub logs: Vec<Log>,
    /// Windows looked at before, the newest first.
    pub recent: Vec<Recent>,
}

impl Names {
    /// The id of the log that a text means: an id or a name.
    pub fn id_of(&self, text: &str) -> String {
        let text = text.trim();
        let listed = |is: &dyn Fn(&Log) -> bool| self.logs.iter().find(|log| is(log));
        let seen = || self.recent.iter().find(|recent| recent.name == text);
        listed(&|log| log.id == text)
            .or_else(|| listed(&|log| log.name.eq_ignore_ascii_case(text)))
            .map(|log| &log.id)
            .or_else(|| seen().map(|recent| &recent.log))
            .map_or_else(|| text.to_owned(), Clone::clone)
    }

    /// The name of a log, where it is known.
    pub fn known(&self, id: &str) -> Option<String> {
        let listed = self.logs.iter().map(|log| (&log.id, &log.name));
        let seen = (self.recent.iter()).map(|recent| (&recent.log, &recent.name));
        let mut named = listed.chain(seen).filter(|(_, name)| !name.is_empty());
        named
            .find(|(of, _)| *of == id)
            .map(|(_, name)| name.clone())
    }

    /// The name of a log, or its id.
    pub fn of(&self, id: &str) -> String {
        self.known(id).unwrap_or_else(|| plain(id))
    }

    /// What stands for a log in a field: its name where that leads back to it, else its id.
    pub fn field_of(&self, id: &str) -> String {
        self.known(id)
            .filter(|name| self.id_of(name) == id)
            .unwrap_or_else(|| id.to_owned())
    }

    /// The dataset of what two fields hold.
    pub fn dataset(&self, log: &str, query: &str) -> Option<Dataset> {
        Dataset::new(LOG_SEARCH, self.id_of(log), query.trim()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(logs: &[(&str, &str)], recent: &[(&str, &str)]) -> Names {
        let log = |(id, name): &(&str, &str)| Log {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
        };
        let seen = |(id, name): &(&str, &str)| Recent {
            log: (*id).to_owned(),
            name: (*name).to_owned(),
            ..Recent::default()
        };
        Names {
            logs: logs.iter().map(log).collect(),
            recent: recent.iter().map(seen).collect(),
        }
    }

    #[test]
    fn of_two_logs_of_one_name_each_stands_for_itself() {
        let names = names(&[("1", "Firewall"), ("2", "Firewall")], &[]);
        assert_eq!(names.id_of("firewall"), "1");
        assert_eq!(names.field_of("1"), "Firewall");
        assert_eq!(names.field_of("2"), "2");
        assert_eq!(
            (names.of("1"), names.of("2")),
            ("Firewall".into(), "Firewall".into())
        );
    }

    #[test]
    fn a_log_that_is_not_listed_is_known_by_what_it_was_called_before() {
        let names = names(&[], &[("9", "Proxy"), ("8", "")]);
        assert_eq!(names.id_of("Proxy"), "9");
        assert_eq!(names.of("9"), "Proxy");
        assert_eq!(names.of("8"), "8");
        assert_eq!(names.id_of("unknown"), "unknown");
    }

    #[test]
    fn a_field_without_a_log_has_no_dataset() {
        assert!(names(&[], &[]).dataset(" ", "").is_none());
        let dataset = names(&[("1", "Firewall")], &[])
            .dataset("Firewall", " where(a) ")
            .unwrap();
        assert_eq!((dataset.log_id(), dataset.query()), ("1", "where(a)"));
    }
}
