//! The one main action, a fetch as it goes, and its outcome.

use super::cost::{compared, cost_lines, running_cost};
use super::effects::FetchStore;
use super::receipt::{grouped, out_of_space_ms, receipt_line, rows_line};
use super::run::{Run, Running};
use super::state::Msg;
use crate::features::connection::view::Waits;
use crate::features::contexts::{Actions, Coverage, LogNames, Now, ShownWindow, TimeZone, Way};
use crate::features::coverage::pieces::{CoverageState, Piece};
use crate::features::coverage::standing::decision_name;
use crate::location::memory::Memory;
use crate::platform::focus::keep_focus;
use crate::protocol::{CostEstimate, FailKind, Failed, Receipt, RunMode};
use crate::ui::escape::plain;
use crate::ui::format::{bytes, count, counted, duration, estimate};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::popover::{self, Popover};
use crate::ui::problem::Problem;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::TimeRange;

/// The id of the menu of more ways to fetch.
const MENU: &str = "fetch-menu";

/// More than this many ranges are not listed; the lane and the figures still count them.
const LISTED: usize = 500;

/// What explains a full disk: told by the storage.
#[derive(Clone, Copy)]
pub(crate) struct FullDisk(pub Signal<Option<String>>);

fn running<T>(store: FetchStore, read: impl FnOnce(&Running) -> T) -> Option<T> {
    store.with(|state| match &state.run {
        Run::Running(running) => Some(read(running)),
        _ => None,
    })
}

/// Fetch, or stop the fetch; and more ways to fetch.
#[component]
pub(crate) fn MainAction() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let coverage = expect_context::<Coverage>();
    let actions = expect_context::<Actions>();
    let is_needed = Memo::new(move |_| {
        coverage
            .standing
            .with(|now| now.as_ref().is_some_and(|now| now.is_needed))
    });
    let fetch = move |_| {
        if let Some(now) = coverage.standing.get_untracked() {
            actions.fetch.run((None, now.mode));
        }
    };
    let label = move || {
        let action = coverage.standing.get().map(|now| now.action)?;
        let cost = store.with(|state| state.cost.ready().cloned());
        Some(match cost.filter(|_| is_needed.get()) {
            Some(cost) => format!("{action}, {}", counted(cost.events, "event", "events")),
            None => action,
        })
    };
    let is_stopping = move || running(store, |running| running.stopping).unwrap_or_default();
    let kept = move || {
        let rows = running(store, |running| {
            running.progress.as_ref().map(|progress| progress.rows)
        });
        match rows.flatten() {
            Some(rows) if rows > 0 => format!("Stop, keep {}", counted(rows, "row", "rows")),
            _ => "Stop".to_owned(),
        }
    };
    view! {
        <span class="split">
        {move || if coverage.is_fetching.get() {
            view! {
                <button
                    type="button"
                    id="fetch"
                    data-testid="cancel-button"
                    title="Stops the fetch. What has arrived is kept"
                    aria-disabled=move || is_stopping().to_string()
                    on:click=move |_| store.send(Msg::Stop)
                >
                    {Icon::Stop.view()}
                    {move || if is_stopping() { "Stopping".to_owned() } else { kept() }}
                </button>
            }.into_any()
        } else {
            view! {
                <button
                    type="button"
                    id="fetch"
                    class="fetch"
                    class:is-primary=is_needed
                    data-testid="fetch-button"
                    on:click=fetch
                >
                    {move || if is_needed.get() { Icon::Download.view() } else { Icon::Check.view() }}
                    {label}
                </button>
            }.into_any()
        }}
        <button
            type="button"
            class="is-icon"
            class:is-primary=move || is_needed.get() && !coverage.is_fetching.get()
            aria-label="More ways to fetch"
            title="More ways to fetch"
            popovertarget=MENU
        >
            {Icon::Down.view()}
        </button>
        </span>
        <Popover id=MENU class="menu fetch-menu" label="More ways to fetch">
            <FetchMenu />
        </Popover>
    }
}

