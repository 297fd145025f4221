//! The whole browser is killed in the middle of a fetch: it finds everything proven in its profile again.

use super::{LINE_BYTES, PAGES_A_PART, Stage};
use windrow_tests::driver::{Browser, Kind, Setup};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::stand_in::asked;

in_browsers! {
    a_browser_killed_in_the_middle_of_a_fetch_goes_on_from_what_its_profile_holds,
}

fn a_browser_killed_in_the_middle_of_a_fetch_goes_on_from_what_its_profile_holds(kind: Kind) {
    let stage = Stage::of(|log| log.lines(8000, LINE_BYTES, Plain));
    let in_profile = || {
        let setup = Setup {
            profile: Some(stage.path("profile")),
            ..Setup::default()
        };
        Browser::start(kind, setup)
    };
    std::fs::create_dir(stage.path("profile")).unwrap();
    let window = (stage.log.start_ms(), stage.log.end_ms());
    let browser = in_profile();
    let page = stage.open(&browser);
    stage.fetch_held_with_a_part(&page, window, PAGES_A_PART + 2);
    browser.kill();

    let browser = in_profile();
    stage.valve.open();
    let page = stage.open(&browser);
    let until_ms = stage.proven_to(&page, window);
    let before = stage.stand_in.requests().len();
    page.fetch_all();
    let submitted = asked(&stage.stand_in.requests()[before..], "submit");
    assert_eq!(submitted, [(until_ms - 1, window.1)]);
    page.rows_are(stage.log.times.len());
    assert!(page.verify());
}
