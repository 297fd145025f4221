//! What lies on disk: segments, their parts and what each part proves; and what bypass runs have left beside them.

use super::armed::armed;
use super::el::{Child, El, Shown, el, many, shown};
use super::icon::{Icon, icon};
use super::page::Page;
use super::problem::problem;
use super::shown::{Asked, Here};
use crate::protocol::{BypassRun, Deletion, Part, Problem, Segment};
use crate::state::words::{bytes, count, counted};
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::TimeRange;

/// Segments drawn at once.
const LISTED: usize = 200;

/// The panel.
pub(crate) fn segments(page: Page) -> Shown {
    shown(move || match (page.here(), page.segments.get()) {
        (None, _) => el("div class='empty'")
            .child(el("h3").child("No window is open"))
            .child(el("p").child(
                "Segments of the log and query that are open \
                 are listed here.",
            ))
            .into_any(),
        (Some(_), Asked::No | Asked::Asking) => el("p class='hint pad'")
            .child("Looking at the segments")
            .into_any(),
        (Some(_), Asked::Failed(failed)) => {
            problem("p class='problem pad' role='alert'", failed).into_any()
        }
        (Some(here), Asked::Here(held))
            if held.segments.is_empty()
                && held.runs.is_empty()
                && here.looked.problems.is_empty() =>
        {
            el("div class='empty'")
                .child(el("h3").child("Nothing cached here yet"))
                .child(el("p").child(
                    "A segment is one fetch of one missing range; \
                     each of its files proves what it holds.",
                ))
                .into_any()
        }
        (Some(here), Asked::Here(held)) => many(vec![
            listed(page, &here, &held.segments),
            beside(page, &here, &held.runs).view(),
        ]),
    })
}

fn listed(page: Page, here: &Arc<Here>, segments: &[Segment]) -> AnyView {
    let (in_window, outside): (Vec<&Segment>, Vec<&Segment>) = segments
        .iter()
        .partition(|segment| segment.range.intersects(here.window));
    let all = in_window.len() + outside.len();
    let parts: usize = segments.iter().map(|segment| segment.parts.len()).sum();
    let size: u64 = segments
        .iter()
        .flat_map(|segment| &segment.parts)
        .map(|part| part.bytes)
        .sum();
    let line = format!(
        "{} of this log and query, {} in this window \u{b7} {} \u{b7} {}",
        counted(all as u64, "segment", "segments"),
        in_window.len(),
        counted(parts as u64, "part", "parts"),
        bytes(size)
    );
    let cut = (all > LISTED).then(|| format!(". The first {LISTED} are listed"));
    let entries = in_window
        .into_iter()
        .map(|segment| (segment, true))
        .chain(outside.into_iter().map(|segment| (segment, false)))
        .take(LISTED)
        .map(|(part, is_in)| segment(page, here, part, is_in))
        .collect::<Vec<_>>();
    let problems = here
        .looked
        .problems
        .iter()
        .map(|problem| unproven(page, here, problem))
        .collect::<Vec<_>>();
    let problems = (!problems.is_empty()).then(|| {
        many(vec![
            el("h3 class='sub'")
                .child("Files that prove nothing")
                .view(),
            el("ul class='plain'").child(problems).view(),
        ])
    });
    many(vec![
        el("p class='hint pad'").child(line).child(cut).view(),
        el("div class='segments'").child(entries).view(),
        problems.view(),
    ])
}

/// What bypass runs have left.
fn beside(page: Page, here: &Arc<Here>, runs: &[BypassRun]) -> Option<AnyView> {
    let entries = runs.iter().map(|held| run(page, here, held));
    let entries = entries.collect::<Vec<_>>();
    (!entries.is_empty()).then(|| {
        many(vec![
            el("h3 class='sub'").child("Beside the cache").view(),
            el("p class='hint pad'")
                .child(
                    "What bypass runs have left. None of it counts as cached; \
                     the next bypass run removes what is older than seven days.",
                )
                .view(),
            el("div class='segments'").child(entries).view(),
        ])
    })
}

fn run(page: Page, here: &Arc<Here>, held: &BypassRun) -> El {
    let (window, started_ms) = (held.window, held.started_ms);
    let (dataset, run_id) = (here.dataset.clone(), held.run_id.clone());
    let when = move || {
        let words = |window: TimeRange| page.zone().range(window.start_ms(), window.end_ms());
        window.map_or_else(|| "Nothing says of which window".to_owned(), words)
    };
    let began = move || {
        started_ms.map(|ms| {
            let stamp = page.zone().short_stamp(ms - ms.rem_euclid(1000));
            format!(" \u{b7} began {stamp}")
        })
    };
    let delete = move || page.delete(dataset.clone(), vec![Deletion::Run(run_id.clone())]);
    el("article class='segment' data-testid='bypass-run'")
        .attr("data-run", held.run_id.clone())
        .attr("data-rows", held.rows.to_string())
        .child(
            el("header class='segment-head'")
                .child(el("h3").child(shown(when)))
                .child(
                    el("span class='hint'")
                        .child(size_of(held.rows, held.parts, held.bytes))
                        .child(shown(began)),
                )
                .child(armed(
                    page,
                    "delete-run",
                    held.dir.clone(),
                    "Delete what this bypass run has left".to_owned(),
                    format!("Delete {}?", bytes(held.bytes)),
                    Box::new(delete),
                )),
        )
        .child(el("p class='mono path'").child(held.dir.clone()))
}

