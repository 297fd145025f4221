//! Fields as columns: shown from the field list and from a row, with exact values, in the order and order of rows that a person
//! wants, remembered for the log and named by the address; what a cell shows narrows the rows.

use super::{Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::{Browser, Kind};
use windrow_tests::made_log::Fill::Levels;
use windrow_tests::page::{Companion, Page, hook};
use windrow_tests::stand_in::StandIn;

in_browsers! {
    fields_become_columns_with_exact_values_that_are_remembered_moved_by_keys_and_narrow_the_rows,
    fields_of_pairs_are_columns_and_filters_from_the_opened_row_and_the_newest_row_may_come_first,
}

/// 2025-01-01, epoch milliseconds.
const START_MS: i64 = 1_735_689_600_000;

const LINES: usize = 240;

/// No double has it.
const SERIAL: i64 = 3_237_198_280_324_534_273;

/// Every fourth line has no user; lists stay in their messages, where no column has them, and so does a name in another case.
fn line(number: usize) -> String {
    let (minute, second) = (number / 60, number % 60);
    let user = match number % 4 {
        0 => String::new(),
        1 => r#""User":"ann","#.to_owned(),
        _ => r#""user":"bob","#.to_owned(),
    };
    let serial = SERIAL + number as i64;
    format!(
        r#"{{"time":"2025-01-01T00:{minute:02}:{second:02}Z",{user}"serial":{serial},"none":null,"tags":["t{number}", 1],"text":"line {number}"}}"#
    )
}

/// What the cells of fields of a row say, in order.
fn cells(page: &Page<'_>, row: usize, expected: &[&str]) {
    page.browser.until(
        &format!("cells of row {row}: {expected:?}"),
        "const cells = document.querySelectorAll(`[data-testid=row][data-row='${args.row}'] .c-field > .clip`);
         const said = [...cells].map(cell => cell.classList.contains('is-loading') ? null : cell.textContent.trim());
         return JSON.stringify(said) === JSON.stringify(args.expected)",
        &json!({"row": row, "expected": expected}),
    );
}

/// The columns in order, and the address names them.
fn columns_are(page: &Page<'_>, expected: &[&str]) {
    page.browser.until(
        &format!("columns {expected:?}, in the address too"),
        "const columns = [...document.querySelectorAll('[data-testid=column]')].map(column => column.dataset.field);
         const named = location.hash.match(/&cols=([^&]*)/)?.[1] ?? '';
         return JSON.stringify(columns) === JSON.stringify(args) && named === args.join(',')",
        &json!(expected),
    );
}

/// The message of a row, as it is drawn.
fn message(browser: &Browser, row: usize) -> String {
    let drawn = browser.run(
        "return document.querySelector(`[data-testid=row][data-row='${args}'] .c-msg .clip`).textContent",
        &json!(row),
    );
    drawn.as_str().unwrap().to_owned()
}

fn as_column(page: &Page<'_>, field: &str) {
    page.browser
        .click(&format!("[data-testid=as-column][data-field={field}]"));
}

/// Presses a key where the focus is.
fn press(browser: &Browser, key: &str, held: &str) {
    browser.run(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {
             key: args.key, altKey: args.held === 'Alt', shiftKey: args.held === 'Shift', bubbles: true, cancelable: true,
         }));
         return true",
        &json!({"key": key, "held": held}),
    );
}

/// Waits until the header of a column has the focus.
fn stands_on(browser: &Browser, column: &str) {
    browser.until(
        &format!("the focus on the column {column}"),
        "return document.activeElement?.parentElement?.dataset.field === args",
        &json!(column),
    );
}

/// The pointer comes over the cell of a field.
fn point_at(browser: &Browser, row: usize, cell: usize) {
    browser.run(
        "const cells = document.querySelectorAll(`[data-testid=row][data-row='${args.row}'] .c-field`);
         cells[args.cell].dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));
         return true",
        &json!({"row": row, "cell": cell}),
    );
}

