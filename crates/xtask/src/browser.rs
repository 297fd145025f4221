//! What runs in real browsers: the conformance suite over the private file system, and the page end to end.

use crate::command;
use crate::setup::{Toolbox, Which};
use crate::step::Steps;
use crate::test;

const CONFORMANCE: &str = "test --package windrow-store --target wasm32-unknown-unknown --test opfs --features conformance";
const END_TO_END: &str = "test --package windrow-tests --features browser --test browser";

/// What only Firefox can show: Chromium keeps files in its private window as well.
const FIREFOX_ONLY: [&str; 3] = ["--", "--skip", "where_the_browser_keeps_no_files"];

/// What only Chromium can show: Firefox has no command that freezes a tab.
const CHROMIUM_ONLY: [&str; 3] = ["--", "--skip", "a_tab_that_is_frozen"];

/// Both, in both browsers, or a word on why not.
pub(crate) fn run(steps: &mut Steps, tools: &Toolbox, built: bool, no_browser: bool) {
    for which in Which::ALL {
        let conformance = format!("store conformance in {}", which.name());
        let page = format!("page end to end in {}", which.name());
        let Some(browsers) = tools.browsers() else {
            let why = if no_browser {
                "--no-browser"
            } else {
                "no browser was found"
            };
            steps.skip(&conformance, why);
            steps.skip(&page, why);
            continue;
        };
        steps.run(&conformance, || {
            let mut tests = command::cargo(CONFORMANCE);
            tests.env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                "wasm-bindgen-test-runner",
            );
            let tests = browsers.choose(tools.equip(&mut tests), which);
            Ok(command::tests(tests)?.into())
        });
        if !built {
            steps.skip(&page, "windrow was not built");
            continue;
        }
        steps.run(&page, || {
            let mut tests = command::cargo(END_TO_END);
            tests.args(match which {
                Which::Chromium => FIREFOX_ONLY,
                Which::Firefox => CHROMIUM_ONLY,
            });
            let tests = browsers.choose(tools.equip(&mut tests), which);
            Ok(command::tests(test::with_windrow(tests))?.into())
        });
    }
}
