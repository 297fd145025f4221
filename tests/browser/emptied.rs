//! A browser that a test gives back is as good as a new one: nothing of the test's site is left in it for the next test.

use super::{Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::Page;

in_browsers! {
    a_browser_that_is_given_back_shows_an_empty_tab_and_keeps_nothing_of_the_site,
}

const KEEP: &str = "
    localStorage.setItem('kept', '1');
    sessionStorage.setItem('kept', '1');
    await caches.open('kept');
    await new Promise((done, failed) => {
      const open = indexedDB.open('kept');
      open.onsuccess = () => { open.result.close(); done(); };
      open.onerror = failed;
    });";

const KEPT: &str = "
    const databases = await indexedDB.databases();
    return localStorage.length + sessionStorage.length + databases.length + (await caches.keys()).length;";

fn a_browser_that_is_given_back_shows_an_empty_tab_and_keeps_nothing_of_the_site(kind: Kind) {
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.plan(
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    page.fetch_all();
    let first = browser.tab();
    let (_, page) = stage.open_in_new_tab(&browser);
    assert_eq!(page.parts().len(), 1);
    browser.run_async(KEEP, &Value::Null);
    let kept = browser.run_async(KEPT, &Value::Null);
    assert!(kept.as_u64() >= Some(4), "{kept}");

    assert_eq!(browser.wipe(), Ok(()));
    assert_eq!(browser.url(), "about:blank");
    assert_ne!(browser.tab(), first);
    browser.goto(&format!("{}/icon.svg", stage.companion.origin));
    assert_eq!(browser.run_async(KEPT, &Value::Null), json!(0));
    let page = Page { browser: &browser };
    assert!(page.paths().is_empty());
}
