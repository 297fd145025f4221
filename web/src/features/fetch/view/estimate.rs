//! What fetching would cost.

use crate::features::connection::view::Waits;
use crate::features::contexts::{Coverage, TimeZone};
use crate::features::fetch::cost::cost_lines;
use crate::features::fetch::effects::FetchStore;
use crate::features::fetch::state::Msg;
use crate::platform::focus::keep_focus;
use crate::ui::dismiss::Dismiss;
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem;
use leptos::prelude::*;
use web_sys::MouseEvent;
use windrow_protocol::RunMode;

/// The estimate, while it is asked for and once it is here.
#[component]
pub(super) fn Cost() -> impl IntoView {
    let store = expect_context::<FetchStore>();
    let coverage = expect_context::<Coverage>();
    let zone = expect_context::<TimeZone>();
    let cost = store.memo(|state| state.cost.clone());
    let pause = Signal::derive(move || store.with(|state| state.cost_pause.clone()));
    let forget = move |_: MouseEvent| {
        keep_focus("fetch");
        store.send(Msg::ForgetCost);
    };
    move || match cost.get() {
        Load::Idle => ().into_any(),
        Load::Loading => view! {
            <div class="notice-bar" aria-busy="true">
                {Icon::Sigma.view()}
                <p>"Counting" </p>
                <Waits pause />
                <button type="button" data-testid="cancel-price" on:click=forget>"Cancel"</button>
            </div>
        }
        .into_any(),
        Load::Failed(failed) => view! { <Problem failed /> }.into_any(),
        Load::Ready(cost) => {
            let mut lines = cost_lines(&cost);
            let standing = &coverage.standing;
            if standing.with(|now| now.as_ref().is_some_and(|now| now.mode == RunMode::Repair)) {
                lines.push("of the gaps only: what is damaged is not counted".to_owned());
            }
            if cost.gaps.iter().any(|gap| gap.beyond_retention) {
                lines.push("part of it lies beyond what the source keeps".to_owned());
            }
            lines.extend(cost.provisional.map(|range| {
                let stamp = zone.get().short_stamp(range.start_ms());
                format!("from {stamp} on it may be incomplete: too close to now")
            }));
            let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
            view! {
                <div class="notice-bar">
                    {Icon::Sigma.view()}
                    <ul class="cost" data-testid="price">{lines.collect_view()}</ul>
                    <Dismiss on_press=forget />
                </div>
            }
            .into_any()
        }
    }
}
