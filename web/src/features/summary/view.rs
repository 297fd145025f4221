//! The window in numbers, taken from Parquet footers.

use super::effects::FiguresStore;
use crate::features::contexts::{Actions, TimeZone};
use crate::ui::empty::empty;
use crate::ui::escape::plain;
use crate::ui::format::{bytes, count, counted};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem;
use crate::ui::zone::Zone;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_protocol::Summary;

/// The panel.
#[component]
pub(crate) fn SummaryPanel() -> impl IntoView {
    let figures = expect_context::<FiguresStore>();
    move || match figures.with(|figures| figures.summary().clone()) {
        Load::Idle => empty(
            "No window is open",
            "Row count, columns, types and time bounds of the open window are shown here.",
        ),
        Load::Loading => view! { <p class="hint pad">"Adding up"</p> }.into_any(),
        Load::Failed(failed) => view! { <Problem failed/> }.into_any(),
        Load::Ready(summary) => view! { <FiguresView summary/> }.into_any(),
    }
}

fn facts(summary: &Summary, zone: Zone) -> [(&'static str, String); 7] {
    let stamp = |ms: Option<i64>| match ms {
        Some(ms) => format!("{} {}", zone.stamp(ms), zone.offset_text(ms)),
        None => "none".to_owned(),
    };
    let coverage = if summary.complete {
        "complete: every millisecond is proven"
    } else {
        "not complete: part of the window is not proven"
    };
    let parts = format!("{}, {}", count(summary.parts), bytes(summary.bytes));
    let provisional = counted(summary.provisional_rows, "row", "rows");
    let source = "Parquet footers; Verify reads every byte";
    [
        ("Rows", count(summary.rows)),
        ("May be incomplete", provisional),
        ("First event", stamp(summary.first_ms)),
        ("Last event", stamp(summary.last_ms)),
        ("Parts", parts),
        ("Coverage", coverage.to_owned()),
        ("Source of these figures", source.to_owned()),
    ]
}

#[component]
fn FiguresView(summary: Arc<Summary>) -> impl IntoView {
    let actions = expect_context::<Actions>();
    let zone = expect_context::<TimeZone>();
    let shown = Arc::clone(&summary);
    let facts = move || {
        let fact = |(name, value): (&'static str, String)| {
            view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
        };
        facts(&shown, zone.get())
            .map(fact)
            .into_iter()
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
