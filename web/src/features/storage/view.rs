//! What this browser keeps, as a page of its own: where an offline review begins, and where space is made.

use super::effects::StorageStore;
use super::state::Msg;
use crate::features::contexts::{Actions, LogNames, TimeZone};
use crate::features::coverage::mini_lane::mini_lane;
use crate::platform::quota::Quota;
use crate::platform::worker_client::{WorkerClient, WorkerState};
use crate::ui::confirm_button::ConfirmButton;
use crate::ui::escape::plain;
use crate::ui::format::{bytes, count, counted};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem;
use leptos::prelude::*;
use windrow_model::TimeRange;
use windrow_protocol::{CachedDataset, Deletion};

/// The page.
#[component]
pub(crate) fn StoragePage(
    /// Back to the window, where there is one.
    #[prop(into)]
    on_back: Callback<()>,
    #[prop(into)] back_to: Signal<String>,
) -> impl IntoView {
    let store = expect_context::<StorageStore>();
    let rows = move || {
        store.with(|state| match &state.datasets {
            Load::Idle | Load::Loading => view! {
                <p class="hint pad" aria-busy="true">"Looking at what is cached"</p>
            }
            .into_any(),
            Load::Failed(failed) => view! { <Problem failed=failed.clone() /> }.into_any(),
            Load::Ready(datasets) if datasets.is_empty() => view! {
                <p class="hint pad">"Nothing cached here yet"</p>
            }
            .into_any(),
            Load::Ready(datasets) => table(datasets),
        })
    };
    view! {
        <div class="page-in">
            <button
                type="button"
                class="is-quiet back"
                aria-controls="screen-review"
                on:click=move |_| on_back.run(())
            >
                {Icon::Left.view()}
                {back_to}
            </button>
            <h1>"Storage"</h1>
            <Usage />
            <section class="panel" id="datasets" tabindex="-1" aria-label="Cached">
                {rows}
            </section>
            <WorkerCard />
        </div>
    }
}

/// How much room there is, and what becomes of it.
#[component]
fn Usage() -> impl IntoView {
    let store = expect_context::<StorageStore>();
    let quota = store.memo(|state| state.quota);
    let worker = expect_context::<WorkerClient>();
    let keeps = Memo::new(move |_| worker.keeps_files());
    let used = move || quota.get().map(|quota| usage(store, quota));
    let fate = move || {
        if !keeps.get() {
            return view! {
                <b>{Icon::Warning.view()} "Kept in memory only"</b>
                "This browser keeps no files here: what is fetched is gone when the tab closes or the worker is restarted."
            }
            .into_any();
        }
        match quota.get().and_then(|quota| quota.persisted) {
            Some(true) => view! {
                <b>{Icon::Check.view()} "Kept until you delete it"</b>
                "The browser does not clear this site by itself."
            }
            .into_any(),
            _ => view! {
                <b>{Icon::Warning.view()} "The browser may clear it when space is short"</b>
                "It clears all of this site at once, never single windows. Windrow itself deletes nothing."
                <div class="acts">
                    <button
                        type="button"
                        class="is-primary"
                        data-testid="persist-button"
                        on:click=move |_| store.send(Msg::Persist)
                    >
                        "Ask the browser to keep it"
                    </button>
                </div>
            }
            .into_any(),
        }
    };
    view! {
        <section class="panel usage" data-testid="storage" aria-label="Room">
            <div>{used}</div>
            <div class="fate">{fate}</div>
        </section>
    }
}

fn usage(store: StorageStore, quota: Quota) -> AnyView {
    let share = quota.share();
    let label = format!("{share:.2} % of the room used");
    let cached = store.with(super::state::State::cached_bytes);
    view! {
        <p class="big">
            {bytes(quota.used)}
            " "
            <em>{format!("of {} used by this site", bytes(quota.allowed))}</em>
        </p>
        <div class="quota" role="img" aria-label=label>
            <i class:is-full=move || share.gt(&90.0) style:width=format!("{share:.2}%")></i>
        </div>
        <p class="hint">{format!("{} in cached windows", bytes(cached))}</p>
    }
    .into_any()
}

fn table(datasets: &[CachedDataset]) -> AnyView {
    let zone = expect_context::<TimeZone>();
    let first = datasets.iter().filter_map(|dataset| dataset.ranges.first());
    let last = datasets.iter().filter_map(|dataset| dataset.ranges.last());
    let whole = TimeRange::new(
        first.map(|range| range.start_ms()).min().unwrap_or(0),
        last.map(|range| range.end_ms()).max().unwrap_or(1),
    )
    .ok();
    let head = move || {
        whole.map(|whole| {
            let zone = zone.get();
            let (from, to) = (zone.date(whole.start_ms()), zone.date(whole.end_ms() - 1));
            if from == to {
                from
            } else {
                format!("{from} - {to}")
            }
        })
    };
    let rows = datasets
        .iter()
        .map(|dataset| view! { <Dataset held=dataset.clone() whole /> })
        .collect_view();
    let (rows_all, bytes_all) = datasets.iter().fold((0, 0), |(rows, size), dataset| {
        (rows + dataset.rows, size + dataset.bytes)
    });
    view! {
        <table class="held">
            <thead>
                <tr>
                    <th scope="col">"Log and query"</th>
                    <th scope="col" class="when">{head}</th>
                    <th scope="col" class="num">"Rows"</th>
                    <th scope="col" class="num">"Size"</th>
                    <th scope="col">"Last range"</th>
                    <th scope="col"><span class="spoken">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="hint pad">
            {format!(
                "{}, {}, {}",
                counted(datasets.len() as u64, "dataset", "datasets"),
                counted(rows_all, "row", "rows"),
                bytes(bytes_all),
            )}
        </p>
    }
    .into_any()
}

