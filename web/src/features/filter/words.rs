//! What is said of the rows that match, in words with numbers.

use crate::ui::format::{count, counted, percent};
use windrow_protocol::Answered;

/// How many rows the filter hides, or how far the search is: the number and what it is of.
pub fn hidden(answered: Option<&Answered>, is_under_way: bool) -> Option<(String, String)> {
    let answered = answered?;
    if is_under_way {
        let of = format!(" of {} rows searched", count(answered.rows));
        return Some((count(answered.passed().min(answered.rows)), of));
    }
    Some((count(answered.hidden()), " hidden by filters".to_owned()))
}

/// How many matching rows lie in the selection.
pub fn selected(rows: u64) -> String {
    format!("{} in the selection", counted(rows, "row", "rows"))
}

/// How many rows match in how many, and what was not searched.
pub fn matches(answered: &Answered, window_ms: u64) -> String {
    let found = counted(answered.all_matched(), "match", "matches");
    let mut said = format!("{found} in {}", rows_in(answered));
    if answered.provisional > 0 {
        let provisional = count(answered.provisional);
        said.push_str(&format!(", {provisional} of them may be incomplete"));
    }
    said.push_str(". ");
    said.push_str(&left_out(answered, window_ms));
    said
}

fn rows_in(answered: &Answered) -> String {
    counted(
        answered.searched + answered.skipped,
        "cached row",
        "cached rows",
    )
}

/// What was not searched.
pub fn left_out(answered: &Answered, window_ms: u64) -> String {
    let missing_ms = answered.missing_ms();
    let mut said = Vec::new();
    if missing_ms > 0 {
        let share = percent(missing_ms, window_ms);
        said.push(format!(
            "{share} of the window is not cached and was not searched."
        ));
    }
    if answered.unreadable > 0 {
        let rows = counted(answered.unreadable, "row is", "rows are");
        said.push(format!("{rows} damaged and could not be searched."));
    } else if !answered.damaged.is_empty() {
        said.push("What is damaged was not searched.".to_owned());
    }
    let ranges = answered.provisional_ranges.iter();
    let provisional_ms: u64 = ranges.map(|range| range.duration_ms()).sum();
    if provisional_ms > 0 {
        let share = percent(provisional_ms, window_ms);
        said.push(format!("{share} of the window may be incomplete."));
    }
    if said.is_empty() {
        said.push("The whole window was searched.".to_owned());
    }
    said.join(" ")
}

/// Why the table is empty where rows match, but none of the selection.
pub fn nothing_selected(answered: &Answered) -> (String, String) {
    let found = counted(answered.all_matched(), "entry matches", "entries match");
    let heading = "No entries in the selection".to_owned();
    (heading, format!("{found} elsewhere in the window."))
}

/// Why the table is empty: a heading and a sentence. `filters` are those that are on, `range` names the window.
pub fn nothing(
    answered: &Answered,
    filters: usize,
    range: &str,
    window_ms: u64,
) -> (String, String) {
    let heading = format!(
        "No entries match; {} hidden by filters",
        count(answered.hidden())
    );
    let all = match filters {
        0 | 1 => "the filter".to_owned(),
        2 => "both filters".to_owned(),
        many => format!("all {} filters", count(many as u64)),
    };
    let text = format!(
        "No cached row of {range} passes {all}. {}",
        left_out(answered, window_ms)
    );
    (heading, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures::range;

    fn answered() -> Answered {
        Answered {
            matched: 312,
            provisional: 0,
            searched: 90_000,
            skipped: 6_771,
            unreadable: 0,
            rows: 96_771,
            missing: vec![range(0, 18)],
            provisional_ranges: Vec::new(),
            damaged: Vec::new(),
            is_final: true,
            workers: 1,
            histogram: None,
            top: Vec::new(),
            fields: None,
            groups: None,
            slices: None,
            narrowed: None,
        }
    }

    #[test]
    fn matches_are_said_with_what_was_searched_and_what_was_not() {
        let mut answer = answered();
        assert_eq!(
            matches(&answer, 100),
            "312 matches in 96,771 cached rows. 18 % of the window is not cached and was not searched."
        );
        answer.missing.clear();
        answer.provisional = 3;
        assert_eq!(
            matches(&answer, 100),
            "315 matches in 96,771 cached rows, 3 of them may be incomplete. The whole window was searched."
        );
        answer.provisional_ranges = vec![range(97, 100)];
        assert!(matches(&answer, 100).ends_with(". 3 % of the window may be incomplete."));
        answer.provisional_ranges.clear();
        answer.unreadable = 1;
        assert!(matches(&answer, 100).ends_with(". 1 row is damaged and could not be searched."));
    }

    #[test]
    fn hidden_rows_are_counted_once_all_were_searched() {
        let said = |answer: &Answered, is_under_way| {
            hidden(Some(answer), is_under_way).map(|(number, of)| number + &of)
        };
        let mut answer = answered();
        assert_eq!(said(&answer, false).unwrap(), "96,459 hidden by filters");
        answer.searched = 33_229;
        assert_eq!(
            said(&answer, true).unwrap(),
            "40,000 of 96,771 rows searched"
        );
        assert_eq!(hidden(None, true), None);
    }

    #[test]
    fn an_empty_table_says_how_many_rows_the_filters_hide() {
        let answer = Answered {
            matched: 0,
            ..answered()
        };
        let (heading, text) = nothing(&answer, 4, "09:00 - 12:00", 100);
        assert_eq!(heading, "No entries match; 96,771 hidden by filters");
        assert_eq!(
            text,
            "No cached row of 09:00 - 12:00 passes all 4 filters. 18 % of the window is not cached and was not searched."
        );
        let (_, text) = nothing(&answer, 2, "09:00 - 12:00", 100);
        assert!(text.contains("passes both filters."));
    }
}
