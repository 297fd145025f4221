//! What a window holds, in numbers: from footers where they suffice, from boundary parts where not.

use crate::read::span::Span;
use crate::read::timeline::{Stretch, StretchState};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use windrow_columnar::Column;
use windrow_model::{Coverage, TimeRange};

/// A window in numbers. Rows are those of the window that are proven; provisional ones are counted apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The window.
    pub window: TimeRange,
    /// Proven rows of the window.
    pub row_count: u64,
    /// Provisional rows of the window.
    pub provisional_rows: u64,
    /// Column names in order: ours, then fields of messages as parts bring them up.
    pub columns: Vec<String>,
    /// Column to type.
    pub schema: BTreeMap<String, String>,
    /// Columns whose type differs among the parts, and here is the one that holds all their values.
    #[serde(default)]
    pub widened: Vec<String>,
    /// Column to number of absent values, where the footers alone say it: over the parts used, not cut to the window.
    /// Every row of a part without the column counts.
    pub null_counts: BTreeMap<String, u64>,
    /// The first event, epoch milliseconds.
    pub timestamp_min: Option<i64>,
    /// The last event, epoch milliseconds.
    pub timestamp_max: Option<i64>,
    /// Parts the window is read from.
    pub part_count: u64,
    /// Their bytes.
    pub byte_count: u64,
    /// Proven ranges of the window.
    pub coverage: Vec<TimeRange>,
    /// Ranges not held.
    pub missing_ranges: Vec<TimeRange>,
    /// Ranges shown but not claimed.
    pub provisional_ranges: Vec<TimeRange>,
    /// Whether every millisecond of the window is proven.
    pub complete: bool,
    /// Whether every byte behind these figures was checked; `false` where they come from footers.
    pub verified: bool,
}

/// Sums up a window from its spans and stretches.
pub(super) fn summarize(window: TimeRange, spans: &[Span], stretches: &[Stretch]) -> Summary {
    let mut union = Union::default();
    let mut parts = BTreeSet::new();
    let mut byte_count = 0;
    for span in spans {
        let footer = &span.part.footer;
        if parts.insert(&span.part.path) {
            byte_count += footer.file_size();
            union.add(footer.columns(), footer.row_count());
        }
    }
    let Union {
        columns,
        schema,
        widened,
        null_counts,
        ..
    } = union;
    let rows = |provisional| {
        let spans = spans.iter().filter(|span| span.provisional == provisional);
        spans.map(Span::len).sum()
    };
    let bounds = || spans.iter().filter_map(|span| span.bounds_ms);
    let ranges_in = |states: &[StretchState]| -> Vec<TimeRange> {
        let stretches = stretches.iter();
        let stretches = stretches.filter(|stretch| states.contains(&stretch.state));
        Coverage::from_iter(stretches.map(|stretch| stretch.range)).into()
    };
    let coverage = ranges_in(&[StretchState::Cached, StretchState::Empty]);
    Summary {
        window,
        row_count: rows(false),
        provisional_rows: rows(true),
        columns,
        schema,
        widened: widened.into_iter().collect(),
        null_counts,
        timestamp_min: bounds().map(|(first, _)| first).min(),
        timestamp_max: bounds().map(|(_, last)| last).max(),
        part_count: parts.len() as u64,
        byte_count,
        complete: coverage == [window],
        coverage,
        missing_ranges: ranges_in(&[StretchState::Missing, StretchState::Damaged]),
        provisional_ranges: ranges_in(&[StretchState::Provisional]),
        verified: false,
    }
}

/// The columns of all parts by name.
#[derive(Debug, Default)]
struct Union {
    columns: Vec<String>,
    schema: BTreeMap<String, String>,
    widened: BTreeSet<String>,
    null_counts: BTreeMap<String, u64>,
    rows: u64,
}

impl Union {
    /// Takes in the columns of a part of `rows` rows.
    fn add(&mut self, part: &[Column], rows: u64) {
        for column in part {
            let name = &column.name;
            let data_type = column.data_type.as_str();
            if let Some(held) = self.schema.get_mut(name) {
                if *held != data_type {
                    *held = wider(held, data_type).to_owned();
                    self.widened.insert(name.clone());
                }
            } else {
                self.columns.push(name.clone());
                self.schema.insert(name.clone(), data_type.to_owned());
                self.null_counts.insert(name.clone(), self.rows);
            }
            *self.null_counts.entry(name.clone()).or_default() += column.null_count;
        }
        let here: BTreeSet<&str> = part.iter().map(|column| column.name.as_str()).collect();
        for (name, absent) in &mut self.null_counts {
            if !here.contains(name.as_str()) {
                *absent += rows;
            }
        }
        self.rows += rows;
    }
}

/// The type that holds the values of two different ones.
fn wider(one: &str, other: &str) -> &'static str {
    match (one, other) {
        ("int64", "double") | ("double", "int64") => "double",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_columnar::ColumnType::{self, Boolean, Float, Integer};

    fn column(name: &str, data_type: ColumnType, null_count: u64) -> Column {
        Column {
            name: name.into(),
            data_type,
            null_count,
        }
    }

    #[test]
    fn columns_unite_by_name_and_conflicts_widen() {
        let mut union = Union::default();
        union.add(&[column("a", Integer, 1), column("b", Integer, 0)], 10);
        union.add(&[column("b", Float, 2), column("c", Boolean, 3)], 20);
        union.add(&[column("c", Integer, 0), column("b", Integer, 0)], 5);
        assert_eq!(union.columns, ["a", "b", "c"]);
        let types: Vec<_> = union.schema.values().map(String::as_str).collect();
        assert_eq!(types, ["int64", "double", "string"]);
        assert_eq!(union.widened.into_iter().collect::<Vec<_>>(), ["b", "c"]);
        let absent: Vec<_> = union.null_counts.into_values().collect();
        assert_eq!(absent, [26, 2, 13]);
    }
}
