//! A run as it goes and its receipt.

use super::browser;
use super::coverage::following;
use super::el::{Child, El, Shown, el, many, shown, text};
use super::icon::{Icon, icon};
use super::page::Page;
use super::ranges::{LISTED, unlisted};
use super::shown::Here;
use crate::protocol::{FailKind, Failed, Pause, Receipt};
use crate::state::escape::plain;
use crate::state::price::{compared, told_price};
use crate::state::receipt::{grouped, out_of_space_ms, receipt_line, rows_line};
use crate::state::run::{Run, Running, paused};
use crate::state::standing::decision_name;
use crate::state::words::{bytes, count, counted, decimal, estimate};
use leptos::prelude::*;
use std::sync::Arc;

/// Which of its shapes it has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Idle,
    Running,
    Done,
    Failed,
}

/// The run.
pub(crate) fn run_view(page: Page) -> Shown {
    // A memo, so that what shows progress is built once a run.
    let shape = Memo::new(move |_| shape_of(page) as u64);
    shown(move || match following(shape, || shape_of(page)) {
        Shape::Idle => None,
        Shape::Running => Some(many(vec![
            of_another(page).view(),
            progress_view(page).view(),
        ])),
        Shape::Done => Some(many(vec![
            of_another(page).view(),
            shown(move || done(page)).view(),
        ])),
        Shape::Failed => Some(many(vec![
            of_another(page).view(),
            shown(move || failed(page)).view(),
        ])),
    })
}

/// What the run is of, where something else is shown.
fn of_another(page: Page) -> Shown {
    shown(move || {
        let run = page.run;
        let (dataset, asked) = run.with(|run| Some((run.dataset()?.clone(), run.asked()?)))?;
        let is_beside = |here: Arc<Here>| !here.window.intersects(asked);
        (!page.shows(&dataset) || page.here().is_some_and(is_beside)).then(|| {
            let query = (!dataset.query().is_empty())
                .then(|| el("span class='mono'").child(format!(" {}", plain(dataset.query()))));
            let range = page.zone().range(asked.start_ms(), asked.end_ms());
            el("p class='hint' data-testid='run-of'")
                .child("The fetch of something else: ")
                .child(page.log_name(dataset.log_id()))
                .child(query)
                .child(format!(" {range}"))
        })
    })
}

fn shape_of(page: Page) -> Shape {
    page.run.with(|run| match run {
        Run::Idle => Shape::Idle,
        Run::Running(_) => Shape::Running,
        Run::Done { .. } => Shape::Done,
        Run::Failed { .. } => Shape::Failed,
    })
}

fn running<T>(page: Page, read: impl FnOnce(&Running) -> T) -> Option<T> {
    page.run.with(|run| match run {
        Run::Running(running) => Some(read(running)),
        _ => None,
    })
}

fn progress_view(page: Page) -> El {
    let share = move || running(page, Running::share).unwrap_or_default();
    let figures = move || {
        let now_ms = page.now_ms.get();
        running(page, |running| figures(running, now_ms))
    };
    let kept = move || {
        let zone = page.zone();
        running(page, |running| {
            if running.waiting {
                return Some("What it keeps shows up here as it comes. When it is done or closed, only what is still missing is fetched".to_owned());
            }
            let progress = running.progress.as_ref()?;
            let kept = if progress.kept_until_ms > progress.gap.start_ms() {
                format!("Kept up to {}", zone.short_stamp(progress.kept_until_ms))
            } else {
                "Nothing written yet: a part is written every 100,000 rows or 16 MiB. Cancel keeps what has come".to_owned()
            };
            Some(if progress.ranges > 1 {
                format!(
                    "{} of {} ranges done, {} under way",
                    progress.ended,
                    progress.ranges,
                    progress.under_way.len()
                )
            } else {
                kept
            })
        })
        .flatten()
    };
    let price = move || {
        let words = running(page, told_price).flatten();
        words.map(|words| el("p class='hint' data-testid='told-price'").child(words))
    };
    let pause = move || running(page, |running| running.progress.as_ref()?.pause.clone());
    let is_stopping = move || running(page, |running| running.stopping).unwrap_or_default();
    let is_waiting = move || running(page, |running| running.waiting).unwrap_or_default();
    el("div class='run' data-testid='progress'")
        .attr("data-waiting", text(move || is_waiting().to_string()))
        .child(
            el("div class='run-head'")
                .child(el("strong").child(text(move || figures().unwrap_or_default())))
                .child(
                    el("button type='button' data-testid='cancel-button'")
                        .press(is_stopping, move |_| page.cancel_fetch())
                        .child(shown(
                            move || if is_stopping() { "Stopping" } else { "Cancel" },
                        )),
                ),
        )
        .child(
            el("div class='meter' role='progressbar' aria-label='Fetch' aria-valuemin='0'")
                .attr("aria-valuemax", "100")
                .attr("aria-valuenow", text(move || decimal(share() * 100.0, 0)))
                .child(el("div class='meter-fill is-live'").style(
                    "width",
                    text(move || format!("{}%", decimal(share() * 100.0, 2))),
                )),
        )
        .child(shown(price))
        .child(el("p class='hint'").child(text(move || kept().unwrap_or_default())))
        .child(waits(page, Box::new(move || pause().flatten())))
}

