//! The worker that writes the cache is killed, runs out of memory or grows too large: what is proven is kept, and the page goes on with a new one.

use super::{LINE_BYTES, PAGES_A_PART, Stage, browser};
use serde_json::{Value, json};
use windrow_tests::door::Door;
use windrow_tests::driver::{Browser, Kind};
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::hook;
use windrow_tests::stand_in::asked;

in_browsers! {
    a_worker_killed_at_any_point_of_a_fetch_leaves_exactly_what_is_proven_and_no_row_twice,
    a_worker_killed_in_a_burst_of_one_millisecond_leaves_what_came_before_and_no_row_twice,
    a_worker_that_runs_out_of_memory_or_ends_without_a_word_is_replaced_and_says_so,
    a_worker_that_traps_in_the_middle_of_a_fetch_is_replaced_and_says_so,
    a_worker_that_has_grown_too_large_gives_its_memory_back_and_nothing_is_noticed,
    a_worker_that_ends_by_itself_is_noticed_and_started_again,
}

fn a_worker_killed_at_any_point_of_a_fetch_leaves_exactly_what_is_proven_and_no_row_twice(
    kind: Kind,
) {
    let stage = Stage::of(|log| log.lines(12_000, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let Stage {
        valve,
        stand_in,
        log,
        ..
    } = &stage;
    let window = (log.start_ms(), log.times[11_900]);
    let rows = log.within(window.0, window.1);

    // Before the first event: nothing is held, and nothing lies about.
    stage.fetch_held_after(&page, window, 0);
    page.kill_worker();
    page.failure("WorkerEnded");
    page.says("[data-testid=banner][data-kind=worker]", "started again");
    valve.open();
    assert_eq!(page.plan(&stand_in.log, window), "miss");
    assert!(page.parts().is_empty());

    // After the first part, with more received than is written.
    valve.hold_after(PAGES_A_PART + 2);
    page.start_fetch();
    valve.wait_until_held();
    page.wait_for_a_part();
    page.kill_worker();
    let said = page.says(&hook("run-failed"), "1 gap is left");
    valve.open();
    let first_ms = stage.proven_to(&page, window);
    let kept = grouped(log.within(window.0, first_ms));
    assert!(
        said.contains(&format!("{kept} rows of this window are kept")),
        "{said}"
    );

    // As soon as the next part is whole, whether or not it was announced.
    valve.hold_after(PAGES_A_PART + 1);
    page.start_fetch();
    kill_once_whole(&browser, first_ms);
    page.failure("WorkerEnded");
    valve.open();
    let second_ms = stage.proven_to(&page, window);
    assert!(second_ms > first_ms);

    // The rest, and only that; all of it as if nothing had happened.
    let before = stand_in.requests().len();
    page.fetch_all();
    let submitted = asked(&stand_in.requests()[before..], "submit");
    assert_eq!(submitted, [(second_ms - 1, window.1)]);
    page.rows_are(rows);
    assert!(page.verify());
    let (copied, undisturbed) = (stage.path("copied"), stage.path("undisturbed"));
    page.copy_out(&copied);
    stand_in.fetch(window, &undisturbed, &[]);
    assert_eq!(
        stand_in.rows(window, &copied),
        stand_in.rows(window, &undisturbed)
    );
}

/// Kills the worker the moment the first part of the segment that starts at `from_ms` is whole.
fn kill_once_whole(browser: &Browser, from_ms: i64) {
    browser.run_async(
        "const find = async directory => {
           for await (const [name, handle] of directory.entries()) {
             if (handle.kind === 'directory') {
               const found = await find(handle);
               if (found) return found;
             } else if (name === 'part-00000.parquet' && await isOf(handle)) return true;
           }
         };
         const isOf = async handle => {
           const path = await (await navigator.storage.getDirectory()).resolve(handle);
           if (!path?.includes(`from=${args}`)) return false;
           const file = await handle.getFile();
           return file.size > 8 && await file.slice(-4).text() === 'PAR1';
         };
         for (;;) {
           const found = await find(await navigator.storage.getDirectory()).catch(() => false);
           if (found) break;
           await new Promise(resolve => setTimeout(resolve, 5));
         }
         document.querySelector('[data-testid=restart-worker]').click();",
        &json!(from_ms),
    );
}

/// `12345` as the page writes it, up to a million.
fn grouped(number: usize) -> String {
    if number < 1000 {
        return number.to_string();
    }
    format!("{},{:03}", number / 1000, number % 1000)
}

fn a_worker_killed_in_a_burst_of_one_millisecond_leaves_what_came_before_and_no_row_twice(
    kind: Kind,
) {
    let stage = Stage::of(|log| {
        log.lines(500, LINE_BYTES, Plain)
            .burst(10_000, LINE_BYTES)
            .lines(20, LINE_BYTES, Plain)
    });
    let browser = browser(kind);
    let page = stage.open(&browser);
    let (log, valve) = (&stage.log, &stage.valve);
    let window = (log.start_ms(), log.end_ms());
    page.plan(&stage.stand_in.log, window);
    // The burst's part has its first row group, or two, and stays open for more.
    for pages in [PAGES_A_PART + 2, 2 * PAGES_A_PART + 2] {
        valve.hold_after(pages);
        page.start_fetch();
        valve.wait_until_held();
        page.kill_worker();
        page.failure("WorkerEnded");
        valve.open();
        assert_eq!(stage.proven_to(&page, window), log.times[500]);
    }
    page.fetch_all();
    page.rows_are(log.times.len());
    assert!(page.verify());
    let (copied, undisturbed) = (stage.path("copied"), stage.path("undisturbed"));
    page.copy_out(&copied);
    stage.stand_in.fetch(window, &undisturbed, &[]);
    assert_eq!(
        stage.stand_in.rows(window, &copied),
        stage.stand_in.rows(window, &undisturbed)
    );
}

/// Lets a test take the memory that the worker's instance has left, and end the worker without a word.
const TAKE_MEMORY: &str = "if (globalThis.WorkerGlobalScope) {
   let memory;
   for (const name of ['instantiate', 'instantiateStreaming']) {
     const real = WebAssembly[name];
     WebAssembly[name] = async (...all) => {
       const made = await real.apply(WebAssembly, all);
       memory = (made.instance ?? made).exports.memory;
       return made;
     };
   }
   new BroadcastChannel('end').onmessage = () => close();
   const take = new BroadcastChannel('take');
   take.onmessage = () => {
     for (let pages = 32768; pages >= 1;) {
       try { memory.grow(pages); } catch { pages >>= 1; }
     }
     take.postMessage(memory.buffer.byteLength);
   };
 }";

