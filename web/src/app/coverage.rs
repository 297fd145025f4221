//! The coverage panel: what is held of the window, what is missing, what that would cost, and the run that fetches it.

use super::bar::bar;
use super::el::{Child, El, Shown, el, flag, many, shown, text};
use super::icon::{Icon, icon};
use super::page::Page;
use super::problem::problem;
use super::ranges::ranges;
use super::run::{run_view, waits};
use super::shown::{Asked, Check, Here, Look};
use crate::protocol::{RunMode, WindowView};
use crate::state::coverage::{BarState, Overlay, Piece, pieces, sentence};
use crate::state::escape::plain;
use crate::state::price::price_parts;
use crate::state::standing::{Standing, standing};
use crate::state::words::{bytes, counted, duration};
use leptos::prelude::*;
use windrow_model::TimeRange;

/// Which of its shapes the panel has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nothing,
    Looking,
    Here,
    Failed,
}

/// What is read whenever a memo changes, and only then.
pub(crate) fn following<T>(memo: Memo<u64>, read: impl FnOnce() -> T) -> T {
    // Read, not only tracked: a memo that was never read does not follow anything.
    memo.get();
    untrack(read)
}

fn shape_of(page: Page) -> Shape {
    page.look.with(|look| match look {
        Look::Nothing => Shape::Nothing,
        Look::Looking(..) => Shape::Looking,
        Look::Here(_) => Shape::Here,
        Look::Failed(_) => Shape::Failed,
    })
}

/// The panel.
pub(crate) fn coverage_panel(page: Page) -> El {
    // A memo, so that the panel is built anew only when its shape changes.
    let shape = Memo::new(move |_| shape_of(page) as u64);
    el("section class='panel coverage' aria-label='Coverage'").child(shown(
        move || match following(shape, || shape_of(page)) {
            Shape::Nothing => nothing().into_any(),
            Shape::Looking => el("p class='hint looking'")
                .child("Looking at what is cached")
                .into_any(),
            Shape::Failed => failed(page).into_any(),
            Shape::Here => here_view(page).into_any(),
        },
    ))
}

fn nothing() -> El {
    el("div class='welcome'")
        .child(el("h2").child("Choose a log and a window"))
        .child(el("p").child(
            "Windrow shows what of the window is on this machine already, \
             says what the rest would cost, and fetches only that.",
        ))
}

fn failed(page: Page) -> Option<AnyView> {
    let failure = page.look.with(|look| match look {
        Look::Failed(failed) => Some(failed.clone()),
        _ => None,
    });
    failure.map(|failed| {
        many(vec![
            problem("p class='problem' role='alert'", failed).view(),
            el("button type='button'")
                .on("click", move |_| page.look_at_fields())
                .child("Look again")
                .view(),
        ])
    })
}

/// The pieces of the bar, as they are now.
pub(crate) fn drawn(page: Page) -> Vec<Piece> {
    pieces_of(page, |here| page.run.with(|run| run.overlay(&here.dataset)))
}

/// The pieces with the damage that is known, and what a run does to them.
fn pieces_of(page: Page, overlay_of: impl Fn(&Here) -> Overlay) -> Vec<Piece> {
    let damage = page.all_damage();
    page.here().map_or_else(Vec::new, |here| {
        let mut overlay = overlay_of(&here);
        // A file that opening refused is in the stretches already, less what sound parts cover.
        let is_new = |path: &str| here.looked.problems.iter().all(|held| held.path != path);
        let found = damage.iter().filter(|problem| is_new(&problem.path));
        overlay.damaged = found.filter_map(|problem| problem.range).collect();
        let stretches = here.looked.view.as_ref().map(|view| view.spans.as_slice());
        pieces(stretches.unwrap_or_default(), &overlay)
    })
}

/// The ranges that are damaged, whatever a run is doing to them; all of the window where what is damaged does not say its range.
fn damaged_ranges(page: Page, window: TimeRange) -> Vec<TimeRange> {
    if page
        .all_damage()
        .iter()
        .any(|problem| problem.range.is_none())
    {
        return vec![window];
    }
    pieces_of(page, |_| Overlay::default())
        .into_iter()
        .filter(|piece| piece.state == BarState::Damaged)
        .map(|piece| piece.range)
        .collect()
}

