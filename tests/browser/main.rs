//! The page as the analyst meets it, in the real browser that `WINDROW_BROWSER` names.
//!
//! The stand-in is a process of its own, so that it can be stopped; the companion relays to it on a free port.
#![expect(clippy::unwrap_used, reason = "in a test a surprise is a failed test")]

mod closed_tab;
mod real_input;
mod same_parts;
mod stopped_and_damaged;
mod untrusted;

use std::path::PathBuf;
use windrow_tests::driver::Browser;
use windrow_tests::page::Companion;
use windrow_tests::real_log::RealLog;
use windrow_tests::stand_in::StandIn;

/// A real log, its log API, the companion and a browser.
struct Scene {
    browser: Browser,
    companion: Companion,
    stand_in: StandIn,
    log: RealLog,
    directory: tempfile::TempDir,
}

impl Scene {
    /// With answers so late.
    fn with_delay(delay_ms: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = RealLog::copy_into(directory.path());
        let stand_in = StandIn::replay(&log, delay_ms, directory.path());
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
