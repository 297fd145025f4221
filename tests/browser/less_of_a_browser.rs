//! Browsers that lack something, or refuse it: the page works with what is there, and says what is not.

use super::{LINE_BYTES, Stage, browser};
use serde_json::{Value, json};
use windrow_tests::door::Door;
use windrow_tests::driver::{Kind, Setup};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};
use windrow_tests::pool::{Borrowed, borrow_as};

in_browsers! {
    // Chromium keeps files in its private window as well.
    where_the_browser_keeps_no_files_the_page_works_in_memory_and_says_so in Firefox,
    where_there_is_no_storage_at_all_the_page_works_in_memory_and_says_so,
    a_refusal_that_looks_as_if_it_would_pass_is_tried_again_a_few_times_and_then_believed,
    without_create_writable_move_or_modes_everything_works,
    without_web_locks_or_where_they_are_refused_two_tabs_still_store_nothing_twice,
    a_browser_that_does_not_promise_to_keep_the_cache_still_keeps_it_and_the_page_says_so,
    under_another_name_than_its_own_the_page_is_refused_and_says_where_it_is,
}

fn with(kind: Kind, preferences: Value) -> Borrowed {
    let setup = Setup {
        preferences,
        ..Setup::default()
    };
    borrow_as(kind, setup)
}

/// Fetches and reads a window that is kept in memory only, and is gone with a reload.
fn works_in_memory(stage: &Stage, page: &Page<'_>) {
    let said = page.says(
        "[data-testid=banner][data-kind=memory]",
        "refuses to keep files",
    );
    assert!(said.contains("gone when the tab closes"), "{said}");
    let window = (stage.log.start_ms(), stage.log.end_ms());
    let log = &stage.stand_in.log;
    assert_eq!(page.plan(log, window), "miss");
    page.fetch_all();
    page.rows_are(stage.log.times.len());
    page.first_row_shows("line 0 ");
    assert!(page.verify());
    assert_eq!(page.plan(log, window), "hit");
}

fn where_the_browser_keeps_no_files_the_page_works_in_memory_and_says_so(kind: Kind) {
    // So much that a worker which keeps files would be replaced by a small one.
    let stage = Stage::of(|log| log.lines(1200, 200, Plain).lines(3, 15 << 20, Plain));
    let browser = with(kind, json!({"browser.privatebrowsing.autostart": true}));
    let page = stage.open(&browser);
    works_in_memory(&stage, &page);
    page.picture("private-window");
    page.reload();
    let window = (stage.log.start_ms(), stage.log.end_ms());
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");
}

fn where_there_is_no_storage_at_all_the_page_works_in_memory_and_says_so(kind: Kind) {
    let stage = Stage::of(|log| log.lines(1200, 200, Plain));
    let door = Door::before(&stage.companion);
    door.change(
        "Object.defineProperty(Object.getPrototypeOf(navigator), 'storage', {value: undefined});",
    );
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    works_in_memory(&stage, &page);

    // A worker that is ended takes all of it along: that is asked first, and nothing says that it is kept.
    page.kill_worker();
    page.says(&hook("restart-worker"), "?");
    page.kill_worker();
    let said = page.says(
        "[data-testid=banner][data-kind=worker]",
        "was started again",
    );
    assert!(
        said.contains("it is gone") && !said.contains("kept"),
        "{said}"
    );
    page.rows_are(0);
    page.says(&hook("decision"), "miss");
}

/// What one browser says in a private window; it looks as if it would pass.
const TRANSIENT: &str = "throw new DOMException('unknown transient reason', 'UnknownError')";

fn a_refusal_that_looks_as_if_it_would_pass_is_tried_again_a_few_times_and_then_believed(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(1200, 200, Plain));
    let door = Door::before(&stage.companion);
    let browser = browser(kind);
    // It does pass: files are kept.
    door.change(&format!(
        "{{ const real = StorageManager.prototype.getDirectory; let refused = 0;
           StorageManager.prototype.getDirectory = async function () {{
             if (globalThis.WorkerGlobalScope && ++refused < 4) {TRANSIENT};
             return real.call(this);
           }}; }}"
    ));
    let page = stage.open_behind(&door, &browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
    page.fetch_all();
    assert_eq!(page.parts().len(), 1);

    // It does not: what is there stays unread and untouched, and the page works in memory.
    door.change(&format!(
        "if (globalThis.WorkerGlobalScope) StorageManager.prototype.getDirectory = async () => {{ {TRANSIENT} }};"
    ));
    browser.show(&browser.new_tab());
    let page = stage.open_behind(&door, &browser);
    works_in_memory(&stage, &page);
    assert_eq!(page.parts().len(), 1);
}

