//! Derives what is drawn of the plot, and carries out what a press or a key asks for.

use super::bars::{Bar, Cover, bars, covers, gap_in};
use super::counted::{Counted, MOST_LEVELS, MOST_VALUES};
use super::levels;
use super::state::{Effect, Msg, State};
use super::words::{Said, rows_in, said, scale, times};
use crate::features::contexts::{
    Actions, Asked, Bus, Coverage, Event, Narrow, ShownWindow, TimeScale, TimeZone,
};
use crate::features::coverage::lane::{Press, press_of};
use crate::features::coverage::pieces::Piece;
use crate::features::filter::effects::FilterStore;
use crate::features::window::state::Target;
use crate::location::memory::Memory;
use crate::ui::announce::Announcer;
use crate::ui::format::{counted as counted_words, duration};
use crate::ui::store::Store;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::{Buckets, Dataset, TimeRange};
use windrow_protocol::{Answered, FieldList, FieldSummary, HistogramQuestion, Span};

/// The feature's state.
pub(crate) type PlotStore = Store<State, Msg>;

/// An answer that bars are drawn of, with the window as it was when it came.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    buckets: Arc<Buckets>,
    counted: Arc<Counted>,
    spans: Arc<Vec<Span>>,
}

/// What is drawn. Copies are handles to the same.
#[derive(Clone, Copy)]
pub(crate) struct Drawing {
    /// The window, once it is open.
    pub(super) window: Memo<Option<TimeRange>>,
    pub(super) buckets: Memo<Option<Arc<Buckets>>>,
    /// What was counted; nothing before the first answer.
    pub(super) counted: Memo<Option<Arc<Counted>>>,
    pub(super) bars: Memo<Arc<Vec<Bar>>>,
    /// Those of the window whose rows were counted.
    spans: Memo<Arc<Vec<Span>>>,
    pub(super) covers: Memo<Arc<Vec<Cover>>>,
    /// The field that colours the bars.
    pub(super) by: Memo<Option<String>>,
    /// The fields that can.
    pub(super) choices: Memo<Vec<String>>,
    /// Whether the same numbers are shown as a table.
    pub(super) is_table_open: RwSignal<bool>,
    /// Whether more is counted now.
    pub(super) is_counting: Memo<bool>,
    coverage: Coverage,
    zone: TimeZone,
}

impl Drawing {
    /// `10:10 - 10:12: 1,844 rows, error 3`.
    pub(super) fn label(self, bar: &Bar) -> Option<String> {
        let when = times(self.zone.get(), bar.range, self.window.get()?);
        let words = self
            .counted
            .with(|counted| self.said(bar).words(counted.as_deref()));
        Some(format!("{when}: {words}"))
    }

    /// What of a bar was counted.
    pub(super) fn said(self, bar: &Bar) -> Said {
        let pieces = self.coverage.pieces.get();
        let spans = self.spans.get();
        self.counted
            .with(|counted| said(bar, counted.as_deref(), &pieces, &spans))
    }

    /// Rows of a range, once they are counted.
    pub(super) fn rows_in(self, range: TimeRange) -> Option<u64> {
        self.bars
            .with(|bars| rows_in(bars, range, |bar| self.said(bar)))
    }

    /// `1,844 rows in 2 min`.
    pub(super) fn scale(self) -> String {
        match (self.buckets.get(), self.counted.get()) {
            (Some(buckets), Some(counted)) => scale(&buckets, &counted),
            _ => String::new(),
        }
    }

    /// `Rows over time, in steps of 2 min`.
    pub(super) fn title(self) -> String {
        let step_ms = self.buckets.get().map_or(0, |buckets| buckets.step_ms());
        format!(
            "Rows over time, in steps of {}",
            duration(step_ms.unsigned_abs())
        )
    }

    /// The piece that a press acts upon: what is drawn where it was pressed, or what is not held of the bucket.
    fn gap(self, range: TimeRange, at_px: Option<f64>) -> Option<Piece> {
        let Some(at_px) = at_px else {
            let pieces = self.coverage.pieces.get_untracked();
            return gap_in(&pieces, range).and_then(|at| pieces.get(at).cloned());
        };
        let covers = self.covers.get_untracked();
        let is_there =
            |cover: &&Cover| cover.left_px <= at_px && at_px < cover.left_px + cover.width_px;
        covers
            .iter()
            .rfind(is_there)
            .map(|cover| cover.piece.clone())
    }
}

