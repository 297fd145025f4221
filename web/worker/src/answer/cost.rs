//! What a fetch would cost.

use super::connection::{push_pauses, source};
use super::failure::failed;
use super::{Answer, cancelled};
use crate::host::Task;
use windrow_engine::{BytesPerEvent, plan_window, price, scan};
use windrow_model::Plan;
use windrow_model::settings::FlushSettings;
use windrow_protocol::{CostEstimate, EstimateCost, Failed, GapCost, RunMode};

impl Answer for EstimateCost {
    async fn answer(self, task: &Task<Self>) -> Result<CostEstimate, Failed> {
        let (dataset, window) = (&self.dataset, self.window);
        let cached = scan(&*task.host.store, dataset, Some(window))
            .await
            .map_err(failed)?;
        let bytes_per_event = BytesPerEvent::held(&*task.host.store, dataset, &cached).await;
        let plan = if self.mode == RunMode::Bypass {
            Plan::bypass(window)
        } else {
            plan_window(&cached, window)
        };
        // A bypass run fetches one range, which is never split.
        let parallel = match self.mode {
            RunMode::Bypass => 1,
            _ => FlushSettings::default().parallel,
        };
        let source = source(self.connection)?;
        let notices = push_pauses(task);
        let estimate = price(
            &source,
            dataset,
            &plan,
            parallel,
            bytes_per_event,
            &task.cancel,
            &notices,
        );
        match estimate.await {
            Ok(Some(estimate)) => Ok(cost_estimate(estimate)),
            Ok(None) => Err(cancelled()),
            Err(error) => Err(failed(error)),
        }
    }
}

fn cost_estimate(price: windrow_engine::Price) -> CostEstimate {
    CostEstimate {
        gaps: price
            .gaps
            .into_iter()
            .map(|gap| GapCost {
                range: gap.range,
                events: gap.events,
                beyond_retention: gap.beyond_retention,
            })
            .collect(),
        events: price.events,
        pages: price.pages,
        requests: price.requests,
        provisional: price.provisional,
        stored_bytes: price.stored_bytes,
        is_measured: price.bytes_per_event.is_measured,
        quota_left: price.quota.map(|quota| quota.left),
        quota_resets_in_ms: price.quota.map(|quota| quota.resets_in_ms),
        limit_wait_ms: price.limit_wait_ms,
    }
}