/// Each gap on its own, the cost, and how to fetch.
#[component]
fn FetchMenu() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let shown = expect_context::<ShownWindow>();
    let memory = expect_context::<Memory>();
    let cost = store.memo(|state| state.cost.is_loading());
    let bypass = store.memo(|state| state.bypass);
    let has_cost = Memo::new(move |_| {
        bypass.get()
            || shown.get().is_some_and(|window| {
                !window.plan.missing.is_empty() || window.target.bypass_run.is_some()
            })
    });
    let is_off = move || !has_cost.get() || cost.get();
    let actions = expect_context::<EstimateAction>();
    let promotes = Memo::new(move |_| memory.with(|held| !held.messages_only));
    view! {
        <button
            type="button"
            data-testid="price-button"
            title="Asks the log API to count the missing events: one query a gap"
            aria-disabled=move || is_off().to_string()
            on:click=move |_| {
                if !untrack(is_off) {
                    popover::close(MENU);
                    actions.0.run(());
                }
            }
        >
            {Icon::Sigma.view()}
            "Estimate cost"
            <small>"1 request a gap"</small>
        </button>
        <label class="menu-tick">
            <input
                type="checkbox"
                data-testid="bypass"
                prop:checked=bypass
                on:change=move |event| store.send(Msg::Bypass(event_target_checked(&event)))
            />
            <span>"Bypass the cache" <small>"fetch all of it, beside what is cached"</small></span>
        </label>
        <label class="menu-tick">
            <input
                type="checkbox"
                data-testid="promote"
                prop:checked=promotes
                on:change=move |event| {
                    let is_on = event_target_checked(&event);
                    memory.change(|held| held.messages_only = !is_on);
                }
            />
            <span>"Columns from messages" <small>"for fields of JSON and key=value"</small></span>
        </label>
        <Ranges />
    }
}

/// Asks for an estimate of what is shown.
#[derive(Clone, Copy)]
pub(crate) struct EstimateAction(pub Callback<()>);

/// The ranges behind the lane: every gap with its own button, every cached range.
#[component]
fn Ranges() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let cost = store.memo(|state| state.cost.ready().cloned());
    let gaps = move || {
        let missing = shown.get()?.plan.missing.clone();
        let pieces = coverage.pieces.get();
        let cost = cost.get();
        let entries = missing
            .iter()
            .take(LISTED)
            .map(
                |range| view! { <Gap range=*range cost=cost.clone() pieces=Arc::clone(&pieces) /> },
            )
            .collect_view();
        (!missing.is_empty()).then(|| {
            view! {
                <h2>{counted(missing.len() as u64, "gap", "gaps")}</h2>
                <ul class="range-list" aria-label="Gaps">{entries} {unlisted(missing.len())}</ul>
            }
        })
    };
    let cached = move || {
        let ranges = shown.get()?.plan.cached.clone();
        let zone = expect_context::<TimeZone>();
        let entries = ranges
            .iter()
            .take(LISTED)
            .map(|range| {
                let (start_ms, end_ms) = (range.start_ms(), range.end_ms());
                view! {
                    <li
                        data-testid="cached-range"
                        data-from=start_ms.to_string()
                        data-to=end_ms.to_string()
                    >
                        <i class="swatch s-cached" aria-hidden="true"></i>
                        <span class="range-text">{move || zone.get().short_range(start_ms, end_ms)}</span>
                        <span class="muted">{duration(range.duration_ms())}</span>
                    </li>
                }
            })
            .collect_view();
        (!ranges.is_empty()).then(|| view! {
            <details>
                <summary>{counted(ranges.len() as u64, "cached range", "cached ranges")}</summary>
                <ul class="range-list" tabindex="0" aria-label="Cached ranges">{entries} {unlisted(ranges.len())}</ul>
            </details>
        })
    };
    view! {
        <div class="ranges">
            {gaps}
            {cached}
        </div>
    }
}

