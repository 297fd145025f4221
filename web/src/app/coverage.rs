//! The coverage panel: what is held of the window, what is missing, what that would cost, and the run that fetches it.

use super::bar::Bar;
use super::icon::{Icon, icon};
use super::page::{Asked, Check, Look, Page};
use super::ranges::Ranges;
use super::run::RunView;
use crate::protocol::{RunMode, View};
use crate::state::coverage::{BarState, Piece, pieces, sentence};
use crate::state::run::price_line;
use crate::state::words::{bytes, counted, duration};
use leptos::prelude::*;
use windrow_model::Decision;

/// Which of its shapes the panel has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nothing,
    Looking,
    Here,
    Failed,
}

/// For attributes and the badge.
pub(crate) fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Hit => "hit",
        Decision::Partial => "partial",
        Decision::Miss => "miss",
        Decision::Bypass => "bypass",
    }
}

/// The panel.
#[component]
pub(crate) fn CoveragePanel(page: Page) -> impl IntoView {
    let shape = Memo::new(move |_| {
        page.look.with(|look| match look {
            Look::Nothing => Shape::Nothing,
            Look::Looking => Shape::Looking,
            Look::Here(_) => Shape::Here,
            Look::Failed(_) => Shape::Failed,
        })
    });
    view! {
        <section class="panel coverage" aria-label="Coverage">
            {move || match shape.get() {
                Shape::Nothing => nothing().into_any(),
                Shape::Looking => {
                    view! { <p class="hint looking">"Looking at what is cached"</p> }.into_any()
                }
                Shape::Failed => failed(page).into_any(),
                Shape::Here => view! { <HereView page=page /> }.into_any(),
            }}
        </section>
    }
}

fn nothing() -> impl IntoView {
    view! {
        <div class="welcome">
            <h2>"Choose a log and a window"</h2>
            <p>
                "Windrow shows what of the window is on this machine already, says what the rest would cost, and fetches only that."
            </p>
        </div>
    }
}

fn failed(page: Page) -> impl IntoView {
    let failure = page.look.with(|look| match look {
        Look::Failed(failed) => Some(failed.clone()),
        _ => None,
    });
    failure.map(|failed| {
        view! {
            <p class="problem" role="alert">
                <strong>{failed.message}</strong>
                <span>{failed.remedy}</span>
            </p>
            <button type="button" on:click=move |_| page.look_at_fields()>
                "Look again"
            </button>
        }
    })
}

/// The pieces of the bar, as they are now.
pub(crate) fn drawn(page: Page) -> Vec<Piece> {
    let mut overlay = page.run.with(|run| run.overlay());
    let damage = page.all_damage();
    overlay.damaged = damage.iter().filter_map(|problem| problem.range).collect();
    page.here().map_or_else(Vec::new, |here| {
        let stretches = here
            .looked
            .view
            .as_ref()
            .map(|view| view.stretches.as_slice());
        pieces(stretches.unwrap_or_default(), &overlay)
    })
}

#[component]
fn HereView(page: Page) -> impl IntoView {
    let drawn = Memo::new(move |_| drawn(page));
    let name = move || page.here().map(|here| page.log_name(here.dataset.log_id()));
    let when = move || {
        page.here().map(|here| {
            let (start_ms, end_ms) = (here.window.start_ms(), here.window.end_ms());
            format!(
                "{} \u{b7} {}",
                page.zone().range(start_ms, end_ms),
                duration(here.window.duration_ms())
            )
        })
    };
    let query = move || {
        page.here()
            .map(|here| here.dataset.query().to_owned())
            .filter(|query| !query.is_empty())
            .map(|query| view! { <p class="query-line mono">{query}</p> })
    };
    let decision = move || {
        page.here().map(|here| {
            let name = decision_name(here.looked.plan.decision);
            view! {
                <span class=format!("badge is-{name}") data-testid="decision">
                    {name}
                </span>
            }
        })
    };
    let bypassed = move || {
        page.here().and_then(|here| here.bypass_run.clone()).map(|run| {
            view! {
                <p class="problem is-mild">
                    <strong>"These are the rows of bypass run " {run} "."</strong>
                    <span>
                        "They lie beside the cache and are not part of it. Show the plan again to see what is cached."
                    </span>
                </p>
            }
        })
    };
    let stale = move || {
        page.is_stale().then(|| {
            view! {
                <p class="hint is-stale">
                    {icon(Icon::Info)}
                    "The fields say something else now. Show the plan again to see it."
                </p>
            }
        })
    };
    view! {
        <div class="coverage-head">
            <div class="coverage-title">
                <h2>{name}</h2>
                <p class="when">{when}</p>
                {query}
            </div>
            {decision}
        </div>
        {stale}
        {bypassed}
        <p class="coverage-line" data-testid="coverage-line">
            {move || drawn.with(|drawn| sentence(drawn))}
        </p>
        <Bar page=page pieces=drawn />
        <Legend pieces=drawn />
        {move || refused(page)}
        {move || damage(page)}
        <Actions page=page />
        <RunView page=page />
        <CheckView page=page />
        <Ranges page=page />
    }
}