fn a_worker_that_runs_out_of_memory_or_ends_without_a_word_is_replaced_and_says_so(kind: Kind) {
    // The tenth page is the last before a line that takes more memory than there will be.
    let stage = Stage::of(|log| {
        log.lines(5000, LINE_BYTES, Plain)
            .lines(2, 15 << 20, Plain)
            .lines(10, LINE_BYTES, Plain)
    });
    let door = Door::before(&stage.companion);
    door.change(TAKE_MEMORY);
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    let (stand_in, log, valve) = (&stage.stand_in, &stage.log, &stage.valve);
    let window = (log.start_ms(), log.end_ms());

    // Without a word.
    stage.fetch_held_after(&page, window, 3);
    browser.run(
        "new BroadcastChannel('end').postMessage(0); return true",
        &Value::Null,
    );
    page.failure("WorkerEnded");
    page.says(
        "[data-testid=banner][data-kind=worker]",
        "ended from outside",
    );
    page.picture("worker-restarted");
    valve.open();

    // Out of memory: all there is goes to something else, then a line comes that needs more.
    assert_eq!(page.plan(&stand_in.log, window), "miss");
    valve.hold_after(10);
    page.start_fetch();
    valve.wait_until_held();
    page.wait_for_a_part();
    let taken = browser.run_async(
        "const take = new BroadcastChannel('take');
         const taken = new Promise(done => take.onmessage = ({data}) => done(data));
         take.postMessage(0);
         return await taken",
        &Value::Null,
    );
    assert!(
        taken.as_u64().is_some_and(|bytes| bytes > 1 << 30),
        "{taken}"
    );
    valve.open();
    let why = page.failure("WorkerEnded");
    assert!(why.contains("MB of memory in use"), "{why}");
    page.says(
        "[data-testid=banner][data-kind=worker]",
        "Everything that was finished is kept",
    );
    page.picture("out-of-memory");

    // The page stays usable, and with a worker of usual size the fetch ends.
    stage.proven_to(&page, window);
    page.fetch_all();
    page.rows_are(log.times.len());
    assert!(page.verify());
}

