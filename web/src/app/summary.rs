//! The window in numbers, taken from Parquet.

use super::el::{El, Shown, el, shown};
use super::icon::{Icon, icon};
use super::page::Page;
use super::problem::problem;
use super::shown::Asked;
use crate::protocol::Summary;
use crate::state::words::{bytes, count, counted};

/// The panel.
pub(crate) fn summary_view(page: Page) -> Shown {
    shown(move || match page.summary.get() {
        Asked::No => el("div class='empty'")
            .child(el("h3").child("No window is open"))
            .child(el("p").child(
                "Row count, columns, types and time bounds of the open window are shown here.",
            ))
            .into_any(),
        Asked::Asking => el("p class='hint pad'").child("Adding up").into_any(),
        Asked::Failed(failed) => problem("p class='problem pad' role='alert'", failed).into_any(),
        Asked::Here(summary) => figures(page, &summary).into_any(),
    })
}

fn figures(page: Page, summary: &Summary) -> El {
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
            "Parquet footers; Verify reads every byte".to_owned(),
        ),
    ];
    let facts = facts
        .into_iter()
        .map(|(name, value)| {
            el("div")
                .child(el("dt").child(name))
                .child(el("dd").child(value))
        })
        .collect::<Vec<_>>();
    let columns = summary
        .columns
        .iter()
        .map(|(name, kind, absent)| {
            el("tr")
                .child(el("td class='mono'").child(name.clone()))
                .child(el("td class='mono'").child(kind.clone()))
                .child(el("td class='num'").child(absent.map(count)))
        })
        .collect::<Vec<_>>();
    el("div class='summary' data-testid='summary'")
        .attr("data-rows", summary.rows.to_string())
        .attr("data-complete", summary.complete.to_string())
        .child(el("dl class='summary-facts'").child(facts))
        .child(
            el("div class='summary-columns'")
                .child(
                    el("div class='detail-part'")
                        .child(el("h3 class='sub'").child("Columns"))
                        .child(
                            el("button type='button' class='quiet'")
                                .attr("title", "Copy the summary as JSON")
                                .attr("aria-label", "Copy the summary as JSON")
                                .on("click", move |_| page.copy(json.clone(), "Summary"))
                                .child(icon(Icon::Copy))
                                .child("JSON"),
                        ),
                )
                .child(
                    el("table class='parts'")
                        .child(
                            el("thead").child(
                                el("tr")
                                    .child(el("th").child("Name"))
                                    .child(el("th").child("Type"))
                                    .child(el("th class='num'").child("Absent")),
                            ),
                        )
                        .child(el("tbody").child(columns)),
                ),
        )
}
