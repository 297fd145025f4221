//! The page in a browser, with the companion that serves it: what an analyst does, by the page's own hooks (`data-testid`).

use crate::binary::{self, LIMIT, Pipe, Running};
use crate::driver::Browser;
use crate::stand_in::{Range, StandIn};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// `windrow serve`, relaying to a stand-in.
#[derive(Debug)]
pub struct Companion {
    running: Running,
    /// The address with the token, as it is printed for a person to open.
    pub url: String,
    /// The same without token or path.
    pub origin: String,
}

impl Companion {
    /// Starts it on a free port. It holds no key: the page asks for one.
    pub fn relaying_to(stand_in: &StandIn) -> Self {
        Self::relaying(&stand_in.origin)
    }

    /// The same, for a log API at an address.
    pub fn relaying(origin: &str) -> Self {
        Self::relaying_with(origin, &[])
    }

    /// The same with more arguments.
    pub fn relaying_with(origin: &str, more: &[&str]) -> Self {
        let arguments = ["serve", "--json", "--port", "0", "--upstream", origin];
        let arguments = arguments.iter().chain(more);
        let mut running = Running::start(&mut binary::windrow(arguments), Pipe::Stdout);
        let said = running.until(|line| serde_json::from_str::<Value>(line).ok());
        let text = |name: &str| {
            said[name]
                .as_str()
                .unwrap_or_else(|| panic!("{said}"))
                .to_owned()
        };
        Self {
            running,
            url: text("url"),
            origin: text("origin"),
        }
    }

    /// Ends it, and gives all it said after its address.
    pub fn end(self) -> String {
        self.running.end()
    }
}

/// The selector of a hook.
pub fn hook(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

/// What the page shows of a run that is over.
#[derive(Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Rows of the window.
    pub rows: usize,
    /// Requests sent.
    pub requests: usize,
    /// How the window related to what was held.
    pub decision: String,
    /// Whether all of it is held now.
    pub ok: bool,
    /// All that it says.
    pub said: String,
}

/// The page, open in a browser's tab.
#[derive(Debug)]
pub struct Page<'a> {
    /// The browser it is in.
    pub browser: &'a Browser,
}

impl<'a> Page<'a> {
    /// Opens it in the tab shown.
    pub fn open(browser: &'a Browser, companion: &Companion) -> Self {
        Self::open_at(browser, &companion.url)
    }

    /// The same, by an address.
    pub fn open_at(browser: &'a Browser, url: &str) -> Self {
        browser.goto(url);
        let page = Self { browser };
        page.wait_until_ready();
        page
    }

    /// Loads it again.
    pub fn reload(&self) {
        self.browser.reload();
        self.wait_until_ready();
    }

    /// What axe-core finds wrong with what is shown, a violation each: its rule, and the elements that break it.
    pub fn axe(&self) -> Vec<String> {
        let script = std::env::var_os("WINDROW_AXE")
            .expect("WINDROW_AXE names axe-core's script: run `cargo xtask test`");
        let script = std::fs::read_to_string(script).unwrap();
        let found = self.browser.run_async(
            &format!(
                "{script};
                 const passing = document.getAnimations().filter(({{ effect }}) => effect.getTiming().iterations !== Infinity);
                 await Promise.allSettled(passing.map(({{ finished }}) => finished));
                 const {{ violations }} = await axe.run(document, {{ resultTypes: ['violations'] }});
                 return violations.map(({{ id, help, nodes }}) =>
                   `${{id}} (${{help}}): ${{nodes.map(({{ target }}) => target.join(' ')).join(', ')}}`);"
            ),
            &Value::Null,
        );
        serde_json::from_value(found).unwrap()
    }

    /// Waits until it can be used. What the companion says of itself changes a field, and must not do so while it is filled.
    pub fn wait_until_ready(&self) {
        self.wait(&hook("log-input"));
        self.wait(&hook("session"));
    }

    /// Connects with the stand-in's address and key.
    pub fn connect(&self, stand_in: &StandIn) {
        self.connect_by(&stand_in.origin, stand_in);
    }

    /// The same by another way to it.
    pub fn connect_by(&self, origin: &str, stand_in: &StandIn) {
        self.browser.fill(&hook("base-url"), origin);
        self.browser.fill(&hook("api-key"), &stand_in.key);
        self.browser.click(&hook("connect"));
        self.wait("[data-testid=\"access\"][data-state=\"open\"]");
    }

    /// Chooses a log and a window, and asks for its plan. Gives the decision.
    pub fn plan(&self, log: &str, window: Range) -> String {
        self.browser.fill(&hook("log-input"), log);
        self.browser.fill(&hook("from"), &window.0.to_string());
        self.browser.fill(&hook("to"), &window.1.to_string());
        self.plan_again()
    }

