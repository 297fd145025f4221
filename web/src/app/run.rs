//! A run as it goes and its receipt.

use super::coverage::decision_name;
use super::icon::{Icon, icon};
use super::page::Page;
use crate::protocol::{Failed, Receipt};
use crate::state::run::{Run, Running, receipt_line};
use crate::state::words::{bytes, count, counted, estimate};
use leptos::prelude::*;

/// Which of its shapes it has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Idle,
    Running,
    Done,
    Failed,
}

/// The run.
#[component]
pub(crate) fn RunView(page: Page) -> impl IntoView {
    let shape = Memo::new(move |_| {
        page.run.with(|run| match run {
            Run::Idle => Shape::Idle,
            Run::Running(_) => Shape::Running,
            Run::Done(_) => Shape::Done,
            Run::Failed { .. } => Shape::Failed,
        })
    });
    move || match shape.get() {
        Shape::Idle => None,
        Shape::Running => Some(view! { <ProgressView page=page /> }.into_any()),
        Shape::Done => Some((move || done(page)).into_any()),
        Shape::Failed => Some((move || failed(page)).into_any()),
    }
}

fn running<T>(page: Page, read: impl FnOnce(&Running) -> T) -> Option<T> {
    page.run.with(|run| match run {
        Run::Running(running) => Some(read(running)),
        _ => None,
    })
}

#[component]
fn ProgressView(page: Page) -> impl IntoView {
    let share = move || running(page, Running::share).unwrap_or_default();
    let figures = move || {
        let now_ms = page.now_ms.get();
        running(page, |running| figures(running, now_ms))
    };
    let kept = move || {
        let zone = page.zone();
        running(page, |running| {
            let progress = running.progress.as_ref()?;
            let kept = if progress.kept_until_ms > progress.gap.start_ms() {
                format!("Kept up to {}", zone.short_stamp(progress.kept_until_ms))
            } else {
                "Nothing written yet: a part is written every 100,000 rows or 16 MiB. Cancel keeps what has come".to_owned()
            };
            Some(if progress.gap_count > 1 {
                format!(
                    "Gap {} of {} \u{b7} {kept}",
                    progress.gap_index + 1,
                    progress.gap_count
                )
            } else {
                kept
            })
        })
        .flatten()
    };
    let notice = move || {
        running(page, |running| running.progress.as_ref()?.notice.clone())
            .flatten()
            .map(|notice| view! { <p class="notice">{notice}</p> })
    };
    let is_stopping = move || running(page, |running| running.stopping).unwrap_or_default();
    view! {
        <div class="run" data-testid="progress">
            <div class="run-head">
                <strong>{figures}</strong>
                <button
                    type="button"
                    data-testid="cancel-button"
                    disabled=is_stopping
                    on:click=move |_| page.cancel_fetch()
                >
                    {move || if is_stopping() { "Stopping" } else { "Cancel" }}
                </button>
            </div>
            <div
                class="meter"
                role="progressbar"
                aria-label="Fetch"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format!("{:.0}", share() * 100.0)
            >
                <div class="meter-fill is-live" style:width=move || format!("{:.2}%", share() * 100.0)></div>
            </div>
            <p class="hint">{kept}</p>
            {notice}
        </div>
    }
}

fn figures(running: &Running, now_ms: i64) -> String {
    let Some(progress) = &running.progress else {
        return "Asking the log API".to_owned();
    };
    let mut parts = vec![format!("Page {}", count(progress.pages))];
    parts.push(match progress.expected_rows {
        Some(expected) => format!(
            "{} of {}",
            count(progress.gap_rows),
            counted(expected, "event", "events")
        ),
        None => counted(progress.rows, "event", "events"),
    });
    parts.push(counted(progress.requests, "request", "requests"));
    if progress.bytes_received > 0 {
        parts.push(bytes(progress.bytes_received));
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
    Some(
        view! {
            <div
                class="outcome is-bad"
                role="alert"
                data-testid="run-failed"
                data-kind=format!("{kind:?}")
            >
                {icon(Icon::Warning)}
                <div>
                    <strong>{message}</strong>
                    <span>{remedy}</span>
                </div>
            </div>
        }
        .into_any(),
    )
}

fn done(page: Page) -> Option<AnyView> {
    let receipt = page.run.with(|run| match run {
        Run::Done(receipt) => Some(receipt.clone()),
        _ => None,
    })?;
    let mark = match (receipt.ok, receipt.cancelled) {
        (true, _) => Icon::Done,
        (false, true) => Icon::Info,
        (false, false) => Icon::Warning,
    };
    let (ok, json) = (receipt.ok, receipt.json.clone());
    let zone = page.zone();
    let failures = receipt
        .failures
        .iter()
        .map(|failure| {
            let (start_ms, end_ms) = (failure.range.start_ms(), failure.range.end_ms());
            view! {
                <li>
                    <strong>{zone.range(start_ms, end_ms)} " failed: "</strong>
                    {failure.reason.clone()}
                    ". "
                    {failure.remedy.clone()}
                </li>
            }
        })
        .collect_view();
    let repairs = receipt
        .repairs
        .iter()
        .map(|repair| {
            let kept = if repair.removed {
                "the damaged file was removed"
            } else {
                "the damaged file is kept, because the source gave fewer rows than it names"
            };
            view! {
                <li>
                    "Fetched again: "
                    {format!("{} before, {} now; {kept}", counted(repair.rows_before, "row", "rows"), count(repair.rows_after))}
                </li>
            }
        })
        .collect_view();
    let provisional = (!receipt.provisional.is_empty()).then(|| {
        view! {
            <li>
                "The newest stretch lies too close to the source's now: it is shown, and may be incomplete"
            </li>
        }
    });
    Some(
        view! {
            <div
                class="outcome"
                class:is-good=ok
                class:is-bad=!ok && !receipt.cancelled
                data-testid="receipt"
                data-rows=receipt.rows.to_string()
                data-requests=receipt.requests.to_string()
                data-decision=decision_name(receipt.decision)
                data-ok=ok.to_string()
            >
                {icon(mark)}
                <div>
                    <strong>{receipt_line(&receipt)}</strong>
                    <span class="hint">{figures_of(&receipt)}</span>
                    <ul class="plain">{failures} {repairs} {provisional}</ul>
                </div>
                <button
                    type="button"
                    class="quiet"
                    title="Copy the whole receipt as JSON"
                    on:click=move |_| page.copy(json.clone(), "Receipt")
                >
                    {icon(Icon::Copy)}
                    "JSON"
                </button>
            </div>
        }
        .into_any(),
    )
}

fn figures_of(receipt: &Receipt) -> String {
    let mut parts = vec![
        format!("{} in the window", counted(receipt.rows, "row", "rows")),
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
