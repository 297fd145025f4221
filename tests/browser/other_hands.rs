//! Others reach into the storage while the page is open: another tab, a newer version, the Back button.

use super::{LINE_BYTES, PAGES_A_PART, Stage, browser};
use serde_json::Value;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};
use windrow_tests::tree;

in_browsers! {
    a_window_deleted_by_another_tab_is_planned_anew_and_shows_no_wrong_row,
    a_window_that_somebody_deleted_without_a_word_is_said_to_be_gone_and_planned_anew,
    a_part_of_a_newer_version_is_left_alone_with_a_notice_and_its_range_is_not_fetched_beside_it,
    a_page_left_in_the_middle_of_a_fetch_and_come_back_to_has_let_go_of_everything_and_goes_on,
}

/// Opens a window of many parts, written natively: more than a reader has at hand.
fn open_many_parts(stage: &Stage, page: &Page<'_>) {
    let native = stage.path("native");
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage
        .stand_in
        .fetch(window, &native, &["--flush-rows", "400"]);
    page.put_files(&tree::files(&native));
    assert_eq!(page.plan(&stage.stand_in.log, window), "hit");
    page.rows_are(4000);
    page.first_row_shows("line 0 ");
}

fn a_window_deleted_by_another_tab_is_planned_anew_and_shows_no_wrong_row(kind: Kind) {
    let stage = Stage::of(|log| log.lines(4000, 300, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    open_many_parts(&stage, &page);
    let reading = browser.tab();
    let deleting = browser.new_tab();
    browser.show(&deleting);
    Page::open(&browser, &stage.companion).delete_dataset();
    browser.close_tab();

    browser.show(&reading);
    browser.enter(&hook("find-input"), "line 3900 ");
    // The tab has heard of it, or finds it when it reads: either way it plans anew.
    page.says(&hook("decision"), "miss");
    page.rows_are(0);
    page.fetch_all();
    page.rows_are(4000);
    browser.enter(&hook("find-input"), "line 3900 ");
    page.says(&hook("find-count"), "1 of 1 match in");
}

fn a_window_that_somebody_deleted_without_a_word_is_said_to_be_gone_and_planned_anew(kind: Kind) {
    let stage = Stage::of(|log| log.lines(4000, 300, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    open_many_parts(&stage, &page);
    browser.run_async(
        "const root = await navigator.storage.getDirectory();
         await root.removeEntry('logs', {recursive: true});
         return true",
        &Value::Null,
    );
    browser.enter(&hook("find-input"), "line 3900 ");
    page.says(
        "[data-testid=banner][data-kind=failed]",
        "was deleted in the meantime",
    );
    page.rows_are(0);
    page.says(&hook("decision"), "miss");
    page.fetch_all();
    page.rows_are(4000);
}

/// Puts a value in the place of that of a footer's entry.
fn set(bytes: &mut [u8], key: &[u8], value: &[u8]) {
    let at = bytes.windows(key.len()).rposition(|held| held == key);
    // Behind the key stand the value's type and length.
    let at = at.unwrap() + key.len() + 2;
    assert_eq!(usize::from(bytes[at - 1]), value.len());
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn a_part_of_a_newer_version_is_left_alone_with_a_notice_and_its_range_is_not_fetched_beside_it(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(1000, 200, Plain));
    let native = stage.path("native");
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage.stand_in.fetch(window, &native, &["--no-summary"]);
    let mut files = tree::files(&native);
    files.retain(|path, _| path.ends_with(".parquet"));
    for bytes in files.values_mut() {
        // With a checksum of its own: one wrong byte in ours would be damage.
        set(bytes, b"windrow.format", b"7");
        set(bytes, b"windrow.footer_crc32c", b"--------");
    }
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.put_files(&files);
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");
    page.says(&hook("newer"), "written by a newer Windrow");
    let before = stage.stand_in.requests().len();
    page.start_fetch();
    let said = page.failure("ChangeRequest");
    assert!(said.contains("newer Windrow"), "{said}");
    assert_eq!(stage.stand_in.requests().len(), before);
    let parts = || {
        let mut parts = page.files();
        parts.retain(|path, _| path.ends_with(".parquet"));
        parts
    };
    assert_eq!(parts(), files);
    browser.click(&hook("bypass"));
    let receipt = page.fetch();
    assert!(receipt.ok && receipt.rows == 1000, "{receipt:?}");
    page.says(&hook("decision"), "bypass");
    page.says(
        &hook("coverage-line"),
        "100 % fetched beside the cache. 1,000 rows",
    );
    page.wait(".stretch[data-state=bypass]");
    let parts = parts();
    assert!(
        files
            .iter()
            .all(|(path, bytes)| parts.get(path) == Some(bytes))
    );
}

fn a_page_left_in_the_middle_of_a_fetch_and_come_back_to_has_let_go_of_everything_and_goes_on(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(6000, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage.fetch_held_with_a_part(&page, window, PAGES_A_PART + 1);
    // No browser under its driver keeps a page that is left, so the test says what one says that does.
    let locks = browser.run_async(
        "dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
         let held;
         do ({held} = await navigator.locks.query()); while (held.length > 0);
         dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
         return held.length;",
        &Value::Null,
    );
    assert_eq!(locks, 0);
    stage.valve.open();
    page.failure("WorkerEnded");
    page.says(&hook("run-failed"), "rows of this window are kept");
    stage.proven_to(&page, window);

    // And one that is not kept begins anew.
    stage.valve.hold_after(1);
    page.start_fetch();
    stage.valve.wait_until_held();
    browser.goto(&format!("{}/icon.svg", stage.companion.origin));
    browser.back();
    page.wait_until_ready();
    stage.valve.open();
    stage.connect(&page);
    stage.proven_to(&page, window);
    page.fetch_all();
    page.rows_are(6000);
    assert!(page.verify());
}
