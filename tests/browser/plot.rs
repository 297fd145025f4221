//! The plot and the field list: bars add up, what is missing is no zero, ranges are selected and zoomed, values narrow the rows.

use super::{LINE_BYTES, Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::{ENTER, ESCAPE, Kind};
use windrow_tests::made_log::{Fill::Levels, action_of, level_of};
use windrow_tests::page::{Page, hook};

in_browsers! {
    bars_add_up_to_what_is_cached_and_what_is_missing_is_no_zero,
    a_range_is_selected_by_drag_and_by_keys_zoomed_into_and_left_again,
    a_gap_is_fetched_by_a_press_and_by_enter,
    a_value_of_the_field_list_includes_and_excludes,
    the_plot_and_the_field_list_have_no_fault_of_accessibility_and_can_be_hidden,
}

/// Lines of the made log, one a second.
pub(super) const LINES: usize = 600;

/// Those that are missing between what is cached.
pub(super) const GAP: std::ops::Range<usize> = 303..451;

pub(super) fn stage() -> Stage {
    Stage::of(|log| log.lines(LINES, LINE_BYTES, Levels))
}

fn whole(stage: &Stage) -> (i64, i64) {
    (stage.log.start_ms(), stage.log.end_ms())
}

/// Shows the whole log, of which all but the gap is cached.
pub(super) fn with_gap<'a>(stage: &Stage, browser: &'a windrow_tests::pool::Borrowed) -> Page<'a> {
    let page = stage.open(browser);
    let (log, times) = (&stage.stand_in.log, &stage.log.times);
    let (start_ms, end_ms) = whole(stage);
    for window in [(start_ms, times[GAP.start]), (times[GAP.end], end_ms)] {
        page.plan(log, window);
        page.fetch_all();
    }
    assert_eq!(page.plan(log, (start_ms, end_ms)), "partial");
    page.rows_are(LINES - GAP.len());
    page
}

/// A bar: its time, its rows where they are counted, and its name.
pub(super) type Bar = (i64, i64, Option<usize>, String);

/// The bars, once they count so many rows together.
pub(super) fn bars(page: &Page<'_>, rows: usize) -> Vec<Bar> {
    let found = page.browser.until(
        &format!("bars of {rows} rows"),
        "const bars = [...document.querySelectorAll('[data-testid=bar]')].map(bar => [
             Number(bar.dataset.from), Number(bar.dataset.to), bar.dataset.rows === undefined ? null : Number(bar.dataset.rows),
             bar.getAttribute('aria-label')]);
         const sum = bars.reduce((sum, bar) => sum + (bar[2] ?? 0), 0);
         return sum === args && !bars.some(bar => / so far|Being counted/.test(bar[3])) && bars",
        &json!(rows),
    );
    serde_json::from_value(found).unwrap()
}

/// What is selected.
fn selection(page: &Page<'_>) -> (i64, i64) {
    page.wait(&hook("brush"));
    page.ranges("brush")[0]
}

fn has_no_selection(page: &Page<'_>) {
    page.browser.until(
        "no selection",
        "return document.querySelector('[data-testid=brush]') === null",
        &Value::Null,
    );
}

fn focus(page: &Page<'_>, name: &str) {
    let focus = "document.querySelector(args).focus(); return true";
    page.browser.run(focus, &json!(hook(name)));
}

fn bars_add_up_to_what_is_cached_and_what_is_missing_is_no_zero(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = with_gap(&stage, &browser);
    let (log, gap) = (
        &stage.log,
        (stage.log.times[GAP.start], stage.log.times[GAP.end]),
    );
    let drawn = bars(&page, LINES - GAP.len());
    assert!((60..=121).contains(&drawn.len()), "{}", drawn.len());
    let mut wholly_missing = 0;
    for (from, to, rows, name) in &drawn {
        if gap.0 <= *from && *to <= gap.1 {
            wholly_missing += 1;
            assert_eq!(*rows, None, "{name}");
            assert!(name.ends_with(": Not cached"), "{name}");
        } else {
            let missing = log.within((*from).max(gap.0), (*to).min(gap.1).max((*from).max(gap.0)));
            assert_eq!(*rows, Some(log.within(*from, *to) - missing), "{name}");
        }
    }
    assert!(wholly_missing > 20, "{wholly_missing}");
    // What is missing is covered over all of its height, with its words.
    assert_eq!(page.ranges("cover"), [gap]);
    page.says(&hook("cover"), "Not cached, 2 min 28 s");

    // Each level is counted in the legend, and the table has the same numbers.
    for level in ["error", "warning", "notice"] {
        let those = (0..LINES).filter(|at| !GAP.contains(at) && level_of(*at) == level);
        let entry = format!("{level} {}", those.count());
        browser.until(
            &entry,
            "return [...document.querySelectorAll('.levels li')].some(entry => entry.textContent.trim() === args)",
            &json!(entry),
        );
    }
    browser.click(&hook("plot-table"));
    let rows = browser.until(
        "the table",
        "const rows = [...document.querySelectorAll('[data-testid=plot-row]')].map(row => [...row.cells].map(cell => cell.textContent));
         return rows.length > 0 && rows",
        &Value::Null,
    );
    let rows: Vec<Vec<String>> = serde_json::from_value(rows).unwrap();
    assert_eq!(rows.len(), drawn.len());
    for (row, (_, _, counted, _)) in rows.iter().zip(&drawn) {
        let rows = counted.map_or_else(|| "-".to_owned(), |rows| rows.to_string());
        assert_eq!(row[1], rows, "{row:?}");
        assert!(
            counted.is_some() || row.last().unwrap() == "Not cached",
            "{row:?}"
        );
    }
}