    /// Asks for the plan of what the fields hold. Gives the decision.
    pub fn plan_again(&self) -> String {
        self.browser.run(
            "for (const old of document.querySelectorAll('[data-testid=decision]')) old.dataset.old = 1; return true",
            &Value::Null,
        );
        self.browser.click(&hook("plan-button"));
        self.decision()
    }

    /// The decision of the plan shown, once there is one that was not marked as old.
    pub fn decision(&self) -> String {
        let text = self.browser.until(
            "a plan",
            "const shown = document.querySelector('[data-testid=decision]:not([data-old])'); return shown && shown.textContent.trim().toLowerCase()",
            &Value::Null,
        );
        text.as_str().unwrap().to_owned()
    }

    /// The ranges that the page lists as missing or as cached.
    pub fn ranges(&self, name: &str) -> Vec<Range> {
        let listed = self.browser.run(
            "return [...document.querySelectorAll(args)].map(range => [Number(range.dataset.from), Number(range.dataset.to)])",
            &json!(hook(name)),
        );
        crate::stand_in::ranges(&listed)
    }

    /// Starts the fetch.
    pub fn start_fetch(&self) {
        self.browser.click(&hook("fetch-button"));
    }

    /// Fetches, and waits for the receipt.
    pub fn fetch(&self) -> Receipt {
        self.start_fetch();
        self.receipt()
    }

    /// Fetches to a good end.
    pub fn fetch_all(&self) -> Receipt {
        let receipt = self.fetch();
        assert!(receipt.ok, "{receipt:?}");
        receipt
    }

    /// Waits for the receipt of the run.
    pub fn receipt(&self) -> Receipt {
        let shown = self.browser.until(
            "a receipt",
            "const shown = document.querySelector('[data-testid=receipt]'); return shown && {...shown.dataset, said: shown.innerText}",
            &Value::Null,
        );
        let number = |name: &str| shown[name].as_str().and_then(|text| text.parse().ok());
        Receipt {
            rows: number("rows").unwrap_or_else(|| panic!("{shown}")),
            requests: number("requests").unwrap_or_else(|| panic!("{shown}")),
            decision: shown["decision"].as_str().unwrap().to_owned(),
            ok: shown["ok"] == "true",
            said: shown["said"].as_str().unwrap().to_owned(),
        }
    }

    /// Ends the page's worker at once, as a person does who finds it stuck.
    pub fn kill_worker(&self) {
        self.browser.click(&hook("restart-worker"));
    }

    /// Waits until the run waits for another tab.
    pub fn waits_for_another_tab(&self) {
        self.wait("[data-testid=\"progress\"][data-waiting=\"true\"]");
    }

    /// Deletes everything held of the first dataset listed, with two presses, and waits until none is listed.
    pub fn delete_dataset(&self) {
        self.press_delete();
        self.browser.until(
            "no dataset",
            "return document.querySelector('[data-testid=dataset]') === null",
            &Value::Null,
        );
    }

    /// Presses the first dataset's delete button twice.
    pub fn press_delete(&self) {
        self.wait(&hook("delete-dataset"));
        self.browser.click(&hook("delete-dataset"));
        // A double click deletes nothing: the second press counts once the button asks.
        self.says(&hook("delete-dataset"), "?");
        self.browser.click(&hook("delete-dataset"));
    }

    /// The paths of the parts in the private file system, and whether each is whole: its file is there before.
    pub fn parts(&self) -> BTreeMap<String, bool> {
        let found = self.in_files(
            "const file = await handle.getFile();
             return path.endsWith('.parquet') ? file.size > 8 && await file.slice(-4).text() === 'PAR1' : undefined",
        );
        let parts = found.as_object().unwrap().iter();
        parts
            .map(|(path, is_whole)| (path.clone(), is_whole.as_bool().unwrap()))
            .collect()
    }

    /// Waits until a part is whole. A writer that is killed until then leaves nothing proven.
    pub fn wait_for_a_part(&self) {
        let until = Instant::now() + LIMIT;
        while !self.parts().values().any(|is_whole| *is_whole) {
            assert!(Instant::now() < until, "in {LIMIT:?} no part was whole");
            let pause = "await new Promise(go => setTimeout(go, 20))";
            self.browser.run_async(pause, &Value::Null);
        }
    }

    /// Waits until the page says why a run ended without a receipt, and gives that text.
    pub fn failure(&self, kind: &str) -> String {
        let text = self.browser.until(
            &format!("a run that failed by {kind}"),
            "const shown = document.querySelector(`[data-testid=run-failed][data-kind=${args}]`); return shown && shown.innerText",
            &json!(kind),
        );
        text.as_str().unwrap().to_owned()
    }

    /// Waits until an element says something, and gives all it says.
    pub fn says(&self, selector: &str, text: &str) -> String {
        let said = self.browser.until(
            &format!("{selector} to say {text}"),
            "const [selector, text] = args;
             const found = [...document.querySelectorAll(selector)].find(shown => shown.innerText.includes(text));
             return found && found.innerText",
            &json!([selector, text]),
        );
        said.as_str().unwrap().to_owned()
    }