/// How many are not listed.
fn unlisted(all: usize) -> Option<AnyView> {
    let left = all.saturating_sub(LISTED) as u64;
    (left > 0)
        .then(|| view! { <li class="hint">{format!("and {} more", count(left))}</li> }.into_any())
}

#[component]
fn Gap(
    range: TimeRange,
    cost: Option<Arc<CostEstimate>>,
    pieces: Arc<Vec<Piece>>,
) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let zone = expect_context::<TimeZone>();
    let is_fetching = expect_context::<Coverage>().is_fetching;
    // All of it may be shown, though nothing of it is proven.
    let mut inside = pieces.iter().filter(|piece| piece.range.intersects(range));
    let is_provisional = inside.all(|piece| piece.state == CoverageState::Provisional);
    let (swatch, act) = if is_provisional {
        ("swatch s-provisional", "Fetch again")
    } else {
        ("swatch s-missing", "Fetch this gap")
    };
    let text = move || zone.get().short_range(range.start_ms(), range.end_ms());
    let price = cost
        .and_then(|cost| cost.gaps.iter().find(|gap| gap.range == range).copied())
        .map(|gap| {
            let beyond = if gap.beyond_retention {
                ", beyond what the source keeps"
            } else {
                ""
            };
            format!("{}{beyond}", counted(gap.events, "event", "events"))
        });
    let press = move |_| {
        if !is_fetching.get_untracked() {
            popover::close(MENU);
            actions.fetch.run((Some(range), RunMode::Normal));
        }
    };
    view! {
        <li
            data-testid="missing-range"
            data-from=range.start_ms().to_string()
            data-to=range.end_ms().to_string()
        >
            <i class=swatch aria-hidden="true"></i>
            <span class="range-text">{text}</span>
            <span class="muted">{duration(range.duration_ms())}</span>
            {is_provisional.then(|| view! { <span class="muted">"may be incomplete"</span> })}
            {price.map(|price| view! { <span class="muted">{price}</span> })}
            <button
                type="button"
                class="is-small"
                data-testid="fetch-gap"
                aria-label=move || format!("{act}: {}", text())
                aria-disabled=move || is_fetching.get().to_string()
                on:click=press
            >
                {act}
            </button>
        </li>
    }
}

/// The fetch as it goes, in the place of the coverage sentence.
#[component]
pub(crate) fn FetchProgress() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let now = expect_context::<Now>();
    let zone = expect_context::<TimeZone>();
    let figures = move || {
        let now_ms = now.0.get();
        running(store, |running| figures_of(running, now_ms))
    };
    let kept = move || running(store, |running| kept_of(running, zone)).flatten();
    let cost = move || {
        let words = running(store, running_cost).flatten();
        words.map(|words| view! { <span class="hint" data-testid="told-price">{words}</span> })
    };
    let pause = Signal::derive(move || {
        running(store, |running| running.progress.as_ref()?.pause.clone()).flatten()
    });
    let share = move || running(store, Running::share).unwrap_or_default() * 100.0;
    let is_waiting = move || running(store, |running| running.waiting).unwrap_or_default();
    view! {
        <div
            class="progress-says"
            data-testid="progress"
            data-waiting=move || is_waiting().to_string()
            aria-busy="true"
        >
            <p>
                <i class="swatch s-fetching" aria-hidden="true"></i>
                <b>{figures}</b>
            </p>
            <p class="progress-more">
                {cost}
                <span class="hint">{kept}</span>
                <Waits pause />
            </p>
            <div
                class="progress"
                role="progressbar"
                aria-label="Fetch"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format!("{:.0}", share())
            >
                <i style:width=move || format!("{:.2}%", share())></i>
            </div>
        </div>
    }
}

fn kept_of(running: &Running, zone: TimeZone) -> Option<String> {
    if running.waiting {
        return Some(
            "What it keeps shows up here as it comes. When it is done or closed, only what is still missing is fetched"
                .to_owned(),
        );
    }
    let progress = running.progress.as_ref()?;
    Some(if progress.ranges > 1 {
        format!(
            "{} of {} ranges done, {} under way",
            progress.ended,
            progress.ranges,
            progress.under_way.len()
        )
    } else if progress.kept_until_ms > progress.gap.start_ms() {
        format!(
            "Kept up to {}",
            zone.get().short_stamp(progress.kept_until_ms)
        )
    } else {
        "Nothing written yet. Stopping keeps what has come".to_owned()
    })
}

