//! How the last fetch ended.

use super::FullDisk;
use super::list::folded;
use crate::features::contexts::{Actions, ShownWindow, TimeZone, Way};
use crate::features::coverage::standing::decision_name;
use crate::features::fetch::cost::compared;
use crate::features::fetch::effects::FetchStore;
use crate::features::fetch::receipt::{figures_line, grouped, out_of_space_ms, receipt_line};
use crate::features::fetch::run::Run;
use crate::features::fetch::state::Msg;
use crate::platform::focus::keep_focus;
use crate::ui::dismiss::Dismiss;
use crate::ui::format::{count, counted};
use crate::ui::icon::Icon;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::MouseEvent;
use windrow_model::TimeRange;
use windrow_protocol::{FailKind, Failed, Receipt};

/// The receipt, or why there is none, until it is dismissed.
#[component]
pub(super) fn Outcome() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let outcome = store.memo(|state| match &state.run {
        _ if state.is_dismissed => None,
        Run::Done { receipt, .. } => Some(Ok(Arc::clone(receipt))),
        Run::Failed { failed, .. } => Some(Err(failed.clone())),
        Run::Idle | Run::Running(_) => None,
    });
    move || {
        Some(match outcome.get()? {
            Ok(receipt) => view! { <ReceiptView receipt /> }.into_any(),
            Err(failed) => view! { <RunFailed failed /> }.into_any(),
        })
    }
}

/// Takes the outcome away.
#[component]
fn DismissOutcome() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let dismiss = move |_: MouseEvent| {
        keep_focus("fetch");
        store.send(Msg::Dismiss);
    };
    view! { <Dismiss on_press=dismiss /> }
}

#[component]
fn RunFailed(failed: Failed) -> impl IntoView {
    let Failed {
        message,
        remedy,
        kind,
        ..
    } = failed;
    let (class, icon) = match kind {
        FailKind::Cancelled => ("outcome", Icon::Info),
        _ => ("outcome is-bad", Icon::Warning),
    };
    view! {
        <div class=class role="alert" data-testid="run-failed" data-kind=format!("{kind:?}")>
            {icon.view()}
            <div class="outcome-text">
                <p><strong>{message}</strong> ". " <span>{remedy}</span></p>
            </div>
            {way_on(kind)}
            <DismissOutcome />
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
    let go = move |_| actions.go_to.run(way);
    Some(view! { <button type="button" data-testid=hook on:click=go>{words}</button> }.into_any())
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
        figures_line(&held, window, zone.get())
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
    let json = receipt.json.clone();
    let mut kinds = receipt.failures.iter().map(|failure| failure.kind);
    let way = kinds.find_map(way_on);
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
                <p><strong>{receipt_line(&receipt)}</strong> " " <span class="hint">{figures}</span></p>
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
            <DismissOutcome />
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
            view! {
                <li
                    data-testid="failed-range"
                    data-from=range.start_ms().to_string()
                    data-to=range.end_ms().to_string()
                >
                    <strong>{ranges} {move || text(range)} " failed: "</strong>
                    {failure.reason.clone()}
                    ". "
                    {failure.remedy.clone()}
                </li>
            }
        });
    let failures = failures.collect_view();
    let repairs = receipt.repairs.iter().map(|repair| {
        let kept = if repair.removed {
            "the damaged file was removed"
        } else {
            "the damaged file is kept, because the source gave fewer rows than it names"
        };
        let (before, after) = (
            counted(repair.rows_before, "row", "rows"),
            count(repair.rows_after),
        );
        view! { <li>{format!("Fetched again: {before} before, {after} now; {kept}")}</li> }
    });
    let repairs = repairs.collect_view();
    let provisional = (!receipt.provisional.is_empty()).then(|| view! {
        <li>"The last 60 s lie too close to the source's now: they are shown, and may be incomplete"</li>
    });
    let beyond = (!receipt.beyond_retention.is_empty()).then(|| view! {
        <li>"The oldest rows lie beyond what the log API keeps: what it still has is shown, and nothing there can be claimed"</li>
    });
    let summary = format!(
        "{} kept",
        counted(receipt.kept.len() as u64, "range", "ranges")
    );
    let kept = folded(
        "plain-list is-long",
        "Ranges kept",
        &receipt.kept,
        summary,
        move |range| {
            view! {
                <li
                    data-testid="kept-range"
                    data-from=range.start_ms().to_string()
                    data-to=range.end_ms().to_string()
                >
                    {move || format!("Kept {}", text(range))}
                </li>
            }
            .into_any()
        },
    );
    view! {
        <ul class="plain-list">{failures} {repairs} {provisional} {beyond}</ul>
        {kept}
    }
}
