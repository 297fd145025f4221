//! Filters: what is typed, excluded from a row, turned off or named by the address decides which rows are shown, and the
//! page says how many it hides and what was not searched.

use super::browser;
use serde_json::{Value, json};
use windrow_tests::driver::{Browser, Kind};
use windrow_tests::page::{Companion, Page, hook};
use windrow_tests::stand_in::StandIn;

in_browsers! {
    a_filter_shows_the_rows_that_match_and_says_how_many_it_hides_and_what_was_not_searched,
    a_value_is_hidden_from_the_detail_and_the_last_narrowing_is_undone_by_a_key,
    a_mistake_is_explained_while_it_is_typed_and_changes_nothing,
    the_address_brings_a_filter_back_with_what_is_off,
    what_is_found_becomes_a_filter_and_a_find_counts_what_filters_hide,
    a_list_that_is_pasted_is_one_condition_and_is_edited_with_a_value_a_line,
    rows_are_grouped_by_two_fields_and_a_count_shows_its_rows,
}

/// 2025-01-01, epoch milliseconds.
const START_MS: i64 = 1_735_689_600_000;

/// Lines, a second apart.
pub(super) const LINES: usize = 300;

/// A log of JSON: every third line is of bob, every tenth is a timeout.
pub(super) struct Stage {
    companion: Companion,
    stand_in: StandIn,
    _directory: tempfile::TempDir,
}

impl Stage {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("json.log");
        let lines: Vec<String> = (0..LINES).map(line).collect();
        std::fs::write(&file, lines.join("\n")).unwrap();
        let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory.path());
        Self {
            companion: Companion::relaying_to(&stand_in),
            stand_in,
            _directory: directory,
        }
    }

    /// The page with a window of so many lines, of which the first `held` are cached.
    pub(super) fn open<'a>(&self, browser: &'a Browser, held: i64) -> Page<'a> {
        let page = Page::open(browser, &self.companion);
        page.connect(&self.stand_in);
        page.plan(&self.stand_in.log, (START_MS, START_MS + held * 1000));
        page.fetch_all();
        if held < LINES as i64 {
            page.plan(
                &self.stand_in.log,
                (START_MS, START_MS + LINES as i64 * 1000),
            );
        }
        page.rows_are(usize::try_from(held).unwrap());
        page
    }
}

fn line(number: usize) -> String {
    let user = ["bob", "ann", "eve"][number % 3];
    let text = if number.is_multiple_of(10) {
        "timeout"
    } else {
        "ok"
    };
    let (minute, second) = (number / 60, number % 60);
    format!(
        r#"{{"time":"2025-01-01T00:{minute:02}:{second:02}Z","user":"{user}","number":{number},"text":"{text}"}}"#
    )
}

/// Adds a condition.
pub(super) fn add(page: &Page<'_>, text: &str) {
    page.browser.click(&hook("add-filter"));
    page.browser.enter(&hook("filter-text"), text);
}

/// Presses a key with another one held.
fn press(browser: &Browser, key: &str, held: &str) {
    browser.run(
        "const {key, held} = args;
         const target = document.activeElement ?? document.body;
         target.dispatchEvent(new KeyboardEvent('keydown', {key, shiftKey: held === 'Shift', ctrlKey: held === 'Control', bubbles: true, cancelable: true}));
         return true",
        &json!({"key": key, "held": held}),
    );
}

/// Waits until exactly so many conditions are shown.
fn chips_are(browser: &Browser, chips: usize) {
    browser.until(
        &format!("{chips} conditions"),
        "return document.querySelectorAll('[data-testid=chip]').length === args",
        &json!(chips),
    );
}

/// Waits until a condition reads so.
fn chip_says(browser: &Browser, text: &str) {
    browser.until(
        &format!("a condition {text}"),
        "return [...document.querySelectorAll('[data-testid=chip]')].some(chip => chip.textContent.includes(args))",
        &json!(text),
    );
}

fn a_filter_shows_the_rows_that_match_and_says_how_many_it_hides_and_what_was_not_searched(
    kind: Kind,
) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, 240);
    add(&page, "user:bob timeout");
    page.rows_are(8);
    chips_are(&browser, 2);
    page.first_row_shows("\"number\":0,");
    page.says(&hook("hidden-count"), "232 hidden by filters");
    let title = browser.run(
        "return document.querySelector(args).title",
        &json!(hook("hidden-count")),
    );
    assert_eq!(
        title,
        "8 matches in 240 cached rows. 20 % of the window is not cached and was not searched."
    );
    page.says(&hook("matching"), "8");
    // Where cached rows stop is said all the same.
    page.says("[data-testid=seam]", "Not cached");
    page.picture("filtered");

    // The chosen row keeps its place when the filter goes.
    browser.click("[data-testid=row][data-row=\"3\"]");
    page.says(&hook("row-detail"), "Row 4 of 8");
    browser.click(&hook("filters-off"));
    page.rows_are(240);
    page.says(&hook("hidden-count"), "Filters are off");
    page.says(&hook("row-detail"), "Row 91 of 240");
    page.says("[data-testid=row][aria-selected=true]", "\"number\":90,");
    browser.click(&hook("filters-off"));
    page.rows_are(8);

    // Space switches one off and leaves the focus on it.
    browser.run(
        "document.querySelector('[data-testid=chip]').focus(); return true",
        &Value::Null,
    );
    browser.keys(" ");
    page.rows_are(24);
    let held = "return document.activeElement.dataset.off";
    assert_eq!(browser.run(held, &Value::Null), "true");
    browser.keys(" ");
    page.rows_are(8);

    add(&page, "user:nobody");
    page.says(&hook("no-match"), "No entries match; 240 hidden by filters");
    page.says(
        &hook("no-match"),
        "passes all 3 filters. 20 % of the window is not cached and was not searched.",
    );
    page.picture("no-match");
    assert_eq!(page.axe(), Vec::<String>::new());
}