fn size_of(rows: u64, parts: u64, size: u64) -> String {
    format!(
        "{} \u{b7} {} \u{b7} {}",
        counted(rows, "row", "rows"),
        counted(parts, "part", "parts"),
        bytes(size)
    )
}

fn unproven(page: Page, here: &Arc<Here>, problem: &Problem) -> El {
    let (dataset, path) = (here.dataset.clone(), problem.path.clone());
    // What is not Windrow's is not deleted by it.
    let is_ours = problem.kind != "foreign" && here.bypass_run.is_none();
    let delete = is_ours.then(|| {
        armed(
            page,
            "delete-file",
            format!("file {path}"),
            format!("Delete {path}"),
            format!("Delete {path}?"),
            Box::new(move || page.delete(dataset.clone(), vec![Deletion::Part(path.clone())])),
        )
    });
    el("li class='foreign'")
        .child(el("span class='pill'").child(problem.kind.clone()))
        .child(el("span class='mono path'").child(problem.path.clone()))
        .child(el("span class='hint'").child(problem.reason.clone()))
        .child(delete)
}

fn segment(page: Page, here: &Arc<Here>, segment: &Segment, is_in: bool) -> El {
    let range = segment.range;
    let rows: u64 = segment.parts.iter().map(|part| part.rows).sum();
    let size: u64 = segment.parts.iter().map(|part| part.bytes).sum();
    let parts = segment
        .parts
        .iter()
        .map(|held| part(page, held))
        .collect::<Vec<_>>();
    let dataset = here.dataset.clone();
    // The provisional files of a range are listed apart from its parts.
    let is_provisional = segment.parts.iter().all(|part| part.provisional);
    let paths: Vec<String> = segment.parts.iter().map(|part| part.path.clone()).collect();
    let delete = move || {
        let removes = if is_provisional {
            paths.iter().cloned().map(Deletion::Part).collect()
        } else {
            vec![Deletion::Segment(range)]
        };
        page.delete(dataset.clone(), removes);
    };
    el("article data-testid='segment'")
        .class(if is_in {
            "segment"
        } else {
            "segment is-outside"
        })
        .attr("data-path", segment.dir.clone())
        .child(
            el("header class='segment-head'")
                .child(el("h3").child(shown(move || {
                    page.zone().range(range.start_ms(), range.end_ms())
                })))
                .child((!is_in).then(|| el("span class='pill'").child("outside this window")))
                .child(
                    is_provisional
                        .then(|| el("span class='pill is-provisional'").child("provisional")),
                )
                .child(el("span class='hint'").child(size_of(
                    rows,
                    segment.parts.len() as u64,
                    size,
                )))
                .child(armed(
                    page,
                    "delete-segment",
                    segment.dir.clone(),
                    format!("Delete this segment: {}", segment.dir),
                    format!("Delete {}?", bytes(size)),
                    Box::new(delete),
                )),
        )
        .child(el("p class='mono path'").child(segment.dir.clone()))
        .child(
            el("table class='parts'")
                .child(
                    el("thead").child(
                        el("tr")
                            .child(el("th").child("Part"))
                            .child(el("th").child(if is_provisional {
                                "Shows events of"
                            } else {
                                "Holds every event of"
                            }))
                            .child(el("th class='num'").child("Rows"))
                            .child(el("th class='num'").child("Size"))
                            .child(el("th class='num'").child("Generation"))
                            .child(el("th").child("Fetched"))
                            .child(el("th")),
                    ),
                )
                .child(el("tbody").child(parts)),
        )
}

fn part(page: Page, part: &Part) -> El {
    let (claim, fetched_ms) = (part.claim, part.fetched_at_ms);
    let name = part
        .path
        .rsplit('/')
        .next()
        .unwrap_or(&part.path)
        .to_owned();
    let path = part.path.clone();
    let note = if part.provisional {
        Some("claims nothing")
    } else if part.owned {
        None
    } else {
        Some("replaced")
    };
    el("tr data-testid='part'")
        .attr("data-path", part.path.clone())
        .attr("data-rows", part.rows.to_string())
        .of_range(claim)
        .child(el("td class='mono'").child(name).child(
            note.map(|note| many(vec![" ".view(), el("span class='pill'").child(note).view()])),
        ))
        .child(el("td class='mono'").child(shown(move || {
            page.zone().short_range(claim.start_ms(), claim.end_ms())
        })))
        .child(el("td class='num'").child(count(part.rows)))
        .child(el("td class='num'").child(bytes(part.bytes)))
        .child(el("td class='num'").child(part.generation.to_string()))
        .child(el("td class='mono'").child(shown(move || {
            page.zone()
                .short_stamp(fetched_ms - fetched_ms.rem_euclid(1000))
        })))
        .child(
            el("td class='num'").child(
                el("button type='button' class='quiet' data-testid='download-part'")
                    .attr("title", "Download this part as a Parquet file")
                    .attr("aria-label", format!("Download {path}"))
                    .on("click", move |_| page.download_part(path.clone()))
                    .child(icon(Icon::Download)),
            ),
        )
}
