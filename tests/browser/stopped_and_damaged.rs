//! What the page does when a run is cancelled, a part is damaged, or a segment is deleted: it says so, keeps the rest, and offers the way out.

use super::{LINE_BYTES, PAGES_A_PART, Scene, Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};
use windrow_tests::stand_in::{asked, queries};
use windrow_tests::tree;

in_browsers! {
    a_cancelled_fetch_keeps_what_is_proven_and_the_next_one_fetches_the_rest,
    a_damaged_part_is_named_and_fetching_it_again_brings_every_row_back,
    a_window_with_damage_is_no_hit_and_its_main_button_fetches_that_again_until_there_is_none,
    what_a_bypass_run_left_is_listed_and_deleted_by_two_presses,
    a_deleted_segment_is_missing_again_and_takes_two_presses,
    a_key_that_is_refused_in_the_middle_is_asked_for_again_and_the_plan_stays,
}

fn a_cancelled_fetch_keeps_what_is_proven_and_the_next_one_fetches_the_rest(kind: Kind) {
    let stage = Stage::of(|log| log.lines(9000, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage.fetch_held_with_a_part(&page, window, PAGES_A_PART + 1);
    browser.click(&hook("cancel-button"));
    let receipt = page.receipt();
    assert!(!receipt.ok && receipt.rows > 0, "{receipt:?}");
    stage.valve.open();

    let until_ms = stage.proven_to(&page, window);
    assert_eq!(receipt.rows, stage.log.within(window.0, until_ms));
    let before = stage.stand_in.requests().len();
    page.fetch_all();
    page.rows_are(9000);
    let submitted = asked(&stage.stand_in.requests()[before..], "submit");
    assert_eq!(submitted, [(until_ms - 1, window.1)]);
}

fn a_damaged_part_is_named_and_fetching_it_again_brings_every_row_back(kind: Kind) {
    let scene = Scene::new(kind);
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
    page.reload();
    page.connect(stand_in);
    page.plan(&stand_in.log, window);
    browser.click(&hook("verify-button"));
    page.wait("[data-testid=\"verify-result\"][data-ok=\"false\"]");
    browser.until(
        "the damaged part's name",
        "return document.querySelector('[data-testid=damaged]')?.dataset.path === args",
        &json!(part),
    );

    page.says(&hook("decision"), "damaged");
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

/// Waits until one of these elements has the focus.
fn is_focused(page: &Page<'_>, names: &[&str]) {
    page.browser.until(
        &format!("the focus on {names:?}"),
        "return args.includes(document.activeElement.dataset.testid)",
        &json!(names),
    );
}

fn a_window_with_damage_is_no_hit_and_its_main_button_fetches_that_again_until_there_is_none(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(4000, 300, Plain));
    let window = (stage.log.start_ms(), stage.log.end_ms());
    let native = stage.path("native");
    let flush = ["--flush-rows", "400"];
    stage.stand_in.fetch(window, &native, &flush);
    let mut files = tree::files(&native);
    let parts = tree::parts(&native);
    let damaged = [parts[2].clone(), parts[5].clone()];
    for part in &damaged {
        files.get_mut(part).unwrap()[40] ^= 0x10;
    }
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.put_files(&files);
    page.plan(&stage.stand_in.log, window);
    // Counting the rows over time reads of every part, and finds both.
    page.says(&hook("decision"), "damaged");
    assert!(!page.verify());
    is_focused(&page, &["verify-button"]);

    // Planning again reads no rows, and forgets nothing.
    assert_eq!(page.plan(&stage.stand_in.log, window), "damaged");
    page.says(&hook("fetch-button"), "Fetch 2 damaged ranges again");

    // One of them by its own button, which goes, or becomes the other one's: the focus stays on the page.
    browser.click(&format!(
        "[data-path=\"{}\"] [data-testid=repair-button]",
        damaged[0]
    ));
    let receipt = page.receipt();
    assert!(receipt.ok, "{receipt:?}");
    assert!(
        receipt.said.contains("rows in 2025-01-01 ") && !receipt.said.contains("in the window"),
        "{receipt:?}"
    );
    page.says(&hook("fetch-button"), "Fetch 1 damaged range again");
    page.says(&hook("decision"), "damaged");
    is_focused(&page, &["repair-button", "fetch-button"]);

    // The other one by the main button.
    let receipt = page.fetch_all();
    assert!(
        receipt.said.contains("4,000 rows in the window"),
        "{receipt:?}"
    );
    page.says(&hook("fetch-button"), "Nothing is missing");
    page.says(&hook("decision"), "hit");
    is_focused(&page, &["fetch-button"]);
    let asked = asked(&stage.stand_in.requests(), "submit").len();
    assert_eq!(asked, 1 + damaged.len());
    page.rows_are(4000);
    assert!(page.verify());
}

fn what_a_bypass_run_left_is_listed_and_deleted_by_two_presses(kind: Kind) {
    let stage = Stage::of(|log| log.lines(1000, 200, Plain));
    let window = (stage.log.start_ms(), stage.log.end_ms());
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.plan(&stage.stand_in.log, window);
    browser.click(&hook("bypass"));
    page.fetch_all();
    page.says(&hook("decision"), "bypass");
    browser.click(&hook("tab-segments"));
    let said = page.says(&hook("bypass-run"), "1,000 rows");
    assert!(said.contains("kB") && said.contains("_bypass/"), "{said}");
    page.picture("bypass-run");
    let before = page.files();
    assert!(before.keys().all(|path| path.starts_with("_bypass/")));
    browser.click(&hook("delete-run"));
    page.says(&hook("delete-run"), "Delete?");
    assert_eq!(page.files(), before, "one press deletes nothing");
    browser.click(&hook("delete-run"));
    browser.until(
        "no bypass run",
        "return document.querySelector('[data-testid=bypass-run]') === null",
        &Value::Null,
    );
    // What was shown is gone: the cache is shown again.
    page.says(&hook("decision"), "miss");
    assert!(page.paths().is_empty());
}

fn a_deleted_segment_is_missing_again_and_takes_two_presses(kind: Kind) {
    let scene = Scene::new(kind);
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
    page.says(&hook("delete-segment"), "Delete?");
    assert!(!page.parts().is_empty(), "one press deletes nothing");
    browser.click(&hook("delete-segment"));
    browser.until(
        "no segment",
        "return document.querySelector('[data-testid=segment]') === null",
        &Value::Null,
    );
    assert!(page.parts().is_empty());
    assert_eq!(page.plan(&stand_in.log, window), "miss");
    assert_eq!(queries(&stand_in.requests()).len(), before);
}

fn a_key_that_is_refused_in_the_middle_is_asked_for_again_and_the_plan_stays(kind: Kind) {
    let refused = json!({"faults": [{"page": 11, "fault": {"status": {"code": 401}}}]});
    let stage = Stage::with_faults(&refused, |log| log.lines(6000, LINE_BYTES, Plain));
    let browser = browser(kind);
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
