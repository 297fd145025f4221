//! A log of dpkg, replayed, fetched, and compared line by line.

use serde_json::json;
use std::path::PathBuf;
use tempfile::TempDir;
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::stand_in::{StandIn, asked, lines_of, queries, ranges, widened};

struct Scene {
    _directory: TempDir,
    cache: PathBuf,
    log: DpkgLog,
    stand_in: StandIn,
}

fn scene() -> Scene {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    Scene {
        cache: directory.path().join("cache"),
        _directory: directory,
        log,
        stand_in,
    }
}

#[test]
fn the_rows_of_a_fetched_window_are_the_lines_of_the_log_exactly() {
    let Scene {
        cache,
        log,
        stand_in,
        ..
    } = &scene();
    let window = (log.first_ms(), log.end_ms());
    let receipt = stand_in.fetch(window, cache, &[]);
    let lines = log.within(window.0, window.1);
    assert!(lines.len() >= 500, "more than a page");
    assert_eq!(receipt["decision"], "miss");
    assert_eq!(receipt["rows_processed"], lines.len());
    assert_eq!(receipt["duplicates_dropped"], 0);
    assert_eq!(receipt["provisional_ranges"], json!([]));
    assert_eq!(lines_of(&stand_in.rows(window, cache)), lines);
}

#[test]
fn the_same_window_again_and_any_window_inside_it_send_no_query() {
    let Scene {
        cache,
        log,
        stand_in,
        ..
    } = &scene();
    let window = (log.first_ms(), log.end_ms());
    stand_in.fetch(window, cache, &[]);
    let before = queries(&stand_in.requests()).len();
    assert!(before > 0);
    let again = stand_in.fetch(window, cache, &[]);
    let inside = (log.quantile_ms(1, 3), log.quantile_ms(2, 3) + 1);
    let inner = stand_in.fetch(inside, cache, &[]);
    assert_eq!(queries(&stand_in.requests()).len(), before);
    for receipt in [&again, &inner] {
        assert_eq!(receipt["decision"], "hit");
        assert_eq!(receipt["requests"], 0);
    }
    assert_eq!(
        inner["rows_processed"],
        log.within(inside.0, inside.1).len()
    );
    assert_eq!(
        lines_of(&stand_in.rows(inside, cache)),
        log.within(inside.0, inside.1)
    );
}

#[test]
fn a_wider_window_asks_only_for_the_new_ranges_and_the_request_log_is_the_plan() {
    let Scene {
        cache,
        log,
        stand_in,
        ..
    } = &scene();
    let at = |part| log.quantile_ms(part, 8);
    for held in [(at(2), at(3)), (at(5), at(6))] {
        stand_in.fetch(held, cache, &[]);
    }
    let wide = (at(1), log.end_ms());
    let plan = stand_in.plan(wide, cache);
    let gaps = [(at(1), at(2)), (at(3), at(5)), (at(6), wide.1)];
    assert_eq!(plan["decision"], "partial");
    assert_eq!(ranges(&plan["missing_ranges"]), gaps);
    assert_eq!(
        ranges(&plan["cached_ranges"]),
        [(at(2), at(3)), (at(5), at(6))]
    );

    let before = stand_in.requests().len();
    let receipt = stand_in.fetch(wide, cache, &["--per-page", "100", "--parallel", "1"]);
    let new = stand_in.requests().split_off(before);
    // One chain a gap and one count of the identical request: nothing else was asked, and nothing that is held.
    assert_eq!(asked(&new, "submit"), widened(&plan["missing_ranges"]));
    assert_eq!(asked(&new, "count"), widened(&plan["missing_ranges"]));
    for page in asked(&new, "page") {
        assert!(asked(&new, "submit").contains(&page), "a page of {page:?}");
    }
    assert_eq!(receipt["requests"], new.len());
    assert_eq!(ranges(&receipt["cache_missing_ranges"]), gaps);
    assert_eq!(
        lines_of(&stand_in.rows(wide, cache)),
        log.within(wide.0, wide.1)
    );
    assert_eq!(stand_in.plan(wide, cache)["decision"], "hit");
}

#[test]
fn a_window_in_a_silent_stretch_is_proven_empty_and_never_asked_for_again() {
    let Scene {
        cache,
        log,
        stand_in,
        ..
    } = &scene();
    let silent = (log.first_ms() - 86_400_000, log.first_ms() - 1);
    assert_eq!(stand_in.fetch(silent, cache, &[])["rows_processed"], 0);
    let before = stand_in.requests().len();
    let again = stand_in.fetch(silent, cache, &[]);
    assert_eq!(
        (&again["decision"], &again["rows_processed"]),
        (&json!("hit"), &json!(0))
    );
    assert_eq!(queries(&stand_in.requests()[before..]).len(), 0);
    assert!(stand_in.rows(silent, cache).is_empty());
}

#[test]
fn a_bypass_fetches_everything_and_leaves_the_cache_as_it_was() {
    let Scene {
        cache,
        log,
        stand_in,
        ..
    } = &scene();
    let held = (log.quantile_ms(1, 4), log.quantile_ms(2, 4));
    let window = (log.quantile_ms(1, 4), log.quantile_ms(3, 4));
    stand_in.fetch(held, cache, &[]);
    let before = windrow_tests::tree::files(&cache.join("logs"));
    let receipt = stand_in.fetch(window, cache, &["--bypass"]);
    assert_eq!(receipt["decision"], "bypass");
    assert_eq!(
        receipt["rows_processed"],
        log.within(window.0, window.1).len()
    );
    assert_eq!(windrow_tests::tree::files(&cache.join("logs")), before);
    assert_eq!(stand_in.plan(window, cache)["decision"], "partial");
}
