//! What of the window is damaged, and its verification.
//!
//! Takes what opening, reading and verifying found, gives the damage of the window and the pieces of the lane.
//! Damage stays known until what is damaged was fetched again, is gone, or is found sound: opening a window reads no rows.
//! Invariant: what comes of a verification that is no longer the current one changes nothing.

use super::pieces::{CoverageState, Overlay, Piece, pieces};
use super::standing::{Standing, standing};
use crate::features::window::state::{LoadedWindow, Target};
use std::sync::Arc;
use windrow_model::{Coverage, Dataset};
use windrow_protocol::{
    DatasetFiles, FailKind, Failed, Part, Problem, Receipt, Verify, VerifyProgress, VerifyReport,
};

/// A verification.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Check {
    /// Not asked for.
    #[default]
    Idle,
    /// Going on.
    Reading(VerifyProgress),
    /// Done.
    Done(Arc<VerifyReport>),
    /// Could not be done.
    Failed(Failed),
}

impl Check {
    /// Whether it goes on.
    pub fn is_reading(&self) -> bool {
        matches!(self, Self::Reading(_))
    }
}

/// The feature.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The verification.
    pub check: Check,
    number: u64,
    /// Of which log and query the rest is.
    dataset: Option<Dataset>,
    /// Damage that reading found and opening did not.
    found: Vec<Problem>,
    /// The files of the dataset, once they are known.
    files: Option<Arc<DatasetFiles>>,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Another window is asked for; whether of another log or query.
    Chosen(Dataset, bool),
    /// Reading found a file to be damaged.
    Damaged {
        /// Its path.
        path: String,
        /// What was said of it.
        message: String,
    },
    /// The files of the dataset.
    Files(Arc<DatasetFiles>),
    /// A fetch ended.
    Fetched(Dataset, Arc<Receipt>),
    /// Read every byte of a window.
    Verify(Target),
    /// A verification got further.
    Progress(u64, VerifyProgress),
    /// A verification ended.
    Verified(u64, Target, Box<Result<VerifyReport, Failed>>),
    /// What was verified is not what is there now.
    ForgetCheck,
}

/// What is to be done about it.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Verify, as this number; the one before is stopped.
    Verify(u64, Target, Verify),
    /// Stop the verification.
    StopVerifying,
    /// Say it aloud.
    Announce(&'static str),
}

