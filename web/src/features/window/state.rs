//! The window that is open: which one is asked for, what of it is cached, and what the picker's fields hold.
//!
//! Takes what a person chooses and what the worker answers, gives the calls to make and what to tell the rest of the page.
//! Invariant: stale replies are dropped; what is shown is of the window asked for and never older than what was shown before ([`Opens`]).

use super::opens::{OpenId, Opens};
use super::typed::{Context, Wrong, remarks, window_of};
use crate::ui::zone::Zone;
use std::sync::Arc;
use windrow_model::TimeRange;
use windrow_protocol::{FailKind, Failed, OpenedWindow};

pub use super::shown::{LoadedWindow, Opened, Shown, Target};

/// What the picker's fields hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Name or id of the log.
    pub log: String,
    /// Start.
    pub from: String,
    /// End.
    pub to: String,
    /// The query that the source runs.
    pub query: String,
}

impl Fields {
    /// The start or the end.
    pub fn time(&mut self, is_start: bool) -> &mut String {
        if is_start {
            &mut self.from
        } else {
            &mut self.to
        }
    }
}

/// The feature.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What is shown.
    pub shown: Shown,
    /// What the fields hold.
    pub fields: Fields,
    /// The window that the fields meant when they were typed, or what is wrong with them.
    pub typed: Option<Result<TimeRange, Wrong>>,
    /// What must be said of it.
    pub remarks: Vec<String>,
    /// Counts what is typed, so that only a pause is answered aloud.
    keys: u64,
    opens: Opens,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A window was chosen, anew or afresh.
    Choose(Target),
    /// What is shown may have changed on disk, or the worker was replaced: open it again.
    Refresh,
    /// The same window, of the cache or of a bypass run, takes the place of what is shown.
    Replace(Target),
    /// The worker has answered.
    Opened(OpenId, Target, Box<Result<OpenedWindow, Failed>>),
    /// The address names no window.
    Close,
    /// A field was typed into.
    Typed(Fields, Context),
    /// Nothing was typed since so many keys.
    Paused(u64),
    /// A log was chosen for the field.
    PutLog(String),
    /// A window was chosen for the fields.
    Put(TimeRange, Context),
    /// Times are shown in another zone: the fields keep their instants.
    ZoneChanged(Zone),
}

/// What is to be done about it.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the worker what of a window is cached.
    Open(OpenId, Target),
    /// Another window is asked for: whatever is still known is of the one before.
    Chosen {
        /// What is asked for.
        target: Target,
        /// Whether it is of another log or query than what was shown.
        is_other_dataset: bool,
    },
    /// A window was opened, or opened again.
    Show(Opened),
    /// Tell once nothing more is typed: [`Msg::Paused`] with this.
    AwaitPause(u64),
    /// Say it aloud.
    Announce(String),
}

