//! The detail panel: one whole row, field by field, as JSON and as it was received, and where it is kept.

use super::effects::{DetailStore, PANEL};
use super::fields::{Fields, PARSED_BYTES, fields};
use super::json::indented;
use super::state::{Content, Form, Msg};
use crate::features::columns::state::Msg as ColumnsMsg;
use crate::features::contexts::{Actions, Highlight, Narrow, TableColumns, TimeZone};
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::State;
use crate::features::rows::effects::RowsTable;
use crate::features::rows::state::{self as rows, Move, Rows};
use crate::features::value_acts::{Act, NarrowActs};
use crate::platform::zone::offset_minutes;
use crate::ui::escape::{Lines, first_bytes, plain};
use crate::ui::format::{bytes, count};
use crate::ui::icon::Icon;
use crate::ui::problem::Problem;
use crate::ui::tabs::{TabButton, TabList};
use crate::ui::text::{untrusted, untrusted_lines};
use crate::ui::zone::Zone;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::fold::Needle;
use windrow_protocol::{Kept, Row};

/// The id of what shows the row.
const FORM: &str = "row-form";

/// What is said of a row that is not proven.
const PROVISIONAL: &str =
    "May be incomplete: too close to now when it was fetched, or beyond what the log API keeps";

/// The panel, while a row is open.
#[component]
pub(crate) fn DetailPanel() -> impl IntoView {
    let detail = expect_context::<DetailStore>();
    let is_open = detail.memo(|detail| detail.open().is_some());
    move || is_open.get().then(|| view! { <Panel/> })
}

#[component]
fn Panel() -> impl IntoView {
    let detail = expect_context::<DetailStore>();
    let table = expect_context::<RowsTable>();
    let narrow = expect_context::<Narrow>();
    let number = detail.memo(|detail| detail.open().map(|open| open.row));
    let total = table.memo(Rows::row_count);
    let content = detail.memo(|detail| detail.open().map(|open| open.content.clone()));
    let is_whole = detail.memo(|detail| detail.open().is_some_and(|open| open.content.is_whole()));
    let step = move |lines| table.send_quietly(rows::Msg::Move(Move::Lines(lines)));
    let title = move || number.get().map(|row| format!("Row {} ", count(row + 1)));
    let body = move || match content.get() {
        None => ().into_any(),
        Some(Content::Loading) => view! { <p class="hint pad">"Reading the row"</p> }.into_any(),
        Some(Content::Failed(failed)) => view! { <Problem failed/> }.into_any(),
        Some(Content::Start(row)) => view! { <Body row kept=None named=None/> }.into_any(),
        Some(Content::Whole { row, kept, named }) => {
            view! { <Body row kept named=Some(named)/> }.into_any()
        }
    };
    let press = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            match table.with_untracked(Rows::is_around) {
                true => narrow.look_around.run(()),
                false => detail.send(Msg::Close),
            }
        }
    };
    view! {
        <aside
            class="detail"
            id=PANEL
            tabindex="-1"
            data-testid="row-detail"
            data-row=move || number.get().map(|row| row.to_string())
            data-whole=move || is_whole.get().to_string()
            aria-label="Row"
            on:keydown=press
        >
            <div class="pane-head">
                <h2>{title} <em>{move || format!("of {}", count(total.get()))}</em></h2>
                <span class="grow"></span>
                <PaneButton label="Previous row" icon=Icon::Up on_press=move |()| step(-1)/>
                <PaneButton label="Next row" icon=Icon::Down on_press=move |()| step(1)/>
                <PaneButton
                    label="Close (Escape)"
                    icon=Icon::Close
                    testid="close-detail"
                    on_press=move |()| detail.send(Msg::Close)
                />
            </div>
            {body}
        </aside>
    }
}

#[component]
fn PaneButton(
    label: &'static str,
    icon: Icon,
    #[prop(optional)] testid: Option<&'static str>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="is-icon is-small is-quiet"
            title=label
            aria-label=label
            data-testid=testid
            on:click=move |_| on_press.run(())
        >
            {icon.small()}
        </button>
    }
}