/// What the log API makes a call wait for.
pub(crate) fn waits(page: Page, pause: Box<dyn Fn() -> Option<Pause> + Send>) -> Shown {
    shown(move || {
        let words = paused(&pause()?, page.now_ms.get(), page.zone())?;
        Some(el("p class='notice' data-testid='waits'").child(words))
    })
}

fn figures(running: &Running, now_ms: i64) -> String {
    if running.waiting {
        return "Waiting for another tab that is fetching this log".to_owned();
    }
    let Some(progress) = &running.progress else {
        return "Asking the log API".to_owned();
    };
    let mut parts = Vec::new();
    if progress.pages > 0 {
        parts.push(format!("Page {}", count(progress.pages)));
    }
    parts.push(match progress.expected {
        Some(expected) => format!(
            "{} of {}",
            count(progress.rows),
            counted(expected.events, "event", "events")
        ),
        None => counted(progress.rows, "event", "events"),
    });
    parts.push(counted(progress.requests, "request", "requests"));
    if progress.bytes_received > 0 {
        parts.push(bytes(progress.bytes_received));
    }
    let pause = progress.pause.as_ref();
    if pause.and_then(|pause| pause.until_ms) > Some(now_ms) {
        // How fast it went says nothing of how long it will still take.
        return parts.join(" \u{b7} ");
    }
    if let Some(rate) = running.rate(now_ms) {
        parts.push(format!("{} events/s", count(rate as u64)));
    }
    if let Some(left) = running.left_seconds(now_ms).filter(|left| *left > 1) {
        parts.push(format!("{} left", estimate(left)));
    }
    parts.join(" \u{b7} ")
}

fn failed(page: Page) -> Option<AnyView> {
    let failed = page.run.with(|run| match run {
        Run::Failed { failed, .. } => Some(failed.clone()),
        _ => None,
    })?;
    let Failed {
        message,
        remedy,
        kind,
        ..
    } = failed;
    let (class, mark) = if kind == FailKind::Cancelled {
        ("outcome", Icon::Info)
    } else {
        ("outcome is-bad", Icon::Warning)
    };
    let way_on = way_on(kind);
    Some(
        el("div role='alert' data-testid='run-failed'")
            .class(class)
            .attr("data-kind", format!("{kind:?}"))
            .child(icon(mark))
            .child(
                el("div")
                    .child(el("strong").child(message))
                    .child(el("span").child(remedy)),
            )
            .child(way_on)
            .into_any(),
    )
}

/// The place of the page where a person can do something about a failure. The plan stays as it is.
fn way_on(kind: FailKind) -> Option<El> {
    let (hook, place, words) = match kind {
        // What is cached, with its delete buttons.
        FailKind::FreeSpace => ("choose-deletion", "held", "Choose what to delete"),
        FailKind::SignIn => ("give-key", "api-key", "Give another key"),
        _ => return None,
    };
    let go = move |_| {
        if let Some(place) = browser::element(place) {
            place.scroll_into_view();
            // A card takes the focus by its tabindex.
            let _ = place.focus();
        }
    };
    Some(
        el("button type='button'")
            .attr("data-testid", hook)
            .on("click", go)
            .child(words),
    )
}

/// What a run says that stopped for want of space: how full it is, and what is kept.
fn no_space(page: Page, receipt: &Receipt) -> Option<El> {
    let until_ms = out_of_space_ms(receipt)?;
    // A browser may promise more than there is on the disk: such a figure would explain nothing.
    let is_full = |quota: &browser::Quota| quota.used > quota.allowed / 5 * 4;
    let used = page
        .quota
        .get()
        .filter(is_full)
        .map_or_else(String::new, |quota| {
            format!(" ({} of {} used)", bytes(quota.used), bytes(quota.allowed))
        });
    let stamp = page.zone().short_stamp(until_ms);
    Some(
        el("p data-testid='no-space'")
            .child(el("strong").child(format!("Stopped: no space left for this site{used}. ")))
            .child(format!(
                "Everything up to {stamp} is kept. Delete something, then fetch again: only the rest is fetched."
            )),
    )
}

