//! What the page says is of the log, the window and the run that are meant: two logs of one name, a window pasted whole,
//! a window of several days in local time, and figures that another choice makes old.

use super::{Stage, browser};
use serde_json::json;
use windrow_tests::door::Door;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::hook;

in_browsers! {
    of_two_logs_of_one_name_each_is_chosen_and_opened_as_itself,
    a_window_pasted_whole_fills_both_fields_and_every_range_of_some_days_says_its_own_and_is_fetched_alone,
    a_price_a_verification_and_a_summary_are_of_what_is_shown,
}

/// The log API has one more log, of the same name as the first.
const TWIN: &str = "if (globalThis.WorkerGlobalScope) {
    const real = fetch;
    globalThis.fetch = async (...asked) => {
        const answer = await real(...asked);
        if (!/management\\/logs\\b/.test(answer.url)) return answer;
        const said = await answer.json();
        said.logs.unshift({...said.logs[0], id: 'twin'});
        const headers = new Headers(answer.headers);
        headers.delete('content-length');
        return new Response(JSON.stringify(said), {status: answer.status, headers});
    };
}";

fn of_two_logs_of_one_name_each_is_chosen_and_opened_as_itself(kind: Kind) {
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let door = Door::before(&stage.companion);
    door.change(TWIN);
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    for at in 0..2 {
        browser.click(&format!("[data-testid=log-choice]:nth-child({})", at + 1));
        browser.until(
            &format!("log {at} alone to be chosen"),
            "const choices = [...document.querySelectorAll('[data-testid=log-choice]')];
             return choices.length === 2 && choices.every((choice, at) =>
                 choice.innerText === 'made.log' && (choice.getAttribute('aria-pressed') === 'true') === (at === args))",
            &json!(at),
        );
    }

    // One of them is held; another is looked at last.
    let window = (stage.log.start_ms(), stage.log.end_ms());
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");
    page.fetch_all();
    assert_eq!(page.plan("twin", window), "miss");
    browser.click("[data-testid=dataset] .held-open");
    page.wait("[data-testid=decision].is-hit");

    // The picker of the log finds the other by its id, and says what is cached of each.
    browser.enter(&hook("log-search"), "twin");
    page.wait("[data-testid=decision].is-miss");
    page.says(
        "[data-testid=known-log][aria-pressed=true]",
        "Nothing cached",
    );
    browser.click("[data-testid=known-log][aria-pressed=false]");
    page.wait("[data-testid=decision].is-hit");

    // Its address leads to it, before the logs are listed and after.
    assert_eq!(page.plan("twin", window), "miss");
    let address = format!(
        "{}&log={}&from={}&to={}",
        door.url, stage.stand_in.log, window.0, window.1
    );
    // An address with a token is taken by the page as it starts, so this is a reload.
    browser.goto("about:blank");
    browser.goto(&address);
    page.wait_until_ready();
    assert_eq!(page.decision(), "hit");
    stage.connect(&page);
    assert_eq!(page.plan_again(), "hit");
    page.rows_are(stage.log.times.len());
}

/// An hour of summer time begins at 2025-03-30 01:00 UTC.
const CLOCK_CHANGE: &str = "if (!globalThis.WorkerGlobalScope)
    Date.prototype.getTimezoneOffset = function () { return this < 1743296400000 ? -60 : -120; };";

fn a_window_pasted_whole_fills_both_fields_and_every_range_of_some_days_says_its_own_and_is_fetched_alone(
    kind: Kind,
) {
    const HOUR: i64 = 3_600_000;
    /// 2025-03-28 23:00 UTC: midnight.
    const MIDNIGHT: i64 = 1_743_202_800_000;
    let stage = Stage::of(|log| log.lines(10, 200, Plain));
    let door = Door::before(&stage.companion);
    door.change(CLOCK_CHANGE);
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    let both_are = |from: &str, to: &str| {
        browser.until(
            &format!("{from} and {to} in the fields"),
            "return ['from', 'to'].every((name, at) => document.querySelector(`[data-testid=${name}]`).value === args[at])",
            &json!([from, to]),
        );
    };
    browser.fill(&hook("typed"), "2025-03-28 09:00 - 10:00");
    both_are("2025-03-28 09:00", "2025-03-28 10:00");
    browser.fill(&hook("to"), "later");
    page.says(&hook("window-error"), "is not a time");
    browser.fill(&hook("from"), "2025-03-29 09:00 - 12:00");
    browser.click(&hook("to"));
    both_are("2025-03-29 09:00", "2025-03-29 12:00");
    browser.click(&hook("zone-local"));
    both_are("2025-03-29 10:00", "2025-03-29 13:00");

    for hour in [9, 12] {
        let held = (MIDNIGHT + hour * HOUR, MIDNIGHT + (hour + 1) * HOUR);
        page.plan(&stage.stand_in.log, held);
        page.fetch_all();
    }
    let days = (MIDNIGHT, MIDNIGHT + 71 * HOUR);
    assert_eq!(page.plan(&stage.stand_in.log, days), "partial");
    assert_eq!(page.ranges("missing-range").len(), 3);
    page.says(&hook("missing-range"), "2025-03-29 10:00 - 12:00");
    page.says(
        ".where .when",
        "2025-03-29 00:00 +01:00 - 2025-04-01 00:00 +02:00",
    );
    page.says(&hook("held-share"), "3 % cached");
    page.picture("some-days");
    browser.click(&hook("fetch-gap"));
    browser.until(
        "two gaps left",
        "return document.querySelectorAll(args).length === 2",
        &json!(hook("missing-range")),
    );
}

/// The cache of a log with this name never answers.
const STUCK: &str = "if (globalThis.WorkerGlobalScope) {
    const real = FileSystemDirectoryHandle.prototype.getDirectoryHandle;
    FileSystemDirectoryHandle.prototype.getDirectoryHandle = function (name, ...how) {
        return name.includes('stuck') ? new Promise(() => {}) : real.call(this, name, ...how);
    };
}";

fn a_price_a_verification_and_a_summary_are_of_what_is_shown(kind: Kind) {
    let stage = Stage::of(|log| log.lines(1200, 200, Plain));
    let door = Door::before(&stage.companion);
    door.change(STUCK);
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    let is_gone = |name: &str| {
        browser.until(
            &format!("no {name}"),
            "return document.querySelector(args) === null",
            &json!(hook(name)),
        );
    };
    let window = (stage.log.start_ms(), stage.log.end_ms());
    assert_eq!(page.plan(&stage.stand_in.log, window), "miss");

    // The price of the gaps is none of the whole window's.
    browser.click(&hook("price-button"));
    page.wait(&hook("price"));
    browser.click(&hook("bypass"));
    is_gone("price");

    // What lies beside the cache is not what would be verified.
    let receipt = page.fetch_all();
    assert_eq!((receipt.decision.as_str(), receipt.rows), ("bypass", 1200));
    page.rows_are(1200);
    page.wait("[data-testid=verify-button][aria-disabled=true]");
    browser.click(&hook("bypass"));
    page.fetch_all();
    page.wait("[data-testid=decision].is-hit");
    assert!(page.verify());

    // A window that is still looked at has no figures yet, and none of the one before.
    browser.click(&hook("tab-summary"));
    page.wait("[data-testid=summary][data-rows=\"1200\"]");
    browser.fill(&hook("log-input"), "stuck");
    browser.click(&hook("plan-button"));
    page.wait(".coverage .looking");
    is_gone("summary");
}