fn fields_become_columns_with_exact_values_that_are_remembered_moved_by_keys_and_narrow_the_rows(
    kind: Kind,
) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("json.log");
    let lines: Vec<String> = (0..LINES).map(line).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory.path());
    let companion = Companion::relaying_to(&stand_in);
    let browser = browser(kind);
    let page = Page::open(&browser, &companion);
    page.connect(&stand_in);
    page.plan(&stand_in.log, (START_MS, START_MS + LINES as i64 * 1000));
    page.fetch_all();
    page.rows_are(LINES);
    let as_received = message(&browser, 2);
    for field in ["user", "serial", "tags"] {
        as_column(&page, field);
    }
    columns_are(&page, &["user", "serial", "tags"]);
    // Of a column, of a name in another case and of none; a number keeps its digits, a list what is written.
    cells(&page, 2, &["bob", "3237198280324534275", r#"["t2", 1]"#]);
    cells(&page, 1, &["ann", "3237198280324534274", r#"["t1", 1]"#]);
    cells(&page, 0, &["", "3237198280324534273", r#"["t0", 1]"#]);
    let rest = message(&browser, 2);
    assert!(rest.contains(r#""none":null,"text":"line 2"}"#), "{rest}");
    assert!(
        !rest.contains("bob") && !rest.contains("serial") && !rest.contains("tags"),
        "{rest}"
    );
    page.picture("columns");
    browser.click(&hook("show-received"));
    browser.until(
        "the message as it was received",
        "return document.querySelector(`[data-testid=row][data-row='2'] .c-msg .clip`).textContent === args",
        &json!(as_received),
    );

    // By keys: another order, another width, and none.
    browser.run(
        "document.querySelector('[data-testid=column][data-field=user] button').focus(); return true",
        &Value::Null,
    );
    press(&browser, "ArrowRight", "Alt");
    columns_are(&page, &["serial", "user", "tags"]);
    stands_on(&browser, "user");
    cells(&page, 2, &["3237198280324534275", "bob", r#"["t2", 1]"#]);
    let width = "return document.querySelector('[data-testid=column][data-field=user]').getBoundingClientRect().width";
    let before = browser.run(width, &Value::Null).as_f64().unwrap();
    press(&browser, "ArrowRight", "Shift");
    browser.until("a wider column", &format!("{width} > args"), &json!(before));
    stands_on(&browser, "user");
    press(&browser, "ArrowRight", "");
    stands_on(&browser, "tags");
    press(&browser, "Delete", "");
    columns_are(&page, &["serial", "user"]);
    assert_eq!(page.axe(), Vec::<String>::new());

    // All of it is there again, also where the address does not name it.
    page.reload();
    page.rows_are(LINES);
    columns_are(&page, &["serial", "user"]);
    cells(&page, 2, &["3237198280324534275", "bob"]);
    assert_eq!(message(&browser, 2), as_received);
    let after = browser.run(width, &Value::Null).as_f64().unwrap();
    assert!(after > before, "{before} {after}");
    let bare = browser.url().replace("&cols=serial,user", "");
    assert!(!bare.contains("cols="), "{bare}");
    browser.goto("about:blank");
    browser.goto(&bare);
    page.wait_until_ready();
    page.rows_are(LINES);
    columns_are(&page, &["serial", "user"]);

    // The value of a cell: included by pointer, excluded by a key.
    cells(&page, 2, &["3237198280324534275", "bob"]);
    point_at(&browser, 2, 1);
    page.wait(&hook("cell-include"));
    assert_eq!(page.axe(), Vec::<String>::new());
    browser.click(&hook("cell-include"));
    page.rows_are(LINES / 2);
    browser.click(&hook("remove-chip"));
    page.rows_are(LINES);
    let index = browser.run(
        "document.querySelector('#rows-grid').focus();
         return Number(document.querySelector('[data-testid=column][data-field=serial]').ariaColIndex)",
        &Value::Null,
    );
    press(&browser, "ArrowDown", "");
    for _ in 0..index.as_i64().unwrap() {
        press(&browser, "ArrowRight", "");
    }
    browser.until(
        "the keys on a cell with its buttons",
        "return document.querySelector('.c-field.is-active [data-testid=cell-exclude]') !== null",
        &Value::Null,
    );
    press(&browser, "-", "");
    page.rows_are(LINES - 1);
}

fn fields_of_pairs_are_columns_and_filters_from_the_opened_row_and_the_newest_row_may_come_first(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(400, 120, Levels));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let log = &stage.log;
    // The end is missing.
    page.plan(&stage.stand_in.log, (log.start_ms(), log.times[300]));
    page.fetch_all();
    page.plan(&stage.stand_in.log, (log.start_ms(), log.end_ms()));
    page.rows_are(300);
    browser.click("[data-testid=row][data-row=\"4\"]");
    for field in ["action", "n", "level"] {
        browser.click(&format!("[data-testid=column-value][data-field={field}]"));
    }
    columns_are(&page, &["action", "n", "level"]);
    cells(&page, 4, &["deny", "4", "notice"]);
    let rest = message(&browser, 4);
    assert!(rest.contains("line 4 field"), "{rest}");
    assert!(!rest.contains("action=") && !rest.contains(" n="), "{rest}");

    // In the list of fields columns come first, and keys move them.
    browser.until(
        "columns first in the field list",
        "const fields = [...document.querySelectorAll('[data-testid=field]')].map(field => field.dataset.field);
         return fields[0] === 'action' && fields[1] === 'n' && fields.length > 2",
        &Value::Null,
    );
    browser.run(
        "document.querySelector('[data-testid=field][data-field=n]').focus(); return true",
        &Value::Null,
    );
    press(&browser, "ArrowUp", "Alt");
    columns_are(&page, &["n", "action", "level"]);
    browser.until(
        "the focus on the field that was moved",
        "return document.activeElement?.dataset.field === 'n'",
        &Value::Null,
    );
    // Where there is no room, the last columns go first, and the header says so.
    browser.resize(500, 900);
    page.says(&hook("message-form"), "hidden");
    browser.resize(1440, 1000);

    // Turned round, the chosen row stays chosen, and the gap comes before the rows.
    browser.click(&hook("order"));
    page.wait("[role=columnheader][aria-sort=descending]");
    page.says(&hook("row-detail"), "Row 5 of 300");
    page.wait("[data-testid=row][data-row=\"4\"][aria-selected=true] + [data-row=\"3\"]");
    page.picture("newest-first");
    assert_eq!(page.axe(), Vec::<String>::new());
    browser.click("[data-testid=hide-value][data-field=action]");
    page.rows_are(225);
    browser.run(
        "document.querySelector('#rows-grid').focus(); return true",
        &Value::Null,
    );
    press(&browser, "Home", "");
    browser.until(
        "the gap, and behind it the newest row",
        "const lines = [...document.querySelectorAll('#rows-grid [role=row]:not(.grid-head, .is-away)')];
         return lines[0]?.dataset.testid === 'seam' && lines[1]?.dataset.row === '224' && lines[2]?.dataset.row === '223'",
        &Value::Null,
    );
}
