//! A window of so many rows that several workers search it: what each finds adds up, and no row is lost or counted twice.

use super::plot::bars;
use super::{Stage, browser};
use serde_json::Value;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::{Fill::Levels, action_of, level_of};
use windrow_tests::page::hook;

in_browsers! {
    a_large_window_is_searched_by_several_workers_and_every_row_counts_once,
}

/// Lines of the made log, one a second: more than one worker searches alone.
const LINES: usize = 210_000;

/// Short ones, with enough pairs to be read as fields.
const LINE_BYTES: usize = 110;

fn a_large_window_is_searched_by_several_workers_and_every_row_counts_once(kind: Kind) {
    let stage = Stage::of(|log| log.lines(LINES, LINE_BYTES, Levels));
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.plan(
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    page.fetch_all();
    page.rows_are(LINES);
    bars(&page, LINES);
    let meant = (0..LINES).filter(|line| level_of(*line) == "error" && action_of(*line) == "deny");
    let meant = meant.count();
    let filter = "level:error action:deny";
    // What was decoded for the first question is at hand for the second.
    for _ in 0..2 {
        page.browser.click(&hook("add-filter"));
        page.browser.enter(&hook("filter-text"), filter);
        page.rows_are(meant);
        bars(&page, meant);
        page.browser.until(
            "an answer of several workers, where there are processors for them",
            "return document.querySelector('[data-testid=plot]').dataset.workers === String(Math.min(4, navigator.hardwareConcurrency))",
            &Value::Null,
        );
        page.browser.click(&hook("remove-chip"));
        page.browser.click(&hook("remove-chip"));
        page.rows_are(LINES);
    }
}
