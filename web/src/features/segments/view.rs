//! What lies on disk: segments, their parts and what each part proves; and what bypass runs have left beside them.

use super::effects::Segments;
use crate::features::contexts::{Actions, ShownWindow, TimeZone};
use crate::features::window::state::LoadedWindow;
use crate::protocol::{BypassRun, DatasetFiles, Deletion, Part, Problem, Segment};
use crate::ui::confirm_button::ConfirmButton;
use crate::ui::format::{bytes, count, counted};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem as ProblemView;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::Dataset;

/// Segments drawn at once.
const LISTED: usize = 200;

/// The panel.
#[component]
pub(crate) fn SegmentsPanel() -> impl IntoView {
    let segments = expect_context::<Segments>();
    let shown = expect_context::<ShownWindow>();
    move || match (shown.get(), segments.files.get()) {
        (None, _) => view! {
            <div class="empty">
                <h3>"No window is open"</h3>
                <p>"Segments of the log and query that are open are listed here."</p>
            </div>
        }
        .into_any(),
        (Some(_), Load::Idle | Load::Loading) => {
            view! { <p class="hint pad" aria-busy="true">"Looking at the segments"</p> }.into_any()
        }
        (Some(_), Load::Failed(failed)) => view! { <ProblemView failed /> }.into_any(),
        (Some(window), Load::Ready(files)) => listed(&window, &files),
    }
}

fn listed(window: &Arc<LoadedWindow>, files: &DatasetFiles) -> AnyView {
    if files.segments.is_empty() && files.runs.is_empty() && window.problems.is_empty() {
        return view! {
            <div class="empty">
                <h3>"Nothing cached here yet"</h3>
                <p>"A segment is one fetch of one missing range; each of its files proves what it holds."</p>
            </div>
        }
        .into_any();
    }
    let dataset = window.dataset();
    let (inside, outside): (Vec<&Segment>, Vec<&Segment>) = files
        .segments
        .iter()
        .partition(|segment| segment.range.intersects(window.window()));
    let all = files.segments.len();
    let parts = files.segments.iter().flat_map(|segment| &segment.parts);
    let (number, size) = parts.fold((0_u64, 0), |(number, size), part| {
        (number + 1, size + part.bytes)
    });
    let line = format!(
        "{} of this log and query, {} in this window. {}, {}",
        counted(all as u64, "segment", "segments"),
        inside.len(),
        counted(number, "part", "parts"),
        bytes(size)
    );
    let cut = (all > LISTED).then(|| format!(". The first {LISTED} are listed"));
    let entries = inside
        .into_iter()
        .map(|segment| (segment, true))
        .chain(outside.into_iter().map(|segment| (segment, false)))
        .take(LISTED)
        .map(|(segment, is_in)| {
            view! { <SegmentView segment=segment.clone() dataset=dataset.clone() is_in /> }
        })
        .collect_view();
    let unverified = window
        .problems
        .iter()
        .map(|problem| {
            // What is not Windrow's is not deleted by it.
            let is_ours = problem.kind != "foreign" && window.target.bypass_run.is_none();
            view! { <Unverified problem=problem.clone() dataset=dataset.clone() is_ours /> }
        })
        .collect_view();
    let runs = files
        .runs
        .iter()
        .map(|run| view! { <Run run=run.clone() dataset=dataset.clone() /> })
        .collect_view();
    let has = |is_any: bool, text: &'static str| is_any.then(|| view! { <h3>{text}</h3> });
    view! {
        <div class="plain-pad" tabindex="0" role="region" aria-label="Segments">
            <p class="hint">{line} {cut}</p>
            {entries}
            {has(!window.problems.is_empty(), "Unverified files")}
            <ul class="plain-list">{unverified}</ul>
            {has(!files.runs.is_empty(), "Bypass runs, beside the cache")}
            {runs}
        </div>
    }
    .into_any()
}

fn size_of(rows: u64, parts: u64, size: u64) -> String {
    format!(
        "{}, {}, {}",
        counted(rows, "row", "rows"),
        counted(parts, "part", "parts"),
        bytes(size)
    )
}

