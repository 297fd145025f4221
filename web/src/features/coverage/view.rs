//! The coverage of the window: the sentence that is the legend as well, and what stands in the way.

use super::effects::CoverageStore;
use super::lane::{LaneFocus, focus_stretch};
use super::pieces::CoverageState;
use super::sentence::{Sentence, next_of};
use super::state::{Check, Msg};
use crate::features::contexts::{Actions, Coverage, ShownWindow, TimeZone};
use crate::features::window::state::{LoadedWindow, Shown};
use crate::protocol::{Problem, RunMode};
use crate::ui::format::{bytes, count, counted};
use crate::ui::icon::Icon;
use crate::ui::problem::Problem as ProblemView;
use leptos::prelude::*;

/// `82 % of 09:00 - 12:00 cached. 96,771 rows. 1 gap`: each count goes to the next such stretch.
#[component]
pub(crate) fn CoverageSentence() -> impl IntoView {
    let coverage = expect_context::<Coverage>();
    let shown = expect_context::<ShownWindow>();
    let zone = expect_context::<TimeZone>();
    let lane = expect_context::<LaneFocus>();
    let actions = expect_context::<Actions>();
    let sentence = Memo::new(move |_| {
        let window = shown.get()?.window();
        let zone = zone.get();
        let is_one_day = zone.date(window.start_ms()) == zone.date(window.end_ms());
        let printed = if is_one_day {
            let (start, end) = (
                zone.short_time(window.start_ms()),
                zone.short_time(window.end_ms()),
            );
            format!("{start} - {end}")
        } else {
            zone.short_range(window.start_ms(), window.end_ms())
        };
        Some(
            coverage
                .pieces
                .with(|pieces| Sentence::of(pieces, &printed)),
        )
    });
    let go_to_next = move |state: CoverageState| {
        let pieces = coverage.pieces.get_untracked();
        if let Some(at) = next_of(&pieces, state, lane.0.get_untracked()) {
            lane.0.set(Some(at));
            focus_stretch(at);
            if let Some(piece) = pieces.get(at) {
                actions.go_to_row.run(piece.first_row);
            }
        }
    };
    move || {
        let Some(sentence) = sentence.get() else {
            return ().into_any();
        };
        let last = sentence.counts.len();
        let counts = sentence
            .counts
            .iter()
            .enumerate()
            .map(|(at, count)| {
                let state = count.state;
                let mark = if at + 1 < last { "," } else { "" };
                view! {
                    <button
                        type="button"
                        title=format!("{}: go to the next", state.words())
                        on:click=move |_| go_to_next(state)
                    >
                        <i class=format!("swatch s-{}", state.name()) aria-hidden="true"></i>
                        {count.text.clone()}
                        {mark}
                    </button>
                }
            })
            .collect_view();
        let lead = sentence.state.unwrap_or(CoverageState::Missing);
        let swatch = sentence.state.map(|state| {
            view! { <i class=format!("swatch s-{}", state.name()) aria-hidden="true"></i> }
        });
        view! {
            <div class="says" role="group" aria-label="Coverage">
                <button
                    type="button"
                    title=format!("{}: go to the next", lead.words())
                    on:click=move |_| go_to_next(lead)
                >
                    {swatch}
                    <span>
                        {sentence.share.clone().map(|share| view! { <b>{share}</b> " " })}
                        {sentence.text.clone()}
                        {sentence.rows.map(|_| ".")}
                    </span>
                </button>
                {sentence.rows.map(|rows| view! {
                    <span>
                        <b>{count(rows)}</b>
                        {if rows == 1 { " row." } else { " rows." }}
                    </span>
                })}
                {counts}
            </div>
            <p class="spoken" data-testid="coverage-line">
                {sentence.to_string()}
            </p>
        }
        .into_any()
    }
}

/// How the window stands, in a word.
#[component]
pub(crate) fn Decision() -> impl IntoView {
    let standing = expect_context::<Coverage>().standing;
    let tag = Memo::new(move |_| standing.with(|standing| standing.as_ref().map(|now| now.tag)));
    move || {
        tag.get().map(|tag| {
            let tone = match tag {
                "hit" => "is-good",
                "damaged" => "is-damaged",
                "unreadable" => "is-error",
                _ => "",
            };
            view! {
                <span class=format!("tag {tone} is-{tag}") data-testid="decision">
                    {tag}
                </span>
            }
        })
    }
}

