//! The page as the analyst meets it, in the real browser that `WINDROW_BROWSER` names.
//!
//! The stand-in is a process of its own, so that it can be stopped; the companion relays to it on a free port.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a surprise is a failed test"
)]

mod another_window;
mod cleared;
mod closed_tab;
mod in_the_way;
mod killed_browser;
mod killed_worker;
mod less_of_a_browser;
mod no_space;
mod of_this_window;
mod other_hands;
mod proved_wrong;
mod real_input;
mod same_parts;
mod stopped_and_damaged;
mod told;
mod two_tabs;
mod untrusted;

use serde_json::{Value, json};
use std::path::PathBuf;
use windrow_tests::door::Door;
use windrow_tests::driver::{Browser, Setup};
use windrow_tests::made_log::MadeLog;
use windrow_tests::page::{Companion, Page};
use windrow_tests::real_log::RealLog;
use windrow_tests::stand_in::StandIn;
use windrow_tests::valve::Valve;

/// A real log, its log API, the companion and a browser.
struct Scene {
    browser: Browser,
    companion: Companion,
    stand_in: StandIn,
    log: RealLog,
    directory: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = RealLog::copy_into(directory.path());
        let stand_in = StandIn::replay(&log, 0, directory.path());
        Self {
            companion: Companion::relaying_to(&stand_in),
            browser: Browser::start(),
            stand_in,
            log,
            directory,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

/// Requests before the first page of a gap: its count.
const COUNT: usize = 1;

/// A made log, its log API behind a valve, and the companion: what is fetched stops where the test wants it to.
struct Stage {
    companion: Companion,
    valve: Valve,
    stand_in: StandIn,
    log: MadeLog,
    directory: tempfile::TempDir,
}

impl Stage {
    fn of(make: impl FnOnce(MadeLog) -> MadeLog) -> Self {
        Self::with_faults(&json!({"faults": []}), make)
    }

    fn with_faults(faults: &Value, make: impl FnOnce(MadeLog) -> MadeLog) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = make(MadeLog::new(directory.path())).written();
        let stand_in = StandIn::start(&log.path, "UTC", faults, directory.path());
        let valve = Valve::before(&stand_in.origin);
        Self {
            companion: Companion::relaying(&valve.origin),
            valve,
            stand_in,
            log,
            directory,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Opens the page in the tab shown, and connects.
    fn open<'a>(&self, browser: &'a Browser) -> Page<'a> {
        let page = Page::open(browser, &self.companion);
        self.connect(&page);
        page
    }

    /// Opens the page behind a door, and connects.
    fn open_behind<'a>(&self, door: &Door, browser: &'a Browser) -> Page<'a> {
        let page = Page::open_at(browser, &door.url);
        self.connect(&page);
        page
    }

    /// Opens the page in a new tab, and connects. Gives the tab too.
    fn open_in_new_tab<'a>(&self, browser: &'a Browser) -> (String, Page<'a>) {
        let tab = browser.new_tab();
        browser.show(&tab);
        (tab, self.open(browser))
    }

    fn connect(&self, page: &Page<'_>) {
        page.connect_by(&self.valve.origin, &self.stand_in);
    }

    /// Starts to fetch a window, and waits until so many queries have passed. Gives the decision of its plan.
    fn fetch_held_after(&self, page: &Page<'_>, window: (i64, i64), queries: usize) -> String {
        let decision = page.plan(&self.stand_in.log, window);
        self.valve.hold_after(queries);
        page.start_fetch();
        self.valve.wait_until_held();
        decision
    }

    /// The same, and until a part is written: the page after the one that fills it may be asked for before.
    fn fetch_held_with_a_part(
        &self,
        page: &Page<'_>,
        window: (i64, i64),
        queries: usize,
    ) -> String {
        let decision = self.fetch_held_after(page, window, queries);
        page.wait_for_a_part();
        decision
    }

    /// Looks at a window, and checks that the page shows exactly what is proven from its start on. Gives where that ends.
    fn proven_to(&self, page: &Page<'_>, window: (i64, i64)) -> i64 {
        assert_eq!(page.plan(&self.stand_in.log, window), "partial");
        let cached = page.ranges("cached-range");
        assert!(cached.len() == 1 && cached[0].0 == window.0, "{cached:?}");
        let until_ms = cached[0].1;
        assert_eq!(page.ranges("missing-range"), [(until_ms, window.1)]);
        let rows = self.log.within(window.0, until_ms);
        assert!(rows > 0);
        page.rows_are(rows);
        until_ms
    }
}

/// A browser as people have it.
fn browser() -> Browser {
    Browser::start_as(Setup::default())
}
