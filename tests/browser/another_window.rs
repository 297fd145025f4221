//! Another log, or another address, in a tab that is busy with one: nothing of the one is shown as the other's.

use super::{LINE_BYTES, PAGES_A_PART, Stage, browser};
use serde_json::{Value, json};
use std::time::Instant;
use windrow_tests::binary::LIMIT;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};

in_browsers! {
    a_fetch_is_drawn_onto_its_own_log_and_query_only,
    another_address_opened_in_the_same_tab_is_taken_and_a_key_that_is_none_is_refused,
}

/// Checks that the window shown is known to be missing as a whole, and that nothing is listed of it.
fn nothing_is_held(page: &Page<'_>, window: (i64, i64)) {
    assert_eq!(page.ranges("missing-range"), [window]);
    page.wait("[data-testid=stretch][data-state=missing]");
    assert_eq!(page.ranges("stretch"), [window]);
    page.rows_are(0);
    let shown = page.browser.run(
        "return document.querySelectorAll('[data-testid=part], [data-testid=cached-range]').length",
        &Value::Null,
    );
    assert_eq!(shown, 0);
}

fn a_fetch_is_drawn_onto_its_own_log_and_query_only(kind: Kind) {
    let stage = Stage::of(|log| log.lines(9000, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage.fetch_held_with_a_part(&page, window, PAGES_A_PART + 1);
    page.wait("[data-testid=stretch][data-state=fetching]");

    // The same window of another query, while that of none is fetched and when it is over.
    browser.fill(&hook("query"), "where(nothing)");
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");
    page.wait(&hook("run-of"));
    nothing_is_held(&page, window);
    page.picture("of-another-log");
    stage.valve.open();
    assert!(page.receipt().ok);
    page.wait(&hook("run-of"));
    nothing_is_held(&page, window);

    browser.fill(&hook("query"), "");
    assert_eq!(page.plan(&stage.stand_in.log, window), "hit");
    page.rows_are(stage.log.times.len());
}

fn another_address_opened_in_the_same_tab_is_taken_and_a_key_that_is_none_is_refused(kind: Kind) {
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    browser.goto(&format!(
        "{}&log=other&from=1000&to=2000",
        stage.companion.url
    ));
    // Only the page as it starts takes the token out of the address.
    let until = Instant::now() + LIMIT;
    while browser.url().contains("token") {
        assert!(
            Instant::now() < until,
            "in {LIMIT:?} the address was not taken"
        );
    }
    browser.until(
        "the window of the address",
        "return document.querySelector('[data-testid=log-input]')?.value === args",
        &json!("other"),
    );
    page.says("header", "Connected");
    assert_eq!(page.decision(), "miss");

    browser.fill(&hook("api-key"), "two words");
    browser.click(&hook("connect"));
    page.says(&hook("connection"), "Give the key alone");
    page.wait("[data-testid=access][data-state=failed]");
}
