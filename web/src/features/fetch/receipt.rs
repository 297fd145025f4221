//! The end of a fetch, in words: what was kept, what failed, and where space ran out.

use crate::ui::format::{bytes, counted, duration};
use crate::ui::zone::Zone;
use windrow_model::TimeRange;
use windrow_protocol::{FailKind, Failure, Receipt};

/// From when on a run kept nothing because there was no space left.
pub fn out_of_space_ms(receipt: &Receipt) -> Option<i64> {
    let failures = receipt.failures.iter();
    // What failed before for another reason is not kept either.
    let first_ms = failures
        .clone()
        .map(|failure| failure.range.start_ms())
        .min();
    let mut kinds = failures.map(|failure| failure.kind);
    first_ms.filter(|_| kinds.any(|kind| kind == FailKind::FreeSpace))
}

/// What a receipt says in one line.
pub fn receipt_line(receipt: &Receipt) -> String {
    // A measured time is not exact to the millisecond, and is not shown as if it were.
    let took = duration(match receipt.duration_ms {
        short @ 0..1000 => short,
        long => (long + 50) / 100 * 100,
    });
    if receipt.requests == 0 && receipt.complete {
        return format!(
            "Already cached: {} and no request",
            counted(receipt.rows, "row", "rows")
        );
    }
    let failed = || {
        let ranges = counted(receipt.failures.len() as u64, "range", "ranges");
        format!("{ranges} failed")
    };
    if receipt.parts == 0 && !receipt.complete {
        let what = if receipt.cancelled {
            "Stopped".to_owned()
        } else {
            failed()
        };
        return format!("{what}. Nothing new was kept, nothing was lost");
    }
    let is_shown = !receipt.provisional.is_empty() || !receipt.beyond_retention.is_empty();
    if receipt.complete && receipt.parts == 0 && is_shown {
        // Nothing of it is claimed, so there is no part of it.
        let rows = receipt.provisional_rows;
        let rows = rows.map_or("rows".to_owned(), |rows| counted(rows, "row", "rows"));
        return format!("Fetched {rows} that may be incomplete, {took}");
    }
    let fetched = format!(
        "{} in {}, {}, {took}",
        counted(receipt.rows_written, "row", "rows"),
        counted(receipt.parts, "part", "parts"),
        bytes(receipt.bytes_written),
    );
    match (receipt.cancelled, receipt.complete) {
        (true, _) => format!("Stopped. Kept {fetched}"),
        (false, true) => format!("Fetched {fetched}"),
        (false, false) => format!("{}. Kept {fetched}", failed()),
    }
}

/// The figures behind that: first how many rows are held now, and of what, as a run may have been asked for a range of the window shown.
pub fn figures_line(receipt: &Receipt, window: Option<TimeRange>, zone: Zone) -> String {
    let rows = counted(receipt.rows, "row", "rows");
    let asked = receipt.window;
    let of = if window == Some(asked) {
        "the window".to_owned()
    } else {
        zone.range(asked.start_ms(), asked.end_ms())
    };
    let mut parts = vec![
        format!("{rows} in {of}"),
        counted(receipt.requests, "request", "requests"),
    ];
    if receipt.pages > 0 {
        parts.push(counted(receipt.pages, "page", "pages"));
    }
    if receipt.duplicates > 0 {
        let dropped = counted(receipt.duplicates, "duplicate", "duplicates");
        parts.push(format!("{dropped} dropped"));
    }
    if receipt.bytes_received > 0 {
        parts.push(format!("{} received", bytes(receipt.bytes_received)));
    }
    parts.join(", ")
}

/// The failures of a run, those that follow each other for the same reason as one: how many, from where to where, and one of them.
pub fn grouped(failures: &[Failure]) -> Vec<(u64, TimeRange, &Failure)> {
    let mut groups: Vec<(u64, TimeRange, &Failure)> = Vec::new();
    for failure in failures {
        match groups.last_mut() {
            Some((count, range, first))
                if first.reason == failure.reason && range.end_ms() <= failure.range.start_ms() =>
            {
                *count += 1;
                *range = TimeRange::new(range.start_ms(), failure.range.end_ms()).unwrap_or(*range);
            }
            _ => groups.push((1, failure.range, failure)),
        }
    }
    groups
}

