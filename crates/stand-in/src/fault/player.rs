//! A script against the requests as they come.

use super::{Fault, FaultScript, Rule};
use crate::record::RequestKind;

/// A script being played.
#[derive(Debug)]
pub(crate) struct Player {
    /// Each rule, and how many requests it has been concerned with.
    rules: Vec<(Rule, u64)>,
}

impl Player {
    pub(crate) fn new(script: FaultScript) -> Self {
        Self {
            rules: script.faults.into_iter().map(|rule| (rule, 0)).collect(),
        }
    }

    /// The faults of the next request.
    pub(crate) fn next(&mut self, kind: RequestKind, page: Option<u64>) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (rule, seen) in &mut self.rules {
            let concerns = rule.kind.is_none_or(|only| only == kind)
                && rule.page.is_none_or(|only| Some(only) == page);
            if !concerns {
                continue;
            }
            *seen += 1;
            let last = rule.nth.saturating_add(rule.times).saturating_sub(1);
            if *seen >= rule.nth && (rule.always || *seen <= last) {
                faults.push(rule.fault.clone());
            }
        }
        faults
    }
}
