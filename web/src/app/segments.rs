//! What lies on disk: segments, their parts and what each part proves.

use super::armed::Armed;
use super::icon::{Icon, icon};
use super::page::{Asked, Here, Page};
use crate::protocol::{Part, Problem, Remove, Segment};
use crate::state::words::{bytes, count, counted};
use leptos::prelude::*;
use std::sync::Arc;

/// Segments drawn at once.
const LISTED: usize = 200;

/// The panel.
#[component]
pub(crate) fn Segments(page: Page) -> impl IntoView {
    move || {
        match (page.here(), page.segments.get()) {
        (None, _) => view! {
            <div class="empty">
                <h3>"No window is open"</h3>
                <p>"Segments of the log and query that are open are listed here."</p>
            </div>
        }
        .into_any(),
        (Some(_), Asked::No | Asked::Asking) => view! {
            <p class="hint pad">"Looking at the segments"</p>
        }
        .into_any(),
        (Some(_), Asked::Failed(failed)) => view! {
            <p class="problem pad" role="alert">
                <strong>{failed.message}</strong>
                <span>{failed.remedy}</span>
            </p>
        }
        .into_any(),
        (Some(here), Asked::Here(segments))
            if segments.is_empty() && here.looked.problems.is_empty() =>
        {
            view! {
                <div class="empty">
                    <h3>"Nothing cached here yet"</h3>
                    <p>
                        "A segment is one fetch of one missing range; each of its files proves what it holds."
                    </p>
                </div>
            }
            .into_any()
        }
        (Some(here), Asked::Here(segments)) => listed(page, &here, &segments).into_any(),
    }
    }
}

fn listed(page: Page, here: &Arc<Here>, segments: &[Segment]) -> impl IntoView + use<> {
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
        .collect_view();
    let problems = here.looked.problems.iter().map(problem).collect::<Vec<_>>();
    let problems = (!problems.is_empty()).then(|| {
        view! {
            <h3 class="sub">"Files that prove nothing"</h3>
            <ul class="plain">{problems}</ul>
        }
    });
    view! {
        <p class="hint pad">{line} {cut}</p>
        <div class="segments">{entries}</div>
        {problems}
    }
}

fn problem(problem: &Problem) -> impl IntoView + use<> {
    view! {
        <li class="foreign">
            <span class="pill">{problem.kind.clone()}</span>
            <span class="mono path">{problem.path.clone()}</span>
            <span class="hint">{problem.reason.clone()}</span>
        </li>
    }
}

fn segment(page: Page, here: &Arc<Here>, segment: &Segment, is_in: bool) -> impl IntoView + use<> {
    let range = segment.range;
    let rows: u64 = segment.parts.iter().map(|part| part.rows).sum();
    let size: u64 = segment.parts.iter().map(|part| part.bytes).sum();
    let parts = segment
        .parts
        .iter()
        .map(|held| part(page, held))
        .collect_view();
    let dataset = here.dataset.clone();
    let is_provisional = segment.parts.iter().all(|part| part.provisional);
    let paths: Vec<String> = segment.parts.iter().map(|part| part.path.clone()).collect();
    let delete = move || {
        if is_provisional {
            for path in &paths {
                page.delete(dataset.clone(), Remove::Part(path.clone()));
            }
        } else {
            page.delete(dataset.clone(), Remove::Segment(range));
        }
    };
    view! {
        <article class="segment" class:is-outside=!is_in data-testid="segment" data-path=segment.dir.clone()>
            <header class="segment-head">
                <h3>{move || page.zone().range(range.start_ms(), range.end_ms())}</h3>
                {(!is_in).then(|| view! { <span class="pill">"outside this window"</span> })}
                {is_provisional.then(|| view! { <span class="pill is-provisional">"provisional"</span> })}
                <span class="hint">
                    {format!(
                        "{} \u{b7} {} \u{b7} {}",
                        counted(rows, "row", "rows"),
                        counted(segment.parts.len() as u64, "part", "parts"),
                        bytes(size),
                    )}
                </span>
                <Armed
                    testid="delete-segment"
                    label="Delete this segment".to_owned()
                    confirm=format!("Delete {}?", bytes(size))
                    act=delete
                />
            </header>
            <p class="mono path">{segment.dir.clone()}</p>
            <table class="parts">
                <thead>
                    <tr>
                        <th>"Part"</th>
                        <th>"Holds every event of"</th>
                        <th class="num">"Rows"</th>
                        <th class="num">"Size"</th>
                        <th class="num">"Generation"</th>
                        <th>"Fetched"</th>
                        <th></th>
                    </tr>
                </thead>
                <tbody>{parts}</tbody>
            </table>
        </article>
    }
}

fn part(page: Page, part: &Part) -> impl IntoView + use<> {
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
            <td class="mono">{name} {note.map(|note| view! { " " <span class="pill">{note}</span> })}</td>
            <td class="mono">{move || page.zone().short_range(claim.start_ms(), claim.end_ms())}</td>
            <td class="num">{count(part.rows)}</td>
            <td class="num">{bytes(part.bytes)}</td>
            <td class="num">{part.generation}</td>
            <td class="mono">{move || page.zone().short_stamp(fetched_ms - fetched_ms.rem_euclid(1000))}</td>
            <td class="num">
                <button
                    type="button"
                    class="quiet"
                    data-testid="download-part"
                    title="Download this part as a Parquet file"
                    aria-label=format!("Download {path}")
                    on:click=move |_| page.download_part(path.clone())
                >
                    {icon(Icon::Download)}
                </button>
            </td>
        </tr>
    }
}
