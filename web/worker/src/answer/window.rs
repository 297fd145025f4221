//! Opening a window of the cache, and its figures.

use super::Answer;
use super::failure::failed;
use super::storage::problem;
use crate::host::Task;
use crate::store::BrowserStore;
use std::rc::Rc;
use windrow_engine::{EngineError, Opened, open, open_bypass, plan_window, scan};
use windrow_model::{Decision, Plan};
use windrow_protocol::{
    Failed, OpenWindow, OpenedWindow, SpanState, Summarize, Summary, WindowPlan, WindowView,
};

impl Answer for OpenWindow {
    async fn answer(self, task: &Task<Self>) -> Result<OpenedWindow, Failed> {
        let (dataset, window) = (&self.dataset, self.window);
        Ok(match opened(&task.host.store, &self).await {
            Ok(opened) => {
                let (plan, problems) = (opened.plan(), opened.problems().to_vec());
                let (id, view) = task.host.keep(opened, self.clone());
                let mut window = opened_window(plan, Some(view.told(id)), None, problems);
                if self.bypass_run.is_some() {
                    show_bypass(&mut window);
                }
                window
            }
            // What cannot be opened can still be planned: the overlaps are in the plan.
            Err(error) => {
                let cached = scan(&*task.host.store, dataset, Some(window))
                    .await
                    .map_err(failed)?;
                let plan = plan_window(&cached, window);
                opened_window(plan, None, Some(failed(error)), cached.problems)
            }
        })
    }
}

/// Opens the window.
pub(crate) async fn opened(
    store: &Rc<BrowserStore>,
    of: &OpenWindow,
) -> Result<Opened<BrowserStore>, EngineError> {
    let store = Rc::clone(store);
    match &of.bypass_run {
        Some(run) => open_bypass(store, &of.dataset, run, of.window).await,
        None => open(store, &of.dataset, of.window).await,
    }
}

fn opened_window(
    plan: Plan,
    view: Option<WindowView>,
    error: Option<Failed>,
    problems: Vec<windrow_engine::Problem>,
) -> OpenedWindow {
    OpenedWindow {
        plan: WindowPlan {
            decision: plan.decision,
            cached: plan.cached.into(),
            missing: plan.missing.into(),
        },
        view,
        error,
        problems: problems.into_iter().map(problem).collect(),
    }
}

/// What a bypass run holds is not part of the cache, and nothing is known of what is missing.
fn show_bypass(opened: &mut OpenedWindow) {
    opened.plan.decision = Decision::Bypass;
    opened.plan.cached.clear();
    opened.plan.missing.clear();
    for span in opened.view.iter_mut().flat_map(|view| &mut view.spans) {
        if matches!(span.state, SpanState::Cached | SpanState::Empty) {
            span.state = SpanState::Bypass;
        }
    }
}

impl Answer for Summarize {
    async fn answer(self, task: &Task<Self>) -> Result<Summary, Failed> {
        let view = task.host.view(self.view)?;
        Ok(summary(view.opened.summary()))
    }
}

fn summary(summary: windrow_engine::Summary) -> Summary {
    Summary {
        rows: summary.row_count,
        provisional_rows: summary.provisional_rows,
        columns: summary
            .columns
            .iter()
            .map(|column| {
                (
                    column.clone(),
                    summary.schema.get(column).cloned().unwrap_or_default(),
                    summary.null_counts.get(column).copied(),
                )
            })
            .collect(),
        first_ms: summary.timestamp_min,
        last_ms: summary.timestamp_max,
        parts: summary.part_count,
        bytes: summary.byte_count,
        complete: summary.complete,
        json: serde_json::to_string_pretty(&summary).unwrap_or_default(),
    }
}