fn a_value_is_hidden_from_the_detail_and_the_last_narrowing_is_undone_by_a_key(kind: Kind) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, LINES as i64);
    browser.click("[data-testid=row][data-row=\"1\"]");
    page.says(&hook("row-detail"), "Row 2 of 300");
    browser.click("[data-testid=hide-value][data-field=user]");
    page.rows_are(200);
    chip_says(&browser, "user is not ann");
    page.says(&hook("hidden-count"), "100 hidden by filters");
    browser.click("[data-testid=row][data-row=\"1\"]");
    page.says(&hook("row-detail"), "eve");
    browser.click("[data-testid=keep-value][data-field=user]");
    page.rows_are(100);
    chips_are(&browser, 2);
    press(&browser, "Backspace", "");
    page.rows_are(200);
    press(&browser, "F", "Shift");
    page.rows_are(300);
    press(&browser, "F", "Shift");
    page.rows_are(200);
    press(&browser, "Backspace", "");
    press(&browser, "Backspace", "");
    press(&browser, "Backspace", "");
    page.rows_are(300);
    chips_are(&browser, 0);
}

fn a_mistake_is_explained_while_it_is_typed_and_changes_nothing(kind: Kind) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, LINES as i64);
    add(&page, "user:bob");
    page.rows_are(100);
    browser.click(&hook("add-filter"));
    browser.enter(&hook("filter-text"), "user:(bob ann)");
    page.says(
        &hook("filter-mistake"),
        "Column 11: between two values write `or`",
    );
    assert_eq!(page.axe(), Vec::<String>::new());
    browser.enter(&hook("filter-text"), "/time(out/");
    page.says(&hook("filter-mistake"), "is no regular expression");
    page.picture("mistake");
    chips_are(&browser, 1);
    page.rows_are(100);
    // An unknown field is no mistake.
    browser.fill(&hook("filter-text"), "usre:bob");
    page.says(&hook("filter-hint"), "did you mean `user`?");
    browser.enter(&hook("filter-text"), "/time(out)?/");
    page.rows_are(100);
    chips_are(&browser, 2);
    page.says(&hook("hidden-count"), "200 hidden by filters");

    // What is there is changed in the same way, inverted, and removed.
    browser.click("[data-testid=chip]");
    browser.enter(&hook("filter-text"), "user:(ann or eve)");
    page.rows_are(200);
    browser.click("[data-testid=chip]");
    browser.click(&hook("invert-filter"));
    page.rows_are(100);
    chip_says(&browser, "user is not ann, eve");
    browser.click(&hook("remove-chip"));
    page.rows_are(300);
    chips_are(&browser, 1);
}

fn the_address_brings_a_filter_back_with_what_is_off(kind: Kind) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, LINES as i64);
    add(&page, "user:bob -timeout");
    page.rows_are(90);
    browser.click("[data-testid=chip]");
    browser.click(&hook("switch-filter"));
    page.rows_are(270);
    browser.until(
        "the filter in the address",
        "return location.hash.includes('&q=user:bob%20not%20timeout&off=0')",
        &Value::Null,
    );
    page.reload();
    page.wait_until_ready();
    page.rows_are(270);
    chips_are(&browser, 2);
    browser.click("[data-testid=chip][data-off=true]");
    browser.click(&hook("switch-filter"));
    page.rows_are(90);
}

fn what_is_found_becomes_a_filter_and_a_find_counts_what_filters_hide(kind: Kind) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, LINES as i64);
    add(&page, "user:bob");
    page.rows_are(100);
    browser.enter(&hook("find-input"), "timeout");
    page.says(
        &hook("find-count"),
        "1 of 10 shown. 30 matches in 300 cached rows, 20 of them hidden by filters",
    );
    // It hides nothing itself, until it is asked to.
    page.rows_are(100);
    press(&browser, "Enter", "Control");
    page.rows_are(10);
    page.says("[data-testid=row] mark", "timeout");
    browser.click(&hook("remove-chip"));
    page.rows_are(30);
}

/// Puts a text into the field that has the focus, as a person pastes it.
fn paste(browser: &Browser, text: &str) {
    browser.run(
        "const clipboardData = new DataTransfer();
         clipboardData.setData('text/plain', args);
         const pasted = {clipboardData, dataType: 'text/plain', data: args, bubbles: true, cancelable: true};
         document.activeElement.dispatchEvent(new ClipboardEvent('paste', pasted));
         return true",
        &json!(text),
    );
}

