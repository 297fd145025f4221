//! Two tabs on one log: one fetches, the other reads at once and waits to fetch; nothing is stored twice, and a lock never outlives its holder.

use super::{LINE_BYTES, PAGES_A_PART, Stage, browser};
use serde_json::json;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::hook;
use windrow_tests::stand_in::asked;

in_browsers! {
    of_two_tabs_one_fetches_and_the_other_reads_waits_and_fetches_only_the_rest,
    a_tab_that_waits_goes_on_when_the_one_it_waits_for_is_closed_and_a_reload_takes_its_lock_back,
    // Firefox has no command that freezes a tab.
    a_tab_that_is_frozen_while_it_fetches_is_waited_for_and_goes_on_when_it_wakes in Chromium,
}

fn of_two_tabs_one_fetches_and_the_other_reads_waits_and_fetches_only_the_rest(kind: Kind) {
    let stage = Stage::of(|log| log.lines(9000, LINE_BYTES, Plain));
    let Stage {
        valve,
        stand_in,
        log,
        ..
    } = &stage;
    let browser = browser(kind);
    let first = stage.open(&browser);
    let one = (log.start_ms(), log.times[6000]);
    let two = (log.times[3000], log.end_ms());
    stage.fetch_held_with_a_part(&first, one, PAGES_A_PART + 1);
    let fetching = browser.tab();

    // The second tab reads what the first has kept, without waiting for it.
    let (reading, second) = stage.open_in_new_tab(&browser);
    let kept_ms = stage.proven_to(&second, two);
    assert!(kept_ms < one.1);
    // It may not delete under the first one's hands: that is tried for three seconds, and then explained.
    second.press_delete();
    second.says(
        "[data-testid=banner][data-kind=failed]",
        "is writing to this log",
    );
    second.start_fetch();
    second.waits_for_another_tab();
    second.says(&hook("progress"), "Waiting for another tab");

    second.picture("another-tab");

    // Each range is asked for and stored once.
    valve.open();
    let receipt = second.receipt();
    assert!(receipt.ok && receipt.decision == "partial", "{receipt:?}");
    assert_eq!(receipt.rows, log.within(two.0, two.1));
    second.rows_are(receipt.rows);
    browser.show(&fetching);
    assert!(first.receipt().ok);
    first.rows_are(log.within(one.0, one.1));
    let submitted = asked(&stand_in.requests(), "submit");
    assert_eq!(submitted, [(one.0 - 1, one.1), (one.1 - 1, two.1)]);
    assert_eq!(first.plan(&stand_in.log, (one.0, two.1)), "hit");
    first.rows_are(log.times.len());
    assert!(first.verify());

    // The same window, twice at once: the second finds it held, and asks for nothing.
    first.delete_dataset();
    stage.fetch_held_after(&first, one, 2);
    browser.show(&reading);
    second.plan(&stand_in.log, one);
    second.start_fetch();
    second.waits_for_another_tab();
    valve.open();
    let receipt = second.receipt();
    assert!(
        receipt.ok && receipt.decision == "hit" && receipt.requests == 0,
        "{receipt:?}"
    );
    second.rows_are(log.within(one.0, one.1));
}

fn a_tab_that_waits_goes_on_when_the_one_it_waits_for_is_closed_and_a_reload_takes_its_lock_back(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(6000, LINE_BYTES, Plain));
    let Stage {
        valve,
        stand_in,
        log,
        ..
    } = &stage;
    let browser = browser(kind);
    let first = stage.open(&browser);
    let window = (log.start_ms(), log.end_ms());

    // A reload in the middle of a fetch: the old page's lock may linger, and is waited for.
    stage.fetch_held_after(&first, window, 3);
    first.reload();
    stage.connect(&first);
    valve.open();
    let decision = stage.fetch_held_with_a_part(&first, window, PAGES_A_PART + 1);
    assert_eq!(decision, "miss");

    // A tab that fetches and comes to no end: the other waits, may stop waiting, and takes over once it is closed.
    let holding = browser.tab();
    let (waiting, second) = stage.open_in_new_tab(&browser);
    let kept_ms = stage.proven_to(&second, window);
    second.start_fetch();
    second.waits_for_another_tab();
    browser.click(&hook("cancel-button"));
    assert!(second.failure("Cancelled").contains("Nothing was changed"));
    second.start_fetch();
    second.waits_for_another_tab();
    browser.show(&holding);
    browser.close_tab();
    browser.show(&waiting);
    valve.open();
    assert!(second.receipt().ok);
    let submitted = asked(&stand_in.requests(), "submit");
    assert_eq!(submitted.last(), Some(&(kept_ms - 1, window.1)));
    second.rows_are(log.times.len());
    assert!(second.verify());
}

fn a_tab_that_is_frozen_while_it_fetches_is_waited_for_and_goes_on_when_it_wakes(kind: Kind) {
    let stage = Stage::of(|log| log.lines(6000, LINE_BYTES, Plain));
    let Stage { valve, log, .. } = &stage;
    let browser = browser(kind);
    let first = stage.open(&browser);
    let window = (log.start_ms(), log.end_ms());
    stage.fetch_held_with_a_part(&first, window, PAGES_A_PART + 1);
    let holding = browser.tab();
    let freeze = |state: &str| {
        browser.debug("Page.setWebLifecycleState", &json!({"state": state}));
    };
    freeze("frozen");
    let (waiting, second) = stage.open_in_new_tab(&browser);
    stage.proven_to(&second, window);
    second.start_fetch();
    second.waits_for_another_tab();
    valve.open();

    browser.show(&holding);
    freeze("active");
    assert!(first.receipt().ok);
    browser.show(&waiting);
    let receipt = second.receipt();
    assert!(receipt.ok && receipt.requests == 0, "{receipt:?}");
    second.rows_are(log.times.len());
    assert!(second.verify());
}
