//! A fetch as the page follows it: what it would cost, how far it is, how it ended.
//!
//! Takes what a person asks for and what the worker pushes, gives the calls to make and what to tell the rest of the page.
//! Invariant: one fetch goes on at a time; what comes of an estimate or a fetch that is no longer the current one changes nothing.

use super::receipt::receipt_line;
use super::run::{Run, Running};
use crate::features::coverage::pieces::Overlay;
use crate::features::window::state::{Opened, Target};
use crate::ui::format::counted;
use crate::ui::load::Load;
use std::sync::Arc;
use windrow_model::Dataset;
use windrow_protocol::{
    Connection, CostEstimate, EstimateCost, EventLine, FailKind, Failed, FetchPush, FetchWindow,
    Pause, Receipt, RunMode,
};

/// A running fetch shows its new rows at most this often.
const REFRESH_MS: i64 = 4000;

/// A fetch of which nothing comes for this long says so, and the companion is asked whether it is there.
pub const SILENT_MS: i64 = 5000;

/// The feature.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Where the fetch stands.
    pub run: Run,
    /// What fetching would cost.
    pub cost: Load<Arc<CostEstimate>>,
    /// What the log API makes the estimate wait for.
    pub cost_pause: Option<Pause>,
    /// Whether the next fetch bypasses the cache.
    pub bypass: bool,
    /// Whether the outcome was read: the lane still shows what failed.
    pub is_dismissed: bool,
    estimate: u64,
    number: u64,
    /// When a running fetch last showed its rows, and how many parts it had written.
    refreshed: (i64, u64),
    /// Whether the companion was asked since anything came.
    asked: bool,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Fetch some or all of what is shown, at this instant.
    Start(Box<FetchWindow>, Target, i64),
    /// Something came of a fetch, at this instant.
    Pushed(u64, Box<FetchPush>, i64),
    /// A fetch ended.
    Ended(u64, Target, Box<Result<Receipt, Failed>>),
    /// Stop the fetch; what is proven is kept.
    Stop,
    /// The clock moved.
    Tick(i64),
    /// Estimate what fetching would cost.
    Estimate(Connection, Target),
    /// The log API makes an estimate wait.
    CostPaused(u64, Pause),
    /// An estimate came, or did not.
    Estimated(u64, Result<CostEstimate, Failed>),
    /// Drop the estimate, and stop asking for it.
    ForgetCost,
    /// The outcome was read.
    Dismiss,
    /// Bypass the cache, or do not.
    Bypass(bool),
    /// Another window is asked for.
    Chosen,
    /// A window was opened.
    Opened(Opened),
}

/// What is to be done about it.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Fetch, as this number.
    Fetch(u64, Target, Box<FetchWindow>),
    /// Ask the fetch to stop.
    Cancel,
    /// Estimate, as this number; the one before is stopped.
    Estimate(u64, EstimateCost),
    /// Stop the estimate.
    ForgetEstimate,
    /// Open the window again, where it is of this dataset and not being opened.
    Refresh(Target),
    /// A structured event for the event log.
    Journal(EventLine),
    /// Nothing comes: ask whether the companion is there.
    AskCompanion,
    /// Say it aloud.
    Announce(String),
    /// It ended.
    Ended(Target, Result<Arc<Receipt>, Failed>),
}

