//! What the page tells while it asks the log API: the price before the first page, waits with a countdown, what was kept and what failed;
//! and how much of a message becomes columns.

use super::{Stage, browser};
use serde_json::{Value, json};
use windrow_tests::binary;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::{Pairs, Plain};
use windrow_tests::page::{Page, hook};
use windrow_tests::stand_in::asked;

in_browsers! {
    a_run_tells_its_price_first_counts_its_waits_down_and_says_what_was_kept_and_what_failed,
    connecting_and_pricing_count_their_waits_down_and_can_be_stopped,
    with_columns_from_messages_switched_off_a_part_has_none_and_the_switch_and_the_theme_are_remembered,
}

/// So long does the log API ask to wait: longer than a test on any machine, which stops the wait once it has seen it.
const WAIT: u64 = 600;

/// Waits until a countdown below `place` has moved on, and gives what it said first and last.
fn counts_down(page: &Page<'_>, place: &str) -> [String; 2] {
    let said_below = |seconds: u64| {
        let found = page.browser.until(
            &format!("fewer than {seconds} s left"),
            "const [place, seconds] = args;
             const said = document.querySelector(`${place} [data-testid=waits]`).innerText;
             const [, minutes, rest] = said.match(/\\((?:(\\d+) min ?)?(?:(\\d+) s )?left\\)/);
             const left = 60 * (minutes ?? 0) + Number(rest ?? 0);
             return left < seconds && {said, left}",
            &json!([place, seconds]),
        );
        let said = found["said"].as_str().unwrap().to_owned();
        (said, found["left"].as_u64().unwrap())
    };
    let (first, left) = said_below(WAIT + 1);
    assert!(first.contains("the rate limit is reached"), "{first}");
    let (last, _) = said_below(left);
    // Why and until when stay as they are.
    let until = |said: &str| said.split(" (").next().unwrap().to_owned();
    assert!(until(&first).contains(", until "), "{first}");
    assert_eq!(until(&first), until(&last));
    [first, last]
}

fn a_run_tells_its_price_first_counts_its_waits_down_and_says_what_was_kept_and_what_failed(
    kind: Kind,
) {
    // Only the longest gap has a third page, which never comes.
    let faults = json!({"faults": [
        {"page": 2, "fault": {"rate_limited": {"reset_seconds": WAIT}}},
        {"page": 3, "always": true, "fault": {"status": {"code": 500}}},
    ]});
    let stage = Stage::with_faults(&faults, |log| log.lines(3600, 200, Plain));
    let Stage {
        stand_in,
        valve,
        log,
        ..
    } = &stage;
    // Half a second before a line, so that no line lies on a bound.
    let before = |line: usize| log.times[line] - 500;
    let browser = browser(kind);
    let page = stage.open(&browser);

    // A wait in the middle of a run. What has come is kept when it is stopped.
    page.plan(&stand_in.log, (before(0), before(800)));
    page.start_fetch();
    let [first, last] = counts_down(&page, "[data-testid=progress]");
    page.picture("countdown");
    assert_ne!(first, last);
    browser.click(&hook("cancel-button"));
    let receipt = page.receipt();
    assert!(!receipt.ok && receipt.rows > 0, "{receipt:?}");

    // Four gaps at once between three ranges that are held.
    let native = stage.path("native");
    for held in [(1400, 1600), (3000, 3200), (3400, 3450)] {
        let held = (before(held.0), before(held.1));
        stand_in.fetch(held, &native, &["--no-summary"]);
    }
    page.put_files(&windrow_tests::tree::files(&native));
    let window = (before(1000), log.end_ms());
    assert_eq!(page.plan(&stand_in.log, window), "partial");
    let gaps = [
        (window.0, before(1400)),
        (before(1600), before(3000)),
        (before(3200), before(3400)),
        (before(3450), window.1),
    ];
    assert_eq!(page.ranges("missing-range"), gaps);
    let before_it = stand_in.requests().len();
    // The counts are all there when the first page is asked for.
    valve.hold_after(0);
    page.start_fetch();
    valve.wait_until_held();
    let price = page.says(&hook("told-price"), "To fetch: ");
    let counted = &stand_in.requests()[before_it..];
    assert!(asked(counted, "submit").is_empty(), "{counted:?}");
    page.picture("told-price");
    let price = price.strip_prefix("To fetch: ").unwrap();
    // A count a gap and as many pages as its lines need, each at least one request.
    let told = "2,150 events in 6 pages, at least 10 requests, about ";
    assert!(
        price.starts_with(told) && price.ends_with("kB on disk, no wait expected"),
        "{price}"
    );
    valve.open();

    let receipt = page.receipt();
    // Two pages of the second gap are kept, but for the newest millisecond, of which more may come.
    let kept_ms = log.times[1600 + 2 * 500 - 1];
    let failed = (kept_ms, gaps[1].1);
    assert_eq!(page.ranges("failed-range"), [failed]);
    let kept = [gaps[0], (gaps[1].0, kept_ms), gaps[2], gaps[3]];
    assert_eq!(page.ranges("kept-range"), kept);
    let said = &receipt.said;
    assert!(!receipt.ok && said.contains("1 range failed"), "{said}");
    assert!(said.contains("4 ranges kept"), "{said}");
    let cost = price.strip_suffix(", no wait expected").unwrap();
    let cost = cost.replace("at least ", "");
    assert!(
        said.contains(&format!("Expected {cost}; waited ")),
        "{said}"
    );
    assert_eq!(receipt.requests, stand_in.requests().len() - before_it);
    page.rows_are(log.within(window.0, window.1) - log.within(failed.0, failed.1));
    assert_eq!(page.ranges("missing-range"), [failed]);
    page.picture("failed-range");
}