/// The row, as far as it is here; whole once the fields of its message are named.
#[component]
fn Body(row: Arc<Row>, kept: Option<Kept>, named: Option<Arc<Fields>>) -> impl IntoView {
    let is_whole = named.is_some();
    let detail = expect_context::<DetailStore>();
    let zone = expect_context::<TimeZone>();
    let actions = expect_context::<Actions>();
    let ms = row.ms;
    let copied = Arc::clone(&row);
    let copy = move |_| actions.copy.run((copied.message.clone(), "Message"));
    let time = move || {
        let shown = zone.get();
        let other = match shown {
            Zone::Utc => Zone::Local(offset_minutes),
            Zone::Local(_) | Zone::Changed(..) => Zone::Utc,
        };
        view! {
            {shown.stamp(ms)} " " {shown.offset_text(ms)} " "
            <em>{other.time(ms)} " " {other.offset_text(ms)}</em>
        }
    };
    let form = detail.memo(|detail| detail.form());
    let shown = move || match form.get() {
        Form::Fields => view! { <FieldsView row=Arc::clone(&row) named=named.clone()/> }.into_any(),
        Form::Json => view! { <JsonView row=Arc::clone(&row)/> }.into_any(),
        Form::Received => view! { <ReceivedView row=Arc::clone(&row)/> }.into_any(),
    };
    view! {
        <div class="detail-acts">
            <button
                type="button"
                data-testid="copy-message"
                title="Copy the message as it was received"
                disabled=!is_whole
                on:click=copy
            >
                {Icon::Copy.small()}
                "Copy message"
            </button>
            <ContextButton/>
        </div>
        <div class="detail-time">{time}</div>
        <FormTabs/>
        <div
            class="detail-body"
            id=FORM
            role="tabpanel"
            aria-label="Row"
            tabindex="0"
            aria-busy=(!is_whole).to_string()
        >
            {shown}
        </div>
        {kept.map(|kept| view! { <KeptView kept/> })}
    }
}

/// Shows what is around the row, where the filter hides any of it.
#[component]
fn ContextButton() -> impl IntoView {
    let filter = expect_context::<FilterStore>();
    let narrow = expect_context::<Narrow>();
    let is_around = filter.memo(|filter| filter.around().is_some());
    let narrows = filter.memo(State::narrows);
    let icon = move || match is_around.get() {
        true => Icon::Left.small(),
        false => Icon::Context.small(),
    };
    let words = move || match is_around.get() {
        true => "Back to filtered",
        false => "Show in context",
    };
    move || {
        narrows.get().then(|| {
            view! {
                <button
                    type="button"
                    data-testid="show-context"
                    title="Show what is around this row, whatever the filters hide (C)"
                    on:click=move |_| narrow.look_around.run(())
                >
                    {icon}
                    {words}
                </button>
            }
        })
    }
}

#[component]
fn FormTabs() -> impl IntoView {
    let detail = expect_context::<DetailStore>();
    let tabs = Form::ALL.map(|form| {
        view! {
            <TabButton
                id=id_of(form)
                panel=FORM
                name=form.words()
                is_selected=detail.memo(move |detail| detail.form() == form)
                size=Signal::stored(None::<String>)
                on_select=move |()| detail.send(Msg::Show(form))
            />
        }
    });
    view! {
        <div class="detail-tabs">
            <TabList label="Row as">{tabs.into_iter().collect_view()}</TabList>
        </div>
    }
}

const fn id_of(form: Form) -> &'static str {
    match form {
        Form::Fields => "form-fields",
        Form::Json => "form-json",
        Form::Received => "form-received",
    }
}

/// What can be done with a value: keep only rows with it, hide them, show its field as a column.
#[component]
fn ValueActs(name: String, value: String) -> impl IntoView {
    let columns = expect_context::<TableColumns>();
    let of = name.clone();
    let is_column = Signal::derive(move || columns.has(&of));
    let toggled = name.clone();
    let toggle = move |()| columns.change.run(ColumnsMsg::Toggle(toggled.clone()));
    view! {
        <span class="acts">
            <NarrowActs field=name.clone() value testids=("keep-value", "hide-value")/>
            <Act
                label=format!("Show {} as a column", plain(&name))
                icon=Icon::Columns
                testid="column-value"
                field=name
                is_pressed=is_column
                on_press=toggle
            />
        </span>
    }
}

fn field(name: &str, value: AnyView) -> impl IntoView + use<> {
    view! {
        <div class="kv">
            <dt title=plain(name)>{untrusted(name, &Needle::default())}</dt>
            <dd>{value}</dd>
        </div>
    }
}

#[component]
fn FieldsView(row: Arc<Row>, named: Option<Arc<Fields>>) -> impl IntoView {
    let Highlight(highlight) = expect_context();
    // What may be a line of pairs is not drawn as text for the moment until its fields are here.
    let may_have_fields = named.is_none() && row.message.contains('=');
    let of_pairs = named.filter(|named| !named.fields.is_empty());
    let of_message = fields(&row.message).or(of_pairs.map(Arc::unwrap_or_clone));
    let of_extra = row.extra.as_deref().and_then(fields);
    let id = row.id.clone();
    let labels = row.labels.join(", ");
    let is_provisional = row.provisional;
    let message = (of_message.is_none() && !may_have_fields)
        .then(|| view! { <LongText text=row.message.as_str() lines=Lines::Broken/> });
    let shown = move || {
        let (needle, none) = (Needle::new(&highlight.get()), Needle::default());
        let of = |found: &Option<Fields>, needle: &Needle, asks: bool| {
            let Fields { fields, left_out } = found.clone().unwrap_or_default();
            let fields = fields.into_iter().map(|held| {
                let value = first_bytes(&held.value, 4096);
                let acts = (asks && held.is_plain).then(|| {
                    let (name, value) = (held.name.clone(), held.value.clone());
                    view! { <ValueActs name value/> }
                });
                field(
                    &held.name,
                    view! { {untrusted(value, needle)} {acts} }.into_any(),
                )
            });
            let left_out = (left_out > 0).then(|| {
                let name = format!("{} more", count(left_out as u64));
                field(&name, "See the row as received".into_any())
            });
            (fields.collect_view(), left_out)
        };
        view! {
            {id.as_deref().map(|id| field("number or id", untrusted(id, &none)))}
            {(!labels.is_empty()).then(|| field("labels", untrusted(&labels, &none)))}
            {is_provisional.then(|| field("state", PROVISIONAL.into_any()))}
            {of(&of_message, &needle, true)}
            {of(&of_extra, &none, false)}
        }
    };
    view! {
        <dl>{shown}</dl>
        {message}
    }
}