fn choose(browser: &Browser, name: &str, value: &str) {
    browser.until(
        &format!("{value} to choose in {name}"),
        "const select = document.querySelector(args[0]);
         if (![...select?.options ?? []].some(option => option.value === args[1])) return false;
         select.value = args[1];
         select.dispatchEvent(new Event('change', {bubbles: true}));
         return true",
        &json!([hook(name), value]),
    );
}

fn a_list_that_is_pasted_is_one_condition_and_is_edited_with_a_value_a_line(kind: Kind) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, LINES as i64);
    browser.click(&hook("add-filter"));
    browser.until(
        "the focus in the field",
        "return document.activeElement?.dataset.testid === 'filter-text'",
        &Value::Null,
    );
    // A thousand addresses of which none is here, two numbers that are, and one of them twice.
    let mut values: Vec<String> = (0..1_000)
        .map(|n| format!("10.0.{}.{}", n / 250, n % 250))
        .collect();
    values.extend([7, 8, 7].map(|n| n.to_string()));
    paste(&browser, &values.join("\n"));
    page.says(&hook("list-length"), "1,002 values, 1 duplicate left out");
    choose(&browser, "filter-field", "number");
    assert_eq!(page.axe(), Vec::<String>::new());
    page.picture("list");
    browser.click(&hook("apply-filter"));
    page.rows_are(2);
    chips_are(&browser, 1);
    chip_says(&browser, "number is any of 1,002 values: 10.0.0.0, ...");
    // It is in the address.
    page.reload();
    page.wait_until_ready();
    page.rows_are(2);
    // Find is as it was.
    browser.enter(&hook("find-input"), "bob");
    page.says(&hook("find-count"), "100 matches in 300 cached rows");

    browser.click("[data-testid=chip]");
    browser.fill(&hook("filter-lines"), "1\n2\n3\n4\n5");
    page.says(&hook("list-length"), "5 values");
    browser.click(&hook("apply-filter"));
    page.rows_are(5);
    chip_says(&browser, "number is any of 5 values: 1, ...");
    // Words with commas between them may be meant so too.
    browser.click(&hook("remove-chip"));
    page.rows_are(300);
    browser.click(&hook("add-filter"));
    browser.fill(&hook("filter-text"), "bob, eve");
    page.says(&hook("as-list"), "As a list: any of 2 values");
    browser.click(&hook("as-list"));
    page.says(&hook("list-length"), "2 values");
    browser.click(&hook("apply-filter"));
    page.rows_are(200);
}

/// Waits until the groups have so many rows each.
fn groups_are(browser: &Browser, rows: &[u64]) {
    browser.until(
        &format!("groups of {rows:?} rows"),
        "const groups = [...document.querySelectorAll('[data-testid=group]')];
         return JSON.stringify(groups.map(group => Number(group.dataset.rows))) === JSON.stringify(args)",
        &json!(rows),
    );
}

fn rows_are_grouped_by_two_fields_and_a_count_shows_its_rows(kind: Kind) {
    let stage = Stage::new();
    let browser = browser(kind);
    let page = stage.open(&browser, LINES as i64);
    browser.click(&hook("tab-groups"));
    choose(&browser, "group-first", "text");
    groups_are(&browser, &[270, 30]);
    choose(&browser, "group-second", "user");
    groups_are(&browser, &[90, 90, 90, 10, 10, 10]);
    page.says(&hook("groups-of"), "6 groups of 300 cached rows.");
    choose(&browser, "group-of", "number");
    browser.click(&hook("sort-sum"));
    let line = "return [...document.querySelector('[data-testid=group]').cells].map(cell => cell.textContent)";
    browser.until(
        "the largest sum first",
        "return document.querySelector('[aria-sort=descending]').textContent.includes('Sum of number')",
        &Value::Null,
    );
    let numbers = |user: usize| (0..LINES).filter(move |n| n % 3 == user && n % 10 != 0);
    let sums = [0, 1, 2].map(|user| numbers(user).sum::<usize>());
    let most = sums.iter().max().unwrap();
    let cells: Vec<String> = serde_json::from_value(browser.run(line, &Value::Null)).unwrap();
    assert_eq!(cells[5].replace(',', ""), most.to_string(), "{cells:?}");
    assert_eq!((&*cells[0], &*cells[3]), ("ok", "30.0 %"));
    assert_eq!(page.axe(), Vec::<String>::new());
    page.picture("groups");

    // They follow the filter, and the address has them.
    add(&page, "user:bob");
    page.says(
        &hook("groups-of"),
        "2 groups of 100 cached rows that match.",
    );
    browser.until(
        "the groups in the address",
        "return location.hash.includes('&group=text%2Cuser%2Cnumber%2Csum&tab=groups')",
        &Value::Null,
    );
    page.reload();
    page.wait_until_ready();
    groups_are(&browser, &[90, 10]);
    browser.click("[data-testid=group][data-rows=\"10\"] button");
    page.rows_are(10);
    chip_says(&browser, "text is timeout");
    chips_are(&browser, 2);
}
