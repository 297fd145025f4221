//! The structured events of a run: one JSON object a line, in the order in which things happen, with ranges and counts and never a message.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use windrow_tests::binary::end;
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::stand_in::{Range, StandIn};

fn events(stand_in: &StandIn, window: Range, cache: &std::path::Path) -> Vec<Value> {
    let mut fetch = stand_in.remote("fetch", window, cache);
    let told = end(fetch.args(["--json", "--flush-rows", "400", "--events", "-"])).ok();
    told.stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect()
}

#[test]
fn a_partial_run_tells_every_decision_in_order_and_no_log_text() {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    let cache = directory.path().join("cache");
    let (start, middle, to) = (
        log.quantile_ms(1, 4),
        log.quantile_ms(2, 4),
        log.quantile_ms(3, 4),
    );
    let first = events(&stand_in, (start, middle), &cache);
    assert!(names(&first).contains(&"cache_miss"), "{:?}", names(&first));
    let told = events(&stand_in, (start, to), &cache);

    // Scanned once to see whether anything is to be done, and again under the writer's lock.
    let mut expected = vec![
        "cache_scan_start",
        "cache_scan_complete",
        "cache_scan_start",
        "cache_scan_complete",
        "cache_coverage_planned",
        "cache_partial",
        "fetch_priced",
        "fetch_subrange_start",
    ];
    let flushes = told
        .iter()
        .filter(|event| event["event"] == "flush_start")
        .count();
    assert!(flushes > 1);
    expected.extend(["flush_start", "flush_complete"].repeat(flushes));
    expected.extend(["fetch_subrange_complete", "parquet_summary_generated"]);
    assert_eq!(names(&told), expected);

    let of = |name: &str| told.iter().find(|event| event["event"] == name).unwrap();
    let planned = of("cache_coverage_planned");
    assert_eq!(planned["log_id"], stand_in.log);
    assert_eq!(planned["requested_range"], json!([start, to]));
    assert_eq!(planned["cached_ranges"], json!([[start, middle]]));
    assert_eq!(planned["missing_ranges"], json!([[middle, to]]));
    let complete = of("fetch_subrange_complete");
    assert_eq!(complete["subrange"], json!([middle, to]));
    assert_eq!(complete["rows_fetched"], log.within(middle, to).len());
    assert_eq!(complete["parts_written"], flushes);
    assert_eq!(
        of("parquet_summary_generated")["row_count"],
        log.within(start, to).len()
    );

    let runs: BTreeSet<&str> = told
        .iter()
        .map(|event| event["run_id"].as_str().unwrap())
        .collect();
    assert_eq!(runs.len(), 1);
    for event in &told {
        assert!(
            event["ts"].as_str().unwrap().ends_with('Z') && event["level"] == "INFO",
            "{event}"
        );
        let text = event.to_string();
        let message = log
            .lines
            .iter()
            .find(|(_, line)| text.contains(line.as_str()));
        assert!(message.is_none() && !text.contains("http"), "{event}");
    }
}

#[test]
fn a_hit_tells_that_nothing_was_fetched() {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    let cache = directory.path().join("cache");
    let window = (log.quantile_ms(1, 4), log.quantile_ms(2, 4));
    events(&stand_in, window, &cache);
    let told = events(&stand_in, window, &cache);
    let expected = [
        "cache_scan_start",
        "cache_scan_complete",
        "cache_coverage_planned",
        "cache_hit",
        "parquet_summary_generated",
    ];
    assert_eq!(names(&told), expected);
}
