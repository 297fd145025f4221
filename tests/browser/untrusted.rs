//! Log text is text, scripts that are not the page's own do not run, and the key is kept nowhere.

use super::{Scene, browser};
use serde_json::{Value, json};
use windrow_tests::door::Door;
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::driver::{Browser, Kind};
use windrow_tests::page::{Companion, Page, hook};
use windrow_tests::stand_in::StandIn;

in_browsers! {
    markup_in_a_log_line_is_text_that_does_nothing,
    an_inline_script_and_a_foreign_address_are_blocked_by_the_policy,
    the_key_is_in_no_storage_no_address_no_event_and_no_part,
    the_key_is_nowhere_after_a_session_in_which_the_server_repeats_it,
}

const LINES: [&str; 3] = [
    "2025-01-01 00:00:00 <img src=x onerror=\"window.ran = 1\"><script>window.ran = 2</script>",
    "2025-01-01 00:00:01 <a href=\"javascript:window.ran = 3\">click</a> &amp; &lt;b&gt;",
    "2025-01-01 00:00:02 </div></body><h1 id=\"injected\">markup</h1>\u{202e}txt.exe",
];

fn markup_in_a_log_line_is_text_that_does_nothing(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hostile.log");
    std::fs::write(&file, LINES.join("\n")).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory.path());
    let companion = Companion::relaying_to(&stand_in);
    let browser = browser(kind);
    let page = Page::open(&browser, &companion);
    page.connect(&stand_in);
    // 2025-01-01, ten seconds of it.
    page.plan(&stand_in.log, (1_735_689_600_000, 1_735_689_610_000));
    page.fetch_all();
    page.rows_are(LINES.len());
    page.first_row_shows("<img src=x onerror=\"window.ran = 1\"><script>window.ran = 2</script>");
    let seen = browser.run(
        "const rows = [...document.querySelectorAll('[data-testid=row]')];
         // The table itself makes the seconds of a time bold.
         const ofTime = element => element.matches('.c-time > b') && /^\\d\\d\\.\\d{3}$/.test(element.textContent);
         const made = row => [...row.querySelectorAll('img, script, a, h1, b')].filter(element => !ofTime(element)).length;
         return {texts: rows.map(row => row.textContent), made: rows.reduce((n, row) => n + made(row), 0),
                 injected: document.querySelector('#injected') !== null, ran: window.ran ?? null}",
        &Value::Null,
    );
    assert_eq!(
        (&seen["made"], &seen["injected"], &seen["ran"]),
        (&json!(0), &json!(false), &Value::Null),
        "{seen}"
    );
    let texts = seen["texts"].to_string();
    assert!(
        texts.contains("&amp; &lt;b&gt;") && texts.contains("</div></body>"),
        "{texts}"
    );
    assert!(
        !texts.contains('\u{202e}'),
        "a character that turns the line around is shown, not obeyed: {texts}"
    );
}

fn an_inline_script_and_a_foreign_address_are_blocked_by_the_policy(kind: Kind) {
    let scene = Scene::new(kind);
    let Scene {
        browser,
        companion,
        stand_in,
        ..
    } = &scene;
    Page::open(browser, companion);
    let outcome = browser.run_async(
        "const blocked = [];
         document.addEventListener('securitypolicyviolation', event => blocked.push(event.effectiveDirective));
         const script = document.createElement('script');
         script.textContent = 'window.ran = 1';
         document.body.append(script);
         const reached = await fetch(args + '/management/logs').then(() => true, () => false);
         await new Promise(resolve => {
           const look = () => blocked.length >= 2 ? resolve() : setTimeout(look, 20);
           look();
         });
         return {ran: window.ran ?? null, reached, blocked: blocked.sort()}",
        &json!(stand_in.origin),
    );
    assert_eq!(
        outcome,
        json!({"ran": null, "reached": false, "blocked": ["connect-src", "script-src-elem"]})
    );
}

