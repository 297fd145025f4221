//! On no screen does axe-core find a fault, in light or dark.

use super::{Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::{ENTER, Kind};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};

in_browsers! {
    a_first_visit_has_no_fault_of_accessibility,
    a_window_has_none_while_it_is_missing_when_it_is_cached_and_with_a_row_open,
    the_panels_have_none,
    storage_has_none_with_a_deletion_that_asks_again,
    a_failed_fetch_has_none,
}

/// Nothing is found on what is shown, in either theme.
fn is_accessible(page: &Page<'_>, screen: &str) {
    for theme in ["light", "dark"] {
        let set = "document.documentElement.dataset.theme = args; return true";
        page.browser.run(set, &json!(theme));
        let found = page.axe();
        assert!(found.is_empty(), "{screen}, {theme}: {found:#?}");
    }
}

fn stage() -> Stage {
    Stage::of(|log| log.lines(300, 200, Plain))
}

/// Asks for the whole log.
fn plan(stage: &Stage, page: &Page<'_>) {
    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
}

fn a_first_visit_has_no_fault_of_accessibility(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = Page::open(&browser, &stage.companion);
    let starting = "return document.querySelectorAll('header.top').length";
    assert_eq!(browser.run(starting, &Value::Null), 1);
    is_accessible(&page, "first visit");
    browser.click(&hook("from"));
    is_accessible(&page, "choosing a window");
    browser.click(&hook("api-key"));
    is_accessible(&page, "connecting");
    browser.click(&hook("help"));
    is_accessible(&page, "help");
}

fn a_window_has_none_while_it_is_missing_when_it_is_cached_and_with_a_row_open(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = stage.open(&browser);
    plan(&stage, &page);
    is_accessible(&page, "missing");
    page.fetch_all();
    page.rows_are(300);
    is_accessible(&page, "cached");
    browser.click("[data-testid=row][data-row=\"3\"]");
    page.wait(&hook("row-detail"));
    is_accessible(&page, "a row open");
    browser.fill(&hook("find-input"), &format!("no such text{ENTER}"));
    page.says(&hook("find-count"), "No entries match in");
    is_accessible(&page, "searched");
}

fn the_panels_have_none(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = stage.open(&browser);
    plan(&stage, &page);
    page.fetch_all();
    page.rows_are(300);
    for tab in ["tab-segments", "tab-summary", "tab-events"] {
        browser.click(&hook(tab));
        page.wait(&format!("{}[aria-selected=true]", hook(tab)));
        is_accessible(&page, tab);
    }
}

fn storage_has_none_with_a_deletion_that_asks_again(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = stage.open(&browser);
    plan(&stage, &page);
    page.fetch_all();
    page.wait(&hook("delete-dataset"));
    browser.click(&hook("delete-dataset"));
    page.says(&hook("delete-dataset"), "?");
    is_accessible(&page, "storage");
}

fn a_failed_fetch_has_none(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = stage.open(&browser);
    plan(&stage, &page);
    // The companion is gone, and the log API with it.
    let Stage { companion, .. } = stage;
    companion.end();
    page.start_fetch();
    page.wait(&hook("run-failed"));
    is_accessible(&page, "a failed fetch");
}
