//! Where a condition is typed, with what is wrong with it; and what else can be done with one that is there.

use super::draft::{Draft, Effect, Listed, Msg};
use super::effects::FilterStore;
use super::state::{Change, Msg as FilterMsg};
use crate::platform::focus;
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::ui::escape::plain;
use crate::ui::format::count;
use crate::ui::popover::{self, Popover};
use crate::ui::store::Store;
use leptos::prelude::*;
use windrow_model::filter::list::has_lines;
use windrow_protocol::CheckFilter;

/// The id of the panel.
pub(super) const EDITOR: &str = "filter-editor";

/// The id of its field.
pub(super) const FIELD: &str = "filter-text";

/// The id of what is said of the text.
const SAYS: &str = "filter-says";

/// The condition that is typed. Copies are handles to the same.
pub(crate) type DraftStore = Store<Draft, Msg>;

/// Makes it and provides it.
pub(super) fn start(worker: WorkerClient, filter: FilterStore) {
    let checking = OneCall::new(worker);
    let store: DraftStore = Store::new(
        Draft::default(),
        Draft::update,
        move |store: DraftStore, effect| match effect {
            Effect::Check { number, text } => checking.start(
                CheckFilter { filter: text },
                |_| {},
                move |checked| {
                    // What could not be checked is asked, and fails there with a reason.
                    let mistake = checked.unwrap_or_default();
                    store.send(Msg::Checked { number, mistake });
                },
            ),
            Effect::Change(change) => filter.send(FilterMsg::Change(change)),
            Effect::Close => {
                focus::keep_focus(super::view::ADD);
                popover::close(EDITOR);
            }
        },
    );
    provide_context(store);
}

/// The panel.
#[component]
pub(super) fn Editor() -> impl IntoView {
    let draft = expect_context::<DraftStore>();
    let mistake = draft.memo(|draft| draft.mistake().cloned());
    let of = draft.memo(Draft::of);
    let is_list = draft.memo(|draft| draft.list().is_some());
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        draft.send(Msg::Enter);
    };
    view! {
        <Popover id=EDITOR class="filter-editor" label="Filter">
            <form autocomplete="off" on:submit=enter>
                {move || match is_list.get() {
                    true => view! { <ListField/> }.into_any(),
                    false => view! { <TextField/> }.into_any(),
                }}
                <Says/>
                <div class="acts">
                    <button
                        type="submit"
                        class="is-primary"
                        data-testid="apply-filter"
                        aria-disabled=move || mistake.with(Option::is_some).to_string()
                    >
                        {move || if of.get().is_some() { "Change" } else { "Add" }}
                    </button>
                    <OtherForm/>
                    {move || of.get().map(|number| view! { <Acts number/> })}
                </div>
            </form>
        </Popover>
    }
}

/// An expression.
#[component]
fn TextField() -> impl IntoView {
    let draft = expect_context::<DraftStore>();
    let text = draft.memo(|draft| draft.text().to_owned());
    let mistake = draft.memo(|draft| draft.mistake().is_some());
    let paste = move |event: web_sys::ClipboardEvent| {
        let data = event.clipboard_data();
        let pasted = data.and_then(|data| data.get_data("text").ok());
        // A field of one line would run the lines together.
        if let Some(pasted) = pasted.filter(|pasted| has_lines(pasted))
            && draft.with_untracked(Draft::takes_list)
        {
            event.prevent_default();
            draft.send(Msg::Pasted(pasted));
            popover::focus_once_open(EDITOR, FIELD);
        }
    };
    view! {
        <label for=FIELD>"Show only rows with"</label>
        <input
            id=FIELD
            data-testid="filter-text"
            type="text"
            class="mono"
            spellcheck="false"
            autocapitalize="off"
            placeholder="timeout, user:bob, -level:info, status >= 500, or a pasted list"
            aria-describedby=SAYS
            aria-invalid=move || mistake.get().to_string()
            prop:value=text
            on:input=move |event| draft.send(Msg::Typed(event_target_value(&event)))
            on:paste=paste
        />
    }
}