/// What carries out what a press asks for.
#[derive(Clone, Copy)]
struct Ports {
    actions: Actions,
    narrow: Narrow,
    announcer: Announcer,
    drawing: Drawing,
}

impl Ports {
    fn run(self, store: PlotStore, effect: Effect) {
        match effect {
            Effect::Open(dataset, range) => self.actions.open.run((dataset, range)),
            Effect::Take(range, at_px) => {
                let gap = self.drawing.gap(range, at_px);
                let is_free = !self.drawing.coverage.is_fetching.get_untracked();
                if let Some(piece) = gap
                    && let Some((Press::Fetch(mode), _)) = press_of(&piece)
                {
                    if is_free {
                        self.actions.fetch.run((Some(piece.range), mode));
                    }
                    return;
                }
                // Once more on the same bucket takes the selection away.
                let before = store.with_untracked(State::selection);
                store.send(Msg::Select((before != Some(range)).then_some(range)));
            }
            Effect::Select(range) => {
                self.narrow.select.run(range);
                self.announcer.say(self.selected(range));
            }
        }
    }

    fn selected(self, range: Option<TimeRange>) -> String {
        let Some(range) = range else {
            return "Selection cleared".to_owned();
        };
        let window = self.drawing.window.get_untracked().unwrap_or(range);
        let when = times(self.drawing.zone.0.get_untracked(), range, window);
        match untrack(|| self.drawing.rows_in(range)) {
            Some(rows) => format!("Selected {when}, {}", counted_words(rows, "row", "rows")),
            None => format!("Selected {when}"),
        }
    }
}

/// Makes the plot, lets it follow the window that is shown, and provides it.
pub(crate) fn start(announcer: Announcer, bus: Bus) {
    let filter = expect_context::<FilterStore>();
    let (actions, narrow) = (expect_context(), expect_context());
    // What is drawn follows the state, and a press is about what is drawn.
    let drawing = StoredValue::new(None::<Drawing>);
    let store: PlotStore = Store::new(State::default(), State::update, move |store, effect| {
        if let Some(drawing) = drawing.get_value() {
            let ports = Ports {
                actions,
                narrow,
                announcer,
                drawing,
            };
            ports.run(store, effect);
        }
    });
    let drawn = derive(store);
    drawing.set_value(Some(drawn));
    bus.listen(move |event| {
        if let Event::Chosen { target, .. } = event {
            store.send(Msg::Chosen(target.dataset, target.window));
        }
    });
    leptos::prelude::Effect::new(move |_| store.send(Msg::Buckets(drawn.buckets.get())));
    let selection = filter.memo(|filter| filter.selection());
    leptos::prelude::Effect::new(move |_| store.send(Msg::Selected(selection.get())));
    provide_context(store);
    provide_context(drawn);
}

