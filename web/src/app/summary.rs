//! The window in numbers, taken from Parquet.

use super::icon::{Icon, icon};
use super::page::{Asked, Page};
use crate::protocol::Summary;
use crate::state::words::{bytes, count, counted};
use leptos::prelude::*;

/// The panel.
#[component]
pub(crate) fn SummaryView(page: Page) -> impl IntoView {
    move || {
        match page.summary.get() {
        Asked::No => view! {
            <div class="empty">
                <h3>"No window is open"</h3>
                <p>"Row count, columns, types and time bounds of the open window are shown here."</p>
            </div>
        }
        .into_any(),
        Asked::Asking => view! { <p class="hint pad">"Adding up"</p> }.into_any(),
        Asked::Failed(failed) => view! {
            <p class="problem pad" role="alert">
                <strong>{failed.message}</strong>
                <span>{failed.remedy}</span>
            </p>
        }
        .into_any(),
        Asked::Here(summary) => figures(page, &summary).into_any(),
    }
    }
}

fn figures(page: Page, summary: &Summary) -> impl IntoView + use<> {
    let zone = page.zone();
    let stamp = |ms: Option<i64>| {
        ms.map_or_else(
            || "none".to_owned(),
            |ms| format!("{} {}", zone.stamp(ms), zone.offset_text(ms)),
        )
    };
    let json = summary.json.clone();
    let facts = [
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
        (
            "Coverage",
            if summary.complete {
                "complete: every millisecond is proven".to_owned()
            } else {
                "not complete: part of the window is not proven".to_owned()
            },
        ),
        (
            "Source of these figures",
            if summary.verified {
                "every byte behind them was read and checked".to_owned()
            } else {
                "Parquet footers; Verify reads every byte".to_owned()
            },
        ),
    ];
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    let columns = summary
        .columns
        .iter()
        .map(|(name, kind, absent)| {
            view! {
                <tr>
                    <td class="mono">{name.clone()}</td>
                    <td class="mono">{kind.clone()}</td>
                    <td class="num">{absent.map(count)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div
            class="summary"
            data-testid="summary"
            data-rows=summary.rows.to_string()
            data-complete=summary.complete.to_string()
        >
            <dl class="summary-facts">{facts}</dl>
            <div class="summary-columns">
                <div class="detail-part">
                    <h3 class="sub">"Columns"</h3>
                    <button
                        type="button"
                        class="quiet"
                        title="Copy the summary as JSON"
                        on:click=move |_| page.copy(json.clone(), "Summary")
                    >
                        {icon(Icon::Copy)}
                        "JSON"
                    </button>
                </div>
                <table class="parts">
                    <thead>
                        <tr>
                            <th>"Name"</th>
                            <th>"Type"</th>
                            <th class="num">"Absent"</th>
                        </tr>
                    </thead>
                    <tbody>{columns}</tbody>
                </table>
            </div>
        </div>
    }
}
