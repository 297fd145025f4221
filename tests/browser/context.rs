//! Show in context: what the filter hides around a row is shown with it, and the way back leads to the same place.

use super::browser;
use super::filtering::{LINES, Stage, add};
use serde_json::{Value, json};
use windrow_tests::driver::{Browser, ESCAPE, Kind};
use windrow_tests::page::{Page, hook};

in_browsers! {
    a_row_is_shown_among_those_that_the_filter_hides_and_left_where_it_was,
}

/// Where the row with this number in its message stands on the screen, which it is, and whether it is said to be hidden.
fn row(page: &Page<'_>, number: usize) -> (i64, u64, bool) {
    let found = page.browser.until(
        &format!("row {number} in view"),
        "const rows = [...document.querySelectorAll('[data-testid=row]:not(.is-away)')];
         const row = rows.find(row => row.textContent.includes(`\"number\":${args},`));
         return row && [Math.round(row.getBoundingClientRect().top), Number(row.dataset.row), row.textContent.includes('Hidden by filters.') && getComputedStyle(row.querySelector('.c-msg')).fontStyle === 'italic']",
        &json!(number),
    );
    serde_json::from_value(found).unwrap()
}

fn bar_says(browser: &Browser, text: &str) {
    browser.until(
        &format!("a bar {text}"),
        "return document.querySelector('[data-testid=around]')?.textContent.includes(args)",
        &json!(text),
    );
}

fn has_no_bar(browser: &Browser) {
    browser.until(
        "no bar",
        "return document.querySelector('[data-testid=around]') === null",
        &Value::Null,
    );
}

fn a_row_is_shown_among_those_that_the_filter_hides_and_left_where_it_was(kind: Kind) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, LINES as i64);
    add(&page, "timeout");
    page.rows_are(30);
    let (_, number, _) = row(&page, 120);
    assert_eq!(number, 12);
    browser.click("[data-testid=row][data-row=\"12\"]");
    page.says(&hook("row-detail"), "Row 13 of 30");
    let before = row(&page, 120);

    browser.keys("c");
    page.rows_are(LINES);
    bar_says(
        &browser,
        "Around 00:02:00.000. Italic rows were hidden by filters",
    );
    page.says(&hook("hidden-count"), "Filters are paused");
    page.says(&hook("row-detail"), "Row 121 of 300");
    let (top, number, is_hidden) = row(&page, 120);
    assert_eq!((top, number, is_hidden), (before.0, 120, false));
    let (next, _, is_hidden) = row(&page, 121);
    assert!(is_hidden && next == top + 26);
    let dashed = "return getComputedStyle(document.querySelector('.chip')).borderTopStyle";
    assert_eq!(browser.run(dashed, &Value::Null), "dashed");
    page.picture("context");
    for theme in ["light", "dark"] {
        let set = "document.documentElement.dataset.theme = args; return true";
        browser.run(set, &json!(theme));
        let found = page.axe();
        assert!(found.is_empty(), "{theme}: {found:#?}");
    }

    // Only those of the same user, of whom the filter hides most.
    browser.click("[data-testid=around-rows]:nth-of-type(2)");
    page.rows_are(LINES / 3);
    assert_eq!(row(&page, 120), (top, 40, false));
    assert!(row(&page, 123).2);
    browser.click("[data-testid=around-rows]:nth-of-type(1)");
    page.rows_are(LINES);
    assert_eq!(row(&page, 120), (top, 120, false));

    // Wherever one has gone, Escape goes back.
    browser.run(
        "document.querySelector('[data-testid=rows]').scrollTop = 0; return true",
        &Value::Null,
    );
    browser.click("[data-testid=row][data-row=\"1\"]");
    page.says(&hook("row-detail"), "Row 2 of 300");
    browser.keys(ESCAPE);
    page.rows_are(30);
    has_no_bar(&browser);
    page.says(&hook("row-detail"), "Row 13 of 30");
    assert_eq!(row(&page, 120), before);

    // The same by buttons.
    browser.click(&hook("show-context"));
    page.rows_are(LINES);
    bar_says(&browser, "Around 00:02:00.000.");
    assert_eq!(row(&page, 120).0, before.0);
    browser.click(&hook("back-to-filtered"));
    page.rows_are(30);
    has_no_bar(&browser);
    assert_eq!(row(&page, 120), before);
    // Another filter ends it.
    browser.click(&hook("show-context"));
    page.rows_are(LINES);
    add(&page, "user:bob");
    page.rows_are(10);
    has_no_bar(&browser);
}