fn here_view(page: Page) -> AnyView {
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
            .map(|query| el("p class='query-line mono'").child(plain(&query)))
    };
    let decision = move || {
        now_of(page).map(|now| {
            el("span data-testid='decision'")
                .class(format!("badge is-{}", now.badge))
                .child(now.badge)
        })
    };
    let bypassed = move || {
        page.here()
            .and_then(|here| here.bypass_run.clone())
            .map(|run| {
                el("p class='problem is-mild'")
                    .child(
                        el("strong")
                            .child("These are the rows of bypass run ")
                            .child(run)
                            .child("."),
                    )
                    .child(el("span").child(
                        "They lie beside the cache and are not part of it. \
                         Show the plan again to see what is cached.",
                    ))
            })
    };
    let stale = move || {
        page.is_stale().then(|| {
            el("p class='hint is-stale'")
                .child(icon(Icon::Info))
                .child("The fields say something else now. Show the plan again to see it.")
        })
    };
    many(vec![
        el("div class='coverage-head'")
            .child(
                el("div class='coverage-title'")
                    .child(el("h2").child(text(move || name().unwrap_or_default())))
                    .child(el("p class='when'").child(text(move || when().unwrap_or_default())))
                    .child(shown(query)),
            )
            .child(shown(decision))
            .view(),
        shown(stale).view(),
        shown(bypassed).view(),
        el("p class='coverage-line' data-testid='coverage-line'")
            .child(shown(move || sentence(&drawn(page))))
            .view(),
        bar(page).view(),
        legend(page).view(),
        shown(move || refused(page)).view(),
        shown(move || damage(page)).view(),
        shown(move || newer(page)).view(),
        actions(page).view(),
        run_view(page).view(),
        check_view(page).view(),
        ranges(page).view(),
    ])
}

/// A swatch for every state; those not on the bar are faint.
fn legend(page: Page) -> El {
    let entries = BarState::ALL.map(|state| {
        let is_shown = move || drawn(page).iter().any(|piece| piece.state == state);
        el("li")
            .toggle("is-absent", flag(move || !is_shown()))
            .child(el("span").class(format!("swatch stretch is-{}", state.name())))
            .child(state.words())
    });
    el("ul class='legend' data-testid='legend' aria-label='Legend'")
        .child(entries.into_iter().collect::<Vec<_>>())
}

/// Why a window cannot be opened.
fn refused(page: Page) -> Option<AnyView> {
    let failed = page.here()?.looked.error.clone()?;
    Some(problem("p class='problem' role='alert'", failed).into_any())
}

fn damage(page: Page) -> Option<AnyView> {
    let here = page.here()?;
    let is_running = move || page.run.with(|run| run.is_running());
    let entries = page
        .all_damage()
        .into_iter()
        .map(|problem| {
            let range = problem
                .range
                .and_then(|range| range.intersection(here.window));
            let zone = page.zone();
            let when = range.map(|range| zone.range(range.start_ms(), range.end_ms()));
            el("li class='damage' data-testid='damaged'")
                .attr("data-path", problem.path.clone())
                .child(icon(Icon::Warning))
                .child(
                    el("div class='damage-text'")
                        .child(el("strong").child("Damaged: ").child(when))
                        .child(el("span class='mono path'").child(problem.path.clone()))
                        .child(el("span").child(problem.reason.clone()))
                        .child(el("span").child(
                            "Its rows are not shown. Nothing else is touched. \
                             Fetch it again, or delete it under Segments.",
                        )),
                )
                .child(
                    el("button type='button' data-testid='repair-button'")
                        .attr("aria-label", format!("Fetch again: {}", problem.path))
                        .press(is_running, move |_| page.fetch(range, RunMode::Repair))
                        .child(icon(Icon::Again))
                        .child("Fetch again"),
                )
        })
        .collect::<Vec<_>>();
    (!entries.is_empty()).then(|| el("ul class='damages'").child(entries).into_any())
}

/// Files that only a newer Windrow can read.
fn newer(page: Page) -> Option<El> {
    let here = page.here()?;
    let is_newer = here
        .looked
        .problems
        .iter()
        .filter(|problem| problem.kind == "newer");
    let files = is_newer.count() as u64;
    (files > 0).then(|| {
        el("p class='problem is-mild' data-testid='newer'")
            .child(el("strong").child(format!(
                "{} of this window {} written by a newer Windrow",
                counted(files, "file", "files"),
                if files == 1 { "was" } else { "were" }
            )))
            .child(el("span").child(
                "Left alone and not shown: read and fetch this window with the newer version, or bypass the cache.",
            ))
    })
}

/// How the window stands now.
fn now_of(page: Page) -> Option<Standing> {
    let here = page.here()?;
    let damaged = damaged_ranges(page, here.window);
    Some(standing(&here.looked, &damaged, page.bypass.get()))
}