#[cfg(test)]
pub(in crate::features) mod tests {
    use super::*;
    use crate::features::fixtures::range;
    use windrow_model::Decision;
    use windrow_protocol::Expected;

    pub(in crate::features) fn receipt() -> Receipt {
        Receipt {
            complete: true,
            window: range(0, 60_000),
            decision: Decision::Miss,
            rows: 10,
            rows_written: 10,
            pages: 1,
            requests: 2,
            parts: 1,
            bytes_written: 100,
            bytes_received: 1000,
            expected: Expected::default(),
            waited_ms: 0,
            duplicates: 0,
            duration_ms: 1500,
            cancelled: false,
            kept: Vec::new(),
            provisional: Vec::new(),
            beyond_retention: Vec::new(),
            provisional_rows: None,
            failures: Vec::new(),
            repairs: Vec::new(),
            bypass_run: None,
            json: String::new(),
        }
    }

    fn failure(start_ms: i64, reason: &str, kind: FailKind) -> Failure {
        Failure {
            range: range(start_ms, start_ms + 10),
            reason: reason.to_owned(),
            remedy: String::new(),
            kind,
        }
    }

    #[test]
    fn what_is_fetched_and_cannot_be_claimed_is_not_called_nothing() {
        let all_new = Receipt {
            rows_written: 0,
            parts: 0,
            provisional: vec![range(0, 10)],
            provisional_rows: Some(12),
            ..receipt()
        };
        let all_old = Receipt {
            provisional: Vec::new(),
            beyond_retention: vec![range(0, 10)],
            ..all_new.clone()
        };
        for receipt in [all_new, all_old] {
            let said = receipt_line(&receipt);
            assert_eq!(said, "Fetched 12 rows that may be incomplete, 1.5 s");
        }
    }

    #[test]
    fn failures_that_follow_each_other_for_one_reason_are_told_once() {
        let failure = |start, reason| failure(start, reason, FailKind::Retry);
        let failures = [failure(0, "cut"), failure(20, "cut"), failure(30, "lost")];
        let told = grouped(&failures)
            .into_iter()
            .map(|(count, range, first)| (count, range.end_ms(), first.reason.as_str()))
            .collect::<Vec<_>>();
        assert_eq!(told, [(2, 30, "cut"), (1, 40, "lost")]);
    }

    #[test]
    fn what_is_kept_without_space_ends_where_the_first_failure_begins() {
        let of = |failures: &[Failure]| {
            out_of_space_ms(&Receipt {
                failures: failures.to_vec(),
                ..receipt()
            })
        };
        let full = failure(50, "", FailKind::FreeSpace);
        let other = failure(20, "", FailKind::Retry);
        assert_eq!(of(&[other.clone(), full.clone()]), Some(20));
        assert_eq!(of(&[full]), Some(50));
        assert_eq!(of(&[other]), None);
    }

    #[test]
    fn a_receipt_says_what_was_kept() {
        assert_eq!(
            receipt_line(&receipt()),
            "Fetched 10 rows in 1 part, 100 B, 1.5 s"
        );
        let hit = Receipt {
            requests: 0,
            ..receipt()
        };
        assert_eq!(receipt_line(&hit), "Already cached: 10 rows and no request");
        let stopped = Receipt {
            complete: false,
            cancelled: true,
            ..receipt()
        };
        let at_once = Receipt {
            parts: 0,
            ..stopped.clone()
        };
        assert!(receipt_line(&at_once).starts_with("Stopped. Nothing new"));
        assert!(receipt_line(&stopped).starts_with("Stopped. Kept 10 rows"));
    }

    #[test]
    fn rows_are_of_the_window_only_where_all_of_it_was_asked_for() {
        let said = |end_ms| figures_line(&receipt(), Some(range(0, end_ms)), Zone::Utc);
        let rest = "2 requests, 1 page, 1.00 kB received";
        assert_eq!(said(60_000), format!("10 rows in the window, {rest}"));
        assert_eq!(
            said(90_000),
            format!("10 rows in 1970-01-01 00:00 - 00:01 UTC, {rest}")
        );
    }
}
