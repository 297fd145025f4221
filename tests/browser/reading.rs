//! Reading rows: the place is kept while rows arrive, text can be selected, keys go through rows and seams, and no line is too long.

use super::{LINE_BYTES, Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::{Browser, DOWN, END, ENTER, ESCAPE, Kind, LEFT, RIGHT};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::{Companion, Page, hook};
use windrow_tests::stand_in::StandIn;

in_browsers! {
    a_row_that_is_read_stays_where_it_is_while_rows_arrive_before_it,
    a_seam_stands_where_cached_rows_stop_and_keys_reach_it,
    a_pointer_selects_text_opens_rows_fetches_gaps_and_steps_through_matches,
    a_line_of_megabytes_is_drawn_in_part_and_copied_whole_and_what_is_found_is_marked,
}

/// How far below the top of the table the row with a text is, in pixels. The table itself moves with what stands above it.
fn pixel_of(browser: &Browser, text: &str) -> Value {
    browser.until(
        &format!("{text} in view"),
        "const row = [...document.querySelectorAll('[data-testid=row]')].find(row => row.textContent.includes(args));
         const table = document.querySelector('[data-testid=rows]');
         return row && {top: Math.round(row.getBoundingClientRect().top - table.getBoundingClientRect().top), number: row.dataset.row, marked: row.getAttribute('aria-selected')}",
        &json!(text),
    )
}

fn a_row_that_is_read_stays_where_it_is_while_rows_arrive_before_it(kind: Kind) {
    let stage = Stage::of(|log| log.lines(3000, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let log = &stage.log;
    let late = (log.times[2000], log.end_ms());
    page.plan(&stage.stand_in.log, late);
    page.fetch_all();
    let whole = (log.start_ms(), log.end_ms());
    assert_eq!(page.plan(&stage.stand_in.log, whole), "partial");
    page.rows_are(1000);
    browser.enter(&hook("find-input"), "line 2700 ");
    page.says(&hook("find-count"), "1 of 1 match in 1,000");
    let before = pixel_of(&browser, "line 2700 ");
    assert_eq!(
        (&before["number"], &before["marked"]),
        (&json!("700"), &json!("true"))
    );
    browser.click("[data-testid=row][aria-selected=true]");
    page.says(&hook("row-detail"), "Row 701");
    page.says(&hook("row-detail"), "line 2700 ");

    page.fetch_all();
    page.rows_are(3000);
    let after = pixel_of(&browser, "line 2700 ");
    assert_eq!(
        (&after["number"], &after["marked"]),
        (&json!("2700"), &json!("true"))
    );
    assert_eq!(after["top"], before["top"]);
    page.says(&hook("row-detail"), "Row 2,701");
    page.says(&hook("row-detail"), "line 2700 ");
    page.says(&hook("find-count"), "1 of 1 match in 3,000");
}

fn a_seam_stands_where_cached_rows_stop_and_keys_reach_it(kind: Kind) {
    let stage = Stage::of(|log| log.lines(300, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let log = &stage.log;
    for held in [(0, 100), (200, 299)] {
        page.plan(&stage.stand_in.log, (log.times[held.0], log.times[held.1]));
        page.fetch_all();
    }
    page.plan(&stage.stand_in.log, (log.times[0], log.times[299]));
    page.rows_are(199);
    let attribute = |name: &str| {
        browser.run(
            "return document.querySelector('[data-testid=rows]').getAttribute(args)",
            &json!(name),
        )
    };
    // The header, the rows and one seam.
    assert_eq!(attribute("aria-rowcount"), "201");

    // A fresh table: Enter opens its first row, and the focus goes into the detail and back.
    browser.run(
        "document.querySelector('[data-testid=rows]').focus(); return true",
        &Value::Null,
    );
    browser.keys(ENTER);
    page.says(&hook("row-detail"), "Row 1 ");
    let is_within = "return document.querySelector(args).contains(document.activeElement)";
    browser.until(
        "the focus in the detail",
        is_within,
        &json!(hook("row-detail")),
    );
    browser.keys(ESCAPE);
    browser.until("the focus in the table", is_within, &json!(hook("rows")));

    // The marked row stays in the document wherever the table is scrolled to.
    browser.run(
        "document.querySelector('[data-testid=rows]').scrollTop = 2000; return true",
        &Value::Null,
    );
    browser.until(
        "another part of the table",
        "return document.querySelector('[data-testid=row][data-row=\"0\"]')?.classList.contains('is-away')",
        &Value::Null,
    );
    let active = "const id = document.querySelector('[data-testid=rows]').getAttribute('aria-activedescendant');
                  const active = id && document.getElementById(id); return active && (args === '' || active.textContent.includes(args))";
    browser.until("an active row in the document", active, &json!("line 0 "));

    // Down to the seam: its cells are reached too, and Enter fetches the gap.
    for _ in 0..100 {
        browser.keys(DOWN);
    }
    browser.until("the seam to be active", active, &json!("Not cached"));
    browser.keys(RIGHT);
    browser.keys(RIGHT);
    browser.until("its button to be active", active, &json!("Fetch this gap"));
    browser.keys(ENTER);
    page.rows_are(299);
    browser.until(
        "no seam",
        "return document.querySelector('[data-testid=seam]') === null",
        &Value::Null,
    );
    browser.run(
        "document.querySelector('[data-testid=rows]').focus(); return true",
        &Value::Null,
    );
    // The cells that were gone through stay chosen: back to the row.
    browser.keys(LEFT);
    browser.keys(LEFT);
    browser.keys(END);
    browser.until("the last row to be active", active, &json!("line 298 "));
}

fn a_pointer_selects_text_opens_rows_fetches_gaps_and_steps_through_matches(kind: Kind) {
    let stage = Stage::of(|log| log.lines(50, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let log = &stage.log;
    page.plan(&stage.stand_in.log, (log.start_ms(), log.times[20]));
    page.fetch_all();
    page.plan(&stage.stand_in.log, (log.start_ms(), log.end_ms()));
    page.first_row_shows("line 0 ");

    // A drag selects, and opens nothing.
    browser.drag("[data-testid=row][data-row=\"3\"] .clip", 120);
    let selected = browser.run("return String(getSelection())", &Value::Null);
    assert!(selected.as_str().unwrap().len() > 5, "{selected}");
    let is_open = "return document.querySelector('[data-testid=row-detail]') !== null";
    assert_eq!(browser.run(is_open, &Value::Null), false);
    browser.click("[data-testid=row][data-row=\"3\"]");
    page.says(&hook("row-detail"), "line 3 ");
    page.says(&hook("row-kept"), "row 4 of 20");
    browser.click(&hook("form-received"));
    page.says(&hook("row-text"), "line 3 ");
    browser.click(&hook("close-detail"));
    browser.until(
        "no row open",
        "return document.querySelector('[data-testid=row-detail]') === null",
        &Value::Null,
    );

    browser.click(&hook("seam-action"));
    page.rows_are(50);

    // From the marked row on: 1, 10 to 19.
    browser.enter(&hook("find-input"), "line 1");
    page.says(&hook("find-count"), "2 of 11 matches in 50");
    browser.click(&hook("find-next"));
    page.says(&hook("find-count"), "3 of 11 matches");
    browser.click(&hook("find-previous"));
    page.says(&hook("find-count"), "2 of 11 matches");
}

/// Greek capitals, and lines that took a tab half a minute.
fn long_lines() -> Vec<String> {
    let odos = "\u{39f}\u{394}\u{39f}\u{3a3}";
    vec![
        format!("2025-01-01 00:00:00 city {odos}\u{391}"),
        format!(
            "2025-01-01 00:00:01 colours {}",
            "\u{1b}[31mred".repeat(100_000)
        ),
        format!("2025-01-01 00:00:02 tabs {}", "a\t".repeat(1_250_000)),
        "2025-01-01 00:00:03 the last line".to_owned(),
    ]
}

fn a_line_of_megabytes_is_drawn_in_part_and_copied_whole_and_what_is_found_is_marked(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("long.log");
    let lines = long_lines();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory.path());
    let companion = Companion::relaying_to(&stand_in);
    let browser = browser(kind);
    let page = Page::open(&browser, &companion);
    page.connect(&stand_in);
    page.plan(&stand_in.log, (1_735_689_600_000, 1_735_689_610_000));
    page.fetch_all();
    page.rows_are(lines.len());

    // The start of a word is found in it, and marked.
    browser.enter(&hook("find-input"), "\u{3bf}\u{3b4}\u{3bf}\u{3c2}");
    page.says(&hook("find-count"), "1 of 1 match in");
    page.says("[data-testid=row] mark", "\u{39f}\u{394}\u{39f}\u{3a3}");

    browser.run(
        "Object.defineProperty(navigator.clipboard, 'writeText', {value: async text => { window.copied = text; }}); return true",
        &Value::Null,
    );
    for (row, line) in [(1, &lines[1]), (2, &lines[2])] {
        browser.click(&format!("[data-testid=row][data-row=\"{row}\"]"));
        let drawn = browser.until(
            &format!("the start of row {row}"),
            "const detail = document.querySelector('[data-testid=row-detail][data-whole=true]');
             return detail && detail.dataset.row === String(args) && detail.querySelector('[data-testid=show-more]')
                 && {elements: detail.querySelectorAll('*').length, letters: detail.textContent.length}",
            &json!(row),
        );
        // Each escape stands for one byte and takes two to four.
        assert!(drawn["elements"].as_u64().unwrap() < 1500, "{drawn}");
        assert!(drawn["letters"].as_u64().unwrap() < 5 * 65_536, "{drawn}");
        browser.click(&hook("copy-message"));
        let copied = browser.until("a copy", "return window.copied?.length", &Value::Null);
        let whole = line.encode_utf16().count();
        assert_eq!(copied, json!(whole), "row {row}");
        browser.click(&hook("show-more"));
        browser.until(
            "more of it",
            "return document.querySelector('[data-testid=row-detail]').textContent.length > args * 2",
            &drawn["letters"],
        );
        browser.run("delete window.copied; return true", &Value::Null);
    }
}