fn actions(page: Page) -> El {
    let is_running = move || page.run.with(|run| run.is_running());
    let fetch = move |_| {
        if let Some(now) = untrack(|| now_of(page)) {
            page.fetch(None, now.mode);
        }
    };
    let is_needed = move || now_of(page).is_some_and(|now| now.is_needed);
    let has_price = move || {
        page.bypass.get()
            || page.here().is_some_and(|here| {
                !here.looked.plan.missing.is_empty() || here.bypass_run.is_some()
            })
    };
    let is_checking = move || matches!(page.check.get(), Check::Reading(..));
    let has_rows = move || {
        // What lies beside the cache is not what would be verified.
        page.here()
            .filter(|here| here.bypass_run.is_none())
            .is_some_and(|here| here.looked.view.as_ref().is_some_and(WindowView::holds_any))
    };
    el("div class='actions'")
        .child(
            el("button type='button' id='fetch' data-testid='fetch-button'")
                .toggle("primary", flag(is_needed))
                .press(is_running, fetch)
                .child(shown(move || {
                    icon(if is_needed() {
                        Icon::Download
                    } else {
                        Icon::Done
                    })
                }))
                .child(shown(move || now_of(page).map(|now| now.action))),
        )
        .child(
            el("button type='button' data-testid='price-button'")
                .attr(
                    "title",
                    "Asks the API to count the missing events: one query a gap",
                )
                .press(
                    move || !has_price() || matches!(page.price.get(), Asked::Asking),
                    move |_| page.ask_price(),
                )
                .child("Price it"),
        )
        .child(
            el("button type='button' data-testid='verify-button'")
                .attr(
                    "title",
                    "Reads every byte of this window again and checks it",
                )
                .press(move || is_checking() || !has_rows(), move |_| page.verify())
                .child("Verify"),
        )
        .child(shown(move || price(page)))
}

fn price(page: Page) -> Option<AnyView> {
    match page.price.get() {
        Asked::No => None,
        Asked::Asking => Some(many(vec![
            el("span class='hint'").child("Counting").view(),
            waits(page, Box::new(move || page.price_pause.get())).view(),
            el("button type='button' class='quiet' data-testid='cancel-price'")
                .on("click", move |_| page.forget_price())
                .child("Cancel")
                .view(),
        ])),
        Asked::Failed(failed) => Some(problem("p class='problem' role='alert'", failed).into_any()),
        Asked::Here(price) => {
            let zone = page.zone();
            let provisional = price.provisional.map(|range| {
                format!(
                    "from {} on it may be incomplete: too close to now",
                    zone.short_stamp(range.start_ms())
                )
            });
            let beyond = price
                .gaps
                .iter()
                .any(|gap| gap.beyond_retention)
                .then(|| "part of it lies beyond what the source keeps".to_owned());
            let gaps_only = now_of(page)
                .is_some_and(|now| now.mode == RunMode::Repair)
                .then(|| "of the gaps only: what is damaged is not counted".to_owned());
            let lines = price_parts(&price)
                .into_iter()
                .chain(gaps_only)
                .chain(beyond)
                .chain(provisional)
                .map(|line| el("li").child(line))
                .collect::<Vec<_>>();
            Some(
                el("ul class='plain price' data-testid='price'")
                    .child(lines)
                    .into_any(),
            )
        }
    }
}

fn check_view(page: Page) -> Shown {
    shown(move || match page.check.get() {
        Check::No => None,
        Check::Reading(read, all) => Some(
            el("p class='hint'")
                .child(format!(
                    "Reading every byte: {read} of {}",
                    counted(all, "part", "parts")
                ))
                .into_any(),
        ),
        Check::Failed(failed) => Some(problem("p class='problem' role='alert'", failed).into_any()),
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
                .map(|line| el("li class='mono path'").child(line))
                .collect::<Vec<_>>();
            Some(
                el("div data-testid='verify-result'")
                    .class(if ok {
                        "outcome is-good"
                    } else {
                        "outcome is-bad"
                    })
                    .attr("data-ok", ok.to_string())
                    .child(icon(if ok { Icon::Done } else { Icon::Warning }))
                    .child(
                        el("div")
                            .child(el("strong").child(if ok {
                                "Verified: every byte is as it was written"
                            } else {
                                "Something is wrong"
                            }))
                            .child(el("span class='hint'").child(read))
                            .child(el("ul class='plain'").child(problems)),
                    )
                    .into_any(),
            )
        }
    })
}
