//! What a window holds, in numbers: from footers where they suffice, from boundary parts where not.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use windrow_model::TimeRange;

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
