//! How a window stands: what its tag says, and what the main button does about it.
//!
//! Takes the plan, the damage known and whether the cache is to be bypassed; gives words and the run to start.
//! Invariant: a window of which something is damaged is never called a hit, and the thing to do is to fetch that again.

use crate::features::window::state::LoadedWindow;
use crate::ui::format::counted;
use windrow_model::{Decision, TimeRange};
use windrow_protocol::RunMode;

/// Words for the tag and the main button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The tag: the decision of the plan, `damaged`, or `unreadable` where the window cannot be opened.
    pub tag: &'static str,
    /// The main button.
    pub action: String,
    /// How it fetches.
    pub mode: RunMode,
    /// Whether there is anything for it to do.
    pub is_needed: bool,
}

/// For attributes and the tag.
pub fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Hit => "hit",
        Decision::Partial => "partial",
        Decision::Miss => "miss",
        Decision::Bypass => "bypass",
    }
}

/// How a window stands of which these ranges are damaged.
pub fn standing(window: &LoadedWindow, damaged: &[TimeRange], bypasses: bool) -> Standing {
    let plan = &window.plan;
    let is_bypassed = plan.decision == Decision::Bypass;
    // A part that cannot say what it holds is missing to the plan, and is counted once.
    let is_damaged = |gap: &&TimeRange| damaged.iter().any(|range| range.contains(**gap));
    let gaps = plan.missing.iter().filter(|gap| !is_damaged(gap)).count() as u64;
    let (mut mode, mut is_needed) = (RunMode::Normal, true);
    let action = if bypasses {
        mode = RunMode::Bypass;
        "Fetch the whole window".to_owned()
    } else if is_bypassed {
        "Fetch what is not cached".to_owned()
    } else if !damaged.is_empty() {
        mode = RunMode::Repair;
        let damaged = counted(damaged.len() as u64, "damaged range", "damaged ranges");
        if gaps > 0 {
            format!("Fetch {} and {damaged}", counted(gaps, "gap", "gaps"))
        } else {
            format!("Fetch {damaged} again")
        }
    } else if plan.decision == Decision::Miss {
        "Fetch the window".to_owned()
    } else if gaps > 0 {
        format!("Fetch {}", counted(gaps, "gap", "gaps"))
    } else {
        is_needed = false;
        "Nothing is missing".to_owned()
    };
    Standing {
        tag: if !damaged.is_empty() {
            "damaged"
        } else if window.error.is_some() {
            "unreadable"
        } else {
            decision_name(plan.decision)
        },
        action,
        mode,
        is_needed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures::{dataset, range};
    use crate::features::window::state::Target;
    use windrow_protocol::{FailKind, Failed, WindowPlan};

    /// From so many seconds on, one second long.
    fn ranges(first: i64, count: i64) -> Vec<TimeRange> {
        let range = |at: i64| range(at * 2000, at * 2000 + 1000);
        (first..first + count).map(range).collect()
    }

    fn plan(decision: Decision, gaps: i64) -> LoadedWindow {
        LoadedWindow {
            target: Target::cached(dataset("log"), range(0, 1_000_000)),
            plan: WindowPlan {
                decision,
                cached: Vec::new(),
                missing: ranges(0, gaps),
            },
            view: None,
            error: None,
            problems: Vec::new(),
        }
    }

    fn says(window: &LoadedWindow, damaged: &[TimeRange]) -> (&'static str, String, RunMode) {
        let now = standing(window, damaged, false);
        assert_eq!(now.is_needed, now.action != "Nothing is missing");
        (now.tag, now.action, now.mode)
    }

    #[test]
    fn a_window_without_damage_is_what_its_plan_says() {
        for (decision, gaps, badge, action) in [
            (Decision::Hit, 0, "hit", "Nothing is missing"),
            (Decision::Partial, 1, "partial", "Fetch 1 gap"),
            (Decision::Partial, 3, "partial", "Fetch 3 gaps"),
            (Decision::Miss, 1, "miss", "Fetch the window"),
            (Decision::Bypass, 0, "bypass", "Fetch what is not cached"),
        ] {
            let said = says(&plan(decision, gaps), &[]);
            assert_eq!(said, (badge, action.to_owned(), RunMode::Normal));
        }
    }

    #[test]
    fn damage_is_never_a_hit_and_is_what_to_fetch() {
        for (decision, gaps, damaged, action) in [
            (Decision::Hit, 0, 1, "Fetch 1 damaged range again"),
            (Decision::Hit, 0, 12, "Fetch 12 damaged ranges again"),
            (Decision::Partial, 2, 1, "Fetch 2 gaps and 1 damaged range"),
        ] {
            let said = says(&plan(decision, gaps), &ranges(100, damaged));
            assert_eq!(said, ("damaged", action.to_owned(), RunMode::Repair));
        }
    }

    #[test]
    fn a_window_that_cannot_be_opened_is_no_hit() {
        let refused = LoadedWindow {
            error: Some(Failed::new("two claims", "delete one", FailKind::Repair)),
            ..plan(Decision::Hit, 0)
        };
        assert_eq!(says(&refused, &[]).0, "unreadable");
    }

    #[test]
    fn what_is_missing_because_it_is_damaged_is_counted_once() {
        let said = says(&plan(Decision::Partial, 3), &ranges(1, 1));
        assert_eq!(said.1, "Fetch 2 gaps and 1 damaged range");
        let said = says(&plan(Decision::Miss, 1), &ranges(0, 1));
        assert_eq!(
            (said.0, said.1.as_str()),
            ("damaged", "Fetch 1 damaged range again")
        );
    }

    #[test]
    fn a_fetch_beside_the_cache_is_of_the_whole_window_and_hides_no_damage() {
        let beside = standing(&plan(Decision::Hit, 0), &ranges(5, 2), true);
        assert_eq!(
            (beside.tag, beside.action.as_str(), beside.mode),
            ("damaged", "Fetch the whole window", RunMode::Bypass)
        );
        // What a bypass run holds is not mended in the cache.
        let shown = standing(&plan(Decision::Bypass, 0), &ranges(5, 1), false);
        assert_eq!((shown.tag, shown.mode), ("damaged", RunMode::Normal));
    }
}
