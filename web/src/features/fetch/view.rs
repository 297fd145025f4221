//! A fetch on the page: the one main action, a fetch as it goes, what it would cost, and its outcome.

mod action;
mod estimate;
mod list;
mod menu;
mod outcome;
mod progress;

pub(crate) use action::MainAction;
pub(crate) use progress::FetchProgress;

use super::effects::FetchStore;
use crate::features::contexts::{LogNames, ShownWindow, TimeZone};
use crate::ui::escape::plain;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// What explains a full disk: told by the storage.
#[derive(Clone, Copy)]
pub(crate) struct FullDisk(pub Signal<Option<String>>);

/// Asks for an estimate of what is shown.
#[derive(Clone, Copy)]
pub(crate) struct EstimateAction(pub Callback<()>);

/// What an estimate says, and how the last fetch ended.
#[component]
pub(crate) fn FetchNotices() -> impl IntoView {
    view! {
        <OfAnother />
        <estimate::Cost />
        <outcome::Outcome />
    }
}

/// What the fetch is of, where something else is shown.
#[component]
fn OfAnother() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let shown = expect_context::<ShownWindow>();
    let names = expect_context::<LogNames>();
    let zone = expect_context::<TimeZone>();
    let of = store.memo(|state| Some((state.run.dataset()?.clone(), state.run.asked()?)));
    move || {
        let (dataset, asked) = of.get()?;
        let target = shown.target()?;
        let is_here = target.dataset == dataset && target.window.intersects(asked);
        (!is_here).then(|| {
            let range = zone.get().range(asked.start_ms(), asked.end_ms());
            let query = match dataset.query() {
                "" => String::new(),
                query => format!(" {}", plain(query)),
            };
            view! {
                <div class="notice-bar" data-testid="run-of">
                    {Icon::Info.view()}
                    <p>
                        "The fetch of something else: "
                        <b>{names.of(dataset.log_id())}</b>
                        <span class="mono">{query}</span>
                        " "
                        {range}
                    </p>
                </div>
            }
        })
    }
}