#[component]
fn SegmentView(segment: Segment, dataset: Dataset, is_in: bool) -> impl IntoView {
    let zone = expect_context::<TimeZone>();
    let actions = expect_context::<Actions>();
    let range = segment.range;
    let rows: u64 = segment.parts.iter().map(|part| part.rows).sum();
    let size: u64 = segment.parts.iter().map(|part| part.bytes).sum();
    // The provisional files of a range are listed apart from its parts.
    let is_provisional = segment.parts.iter().all(|part| part.provisional);
    let deletions = if is_provisional {
        let parts = segment.parts.iter();
        parts
            .map(|part| Deletion::Part(part.path.clone()))
            .collect()
    } else {
        vec![Deletion::Segment(range)]
    };
    let parts = segment
        .parts
        .iter()
        .map(|part| view! { <PartView part=part.clone() /> })
        .collect_view();
    view! {
        <article
            class="segment"
            class:is-outside=!is_in
            data-testid="segment"
            data-path=segment.dir.clone()
        >
            <header class="segment-head">
                <h3>{move || zone.get().range(range.start_ms(), range.end_ms())}</h3>
                {(!is_in).then(|| view! { <span class="tag">"outside this window"</span> })}
                {is_provisional.then(|| view! { <span class="tag is-warning">"provisional"</span> })}
                <span class="hint">{size_of(rows, segment.parts.len() as u64, size)}</span>
                <span class="grow"></span>
                <ConfirmButton
                    testid="delete-segment"
                    what=segment.dir.clone()
                    label=format!("Delete this segment: {}", segment.dir)
                    question=format!("Delete {}?", bytes(size))
                    short="Delete?"
                    on_confirm=Callback::new(move |()| {
                        actions.delete.run((dataset.clone(), deletions.clone()));
                    })
                />
            </header>
            <p class="mono path">{segment.dir.clone()}</p>
            <table class="plain">
                <thead>
                    <tr>
                        <th scope="col">"Part"</th>
                        <th scope="col">
                            {if is_provisional { "Shows events of" } else { "Holds every event of" }}
                        </th>
                        <th scope="col" class="num">"Rows"</th>
                        <th scope="col" class="num">"Size"</th>
                        <th scope="col" class="num">"Generation"</th>
                        <th scope="col">"Fetched"</th>
                        <th scope="col"><span class="spoken">"Download"</span></th>
                    </tr>
                </thead>
                <tbody>{parts}</tbody>
            </table>
        </article>
    }
}

#[component]
fn PartView(part: Part) -> impl IntoView {
    let zone = expect_context::<TimeZone>();
    let segments = expect_context::<Segments>();
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
    view! {
        <tr
            data-testid="part"
            data-path=part.path.clone()
            data-rows=part.rows.to_string()
            data-from=claim.start_ms().to_string()
            data-to=claim.end_ms().to_string()
        >
            <td class="mono">{name} {note.map(|note| view! { " " <span class="tag">{note}</span> })}</td>
            <td>{move || zone.get().short_range(claim.start_ms(), claim.end_ms())}</td>
            <td class="num">{count(part.rows)}</td>
            <td class="num">{bytes(part.bytes)}</td>
            <td class="num">{part.generation.to_string()}</td>
            <td>{move || zone.get().short_stamp(fetched_ms - fetched_ms.rem_euclid(1000))}</td>
            <td class="num">
                <button
                    type="button"
                    class="is-small is-icon"
                    data-testid="download-part"
                    title="Download this part as a Parquet file"
                    aria-label=format!("Download {path}")
                    on:click=move |_| segments.download(path.clone())
                >
                    {Icon::Download.small()}
                </button>
            </td>
        </tr>
    }
}

#[component]
fn Unverified(problem: Problem, dataset: Dataset, is_ours: bool) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let path = problem.path.clone();
    let delete = is_ours.then(|| {
        let confirmed = {
            let path = path.clone();
            move |()| {
                let deletion = Deletion::Part(path.clone());
                actions.delete.run((dataset.clone(), vec![deletion]));
            }
        };
        view! {
            <ConfirmButton
                testid="delete-file"
                what=format!("file {path}")
                label=format!("Delete {path}")
                question=format!("Delete {path}?")
                short="Delete?"
                on_confirm=Callback::new(confirmed)
            />
        }
    });
    view! {
        <li class="unverified">
            <span class="tag">{problem.kind.clone()}</span>
            <span class="mono path">{problem.path.clone()}</span>
            <span class="hint">{problem.reason.clone()}</span>
            {delete}
        </li>
    }
}

#[component]
fn Run(run: BypassRun, dataset: Dataset) -> impl IntoView {
    let zone = expect_context::<TimeZone>();
    let actions = expect_context::<Actions>();
    let (window, started_ms) = (run.window, run.started_ms);
    let when = move || {
        window.map_or_else(
            || "Window unknown".to_owned(),
            |window| zone.get().range(window.start_ms(), window.end_ms()),
        )
    };
    let began = move || {
        started_ms.map(|ms| {
            let stamp = zone.get().short_stamp(ms - ms.rem_euclid(1000));
            format!(", began {stamp}")
        })
    };
    let run_id = run.run_id.clone();
    let confirmed = move |()| {
        let deletion = Deletion::Run(run_id.clone());
        actions.delete.run((dataset.clone(), vec![deletion]));
    };
    view! {
        <article
            class="segment"
            data-testid="bypass-run"
            data-run=run.run_id.clone()
            data-rows=run.rows.to_string()
        >
            <header class="segment-head">
                <h3>{when}</h3>
                <span class="hint">{size_of(run.rows, run.parts, run.bytes)} {began}</span>
                <span class="grow"></span>
                <ConfirmButton
                    testid="delete-run"
                    what=run.dir.clone()
                    label="Delete what this bypass run has left"
                    question=format!("Delete {}?", bytes(run.bytes))
                    short="Delete?"
                    on_confirm=Callback::new(confirmed)
                />
            </header>
            <p class="mono path">{run.dir.clone()}</p>
        </article>
    }
}
