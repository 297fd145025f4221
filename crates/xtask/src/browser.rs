//! What runs in real browsers: the conformance suite over the private file system, the messages between page and worker, and the page end to end.

use crate::command;
use crate::setup::{Toolbox, Which};
use crate::step::Steps;
use crate::test;

/// In one call, so that what they have in common is built once.
const IN_A_WORKER: &str = "test --package windrow-store --package windrow-protocol --target wasm32-unknown-unknown \
     --features windrow-store/conformance --test opfs --test messages";
const END_TO_END: &str = "test --workspace --features windrow-tests/browser --test browser";

/// Both, or a word on why not.
pub(crate) fn run(steps: &mut Steps, tools: &Toolbox, built: bool, no_browser: bool) {
    let page = "page end to end in both browsers";
    let conformance = |which: Which| format!("store conformance and messages in {}", which.name());
    let Some(browsers) = tools.browsers() else {
        let why = if no_browser {
            "--no-browser"
        } else {
            "no browser was found"
        };
        for which in Which::ALL {
            steps.skip(&conformance(which), why);
        }
        steps.skip(page, why);
        return;
    };
    for which in Which::ALL {
        steps.run(&conformance(which), || {
            let mut tests = command::cargo(IN_A_WORKER);
            tests.env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                "wasm-bindgen-test-runner",
            );
            let tests = browsers.choose(tools.equip(&mut tests), which);
            Ok(command::tests(tests)?.into())
        });
    }
    if !built {
        steps.skip(page, "windrow was not built");
        return;
    }
    steps.run(page, || {
        let mut tests = command::cargo(END_TO_END);
        let tests = browsers.both(tools.equip(&mut tests));
        Ok(command::tests(test::with_windrow(tests))?.into())
    });
}