impl State {
    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Chosen(dataset, is_other_dataset) => {
                if is_other_dataset {
                    self.found.clear();
                    self.files = None;
                }
                self.dataset = Some(dataset);
                return self.forget_check();
            }
            Msg::Damaged { path, message } => {
                let reason = message.strip_prefix(&path).unwrap_or(&message);
                let reason = reason.strip_prefix(" is damaged: ").unwrap_or(reason);
                self.note(path, reason.to_owned());
            }
            Msg::Files(files) => {
                self.found.retain_mut(|problem| {
                    problem.range = part_of(&files, &problem.path).map(|part| part.claim);
                    problem.range.is_some()
                });
                self.files = Some(files);
            }
            Msg::Fetched(dataset, receipt) if self.dataset.as_ref() == Some(&dataset) => {
                let is_of = |path: &str| receipt.repairs.iter().any(|repair| repair.path == path);
                self.found.retain(|problem| !is_of(&problem.path));
            }
            Msg::Verify(target) => {
                self.number += 1;
                self.check = Check::Reading(VerifyProgress {
                    parts_read: 0,
                    parts: 0,
                });
                let verify = Verify {
                    dataset: target.dataset.clone(),
                    window: target.window,
                };
                return vec![Effect::Verify(self.number, target, verify)];
            }
            Msg::Progress(number, progress) if self.is_current(number) => {
                self.check = Check::Reading(progress);
            }
            Msg::Verified(number, target, result) if self.is_current(number) => {
                return self.verified(&target, *result);
            }
            Msg::ForgetCheck => return self.forget_check(),
            Msg::Fetched(..) | Msg::Progress(..) | Msg::Verified(..) => {}
        }
        Vec::new()
    }

    fn is_current(&self, number: u64) -> bool {
        number == self.number && self.check.is_reading()
    }

    fn note(&mut self, path: String, reason: String) {
        if !self.found.iter().any(|problem| problem.path == path) {
            self.found.push(Problem {
                path,
                kind: "damaged".to_owned(),
                reason,
                range: None,
            });
        }
    }

    fn forget_check(&mut self) -> Vec<Effect> {
        self.number += 1;
        let check = std::mem::take(&mut self.check);
        check
            .is_reading()
            .then_some(Effect::StopVerifying)
            .into_iter()
            .collect()
    }

    fn verified(&mut self, target: &Target, result: Result<VerifyReport, Failed>) -> Vec<Effect> {
        match result {
            Ok(report) => {
                // What was read and is not named is sound.
                self.found.retain(|problem| {
                    problem
                        .range
                        .is_some_and(|range| !range.intersects(target.window))
                });
                for problem in report.problems.iter().filter(|found| found.is_damage()) {
                    self.note(problem.path.clone(), problem.reason.clone());
                }
                let said = if report.ok {
                    "Verified, nothing is wrong"
                } else {
                    "Verified, something is wrong"
                };
                self.check = Check::Done(Arc::new(report));
                return vec![Effect::Announce(said)];
            }
            Err(failed) if failed.kind == FailKind::Cancelled => self.check = Check::Idle,
            Err(failed) => self.check = Check::Failed(failed),
        }
        Vec::new()
    }

    /// Every damaged file that rows of the window are read from, however it was found.
    pub fn damage(&self, window: &LoadedWindow) -> Vec<Problem> {
        let listed = window.problems.iter().filter(|found| found.is_damage());
        let mut all: Vec<Problem> = listed.cloned().collect();
        let is_of_it = self.dataset.as_ref() == Some(window.dataset());
        for problem in self.found.iter().filter(|_| is_of_it) {
            if !all.iter().any(|held| held.path == problem.path) {
                all.push(problem.clone());
            }
        }
        all.retain_mut(|problem| {
            let part = self
                .files
                .as_ref()
                .and_then(|files| part_of(files, &problem.path));
            problem.range = problem.range.or(part.map(|part| part.claim));
            let is_here = problem
                .range
                .is_none_or(|range| range.intersects(window.window()));
            // One that was replaced and is kept for its rows damages nothing.
            is_here && part.is_none_or(|part| part.owned)
        });
        all
    }
}

fn part_of<'a>(files: &'a DatasetFiles, path: &str) -> Option<&'a Part> {
    let mut parts = files.segments.iter().flat_map(|segment| &segment.parts);
    parts.find(|part| part.path == path)
}

/// The pieces of a window, with the damage that is known and what a fetch does to them.
pub fn window_pieces(window: &LoadedWindow, damage: &[Problem], overlay: Overlay) -> Vec<Piece> {
    // A file that opening refused is in the spans already, less what sound parts cover.
    let is_refused =
        |problem: &&Problem| window.problems.iter().any(|held| held.path == problem.path);
    let (refused, damaged) = damage.iter().partition::<Vec<_>, _>(is_refused);
    let reasons = |problems: Vec<&Problem>| {
        let reason = |problem: &Problem| Some((problem.range?, problem.reason.as_str().into()));
        problems.into_iter().filter_map(reason).collect()
    };
    let overlay = Overlay {
        damaged: reasons(damaged),
        refused: reasons(refused),
        ..overlay
    };
    let spans = window.view.as_ref().map(|view| view.spans.as_slice());
    pieces(spans.unwrap_or_default(), &overlay)
}