impl State {
    /// What is known of a dataset beside what is cached: what the fetch does to it, and what the source has counted.
    pub fn overlay(&self, shown: &Dataset) -> Overlay {
        let gaps = self.cost.ready().map(|cost| cost.gaps.clone());
        Overlay {
            counted: gaps.unwrap_or_default(),
            ..self.run.overlay(shown)
        }
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Start(fetch, target, now_ms) => return self.start(fetch, target, now_ms),
            Msg::Pushed(number, push, now_ms) if number == self.number => {
                return self.pushed(*push, now_ms);
            }
            Msg::Ended(number, target, result) if number == self.number => {
                return self.ended(target, *result);
            }
            Msg::Stop => {
                if let Run::Running(running) = &mut self.run
                    && !std::mem::replace(&mut running.stopping, true)
                {
                    return vec![Effect::Cancel];
                }
            }
            Msg::Tick(now_ms) => return self.tick(now_ms),
            Msg::Estimate(connection, target) => return self.estimate(connection, target),
            Msg::CostPaused(number, pause) if self.is_estimating(number) => {
                self.cost_pause = Some(pause);
            }
            Msg::Estimated(number, result) if self.is_estimating(number) => {
                self.cost_pause = None;
                self.cost = result.map(Arc::new).into();
            }
            Msg::ForgetCost => return self.forget_cost(),
            Msg::Dismiss => self.is_dismissed = true,
            Msg::Bypass(bypass) => {
                self.bypass = bypass;
                return self.forget_cost();
            }
            Msg::Chosen => {
                if self.run.running().is_none() {
                    self.run = Run::Idle;
                }
                return self.forget_cost();
            }
            Msg::Opened(opened) => return self.opened(&opened),
            Msg::Pushed(..) | Msg::Ended(..) | Msg::CostPaused(..) | Msg::Estimated(..) => {}
        }
        Vec::new()
    }

    fn start(&mut self, fetch: Box<FetchWindow>, target: Target, now_ms: i64) -> Vec<Effect> {
        if self.run.running().is_some() {
            return Vec::new();
        }
        self.number += 1;
        self.refreshed = (now_ms, 0);
        self.asked = false;
        self.is_dismissed = false;
        let running = Running::new(fetch.dataset.clone(), fetch.window, fetch.mode, now_ms);
        self.run = Run::Running(running);
        vec![
            Effect::Announce("Fetching".to_owned()),
            Effect::Fetch(self.number, target, fetch),
        ]
    }

    fn is_estimating(&self, number: u64) -> bool {
        number == self.estimate && self.cost.is_loading()
    }

    fn pushed(&mut self, push: FetchPush, now_ms: i64) -> Vec<Effect> {
        let Run::Running(running) = &mut self.run else {
            return Vec::new();
        };
        self.asked = false;
        running.heard_ms = now_ms;
        let of = Target::cached(running.dataset.clone(), running.asked);
        match push {
            FetchPush::Progress(progress) => {
                let (last_ms, last_parts) = self.refreshed;
                let parts = progress.parts;
                running.advance(progress);
                if parts <= last_parts || now_ms - last_ms < REFRESH_MS {
                    return Vec::new();
                }
                self.refreshed = (now_ms, parts);
                vec![Effect::Refresh(of)]
            }
            FetchPush::Waiting => {
                running.waiting = true;
                // What the other tab has kept so far.
                vec![Effect::Refresh(of)]
            }
            FetchPush::Event(line) => vec![Effect::Journal(line)],
        }
    }

    fn ended(&mut self, target: Target, result: Result<Receipt, Failed>) -> Vec<Effect> {
        let Run::Running(running) = &self.run else {
            return Vec::new();
        };
        match result {
            Ok(receipt) => {
                let said = receipt_line(&receipt);
                let receipt = Arc::new(receipt);
                self.run = Run::Done {
                    receipt: Arc::clone(&receipt),
                    dataset: target.dataset.clone(),
                };
                vec![Effect::Announce(said), Effect::Ended(target, Ok(receipt))]
            }
            Err(failed) => {
                self.run = Run::Failed {
                    failed: failed.clone(),
                    dataset: target.dataset.clone(),
                    asked: running.asked,
                };
                vec![Effect::Ended(target, Err(failed)), Effect::AskCompanion]
            }
        }
    }

    fn tick(&mut self, now_ms: i64) -> Vec<Effect> {
        let is_silent = |running: &Running| running.is_silent(now_ms);
        if !self.asked && self.run.running().is_some_and(is_silent) {
            self.asked = true;
            return vec![Effect::AskCompanion];
        }
        Vec::new()
    }

    fn estimate(&mut self, connection: Connection, target: Target) -> Vec<Effect> {
        self.estimate += 1;
        self.cost = Load::Loading;
        self.cost_pause = None;
        let estimate = EstimateCost {
            connection,
            dataset: target.dataset,
            window: target.window,
            mode: if self.bypass {
                RunMode::Bypass
            } else {
                RunMode::Normal
            },
        };
        vec![Effect::Estimate(self.estimate, estimate)]
    }

    fn forget_cost(&mut self) -> Vec<Effect> {
        self.estimate += 1;
        self.cost_pause = None;
        let cost = std::mem::take(&mut self.cost);
        cost.is_loading()
            .then_some(Effect::ForgetEstimate)
            .into_iter()
            .collect()
    }

    fn opened(&mut self, opened: &Opened) -> Vec<Effect> {
        // A worker that ended says nothing of what it left: what is cached now does.
        if let Run::Failed {
            failed,
            dataset,
            asked,
        } = &mut self.run
            && failed.kind == FailKind::WorkerEnded
            && opened.view.target.dataset == *dataset
            && opened.view.window().intersects(*asked)
        {
            failed.remedy = what_is_left(opened);
        }
        if opened.has_other_plan() {
            self.forget_cost()
        } else {
            Vec::new()
        }
    }
}

/// What a fetch that ended without a receipt left, by what is cached now.
fn what_is_left(opened: &Opened) -> String {
    let rows = opened.view.proven_rows();
    let gaps = opened.view.plan.missing.len() as u64;
    format!(
        "{} of this window {} kept, {} left. Fetch again for the rest",
        counted(rows, "row", "rows"),
        if rows == 1 { "is" } else { "are" },
        match gaps {
            0 => "nothing is".to_owned(),
            1 => "1 gap is".to_owned(),
            _ => format!("{} are", counted(gaps, "gap", "gaps")),
        }
    )
}