fn a_range_is_selected_by_drag_and_by_keys_zoomed_into_and_left_again(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = stage.open(&browser);
    let log = &stage.log;
    page.plan(&stage.stand_in.log, whole(&stage));
    page.fetch_all();
    let all = bars(&page, LINES);

    // By drag: the rows follow, the bars stay.
    browser.drag(&format!("#bar-{}", 20), 120);
    let dragged = selection(&page);
    assert_eq!(dragged.0, all[20].0);
    assert!(
        dragged.1 > all[21].1 && all.iter().any(|bar| bar.1 == dragged.1),
        "{dragged:?}"
    );
    page.rows_are(log.within(dragged.0, dragged.1));
    page.first_row_shows("line ");
    assert_eq!(bars(&page, LINES).len(), all.len());
    let says = format!("{} rows", log.within(dragged.0, dragged.1));
    page.says(&hook("brush"), &says);

    // The address holds it.
    let sel = format!("sel={}..{}", dragged.0, dragged.1);
    browser.until(
        "the selection in the address",
        "return location.hash.includes(args)",
        &json!(sel),
    );
    page.reload();
    page.rows_are(log.within(dragged.0, dragged.1));
    assert_eq!(selection(&page), dragged);

    // By keys: one stop for all bars, Escape clears.
    focus(&page, "bars");
    browser.keys(ESCAPE);
    has_no_selection(&page);
    page.rows_are(LINES);
    bars(&page, LINES);
    let press = "const [keys, shiftKey] = args;
         for (const key of keys) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, shiftKey, bubbles: true, cancelable: true}));
         return true";
    let press = |keys: &[&str], shift, to: &str| {
        browser.run(press, &json!([keys, shift]));
        browser.until(
            to,
            "return document.activeElement.getAttribute('aria-activedescendant') === args",
            &json!(to),
        );
    };
    press(&["Home"], false, "bar-0");
    press(&["ArrowRight", "ArrowRight"], false, "bar-2");
    has_no_selection(&page);
    press(&["ArrowRight", "ArrowRight", "ArrowRight"], true, "bar-5");
    assert_eq!(selection(&page), (all[2].0, all[5].1));
    page.rows_are(log.within(all[2].0, all[5].1));
    browser.until(
        "the selected bars",
        "const chosen = [...document.querySelectorAll('[data-testid=bar][aria-selected=true]')].map(bar => bar.id);
         return chosen.join() === 'bar-2,bar-3,bar-4,bar-5'",
        &Value::Null,
    );

    // Zoomed into: a window of its own, with finer bars; nothing is asked of the log API.
    let before = stage.stand_in.requests().len();
    browser.keys("z");
    page.rows_are(log.within(all[2].0, all[5].1));
    has_no_selection(&page);
    let zoomed = bars(&page, log.within(all[2].0, all[5].1));
    assert_eq!(
        (zoomed[0].0, zoomed.last().unwrap().1),
        (all[2].0, all[5].1)
    );
    browser.click(&hook("zoom-out"));
    page.rows_are(LINES);
    assert_eq!(bars(&page, LINES).len(), all.len());
    assert_eq!(stage.stand_in.requests().len(), before);
}

