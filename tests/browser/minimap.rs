//! The minimap: what it shows lies where it is in the table, and it scrolls the table as a scroll bar does.

use super::plot::{GAP, LINES, with_gap};
use super::{browser, plot};
use serde_json::{Value, json};
use windrow_tests::driver::{Browser, DOWN, END, Kind};
use windrow_tests::made_log::level_of;
use windrow_tests::page::hook;

in_browsers! {
    seams_errors_and_matches_lie_on_the_minimap_where_they_are_in_the_table,
    the_minimap_scrolls_the_table_by_press_drag_wheel_and_keys_and_says_where_it_stands,
}

/// Rows that are cached, and lines of the table: one is the seam.
const ROWS: usize = LINES - GAP.end + GAP.start;
const TABLE_LINES: usize = ROWS + 1;

/// The line of the table that a line of the log is.
fn table_line(line: usize) -> usize {
    match line < GAP.start {
        true => line,
        false => line - (GAP.end - GAP.start) + 1,
    }
}

/// Where some of the minimap of so many lines begins and how high it is, in lines, once there are so many.
fn stretches(browser: &Browser, lines: usize, selector: &str, many: usize) -> Vec<(usize, usize)> {
    let found = browser.until(
        &format!("{many} of {selector}"),
        "const found = [...document.querySelectorAll(args[0])].map(({style}) => [
             parseFloat(style.top.replace('min(', '')), parseFloat(style.height)]);
         return found.length === args[1] && found",
        &json!([format!(".minimap > {selector}"), many]),
    );
    let found: Vec<(f64, Option<f64>)> = serde_json::from_value(found).unwrap();
    let lines = |percent: f64| (percent * lines as f64 / 100.0).round() as usize;
    let found = found.into_iter();
    found
        .map(|(top, height)| (lines(top), height.map_or(1, lines)))
        .collect()
}

fn seams_errors_and_matches_lie_on_the_minimap_where_they_are_in_the_table(kind: Kind) {
    let stage = plot::stage();
    let browser = browser(kind);
    let page = with_gap(&stage, &browser);
    let here = |selector: &str, many| stretches(&browser, TABLE_LINES, selector, many);
    assert_eq!(here(".gap.s-missing", 1), [(GAP.start, 1)]);
    let errors = (0..LINES).filter(|line| !GAP.contains(line) && level_of(*line) == "error");
    let errors: Vec<_> = errors.map(|line| (table_line(line), 1)).collect();
    assert_eq!(here(".err", errors.len()), errors);

    // Nothing is drawn for a text that was not searched.
    assert_eq!(here(".hit", 0), []);
    browser.enter(&hook("find-input"), "n=2");
    page.says(&hook("find-count"), "of 111 matches");
    assert_eq!(here(".hit", 3), [(2, 1), (20, 10), (200, 100)]);
    page.picture("minimap");
    for theme in ["light", "dark"] {
        let set = "document.documentElement.dataset.theme = args; return true";
        browser.run(set, &json!(theme));
        let found = page.axe();
        assert!(found.is_empty(), "{theme}: {found:#?}");
    }

    // A filter leaves other rows, and each has another place among them.
    browser.click(&hook("keep-matches"));
    page.rows_are(111);
    let here = |selector: &str, many| stretches(&browser, 112, selector, many);
    assert_eq!(here(".gap", 1), [(111, 1)]);
    let errors: Vec<_> = (0..11).map(|ten| (ten * 10 + 1, 1)).collect();
    assert_eq!(here(".err", 11), errors);
    assert_eq!(here(".hit", 1), [(0, 111)]);
}

/// What the scroll bar says: its value and the greatest.
fn says(browser: &Browser) -> (u64, u64) {
    let said = browser.run(
        "const bar = document.querySelector('[data-testid=minimap]');
         return ['aria-valuenow', 'aria-valuemax', 'aria-valuemin'].map(name => Number(bar.getAttribute(name)))",
        &Value::Null,
    );
    let [now, max, min]: [u64; 3] = serde_json::from_value(said).unwrap();
    assert_eq!(min, 0);
    (now, max)
}