/// How a window stands of which this damage is known.
pub fn window_standing(window: &LoadedWindow, damage: &[Problem], bypasses: bool) -> Standing {
    // All of the window where what is damaged does not say its range.
    let damaged: Coverage = if damage.iter().any(|problem| problem.range.is_none()) {
        [window.window()].into_iter().collect()
    } else {
        let pieces = window_pieces(window, damage, Overlay::default()).into_iter();
        let damaged = pieces.filter(|piece| piece.state == CoverageState::Damaged);
        damaged.map(|piece| piece.range).collect()
    };
    standing(window, damaged.ranges(), bypasses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures::{dataset, range, span};
    use windrow_model::Decision;
    use windrow_protocol::{OpenedWindow, Segment, SpanState, WindowPlan, WindowView};

    fn window() -> LoadedWindow {
        let range = range(0, 100);
        LoadedWindow::new(
            Target::cached(dataset("a"), range),
            OpenedWindow {
                plan: WindowPlan {
                    decision: Decision::Hit,
                    cached: vec![range],
                    missing: Vec::new(),
                },
                view: Some(WindowView {
                    id: 1,
                    rows: 9,
                    proven_rows: 9,
                    fields: Vec::new(),
                    are_all_fields: true,
                    spans: vec![span(0, 100, SpanState::Cached, 9)],
                }),
                error: None,
                problems: Vec::new(),
            },
        )
    }

    fn files(paths: &[&str]) -> Arc<DatasetFiles> {
        let part = |path: &&str| Part {
            path: (*path).to_owned(),
            claim: range(10, 20),
            generation: 0,
            rows: 1,
            bytes: 1,
            fetched_at_ms: 0,
            owned: true,
            provisional: false,
        };
        Arc::new(DatasetFiles {
            segments: vec![Segment {
                dir: "s".into(),
                range: range(0, 100),
                parts: paths.iter().map(part).collect(),
            }],
            runs: Vec::new(),
        })
    }

    fn damaged() -> State {
        let mut state = State::default();
        state.update(Msg::Chosen(dataset("a"), true));
        state.update(Msg::Damaged {
            path: "s/p".into(),
            message: "s/p is damaged: checksum does not match".into(),
        });
        state
    }

    #[test]
    fn damage_found_by_reading_takes_all_of_the_window_until_its_range_is_known() {
        let mut state = damaged();
        let found = state.damage(&window());
        assert_eq!(found[0].reason, "checksum does not match");
        let stands = window_standing(&window(), &found, false);
        assert_eq!(
            (stands.tag, stands.action.as_str()),
            ("damaged", "Fetch 1 damaged range again")
        );
        state.update(Msg::Files(files(&["s/p"])));
        let found = state.damage(&window());
        assert_eq!(found[0].range, Some(range(10, 20)));
        let drawn = window_pieces(&window(), &found, Overlay::default());
        assert_eq!(drawn.len(), 3);
    }

    #[test]
    fn damage_goes_with_its_file_and_with_another_log() {
        let mut state = damaged();
        state.update(Msg::Files(files(&["s/other"])));
        assert!(state.damage(&window()).is_empty());
        let mut state = damaged();
        state.update(Msg::Chosen(dataset("a"), false));
        assert_eq!(state.damage(&window()).len(), 1);
        state.update(Msg::Chosen(dataset("b"), true));
        assert!(state.damage(&window()).is_empty());
    }

    fn report(problems: Vec<Problem>) -> VerifyReport {
        VerifyReport {
            ok: problems.is_empty(),
            parts: 1,
            rows: 1,
            bytes: 1,
            problems,
            overlaps: Vec::new(),
        }
    }

    fn verified(number: u64) -> Msg {
        Msg::Verified(number, window().target, Box::new(Ok(report(Vec::new()))))
    }

    #[test]
    fn what_was_read_and_is_not_named_is_sound() {
        let mut state = damaged();
        state.update(Msg::Verify(window().target));
        state.update(verified(state.number));
        assert!(state.damage(&window()).is_empty());
        assert!(matches!(state.check, Check::Done(_)));
    }

    #[test]
    fn a_verification_that_was_stopped_or_replaced_changes_nothing() {
        let mut state = damaged();
        state.update(Msg::Verify(window().target));
        let first = state.number;
        let effects = state.update(Msg::ForgetCheck);
        assert!(matches!(effects.as_slice(), [Effect::StopVerifying]));
        let (parts_read, parts) = (1, 2);
        state.update(Msg::Progress(first, VerifyProgress { parts_read, parts }));
        state.update(verified(first));
        assert_eq!(state.check, Check::Idle);
        assert_eq!(state.damage(&window()).len(), 1);
    }
}
