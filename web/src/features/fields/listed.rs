//! Fields in the order in which they are listed, and what is said of each.
//!
//! Takes the fields that an answer knows, gives the columns in their order, then the others: first those that most rows have.

use crate::location::remembered::Column;
use crate::ui::format::{count, decimal};
use windrow_protocol::{FieldList, FieldSummary, FieldType, TopValues};

/// A field as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// `98.1 %`: rows that have it.
    pub share: String,
    /// Whether every row has it.
    pub is_whole: bool,
    /// Distinct values, by estimate where they are many.
    pub distinct: u64,
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, or more than one type with text among them.
    Text,
    /// Numbers.
    Number,
    /// `true` or `false`.
    Boolean,
    /// More than one type, and none is text.
    Mixed,
}

impl Kind {
    fn of(types: &[FieldType]) -> Self {
        let all = |one: fn(&FieldType) -> bool| types.iter().all(one);
        if types.contains(&FieldType::Text) {
            Self::Text
        } else if all(|of| matches!(of, FieldType::Integer | FieldType::Float)) {
            Self::Number
        } else if all(|of| matches!(of, FieldType::Boolean)) {
            Self::Boolean
        } else {
            Self::Mixed
        }
    }

    /// A sign, and what it means.
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("Aa", "text"),
            Self::Number => ("12", "number"),
            Self::Boolean => ("y/n", "yes or no"),
            Self::Mixed => ("mix", "several types"),
        }
    }
}

/// `98.1 %`; never 0 or 100 unless it is exactly that.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".to_owned();
    }
    if part >= whole {
        return "100 %".to_owned();
    }
    let tenths = part as f64 / whole as f64 * 1000.0;
    match tenths {
        tenths if tenths < 1.0 => "< 0.1 %".to_owned(),
        tenths if tenths > 999.0 => "> 99.9 %".to_owned(),
        tenths => format!("{} %", decimal(tenths / 10.0, 1)),
    }
}

/// The fields whose names, or values where they are known, contain `find` in any case.
pub fn listed(list: &FieldList, top: &[TopValues], find: &str) -> Vec<Listed> {
    let find = find.trim().to_lowercase();
    let contains = |text: &str| text.to_lowercase().contains(&find);
    let has_value = |name: &str| {
        let known = top.iter().filter(|known| known.field == name);
        known
            .flat_map(|known| &known.values)
            .any(|(value, _)| contains(value))
    };
    let is_wanted = |field: &&FieldSummary| contains(&field.name) || has_value(&field.name);
    let mut wanted: Vec<&FieldSummary> = list.fields.iter().filter(is_wanted).collect();
    wanted.sort_by(|one, other| (other.rows.cmp(&one.rows)).then(one.name.cmp(&other.name)));
    let field = |field: &FieldSummary| Listed {
        name: field.name.clone(),
        kind: Kind::of(&field.types),
        share: share(field.rows, list.rows),
        is_whole: field.rows >= list.rows,
        distinct: field.distinct,
    };
    wanted.into_iter().map(field).collect()
}

/// The names of the columns, in order, and of the other fields. A column that no row has is listed too.
pub fn grouped(listed: &[Listed], columns: &[Column], find: &str) -> (Vec<String>, Vec<String>) {
    let find = find.trim().to_lowercase();
    let is_listed = |name: &str| listed.iter().any(|field| field.name == name);
    let is_sought = |name: &str| name.to_lowercase().contains(&find);
    let columns: Vec<String> = columns
        .iter()
        .map(|column| column.name.clone())
        .filter(|name| is_listed(name) || is_sought(name))
        .collect();
    let others = listed.iter().map(|field| field.name.clone());
    let others = others.filter(|name| !columns.contains(name)).collect();
    (columns, others)
}

/// What rows the figures are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All that are cached.
    Cached,
    /// Those that filters leave.
    Matching,
    /// Those that are selected on the plot.
    Selected,
}

impl Of {
    const fn word(self) -> &'static str {
        match self {
            Self::Cached => "cached",
            Self::Matching => "matching",
            Self::Selected => "selected",
        }
    }
}

/// What stands below the values of a field: how many more there are, of how many rows, and how many have none.
pub fn denominator(top: &TopValues, of: Of) -> String {
    let shown = top.values.len() as u64;
    let more = top.distinct.saturating_sub(shown);
    let noun = if top.rows == 1 { "row" } else { "rows" };
    let rows = format!("of {} {} {noun}", count(top.rows), of.word());
    let without = match top.absent {
        0 => "none without a value".to_owned(),
        1 => "1 has no value".to_owned(),
        absent => format!("{} have no value", count(absent)),
    };
    let more = match (more, top.is_exact) {
        (_, false) => "too many values to count all, ".to_owned(),
        (0, true) => String::new(),
        (more, true) => format!("and {} more, ", count(more)),
    };
    format!("{more}{rows}, {without}")
}