fn the_key_is_in_no_storage_no_address_no_event_and_no_part(kind: Kind) {
    let scene = Scene::new(kind);
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = &scene;
    let door = Door::before(companion);
    door.change(CONSOLE);
    let page = Page::open_at(browser, &door.url);
    page.connect(stand_in);
    page.plan(
        &stand_in.log,
        (log.quantile_ms(1, 4), log.quantile_ms(2, 4)),
    );
    page.fetch_all();
    page.wait(&hook("event-log"));
    assert_eq!(who_says(browser, &stand_in.key, None), [] as [&str; 0]);
    assert_eq!(
        who_says(browser, &stand_in.key, Some(&stand_in.key)),
        ["page", "worker"],
        "a key in a line of either console is found"
    );
    let kept = browser.run_async(
        "const databases = await indexedDB.databases();
         return JSON.stringify({local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie, url: location.href,
                                databases, caches: await caches.keys(), history: history.state, page: document.documentElement.outerHTML})",
        &Value::Null,
    );
    let kept = kept.as_str().unwrap();
    assert!(
        kept.contains("event-log") && !kept.contains(&stand_in.key),
        "the key is kept"
    );
    let files = page.files();
    assert!(files.keys().any(|path| path.ends_with(".parquet")));
    for (path, bytes) in files {
        let found = bytes
            .windows(stand_in.key.len())
            .any(|window| window == stand_in.key.as_bytes());
        assert!(!found, "{path} holds the key");
    }
    // The token of this run is stripped from the address as well.
    let token = companion.url.split('#').nth(1).unwrap_or_default();
    assert!(token.len() > 15 && !browser.url().contains(token));
    let asked = stand_in
        .requests()
        .iter()
        .map(Value::to_string)
        .collect::<String>();
    assert!(!asked.contains(&stand_in.key));
}

/// Makes page and worker repeat to the page, as `said`, every line of their consoles and every error that nobody took.
const CONSOLE: &str = "{
   const channel = new BroadcastChannel('console');
   const who = globalThis.WorkerGlobalScope ? 'worker' : 'page';
   const text = word => { try { return `${word} ${JSON.stringify(word)}`; } catch { return String(word); } };
   const say = (...words) => channel.postMessage({who, line: words.map(text).join(' ')});
   for (const name of Object.keys(console).filter(name => typeof console[name] === 'function')) {
     const before = console[name];
     console[name] = (...words) => { say(name, ...words); return before.apply(console, words); };
   }
   addEventListener('error', event => say('error', event.message, event.error));
   addEventListener('unhandledrejection', event => say('rejected', event.reason));
   channel.onmessage = ({data: {ask, plant}}) => {
     if (plant) console.warn('planted', plant);
     if (ask) channel.postMessage({who, asked: true});
   };
   if (who === 'page') {
     globalThis.said = [];
     globalThis.listening = new BroadcastChannel('console');
     listening.onmessage = ({data}) => { if (data.who) said.push(data); };
   }
 }";

/// Whose console has said `key` behind [`CONSOLE`], once both have said all they had to; with a line that is planted in both before.
fn who_says(browser: &Browser, key: &str, plant: Option<&str>) -> Vec<String> {
    browser.run(
        "window.said = window.said.filter(({asked}) => !asked);
         new BroadcastChannel('console').postMessage({ask: true, plant: args});
         return true",
        &json!(plant),
    );
    let found = browser.until(
        "both consoles",
        "const both = ['page', 'worker'];
         const has = (who, what) => window.said.some(said => said.who === who && what(said));
         return both.every(who => has(who, ({asked}) => asked)) && both.filter(who => has(who, ({line}) => line?.includes(args)))",
        &json!(key),
    );
    serde_json::from_value(found).unwrap()
}

/// Everything a page can keep or say, as one text; with what was said behind [`CONSOLE`], and downloaded since [`LISTEN`] ran.
const KEPT: &str = "
    const rows = async database => await new Promise((done, failed) => {
      const open = indexedDB.open(database);
      open.onerror = () => failed(open.error);
      open.onsuccess = () => {
        const names = [...open.result.objectStoreNames];
        if (!names.length) { open.result.close(); return done([]); }
        const all = names.map(name => new Promise(ok => {
          const asked = open.result.transaction(name).objectStore(name).getAll();
          asked.onsuccess = () => ok(JSON.stringify(asked.result));
          asked.onerror = () => ok('unreadable');
        }));
        Promise.all(all).then(texts => { open.result.close(); done(texts); });
      };
    });
    const databases = await indexedDB.databases();
    const kept = [];
    for (const {name} of databases) kept.push(name, ...await rows(name));
    for (const name of await caches.keys()) kept.push(name);
    const downloads = await Promise.all(window.blobs.map(blob => blob.arrayBuffer().then(bytes => new TextDecoder('latin1').decode(bytes))));
    return JSON.stringify({local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie, url: location.href,
      name: window.name, title: document.title, history: history.state, kept, said: window.said, downloads,
      entries: performance.getEntries().map(entry => entry.name), page: document.documentElement.outerHTML})";