fn connecting_and_pricing_count_their_waits_down_and_can_be_stopped(kind: Kind) {
    let refused =
        |kind: &str| json!({"kind": kind, "fault": {"rate_limited": {"reset_seconds": WAIT}}});
    let faults = json!({"faults": [refused("logs"), refused("count")]});
    let stage = Stage::with_faults(&faults, |log| log.lines(1000, 200, Plain));
    let browser = browser(kind);
    let page = Page::open(&browser, &stage.companion);
    browser.fill(&hook("base-url"), &stage.valve.origin);
    browser.fill(&hook("api-key"), &stage.stand_in.key);
    browser.click(&hook("connect"));
    counts_down(&page, "[data-testid=connection]");
    page.picture("connecting");
    browser.click(&hook("cancel-connect"));
    stage.connect(&page);

    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
    browser.click(&hook("price-button"));
    counts_down(&page, ".coverage");
    page.picture("pricing");
    browser.click(&hook("cancel-price"));
    browser.click(&hook("price-button"));
    page.says(&hook("price"), "1,000 events in 2 pages");
    let waits = "return document.querySelectorAll('[data-testid=waits]').length";
    assert_eq!(browser.run(waits, &Value::Null), 0);
}

fn with_columns_from_messages_switched_off_a_part_has_none_and_the_switch_and_the_theme_are_remembered(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(10, 200, Pairs));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    let columns_of = |name: &str| {
        page.fetch_all();
        let copied = stage.path(name);
        page.copy_out(&copied);
        let mut summary = stage.stand_in.local("summary", window, &copied);
        let columns = binary::end(summary.arg("--json")).ok().json()["columns"].to_string();
        assert!(columns.contains("message"), "{columns}");
        columns.contains("field")
    };
    page.plan(&stage.stand_in.log, window);
    assert!(columns_of("on"));
    page.delete_dataset();

    browser.click(&hook("promote"));
    browser.click(&hook("theme"));
    page.wait("[data-theme=light]");
    page.reload();
    page.wait("[data-theme=light]");
    stage.connect(&page);
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");
    assert!(!columns_of("off"));
    page.picture("switched-off");
    page.rows_are(10);
}
