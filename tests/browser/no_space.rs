//! The browser gives the site no more space: what is proven is kept, the page says where it stopped, and deleting makes room.

use super::Stage;
use serde_json::json;
use windrow_tests::driver::{Browser, Kind, Setup};
use windrow_tests::made_log::Fill::Noise;
use windrow_tests::page::hook;

in_browsers! {
    without_space_a_fetch_keeps_what_is_proven_says_where_it_stopped_and_goes_on_once_something_is_deleted,
}

/// Enough for one part of these lines, which is about 4.7 MB, and not for three. Firefox gives any site 10 MB.
const QUOTA_BYTES: u64 = 12 << 20;

fn without_space_a_fetch_keeps_what_is_proven_says_where_it_stopped_and_goes_on_once_something_is_deleted(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(14_000, 2048, Noise));
    // Firefox gives a site a fifth of this, in kB.
    let fifth = json!({"dom.quotaManager.temporaryStorage.fixedLimit": QUOTA_BYTES * 5 / 1024});
    let setup = Setup {
        preferences: fifth,
        ..Setup::default()
    };
    let browser = Browser::start(kind, setup);
    let page = stage.open(&browser);
    if kind == Kind::Chromium {
        let quota = json!({"origin": stage.companion.origin, "quotaSize": QUOTA_BYTES});
        browser.debug("Storage.overrideQuotaForOrigin", &quota);
    }
    let (stand_in, log) = (&stage.stand_in, &stage.log);
    let window = (log.start_ms(), log.end_ms());
    page.plan(&stand_in.log, window);
    let receipt = page.fetch();
    assert!(!receipt.ok && receipt.rows > 0, "{receipt:?}");
    let said = page.says(&hook("no-space"), "no space left for this site");
    assert!(said.contains("Everything up to 2025-01-01 "), "{said}");
    page.picture("no-space");
    let until_ms = stage.proven_to(&page, window);
    assert_eq!(receipt.rows, log.within(window.0, until_ms));
    assert!(
        page.parts().values().all(|is_whole| *is_whole),
        "nothing unfinished takes up space"
    );

    // Again it stops, at once or a little later, and still loses nothing.
    let rest = (until_ms, window.1);
    page.plan(&stand_in.log, rest);
    page.start_fetch();
    page.says(".outcome.is-bad", "o space left");
    browser.click(&hook("choose-deletion"));
    stage.proven_to(&page, window);

    // What is full can be emptied, and then there is room.
    page.delete_dataset();
    page.says("[data-testid=banner][data-kind=done]", "freed");
    assert!(page.parts().is_empty());
    let small = (log.start_ms(), log.times[3000]);
    assert_eq!(page.plan(&stand_in.log, small), "miss");
    page.fetch_all();
    page.rows_are(3000);
    assert!(page.verify());
}
