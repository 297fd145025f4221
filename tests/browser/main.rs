//! The page as the analyst meets it, in both browsers at once: `chromium::two_tabs::...` and `firefox::two_tabs::...`.
//!
//! The stand-in is a process of its own, so that it can be stopped; the companion relays to it on a free port.
//! Tests run beside each other in this one process, which has a harness of its own: it ends the browsers that the tests share,
//! and says which tests took longest.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a surprise is a failed test"
)]

/// Lists a module's tests. Each is run in both browsers, unless it says in which alone.
macro_rules! in_browsers {
    (@kinds) => { &windrow_tests::driver::Kind::ALL };
    (@kinds $only:ident) => { &[windrow_tests::driver::Kind::$only] };
    ($($test:ident $(in $only:ident)?,)+) => {
        pub(super) const TESTS: &[super::Test] = &[$(super::Test {
            name: stringify!($test),
            run: $test,
            kinds: in_browsers!(@kinds $($only)?),
        },)+];
    };
}

mod accessible;
mod another_window;
mod cleared;
mod closed_tab;
mod columns;
mod context;
mod emptied;
mod filtering;
mod in_the_way;
mod in_use;
mod killed_browser;
mod killed_worker;
mod large_window;
mod less_of_a_browser;
mod minimap;
mod no_space;
mod of_this_window;
mod other_hands;
mod plot;
mod proved_wrong;
mod reading;
mod real_input;
mod same_parts;
mod stopped_and_damaged;
mod told;
mod two_tabs;
mod untrusted;

use libtest_mimic::{Arguments, Trial};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use windrow_tests::door::Door;
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::driver::{Browser, Kind};
use windrow_tests::made_log::MadeLog;
use windrow_tests::page::{Companion, Page};
use windrow_tests::pool::{self, Borrowed};
use windrow_tests::stand_in::StandIn;
use windrow_tests::valve::Valve;

/// A behaviour, as a function of the browser it is tried in.
struct Test {
    name: &'static str,
    run: fn(Kind),
    kinds: &'static [Kind],
}

/// Tests by their modules. Those that take long come first, so that none of them is left alone at the end.
const MODULES: &[(&str, &[Test])] = &[
    ("killed_worker", killed_worker::TESTS),
    ("two_tabs", two_tabs::TESTS),
    ("no_space", no_space::TESTS),
    ("other_hands", other_hands::TESTS),
    ("stopped_and_damaged", stopped_and_damaged::TESTS),
    ("large_window", large_window::TESTS),
    ("less_of_a_browser", less_of_a_browser::TESTS),
    ("cleared", cleared::TESTS),
    ("told", told::TESTS),
    ("killed_browser", killed_browser::TESTS),
    ("another_window", another_window::TESTS),
    ("closed_tab", closed_tab::TESTS),
    ("plot", plot::TESTS),
    ("minimap", minimap::TESTS),
    ("context", context::TESTS),
    ("reading", reading::TESTS),
    ("filtering", filtering::TESTS),
    ("columns", columns::TESTS),
    ("real_input", real_input::TESTS),
    ("same_parts", same_parts::TESTS),
    ("accessible", accessible::TESTS),
    ("of_this_window", of_this_window::TESTS),
    ("proved_wrong", proved_wrong::TESTS),
    ("in_the_way", in_the_way::TESTS),
    ("in_use", in_use::TESTS),
    ("untrusted", untrusted::TESTS),
    ("emptied", emptied::TESTS),
];

/// Tests that run at once, unless `--test-threads` says otherwise.
const AT_ONCE: usize = 3;

/// So many of the longest are named at the end.
const LONGEST: usize = 10;

/// What each test took.
static TOOK: Mutex<Vec<(Duration, String)>> = Mutex::new(Vec::new());

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials = Vec::new();
    for &(module, tests) in MODULES {
        for test in tests {
            trials.extend(test.kinds.iter().map(|kind| test.trial(module, *kind)));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    pool::end_idle();
    let mut took = std::mem::take(&mut *TOOK.lock().unwrap());
    took.sort_unstable();
    for (time, name) in took.iter().rev().take(LONGEST) {
        println!("{:6.1} s  {name}", time.as_secs_f64());
    }
    conclusion.exit_code()
}

impl Test {
    fn trial(&self, module: &str, kind: Kind) -> Trial {
        let name = format!("{kind}::{module}::{}", self.name);
        let (run, of) = (self.run, name.clone());
        Trial::test(name, move || {
            let started = Instant::now();
            run(kind);
            TOOK.lock().unwrap().push((started.elapsed(), of));
            Ok(())
        })
    }
}

/// A log of dpkg, its log API, the companion and a browser.
struct Scene {
    // It goes first: see the pool.
    browser: Borrowed,
    companion: Companion,
    stand_in: StandIn,
    log: DpkgLog,
    directory: tempfile::TempDir,
}

impl Scene {
    fn new(kind: Kind) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = DpkgLog::write_into(directory.path());
        let stand_in = StandIn::replay(&log, 0, directory.path());
        Self {
            companion: Companion::relaying_to(&stand_in),
            browser: browser(kind),
            stand_in,
            log,
            directory,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

/// So many rows are a part where a [`Stage`] is fetched, instead of the megabytes of a usual one: the ninth page of 500 fills it.
const FLUSH_ROWS: &str = "4100";
const PAGES_A_PART: usize = 9;

/// Enough to be told apart.
const LINE_BYTES: usize = 128;

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
            companion: Companion::relaying_with(&valve.origin, &["--flush-rows", FLUSH_ROWS]),
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

    /// Starts to fetch a window, and waits until so many pages have passed. Gives the decision of its plan.
    fn fetch_held_after(&self, page: &Page<'_>, window: (i64, i64), pages: usize) -> String {
        let decision = page.plan(&self.stand_in.log, window);
        self.valve.hold_after(pages);
        page.start_fetch();
        self.valve.wait_until_held();
        decision
    }

    /// The same, and until a part is written: the page after the one that fills it may be asked for before.
    fn fetch_held_with_a_part(&self, page: &Page<'_>, window: (i64, i64), pages: usize) -> String {
        let decision = self.fetch_held_after(page, window, pages);
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
fn browser(kind: Kind) -> Borrowed {
    pool::borrow(kind)
}
