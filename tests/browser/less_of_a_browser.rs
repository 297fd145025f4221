//! Browsers that lack something, or refuse it: the page works with what is there, and says what is not.

use super::Stage;
use serde_json::{Value, json};
use windrow_tests::driver::{Browser, Setup, is_firefox};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};

fn with(preferences: Value) -> Browser {
    Browser::start_as(Setup {
        preferences,
        ..Setup::default()
    })
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

#[test]
fn where_the_browser_keeps_no_files_the_page_works_in_memory_and_says_so() {
    assert!(
        is_firefox(),
        "Chromium keeps files in its private window as well: leave this test out there"
    );
    // So much that a worker which keeps files would be replaced by a small one.
    let stage = Stage::of(|log| log.lines(1200, 200, Plain).lines(3, 15 << 20, Plain));
    let browser = with(json!({"browser.privatebrowsing.autostart": true}));
    let page = stage.open(&browser);
    works_in_memory(&stage, &page);
    page.picture("private-window");
    browser.reload();
    page.wait(&hook("log-input"));
    let window = (stage.log.start_ms(), stage.log.end_ms());
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");
}

#[test]
fn a_browser_that_does_not_promise_to_keep_the_cache_still_keeps_it_and_the_page_says_so() {
    let stage = Stage::of(|log| log.lines(100, 200, Plain));
    let browser = with(json!({
        "dom.storageManager.prompt.testing": true,
        "dom.storageManager.prompt.testing.allow": false,
    }));
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

#[test]
fn under_another_name_than_its_own_the_page_is_refused_and_says_where_it_is() {
    // The companion listens to this machine only; a name that leads here is all that another address could be.
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let browser = Browser::start_as(Setup {
        preferences: json!({"network.dns.localDomains": "windrow.test", "dom.security.https_first": false}),
        switches: vec!["--host-resolver-rules=MAP windrow.test 127.0.0.1".into()],
        ..Setup::default()
    });
    browser.goto(&stage.companion.url.replace("127.0.0.1", "windrow.test"));
    let said = browser.until("a refusal", "return document.body.innerText", &Value::Null);
    let said = said.as_str().unwrap();
    assert!(
        said.contains("not the address of this companion. Use the one it printed"),
        "{said}"
    );
    assert_eq!(browser.run("return isSecureContext", &Value::Null), false);
}