fn figures_of(running: &Running, now_ms: i64) -> String {
    if running.waiting {
        return "Waiting for another tab that is fetching this log".to_owned();
    }
    let silence = running.is_silent(now_ms).then(|| {
        format!(
            "nothing has come for {}",
            duration_of(now_ms - running.heard_ms)
        )
    });
    let Some(progress) = &running.progress else {
        return match silence {
            Some(silence) => format!("Asking the log API, {silence}"),
            None => "Asking the log API".to_owned(),
        };
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
        return parts.join(", ");
    }
    if let Some(silence) = silence {
        parts.push(silence);
        return parts.join(", ");
    }
    if let Some(rate) = running.rate(now_ms) {
        parts.push(format!("{} events/s", count(rate as u64)));
    }
    if let Some(left) = running.left_seconds(now_ms).filter(|left| *left > 1) {
        parts.push(format!("{} left", estimate(left)));
    }
    parts.join(", ")
}

fn duration_of(ms: i64) -> String {
    duration(u64::try_from(ms / 1000 * 1000).unwrap_or_default())
}

/// What an estimate says, and how the last fetch ended.
#[component]
pub(crate) fn FetchNotices() -> impl IntoView {
    view! {
        <OfAnother />
        <Cost />
        <Outcome />
    }
}

/// What the fetch is of, where something else is shown.
#[component]
fn OfAnother() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let shown = expect_context::<ShownWindow>();
    let names = expect_context::<LogNames>();
    let zone = expect_context::<TimeZone>();
    let of = store.memo(|state| Some((state.run.dataset()?.clone(), state.run.asked()?)));
    move || {
        let (dataset, asked) = of.get()?;
        let target = shown.target()?;
        let is_here = target.dataset == dataset && target.window.intersects(asked);
        (!is_here).then(|| {
            let range = zone.get().range(asked.start_ms(), asked.end_ms());
            let query = match dataset.query() {
                "" => String::new(),
                query => format!(" {}", plain(query)),
            };
            view! {
                <div class="notice-bar" data-testid="run-of">
                    {Icon::Info.view()}
                    <p>
                        "The fetch of something else: "
                        <b>{names.of(dataset.log_id())}</b>
                        <span class="mono">{query}</span>
                        " "
                        {range}
                    </p>
                </div>
            }
        })
    }
}

