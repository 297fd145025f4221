//! What the lane says in words: how much is cached, how many rows, and a count for each state that is left.
//!
//! The sentence is the legend as well: each count names its state, and states that do not occur are not named.

use super::pieces::{CoverageState, Piece};
use crate::ui::format::{count, counted, percent};
use std::fmt;

/// The sentence in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The state whose picture stands before it; nothing where it cannot be told.
    pub state: Option<CoverageState>,
    /// The share that is cached: `82 %`; nothing where words say all.
    pub share: Option<String>,
    /// `of 09:00 - 12:00 cached`, or all that is to be said.
    pub text: String,
    /// Rows, where there is anything to count.
    pub rows: Option<u64>,
    /// What is left, by state.
    pub counts: Vec<Count>,
}

/// How many stretches are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The state.
    pub state: CoverageState,
    /// `1 gap`.
    pub text: String,
}

impl Sentence {
    fn only(state: Option<CoverageState>, text: &str) -> Self {
        Self {
            state,
            share: None,
            text: text.to_owned(),
            rows: None,
            counts: Vec::new(),
        }
    }

    /// Of the pieces of a window that is printed as `window`.
    pub fn of(pieces: &[Piece], window: &str) -> Self {
        use CoverageState::{Bypass, Cached, Empty, Missing};
        let length = |piece: &Piece| piece.range.duration_ms();
        let sum = |wanted: &[CoverageState]| -> u64 {
            let those = pieces.iter().filter(|piece| wanted.contains(&piece.state));
            those.map(length).sum()
        };
        let whole: u64 = pieces.iter().map(length).sum();
        let rows: u64 = pieces.iter().map(|piece| piece.rows).sum();
        let (cached, bypass) = (sum(&[Cached, Empty]), sum(&[Bypass]));
        if pieces.is_empty() {
            return Self::only(None, "What is cached of it cannot be told");
        }
        if cached == whole && rows == 0 {
            return Self::only(Some(Empty), "Checked: no entries in this range");
        }
        if sum(&[Missing]) == whole {
            return Self::only(Some(Missing), "Nothing cached here yet");
        }
        let (state, part, text) = if bypass > 0 {
            (Bypass, bypass, "fetched beside the cache".to_owned())
        } else {
            (Cached, cached, format!("of {window} cached"))
        };
        Self {
            state: Some(state),
            share: Some(percent(part, whole)),
            text,
            rows: Some(rows),
            counts: counts(pieces),
        }
    }
}

fn counts(pieces: &[Piece]) -> Vec<Count> {
    use CoverageState::{Damaged, Failed, Fetching, Missing, Provisional};
    let count = |(state, one, many)| {
        let number = pieces.iter().filter(|piece| piece.state == state).count() as u64;
        let text = counted(number, one, many);
        (number > 0).then_some(Count { state, text })
    };
    let counts = [
        (Missing, "gap", "gaps"),
        (Fetching, "gap being fetched", "gaps being fetched"),
        (Failed, "failed", "failed"),
        (Damaged, "damaged", "damaged"),
        (Provisional, "may be incomplete", "may be incomplete"),
    ];
    counts.into_iter().filter_map(count).collect()
}

/// `82 % of 09:00 - 12:00 cached. 96,771 rows. 1 gap, 1 failed`.
impl fmt::Display for Sentence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(share) = &self.share {
            write!(formatter, "{share} ")?;
        }
        formatter.write_str(&self.text)?;
        if let Some(rows) = self.rows {
            let noun = if rows == 1 { "row" } else { "rows" };
            write!(formatter, ". {} {noun}", count(rows))?;
        }
        for (at, count) in self.counts.iter().enumerate() {
            let between = if at == 0 { ". " } else { ", " };
            write!(formatter, "{between}{}", count.text)?;
        }
        Ok(())
    }
}

/// The next stretch of a state after one, around the end: its place among the pieces.
pub fn next_of(pieces: &[Piece], state: CoverageState, after: Option<usize>) -> Option<usize> {
    let of_state = |at: &usize| pieces.get(*at).is_some_and(|piece| piece.state == state);
    let mut all = (0..pieces.len()).filter(of_state);
    let first = all.clone().next();
    all.find(|at| after.is_none_or(|after| *at > after))
        .or(first)
}

#[cfg(test)]
mod tests {
    use super::super::pieces::{Overlay, pieces};
    use super::*;
    use crate::features::fixtures::{span, with_failed};
    use windrow_protocol::{Span, SpanState};

    fn line(spans: &[Span]) -> String {
        Sentence::of(&pieces(spans, &Overlay::default()), "09:00 - 12:00").to_string()
    }

    #[test]
    fn the_sentences_for_nothing_and_for_empty_differ() {
        assert_eq!(line(&[]), "What is cached of it cannot be told");
        assert_eq!(
            line(&[span(0, 10, SpanState::Missing, 0)]),
            "Nothing cached here yet"
        );
        assert_eq!(
            line(&[span(0, 10, SpanState::Empty, 0)]),
            "Checked: no entries in this range"
        );
        assert_eq!(
            line(&[
                span(0, 82, SpanState::Cached, 96_771),
                span(82, 100, SpanState::Missing, 0)
            ]),
            "82 % of 09:00 - 12:00 cached. 96,771 rows. 1 gap"
        );
    }

    #[test]
    fn what_a_bypass_run_fetched_is_never_called_cached() {
        assert_eq!(
            line(&[
                span(0, 30, SpanState::Bypass, 7),
                span(30, 40, SpanState::Missing, 0)
            ]),
            "75 % fetched beside the cache. 7 rows. 1 gap"
        );
    }

    #[test]
    fn each_state_that_is_left_is_counted_and_no_other_is_named() {
        let spans = [
            span(0, 40, SpanState::Cached, 5),
            span(40, 50, SpanState::Missing, 0),
            span(50, 60, SpanState::Empty, 0),
            span(60, 70, SpanState::Missing, 0),
            span(70, 80, SpanState::Damaged, 0),
            span(80, 100, SpanState::Provisional, 2),
        ];
        let drawn = pieces(&spans, &with_failed(40, 50));
        let sentence = Sentence::of(&drawn, "09:00 - 12:00");
        assert_eq!(
            sentence.to_string(),
            "50 % of 09:00 - 12:00 cached. 7 rows. 1 gap, 1 failed, 1 damaged, 1 may be incomplete"
        );
    }

    #[test]
    fn the_next_stretch_of_a_state_is_found_around_the_end() {
        let spans = [
            span(0, 10, SpanState::Missing, 0),
            span(10, 20, SpanState::Cached, 1),
            span(20, 30, SpanState::Missing, 0),
        ];
        let drawn = pieces(&spans, &Overlay::default());
        let next = |after| next_of(&drawn, CoverageState::Missing, after);
        assert_eq!(
            (next(None), next(Some(0)), next(Some(2))),
            (Some(0), Some(2), Some(0))
        );
        assert_eq!(next_of(&drawn, CoverageState::Failed, None), None);
    }
}
