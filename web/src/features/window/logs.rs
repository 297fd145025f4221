//! The logs that can be chosen, each with what is cached of it.
//!
//! Takes the names that are known and the datasets that are cached, gives a list in the order of names.

use super::names::Names;
use crate::ui::format::{bytes, counted};
use std::collections::BTreeSet;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::CachedDataset;

/// A log that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLog {
    /// The API's id for it.
    pub id: String,
    /// Its name, or its id where none is known.
    pub name: String,
    /// What is cached of it, over all queries, in words; empty until that was listed.
    pub held: String,
}

/// The logs that are listed, cached, or were looked at before, of which name or id contains what is sought.
pub fn known_logs(
    names: &Names,
    datasets: Option<&[CachedDataset]>,
    sought: &str,
) -> Vec<KnownLog> {
    let sought = sought.trim().to_lowercase();
    let cached = datasets.iter().copied().flatten();
    let cached = cached.filter_map(|held| held.dataset.as_ref());
    let ids: BTreeSet<&str> = (names.logs.iter().map(|log| log.id.as_str()))
        .chain(cached.map(|dataset| dataset.log_id()))
        .chain(names.recent.iter().map(|recent| recent.log.as_str()))
        .collect();
    let mut logs: Vec<KnownLog> = ids
        .into_iter()
        .map(|id| KnownLog {
            id: id.to_owned(),
            name: names.of(id),
            held: datasets.map(|all| held_of(id, all)).unwrap_or_default(),
        })
        .filter(|log| {
            let mut texts = [&log.name, &log.id].into_iter();
            texts.any(|text| text.to_lowercase().contains(&sought))
        })
        .collect();
    logs.sort_by_cached_key(|log| log.name.to_lowercase());
    logs
}

/// `96,771 rows, 7.10 MB`.
fn held_of(id: &str, datasets: &[CachedDataset]) -> String {
    let is_of = |held: &&CachedDataset| {
        let dataset = held.dataset.as_ref();
        dataset.is_some_and(|dataset| dataset.log_id() == id) && !held.ranges.is_empty()
    };
    let held = datasets.iter().filter(is_of);
    held.map(|held| (held.rows, held.bytes))
        .reduce(|(rows, size), (more, larger)| (rows + more, size + larger))
        .map_or_else(
            || "Nothing cached".to_owned(),
            |(rows, size)| format!("{}, {}", counted(rows, "row", "rows"), bytes(size)),
        )
}

/// The ranges that are cached of a log and query.
pub fn ranges_of<'a>(datasets: &'a [CachedDataset], dataset: &Dataset) -> &'a [TimeRange] {
    let mut held = datasets.iter();
    held.find(|held| held.dataset.as_ref() == Some(dataset))
        .map_or(&[], |held| &held.ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location::remembered::Recent;
    use windrow_model::identity::LOG_SEARCH;
    use windrow_protocol::Log;

    fn names() -> Names {
        let log = |id: &str, name: &str| Log {
            id: id.to_owned(),
            name: name.to_owned(),
        };
        Names {
            logs: vec![log("1", "proxy"), log("2", "Firewall")],
            recent: vec![Recent {
                log: "3".into(),
                name: "Sign-ins".into(),
                ..Recent::default()
            }],
        }
    }

    fn cached(id: &str, query: &str, rows: u64) -> CachedDataset {
        CachedDataset {
            dir: format!("logs/{id}"),
            dataset: Dataset::new(LOG_SEARCH, id, query).ok(),
            ranges: vec![TimeRange::new(0, 10).unwrap()],
            rows,
            bytes: rows * 100,
            problems: 0,
        }
    }

    #[test]
    fn every_log_that_is_known_from_anywhere_is_listed_once_with_what_is_cached_of_it() {
        let datasets = [
            cached("2", "", 1000),
            cached("2", "where(a)", 500),
            cached("9", "", 1),
        ];
        let logs = known_logs(&names(), Some(&datasets), "");
        let said: Vec<_> = logs.iter().map(|log| (&*log.name, &*log.held)).collect();
        assert_eq!(
            said,
            [
                ("9", "1 row, 100 B"),
                ("Firewall", "1,500 rows, 150.0 kB"),
                ("proxy", "Nothing cached"),
                ("Sign-ins", "Nothing cached"),
            ]
        );
        // Before it was listed nothing is claimed.
        let logs = known_logs(&names(), None, "");
        assert_eq!(logs.len(), 3);
        assert!(logs.iter().all(|log| log.held.is_empty()));
    }

    #[test]
    fn a_log_is_found_by_a_part_of_its_name_or_id_in_any_case() {
        let found = |sought: &str| -> Vec<String> {
            let logs = known_logs(&names(), Some(&[cached("ab-9", "", 1)]), sought);
            logs.into_iter().map(|log| log.id).collect()
        };
        assert_eq!(found(" WALL "), ["2"]);
        assert_eq!(found("b-9"), ["ab-9"]);
        assert!(found("dhcp").is_empty());
    }

    #[test]
    fn what_is_cached_of_another_query_is_not_of_this_one() {
        let datasets = [cached("2", "where(a)", 500)];
        let of = |query| Dataset::new(LOG_SEARCH, "2", query).unwrap();
        assert!(ranges_of(&datasets, &of("")).is_empty());
        assert_eq!(ranges_of(&datasets, &of("where(a)")).len(), 1);
    }
}
