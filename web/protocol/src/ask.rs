//! A filter over the rows of an opened window: what is asked of it, and the answer, which grows until it is final.
//!
//! One [`Ask`] feeds all that the page shows of the rows that match. The page parses the expression itself
//! (`windrow_model::filter`); only whether a regular expression is one is asked of the worker, by [`CheckFilter`].
//!
//! With [`Ask::keeps_rows`] the worker also keeps which rows match. They are then a window of their own, the
//! `narrowed` [`WindowView`]: rows are read, located and found in it by their numbers among the matching ones, as in any
//! opened window, and its spans say how many of them each has. The same filter and selection over the same window give the same
//! view again, so that a question about something else changes no row.

use super::{Problem, Slices, ViewId, WindowView, packed};
use serde::{Deserialize, Serialize};
use windrow_model::filter::Explanation;
use windrow_model::{Buckets, TimeRange};

/// Asks a filter of every row of an opened window. What is pushed on the way replaces what was pushed before, and the
/// reply replaces it all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The opened window.
    pub view: ViewId,
    /// The expression; an empty one selects every row.
    pub filter: String,
    /// The stretch of time to which all but the histogram is limited, and the rows that are kept.
    pub selection: Option<TimeRange>,
    /// Whether the matching rows are kept, to be read.
    pub keeps_rows: bool,
    /// What else is asked of the matching rows.
    pub question: Question,
}

/// What is asked of rows that are proven.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// How many there are in each bucket of time.
    pub histogram: Option<HistogramQuestion>,
    /// The most frequent values of some fields.
    pub top: Vec<TopQuestion>,
    /// Which fields they have.
    pub fields: bool,
    /// How many there are of each value of a field, or of each pair of values of two.
    pub groups: Option<GroupQuestion>,
    /// The expression of a filter: in which slices of the rows of the selection, provisional ones too, some are that it selects.
    pub slices: Option<String>,
}

/// How rows are counted by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistogramQuestion {
    /// Into which buckets: the page knows the zone in which they are round.
    pub buckets: Buckets,
    /// The field whose most frequent values are counted apart.
    pub by: Option<String>,
    /// How many of those.
    pub most: u32,
}

/// A field whose most frequent values are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopQuestion {
    /// Its name, exactly.
    pub field: String,
    /// How many values.
    pub most: u32,
}

/// How rows are grouped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupQuestion {
    /// The names of one field or two, exactly.
    pub by: Vec<String>,
    /// The field whose numbers are added up.
    pub of: Option<String>,
    /// Which groups come first.
    pub order: GroupOrder,
    /// How many groups.
    pub most: u32,
}

/// Which groups come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupOrder {
    /// Those of the most rows.
    #[default]
    Rows,
    /// Those of the largest sum.
    Sum,
}

/// What is known so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Proven rows that match.
    pub matched: u64,
    /// Provisional rows that match; they are in no other figure.
    pub provisional: u64,
    /// Rows that were read.
    pub searched: u64,
    /// Rows that were not read, because statistics tell of all of them whether they match.
    pub skipped: u64,
    /// Rows that are damaged.
    pub unreadable: u64,
    /// Rows of the window.
    pub rows: u64,
    /// What is not cached, and was not searched.
    pub missing: Vec<TimeRange>,
    /// Where more events may come.
    pub provisional_ranges: Vec<TimeRange>,
    /// What of the window is damaged.
    pub damaged: Vec<Problem>,
    /// Whether all of the window was gone through.
    pub is_final: bool,
    /// Workers that searched; only the last answer counts the others.
    pub workers: u32,
    /// The rows by time, where they were asked for.
    pub histogram: Option<Bars>,
    /// The most frequent values, in the order in which they were asked for.
    pub top: Vec<TopValues>,
    /// The fields, where they were asked for.
    pub fields: Option<FieldList>,
    /// The groups, where they were asked for.
    pub groups: Option<Groups>,
    /// The slices, where they were asked for and it is known of which view.
    pub slices: Option<SlicesOf>,
    /// The matching rows of the selection as a window of their own, where they are kept and all known.
    pub narrowed: Option<WindowView>,
}

