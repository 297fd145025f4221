//! The window in numbers, taken from Parquet.

use super::effects::Figures;
use crate::features::contexts::{Actions, TimeZone};
use crate::protocol::Summary;
use crate::ui::escape::plain;
use crate::ui::format::{bytes, count, counted};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem;
use leptos::prelude::*;

/// The panel.
#[component]
pub(crate) fn SummaryPanel() -> impl IntoView {
    let Figures(figures) = expect_context();
    move || {
        match figures.get() {
        Load::Idle => view! {
            <div class="empty">
                <h3>"No window is open"</h3>
                <p>"Row count, columns, types and time bounds of the open window are shown here."</p>
            </div>
        }
        .into_any(),
        Load::Loading => view! { <p class="hint pad" aria-busy="true">"Adding up"</p> }.into_any(),
        Load::Failed(failed) => view! { <Problem failed /> }.into_any(),
        Load::Ready(summary) => view! { <FiguresView summary=(*summary).clone() /> }.into_any(),
    }
    }
}

#[component]
fn FiguresView(summary: Summary) -> impl IntoView {
    let zone = expect_context::<TimeZone>();
    let actions = expect_context::<Actions>();
    let stamp = move |ms: Option<i64>| {
        ms.map_or_else(
            || "none".to_owned(),
            |ms| format!("{} {}", zone.get().stamp(ms), zone.get().offset_text(ms)),
        )
    };
    let (first, last) = (summary.first_ms, summary.last_ms);
    let coverage = if summary.complete {
        "complete: every millisecond is proven"
    } else {
        "not complete: part of the window is not proven"
    };
    let columns = summary
        .columns
        .iter()
        .map(|(name, kind, nulls)| {
            view! {
                <tr>
                    <td class="mono">{plain(name)}</td>
                    <td class="mono">{kind.clone()}</td>
                    <td class="num">{nulls.map(count)}</td>
                </tr>
            }
        })
        .collect_view();
    let json = summary.json.clone();
    view! {
        <div
            class="plain-pad"
            data-testid="summary"
            data-rows=summary.rows.to_string()
            data-complete=summary.complete.to_string()
        >
            <div class="tiles">
                <div><b>{count(summary.rows)}</b> "rows, proven"</div>
                <div><b>{count(summary.provisional_rows)}</b> "rows that may be incomplete"</div>
                <div><b>{move || stamp(first)}</b> "first event"</div>
                <div><b>{move || stamp(last)}</b> "last event"</div>
                <div><b>{counted(summary.parts, "part", "parts")}</b> {bytes(summary.bytes)}</div>
                <div><b>"Coverage"</b> {coverage}</div>
            </div>
            <div class="detail-part">
                <h3>"Columns"</h3>
                <span class="hint">"Figures are of Parquet footers; Verify reads every byte"</span>
                <span class="grow"></span>
                <button
                    type="button"
                    aria-label="Copy the summary as JSON"
                    on:click=move |_| actions.copy.run((json.clone(), "Summary"))
                >
                    {Icon::Copy.view()}
                    "JSON"
                </button>
            </div>
            <table class="plain">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Type"</th>
                        <th scope="col" class="num">"Nulls"</th>
                    </tr>
                </thead>
                <tbody>{columns}</tbody>
            </table>
        </div>
    }
}
