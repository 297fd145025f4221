//! A tab that is closed in the middle of a fetch loses nothing that was written, and the next one fetches only the rest.

use super::{LINE_BYTES, PAGES_A_PART, Stage, browser};
use windrow_tests::binary::end;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;

in_browsers! {
    a_tab_closed_in_the_middle_of_a_fetch_is_completed_to_the_undisturbed_run,
}

fn a_tab_closed_in_the_middle_of_a_fetch_is_completed_to_the_undisturbed_run(kind: Kind) {
    let stage = Stage::of(|log| log.lines(9000, LINE_BYTES, Plain));
    let browser = browser(kind);
    let (stand_in, log) = (&stage.stand_in, &stage.log);
    let window = (log.start_ms(), log.end_ms());
    let undisturbed = stage.path("undisturbed");
    stand_in.fetch(window, &undisturbed, &[]);

    let page = stage.open(&browser);
    stage.fetch_held_with_a_part(&page, window, PAGES_A_PART + 1);
    let next = browser.new_tab();
    browser.close_tab();
    browser.show(&next);
    stage.valve.open();

    // What the new tab holds is true: exactly the log's lines in what it calls cached.
    let second = stage.open(&browser);
    stage.proven_to(&second, window);
    let receipt = second.fetch();
    assert!(receipt.ok && receipt.decision == "partial", "{receipt:?}");
    second.rows_are(log.times.len());

    let copied = stage.path("copied");
    second.copy_out(&copied);
    assert_eq!(
        stand_in.rows(window, &copied),
        stand_in.rows(window, &undisturbed)
    );
    assert_eq!(
        end(stand_in.local("verify", window, &copied).arg("--json"))
            .ok()
            .json()["ok"],
        true
    );
}
