//! The structured events of this tab's runs, as JSON lines, newest on top.

use super::effects::EventLog;
use crate::features::contexts::Actions;
use crate::protocol::EventLine;
use crate::ui::escape::plain;
use crate::ui::format::count;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// The panel.
#[component]
pub(crate) fn EventsPanel() -> impl IntoView {
    let EventLog(log) = expect_context();
    let actions = expect_context::<Actions>();
    let is_empty = Memo::new(move |_| log.with(|journal| journal.is_empty()));
    let all = move || log.with_untracked(|journal| journal.text());
    let line = move || {
        log.with(|journal| {
            let mut line = format!("{} events of this tab's runs", count(journal.len() as u64));
            if journal.dropped() > 0 {
                line.push_str(&format!(
                    ", {} older ones are gone",
                    count(journal.dropped())
                ));
            }
            let drawn = journal.drawn().len();
            if drawn < journal.len() {
                line.push_str(&format!(", the newest {drawn} are drawn"));
            }
            line
        })
    };
    // In the order they came, which the style sheet turns round: an event that is opened stays the one it is.
    let lines = move || log.with(|journal| journal.drawn().map(event).collect_view());
    view! {
        <div class="events-head">
            <p class="hint grow">{line}</p>
            <button
                type="button"
                data-testid="copy-events"
                aria-label="Copy the event log"
                aria-disabled=move || is_empty.get().to_string()
                on:click=move |_| actions.copy.run((all(), "Event log"))
            >
                {Icon::Copy.view()}
                "Copy"
            </button>
            <button
                type="button"
                data-testid="download-events"
                aria-label="Download the event log"
                aria-disabled=move || is_empty.get().to_string()
                on:click=move |_| {
                    let file = "windrow-events.jsonl".to_owned();
                    actions.save.run((file, "application/x-ndjson", all().into_bytes()));
                }
            >
                {Icon::Download.view()}
                "Download"
            </button>
        </div>
        <div
            class="event-log"
            data-testid="event-log"
            role="log"
            tabindex="0"
            aria-live="off"
            aria-label="Event log"
        >
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

fn event(line: &EventLine) -> AnyView {
    let class = match line.level.as_str() {
        "ERROR" => "event is-error",
        "WARN" => "event is-warning",
        _ => "event",
    };
    view! {
        <details data-testid="event" class=class>
            <summary>
                <span class="event-ts mono">{line.ts.clone()}</span>
                <span class="event-level">{line.level.clone()}</span>
                <span class="event-name mono">{line.event.clone()}</span>
                <span class="event-json mono">{plain(&fields_of(line))}</span>
            </summary>
            <pre class="block">{plain(&line.json)}</pre>
        </details>
    }
    .into_any()
}