#[cfg(test)]
mod tests {
    use super::super::receipt::tests::receipt;
    use super::super::run::tests::{firewall, progress};
    use super::*;
    use crate::features::fixtures::range;

    fn target() -> Target {
        Target::cached(firewall(), range(0, 100))
    }

    fn connection() -> Connection {
        Connection {
            base_url: "eu".into(),
            api_key: None,
            token: "t".into(),
        }
    }

    fn start(mode: RunMode) -> Msg {
        let fetch = FetchWindow {
            connection: connection(),
            dataset: firewall(),
            window: target().window,
            mode,
            promote_fields: true,
            flush: None,
            run_id: "run".into(),
        };
        Msg::Start(Box::new(fetch), target(), 1000)
    }

    fn running() -> State {
        let mut state = State::default();
        let effects = state.update(start(RunMode::Normal));
        assert!(matches!(effects.as_slice(), [_, Effect::Fetch(1, ..)]));
        state
    }

    fn progressed(parts: u64, now_ms: i64) -> Msg {
        let mut progress = progress((0, 100), 10, 5, None);
        progress.parts = parts;
        Msg::Pushed(1, Box::new(FetchPush::Progress(progress)), now_ms)
    }

    fn ended(result: Result<Receipt, Failed>) -> Msg {
        Msg::Ended(1, target(), Box::new(result))
    }

    fn failed() -> Failed {
        Failed::new("no", "", FailKind::Retry)
    }

    #[test]
    fn one_fetch_goes_on_at_a_time() {
        let mut state = running();
        assert!(state.update(start(RunMode::Repair)).is_empty());
    }

    #[test]
    fn stopping_is_asked_for_once_and_the_receipt_still_comes() {
        let mut state = running();
        let effects = state.update(Msg::Stop);
        assert!(matches!(effects[..], [Effect::Cancel]));
        assert!(state.update(Msg::Stop).is_empty());
        let effects = state.update(ended(Ok(receipt())));
        assert!(matches!(effects.as_slice(), [_, Effect::Ended(_, Ok(_))]));
        assert!(matches!(state.run, Run::Done { .. }));
    }

    #[test]
    fn what_comes_of_the_fetch_before_changes_nothing() {
        let mut state = running();
        state.update(ended(Ok(receipt())));
        state.update(start(RunMode::Normal));
        assert!(state.update(ended(Err(failed()))).is_empty());
        assert!(state.update(progressed(9, 9000)).is_empty());
        assert!(state.run.running().is_some());
    }

    #[test]
    fn new_rows_are_shown_at_most_every_few_seconds_and_only_with_a_new_part() {
        let mut state = running();
        for (parts, now_ms, refreshes) in [
            (1, 2000, false),
            (1, 5000, true),
            (1, 9999, false),
            (2, 9999, true),
        ] {
            let effects = state.update(progressed(parts, now_ms));
            let is_refresh = |effect: &Effect| matches!(effect, Effect::Refresh(_));
            assert_eq!(
                effects.iter().any(is_refresh),
                refreshes,
                "{parts} {now_ms}"
            );
        }
    }

    #[test]
    fn a_fetch_of_which_nothing_comes_has_the_companion_asked_once_until_something_does() {
        let mut state = running();
        let asks = |effects: Vec<Effect>| matches!(effects.as_slice(), [Effect::AskCompanion]);
        assert!(state.update(Msg::Tick(1000 + SILENT_MS - 1)).is_empty());
        assert!(asks(state.update(Msg::Tick(1000 + SILENT_MS))));
        assert!(state.update(Msg::Tick(1000 + 2 * SILENT_MS)).is_empty());
        state.update(progressed(0, 20_000));
        assert!(asks(state.update(Msg::Tick(20_000 + SILENT_MS))));
    }

    #[test]
    fn an_estimate_that_was_dropped_or_replaced_is_not_shown() {
        let mut state = State::default();
        let estimate = || Msg::Estimate(connection(), target());
        state.update(estimate());
        let effects = state.update(Msg::Bypass(true));
        assert!(matches!(effects.as_slice(), [Effect::ForgetEstimate]));
        state.update(Msg::Estimated(1, Err(failed())));
        assert!(state.cost.is_idle());
        let effects = state.update(estimate());
        let [Effect::Estimate(number, asked)] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert_eq!(asked.mode, RunMode::Bypass);
        state.update(Msg::Estimated(*number, Err(failed())));
        assert_eq!(state.cost, Load::Failed(failed()));
    }

    #[test]
    fn another_window_leaves_a_running_fetch_alone_and_forgets_one_that_ended() {
        let mut state = running();
        state.update(Msg::Chosen);
        assert!(state.run.running().is_some());
        state.update(ended(Ok(receipt())));
        state.update(Msg::Chosen);
        assert!(matches!(state.run, Run::Idle));
    }
}