#[component]
fn Cost() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let coverage = expect_context::<Coverage>();
    let zone = expect_context::<TimeZone>();
    let cost = store.memo(|state| state.cost.clone());
    let pause = Signal::derive(move || store.with(|state| state.cost_pause.clone()));
    let dismiss = move || {
        view! {
            <button
                type="button"
                class="is-icon is-quiet"
                aria-label="Dismiss"
                title="Dismiss"
                on:click=move |_| {
                    keep_focus("fetch");
                    store.send(Msg::ForgetCost);
                }
            >
                {Icon::Close.view()}
            </button>
        }
    };
    move || match cost.get() {
        Load::Idle => ().into_any(),
        Load::Loading => view! {
            <div class="notice-bar" aria-busy="true">
                {Icon::Sigma.view()}
                <p>"Counting" </p>
                <Waits pause />
                <button
                    type="button"
                    data-testid="cancel-price"
                    on:click=move |_| {
                        keep_focus("fetch");
                        store.send(Msg::ForgetCost);
                    }
                >
                    "Cancel"
                </button>
            </div>
        }
        .into_any(),
        Load::Failed(failed) => view! { <Problem failed /> }.into_any(),
        Load::Ready(cost) => {
            let gaps_only = coverage
                .standing
                .with(|now| now.as_ref().is_some_and(|now| now.mode == RunMode::Repair))
                .then(|| "of the gaps only: what is damaged is not counted".to_owned());
            let beyond = cost
                .gaps
                .iter()
                .any(|gap| gap.beyond_retention)
                .then(|| "part of it lies beyond what the source keeps".to_owned());
            let provisional = cost.provisional.map(|range| {
                let stamp = zone.get().short_stamp(range.start_ms());
                format!("from {stamp} on it may be incomplete: too close to now")
            });
            let lines = cost_lines(&cost)
                .into_iter()
                .chain(gaps_only)
                .chain(beyond)
                .chain(provisional)
                .map(|line| view! { <li>{line}</li> })
                .collect_view();
            view! {
                <div class="notice-bar">
                    {Icon::Sigma.view()}
                    <ul class="cost" data-testid="price">{lines}</ul>
                    {dismiss()}
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn Outcome() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let done = store.memo(|state| match &state.run {
        Run::Done { receipt, .. } if !state.is_dismissed => Some(Arc::clone(receipt)),
        _ => None,
    });
    let failed = store.memo(|state| match &state.run {
        Run::Failed { failed, .. } if !state.is_dismissed => Some(failed.clone()),
        _ => None,
    });
    view! {
        {move || done.get().map(|receipt| view! { <ReceiptView receipt /> })}
        {move || failed.get().map(|failed| view! { <RunFailed failed /> })}
    }
}

/// Takes the outcome away.
#[component]
fn Dismiss() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    view! {
        <button
            type="button"
            class="is-icon is-quiet"
            aria-label="Dismiss"
            title="Dismiss"
            on:click=move |_| {
                keep_focus("fetch");
                store.send(Msg::Dismiss);
            }
        >
            {Icon::Close.view()}
        </button>
    }
}

#[component]
fn RunFailed(failed: Failed) -> impl IntoView {
    let Failed {
        message,
        remedy,
        kind,
        ..
    } = failed;
    let (class, icon) = if kind == FailKind::Cancelled {
        ("outcome", Icon::Info)
    } else {
        ("outcome is-bad", Icon::Warning)
    };
    view! {
        <div class=class role="alert" data-testid="run-failed" data-kind=format!("{kind:?}")>
            {icon.view()}
            <div class="outcome-text">
                <p><strong>{message}</strong> ". " <span>{remedy}</span></p>
            </div>
            {way_on(kind)}
            <Dismiss />
        </div>
    }
}

/// The place of the page where a person can do something about a failure. The plan stays as it is.
fn way_on(kind: FailKind) -> Option<AnyView> {
    let actions = expect_context::<Actions>();
    let (hook, way, words) = match kind {
        FailKind::FreeSpace => ("choose-deletion", Way::Storage, "Choose what to delete"),
        FailKind::SignIn => ("give-key", Way::Key, "Give another key"),
        _ => return None,
    };
    Some(
        view! {
            <button type="button" data-testid=hook on:click=move |_| actions.go_to.run(way)>
                {words}
            </button>
        }
        .into_any(),
    )
}

#[component]
fn ReceiptView(receipt: Arc<Receipt>) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let FullDisk(full) = expect_context();
    let (class, icon) = match (receipt.complete, receipt.cancelled) {
        (true, _) => ("outcome is-good", Icon::Check),
        (false, true) => ("outcome", Icon::Info),
        (false, false) => ("outcome is-bad", Icon::Warning),
    };
    let held = Arc::clone(&receipt);
    let figures = move || {
        let window = shown.get().map(|window| window.window());
        figures_line(&held, rows_line(&held, window, zone.get()))
    };
    let no_space = out_of_space_ms(&receipt).map(|until_ms| {
        move || {
            let used = full.get().unwrap_or_default();
            let stamp = zone.get().short_stamp(until_ms);
            view! {
                <p data-testid="no-space">
                    <strong>{format!("Stopped: no space left for this site{used}. ")}</strong>
                    {format!("Everything up to {stamp} is kept. Delete something, then fetch again: only the rest is fetched.")}
                </p>
            }
        }
    });
    let (json, way) = (
        receipt.json.clone(),
        receipt
            .failures
            .iter()
            .find_map(|failure| way_on(failure.kind)),
    );
    view! {
        <div
            class=class
            data-testid="receipt"
            data-rows=receipt.rows.to_string()
            data-requests=receipt.requests.to_string()
            data-decision=decision_name(receipt.decision)
            data-ok=receipt.complete.to_string()
        >
            {icon.view()}
            <div class="outcome-text">
                {no_space}
                <p>
                    <strong>{receipt_line(&receipt)}</strong>
                    " "
                    <span class="hint">{figures}</span>
                </p>
                {compared(&receipt).map(|words| view! { <p class="hint">{words}</p> })}
                <Details receipt=Arc::clone(&receipt) />
            </div>
            {way}
            <button
                type="button"
                class="is-quiet"
                title="Copy the whole receipt as JSON"
                aria-label="Copy the receipt as JSON"
                on:click=move |_| actions.copy.run((json.clone(), "Receipt"))
            >
                {Icon::Copy.view()}
                "JSON"
            </button>
            <Dismiss />
        </div>
    }
}