fn derive(store: PlotStore) -> Drawing {
    let shown = expect_context::<ShownWindow>();
    let coverage = expect_context::<Coverage>();
    let zone = expect_context::<TimeZone>();
    let scale = expect_context::<TimeScale>();
    let asked = expect_context::<Asked>();
    let filter = expect_context::<FilterStore>();
    let memory = expect_context::<Memory>();
    let target = Memo::new(move |_| shown.get().map(|window| window.target.clone()));
    let window = Memo::new(move |_| target.with(|target| target.as_ref().map(|of| of.window)));
    let buckets = Memo::new(move |_| {
        let (window, zone) = (window.get()?, zone.get());
        let offset_ms = |ms| zone.offset_minutes(ms) * 60_000;
        Some(Arc::new(Buckets::round(window, offset_ms)))
    });
    let by = Memo::new(move |_| {
        let chosen = store.with(|state| state.by().map(str::to_owned));
        if let Some(name) = chosen {
            return (!name.is_empty()).then_some(name);
        }
        let window = shown.get()?;
        levels::field_in(window.view.as_ref()?).map(str::to_owned)
    });
    let question = Memo::new(move |_| {
        let is_hidden = memory.with(|held| held.plot_hidden);
        let holds_any = shown.get().is_some_and(|window| window.holds_any());
        let buckets = buckets.get().filter(|_| holds_any && !is_hidden)?;
        Some(HistogramQuestion {
            buckets: (*buckets).clone(),
            by: by.get(),
            // Levels are put into classes, and an error is rare.
            most: match by.get().is_some_and(|by| levels::is_level(&by)) {
                true => MOST_LEVELS,
                false => MOST_VALUES as u32,
            },
        })
    });
    leptos::prelude::Effect::new(move |_| asked.histogram.set(question.get()));
    // It is set again with every change of the filter; the question may be another by then.
    let answered = Memo::new(move |_| asked.answered.get());
    let held = Memo::new(move |before: Option<&Option<(Option<Target>, Held)>>| {
        let target = target.get();
        let question = question.get_untracked();
        let answered = answered.get();
        let answer = answered.and_then(|answered| Held::of(&answered, question.as_ref()?, shown));
        let answer = answer.map(|held| (target.clone(), held));
        // While nothing is known of the question asked now, what was answered of this window before is drawn.
        let before = || {
            before
                .cloned()
                .flatten()
                .filter(|(of, _)| *of == target && target.is_some())
        };
        answer.or_else(before)
    });
    let held = Memo::new(move |_| held.get().map(|(_, held)| held));
    let counted = Memo::new(move |_| held.get().map(|held| held.counted));
    let drawn_bars = Memo::new(move |_| {
        let (held, window) = (held.get(), window.get());
        let of = held
            .as_ref()
            .map(|held| Arc::clone(&held.buckets))
            .or(buckets.get());
        let counted = held.as_ref().map(|held| &*held.counted);
        let bars = of.zip(window).map(|(of, window)| {
            let width_px = scale.width.get();
            scale
                .placed
                .with(|placed| bars(&of, counted, window, placed, width_px))
        });
        Arc::new(bars.unwrap_or_default())
    });
    let spans = Memo::new(move |_| {
        let held = held.get().map(|held| held.spans);
        held.or_else(|| spans_of(shown)).unwrap_or_default()
    });
    let drawn_covers = Memo::new(move |_| {
        let width_px = scale.width.get();
        let spans = spans.get();
        Arc::new(scale.placed.with(|placed| covers(placed, &spans, width_px)))
    });
    let dataset = Memo::new(move |_| target.get().map(|target| target.dataset));
    let few = Memo::new(move |before: Option<&(Option<Dataset>, Vec<String>)>| {
        let dataset = dataset.get();
        let answered = asked.answered.get();
        let names = answered
            .as_ref()
            .and_then(|answered| answered.fields.as_ref())
            .map(few_values);
        let before = before.filter(|(of, _)| *of == dataset);
        let names = names.or_else(|| before.map(|(_, names)| names.clone()));
        (dataset, names.unwrap_or_default())
    });
    Drawing {
        window,
        buckets,
        counted,
        bars: drawn_bars,
        covers: drawn_covers,
        by,
        choices: Memo::new(move |_| {
            let mut choices = few.get().1;
            // What the bars are coloured by can be seen and changed.
            let by = by
                .get()
                .filter(|by| !by.is_empty() && !choices.contains(by));
            choices.extend(by);
            choices
        }),
        spans,
        is_table_open: RwSignal::new(false),
        is_counting: Memo::new(move |_| {
            filter.with(|filter| filter.is_under_way()) && question.with(Option::is_some)
        }),
        coverage,
        zone,
    }
}

impl Held {
    /// Of an answer; nothing where it has no bars, or those of other buckets.
    fn of(answered: &Answered, question: &HistogramQuestion, shown: ShownWindow) -> Option<Self> {
        let bars = answered.histogram.as_ref()?;
        let is_of_it = bars.all.len() == question.buckets.len();
        let counted = Counted::new(
            bars.all.clone(),
            question.by.as_deref(),
            &bars.values,
            answered.is_final,
        );
        is_of_it.then_some(Self {
            buckets: Arc::new(question.buckets.clone()),
            counted: Arc::new(counted),
            spans: spans_of(shown)?,
        })
    }
}

/// The window as it is now.
fn spans_of(shown: ShownWindow) -> Option<Arc<Vec<Span>>> {
    let window = shown.get_untracked()?;
    Some(Arc::new(window.view.as_ref()?.spans.clone()))
}

/// The fields of so few values that bars can be coloured by them.
fn few_values(list: &FieldList) -> Vec<String> {
    let is_few = |field: &&FieldSummary| (1..=MOST_VALUES as u64).contains(&field.distinct);
    let few = list.fields.iter().filter(is_few);
    few.map(|field| field.name.clone()).collect()
}