#[component]
fn Dataset(held: CachedDataset, whole: Option<TimeRange>) -> impl IntoView {
    let store = expect_context::<StorageStore>();
    let actions = expect_context::<Actions>();
    let names = expect_context::<LogNames>();
    let zone = expect_context::<TimeZone>();
    let id = held
        .dataset
        .as_ref()
        .map_or_else(|| held.dir.clone(), |dataset| dataset.log_id().to_owned());
    let query = match held.dataset.as_ref().map_or("", |dataset| dataset.query()) {
        "" => "all entries".to_owned(),
        query => plain(query),
    };
    // The newest stretch that is cached, as the window to open.
    let newest = held.ranges.last().copied();
    let ranges = held.ranges.len() as u64;
    let when = move || {
        newest.map(|range| {
            let text = zone.get().range(range.start_ms(), range.end_ms());
            if ranges > 1 {
                format!("{text}, of {} ranges", count(ranges))
            } else {
                text
            }
        })
    };
    let lane = whole.map(|whole| mini_lane(&held.ranges, whole));
    let target = held.dataset.clone();
    let open = move |_| {
        if let (Some(dataset), Some(range)) = (&target, newest) {
            actions.open.run((dataset.clone(), range));
        }
    };
    let (title, name) = (id.clone(), id.clone());
    let problems = (held.problems > 0).then(|| {
        view! {
            <span class="tag is-error">{counted(held.problems, "problem", "problems")}</span>
        }
    });
    let delete = held.dataset.clone().map(|dataset| {
        let label = format!(
            "Delete everything cached of this log and query: {} {}",
            untrack(|| names.of(dataset.log_id())),
            plain(dataset.query())
        );
        let question = format!(
            "Delete {}, {}?",
            counted(held.rows, "row", "rows"),
            bytes(held.bytes)
        );
        let confirmed = move |()| store.send(Msg::Delete(dataset.clone(), vec![Deletion::All]));
        view! {
            <ConfirmButton
                testid="delete-dataset"
                what=format!("dataset {}", held.dir)
                label=label.trim_end().to_owned()
                question
                on_confirm=Callback::new(confirmed)
            />
        }
    });
    view! {
        <tr data-testid="dataset">
            <td class="name" title=title>
                <b>{move || names.of(&name)}</b>
                <small class="clip">{query}</small>
                {problems}
            </td>
            <td class="when">{lane}</td>
            <td class="num">{count(held.rows)}</td>
            <td class="num">{bytes(held.bytes)}</td>
            <td>{when}</td>
            <td>
                <button
                    type="button"
                    class="is-small held-open"
                    aria-label=move || format!("Open {}", names.of(&id))
                    on:click=open
                >
                    "Open"
                </button>
                {delete}
            </td>
        </tr>
    }
}

/// What reads and writes the cache, and ending it.
#[component]
fn WorkerCard() -> impl IntoView {
    let worker = expect_context::<WorkerClient>();
    let memory = worker.memory_bytes();
    let keeps = Memo::new(move |_| worker.keeps_files());
    let restart = move || {
        if keeps.get() {
            view! {
                <button
                    type="button"
                    data-testid="restart-worker"
                    title="Ends what reads and writes the cache, whatever it is doing, and starts it anew. What is proven and kept in files stays"
                    on:click=move |_| worker.restart()
                >
                    {Icon::Again.view()}
                    "Restart"
                </button>
            }
            .into_any()
        } else {
            // Its memory is all there is.
            view! {
                <ConfirmButton
                    testid="restart-worker"
                    what="worker"
                    label="Restart the worker: all rows are in its memory and will be gone"
                    question="Lose all rows and restart?"
                    text="Restart"
                    on_confirm=Callback::new(move |()| worker.restart())
                />
            }
            .into_any()
        }
    };
    let state = move || match worker.state().get() {
        WorkerState::Ready(_) => "Running",
        WorkerState::Broken { .. } => "Cannot run",
        _ => "Starting",
    };
    view! {
        <section class="also">
            <h2>"Worker"</h2>
            <div class="also-row">
                <b>{state}</b>
                <span
                    data-testid="worker-memory"
                    data-bytes=move || memory.get().to_string()
                >
                    {move || format!("{} of memory", bytes(memory.get()))}
                </span>
                <span class="muted">"Reads, writes and checks everything that is cached"</span>
                {restart}
            </div>
        </section>
    }
}
