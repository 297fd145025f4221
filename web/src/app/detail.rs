//! One whole row: every field, the message as it came and as JSON where it is JSON.

use super::browser;
use super::icon::{Icon, icon};
use super::page::{Asked, Page};
use super::text::untrusted;
use crate::protocol::Row;
use crate::state::instant::Zone;
use crate::state::json::indented;
use crate::state::words::{bytes, count};
use leptos::prelude::*;

/// Longer JSON is shown as it came.
const LAID_OUT_BYTES: usize = 256 << 10;

/// The panel, while a row is open.
#[component]
pub(crate) fn Detail(page: Page) -> impl IntoView {
    let is_open = Memo::new(move |_| !matches!(page.detail.get(), Asked::No));
    let title = move || page.row.get().map(|row| format!("Row {}", count(row + 1)));
    let body = move || match page.detail.get() {
        Asked::No => None,
        Asked::Asking => Some(view! { <p class="hint">"Reading the row"</p> }.into_any()),
        Asked::Failed(failed) => Some(
            view! {
                <p class="problem" role="alert">
                    <strong>{failed.message}</strong>
                    <span>{failed.remedy}</span>
                </p>
            }
            .into_any(),
        ),
        Asked::Here(row) => Some(fields(page, &row).into_any()),
    };
    view! {
        <Show when=move || is_open.get()>
            <aside
                class="detail"
                data-testid="row-detail"
                aria-label="Row"
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        page.close_detail();
                    }
                }
            >
                <div class="detail-head">
                    <h3>{title}</h3>
                    <button
                        type="button"
                        class="quiet"
                        aria-label="Previous row"
                        title="Previous row"
                        on:click=move |_| page.step_row(-1)
                    >
                        {icon(Icon::Previous)}
                    </button>
                    <button
                        type="button"
                        class="quiet"
                        aria-label="Next row"
                        title="Next row"
                        on:click=move |_| page.step_row(1)
                    >
                        {icon(Icon::Next)}
                    </button>
                    <button
                        type="button"
                        class="quiet"
                        data-testid="close-detail"
                        aria-label="Close"
                        title="Close (Escape)"
                        on:click=move |_| page.close_detail()
                    >
                        {icon(Icon::Close)}
                    </button>
                </div>
                <div class="detail-body">{body}</div>
            </aside>
        </Show>
    }
}

fn fields(page: Page, row: &Row) -> impl IntoView + use<> {
    let local = Zone::Local(browser::local_offset);
    let stamps = [Zone::Utc, local].map(|zone| {
        view! {
            <dd class="mono">
                {zone.stamp(row.ms)} " " <span class="hint">{zone.offset_text(row.ms)}</span>
            </dd>
        }
    });
    let id = row.id.as_deref().map(|id| {
        view! {
            <dt>"Sequence number"</dt>
            <dd class="mono">{untrusted(id, "")}</dd>
        }
    });
    let labels = (!row.labels.is_empty()).then(|| {
        view! {
            <dt>"Labels"</dt>
            <dd>{untrusted(&row.labels.join(", "), "")}</dd>
        }
    });
    let provisional = row.provisional.then(|| {
        view! {
            <dt>"State"</dt>
            <dd>"Provisional: fetched too close to now, more may have arrived since"</dd>
        }
    });
    let extra = row.extra.as_deref().map(|extra| {
        let copied = extra.to_owned();
        view! {
            <div class="detail-part">
                <h4>"Extra"</h4>
                {copy_button(page, copied, "Extra fields")}
            </div>
            {block(extra)}
        }
    });
    let json = (row.message.len() <= LAID_OUT_BYTES)
        .then(|| indented(&row.message))
        .flatten();
    let is_json = json.is_some();
    let raw = is_json.then(|| {
        view! {
            <details>
                <summary>"As it came"</summary>
                <pre class="block">{untrusted(&row.message, "")}</pre>
            </details>
        }
    });
    let laid_out = match json {
        Some(json) => lines(&json).into_any(),
        None => view! { <pre class="block">{untrusted(&row.message, "")}</pre> }.into_any(),
    };
    view! {
        <dl class="facts">
            <dt>"Time"</dt>
            {stamps.into_iter().collect_view()}
            {id}
            {labels}
            {provisional}
        </dl>
        <div class="detail-part">
            <h4>
                {if is_json { "Message, JSON" } else { "Message" }} " "
                <span class="hint">{bytes(row.message_bytes)}</span>
            </h4>
            {copy_button(page, row.message.clone(), "Message")}
        </div>
        {laid_out}
        {raw}
        {extra}
    }
}

fn copy_button(page: Page, text: String, what: &'static str) -> impl IntoView {
    view! {
        <button
            type="button"
            class="quiet"
            title=format!("Copy: {what}")
            on:click=move |_| page.copy(text.clone(), what)
        >
            {icon(Icon::Copy)}
            "Copy"
        </button>
    }
}

/// A text laid out as JSON where it is JSON.
fn block(text: &str) -> AnyView {
    match indented(text) {
        Some(json) => lines(&json).into_any(),
        None => view! { <pre class="block">{untrusted(text, "")}</pre> }.into_any(),
    }
}

/// Lines whose breaks are ours; all else in them is the text's own and stays escaped.
fn lines(text: &str) -> impl IntoView + use<> {
    let lines = text
        .split('\n')
        .map(|line| view! { <span class="line">{untrusted(line, "")}</span> })
        .collect_view();
    view! { <pre class="block is-json">{lines}</pre> }
}
