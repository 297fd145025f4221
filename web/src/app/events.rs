//! The structured events of this tab's runs, as JSON lines, newest on top.

use super::browser;
use super::icon::{Icon, icon};
use super::page::Page;
use crate::protocol::EventLine;
use crate::state::words::count;
use leptos::prelude::*;

/// Lines drawn; all that are held are copied and downloaded.
const DRAWN: usize = 300;

/// The panel.
#[component]
pub(crate) fn Events(page: Page) -> impl IntoView {
    let is_empty = Memo::new(move |_| page.journal.with(|journal| journal.is_empty()));
    let text = move || page.journal.with_untracked(|journal| journal.text());
    let line = move || {
        page.journal.with(|journal| {
            let mut line = format!("{} events of this tab's runs", count(journal.len() as u64));
            if journal.dropped() > 0 {
                line.push_str(&format!(
                    ", {} older ones are gone",
                    count(journal.dropped())
                ));
            }
            if journal.len() > DRAWN {
                line.push_str(&format!(", the newest {DRAWN} are drawn"));
            }
            line
        })
    };
    let lines = move || {
        page.journal
            .with(|journal| journal.lines().rev().take(DRAWN).map(event).collect_view())
    };
    let save = move |_| {
        browser::download(
            "windrow-events.jsonl",
            "application/x-ndjson",
            text().as_bytes(),
        );
    };
    view! {
        <div class="events-head">
            <p class="hint">{line}</p>
            <button
                type="button"
                class="quiet"
                data-testid="copy-events"
                disabled=move || is_empty.get()
                on:click=move |_| page.copy(text(), "Event log")
            >
                {icon(Icon::Copy)}
                "Copy"
            </button>
            <button
                type="button"
                class="quiet"
                data-testid="download-events"
                disabled=move || is_empty.get()
                on:click=save
            >
                {icon(Icon::Download)}
                "Download"
            </button>
        </div>
        <div class="event-log" data-testid="event-log" tabindex="0" aria-label="Event log">
            {lines}
        </div>
    }
}

/// What an event says beyond its name.
fn fields_of(line: &EventLine) -> String {
    let named = format!("\"event\":\"{}\"", line.event);
    line.json
        .split_once(&named)
        .map_or(line.json.as_str(), |(_, fields)| fields)
        .trim_start_matches(',')
        .trim_end_matches('}')
        .to_owned()
}

fn event(line: &EventLine) -> impl IntoView + use<> {
    let class = match line.level.as_str() {
        "ERROR" => "event is-error",
        "WARN" => "event is-warn",
        _ => "event",
    };
    view! {
        <details class=class data-testid="event">
            <summary>
                <span class="event-ts mono">{line.ts.clone()}</span>
                <span class="event-level">{line.level.clone()}</span>
                <span class="event-name mono">{line.event.clone()}</span>
                <span class="event-json mono">{fields_of(line)}</span>
            </summary>
            <pre class="block">{line.json.clone()}</pre>
        </details>
    }
}