fn a_gap_is_fetched_by_a_press_and_by_enter(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = with_gap(&stage, &browser);
    bars(&page, LINES - GAP.len());
    // The bars lie below: who presses the gap presses the plot there.
    let click = "const box = document.querySelector('[data-testid=cover]').getBoundingClientRect();
         const at = {clientX: box.left + box.width / 2, clientY: box.top + 5, pointerId: 1, button: 0, bubbles: true};
         const under = document.elementFromPoint(at.clientX, at.clientY);
         under.dispatchEvent(new PointerEvent('pointerdown', at));
         under.dispatchEvent(new PointerEvent('pointerup', at));
         return under.closest('[data-testid=cover]') !== null";
    assert_eq!(browser.run(click, &Value::Null), true);
    assert_eq!(page.receipt().rows, GAP.len());
    page.rows_are(LINES);
    bars(&page, LINES);

    // Nothing cached at all: one gap, one bar after the other says so, and Enter fetches it.
    page.delete_dataset();
    browser.click(".back");
    page.wait("[data-testid=cover][data-state=missing]");
    page.says(&hook("cover"), "Not cached, 10 min");
    focus(&page, "bars");
    let home = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Home', bubbles: true, cancelable: true})); return true";
    browser.run(home, &Value::Null);
    browser.keys(ENTER);
    page.rows_are(LINES);
    bars(&page, LINES);
}

fn a_value_of_the_field_list_includes_and_excludes(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = stage.open(&browser);
    page.plan(&stage.stand_in.log, whole(&stage));
    page.fetch_all();
    page.rows_are(LINES);
    let of = |action: &str| (0..LINES).filter(|at| action_of(*at) == action).count();
    browser.click("[data-testid=field][data-field=action]");
    page.says(&hook("values"), &format!("accept\n{}", of("accept")));
    page.says(&hook("values"), &format!("deny\n{}", of("deny")));
    page.says(
        &hook("denominator"),
        "of 600 cached rows, none without a value",
    );

    let button = |value: usize, name: &str| {
        format!("[data-testid=value]:nth-of-type({value}) [data-testid={name}]")
    };
    browser.click(&button(2, "include"));
    page.rows_are(of("deny"));
    page.says(
        &hook("denominator"),
        &format!("of {} matching rows", of("deny")),
    );
    bars(&page, of("deny"));
    // Excluding the one that is left takes the place of including it.
    browser.click(&button(1, "exclude"));
    page.rows_are(of("accept"));
    let drawn = bars(&page, of("accept"));
    assert!(drawn.iter().all(|(_, _, rows, _)| rows.is_some()));
    page.says(&hook("values"), &format!("accept\n{}", of("accept")));
}

fn the_plot_and_the_field_list_have_no_fault_of_accessibility_and_can_be_hidden(kind: Kind) {
    let stage = stage();
    let browser = browser(kind);
    let page = with_gap(&stage, &browser);
    bars(&page, LINES - GAP.len());
    browser.click("[data-testid=field][data-field=level]");
    page.says(&hook("values"), "warning");
    browser.drag("#bar-10", 60);
    selection(&page);
    let is_accessible = |screen: &str| {
        for theme in ["light", "dark"] {
            let set = "document.documentElement.dataset.theme = args; return true";
            browser.run(set, &json!(theme));
            let found = page.axe();
            assert!(found.is_empty(), "{screen}, {theme}: {found:#?}");
        }
    };
    is_accessible("a selection and an open field");
    page.picture("plot");
    browser.click(&hook("plot-table"));
    page.wait(&hook("plot-row"));
    is_accessible("the numbers of the plot");
    browser.keys(ESCAPE);
    focus(&page, "bars");
    browser.keys(ESCAPE);
    has_no_selection(&page);

    // Hidden by keys, and still so on the next visit. The lane stays, as high as a target must be.
    focus(&page, "find-input");
    browser.run("document.activeElement.blur(); return true", &Value::Null);
    browser.keys("hb");
    let is_hidden = "const lane = document.querySelector('[data-testid=stretch]').getBoundingClientRect();
         return !document.querySelector('[data-testid=plot]') && !document.querySelector('[data-testid=fields]') && lane.height >= 24";
    browser.until("neither plot nor fields", is_hidden, &Value::Null);
    page.reload();
    page.rows_are(LINES - GAP.len());
    browser.until("neither plot nor fields", is_hidden, &Value::Null);
    browser.keys("h");
    bars(&page, LINES - GAP.len());
    browser.click(&hook("fields-button"));
    page.wait(&hook("fields"));

    // Where there is no room beside the rows, the list lies over them until Escape.
    browser.resize(800, 1000);
    let is_away = "return document.querySelector('[data-testid=fields]') === null";
    browser.until("no field list", is_away, &Value::Null);
    browser.click(&hook("fields-button"));
    page.wait(&hook("fields"));
    is_accessible("the field list over the rows");
    browser.until(
        "the focus in the list",
        "return document.activeElement.id === 'fields-find'",
        &Value::Null,
    );
    browser.keys(ESCAPE);
    browser.until("no field list", is_away, &Value::Null);
    browser.until(
        "the focus on its button",
        "return document.activeElement.id === 'fields-button'",
        &Value::Null,
    );
}
