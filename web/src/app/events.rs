//! The structured events of this tab's runs, as JSON lines, newest on top.

use super::el::{Child, El, el, flag, many, shown, text};
use super::icon::{Icon, icon};
use super::page::Page;
use crate::protocol::EventLine;
use crate::state::words::{count, split_once};
use leptos::prelude::*;

/// The panel.
pub(crate) fn events(page: Page) -> AnyView {
    let is_empty = move || page.journal.with(|journal| journal.is_empty());
    let all = move || page.journal.with_untracked(|journal| journal.text());
    let line = move || {
        page.journal.with(|journal| {
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
    let lines = move || {
        page.journal
            .with(|journal| journal.drawn().map(event).collect::<Vec<_>>())
    };
    let save = move |_| {
        page.save(
            "windrow-events.jsonl",
            "application/x-ndjson",
            all().as_bytes(),
        );
    };
    many(vec![
        el("div class='events-head'")
            .child(el("p class='hint'").child(text(line)))
            .child(
                el("button type='button' class='quiet' data-testid='copy-events'")
                    .attr("disabled", flag(is_empty))
                    .attr("aria-label", "Copy the event log")
                    .on("click", move |_| page.copy(all(), "Event log"))
                    .child(icon(Icon::Copy))
                    .child("Copy"),
            )
            .child(
                el("button type='button' class='quiet' data-testid='download-events'")
                    .attr("disabled", flag(is_empty))
                    .attr("aria-label", "Download the event log")
                    .on("click", save)
                    .child(icon(Icon::Download))
                    .child("Download"),
            )
            .view(),
        el("div class='event-log' data-testid='event-log' role='log' tabindex='0'")
            .attr("aria-live", "off")
            .attr("aria-label", "Event log")
            .child(shown(lines))
            .view(),
    ])
}

/// What an event says beyond its name.
fn fields_of(line: &EventLine) -> String {
    let named = format!("\"event\":\"{}\"", line.event);
    split_once(&line.json, &named)
        .map_or(line.json.as_str(), |(_, fields)| fields)
        .trim_start_matches(',')
        .trim_end_matches('}')
        .to_owned()
}

fn event(line: &EventLine) -> El {
    let class = match line.level.as_str() {
        "ERROR" => "event is-error",
        "WARN" => "event is-warn",
        _ => "event",
    };
    el("details data-testid='event'")
        .class(class)
        .child(
            el("summary")
                .child(el("span class='event-ts mono'").child(line.ts.clone()))
                .child(el("span class='event-level'").child(line.level.clone()))
                .child(el("span class='event-name mono'").child(line.event.clone()))
                .child(el("span class='event-json mono'").child(fields_of(line))),
        )
        .child(el("pre class='block'").child(line.json.clone()))
}
