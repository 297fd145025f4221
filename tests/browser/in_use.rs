//! What people do to a page: they press twice, go back, open another address, have several tabs, turn the window narrow, travel.

use super::{Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::{ESCAPE, Kind};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};

in_browsers! {
    presses_that_follow_each_other_at_once_delete_nothing,
    back_forward_recent_windows_and_presets_go_from_window_to_window,
    another_address_keeps_the_typed_key_and_a_running_fetch,
    what_another_tab_deletes_is_not_called_cached,
    on_a_narrow_screen_every_tab_can_be_reached,
    when_the_zone_of_the_machine_changes_all_times_are_drawn_anew,
    a_fetch_of_which_nothing_comes_says_so_and_promises_no_time,
    single_keys_work_where_nothing_is_typed_and_can_be_switched_off,
}

/// What the control in the top bar says of the window.
fn shows_window(page: &Page<'_>, text: &str) {
    page.says(".where .when", text);
}

fn presses_that_follow_each_other_at_once_delete_nothing(kind: Kind) {
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.plan(
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    page.fetch_all();
    let before = page.files();
    page.wait(&hook("delete-dataset"));
    browser.click(&hook("delete-dataset"));
    let presses = "const button = document.querySelector(args);
         button.click();
         button.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', repeat: true, bubbles: true}));
         button.click();
         button.click();
         button.dispatchEvent(new KeyboardEvent('keyup', {key: 'Enter', bubbles: true}));
         return button.isConnected";
    assert_eq!(browser.run(presses, &json!(hook("delete-dataset"))), true);
    page.says("[role=status].spoken", "Press again to confirm");
    assert_eq!(page.files(), before);
    // The same button still does it, once it is pressed as meant.
    browser.run("document.activeElement.blur(); return true", &Value::Null);
    page.delete_dataset();
    assert!(page.parts().is_empty());
}

fn back_forward_recent_windows_and_presets_go_from_window_to_window(kind: Kind) {
    let stage = Stage::of(|log| log.lines(100, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let (log, times) = (&stage.stand_in.log, &stage.log.times);
    page.plan(log, (times[0], times[10]));
    page.plan(log, (times[20], times[30]));
    let address = |window: (i64, i64)| format!("from={}&to={}", window.0, window.1);
    let is_at = |window: (i64, i64)| {
        browser.until(
            "the window of the history",
            "return location.hash.includes(args) && document.querySelector('[data-testid=missing-range]')?.dataset.from === args.match(/from=(\\d+)/)[1]",
            &json!(address(window)),
        );
    };
    is_at((times[20], times[30]));
    browser.back();
    is_at((times[0], times[10]));
    // The fields say what is shown, and nothing was typed away.
    let key = "return document.querySelector(args).value";
    assert_eq!(
        browser.run(key, &json!(hook("api-key"))),
        json!(stage.stand_in.key)
    );
    browser.run("history.forward(); return true", &Value::Null);
    is_at((times[20], times[30]));
    let title = browser.run("return document.title", &Value::Null);
    let title = title.as_str().unwrap().to_owned();
    assert!(
        title.contains("2025-01-01") && title.ends_with("Windrow"),
        "{title}"
    );

    browser.click(".recent li:last-child [data-testid=recent]");
    is_at((times[0], times[10]));
    browser.click(&hook("preset"));
    page.wait("[data-testid=preset][aria-pressed=true]");
    assert_eq!(page.plan_again(), "miss");
    page.says(".where .length", "15 min");
}

fn another_address_keeps_the_typed_key_and_a_running_fetch(kind: Kind) {
    let stage = Stage::of(|log| log.lines(3000, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage.fetch_held_after(&page, window, 2);
    browser.goto(&format!(
        "{}&log=other&from=1000&to=2000",
        stage.companion.url
    ));
    page.wait(&hook("run-of"));
    page.wait(&hook("cancel-button"));
    let key = "return document.querySelector(args).value";
    assert_eq!(
        browser.run(key, &json!(hook("api-key"))),
        json!(stage.stand_in.key)
    );
    stage.valve.open();
    assert!(page.receipt().ok);
    browser.back();
    page.rows_are(3000);
}

fn what_another_tab_deletes_is_not_called_cached(kind: Kind) {
    let stage = Stage::of(|log| log.lines(100, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.plan(
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    page.fetch_all();
    page.rows_are(100);
    let reading = browser.tab();
    let deleting = browser.new_tab();
    browser.show(&deleting);
    Page::open(&browser, &stage.companion).delete_dataset();
    browser.close_tab();
    browser.show(&reading);
    page.says(&hook("decision"), "miss");
    page.rows_are(0);
}

fn on_a_narrow_screen_every_tab_can_be_reached(kind: Kind) {
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.plan(
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    browser.resize(400, 800);
    for tab in ["tab-events", "tab-segments", "tab-summary", "tab-rows"] {
        browser.click(&hook(tab));
        page.wait(&format!("{}[aria-selected=true]", hook(tab)));
    }
    let wide = "return document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(
        browser.run(wide, &Value::Null),
        true,
        "the page itself scrolls aside"
    );
    browser.resize(1440, 1000);
}

fn when_the_zone_of_the_machine_changes_all_times_are_drawn_anew(kind: Kind) {
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    let zone = |minutes: i64| {
        // The page's own `Date`: a script of a driver may have one to itself.
        browser.run(
            "window.Date.prototype.getTimezoneOffset = () => -args; return true",
            &json!(minutes),
        );
    };
    zone(60);
    browser.click(&hook("zone-local"));
    page.plan(&stage.stand_in.log, window);
    shows_window(&page, "+01:00");
    zone(-300);
    shows_window(&page, "-05:00");
    page.says(".axis", "2024-12-31 19:00");
    // The fields mean the same instants.
    page.plan_again();
    assert_eq!(page.ranges("missing-range"), [window]);
    browser.click(&hook("zone-utc"));
}

fn a_fetch_of_which_nothing_comes_says_so_and_promises_no_time(kind: Kind) {
    let stage = Stage::of(|log| log.lines(3000, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    stage.fetch_held_after(&page, (stage.log.start_ms(), stage.log.end_ms()), 3);
    let said = page.says(&hook("progress"), "nothing has come for");
    assert!(!said.contains("left"), "{said}");
    stage.valve.open();
    assert!(page.receipt().ok);
}

fn single_keys_work_where_nothing_is_typed_and_can_be_switched_off(kind: Kind) {
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
    let find = "return document.activeElement.dataset.testid === 'find-input'";
    let leave = || browser.run("document.activeElement.blur(); return true", &Value::Null);

    // In a field they are text.
    browser.fill(&hook("find-input"), "f");
    browser.keys("/f");
    let typed = "return document.querySelector(args).value";
    assert_eq!(browser.run(typed, &json!(hook("find-input"))), "f/f");
    assert_eq!(page.ranges("missing-range"), [window]);

    leave();
    browser.keys("/");
    browser.until("the find to have the focus", find, &Value::Null);

    browser.click(&hook("help"));
    browser.click(&hook("keys-switch"));
    browser.keys(ESCAPE);
    leave();
    browser.keys("/f");
    assert_eq!(browser.run(find, &Value::Null), false);
    assert_eq!(page.ranges("missing-range"), [window]);

    browser.click(&hook("help"));
    browser.click(&hook("keys-switch"));
    browser.keys(ESCAPE);
    leave();
    browser.keys("f");
    page.rows_are(10);
}
