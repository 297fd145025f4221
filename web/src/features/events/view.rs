//! The structured events of this tab's runs, as JSON lines, newest on top.

use super::effects::EventLog;
use super::journal::Journal;
use crate::features::contexts::Actions;
use crate::ui::escape::plain;
use crate::ui::format::count;
use crate::ui::icon::Icon;
use leptos::prelude::*;
use windrow_protocol::EventLine;

/// The panel.
#[component]
pub(crate) fn EventsPanel() -> impl IntoView {
    let log = expect_context::<EventLog>();
    let actions = expect_context::<Actions>();
    let is_empty = move || log.with(Journal::is_empty);
    let save = move |_| {
        let name = "windrow-events.jsonl".to_owned();
        actions
            .save
            .run((name, "application/x-ndjson", log.text().into_bytes()));
    };
    // In the order they came, which the style sheet turns round: an event that is opened stays the one it is.
    let drawn = move || {
        log.with(|journal| {
            let numbers = journal.first_drawn()..;
            numbers.zip(journal.drawn().cloned()).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="events-head">
            <p class="hint">{move || log.with(line)}</p>
            <span class="grow"></span>
            <button
                type="button"
                class="is-small"
                data-testid="copy-events"
                disabled=is_empty
                aria-label="Copy the event log"
                on:click=move |_| actions.copy.run((log.text(), "Event log"))
            >
                {Icon::Copy.small()}
                "Copy"
            </button>
            <button
                type="button"
                class="is-small"
                data-testid="download-events"
                disabled=is_empty
                aria-label="Download the event log"
                on:click=save
            >
                {Icon::Download.small()}
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
            <For
                each=drawn
                key=|(number, _)| *number
                children=|(_, line)| view! { <EventView line/> }
            />
        </div>
    }
}

/// How many there are, and how many are drawn.
fn line(journal: &Journal) -> String {
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
}

/// What an event says beyond its name.
fn fields_of(line: &EventLine) -> String {
    let named = format!("\"event\":\"{}\"", line.event);
    let fields = line.json.split_once(&named);
    let fields = fields.map_or(line.json.as_str(), |(_, fields)| fields);
    plain(fields.trim_start_matches(',').trim_end_matches('}'))
}

#[component]
fn EventView(line: EventLine) -> impl IntoView {
    let class = match line.level.as_str() {
        "ERROR" => "event is-error",
        "WARN" => "event is-warning",
        _ => "event",
    };
    view! {
        <details class=class data-testid="event">
            <summary>
                <span class="event-ts mono">{line.ts.clone()}</span>
                <span class="event-level">{line.level.clone()}</span>
                <span class="event-name mono">{line.event.clone()}</span>
                <span class="event-json mono">{fields_of(&line)}</span>
            </summary>
            <pre class="json">{plain(&line.json)}</pre>
        </details>
    }
}
