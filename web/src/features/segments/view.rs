//! What lies on disk: segments, their parts and what each part proves; and what bypass runs have left beside them.

use super::effects::{SegmentsStore, download};
use super::state::{by_window, note_of};
use crate::features::contexts::{Actions, ShownWindow, TimeZone};
use crate::features::window::state::LoadedWindow;
use crate::platform::worker_client::WorkerClient;
use crate::ui::announce::Notes;
use crate::ui::confirm_button::ConfirmButton;
use crate::ui::empty::empty;
use crate::ui::escape::plain;
use crate::ui::format::{bytes, count, counted};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::TimeRange;
use windrow_protocol::{
    BypassRun, DatasetFiles, Deletion, Part, Problem as UnverifiedFile, Segment,
};

/// Segments drawn at once.
const LISTED: usize = 200;

/// The panel.
#[component]
pub(crate) fn SegmentsPanel() -> impl IntoView {
    let segments = expect_context::<SegmentsStore>();
    let shown = expect_context::<ShownWindow>();
    move || {
        let Some(window) = shown.get() else {
            let text = "Segments of the log and query that are open are listed here.";
            return empty("No window is open", text);
        };
        match segments.with(|segments| segments.files().clone()) {
            Load::Idle | Load::Loading => {
                view! { <p class="hint pad">"Listing the segments"</p> }.into_any()
            }
            Load::Failed(failed) => view! { <Problem failed/> }.into_any(),
            Load::Ready(files) if is_empty(&window, &files) => empty(
                "Nothing cached here yet",
                "A segment is one fetch of one missing range; each of its files proves what it holds.",
            ),
            Load::Ready(files) => view! {
                <div class="plain-pad">
                    <Listed window=Arc::clone(&window) files=Arc::clone(&files)/>
                    <Unverified window=Arc::clone(&window)/>
                    <BypassRuns window files/>
                </div>
            }
            .into_any(),
        }
    }
}

fn is_empty(window: &LoadedWindow, files: &DatasetFiles) -> bool {
    files.segments.is_empty() && files.runs.is_empty() && window.problems.is_empty()
}

#[component]
fn Listed(window: Arc<LoadedWindow>, files: Arc<DatasetFiles>) -> impl IntoView {
    let listed = by_window(&files, window.window());
    let all = listed.len();
    let inside = listed.iter().filter(|(_, is_in)| *is_in).count();
    let parts = || files.segments.iter().flat_map(|segment| &segment.parts);
    let line = format!(
        "{} of this log and query, {inside} in this window \u{b7} {} \u{b7} {}",
        counted(all as u64, "segment", "segments"),
        counted(parts().count() as u64, "part", "parts"),
        bytes(parts().map(|part| part.bytes).sum())
    );
    let cut = (all > LISTED).then(|| format!(". The first {LISTED} are listed"));
    let entries = listed.into_iter().take(LISTED).map(|(segment, is_in)| {
        view! { <SegmentView window=Arc::clone(&window) segment=segment.clone() is_in/> }
    });
    view! {
        <p class="hint pad">{line} {cut}</p>
        <div class="segments">{entries.collect_view()}</div>
    }
}

fn size_of(rows: u64, parts: u64, size: u64) -> String {
    format!(
        "{} \u{b7} {} \u{b7} {}",
        counted(rows, "row", "rows"),
        counted(parts, "part", "parts"),
        bytes(size)
    )
}

/// A whole second: no more is known of when something was fetched.
fn whole_second(ms: i64) -> i64 {
    ms - ms.rem_euclid(1000)
}

#[component]
fn SegmentView(window: Arc<LoadedWindow>, segment: Segment, is_in: bool) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let zone = expect_context::<TimeZone>();
    let range = segment.range;
    let rows: u64 = segment.parts.iter().map(|part| part.rows).sum();
    let size: u64 = segment.parts.iter().map(|part| part.bytes).sum();
    // The provisional files of a range are listed apart from its parts.
    let is_provisional = segment.parts.iter().all(|part| part.provisional);
    let paths: Vec<String> = segment.parts.iter().map(|part| part.path.clone()).collect();
    let dataset = window.dataset().clone();
    let delete = move |()| {
        let deletions = if is_provisional {
            paths.iter().cloned().map(Deletion::Part).collect()
        } else {
            vec![Deletion::Segment(range)]
        };
        actions.delete.run((dataset.clone(), deletions));
    };
    let dir = plain(&segment.dir);
    let parts = segment.parts.iter().cloned();
    let parts = parts.map(|part| view! { <PartRow part/> }).collect_view();
    let proves = if is_provisional {
        "Shows events of"
    } else {
        "Proven for"
    };
    view! {
        <article
            class="segment"
            class:is-outside=!is_in
            data-testid="segment"
            data-path=segment.dir.clone()
        >
            <header class="segment-head">
                <h2>{move || zone.get().range(range.start_ms(), range.end_ms())}</h2>
                {(!is_in).then(|| view! { <span class="tag">"outside this window"</span> })}
                {is_provisional.then(|| view! { <span class="tag is-provisional">"provisional"</span> })}
                <span class="hint">{size_of(rows, segment.parts.len() as u64, size)}</span>
                <span class="grow"></span>
                <ConfirmButton
                    testid="delete-segment"
                    what=segment.dir.clone()
                    label=format!("Delete this segment: {dir}")
                    question=format!("Delete {}?", bytes(size))
                    short="Delete?"
                    on_confirm=delete
                />
            </header>
            <p class="mono path">{dir.clone()}</p>
            <table class="plain">
                <thead>
                    <tr>
                        <th scope="col">"Part"</th>
                        <th scope="col">{proves}</th>
                        <th scope="col" class="num">"Rows"</th>
                        <th scope="col" class="num">"Size"</th>
                        <th scope="col" class="num">"Generation"</th>
                        <th scope="col">"Fetched"</th>
                        <th scope="col" class="num">"File"</th>
                    </tr>
                </thead>
                <tbody>{parts}</tbody>
            </table>
        </article>
    }
}