fn done(page: Page) -> Option<AnyView> {
    let receipt = page.run.with(|run| match run {
        Run::Done { receipt, .. } => Some(receipt.clone()),
        _ => None,
    })?;
    let mark = match (receipt.complete, receipt.cancelled) {
        (true, _) => Icon::Done,
        (false, true) => Icon::Info,
        (false, false) => Icon::Warning,
    };
    let class = match mark {
        Icon::Done => "outcome is-good",
        Icon::Info => "outcome",
        _ => "outcome is-bad",
    };
    let (ok, json) = (receipt.complete, receipt.json.clone());
    let zone = page.zone();
    let failures = grouped(&receipt.failures)
        .into_iter()
        .map(|(number, range, failure)| {
            let ranges = (number > 1).then(|| format!("{number} ranges in "));
            el("li data-testid='failed-range'")
                .of_range(range)
                .child(
                    el("strong")
                        .child(ranges)
                        .child(zone.range(range.start_ms(), range.end_ms()))
                        .child(" failed: "),
                )
                .child(failure.reason.clone())
                .child(". ")
                .child(failure.remedy.clone())
        })
        .collect::<Vec<_>>();
    let repairs = receipt
        .repairs
        .iter()
        .map(|repair| {
            let kept = if repair.removed {
                "the damaged file was removed"
            } else {
                "the damaged file is kept, because the source gave fewer rows than it names"
            };
            el("li").child("Fetched again: ").child(format!(
                "{} before, {} now; {kept}",
                counted(repair.rows_before, "row", "rows"),
                count(repair.rows_after)
            ))
        })
        .collect::<Vec<_>>();
    let kept = kept(page, &receipt);
    let provisional = (!receipt.provisional.is_empty()).then(|| {
        el("li").child("The newest stretch lies too close to the source's now: it is shown, and may be incomplete")
    });
    let beyond = (!receipt.beyond_retention.is_empty()).then(|| {
        el("li").child("The oldest stretch lies beyond what the log API keeps: what it still has is shown, and nothing there can be claimed")
    });
    Some(
        el("div data-testid='receipt'")
            .class(class)
            .attr("data-rows", receipt.rows.to_string())
            .attr("data-requests", receipt.requests.to_string())
            .attr("data-decision", decision_name(receipt.decision))
            .attr("data-ok", ok.to_string())
            .child(icon(mark))
            .child(
                el("div")
                    .child(no_space(page, &receipt))
                    .child(el("strong").child(receipt_line(&receipt)))
                    .child(el("span class='hint'").child(figures_of(page, &receipt)))
                    .child(compared(&receipt).map(|words| el("span class='hint'").child(words)))
                    .child(
                        el("ul class='plain'")
                            .child(failures)
                            .child(repairs)
                            .child(provisional)
                            .child(beyond),
                    )
                    .child(kept),
            )
            .child(
                receipt
                    .failures
                    .iter()
                    .find_map(|failure| way_on(failure.kind)),
            )
            .child(
                el("button type='button' class='quiet'")
                    .attr("title", "Copy the whole receipt as JSON")
                    .attr("aria-label", "Copy the receipt as JSON")
                    .on("click", move |_| page.copy(json.clone(), "Receipt"))
                    .child(icon(Icon::Copy))
                    .child("JSON"),
            )
            .into_any(),
    )
}

/// The ranges that the run proved and kept; many of them folded away.
fn kept(page: Page, receipt: &Receipt) -> Option<AnyView> {
    let zone = page.zone();
    let ranges = &receipt.kept;
    let entries = ranges.iter().take(LISTED).map(|range| {
        let text = zone.range(range.start_ms(), range.end_ms());
        el("li data-testid='kept-range'")
            .of_range(*range)
            .child(format!("Kept {text}"))
    });
    let list = el("ul class='plain'")
        .child(entries.collect::<Vec<_>>())
        .child(unlisted(ranges.len()));
    match ranges.len() {
        0 => None,
        1..=3 => Some(list.into_any()),
        many => Some(
            el("details")
                .child(el("summary").child(format!("{} ranges kept", count(many as u64))))
                .child(list)
                .into_any(),
        ),
    }
}

fn figures_of(page: Page, receipt: &Receipt) -> String {
    let window = page.here().map(|here| here.window);
    let mut parts = vec![
        rows_line(receipt, window, page.zone()),
        counted(receipt.requests, "request", "requests"),
    ];
    if receipt.pages > 0 {
        parts.push(counted(receipt.pages, "page", "pages"));
    }
    if receipt.duplicates > 0 {
        parts.push(format!(
            "{} dropped",
            counted(receipt.duplicates, "duplicate", "duplicates")
        ));
    }
    if receipt.bytes_received > 0 {
        parts.push(format!("{} received", bytes(receipt.bytes_received)));
    }
    parts.join(" \u{b7} ")
}
