//! What the page does when a run is cancelled, a part is damaged, or a segment is deleted: it says so, keeps the rest, and offers the way out.

use super::{Scene, Stage, browser};
use serde_json::{Value, json};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};
use windrow_tests::stand_in::{asked, queries};
use windrow_tests::tree;

#[test]
fn a_cancelled_fetch_keeps_what_is_proven_and_the_next_one_fetches_the_rest() {
    let scene = Scene::with_delay(250);
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = &scene;
    let window = (log.first_ms(), log.settled_end_ms());
    let page = Page::open(browser, companion);
    page.connect(stand_in);
    page.plan(&stand_in.log, window);
    page.start_fetch();
    browser.until(
        "the third page",
        "return /Page [3-9]/.test(document.querySelector('[data-testid=progress]')?.textContent ?? '')",
        &Value::Null,
    );
    browser.click(&hook("cancel-button"));
    let receipt = page.receipt();
    assert!(!receipt.ok && receipt.rows > 0, "{receipt:?}");

    assert_eq!(page.plan(&stand_in.log, window), "partial");
    let cached = page.ranges("cached-range");
    let proven: usize = cached
        .iter()
        .map(|(from, to)| log.within(*from, *to).len())
        .sum();
    assert_eq!(receipt.rows, proven);
    page.rows_are(proven);
    let before = stand_in.requests().len();
    page.fetch_all();
    page.rows_are(log.within(window.0, window.1).len());
    let submitted = asked(&stand_in.requests()[before..], "submit");
    assert_eq!(submitted, [(cached[cached.len() - 1].1 - 1, window.1)]);
}

#[test]
fn a_damaged_part_is_named_and_fetching_it_again_brings_every_row_back() {
    let scene = Scene::with_delay(0);
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = &scene;
    let window = (log.quantile_ms(1, 4), log.quantile_ms(3, 4));
    let native = scene.path("native");
    stand_in.fetch(window, &native, &["--flush-rows", "700"]);
    let mut files = tree::files(&native);
    let part = tree::parts(&native)[1].clone();
    files.get_mut(&part).unwrap()[40] ^= 0x10;

    let page = Page::open(browser, companion);
    page.put_files(&files);
    browser.reload();
    page.wait(&hook("log-input"));
    page.connect(stand_in);
    page.plan(&stand_in.log, window);
    browser.click(&hook("verify-button"));
    page.wait("[data-testid=\"verify-result\"][data-ok=\"false\"]");
    browser.until(
        "the damaged part's name",
        "return document.querySelector('[data-testid=damaged]')?.dataset.path === args",
        &json!(part),
    );

    page.picture("damaged");
    let before = stand_in.requests().len();
    browser.click(&hook("repair-button"));
    assert!(page.receipt().ok);
    page.picture("repaired");
    assert_eq!(asked(&stand_in.requests()[before..], "submit").len(), 1);
    page.rows_are(log.within(window.0, window.1).len());
    browser.click(&hook("verify-button"));
    page.wait("[data-testid=\"verify-result\"][data-ok=\"true\"]");
    assert!(
        browser.run(
            "return document.querySelector('[data-testid=damaged]') === null",
            &Value::Null
        ) == true
    );
}

#[test]
fn a_deleted_segment_is_missing_again_and_takes_two_presses() {
    let scene = Scene::with_delay(0);
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = &scene;
    let window = (log.quantile_ms(1, 4), log.quantile_ms(2, 4));
    let page = Page::open(browser, companion);
    page.connect(stand_in);
    page.plan(&stand_in.log, window);
    page.fetch_all();
    browser.click(&hook("tab-segments"));
    page.wait(&hook("part"));
    let before = queries(&stand_in.requests()).len();
    browser.click(&hook("delete-segment"));
    assert!(!tree_of(&page).is_empty(), "one press deletes nothing");
    browser.click(&hook("delete-segment"));
    browser.until(
        "no segment",
        "return document.querySelector('[data-testid=segment]') === null",
        &Value::Null,
    );
    assert!(tree_of(&page).is_empty());
    assert_eq!(page.plan(&stand_in.log, window), "miss");
    assert_eq!(queries(&stand_in.requests()).len(), before);
}

/// The parts in the page's private file system.
fn tree_of(page: &Page<'_>) -> Vec<String> {
    let files = page.files().into_keys();
    files.filter(|path| path.ends_with(".parquet")).collect()
}

#[test]
fn a_key_that_is_refused_in_the_middle_is_asked_for_again_and_the_plan_stays() {
    let refused = json!({"faults": [{"page": 11, "fault": {"status": {"code": 401}}}]});
    let stage = Stage::with_faults(&refused, |log| log.lines(6000, 4096, Plain));
    let browser = browser();
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
    let receipt = page.fetch();
    assert!(!receipt.ok && receipt.rows > 0, "{receipt:?}");
    page.picture("key-refused");
    browser.click(&hook("give-key"));
    let focused = "return document.activeElement.dataset.testid";
    assert_eq!(browser.run(focused, &Value::Null), "api-key");
    stage.connect(&page);
    assert_eq!(page.decision(), "partial");
    let rest = page.fetch_all();
    assert_eq!(rest.rows, 6000);
    page.rows_are(6000);
    assert!(page.verify());
}
