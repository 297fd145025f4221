//! A tab that is closed in the middle of a fetch loses nothing that was written, and the next one fetches only the rest.

use super::Scene;
use windrow_tests::binary::end;
use windrow_tests::page::{Page, hook};
use windrow_tests::stand_in::lines_of;

#[test]
fn a_tab_closed_in_the_middle_of_a_fetch_is_completed_to_the_undisturbed_run() {
    let scene = Scene::with_delay(250);
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = &scene;
    let window = (log.first_ms(), log.settled_end_ms());
    let undisturbed = scene.path("undisturbed");
    stand_in.fetch(window, &undisturbed, &[]);

    // A short window first, so that the dataset has a part whatever the moment of the kill.
    let page = Page::open(browser, companion);
    page.connect(stand_in);
    let short = (log.first_ms(), log.quantile_ms(1, 8));
    page.plan(&stand_in.log, short);
    page.fetch_all();

    page.plan(&stand_in.log, window);
    page.start_fetch();
    page.wait(&hook("progress"));
    let asked = stand_in.requests().len();
    browser.until(
        "the third page",
        "return /Page [3-9]/.test(document.querySelector('[data-testid=progress]')?.textContent ?? '')",
        &serde_json::Value::Null,
    );
    let next = browser.new_tab();
    browser.close_tab();
    browser.show(&next);
    let second = Page::open(browser, companion);
    assert!(stand_in.requests().len() > asked);

    // What the new tab holds is true: exactly the log's lines in what it calls cached.
    second.connect(stand_in);
    assert_eq!(second.plan(&stand_in.log, window), "partial");
    let cached = second.ranges("cached-range");
    let proven: usize = cached
        .iter()
        .map(|(from, to)| log.within(*from, *to).len())
        .sum();
    second.rows_are(proven);
    let receipt = second.fetch();
    assert!(receipt.ok && receipt.decision == "partial", "{receipt:?}");
    second.rows_are(log.within(window.0, window.1).len());

    let copied = scene.path("copied");
    second.copy_out(&copied);
    let rows = stand_in.rows(window, &copied);
    assert_eq!(lines_of(&rows), log.within(window.0, window.1));
    assert_eq!(rows, stand_in.rows(window, &undisturbed));
    assert_eq!(
        end(stand_in.local("verify", window, &copied).arg("--json"))
            .ok()
            .json()["ok"],
        true
    );
}