fn stands_at(browser: &Browser, line: u64) {
    browser.until(
        &format!("line {line} at the top"),
        "const grid = document.querySelector('[data-testid=rows]').getBoundingClientRect();
         const line = document.getElementById(`line-${args}`)?.getBoundingClientRect();
         const bar = document.querySelector('[data-testid=minimap]');
         return line && line.bottom > grid.top + 26 && line.top < grid.top + 27 && bar.getAttribute('aria-valuenow') === String(args)",
        &json!(line),
    );
}

fn the_minimap_scrolls_the_table_by_press_drag_wheel_and_keys_and_says_where_it_stands(kind: Kind) {
    let stage = plot::stage();
    let browser = browser(kind);
    let page = with_gap(&stage, &browser);
    page.first_row_shows("line 0 ");
    let (now, max) = says(&browser);
    assert!(now == 0 && max > 100 && max < TABLE_LINES as u64, "{max}");
    let of_grid = "const bar = document.querySelector('[data-testid=minimap]');
        return [bar.role ?? bar.getAttribute('role'), document.getElementById(bar.getAttribute('aria-controls')).dataset.testid, bar.getAttribute('aria-valuetext')]";
    let said = browser.run(of_grid, &Value::Null);
    assert_eq!((&said[0], &said[1]), (&json!("scrollbar"), &json!("rows")));
    let text = said[2].as_str().unwrap();
    assert!(
        text.starts_with("Rows 1 to ") && text.ends_with(" of 452"),
        "{text}"
    );

    // A press in its middle shows the line in the middle of the table.
    browser.click(&hook("minimap"));
    let middle = TABLE_LINES / 2;
    browser.until(
        "the middle of the table",
        "const grid = document.querySelector('[data-testid=rows]').getBoundingClientRect();
         const line = document.getElementById(`line-${args}`)?.getBoundingClientRect();
         return line && Math.abs((line.top + line.bottom) / 2 - (grid.top + 26 + grid.bottom) / 2) < 40",
        &json!(middle),
    );
    // Keys do what they do on a scroll bar.
    browser.keys(END);
    stands_at(&browser, max);
    browser.until(
        "the last row",
        "return document.querySelector(`[data-testid=row][data-row='${args}']`) !== null",
        &json!(ROWS - 1),
    );
    browser.keys("\u{e011}");
    stands_at(&browser, 0);
    browser.keys(DOWN);
    stands_at(&browser, 1);
    browser.keys(DOWN);
    stands_at(&browser, 2);

    // The wheel over it scrolls, and so does a drag of what is in view: to its end and beyond.
    let wheel = "document.querySelector('[data-testid=minimap]').dispatchEvent(new WheelEvent('wheel', {deltaY: 260, bubbles: true, cancelable: true})); return true";
    browser.run(wheel, &Value::Null);
    stands_at(&browser, 12);
    let drag = "const bar = document.querySelector('[data-testid=minimap]'), box = bar.getBoundingClientRect();
         const thumb = bar.querySelector('.thumb').getBoundingClientRect();
         const at = y => ({clientX: box.left + 7, clientY: y, pointerId: 1, button: 0, bubbles: true, cancelable: true});
         const from = thumb.top + thumb.height / 2;
         bar.dispatchEvent(new PointerEvent('pointerdown', at(from)));
         for (const y of args) bar.dispatchEvent(new PointerEvent('pointermove', at(from + y)));
         bar.dispatchEvent(new PointerEvent('pointerup', at(from)));
         bar.dispatchEvent(new PointerEvent('pointermove', at(box.top)));
         return true";
    browser.run(drag, &json!([20, 5000]));
    stands_at(&browser, max);
    browser.run(drag, &json!([-5000]));
    stands_at(&browser, 0);
    // The table itself scrolls as ever, and the minimap follows. No row was chosen by any of this.
    let scroll = "document.querySelector('[data-testid=rows]').scrollTop = 2600; return true";
    browser.run(scroll, &Value::Null);
    stands_at(&browser, 100);
    let chosen = "return document.querySelector('[data-testid=row][aria-selected=true]') === null";
    assert_eq!(browser.run(chosen, &Value::Null), true);
}