#[component]
fn JsonView(row: Arc<Row>) -> impl IntoView {
    let laid_out = |text: &str| {
        (text.len() <= PARSED_BYTES)
            .then(|| indented(text))
            .flatten()
    };
    let message = laid_out(&row.message);
    let extra = row.extra.as_deref().and_then(laid_out);
    if message.is_none() && extra.is_none() {
        return view! { <p class="hint pad">"The message is not JSON, or is too long to lay out"</p> }
            .into_any();
    }
    let message = message.map(|text| view! { <LongText text lines=Lines::Ours/> });
    view! { {message} {extra.map(|text| extra_fields(text, Lines::Ours))} }.into_any()
}

#[component]
fn ReceivedView(row: Arc<Row>) -> impl IntoView {
    let size = bytes(row.message_bytes);
    view! {
        <p class="sub-head">"Message, " {size}</p>
        <LongText text=row.message.as_str() lines=Lines::Broken/>
        {row.extra.clone().map(|text| extra_fields(text, Lines::Broken))}
    }
}

fn extra_fields(text: String, lines: Lines) -> impl IntoView {
    view! {
        <p class="sub-head">"Extra fields"</p>
        <LongText text lines/>
    }
}

/// A text of which only the start is drawn until more is asked for.
#[component]
fn LongText(#[prop(into)] text: Arc<str>, lines: Lines) -> impl IntoView {
    let detail = expect_context::<DetailStore>();
    let Highlight(highlight) = expect_context();
    let drawn_bytes = detail.memo(|detail| detail.open().map_or(0, |open| open.drawn_bytes));
    let drawn = {
        let text = Arc::clone(&text);
        move || {
            let needle = Needle::new(&highlight.get());
            untrusted_lines(first_bytes(&text, drawn_bytes.get()), &needle, lines)
        }
    };
    let whole = text.len();
    let more = move || {
        (drawn_bytes.get() < whole).then(|| {
            let says = format!(
                "The first {} of {} are drawn. Copying takes all of it",
                bytes(drawn_bytes.get() as u64),
                bytes(whole as u64)
            );
            view! {
                <p class="hint pad">{says}</p>
                <button
                    type="button"
                    class="is-small more"
                    data-testid="show-more"
                    on:click=move |_| detail.send(Msg::More)
                >
                    "Show more"
                </button>
            }
        })
    };
    view! {
        <pre class="json" data-testid="row-text">{drawn}</pre>
        {more}
    }
}

/// Where the row is kept, and what proves it.
#[component]
fn KeptView(kept: Kept) -> impl IntoView {
    let zone = expect_context::<TimeZone>();
    let mut steps = kept.path.rsplit('/');
    let (file, folder) = (steps.next().unwrap_or_default(), steps.next());
    let short = folder.map_or_else(|| file.to_owned(), |folder| format!("{folder}/{file}"));
    let range = move || {
        let zone = zone.get();
        zone.range(kept.range.start_ms(), kept.range.end_ms())
    };
    let fetched = move || {
        let ms = kept.fetched_at_ms;
        let zone = zone.get();
        format!(
            "{} {}, checksum matches",
            zone.short_stamp(ms - ms.rem_euclid(1000)),
            zone.offset_text(ms)
        )
    };
    let proves = if kept.provisional {
        "Shows"
    } else {
        "Proven for"
    };
    let position = format!("row {} of {}", count(kept.position + 1), count(kept.rows));
    view! {
        <div class="detail-foot" data-testid="row-kept">
            <div class="foot-head">"Where it is kept"</div>
            <dl class="facts">
                <div>
                    <dt>"Part"</dt>
                    <dd class="mono" title=plain(&kept.path)>{plain(&short)}</dd>
                </div>
                <div><dt>"Position"</dt> <dd>{position}</dd></div>
                <div><dt>{proves}</dt> <dd>{range}</dd></div>
                <div><dt>"Fetched"</dt> <dd>{fetched}</dd></div>
            </dl>
        </div>
    }
}