/// How long the bar of a value is, in percent of the most frequent one's.
pub fn meter(rows: u64, top: &TopValues) -> f64 {
    let most = top.values.first().map_or(1, |(_, rows)| *rows).max(1);
    rows as f64 / most as f64 * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, types: &[FieldType], rows: u64) -> FieldSummary {
        FieldSummary {
            name: name.into(),
            types: types.to_vec(),
            rows,
            distinct: 3,
        }
    }

    fn list() -> FieldList {
        FieldList {
            fields: vec![
                field("action", &[FieldType::Text], 998),
                field("count", &[FieldType::Integer, FieldType::Float], 1000),
                field("ok", &[FieldType::Boolean], 1),
                field("port", &[FieldType::Integer], 998),
                field("user", &[FieldType::Integer, FieldType::Text], 0),
            ],
            rows: 1000,
            unlisted: 0,
        }
    }

    fn top(field: &str, values: &[(&str, u64)]) -> TopValues {
        TopValues {
            field: field.into(),
            values: values
                .iter()
                .map(|(value, rows)| ((*value).to_owned(), *rows))
                .collect(),
            distinct: values.len() as u64,
            rows: 1000,
            absent: 0,
            is_exact: true,
        }
    }

    fn names(top: &[TopValues], find: &str) -> Vec<String> {
        let listed = listed(&list(), top, find);
        listed.into_iter().map(|field| field.name).collect()
    }

    #[test]
    fn the_fields_that_most_rows_have_come_first() {
        assert_eq!(names(&[], ""), ["count", "action", "port", "ok", "user"]);
    }

    #[test]
    fn a_field_is_found_by_its_name_or_by_a_value_that_is_known() {
        assert_eq!(names(&[], " ACT "), ["action"]);
        assert_eq!(names(&[top("port", &[("4433", 9)])], "443"), ["port"]);
        assert!(names(&[], "443").is_empty());
    }

    #[test]
    fn columns_come_first_in_their_order_and_one_that_no_row_has_is_listed_too() {
        let all = listed(&list(), &[], "");
        let column = |name: &str| Column {
            name: name.into(),
            width_ch: None,
        };
        let columns = [column("user"), column("gone"), column("count")];
        let (first, others) = grouped(&all, &columns, "");
        assert_eq!(first, ["user", "gone", "count"]);
        assert_eq!(others, ["action", "port", "ok"]);
        let found = listed(&list(), &[], "o");
        let (first, others) = grouped(&found, &columns, "o");
        assert_eq!(first, ["gone", "count"]);
        assert_eq!(others, ["action", "port", "ok"]);
    }

    #[test]
    fn a_share_has_one_place_and_is_never_rounded_to_all_or_nothing() {
        let all = listed(&list(), &[], "");
        let shares: Vec<_> = all.iter().map(|field| field.share.as_str()).collect();
        assert_eq!(shares, ["100 %", "99.8 %", "99.8 %", "0.1 %", "0 %"]);
        assert_eq!(share(1, 1_000_000), "< 0.1 %");
        assert_eq!(share(999_999, 1_000_000), "> 99.9 %");
        assert_eq!(share(0, 0), "0 %");
    }

    #[test]
    fn a_type_is_the_widest_of_those_that_occur() {
        let kinds: Vec<_> = listed(&list(), &[], "")
            .iter()
            .map(|field| field.kind.texts().0)
            .collect();
        assert_eq!(kinds, ["12", "Aa", "12", "y/n", "Aa"]);
        assert_eq!(
            Kind::of(&[FieldType::Boolean, FieldType::Float]),
            Kind::Mixed
        );
    }

    #[test]
    fn below_values_stands_of_how_many_rows_they_are_and_how_many_have_none() {
        let mut of = top("action", &[("accept", 700), ("deny", 300)]);
        assert_eq!(
            denominator(&of, Of::Cached),
            "of 1,000 cached rows, none without a value"
        );
        (of.distinct, of.absent) = (1902, 20);
        assert_eq!(
            denominator(&of, Of::Selected),
            "and 1,900 more, of 1,000 selected rows, 20 have no value"
        );
        of.is_exact = false;
        assert_eq!(
            denominator(&of, Of::Matching),
            "too many values to count all, of 1,000 matching rows, 20 have no value"
        );
    }

    #[test]
    fn bars_are_relative_to_the_most_frequent_value() {
        let of = top("action", &[("accept", 800), ("deny", 200)]);
        assert_eq!((meter(800, &of), meter(200, &of)), (100.0, 25.0));
        assert_eq!(meter(0, &top("action", &[])), 0.0);
    }
}
