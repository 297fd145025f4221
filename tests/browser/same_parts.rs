//! The page and `windrow fetch` write the same parts: a tree copied from one is read by the other as its own.

use super::Scene;
use serde_json::Value;
use windrow_tests::driver::Kind;
use windrow_tests::page::Page;
use windrow_tests::stand_in::{lines_of, queries};
use windrow_tests::tree;

in_browsers! {
    a_tree_copied_out_of_the_browser_is_a_hit_for_the_command_line_with_equal_rows,
    a_tree_written_by_the_command_line_is_a_hit_for_the_page_with_equal_rows,
}

fn a_tree_copied_out_of_the_browser_is_a_hit_for_the_command_line_with_equal_rows(kind: Kind) {
    let scene = Scene::new(kind);
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = &scene;
    let window = (log.quantile_ms(1, 4), log.quantile_ms(3, 4));
    let page = Page::open(browser, companion);
    page.connect(stand_in);
    page.plan(&stand_in.log, window);
    page.fetch_all();

    let copied = scene.path("copied");
    page.copy_out(&copied);
    assert!(!tree::parts(&copied).is_empty());
    assert_eq!(stand_in.plan(window, &copied)["decision"], "hit");
    let before = queries(&stand_in.requests()).len();
    assert_eq!(stand_in.fetch(window, &copied, &[])["requests"], 0);
    assert_eq!(queries(&stand_in.requests()).len(), before);

    let rows = stand_in.rows(window, &copied);
    assert_eq!(lines_of(&rows), log.within(window.0, window.1));
    let native = scene.path("native");
    stand_in.fetch(window, &native, &[]);
    assert_eq!(rows, stand_in.rows(window, &native));
}

fn a_tree_written_by_the_command_line_is_a_hit_for_the_page_with_equal_rows(kind: Kind) {
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
    let before = queries(&stand_in.requests()).len();

    let page = Page::open(browser, companion);
    page.put_files(&tree::files(&native));
    page.reload();
    assert_eq!(page.plan(&stand_in.log, window), "hit");
    let lines = log.within(window.0, window.1);
    page.rows_are(lines.len());
    page.first_row_shows(&lines[0].1);
    let state = browser.run(
        "return [...document.querySelectorAll('[data-testid=stretch]')].map(stretch => stretch.dataset.state)",
        &Value::Null,
    );
    let states = state.as_array().unwrap();
    assert!(
        !states.is_empty()
            && states
                .iter()
                .all(|state| state == "cached" || state == "empty"),
        "{state}"
    );
    assert_eq!(queries(&stand_in.requests()).len(), before);
}