/// A swatch for every state; those not on the bar are faint.
#[component]
fn Legend(pieces: Memo<Vec<Piece>>) -> impl IntoView {
    let entries = BarState::ALL.map(|state| {
        let shown = move || pieces.with(|pieces| pieces.iter().any(|piece| piece.state == state));
        view! {
            <li class:is-absent=move || !shown()>
                <span class=format!("swatch stretch is-{}", state.name())></span>
                {state.words()}
            </li>
        }
    });
    view! {
        <ul class="legend" data-testid="legend" aria-label="Legend">
            {entries.into_iter().collect_view()}
        </ul>
    }
}

/// Why a window cannot be opened.
fn refused(page: Page) -> Option<AnyView> {
    let failed = page.here()?.looked.refused.clone()?;
    Some(
        view! {
            <p class="problem" role="alert">
                <strong>{failed.message}</strong>
                <span>{failed.remedy}</span>
            </p>
        }
        .into_any(),
    )
}

fn damage(page: Page) -> Option<AnyView> {
    let here = page.here()?;
    let is_running = page.run.with(|run| run.is_running());
    let entries = page
        .all_damage()
        .into_iter()
        .map(|problem| {
            let range = problem
                .range
                .and_then(|range| range.intersection(here.window));
            let zone = page.zone();
            let when = range.map(|range| zone.range(range.start_ms(), range.end_ms()));
            view! {
                <li class="damage" data-testid="damaged" data-path=problem.path.clone()>
                    {icon(Icon::Warning)}
                    <div class="damage-text">
                        <strong>"Damaged: " {when}</strong>
                        <span class="mono path">{problem.path.clone()}</span>
                        <span>{problem.reason.clone()}</span>
                        <span>
                            "Its rows are not shown. Nothing else is touched. Fetch it again, or delete its segment."
                        </span>
                    </div>
                    <button
                        type="button"
                        class="primary"
                        data-testid="repair-button"
                        disabled=is_running
                        on:click=move |_| page.fetch(range, RunMode::Repair)
                    >
                        {icon(Icon::Again)}
                        "Fetch again"
                    </button>
                </li>
            }
        })
        .collect::<Vec<_>>();
    (!entries.is_empty()).then(|| view! { <ul class="damages">{entries}</ul> }.into_any())
}

/// What the main button says, and whether it is the thing to do.
fn fetch_words(page: Page) -> (String, bool) {
    let Some(here) = page.here() else {
        return (String::new(), false);
    };
    if page.bypass.get() {
        return ("Fetch the whole window".to_owned(), true);
    }
    let gaps = here.looked.plan.missing.ranges().len() as u64;
    match here.looked.plan.decision {
        Decision::Hit => ("Nothing is missing".to_owned(), false),
        Decision::Miss => ("Fetch the window".to_owned(), true),
        _ => (format!("Fetch {}", counted(gaps, "gap", "gaps")), true),
    }
}