impl Answered {
    /// Rows that match, provisional ones too.
    pub const fn all_matched(&self) -> u64 {
        self.matched + self.provisional
    }

    /// Rows gone through so far, one way or another.
    pub const fn passed(&self) -> u64 {
        self.searched + self.skipped + self.unreadable
    }

    /// Rows that the filter hides, in the selection and elsewhere.
    pub const fn hidden(&self) -> u64 {
        (self.searched + self.skipped).saturating_sub(self.all_matched())
    }

    /// Milliseconds of the window that are not cached.
    pub fn missing_ms(&self) -> u64 {
        self.missing.iter().map(|range| range.duration_ms()).sum()
    }
}

/// Where rows of a kind lie among those of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlicesOf {
    /// The view: the window, or the rows that the filter selects of it.
    pub view: ViewId,
    /// Its slices.
    pub slices: Slices,
}

/// Rows by time, each series with a number for every bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bars {
    /// All rows.
    #[serde(with = "packed")]
    pub all: Vec<u64>,
    /// Rows of the most frequent values, most frequent first.
    #[serde(with = "packed")]
    pub values: Vec<(String, Vec<u64>)>,
    /// Rows of all other values. A row with several values is in several of these.
    #[serde(with = "packed")]
    pub others: Vec<u64>,
    /// Rows without a value.
    #[serde(with = "packed")]
    pub absent: Vec<u64>,
    /// Whether the most frequent values are known to be these. If not, there were too many.
    pub is_exact: bool,
}

/// The most frequent values of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopValues {
    /// The field.
    pub field: String,
    /// Each with its rows, most frequent first.
    #[serde(with = "packed")]
    pub values: Vec<(String, u64)>,
    /// Distinct values that are known.
    pub distinct: u64,
    /// Matching rows of the selection: the denominator.
    pub rows: u64,
    /// Those without a value.
    pub absent: u64,
    /// Whether counts are exact, and no other value is more frequent. If not, there were too many values.
    pub is_exact: bool,
}

/// Rows by the values of one field or two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    /// The fields of each group.
    pub by: Vec<String>,
    /// The field whose numbers were added up.
    pub of: Option<String>,
    /// In the order asked for.
    #[serde(with = "packed")]
    pub groups: Vec<Group>,
    /// Groups that are known.
    pub distinct: u64,
    /// Matching rows of the selection: the denominator.
    pub rows: u64,
    /// Those without a value of any of the fields.
    pub absent: u64,
    /// Whether the figures are exact, and no other group would come before these. If not, there were too many.
    pub is_exact: bool,
}

/// The rows of a value, or of a pair of values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// A value for each field; none where a row lacks one of two.
    pub values: Vec<Option<String>>,
    /// How many they are.
    pub rows: u64,
    /// The numbers of the third field in them; nothing where none has one.
    pub numbers: Option<GroupNumbers>,
}

/// What is known of some numbers, as they are written; a sum of integers is exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupNumbers {
    /// All of them added up.
    pub sum: String,
    /// The lowest.
    pub low: String,
    /// The highest.
    pub high: String,
}

/// The fields of the matching rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldList {
    /// By name.
    #[serde(with = "packed")]
    pub fields: Vec<FieldSummary>,
    /// Matching rows of the selection: the denominator.
    pub rows: u64,
    /// Values of fields that are not listed, because there are too many.
    pub unlisted: u64,
}

/// What is known of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSummary {
    /// Its name.
    pub name: String,
    /// The types of its values.
    pub types: Vec<FieldType>,
    /// Matching rows that have it.
    pub rows: u64,
    /// Distinct values, by estimate where they are many.
    pub distinct: u64,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldType {
    /// `true` or `false`.
    Boolean,
    /// A 64-bit integer.
    Integer,
    /// Any other number.
    Float,
    /// Text.
    Text,
}

/// Asks whether a filter can be asked: nothing is the answer where it can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckFilter {
    /// The expression.
    pub filter: String,
}

/// Why a filter cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterMistake {
    /// The character it begins at, from 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub remedy: String,
}

impl From<Explanation> for FilterMistake {
    fn from(explained: Explanation) -> Self {
        Self {
            column: explained.column as u64,
            message: explained.message,
            remedy: explained.remedy,
        }
    }
}
