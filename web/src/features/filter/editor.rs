//! Where a condition is typed, with what is wrong with it; and what else can be done with one that is there.

use super::draft::{Draft, Effect, Msg};
use super::effects::FilterStore;
use super::state::{Change, Msg as FilterMsg};
use crate::platform::focus;
use crate::platform::one_call::OneCall;
use crate::platform::worker_client::WorkerClient;
use crate::ui::escape::plain;
use crate::ui::popover::{self, Popover};
use crate::ui::store::Store;
use leptos::prelude::*;
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
    let text = draft.memo(|draft| draft.text().to_owned());
    let mistake = draft.memo(|draft| draft.mistake().cloned());
    let hints = draft.memo(|draft| draft.hints().to_vec());
    let of = draft.memo(Draft::of);
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        draft.send(Msg::Enter);
    };
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
        <Popover id=EDITOR class="filter-editor" label="Filter">
            <form autocomplete="off" on:submit=enter>
                <label for=FIELD>"Show only rows with"</label>
                <input
                    id=FIELD
                    data-testid="filter-text"
                    type="text"
                    class="mono"
                    spellcheck="false"
                    autocapitalize="off"
                    placeholder="timeout, user:bob, -level:info, status >= 500"
                    aria-describedby=SAYS
                    aria-invalid=move || mistake.with(Option::is_some).to_string()
                    prop:value=text
                    on:input=move |event| draft.send(Msg::Typed(event_target_value(&event)))
                />
                <div class="filter-says" id=SAYS role="status">{says}</div>
                <div class="acts">
                    <button
                        type="submit"
                        class="is-primary"
                        data-testid="apply-filter"
                        aria-disabled=move || mistake.with(Option::is_some).to_string()
                    >
                        {move || if of.get().is_some() { "Change" } else { "Add" }}
                    </button>
                    {move || of.get().map(|number| view! { <Acts number/> })}
                </div>
            </form>
        </Popover>
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
