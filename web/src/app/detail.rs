//! One whole row: every field, the message as it came and as JSON where it is JSON.

use super::browser;
use super::el::{Child, El, el, many, shown};
use super::icon::{Icon, icon};
use super::page::Page;
use super::problem::problem;
use super::shown::Asked;
use super::text::untrusted;
use crate::protocol::Row;
use crate::state::instant::Zone;
use crate::state::json::indented;
use crate::state::words::{bytes, count};
use leptos::prelude::*;

/// Longer JSON is shown as it came.
const LAID_OUT_BYTES: usize = 256 << 10;

/// The panel, while a row is open.
pub(crate) fn detail(page: Page) -> AnyView {
    let is_open =
        Memo::new(move |_| u64::from(page.detail.with(|detail| !matches!(detail, Asked::No))));
    let title = move || page.row.get().map(|row| format!("Row {}", count(row + 1)));
    let body = move || match page.detail.get() {
        Asked::No => None,
        Asked::Asking => Some(el("p class='hint'").child("Reading the row").into_any()),
        Asked::Failed(failed) => Some(problem("p class='problem' role='alert'", failed).into_any()),
        Asked::Here(row) => Some(fields(page, &row).into_any()),
    };
    shown(move || {
        (is_open.get() == 1).then(|| {
            el("aside class='detail' data-testid='row-detail' aria-label='Row'")
                .on_key(move |event| {
                    if event.key() == "Escape" {
                        page.close_detail();
                    }
                })
                .child(
                    el("div class='detail-head'")
                        .child(el("h3").child(shown(title)))
                        .child(
                            el("button type='button' class='quiet' title='Previous row'")
                                .attr("aria-label", "Previous row")
                                .on("click", move |_| page.step_row(-1))
                                .child(icon(Icon::Previous)),
                        )
                        .child(
                            el("button type='button' class='quiet' aria-label='Next row'")
                                .attr("title", "Next row")
                                .on("click", move |_| page.step_row(1))
                                .child(icon(Icon::Next)),
                        )
                        .child(
                            el("button type='button' class='quiet' aria-label='Close'")
                                .attr("data-testid", "close-detail")
                                .attr("title", "Close (Escape)")
                                .on("click", move |_| page.close_detail())
                                .child(icon(Icon::Close)),
                        ),
                )
                .child(el("div class='detail-body'").child(shown(body)))
        })
    })
    .into_any()
}

fn fields(page: Page, row: &Row) -> AnyView {
    let local = Zone::Local(browser::local_offset);
    let stamps = [Zone::Utc, local].map(|zone| {
        el("dd class='mono'")
            .child(zone.stamp(row.ms))
            .child(" ")
            .child(el("span class='hint'").child(zone.offset_text(row.ms)))
    });
    let id = row.id.as_deref().map(|id| {
        many(vec![
            el("dt").child("Sequence number or id").view(),
            el("dd class='mono'").child(untrusted(id, "")).view(),
        ])
    });
    let labels = (!row.labels.is_empty()).then(|| {
        many(vec![
            el("dt").child("Labels").view(),
            el("dd").child(untrusted(&row.labels.join(", "), "")).view(),
        ])
    });
    let provisional = row.provisional.then(|| {
        many(vec![
            el("dt").child("State").view(),
            el("dd")
                .child("May be incomplete: too close to now when it was fetched, or beyond what the log API keeps")
                .view(),
        ])
    });
    let extra = row.extra.as_deref().map(|extra| {
        let copied = extra.to_owned();
        many(vec![
            el("div class='detail-part'")
                .child(el("h4").child("Extra"))
                .child(copy_button(page, copied, "Extra fields"))
                .view(),
            block(extra, laid_out(extra)).view(),
        ])
    });
    let json = laid_out(&row.message);
    let is_json = json.is_some();
    let raw = is_json.then(|| {
        el("details")
            .child(el("summary").child("As it came"))
            .child(el("pre class='block'").child(untrusted(&row.message, "")))
    });
    many(vec![
        el("dl class='facts'")
            .child(el("dt").child("Time"))
            .child(stamps.into_iter().collect::<Vec<_>>())
            .child(id)
            .child(labels)
            .child(provisional)
            .view(),
        el("div class='detail-part'")
            .child(
                el("h4")
                    .child(if is_json { "Message, JSON" } else { "Message" })
                    .child(" ")
                    .child(el("span class='hint'").child(bytes(row.message_bytes))),
            )
            .child(copy_button(page, row.message.clone(), "Message"))
            .view(),
        block(&row.message, json).view(),
        raw.view(),
        extra.view(),
    ])
}

fn copy_button(page: Page, text: String, what: &'static str) -> El {
    el("button type='button' class='quiet'")
        .attr("title", format!("Copy: {what}"))
        .attr("aria-label", format!("Copy: {what}"))
        .on("click", move |_| page.copy(text.clone(), what))
        .child(icon(Icon::Copy))
        .child("Copy")
}

/// A text as JSON laid out, where it is JSON and not too long.
fn laid_out(text: &str) -> Option<String> {
    (text.len() <= LAID_OUT_BYTES)
        .then(|| indented(text))
        .flatten()
}

fn block(text: &str, json: Option<String>) -> AnyView {
    match json {
        Some(json) => lines(&json).into_any(),
        None => el("pre class='block'")
            .child(untrusted(text, ""))
            .into_any(),
    }
}

/// Lines whose breaks are ours; all else in them is the text's own and stays escaped.
fn lines(text: &str) -> El {
    let lines = text
        .split('\n')
        .map(|line| el("span class='line'").child(untrusted(line, "")))
        .collect::<Vec<_>>();
    el("pre class='block is-json'").child(lines)
}