/// Reads every byte again.
#[component]
pub(crate) fn VerifyButton() -> impl IntoView {
    let store = expect_context::<CoverageStore>();
    let shown = expect_context::<ShownWindow>();
    let check = store.memo(|state| state.check.is_reading());
    // What lies beside the cache is not what would be verified.
    let has_rows = Memo::new(move |_| {
        shown
            .get()
            .is_some_and(|window| window.target.bypass_run.is_none() && window.holds_any())
    });
    let is_off = move || check.get() || !has_rows.get();
    let verify = move |_| {
        if let (false, Some(window)) = (untrack(is_off), shown.get_untracked()) {
            store.send(Msg::Verify(window.target.clone()));
        }
    };
    view! {
        <button
            type="button"
            class="verify"
            data-testid="verify-button"
            title="Reads every cached byte of this window again and checks it"
            aria-disabled=move || is_off().to_string()
            on:click=verify
        >
            {Icon::Check.view()}
            <span>"Verify"</span>
        </button>
    }
}

/// What must be known of the window before its rows: what cannot be read, what is damaged, what was checked.
#[component]
pub(crate) fn CoverageNotices() -> impl IntoView {
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let zone = expect_context::<TimeZone>();
    let window = move || shown.get();
    let error = move || {
        window()
            .and_then(|window| window.error.clone())
            .map(|failed| view! { <ProblemView failed /> })
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
        let window = window()?;
        let entries = coverage
            .damage
            .get()
            .iter()
            .map(|problem| {
                let range = problem
                    .range
                    .and_then(|range| range.intersection(window.window()));
                let when = range.map(|range| zone.get().range(range.start_ms(), range.end_ms()));
                view! { <Damage problem=problem.clone() when range /> }
            })
            .collect_view();
        Some(view! { <ul class="damages">{entries}</ul> })
    };
    view! {
        {move || window().and_then(|window| bypass_notice(&window))}
        {error}
        {failed}
        {damage}
        {move || window().and_then(|window| newer_notice(&window))}
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
fn Damage(
    problem: Problem,
    when: Option<String>,
    range: Option<windrow_model::TimeRange>,
) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let is_fetching = expect_context::<Coverage>().is_fetching;
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
                <span>{problem.reason.clone()}</span>
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
        view! {
            <div class="notice-bar" data-testid="newer">
                {Icon::Info.view()}
                <p>
                    <strong>
                        {format!(
                            "{} of this window {was} written by a newer Windrow. ",
                            counted(files, "file", "files"),
                        )}
                    </strong>
                    "Left alone and not shown: read and fetch this window with the newer version, or bypass the cache."
                </p>
            </div>
        }
        .into_any()
    })
}

#[component]
fn CheckResult() -> impl IntoView {
    let store = expect_context::<CoverageStore>();
    let check = store.memo(|state| state.check.clone());
    move || match check.get() {
        Check::Idle => ().into_any(),
        Check::Reading(progress) => view! {
            <div class="notice-bar" aria-busy="true">
                {Icon::Check.view()}
                <p>
                    {format!(
                        "Reading every byte: {} of {}",
                        progress.parts_read,
                        counted(progress.parts, "part", "parts"),
                    )}
                </p>
                <button type="button" on:click=move |_| store.send(Msg::ForgetCheck)>"Stop"</button>
            </div>
        }
        .into_any(),
        Check::Failed(failed) => view! { <ProblemView failed /> }.into_any(),
        Check::Done(report) => {
            let (class, icon, text) = if report.ok {
                (
                    "outcome is-good",
                    Icon::Check,
                    "Verified: every byte is as it was written",
                )
            } else {
                ("outcome is-bad", Icon::Warning, "Something is wrong")
            };
            let read = format!(
                "{}, {}, {} read",
                counted(report.parts, "part", "parts"),
                counted(report.rows, "row", "rows"),
                bytes(report.bytes)
            );
            let problems = report
                .problems
                .iter()
                .map(|problem| format!("{}: {}", problem.path, problem.reason))
                .chain(report.overlaps.iter().cloned())
                .map(|line| view! { <li class="mono path">{line}</li> })
                .collect_view();
            view! {
                <div class=class data-testid="verify-result" data-ok=report.ok.to_string()>
                    {icon.view()}
                    <div class="outcome-text">
                        <p><strong>{text}</strong> " " <span class="hint">{read}</span></p>
                        <ul class="plain-list">{problems}</ul>
                    </div>
                    <button
                        type="button"
                        class="is-icon is-quiet"
                        aria-label="Dismiss"
                        title="Dismiss"
                        on:click=move |_| {
                            crate::platform::focus::keep_focus("fetch");
                            store.send(Msg::ForgetCheck);
                        }
                    >
                        {Icon::Close.view()}
                    </button>
                </div>
            }
            .into_any()
        }
    }
}