/// A value a line.
#[component]
fn ListField() -> impl IntoView {
    let draft = expect_context::<DraftStore>();
    let lines = draft.memo(|draft| draft.list().map(|listed| listed.lines.clone()));
    let is_excluded =
        draft.memo(|draft| draft.list().is_some_and(|listed| listed.list.is_excluded));
    let mistake = draft.memo(|draft| draft.mistake().is_some());
    let field = draft.memo(|draft| {
        let field = draft.list().and_then(|listed| listed.list.field.clone());
        field.map_or_else(String::new, |name| name.as_str().to_owned())
    });
    let fields = draft.memo(move |draft| {
        let mut fields = draft.fields().to_vec();
        let field = draft.list().and_then(|listed| listed.list.field.clone());
        if let Some(field) =
            field.filter(|field| !fields.iter().any(|known| known == field.as_str()))
        {
            fields.insert(0, field.as_str().to_owned());
        }
        fields
    });
    let options = move || {
        let option = |name: String| {
            let is_chosen = name == field.get_untracked();
            view! { <option value=name.clone() selected=is_chosen>{plain(&name)}</option> }
        };
        fields.get().into_iter().map(option).collect_view()
    };
    view! {
        <label for="filter-field">"Look in"</label>
        <select
            id="filter-field"
            data-testid="filter-field"
            class="mono"
            on:change=move |event| draft.send(Msg::Field(event_target_value(&event)))
        >
            <option value="">"the whole message"</option>
            {options}
        </select>
        <label for=FIELD>
            {move || match is_excluded.get() {
                true => "Show only rows with none of these, one a line",
                false => "Show only rows with any of these, one a line",
            }}
        </label>
        <textarea
            id=FIELD
            data-testid="filter-lines"
            class="mono"
            rows="8"
            wrap="off"
            spellcheck="false"
            autocapitalize="off"
            aria-describedby=SAYS
            aria-invalid=move || mistake.get().to_string()
            prop:value=move || lines.get().unwrap_or_default()
            on:input=move |event| draft.send(Msg::Lines(event_target_value(&event)))
        ></textarea>
    }
}

/// What is wrong, or may not mean what was meant; and how long a list is.
#[component]
fn Says() -> impl IntoView {
    let draft = expect_context::<DraftStore>();
    let mistake = draft.memo(|draft| draft.mistake().cloned());
    let hints = draft.memo(|draft| draft.hints().to_vec());
    let length = draft.memo(|draft| draft.list().map(Listed::length));
    let says = move || match mistake.get() {
        Some(wrong) => view! {
            <p class="is-failed" data-testid="filter-mistake">
                {format!("Column {}: {}. {}", wrong.column, wrong.message, capital(&wrong.remedy))}
            </p>
        }
        .into_any(),
        None => {
            let hints = hints.get().into_iter();
            let hints = hints
                .map(|hint| view! { <p data-testid="filter-hint">{capital(&plain(&hint))}</p> });
            hints.collect_view().into_any()
        }
    };
    view! {
        <div class="filter-says" id=SAYS role="status">
            {move || length.get().map(|said| view! { <p data-testid="list-length">{said}</p> })}
            {says}
        </div>
    }
}

/// The button between an expression and a list, where there is one.
#[component]
fn OtherForm() -> impl IntoView {
    let draft = expect_context::<DraftStore>();
    let is_list = draft.memo(|draft| draft.list().is_some());
    let offer = draft.memo(Draft::offer);
    let change = move |msg: Msg| {
        draft.send(msg);
        popover::focus_once_open(EDITOR, FIELD);
    };
    move || match (is_list.get(), offer.get()) {
        (true, _) => Some(
            view! {
                <button type="button" data-testid="as-text" on:click=move |_| change(Msg::AsText)>
                    "As an expression"
                </button>
            }
            .into_any(),
        ),
        (false, Some(values)) => Some(
            view! {
                <button type="button" data-testid="as-list" on:click=move |_| change(Msg::AsList)>
                    {format!("As a list: any of {} values", count(values as u64))}
                </button>
            }
            .into_any(),
        ),
        (false, None) => None,
    }
}

/// What can be done with a condition that is there.
#[component]
fn Acts(number: usize) -> impl IntoView {
    let filter = expect_context::<FilterStore>();
    let chip = filter.memo(move |state| state.chips().chips.get(number).cloned());
    let is_off = move || chip.with(|chip| chip.as_ref().is_some_and(|chip| chip.is_off));
    let is_pinned = move || chip.with(|chip| chip.as_ref().is_some_and(|chip| chip.is_pinned));
    let act = move |change: Change| {
        focus::keep_focus(super::view::ADD);
        popover::close(EDITOR);
        filter.send(FilterMsg::Change(change));
    };
    view! {
        <button type="button" data-testid="switch-filter" on:click=move |_| act(Change::Switch(number))>
            {move || if is_off() { "Switch on" } else { "Switch off" }}
        </button>
        <button type="button" data-testid="invert-filter" on:click=move |_| act(Change::Invert(number))>
            "Invert"
        </button>
        <button
            type="button"
            data-testid="pin-filter"
            title="A pinned filter stays when another log is shown"
            on:click=move |_| act(Change::Pin(number))
        >
            {move || if is_pinned() { "Unpin" } else { "Pin" }}
        </button>
        <button type="button" data-testid="remove-filter" on:click=move |_| act(Change::Remove(number))>
            "Remove"
        </button>
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(characters)
        .collect()
}