#[component]
fn Actions(page: Page) -> impl IntoView {
    let is_running = move || page.run.with(|run| run.is_running());
    let words = Memo::new(move |_| fetch_words(page));
    let fetch = move |_| {
        let mode = if page.bypass.get_untracked() {
            RunMode::Bypass
        } else {
            RunMode::Normal
        };
        page.fetch(None, mode);
    };
    let has_gaps = move || words.with(|(_, is_due)| *is_due);
    let is_checking = move || matches!(page.check.get(), Check::Reading(..));
    let has_rows = move || {
        page.here()
            .is_some_and(|here| here.looked.view.as_ref().is_some_and(View::holds_any))
    };
    view! {
        <div class="actions">
            <button
                type="button"
                class:primary=has_gaps
                data-testid="fetch-button"
                disabled=is_running
                on:click=fetch
            >
                {move || icon(if has_gaps() { Icon::Download } else { Icon::Done })}
                {move || words.with(|(text, _)| text.clone())}
            </button>
            <button
                type="button"
                data-testid="price-button"
                disabled=move || !has_gaps() || matches!(page.price.get(), Asked::Asking)
                title="Asks the API to count the missing events: one query a gap"
                on:click=move |_| page.ask_price()
            >
                "Price it"
            </button>
            <button
                type="button"
                data-testid="verify-button"
                disabled=move || is_checking() || !has_rows()
                title="Reads every byte of this window again and checks it"
                on:click=move |_| page.verify()
            >
                "Verify"
            </button>
            {move || price(page)}
        </div>
    }
}

fn price(page: Page) -> Option<AnyView> {
    match page.price.get() {
        Asked::No => None,
        Asked::Asking => Some(view! { <span class="hint">"Counting"</span> }.into_any()),
        Asked::Failed(failed) => Some(
            view! {
                <p class="problem" role="alert">
                    <strong>{failed.message}</strong>
                    <span>{failed.remedy}</span>
                </p>
            }
            .into_any(),
        ),
        Asked::Here(price) => {
            let zone = page.zone();
            let provisional = price.provisional.map(|range| {
                format!(
                    ". From {} on it may be incomplete: too close to now",
                    zone.short_time(range.start_ms())
                )
            });
            let beyond = price
                .gaps
                .iter()
                .any(|gap| gap.beyond_retention)
                .then_some(". Part of it lies beyond what the source keeps");
            Some(
                view! {
                    <span
                        class="price"
                        data-testid="price"
                        data-events=price.events.to_string()
                        data-pages=price.pages.to_string()
                    >
                        {price_line(price.events, price.pages)}
                        {beyond}
                        {provisional}
                    </span>
                }
                .into_any(),
            )
        }
    }
}

#[component]
fn CheckView(page: Page) -> impl IntoView {
    move || match page.check.get() {
        Check::No => None,
        Check::Reading(read, all) => Some(
            view! {
                <p class="hint">
                    {format!("Reading every byte: {read} of {}", counted(all, "part", "parts"))}
                </p>
            }
            .into_any(),
        ),
        Check::Failed(failed) => Some(
            view! {
                <p class="problem" role="alert">
                    <strong>{failed.message}</strong>
                    <span>{failed.remedy}</span>
                </p>
            }
            .into_any(),
        ),
        Check::Done(verified) => {
            let ok = verified.ok;
            let read = format!(
                "{}, {}, {} read",
                counted(verified.parts, "part", "parts"),
                counted(verified.rows, "row", "rows"),
                bytes(verified.bytes)
            );
            let problems = verified
                .problems
                .iter()
                .map(|problem| format!("{}: {}", problem.path, problem.reason))
                .chain(verified.overlaps.iter().cloned())
                .map(|line| view! { <li class="mono path">{line}</li> })
                .collect_view();
            Some(
                view! {
                    <div
                        class="outcome"
                        class:is-good=ok
                        class:is-bad=!ok
                        data-testid="verify-result"
                        data-ok=ok.to_string()
                    >
                        {icon(if ok { Icon::Done } else { Icon::Warning })}
                        <div>
                            <strong>
                                {if ok { "Verified: every byte is as it was written" } else { "Something is wrong" }}
                            </strong>
                            <span class="hint">{read}</span>
                            <ul class="plain">{problems}</ul>
                        </div>
                    </div>
                }
                .into_any(),
            )
        }
    }
}