    /// Verifies the window, and says whether all is well.
    pub fn verify(&self) -> bool {
        self.browser.run(
            "for (const old of document.querySelectorAll('[data-testid=verify-result]')) old.dataset.old = 1; return true",
            &Value::Null,
        );
        self.browser.click(&hook("verify-button"));
        let ok = self.browser.until(
            "the end of the verification",
            "return document.querySelector('[data-testid=verify-result]:not([data-old])')?.dataset.ok",
            &Value::Null,
        );
        ok == "true"
    }

    /// Waits until the table has exactly so many rows.
    pub fn rows_are(&self, rows: usize) {
        self.browser.until(
            &format!("{rows} rows"),
            "return document.querySelector('[data-testid=row-count]')?.dataset.rows === String(args)",
            &json!(rows),
        );
    }

    /// Waits until the first row in the document shows this text, and gives all its text.
    pub fn first_row_shows(&self, text: &str) -> String {
        let row = self.browser.until(
            &format!("a first row with {text}"),
            "const row = document.querySelector('[data-testid=row][data-row=\"0\"]'); return row && row.textContent.includes(args) && row.textContent",
            &json!(text),
        );
        row.as_str().unwrap().to_owned()
    }

    /// Waits for an element.
    pub fn wait(&self, selector: &str) {
        self.browser.until(
            selector,
            "return document.querySelector(args) !== null",
            &json!(selector),
        );
    }

    /// Pictures of what is shown, for people to look at: light and dark, wide and narrow, where `WINDROW_PICTURES` says where to.
    pub fn picture(&self, name: &str) {
        let Some(directory) = std::env::var_os("WINDROW_PICTURES") else {
            return;
        };
        let directory = Path::new(&directory);
        std::fs::create_dir_all(directory).unwrap();
        for (width, theme) in [
            (1440, "light"),
            (1440, "dark"),
            (800, "light"),
            (800, "dark"),
        ] {
            self.browser.resize(width, 1000);
            let set = "document.documentElement.dataset.theme = args; scrollTo(0, 0); return true";
            self.browser.run(set, &json!(theme));
            let file = format!("{name}-{}-{width}-{theme}.png", self.browser.kind());
            std::fs::write(directory.join(file), self.browser.screenshot()).unwrap();
        }
        self.browser.resize(1440, 1000);
    }

    /// Every file in the page's private file system, by path.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let files = self.in_files(
            "return new Uint8Array(await (await handle.getFile()).arrayBuffer()).toHex()",
        );
        let files = files.as_object().unwrap();
        files
            .iter()
            .map(|(path, hex)| (path.clone(), bytes_of(hex.as_str().unwrap())))
            .collect()
    }

    /// The paths in the page's private file system.
    pub fn paths(&self) -> Vec<String> {
        let files = self.in_files("return true");
        files.as_object().unwrap().keys().cloned().collect()
    }

    /// What a script says of the `path` and `handle` of each file that it says something of, by path.
    /// A tree that a writer changes meanwhile is read again.
    fn in_files(&self, script: &str) -> Value {
        self.browser.run_async(
            &format!(
                "const of = async (path, handle) => {{ {script} }};
                 const walk = async (found, directory, below) => {{
                   for await (const [name, handle] of directory.entries()) {{
                     const path = below + name;
                     if (handle.kind === 'directory') await walk(found, handle, path + '/');
                     else {{
                       const said = await of(path, handle);
                       if (said !== undefined) found[path] = said;
                     }}
                   }}
                 }};
                 for (;;) try {{
                   const found = {{}};
                   await walk(found, await navigator.storage.getDirectory(), '');
                   return found;
                 }} catch (error) {{
                   if (!['NotReadableError', 'NotFoundError'].includes(error.name)) throw error;
                 }}"
            ),
            &Value::Null,
        )
    }

    /// Writes files into the page's private file system.
    pub fn put_files(&self, files: &BTreeMap<String, Vec<u8>>) {
        for (path, bytes) in files {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            self.browser.run_async(
                "const steps = args.path.split('/');
                 let directory = await navigator.storage.getDirectory();
                 for (const step of steps.slice(0, -1)) directory = await directory.getDirectoryHandle(step, {create: true});
                 const writer = await (await directory.getFileHandle(steps.at(-1), {create: true})).createWritable();
                 await writer.write(Uint8Array.fromHex(args.hex));
                 await writer.close();",
                &json!({"path": path, "hex": hex}),
            );
        }
    }

    /// Copies what the page holds into a directory, for `windrow` to read.
    pub fn copy_out(&self, directory: &Path) {
        crate::tree::write(directory, &self.files());
    }
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
