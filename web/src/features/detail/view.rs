//! One whole row: every field, the message as it came and as JSON where it is JSON.

use super::effects::OpenDetail;
use super::json::indented;
use crate::features::contexts::{Actions, ChosenRow};
use crate::features::rows::effects::Rows;
use crate::platform::zone::offset_minutes;
use crate::protocol::Row;
use crate::ui::format::{bytes, count};
use crate::ui::icon::Icon;
use crate::ui::load::Load;
use crate::ui::problem::Problem;
use crate::ui::text::untrusted;
use crate::ui::zone::Zone;
use leptos::prelude::*;

/// Longer JSON is shown as it came.
const LAID_OUT_BYTES: usize = 256 << 10;

/// The panel, while a row is open.
#[component]
pub(crate) fn DetailPanel() -> impl IntoView {
    let detail = expect_context::<OpenDetail>();
    let rows = expect_context::<Rows>();
    let ChosenRow(chosen) = expect_context();
    let title = move || chosen.get().map(|row| format!("Row {}", count(row + 1)));
    let body = move || match detail.row.get() {
        Load::Idle => ().into_any(),
        Load::Loading => {
            view! { <p class="hint pad" aria-busy="true">"Reading the row"</p> }.into_any()
        }
        Load::Failed(failed) => view! { <Problem failed /> }.into_any(),
        Load::Ready((_, row)) => fields(&row),
    };
    view! {
        <Show when=move || detail.is_open.get()>
            <aside
                class="detail"
                data-testid="row-detail"
                aria-label="Row"
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        detail.close();
                    }
                }
            >
                <div class="pane-head">
                    <h2 class="grow">{title}</h2>
                    <button type="button" class="is-icon is-quiet" title="Previous row" aria-label="Previous row" on:click=move |_| rows.step(-1)>
                        {Icon::Up.view()}
                    </button>
                    <button type="button" class="is-icon is-quiet" title="Next row" aria-label="Next row" on:click=move |_| rows.step(1)>
                        {Icon::Down.view()}
                    </button>
                    <button
                        type="button"
                        class="is-icon is-quiet"
                        data-testid="close-detail"
                        title="Close (Escape)"
                        aria-label="Close"
                        on:click=move |_| detail.close()
                    >
                        {Icon::Close.view()}
                    </button>
                </div>
                <div class="detail-body">{body}</div>
            </aside>
        </Show>
    }
}

fn fields(row: &Row) -> AnyView {
    let stamps = [Zone::Utc, Zone::Local(offset_minutes)]
        .map(|zone| view! {
            <dd class="mono">{zone.stamp(row.ms)} " " <span class="hint">{zone.offset_text(row.ms)}</span></dd>
        })
        .into_iter()
        .collect_view();
    let id = row.id.as_deref().map(|id| {
        view! {
            <div><dt>"Sequence number or id"</dt><dd class="mono">{untrusted(id, "")}</dd></div>
        }
    });
    let labels = (!row.labels.is_empty()).then(|| {
        view! {
            <div><dt>"Labels"</dt><dd>{untrusted(&row.labels.join(", "), "")}</dd></div>
        }
    });
    let provisional = row.provisional.then(|| view! {
        <div>
            <dt>"State"</dt>
            <dd>"May be incomplete: too close to now when it was fetched, or beyond what the log API keeps"</dd>
        </div>
    });
    let json = laid_out(&row.message);
    let is_json = json.is_some();
    let raw = is_json.then(|| {
        view! {
            <details>
                <summary>"As it came"</summary>
                <pre class="block">{untrusted(&row.message, "")}</pre>
            </details>
        }
    });
    let extra = row.extra.as_deref().map(|extra| view! {
        <div class="detail-part"><h3>"Extra"</h3> <CopyButton text=extra.to_owned() what="Extra fields" /></div>
        {block(extra, laid_out(extra))}
    });
    view! {
        <dl class="facts">
            <div><dt>"Time"</dt>{stamps}</div>
            {id}
            {labels}
            {provisional}
        </dl>
        <div class="detail-part">
            <h3>{if is_json { "Message, JSON" } else { "Message" }} " " <span class="hint">{bytes(row.message_bytes)}</span></h3>
            <CopyButton text=row.message.clone() what="Message" />
        </div>
        {block(&row.message, json)}
        {raw}
        {extra}
    }
    .into_any()
}

#[component]
fn CopyButton(text: String, what: &'static str) -> impl IntoView {
    let actions = expect_context::<Actions>();
    view! {
        <button
            type="button"
            class="is-small"
            aria-label=format!("Copy: {what}")
            on:click=move |_| actions.copy.run((text.clone(), what))
        >
            {Icon::Copy.small()}
            "Copy"
        </button>
    }
}

/// A text as JSON laid out, where it is JSON and not too long.
fn laid_out(text: &str) -> Option<String> {
    (text.len() <= LAID_OUT_BYTES)
        .then(|| indented(text))
        .flatten()
}

fn block(text: &str, json: Option<String>) -> AnyView {
    match json {
        // Line breaks are ours; all else in the lines is the text's own and stays escaped.
        Some(json) => {
            let lines = json
                .split('\n')
                .map(|line| view! { <span class="line">{untrusted(line, "")}</span> })
                .collect_view();
            view! { <pre class="block is-json">{lines}</pre> }.into_any()
        }
        None => view! { <pre class="block">{untrusted(text, "")}</pre> }.into_any(),
    }
}
