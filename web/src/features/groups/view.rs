//! The panel of groups: what is chosen, of how many rows the figures are, and the table, every count of which can be opened.

use super::choice::Choice;
use super::effects::GroupsStore;
use super::state::Msg;
use super::table::{Line, Shown, absent_terms, is_of, lines, sentence};
use crate::features::contexts::{Asked, Narrow, Place, RowsShown, ShownWindow};
use crate::features::filter::effects::FilterStore;
use crate::features::filter::state::Change;
use crate::location::address::Tab;
use crate::platform::focus;
use crate::ui::empty::empty;
use crate::ui::escape::plain;
use crate::ui::format::{count, counted};
use crate::ui::text::untrusted;
use leptos::prelude::*;
use windrow_model::filter::Filter;
use windrow_model::fold::Needle;
use windrow_protocol::{GroupOrder, Groups};

/// Columns that every part has and that have no groups worth seeing.
const NOT_GROUPED: [&str; 5] = [
    "timestamp",
    "sequence_number",
    "event_id",
    "message",
    "extra",
];

/// The panel.
#[component]
pub(crate) fn GroupsPanel() -> impl IntoView {
    let store = expect_context::<GroupsStore>();
    let shown = expect_context::<ShownWindow>();
    let is_chosen = store.memo(|state| !state.choice().by().is_empty());
    let is_open = Memo::new(move |_| shown.get().is_some());
    move || {
        match is_open.get() {
        false => empty(
            "No window is open",
            "Rows are counted here by the values of one field or two.",
        ),
        true => view! {
            <div class="plain-pad groups" data-testid="groups">
                <Choices/>
                {move || match is_chosen.get() {
                    false => view! {
                        <p class="hint">
                            "Choose a field: the rows that match are counted by its values, or by pairs of values of two fields."
                        </p>
                    }
                    .into_any(),
                    true => view! { <Figures/> }.into_any(),
                }}
            </div>
        }
        .into_any(),
    }
    }
}

/// What is chosen.
#[component]
fn Choices() -> impl IntoView {
    let store = expect_context::<GroupsStore>();
    let fields = fields();
    let choice = store.memo(|state| state.choice().clone());
    let pick = move |label, id, none, of: fn(&Choice) -> &str, msg: fn(String) -> Msg| {
        let chosen = Memo::new(move |_| choice.with(|choice| of(choice).to_owned()));
        let options = move || {
            let chosen = chosen.get();
            let mut names = fields.get();
            if !chosen.is_empty() && !names.contains(&chosen) {
                names.insert(0, chosen.clone());
            }
            let option = |name: String| {
                let is_chosen = name == chosen;
                view! { <option value=name.clone() selected=is_chosen>{plain(&name)}</option> }
            };
            let is_none = chosen.is_empty();
            view! {
                <option value="" selected=is_none>{none}</option>
                {names.into_iter().map(option).collect_view()}
            }
        };
        view! {
            <label>
                {label}
                " "
                <select
                    data-testid=id
                    on:change=move |event| store.send(msg(event_target_value(&event)))
                >
                    {options}
                </select>
            </label>
        }
    };
    view! {
        <div class="groups-choice">
            {pick("Group by", "group-first", "no field", |choice| &choice.first, Msg::First)}
            {pick("and by", "group-second", "no other", |choice| &choice.second, Msg::Second)}
            {pick("Add up", "group-of", "nothing", |choice| &choice.of, Msg::Of)}
        </div>
    }
}

/// The names that can be chosen: those of the window, and those that its rows are known to have.
fn fields() -> Memo<Vec<String>> {
    let shown = expect_context::<RowsShown>();
    let asked = expect_context::<Asked>();
    let is_grouped = |name: &String| !NOT_GROUPED.contains(&name.as_str());
    Memo::new(move |_| {
        let mut names = shown
            .0
            .with(|rows| rows.as_ref().map(|rows| rows.fields.clone()));
        let names = names.get_or_insert_default();
        asked.answered.with(|answered| {
            let listed = answered
                .as_ref()
                .and_then(|answered| answered.fields.as_ref());
            let listed = listed.into_iter().flat_map(|list| &list.fields);
            names.extend(listed.map(|field| field.name.clone()));
        });
        names.retain(is_grouped);
        names.sort_unstable();
        names.dedup();
        std::mem::take(names)
    })
}

/// The answer, as far as it is known.
#[component]
fn Figures() -> impl IntoView {
    let store = expect_context::<GroupsStore>();
    let asked = expect_context::<Asked>();
    let filter = expect_context::<FilterStore>();
    let choice = store.memo(|state| state.choice().clone());
    let groups = Memo::new(move |_| {
        let groups = asked
            .answered
            .with(|answered| answered.as_ref()?.groups.clone())?;
        choice
            .with(|choice| is_of(&groups, choice))
            .then_some(groups)
    });
    let is_asking = filter.memo(|filter| filter.is_under_way());
    let of = filter.memo(|filter| match (filter.selection(), filter.narrows()) {
        (Some(_), _) => "selected rows",
        (None, true) => "cached rows that match",
        (None, false) => "cached rows",
    });
    // What stands still while figures come and the order changes: what has the focus keeps it.
    let shape = Memo::new(move |_| Choice {
        order: GroupOrder::default(),
        ..choice.get()
    });
    let is_known = Memo::new(move |_| groups.with(Option::is_some));
    move || match is_known.get() {
        true => {
            let choice = shape.get();
            let absent = Memo::new(move |_| {
                groups.with(|groups| groups.as_ref().map_or(0, |groups| groups.absent))
            });
            let of_absent = choice.clone();
            view! {
                <p class="groups-of" data-testid="groups-of" role="status">
                    {move || groups.with(|groups| groups.as_ref().map(|groups| sentence(groups, of.get())))}
                    {move || is_asking.get().then_some(" so far")}
                    ". "
                    {move || view! { <Absent rows=absent.get() choice=of_absent.clone()/> }}
                </p>
                <Table groups choice/>
            }
            .into_any()
        }
        false if is_asking.get() => view! { <p class="hint">"Being counted"</p> }.into_any(),
        false => view! { <p class="hint">"Nothing is cached here yet"</p> }.into_any(),
    }
}

