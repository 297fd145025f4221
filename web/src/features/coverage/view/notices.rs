//! What must be known of the window before its rows: what cannot be read, what is damaged, what was checked.

use super::verify::CheckResult;
use crate::features::contexts::{Actions, Coverage, ShownWindow, TimeZone};
use crate::features::window::state::{LoadedWindow, Shown};
use crate::ui::format::counted;
use crate::ui::icon::Icon;
use crate::ui::problem::Problem as ProblemView;
use leptos::prelude::*;
use windrow_model::TimeRange;
use windrow_protocol::{Problem, RunMode};

/// What must be known of the window before its rows: what cannot be read, what is damaged, what was checked.
#[component]
pub(crate) fn CoverageNotices() -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let error = move || {
        let failed = shown.get()?.error.clone()?;
        Some(view! { <ProblemView failed /> })
    };
    let failed = move || match shown.0.get() {
        Shown::Failed(_, failed) => {
            let actions = expect_context::<Actions>();
            Some(view! {
                <ProblemView failed />
                <button type="button" on:click=move |_| actions.refresh.run(())>"Open again"</button>
            })
        }
        _ => None,
    };
    let damage = move || {
        let window = shown.get()?.window();
        let damage = coverage.damage.get();
        let entries = damage.iter().cloned().map(|problem| {
            let range = problem.range.and_then(|range| range.intersection(window));
            view! { <Damage problem range /> }
        });
        Some(view! { <ul class="damages">{entries.collect_view()}</ul> })
    };
    view! {
        {move || shown.get().and_then(|window| bypass_notice(&window))}
        {error}
        {failed}
        {damage}
        {move || shown.get().and_then(|window| newer_notice(&window))}
        <CheckResult />
    }
}

fn bypass_notice(window: &LoadedWindow) -> Option<AnyView> {
    let run = window.target.bypass_run.clone()?;
    let actions = expect_context::<Actions>();
    let target = window.target.clone();
    let back = move |_| actions.open.run((target.dataset.clone(), target.window));
    Some(
        view! {
            <div class="notice-bar">
                {Icon::Info.view()}
                <p>
                    <strong>{format!("These are the rows of bypass run {run}. ")}</strong>
                    "They lie beside the cache and are not part of it."
                </p>
                <button type="button" on:click=back>"Show what is cached"</button>
            </div>
        }
        .into_any(),
    )
}

#[component]
fn Damage(problem: Problem, range: Option<TimeRange>) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let zone = expect_context::<TimeZone>();
    let is_fetching = expect_context::<Coverage>().is_fetching;
    let when = move || range.map(|range| zone.get().range(range.start_ms(), range.end_ms()));
    let path = problem.path.clone();
    let again = move |_| {
        if !is_fetching.get_untracked() {
            actions.fetch.run((range, RunMode::Repair));
        }
    };
    view! {
        <li class="notice-bar is-damaged" data-testid="damaged" data-path=path.clone()>
            {Icon::Warning.view()}
            <p>
                <strong>"Damaged: " {when}</strong>
                " "
                <span>{problem.reason}</span>
                ". Kept, not shown. Fetch it again, or delete it under Segments. "
                <span class="mono path">{path.clone()}</span>
            </p>
            <button
                type="button"
                data-testid="repair-button"
                aria-label=format!("Fetch again: {path}")
                aria-disabled=move || is_fetching.get().to_string()
                on:click=again
            >
                {Icon::Again.view()}
                "Fetch again"
            </button>
        </li>
    }
}

/// Files that only a newer Windrow can read.
fn newer_notice(window: &LoadedWindow) -> Option<AnyView> {
    let is_newer = |problem: &&Problem| problem.kind == "newer";
    let files = window.problems.iter().filter(is_newer).count() as u64;
    (files > 0).then(|| {
        let was = if files == 1 { "was" } else { "were" };
        let files = counted(files, "file", "files");
        view! {
            <div class="notice-bar" data-testid="newer">
                {Icon::Info.view()}
                <p>
                    <strong>{format!("{files} of this window {was} written by a newer Windrow. ")}</strong>
                    "Left alone and not shown: read and fetch this window with the newer version, or bypass the cache."
                </p>
            </div>
        }
        .into_any()
    })
}
