//! On no screen does axe-core find a fault, in light or dark; keys go past the top bar; forced colours hide no state.

use super::{LINE_BYTES, Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::{ENTER, Kind, Setup, TAB};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Page, hook};
use windrow_tests::pool::{Borrowed, borrow_as};

in_browsers! {
    a_first_visit_has_no_fault_of_accessibility_and_begins_with_a_skip_link,
    a_window_has_none_while_it_is_missing_when_it_is_cached_and_with_a_row_open,
    the_panels_have_none,
    storage_has_none_with_a_deletion_that_asks_again,
    a_failed_fetch_has_none,
    forced_colours_hide_neither_a_state_nor_what_is_chosen,
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

fn a_first_visit_has_no_fault_of_accessibility_and_begins_with_a_skip_link(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = Page::open(&browser, &stage.companion);
    let starting = "return document.querySelectorAll('header.top').length";
    assert_eq!(browser.run(starting, &Value::Null), 1);
    browser.keys(TAB);
    browser.until(
        "the focus on the skip link, in sight",
        "const link = document.activeElement;
         return link.innerText === 'Skip to the content' && link.getBoundingClientRect().top >= 0",
        &Value::Null,
    );
    browser.keys(ENTER);
    browser.until(
        "the focus on the content",
        "return document.activeElement.id === 'content'",
        &Value::Null,
    );
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
    browser.enter(&hook("find-input"), "no such text");
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
    for tab in ["tab-groups", "tab-segments", "tab-summary", "tab-events"] {
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

/// A browser that shows pages in its own colours, from the start on where it has a preference for that.
fn with_forced_colours(kind: Kind) -> Borrowed {
    let preferences = json!({"browser.display.document_color_use": 2});
    let setup = Setup {
        preferences,
        ..Setup::default()
    };
    let browser = borrow_as(kind, setup);
    if kind == Kind::Chromium {
        let forced = json!({"features": [{"name": "forced-colors", "value": "active"}]});
        browser.debug("Emulation.setEmulatedMedia", &forced);
    }
    browser
}

/// Checks that elements keep their own pictures, each in an outline, and gives the pictures without their colours.
fn pictures(page: &Page<'_>, selector: &str) -> Vec<String> {
    let drawn = page.browser.run(
        "return [...document.querySelectorAll(args)].map(element => {
             const {backgroundImage, boxShadow, forcedColorAdjust, outlineStyle} = getComputedStyle(element);
             const picture = `${backgroundImage} ${boxShadow}`.replace(/(rgba?|color)\\([^)]*\\)/g, '');
             return forcedColorAdjust === 'none' && outlineStyle === 'solid' ? picture : null;
         })",
        &json!(selector),
    );
    serde_json::from_value(drawn).unwrap()
}

/// Checks that of two elements only the first is outlined, in the colour of what is selected.
fn stands_out(page: &Page<'_>, chosen: &str, other: &str) {
    let outlines = page.browser.run(
        "const probe = document.createElement('i');
         probe.style.color = 'Highlight';
         document.body.append(probe);
         const highlight = getComputedStyle(probe).color;
         probe.remove();
         return args.map(selector => {
             const {outlineStyle, outlineColor} = getComputedStyle(document.querySelector(selector));
             return outlineStyle !== 'none' && outlineColor === highlight;
         })",
        &json!([chosen, other]),
    );
    assert_eq!(outlines, json!([true, false]), "{chosen}, {other}");
}

fn forced_colours_hide_neither_a_state_nor_what_is_chosen(kind: Kind) {
    let stage = Stage::of(|log| log.lines(20, LINE_BYTES, Plain));
    let browser = with_forced_colours(kind);
    let page = stage.open(&browser);
    let is_forced = "return matchMedia('(forced-colors: active)').matches";
    assert_eq!(browser.run(is_forced, &Value::Null), true);
    let log = &stage.log;
    page.plan(&stage.stand_in.log, (log.start_ms(), log.times[10]));
    page.fetch_all();
    assert_eq!(
        page.plan(&stage.stand_in.log, (log.start_ms(), log.end_ms())),
        "partial"
    );
    page.rows_are(10);
    page.picture("forced-colours");

    // What is cached and what is missing, and all states in the sheet that explains them.
    for (selector, states) in [
        (hook("stretch"), 2),
        (format!("{} .swatch", hook("legend")), 8),
    ] {
        let mut pictures = pictures(&page, &selector);
        assert_eq!(pictures.len(), states, "{selector}");
        pictures.sort();
        pictures.dedup();
        assert_eq!(pictures.len(), states, "{selector}: {pictures:#?}");
    }
    stands_out(&page, &hook("zone-utc"), &hook("zone-local"));
    stands_out(&page, &hook("tab-rows"), &hook("tab-events"));
    browser.click("[data-testid=row][data-row=\"3\"]");
    page.wait("[data-testid=row][data-row=\"3\"][aria-selected=true]");
    stands_out(
        &page,
        "[data-testid=row][data-row=\"3\"]",
        "[data-testid=row][data-row=\"4\"]",
    );
}