const LISTEN: &str = "
    window.blobs = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = blob => { window.blobs.push(blob); return make.call(URL, blob); };
    return true";

fn the_key_is_nowhere_after_a_session_in_which_the_server_repeats_it(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let echo = |kind: &str, nth: u64, code: u16| json!({"kind": kind, "nth": nth, "fault": {"echo_key": {"code": code}}});
    // One failure that passes, a good run, and then a refusal in the middle of the session.
    let faults =
        json!({"faults": [echo("submit", 1, 503), echo("count", 3, 500), echo("submit", 3, 401)]});
    let stand_in = StandIn::start(&log.path, log.zone, &faults, directory.path());
    let companion = Companion::relaying_to(&stand_in);
    let browser = browser(kind);
    let door = Door::before(&companion);
    door.change(CONSOLE);
    let page = Page::open_at(&browser, &door.url);
    browser.run(LISTEN, &Value::Null);
    page.connect(&stand_in);
    let (first, middle, last) = (
        log.quantile_ms(1, 4),
        log.quantile_ms(2, 4),
        log.quantile_ms(3, 4),
    );
    page.plan(&stand_in.log, (first, middle));
    assert!(page.fetch().ok);
    page.plan(&stand_in.log, (first, last));
    page.start_fetch();
    browser.until(
        "a run that was refused",
        "return document.querySelector('[data-testid=run-failed], [data-testid=receipt][data-ok=false]') !== null",
        &Value::Null,
    );
    page.wait(&hook("event-log"));
    browser.run(
        "document.querySelector(args).click(); return true",
        &json!(hook("download-events")),
    );
    page.wait(&hook("download-part"));
    browser.run(
        "document.querySelector(args).click(); return true",
        &json!(hook("download-part")),
    );
    browser.until(
        "two downloads",
        "return window.blobs.length >= 2",
        &Value::Null,
    );
    browser.run(
        "navigator.clipboard.writeText = async text => { window.copied = text; };
         document.querySelector(args).click(); return true",
        &json!(hook("copy-events")),
    );
    let copied = browser.until("the events, copied", "return window.copied", &Value::Null);
    let copied = copied.as_str().unwrap();

    assert_eq!(who_says(&browser, &stand_in.key, None), [] as [&str; 0]);
    let kept = browser.run_async(KEPT, &Value::Null);
    let kept = kept.as_str().unwrap().to_lowercase();
    let key = stand_in.key.to_lowercase();
    assert!(
        kept.contains("fetch_subrange_") && kept.contains("par1"),
        "both downloads were looked at"
    );
    assert!(
        kept.contains("event-log") && !kept.contains(&key),
        "the page keeps or says the key"
    );
    assert!(
        copied.contains("fetch_subrange_") && !copied.to_lowercase().contains(&key),
        "{copied}"
    );
    // What searches can find.
    browser.run(
        "sessionStorage.setItem('planted', args); return true",
        &json!(key),
    );
    let planted = browser.run_async(KEPT, &Value::Null);
    assert!(planted.as_str().unwrap().contains(&key));

    let with_key = || {
        page.files()
            .into_iter()
            .find(|(path, bytes)| {
                (path.clone() + &String::from_utf8_lossy(bytes))
                    .to_lowercase()
                    .contains(&key)
            })
            .map(|(path, _)| path)
    };
    assert_eq!(with_key(), None);
    // The columns of parts are compressed: what they hold is read.
    let copied = directory.path().join("copied");
    page.copy_out(&copied);
    let rows = json!(stand_in.rows((first, middle), &copied)).to_string();
    assert!(rows.contains("message") && !rows.to_lowercase().contains(&key));
    page.put_files(&[("planted".to_owned(), key.clone().into_bytes())].into());
    assert_eq!(with_key().as_deref(), Some("planted"));
    let asked = stand_in.requests();
    let faults: Vec<_> = asked
        .iter()
        .filter(|request| request["faults"].to_string().contains("echo_key"))
        .collect();
    assert!(faults.len() >= 2, "the key was repeated: {asked:?}");
    assert!(!json!(asked).to_string().to_lowercase().contains(&key));
    assert!(
        !companion.end().to_lowercase().contains(&key),
        "the companion said the key"
    );
}
