//! The site's data are cleared while the page is open: nothing is claimed or counted that is gone, the page says so, and all can be fetched again.

use super::{COUNT, Stage, browser};
use serde_json::Value;
use windrow_tests::door::Door;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::Page;

/// A part is written by the ninth page of 500 of these lines.
const LINE_BYTES: usize = 4096;

/// The browser clears what it keeps for the site, as its settings do.
fn clear(page: &Page<'_>) {
    let cleared = "return (await fetch('/clear')).status";
    assert_eq!(page.browser.run_async(cleared, &Value::Null), 200);
    assert!(page.parts().is_empty());
}

#[test]
fn site_data_cleared_while_the_page_is_open_is_missing_again_and_can_be_fetched() {
    let stage = Stage::of(|log| log.lines(1000, 200, Plain));
    let door = Door::before(&stage.companion);
    let browser = browser();
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

/// Clears in the middle of a fetch, and checks what the page says of it. Gives the receipt's text.
fn cleared_while_fetching(stage: &Stage, page: &Page<'_>) -> String {
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage.fetch_held_with_a_part(page, window, COUNT + 11);
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
    receipt.said
}

#[test]
fn site_data_cleared_in_the_middle_of_a_fetch_are_not_said_to_be_kept_and_can_be_fetched() {
    let stage = Stage::of(|log| log.lines(9000, LINE_BYTES, Plain));
    let door = Door::before(&stage.companion);
    let browser = browser();
    let page = stage.open_behind(&door, &browser);
    let said = cleared_while_fetching(&stage, &page);
    assert!(said.contains("is gone: the cache was cleared"), "{said}");
    assert!(said.contains("Run it again"), "{said}");
}