/// Lets a test make the worker's instance trap in the middle of what it does: its next look at the clock asks its own allocator for
/// what no allocator can give, which ends in `unreachable`.
const TRAP: &str = "if (globalThis.WorkerGlobalScope) {
   let allocate, is_armed = false;
   for (const name of ['instantiate', 'instantiateStreaming']) {
     const real = WebAssembly[name];
     WebAssembly[name] = async (...all) => {
       const made = await real.apply(WebAssembly, all);
       const exported = (made.instance ?? made).exports;
       allocate = exported.__wbindgen_malloc ?? exported.__wbindgen_export;
       return made;
     };
   }
   const now = Date.now;
   Date.now = () => {
     if (is_armed) allocate(1, 3);
     return now();
   };
   const arm = new BroadcastChannel('arm');
   arm.onmessage = () => {
     is_armed = true;
     arm.postMessage('armed');
   };
 }";

fn a_worker_that_traps_in_the_middle_of_a_fetch_is_replaced_and_says_so(kind: Kind) {
    let stage = Stage::of(|log| log.lines(6000, LINE_BYTES, Plain));
    let door = Door::before(&stage.companion);
    door.change(TRAP);
    let browser = browser(kind);
    let page = stage.open_behind(&door, &browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    stage.fetch_held_with_a_part(&page, window, PAGES_A_PART + 1);
    browser.run_async(
        "const arm = new BroadcastChannel('arm');
         const armed = new Promise(done => arm.onmessage = done);
         arm.postMessage(0);
         await armed",
        &Value::Null,
    );
    stage.valve.open();
    let why = page.failure("WorkerEnded");
    assert!(why.contains("unreachable"), "{why}");
    page.says(
        "[data-testid=banner][data-kind=worker]",
        "Everything that was finished is kept",
    );
    stage.proven_to(&page, window);
    page.fetch_all();
    page.rows_are(6000);
    assert!(page.verify());
}

fn a_worker_that_has_grown_too_large_gives_its_memory_back_and_nothing_is_noticed(kind: Kind) {
    let stage = Stage::of(|log| {
        log.lines(1200, 200, Plain)
            .lines(3, 15 << 20, Plain)
            .lines(300, 200, Plain)
    });
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
    page.fetch_all();
    page.says(&hook("event-log"), "worker_recycled");
    browser.until(
        "a small worker",
        "const held = Number(document.querySelector('[data-testid=worker-memory]').dataset.bytes); return held > 0 && held < 128 * 1024 * 1024",
        &Value::Null,
    );
    // What was open is still open, and can be read and searched.
    page.rows_are(stage.log.times.len());
    page.first_row_shows("line 0 ");
    browser.enter(&hook("find-input"), "line 1199 ");
    page.says(&hook("find-count"), "1 of 1 match in");
    let banners = browser.run(
        "return document.querySelectorAll('[data-testid=banner]').length",
        &Value::Null,
    );
    assert_eq!(banners, 0);
}

fn a_worker_that_ends_by_itself_is_noticed_and_started_again(kind: Kind) {
    let stage = Stage::of(|log| log.lines(6000, LINE_BYTES, Plain));
    let browser = browser(kind);
    let page = stage.open(&browser);
    let window = (stage.log.start_ms(), stage.log.end_ms());
    page.plan(&stage.stand_in.log, window);
    stage.valve.hold_after(PAGES_A_PART + 1);
    page.start_fetch();
    stage.valve.wait_until_held();
    page.wait_for_a_part();
    // The lock that it holds for life goes to another, as it would with its end.
    let life = browser.run_async(
        "const {held} = await navigator.locks.query();
         const [life] = held.filter(lock => lock.name.startsWith('windrow worker'));
         await navigator.locks.request(life.name, {steal: true}, () => {});
         return life.name;",
        &Value::Null,
    );
    assert!(life.is_string(), "{life}");
    page.failure("WorkerEnded");
    page.says(
        "[data-testid=banner][data-kind=worker]",
        "ended from outside",
    );
    stage.valve.open();
    stage.proven_to(&page, window);
    page.fetch_all();
    page.rows_are(6000);
    assert!(page.verify());
}
