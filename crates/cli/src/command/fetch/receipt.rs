//! A receipt for people: what was done, what is held now, what is left.

use crate::command::fields;
use crate::show::{bytes, count, counted, escape, range, span_ms};
use windrow_engine::Receipt;
use windrow_model::{Decision, TimeRange};

/// So many kept ranges are listed; `--json` has all.
const KEPT_SHOWN: usize = 20;

/// The lines of a receipt.
pub(super) fn lines(receipt: &Receipt, window: TimeRange) -> Vec<String> {
    let mut shown = vec![headline(receipt)];
    let mut table = vec![
        (
            "window",
            format!("{} ({})", range(window), span_ms(window.duration_ms())),
        ),
        ("held", held(receipt)),
    ];
    if receipt.requests > 0 {
        table.push(("fetched", fetched(receipt)));
        table.push(("expected", expected(receipt)));
        table.push(("written", written(receipt)));
    }
    let dropped = receipt.duplicates_dropped + receipt.outside_dropped;
    if dropped > 0 {
        table.push((
            "dropped",
            format!(
                "{}, {}",
                counted(receipt.duplicates_dropped, "duplicate", "duplicates"),
                counted(
                    receipt.outside_dropped,
                    "event outside the range",
                    "events outside the range"
                ),
            ),
        ));
    }
    if receipt.waited_ms > 0 || receipt.expected.limit_wait_ms > 0 {
        table.push((
            "waited",
            format!(
                "{} for the rate limit or another try, {} expected",
                span_ms(receipt.waited_ms),
                span_ms(receipt.expected.limit_wait_ms)
            ),
        ));
    }
    if let (Some(before), Some(after)) = (receipt.expected.quota_left, receipt.quota_left) {
        table.push((
            "rate limit",
            format!(
                "{} left, {} before",
                counted(after, "request", "requests"),
                count(before)
            ),
        ));
    }
    table.push(("time", span_ms((receipt.duration_seconds * 1000.0) as u64)));
    if let Some(path) = &receipt.output_file {
        table.push(("rows in", path.clone()));
    }
    if let Some(path) = &receipt.summary_output {
        table.push(("summary", path.clone()));
    }
    if let Some(reason) = &receipt.summary_failed {
        table.push(("summary", format!("NOT WRITTEN: {}", escape(reason))));
    }
    if let Some(dir) = &receipt.bypass_dir {
        table.push(("bypass", dir.clone()));
    }
    shown.extend(fields(&table));
    for repair in &receipt.repaired {
        let fate = if repair.removed {
            "the damaged file is removed"
        } else {
            "it holds fewer rows than before, so the damaged file is kept"
        };
        shown.push(format!(
            "fetched again: {}, {} for {}; {fate}",
            escape(&repair.path),
            counted(repair.rows_after, "row", "rows"),
            count(repair.rows_before)
        ));
    }
    for provisional in &receipt.provisional_ranges {
        shown.push(format!(
            "provisional: {}; shown, not claimed: fetch it again later",
            range(*provisional)
        ));
    }
    for beyond in &receipt.beyond_retention_ranges {
        shown.push(format!(
            "beyond retention: {}; what the log API still has is shown, and none of it can be claimed",
            range(*beyond)
        ));
    }
    let is_in_pieces = receipt.kept_ranges.len() > 1 || !receipt.failures.is_empty();
    for kept in receipt
        .kept_ranges
        .iter()
        .filter(|_| is_in_pieces)
        .take(KEPT_SHOWN)
    {
        shown.push(format!("kept: {}", range(*kept)));
    }
    if let Some(more @ 1..) = receipt.kept_ranges.len().checked_sub(KEPT_SHOWN) {
        shown.push(format!("      and {more} more"));
    }
    for failure in &receipt.failures {
        shown.push(format!(
            "failed: {}: {}",
            range(failure.range),
            escape(&failure.reason)
        ));
        shown.push(format!("        {}", failure.remedy));
    }
    shown
}

fn headline(receipt: &Receipt) -> String {
    let missing = receipt.cache_missing_ranges.len() as u64;
    if receipt.cancelled {
        return "Cancelled: what was proven is kept, and the same command fetches the rest".into();
    }
    if !receipt.is_complete() {
        return format!(
            "Failed: {} still missing; everything else is kept, and the same command fetches the rest",
            counted(receipt.failed_ranges.len() as u64, "range is", "ranges are"),
        );
    }
    match receipt.decision {
        Decision::Hit if receipt.repaired.iter().any(|part| !part.removed) => format!(
            "Not all repaired: {} kept, the rest was held",
            counted(
                receipt.repaired.iter().filter(|part| !part.removed).count() as u64,
                "damaged part is",
                "damaged parts are"
            )
        ),
        Decision::Hit if !receipt.repaired.is_empty() => format!(
            "Repaired: {} fetched again, the rest was held",
            counted(
                receipt.repaired.len() as u64,
                "damaged part was",
                "damaged parts were"
            )
        ),
        Decision::Hit => "Hit: all was held, nothing was fetched".into(),
        Decision::Partial => format!(
            "Partial: {} fetched, the rest was held",
            counted(missing, "gap was", "gaps were")
        ),
        Decision::Miss => "Miss: the whole window was fetched".into(),
        Decision::Bypass => "Bypass: the whole window was fetched beside the cache".into(),
    }
}

fn held(receipt: &Receipt) -> String {
    let mut text = counted(receipt.rows_processed, "row", "rows");
    if let Some(summary) = &receipt.summary {
        if summary.complete {
            text += ", complete";
        } else if summary.missing_ranges.is_empty() {
            text += &format!(
                ", not complete: the rest is provisional, {} so far",
                counted(summary.provisional_rows, "row", "rows")
            );
        } else {
            text += ", incomplete";
        }
        text += &format!(
            ", in {}, {}",
            counted(summary.part_count, "part", "parts"),
            bytes(summary.byte_count)
        );
    }
    text
}

/// What the source's counts let expect, to compare with what was fetched.
fn expected(receipt: &Receipt) -> String {
    let expected = receipt.expected;
    format!(
        "{} in {}, {}, about {} on disk",
        counted(expected.events, "event", "events"),
        counted(expected.pages, "page", "pages"),
        counted(expected.requests, "request", "requests"),
        bytes(expected.stored_bytes)
    )
}

fn fetched(receipt: &Receipt) -> String {
    format!(
        "{} in {}, {}",
        bytes(receipt.bytes_received),
        counted(receipt.batches_processed, "page", "pages"),
        counted(receipt.requests, "request", "requests")
    )
}

fn written(receipt: &Receipt) -> String {
    format!(
        "{} in {}, {}",
        counted(receipt.rows_written, "row", "rows"),
        counted(receipt.parts_written, "part", "parts"),
        bytes(receipt.bytes_written)
    )
}
