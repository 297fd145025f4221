//! Somebody else holds a file that is to be removed: it is tried for about three seconds, and then explained.

use super::{Stage, browser};
use serde_json::{Value, json};
use windrow_tests::door::Door;
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::Page;

in_browsers! {
    a_file_that_somebody_holds_is_tried_again_until_it_is_free_and_explained_if_it_never_is,
}

/// Holds the one part open, as another program of this origin would, until `window.held` is closed.
fn hold_part(page: &Page<'_>) {
    let path = page.parts().into_keys().next().unwrap();
    page.browser.run_async(
        "let directory = await navigator.storage.getDirectory();
         const steps = args.split('/');
         for (const step of steps.slice(0, -1)) directory = await directory.getDirectoryHandle(step);
         window.held = await (await directory.getFileHandle(steps.at(-1))).createWritable({keepExistingData: true});",
        &json!(path),
    );
}

fn a_file_that_somebody_holds_is_tried_again_until_it_is_free_and_explained_if_it_never_is(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(100, 200, Plain));
    let door = Door::before(&stage.companion);
    // Every refusal is told to the page, and goes on when the page says so: however slow either is.
    door.change(
        "{ const real = FileSystemDirectoryHandle.prototype.removeEntry;
           const told = new BroadcastChannel('refused');
           FileSystemDirectoryHandle.prototype.removeEntry = async function (...all) {
             try { return await real.apply(this, all); } catch (error) {
               if (error.name === 'NoModificationAllowedError') await new Promise(go => {
                 told.onmessage = go;
                 told.postMessage(error.name);
               });
               throw error;
             }
           }; }",
    );
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    browser.run(
        "window.refused = 0;
         const channel = new BroadcastChannel('refused');
         channel.onmessage = async () => {
           window.refused += 1;
           await window.onrefused?.();
           channel.postMessage('go on');
         };
         return true",
        &Value::Null,
    );
    page.plan(
        &stage.stand_in.log,
        (stage.log.start_ms(), stage.log.end_ms()),
    );
    page.fetch_all();
    let refused = |times: &str| {
        browser.until(
            &format!("{times} refusals"),
            &format!("return window.refused {times}"),
            &Value::Null,
        );
    };

    // Never free: some thirty tries, a tenth of a second apart.
    hold_part(&page);
    page.press_delete();
    let said = page.says(
        "[data-testid=banner][data-kind=failed]",
        "is writing to this log",
    );
    assert!(said.contains("then"), "{said}");
    // What a channel tells may come after the answer.
    refused("=== 30");
    assert_eq!(page.parts().len(), 1);
    page.rows_are(100);

    // Free after the first refusals: nobody notices.
    browser.run(
        "window.refused = 0; window.onrefused = () => window.refused === 3 ? window.held.abort() : undefined; return true",
        &Value::Null,
    );
    page.delete_dataset();
    page.says("[data-testid=banner][data-kind=done]", "freed");
    refused(">= 3 && window.refused < 30");
    assert!(page.parts().is_empty());
}