/// What failed, what was repaired, what may be incomplete, and the ranges that were kept.
#[component]
fn Details(receipt: Arc<Receipt>) -> impl IntoView {
    let zone = expect_context::<TimeZone>();
    let text = move |range: TimeRange| zone.get().range(range.start_ms(), range.end_ms());
    let failures = grouped(&receipt.failures)
        .into_iter()
        .map(|(number, range, failure)| {
            let ranges = (number > 1).then(|| format!("{number} ranges in "));
            let (reason, remedy) = (failure.reason.clone(), failure.remedy.clone());
            view! {
                <li
                    data-testid="failed-range"
                    data-from=range.start_ms().to_string()
                    data-to=range.end_ms().to_string()
                >
                    <strong>{ranges} {move || text(range)} " failed: "</strong>
                    {reason}
                    ". "
                    {remedy}
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
                    {format!(
                        "Fetched again: {} before, {} now; {kept}",
                        counted(repair.rows_before, "row", "rows"),
                        count(repair.rows_after),
                    )}
                </li>
            }
        })
        .collect_view();
    let provisional = (!receipt.provisional.is_empty()).then(|| view! {
        <li>"The last 60 s lie too close to the source's now: they are shown, and may be incomplete"</li>
    });
    let beyond = (!receipt.beyond_retention.is_empty()).then(|| view! {
        <li>"The oldest rows lie beyond what the log API keeps: what it still has is shown, and nothing there can be claimed"</li>
    });
    let entries = receipt
        .kept
        .iter()
        .take(LISTED)
        .map(|range| {
            let range = *range;
            view! {
                <li
                    data-testid="kept-range"
                    data-from=range.start_ms().to_string()
                    data-to=range.end_ms().to_string()
                >
                    {move || format!("Kept {}", text(range))}
                </li>
            }
        })
        .collect_view();
    let number = receipt.kept.len();
    let kept = (number > 0).then(|| {
        view! {
            <details>
                <summary>{format!("{} kept", counted(number as u64, "range", "ranges"))}</summary>
                <ul class="plain-list is-long" tabindex="0" aria-label="Ranges kept">{entries} {unlisted(number)}</ul>
            </details>
        }
    });
    view! {
        <ul class="plain-list">{failures} {repairs} {provisional} {beyond}</ul>
        {kept}
    }
}

fn figures_line(receipt: &Receipt, rows: String) -> String {
    let mut parts = vec![rows, counted(receipt.requests, "request", "requests")];
    if receipt.pages > 0 {
        parts.push(counted(receipt.pages, "page", "pages"));
    }
    if receipt.duplicates > 0 {
        let dropped = counted(receipt.duplicates, "duplicate", "duplicates");
        parts.push(format!("{dropped} dropped"));
    }
    if receipt.bytes_received > 0 {
        parts.push(format!("{} received", bytes(receipt.bytes_received)));
    }
    parts.join(", ")
}