fn without_create_writable_move_or_modes_everything_works(kind: Kind) {
    let stage = Stage::of(|log| log.lines(3000, LINE_BYTES, Plain).burst(5000, LINE_BYTES));
    let door = Door::before(&stage.companion);
    door.change(
        "delete FileSystemFileHandle.prototype.createWritable;
         delete FileSystemFileHandle.prototype.move;
         delete FileSystemDirectoryHandle.prototype.move;
         delete FileSystemHandle.prototype.move;
         if (globalThis.WorkerGlobalScope) {
           const real = FileSystemFileHandle.prototype.createSyncAccessHandle;
           FileSystemFileHandle.prototype.createSyncAccessHandle = function (...modes) {
             if (modes.length) throw new TypeError('modes are not known here');
             return real.call(this);
           };
         }",
    );
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    let lacks = "return FileSystemFileHandle.prototype.createWritable === undefined && FileSystemFileHandle.prototype.move === undefined";
    assert_eq!(browser.run(lacks, &Value::Null), true);
    let (log, window) = (
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    page.plan(log, window);
    page.fetch_all();
    page.rows_are(8000);
    assert!(page.verify());
    page.reload();
    stage.connect(&page);
    assert_eq!(page.plan(log, window), "hit");
    page.delete_dataset();
    assert!(page.parts().is_empty());
    assert_eq!(page.plan(log, window), "miss");
    page.fetch_all();
    page.rows_are(8000);
}

fn without_web_locks_or_where_they_are_refused_two_tabs_still_store_nothing_twice(kind: Kind) {
    let stage = Stage::of(|log| log.lines(6000, 200, Plain));
    let door = Door::before(&stage.companion);
    let browser = browser(kind);
    let (log, middle) = (&stage.log, stage.log.times[3000]);
    for (change, window) in [
        (
            "delete Object.getPrototypeOf(navigator).locks;",
            (log.start_ms(), middle),
        ),
        (
            "LockManager.prototype.request = async () => { throw new DOMException('refused', 'SecurityError') };",
            (middle, log.end_ms()),
        ),
    ] {
        door.change(change);
        let fetching = browser.new_tab();
        browser.show(&fetching);
        let first = stage.open_behind(&door, &browser);
        stage.fetch_held_after(&first, window, 2);
        let reading = browser.new_tab();
        browser.show(&reading);
        let second = stage.open_behind(&door, &browser);
        assert_eq!(second.plan(&stage.stand_in.log, window), "miss");
        second.start_fetch();
        second.waits_for_another_tab();
        stage.valve.open();
        let receipt = second.receipt();
        assert!(receipt.ok && receipt.requests == 0, "{receipt:?}");
        second.rows_are(log.within(window.0, window.1));
        assert!(second.verify());
        browser.close_tab();
        browser.show(&fetching);
        assert!(first.receipt().ok);
    }
}

fn a_browser_that_does_not_promise_to_keep_the_cache_still_keeps_it_and_the_page_says_so(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(100, 200, Plain));
    let refuses = json!({
        "dom.storageManager.prompt.testing": true,
        "dom.storageManager.prompt.testing.allow": false,
    });
    let browser = with(kind, refuses);
    let page = stage.open(&browser);
    page.plan(
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    page.fetch_all();
    page.says(&hook("storage"), "may clear it when space is short");
    browser.click(&hook("persist-button"));
    let said = page.says("[data-testid=banner]", "did not promise to keep the cache");
    assert!(said.contains("nothing is lost now"), "{said}");
    page.says(&hook("storage"), "may clear it when space is short");
    page.rows_are(100);
}

fn under_another_name_than_its_own_the_page_is_refused_and_says_where_it_is(kind: Kind) {
    // The companion listens to this machine only; a name that leads here is all that another address could be.
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let setup = Setup {
        preferences: json!({"network.dns.localDomains": "windrow.test", "dom.security.https_first": false}),
        switches: vec!["--host-resolver-rules=MAP windrow.test 127.0.0.1".into()],
        ..Setup::default()
    };
    let browser = borrow_as(kind, setup);
    browser.goto(&stage.companion.url.replace("127.0.0.1", "windrow.test"));
    let said = browser.until("a refusal", "return document.body.innerText", &Value::Null);
    let said = said.as_str().unwrap();
    assert!(
        said.contains("not the address of this companion. Use the one it printed"),
        "{said}"
    );
    assert_eq!(browser.run("return isSecureContext", &Value::Null), false);
}
