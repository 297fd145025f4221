//! The window in numbers, taken from Parquet footers.

use super::effects::FiguresStore;
use crate::features::contexts::{Actions, TimeZone};
use crate::protocol::Summary;
use crate::ui::escape::plain;
use crate::ui::format::{bytes, count, counted};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem;
use leptos::prelude::*;
use std::sync::Arc;

/// The panel.
#[component]
pub(crate) fn SummaryPanel() -> impl IntoView {
    let figures = expect_context::<FiguresStore>();
    move || match figures.with(|figures| figures.summary().clone()) {
        Load::Idle => view! {
            <div class="empty">
                <h2>"No window is open"</h2>
                <p>
                    "Row count, columns, types and time bounds of the open window are shown here."
                </p>
            </div>
        }
        .into_any(),
        Load::Loading => view! { <p class="hint pad">"Adding up"</p> }.into_any(),
        Load::Failed(failed) => view! { <Problem failed/> }.into_any(),
        Load::Ready(summary) => view! { <FiguresView summary/> }.into_any(),
    }
}

fn facts(summary: &Summary, stamp: impl Fn(Option<i64>) -> String) -> Vec<(&'static str, String)> {
    let coverage = if summary.complete {
        "complete: every millisecond is proven"
    } else {
        "not complete: part of the window is not proven"
    };
    vec![
        ("Rows", count(summary.rows)),
        (
            "May be incomplete",
            counted(summary.provisional_rows, "row", "rows"),
        ),
        ("First event", stamp(summary.first_ms)),
        ("Last event", stamp(summary.last_ms)),
        (
            "Parts",
            format!("{}, {}", count(summary.parts), bytes(summary.bytes)),
        ),
        ("Coverage", coverage.to_owned()),
        (
            "Source of these figures",
            "Parquet footers; Verify reads every byte".to_owned(),
        ),
    ]
}

#[component]
fn FiguresView(summary: Arc<Summary>) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let zone = expect_context::<TimeZone>();
    let shown = Arc::clone(&summary);
    let facts = move || {
        let zone = zone.get();
        let stamp = |ms: Option<i64>| {
            ms.map_or_else(
                || "none".to_owned(),
                |ms| format!("{} {}", zone.stamp(ms), zone.offset_text(ms)),
            )
        };
        let facts = facts(&shown, stamp).into_iter();
        facts
            .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
            .collect_view()
    };
    let columns = summary.columns.iter().map(|(name, kind, nulls)| {
        view! {
            <tr>
                <td class="mono">{plain(name)}</td>
                <td class="mono">{plain(kind)}</td>
                <td class="num">{nulls.map(count)}</td>
            </tr>
        }
    });
    let columns = columns.collect_view();
    let (rows, is_complete) = (summary.rows.to_string(), summary.complete.to_string());
    let copy = move |_| actions.copy.run((summary.json.clone(), "Summary"));
    view! {
        <div class="plain-pad summary" data-testid="summary" data-rows=rows data-complete=is_complete>
            <dl class="facts">{facts}</dl>
            <div class="sub">
                <h2>"Columns"</h2>
                <span class="grow"></span>
                <button
                    type="button"
                    class="is-small is-quiet"
                    title="Copy the summary as JSON"
                    aria-label="Copy the summary as JSON"
                    on:click=copy
                >
                    {Icon::Copy.small()}
                    "JSON"
                </button>
            </div>
            <table class="plain">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Type"</th>
                        <th scope="col" class="num">"No value"</th>
                    </tr>
                </thead>
                <tbody>{columns}</tbody>
            </table>
        </div>
    }
}