impl State {
    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Choose(target) => {
                let shown = self.shown.target();
                let is_other_dataset = shown.is_none_or(|shown| shown.dataset != target.dataset);
                // What is still on its way is of the window before.
                self.opens.visit();
                self.shown = Shown::Opening(target.clone());
                let open = self.opens.begin();
                vec![
                    Effect::Chosen {
                        target: target.clone(),
                        is_other_dataset,
                    },
                    Effect::Open(open, target),
                ]
            }
            Msg::Refresh => {
                let target = self.shown.target().cloned();
                target.map_or_else(Vec::new, |target| self.open(target))
            }
            Msg::Replace(target) => self.open(target),
            Msg::Opened(open, target, answer) => self.opened(open, target, *answer),
            Msg::Close => {
                self.opens.visit();
                self.shown = Shown::Nothing;
                Vec::new()
            }
            Msg::Typed(fields, context) => {
                let is_other_time =
                    (&fields.from, &fields.to) != (&self.fields.from, &self.fields.to);
                self.fields = fields;
                self.read(context);
                self.keys += 1;
                if is_other_time {
                    vec![Effect::AwaitPause(self.keys)]
                } else {
                    Vec::new()
                }
            }
            Msg::Paused(keys) => match &self.typed {
                Some(Err(wrong)) if keys == self.keys => {
                    vec![Effect::Announce(wrong.text.clone())]
                }
                _ => Vec::new(),
            },
            Msg::PutLog(log) => {
                self.fields.log = log;
                Vec::new()
            }
            Msg::Put(window, context) => {
                self.put(window, context.zone);
                self.keys += 1;
                self.read(context);
                Vec::new()
            }
            Msg::ZoneChanged(zone) => {
                if let Some(Ok(window)) = self.typed {
                    self.put(window, zone);
                    self.remarks.clear();
                }
                Vec::new()
            }
        }
    }

    /// Whether the worker is being asked, so that asking once more would tell hardly more.
    pub fn is_opening(&self) -> bool {
        self.opens.is_under_way()
    }

    fn put(&mut self, window: TimeRange, zone: Zone) {
        self.fields.from = zone.typed(window.start_ms());
        self.fields.to = zone.typed(window.end_ms());
    }

    fn read(&mut self, context: Context) {
        let Fields { from, to, .. } = &self.fields;
        let typed = window_of(from, to, context);
        self.remarks = match &typed {
            Ok(_) => remarks(from, to, context),
            Err(_) => Vec::new(),
        };
        self.typed = Some(typed);
    }

    /// What is wrong with the fields.
    pub fn wrong(&self) -> Option<&Wrong> {
        self.typed.as_ref()?.as_ref().err()
    }

    fn open(&mut self, target: Target) -> Vec<Effect> {
        vec![Effect::Open(self.opens.begin(), target)]
    }

    fn opened(
        &mut self,
        open: OpenId,
        target: Target,
        answer: Result<OpenedWindow, Failed>,
    ) -> Vec<Effect> {
        if !self.opens.end(open) {
            return Vec::new();
        }
        let before = self.shown.open().filter(|held| held.target == target);
        let before = before.cloned();
        match answer {
            Ok(opened) => {
                let view = Arc::new(LoadedWindow::new(target, opened));
                self.shown = Shown::Open(Arc::clone(&view));
                vec![Effect::Show(Opened { view, before })]
            }
            // What is shown stays; the next worker opens it again.
            Err(failed) if before.is_some() && failed.kind == FailKind::WorkerEnded => Vec::new(),
            Err(failed) => {
                self.shown = Shown::Failed(target, failed);
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_model::{Dataset, Decision};
    use windrow_protocol::{WindowPlan, WindowView};

    fn target(log: &str, end_ms: i64) -> Target {
        let dataset = Dataset::new("api", log, "").unwrap();
        Target::cached(dataset, TimeRange::new(0, end_ms).unwrap())
    }

    fn answered(rows: u64) -> OpenedWindow {
        OpenedWindow {
            plan: WindowPlan {
                decision: Decision::Hit,
                cached: Vec::new(),
                missing: Vec::new(),
            },
            view: Some(WindowView {
                id: 1,
                rows,
                proven_rows: rows,
                fields: Vec::new(),
                are_all_fields: true,
                spans: Vec::new(),
            }),
            error: None,
            problems: Vec::new(),
        }
    }

    fn open_of(effects: &[Effect]) -> (OpenId, Target) {
        let mut opens = effects.iter().filter_map(|effect| match effect {
            Effect::Open(open, target) => Some((*open, target.clone())),
            _ => None,
        });
        opens.next().unwrap()
    }

    fn answer(state: &mut State, (open, target): (OpenId, Target), rows: u64) -> Vec<Effect> {
        state.update(Msg::Opened(open, target, Box::new(Ok(answered(rows)))))
    }

    #[test]
    fn an_answer_for_the_window_before_is_dropped() {
        let mut state = State::default();
        let first = open_of(&state.update(Msg::Choose(target("a", 10))));
        let second = open_of(&state.update(Msg::Choose(target("b", 10))));
        assert!(answer(&mut state, first, 5).is_empty());
        assert!(matches!(state.shown, Shown::Opening(_)));
        answer(&mut state, second, 7);
        assert_eq!(state.shown.open().unwrap().rows(), 7);
    }

    #[test]
    fn an_answer_older_than_what_is_shown_is_dropped() {
        let mut state = State::default();
        let first = open_of(&state.update(Msg::Choose(target("a", 10))));
        let second = open_of(&state.update(Msg::Refresh));
        answer(&mut state, second, 9);
        assert!(answer(&mut state, first, 5).is_empty());
        assert_eq!(state.shown.open().unwrap().rows(), 9);
    }

    #[test]
    fn a_window_that_is_opened_again_says_what_it_was_before() {
        let mut state = State::default();
        let first = open_of(&state.update(Msg::Choose(target("a", 10))));
        let shown = answer(&mut state, first, 5);
        let [Effect::Show(opened)] = shown.as_slice() else {
            panic!("{shown:?}");
        };
        assert!(opened.before.is_none() && opened.has_other_plan() && !opened.has_other_rows());
        let again = open_of(&state.update(Msg::Refresh));
        let shown = answer(&mut state, again, 6);
        let [Effect::Show(opened)] = shown.as_slice() else {
            panic!("{shown:?}");
        };
        assert!(opened.has_other_rows() && !opened.has_other_plan());
    }

    #[test]
    fn a_worker_that_ends_takes_nothing_away_that_is_shown() {
        let mut state = State::default();
        let first = open_of(&state.update(Msg::Choose(target("a", 10))));
        answer(&mut state, first, 5);
        let ended = |kind| Box::new(Err(Failed::new("ended", "again", kind)));
        let (open, of) = open_of(&state.update(Msg::Refresh));
        state.update(Msg::Opened(open, of, ended(FailKind::WorkerEnded)));
        assert!(state.shown.open().is_some());
        let (open, of) = open_of(&state.update(Msg::Refresh));
        state.update(Msg::Opened(open, of, ended(FailKind::Report)));
        assert!(matches!(state.shown, Shown::Failed(..)));
    }

    fn typed(from: &str, to: &str) -> Msg {
        let fields = Fields {
            from: from.into(),
            to: to.into(),
            ..Fields::default()
        };
        Msg::Typed(fields, utc())
    }

    fn utc() -> Context {
        Context {
            now_ms: 1_795_437_000_500,
            zone: Zone::Utc,
        }
    }

    #[test]
    fn what_is_wrong_is_said_once_after_a_pause_and_not_at_every_key() {
        let mut state = State::default();
        let said: Vec<Effect> = ["2", "20", "202"]
            .iter()
            .flat_map(|from| state.update(typed(from, "soon")))
            .collect();
        assert!(state.wrong().is_some());
        assert!(
            said.iter()
                .all(|effect| matches!(effect, Effect::AwaitPause(_)))
        );
        let spoken: Vec<_> = said
            .iter()
            .map(|effect| match effect {
                Effect::AwaitPause(keys) => state.update(Msg::Paused(*keys)).len(),
                _ => 0,
            })
            .collect();
        assert_eq!(spoken, [0, 0, 1]);
        // What is right needs no word.
        let effects = state.update(typed("2026-11-23 09:00", "10:00"));
        let [Effect::AwaitPause(keys)] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert!(state.update(Msg::Paused(*keys)).is_empty());
    }

    #[test]
    fn when_the_zone_changes_the_fields_keep_their_instants() {
        let mut state = State::default();
        state.update(typed("2026-11-23 09:00", "2026-11-23 12:00"));
        let before = state.typed.clone();
        state.update(Msg::ZoneChanged(Zone::Local(|_| 60)));
        assert_eq!(state.fields.from, "2026-11-23 10:00");
        state.update(Msg::ZoneChanged(Zone::Changed(|_| -300, 1)));
        assert_eq!(state.fields.from, "2026-11-23 04:00");
        assert_eq!(state.fields.to, "2026-11-23 07:00");
        assert_eq!(state.typed, before);
        // What is no window stays as it is typed.
        state.update(typed("soon", "12:00"));
        state.update(Msg::ZoneChanged(Zone::Utc));
        assert_eq!(state.fields.from, "soon");
    }

    #[test]
    fn choosing_the_same_log_again_is_no_other_dataset() {
        let mut state = State::default();
        let is_other = |effects: &[Effect]| {
            matches!(
                effects.first(),
                Some(Effect::Chosen {
                    is_other_dataset: true,
                    ..
                })
            )
        };
        assert!(is_other(&state.update(Msg::Choose(target("a", 10)))));
        assert!(!is_other(&state.update(Msg::Choose(target("a", 20)))));
        assert!(is_other(&state.update(Msg::Choose(target("b", 20)))));
    }
}
