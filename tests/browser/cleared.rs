//! The site's data are cleared while the page is open: nothing is claimed or counted that is gone, the page says so, and all can be fetched again.

use super::{LINE_BYTES, PAGES_A_PART, Stage, browser};
use serde_json::Value;
use windrow_tests::door::Door;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::Page;

in_browsers! {
    site_data_cleared_while_the_page_is_open_is_missing_again_and_can_be_fetched,
    site_data_cleared_in_the_middle_of_a_fetch_are_not_said_to_be_kept_and_can_be_fetched,
    site_data_cleared_while_a_burst_keeps_its_part_open_end_the_run_with_what_is_left,
}

/// The browser clears what it keeps for the site, as its settings do.
fn clear(page: &Page<'_>) {
    let cleared = "return (await fetch('/clear')).status";
    assert_eq!(page.browser.run_async(cleared, &Value::Null), 200);
    assert!(page.parts().is_empty());
}

fn site_data_cleared_while_the_page_is_open_is_missing_again_and_can_be_fetched(kind: Kind) {
    let stage = Stage::of(|log| log.lines(1000, 200, Plain));
    let door = Door::before(&stage.companion);
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
    page.fetch_all();
    page.rows_are(1000);
    clear(&page);
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");
    page.rows_are(0);
    page.fetch_all();
    page.rows_are(1000);
    assert_eq!(page.parts().len(), 1);
    assert!(page.verify());
}

/// Clears in the middle of a fetch that has so many parts, the last of which may still be open, and checks what the page says of it.
fn cleared_while_fetching(kind: Kind, stage: &Stage, parts: usize) {
    let door = Door::before(&stage.companion);
    let browser = browser(kind);
    let page = &stage.open_behind(&door, &browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    // The last part may open two pages after the one before it is whole.
    stage.fetch_held_with_a_part(page, window, PAGES_A_PART + parts);
    assert_eq!(page.parts().len(), parts);
    clear(page);
    stage.valve.open();
    let receipt = page.receipt();
    assert!(!receipt.ok, "{receipt:?}");
    page.picture("cleared");

    // What it says is kept is what lies there.
    page.plan(&stage.stand_in.log, window);
    let cached = page.ranges("cached-range");
    let rows = cached
        .iter()
        .map(|(from, to)| stage.log.within(*from, *to))
        .sum();
    page.rows_are(rows);
    assert_eq!(receipt.rows, rows, "{receipt:?}");
    page.fetch_all();
    page.rows_are(stage.log.times.len());
    assert!(page.verify());
    let said = receipt.said;
    assert!(said.contains("is gone: the cache was cleared"), "{said}");
    assert!(said.contains("Do it again"), "{said}");
}

fn site_data_cleared_in_the_middle_of_a_fetch_are_not_said_to_be_kept_and_can_be_fetched(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(9000, LINE_BYTES, Plain));
    cleared_while_fetching(kind, &stage, 1);
}

/// Closing the file of a part that went so never comes back in one browser: the worker would stand for good.
fn site_data_cleared_while_a_burst_keeps_its_part_open_end_the_run_with_what_is_left(kind: Kind) {
    let stage = Stage::of(|log| {
        log.lines(500, LINE_BYTES, Plain)
            .burst(10_000, LINE_BYTES)
            .lines(20, LINE_BYTES, Plain)
    });
    cleared_while_fetching(kind, &stage, 2);
}
