//! What an answer says of the groups, in words.
//!
//! Takes the answer, gives the lines of the table, what stands above them, and the conditions that open a number.

use super::choice::Choice;
use crate::features::fields::listed::share;
use crate::features::filter::chip::{has_value, lacks};
use crate::ui::format::{count, counted};
use windrow_model::filter::Filter;
use windrow_protocol::{Group, Groups};

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// A value for each field.
    pub values: Vec<Shown>,
    /// How many rows.
    pub rows: u64,
    /// Of all that match.
    pub share: String,
    /// Percent of the most frequent group that is shown.
    pub percent: u64,
    /// Sum, lowest and highest number, where a field is added up.
    pub numbers: Option<[String; 3]>,
    /// The conditions of its rows.
    pub terms: Vec<Filter>,
}

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shown {
    /// As it is.
    Text(String),
    /// There is one, without characters.
    Empty,
    /// The rows lack the field.
    Absent,
}

/// Whether an answer is of what is chosen; the order may be the one before.
pub fn is_of(groups: &Groups, choice: &Choice) -> bool {
    groups.by == choice.by() && groups.of.as_deref().unwrap_or_default() == choice.of
}

/// The lines.
pub fn lines(groups: &Groups, choice: &Choice) -> Vec<Line> {
    let by = choice.by();
    let rows = groups.groups.iter().map(|group| group.rows);
    let most = rows.max().unwrap_or_default().max(1);
    let line = |group: &Group| Line {
        values: group.values.iter().map(shown).collect(),
        rows: group.rows,
        share: share(group.rows, groups.rows),
        percent: group.rows.saturating_mul(100) / most,
        numbers: (!choice.of.is_empty()).then(|| {
            let numbers = group.numbers.clone().unwrap_or_default();
            [numbers.sum, numbers.low, numbers.high].map(|number| number_in_words(&number))
        }),
        terms: terms(&by, &group.values),
    };
    groups.groups.iter().map(line).collect()
}

fn shown(value: &Option<String>) -> Shown {
    match value.as_deref() {
        None => Shown::Absent,
        Some("") => Shown::Empty,
        Some(text) => Shown::Text(text.to_owned()),
    }
}

fn terms(by: &[String], values: &[Option<String>]) -> Vec<Filter> {
    let pairs = by.iter().zip(values);
    let terms = pairs.map(|(field, value)| match value {
        Some(value) => has_value(field, value),
        None => lacks(field),
    });
    terms.collect()
}

/// The conditions of the rows that have none of the fields.
pub fn absent_terms(choice: &Choice) -> Vec<Filter> {
    choice.by().iter().map(|field| lacks(field)).collect()
}

/// `1,234,567.25`: a number as it is written, its whole part in threes; `none` where there is none.
fn number_in_words(written: &str) -> String {
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written),
    };
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = digits.split_at_checked(end).unwrap_or((digits, ""));
    if whole.is_empty() {
        return if rest.is_empty() {
            "none".to_owned()
        } else {
            written.to_owned()
        };
    }
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(rest);
    text
}

/// What the figures are of: `12 groups of 48,210 cached rows that match`. `of` names the rows: `cached rows`.
pub fn sentence(groups: &Groups, of: &str) -> String {
    let shown = groups.groups.len() as u64;
    let rows = format!("{} {of}", count(groups.rows));
    if !groups.is_exact {
        return format!(
            "{} of more groups than can be counted, of {rows}: figures may be too low",
            count(shown)
        );
    }
    let all = counted(groups.distinct, "group", "groups");
    match groups.distinct > shown {
        true => format!("The first {} of {all} of {rows}", count(shown)),
        false => format!("{all} of {rows}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_protocol::{GroupNumbers, GroupOrder};

    fn groups() -> Groups {
        let group = |values: &[Option<&str>], rows, sum: Option<&str>| Group {
            values: values
                .iter()
                .map(|value| value.map(str::to_owned))
                .collect(),
            rows,
            numbers: sum.map(|sum| GroupNumbers {
                sum: sum.into(),
                low: "-1234.5".into(),
                high: "1e300".into(),
            }),
        };
        Groups {
            by: vec!["action".into(), "user".into()],
            of: Some("bytes".into()),
            groups: vec![
                group(
                    &[Some("deny"), Some("a b")],
                    600,
                    Some("18446744073709551616"),
                ),
                group(&[None, Some("")], 150, None),
            ],
            distinct: 2,
            rows: 1_000,
            absent: 250,
            is_exact: true,
        }
    }

    fn choice() -> Choice {
        Choice {
            first: "action".into(),
            second: "user".into(),
            of: "bytes".into(),
            order: GroupOrder::Rows,
        }
    }

    #[test]
    fn a_line_has_its_share_its_numbers_and_the_conditions_of_its_rows() {
        let lines = lines(&groups(), &choice());
        let [deny, none] = &lines[..] else {
            panic!("{lines:?}");
        };
        assert_eq!(
            (deny.rows, deny.share.as_str(), deny.percent),
            (600, "60.0 %", 100)
        );
        assert_eq!(
            deny.numbers.clone().unwrap(),
            ["18,446,744,073,709,551,616", "-1,234.5", "1e300"]
        );
        let terms = |terms: &[Filter]| terms.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(terms(&deny.terms), ["action:deny", "user:\"a b\""]);
        assert_eq!(none.values, [Shown::Absent, Shown::Empty]);
        assert_eq!(terms(&none.terms), ["not action:*", "user:\"\""]);
        assert_eq!(none.numbers.clone().unwrap(), ["none"; 3]);
        assert_eq!(
            terms(&absent_terms(&choice())),
            ["not action:*", "not user:*"]
        );
    }

    #[test]
    fn an_answer_to_another_choice_is_not_shown() {
        assert!(is_of(&groups(), &choice()));
        for other in ["action", "action,user", "user,action,bytes"] {
            assert!(!is_of(&groups(), &Choice::read(other)), "{other}");
        }
        assert!(is_of(&groups(), &Choice::read("action,user,bytes,sum")));
    }

    #[test]
    fn the_denominator_is_said_and_whether_there_are_more_groups() {
        let mut groups = groups();
        assert_eq!(
            sentence(&groups, "cached rows that match"),
            "2 groups of 1,000 cached rows that match"
        );
        groups.distinct = 12_408;
        assert_eq!(
            sentence(&groups, "cached rows"),
            "The first 2 of 12,408 groups of 1,000 cached rows"
        );
        groups.is_exact = false;
        assert!(sentence(&groups, "cached rows").contains("may be too low"));
    }
}