#[component]
fn PartRow(part: Part) -> impl IntoView {
    let worker = expect_context::<WorkerClient>();
    let actions = expect_context::<Actions>();
    let notes = expect_context::<Notes>();
    let zone = expect_context::<TimeZone>();
    let (claim, fetched_ms) = (part.claim, part.fetched_at_ms);
    let name = plain(part.path.rsplit('/').next().unwrap_or(&part.path));
    let note = note_of(&part).map(|note| view! { " " <span class="tag">{note}</span> });
    let path = part.path.clone();
    let label = format!("Download {}", plain(&part.path));
    view! {
        <tr
            data-testid="part"
            data-path=part.path
            data-rows=part.rows.to_string()
            data-from=claim.start_ms().to_string()
            data-to=claim.end_ms().to_string()
        >
            <td class="mono">{name} {note}</td>
            <td class="mono">{move || zone.get().short_range(claim.start_ms(), claim.end_ms())}</td>
            <td class="num">{count(part.rows)}</td>
            <td class="num">{bytes(part.bytes)}</td>
            <td class="num">{part.generation.to_string()}</td>
            <td class="mono">{move || zone.get().short_stamp(whole_second(fetched_ms))}</td>
            <td class="num">
                <button
                    type="button"
                    class="is-icon is-small is-quiet"
                    data-testid="download-part"
                    title="Download this part as a Parquet file"
                    aria-label=label
                    on:click=move |_| download(worker, actions, notes, path.clone())
                >
                    {Icon::Download.small()}
                </button>
            </td>
        </tr>
    }
}

/// Files of the window whose content nothing vouches for.
#[component]
fn Unverified(window: Arc<LoadedWindow>) -> impl IntoView {
    (!window.problems.is_empty()).then(|| {
        let files = window.problems.iter();
        let entries = files
            .map(|file| unverified_file(&window, file))
            .collect_view();
        view! {
            <h2 class="sub">"Unverified files"</h2>
            <ul class="plain-list">{entries}</ul>
        }
    })
}

fn unverified_file(window: &LoadedWindow, file: &UnverifiedFile) -> impl IntoView + use<> {
    let actions = expect_context::<Actions>();
    // What is not Windrow's is not deleted by it.
    let is_ours = file.kind != "foreign" && window.target.bypass_run.is_none();
    let path = plain(&file.path);
    let delete = is_ours.then(|| {
        let (dataset, held) = (window.dataset().clone(), file.path.clone());
        let delete = move |()| {
            let deletions = vec![Deletion::Part(held.clone())];
            actions.delete.run((dataset.clone(), deletions));
        };
        view! {
            <ConfirmButton
                testid="delete-file"
                what=format!("file {}", file.path)
                label=format!("Delete {path}")
                question=format!("Delete {path}?")
                short="Delete?"
                on_confirm=delete
            />
        }
    });
    view! {
        <li class="unverified">
            <span class="tag">{file.kind.clone()}</span>
            <span class="mono path">{path}</span>
            <span class="hint">{plain(&file.reason)}</span>
            {delete}
        </li>
    }
}

/// What bypass runs have left.
#[component]
fn BypassRuns(window: Arc<LoadedWindow>, files: Arc<DatasetFiles>) -> impl IntoView {
    (!files.runs.is_empty()).then(|| {
        let runs = files.runs.iter().cloned();
        let entries = runs.map(|run| view! { <BypassRunView window=Arc::clone(&window) run/> });
        view! {
            <h2 class="sub">"Beside the cache"</h2>
            <p class="hint pad">
                "What bypass runs have left. None of it counts as cached; \
                 the next bypass run removes what is older than seven days."
            </p>
            <div class="segments">{entries.collect_view()}</div>
        }
    })
}

#[component]
fn BypassRunView(window: Arc<LoadedWindow>, run: BypassRun) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let zone = expect_context::<TimeZone>();
    let (of, started_ms) = (run.window, run.started_ms);
    let when = move || {
        let words = |of: TimeRange| zone.get().range(of.start_ms(), of.end_ms());
        of.map_or_else(|| "Of an unknown window".to_owned(), words)
    };
    let began = move || {
        started_ms.map(|ms| format!(" \u{b7} began {}", zone.get().short_stamp(whole_second(ms))))
    };
    let (dataset, run_id) = (window.dataset().clone(), run.run_id.clone());
    let delete = move |()| {
        let deletions = vec![Deletion::Run(run_id.clone())];
        actions.delete.run((dataset.clone(), deletions));
    };
    view! {
        <article
            class="segment"
            data-testid="bypass-run"
            data-run=run.run_id
            data-rows=run.rows.to_string()
        >
            <header class="segment-head">
                <h2>{when}</h2>
                <span class="hint">{size_of(run.rows, run.parts, run.bytes)} {began}</span>
                <span class="grow"></span>
                <ConfirmButton
                    testid="delete-run"
                    what=run.dir.clone()
                    label="Delete what this bypass run has left"
                    question=format!("Delete {}?", bytes(run.bytes))
                    short="Delete?"
                    on_confirm=delete
                />
            </header>
            <p class="mono path">{plain(&run.dir)}</p>
        </article>
    }
}