/// Gives what shows the rows of some conditions.
fn opener() -> impl Fn(Vec<Filter>) + Copy + Send + Sync + 'static {
    let narrow = expect_context::<Narrow>();
    let place = expect_context::<Place>();
    move |terms| {
        focus::focus("tab-rows");
        place.tab.set(Tab::Rows);
        narrow.change.run(Change::AddAll(terms));
    }
}

/// The rows without a value.
#[component]
fn Absent(rows: u64, choice: Choice) -> impl IntoView {
    let open = opener();
    (rows > 0).then(|| {
        let none = match choice.second.is_empty() {
            true => "no value",
            false => "neither value",
        };
        let said = format!("{} {none}", counted(rows, "row has", "rows have"));
        let terms = absent_terms(&choice);
        view! {
            <button
                type="button"
                class="is-link"
                data-testid="groups-absent"
                title="Show these rows"
                on:click=move |_| open(terms.clone())
            >
                {said}
            </button>
        }
    })
}

#[component]
fn Table(groups: Memo<Option<Groups>>, choice: Choice) -> impl IntoView {
    let store = expect_context::<GroupsStore>();
    let has_numbers = !choice.of.is_empty();
    let names = choice.by();
    let names = names.iter();
    let names = names.map(|name| view! { <th scope="col" class="mono">{plain(name)}</th> });
    let chosen = store.memo(|state| state.choice().order);
    let sorted = move |words: String, id, order| {
        let is_first = move || chosen.get() == order;
        view! {
            <th scope="col" class="num" aria-sort=move || if is_first() { "descending" } else { "none" }>
                <button
                    type="button"
                    class="is-small is-quiet"
                    data-testid=id
                    title="The largest first"
                    on:click=move |_| store.send(Msg::Order(order))
                >
                    <span aria-hidden="true" class="sorted">{move || if is_first() { "\u{2193}" } else { "" }}</span>
                    {words}
                </button>
            </th>
        }
    };
    let sum = format!("Sum of {}", plain(&choice.of));
    let rows = move || {
        groups.with(|groups| {
            groups
                .as_ref()
                .map_or_else(Vec::new, |groups| lines(groups, &choice))
        })
    };
    let key = |line: &Line| {
        let Line {
            values,
            rows,
            share,
            percent,
            numbers,
            ..
        } = line.clone();
        (values, rows, share, percent, numbers)
    };
    view! {
        <table class="plain">
            <thead>
                <tr>
                    {names.collect_view()}
                    {match has_numbers {
                        true => sorted("Rows".to_owned(), "sort-rows", GroupOrder::Rows).into_any(),
                        false => view! { <th scope="col" class="num">"Rows"</th> }.into_any(),
                    }}
                    <th scope="col" class="num">"Share"</th>
                    <th scope="col" class="bar-cell"><span class="spoken">"Rows as a bar"</span></th>
                    {has_numbers.then(|| view! {
                        {sorted(sum, "sort-sum", GroupOrder::Sum)}
                        <th scope="col" class="num">"Lowest"</th>
                        <th scope="col" class="num">"Highest"</th>
                    })}
                </tr>
            </thead>
            <tbody>
                <For each=rows key=key let:line>
                    <LineView line/>
                </For>
            </tbody>
        </table>
    }
}

/// A group. Its count shows its rows.
#[component]
fn LineView(line: Line) -> impl IntoView {
    let open = opener();
    let value = |value: &Shown| {
        let text = match value {
            Shown::Text(text) => untrusted(text, &Needle::default()),
            Shown::Empty => view! { <span class="none">"(empty)"</span> }.into_any(),
            Shown::Absent => view! { <span class="none">"(none)"</span> }.into_any(),
        };
        view! { <td class="mono clip">{text}</td> }
    };
    let number = |number: String| view! { <td class="num">{number}</td> };
    let (rows, terms) = (line.rows, line.terms);
    let named = line.values.iter().map(|value| match value {
        Shown::Text(text) => plain(text),
        Shown::Empty => "(empty)".to_owned(),
        Shown::Absent => "(none)".to_owned(),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let label = format!("Show the {} with {named}", counted(rows, "row", "rows"));
    view! {
        <tr data-testid="group" data-rows=rows.to_string()>
            {line.values.iter().map(value).collect_view()}
            <td class="num">
                <button
                    type="button"
                    class="is-link"
                    data-testid="open-group"
                    title="Show these rows"
                    aria-label=label
                    on:click=move |_| open(terms.clone())
                >
                    {count(rows)}
                </button>
            </td>
            <td class="num">{line.share}</td>
            <td class="bar-cell"><span class="meter"><i style:width=format!("{}%", line.percent)></i></span></td>
            {line.numbers.map(|numbers| numbers.map(number).into_iter().collect_view())}
        </tr>
    }
}
