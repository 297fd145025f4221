//! The plot in words: for the label of a bar, the scale, the selection, and the table behind it.
//!
//! Invariant: where nothing was counted no number is said, above all not zero.

use super::bars::{Bar, since_kept};
use super::counted::Counted;
use crate::features::coverage::pieces::{CoverageState, Piece};
use crate::ui::escape::plain;
use crate::ui::format::{count, counted as counted_words, duration};
use crate::ui::zone::Zone;
use windrow_model::{Buckets, TimeRange};
use windrow_protocol::Span;

/// `10:04 - 10:44`, with its dates where the window has more than one.
pub fn times(zone: Zone, range: TimeRange, window: TimeRange) -> String {
    let (start_ms, end_ms) = (range.start_ms(), range.end_ms());
    if zone.date(window.start_ms()) == zone.date(window.end_ms() - 1) {
        format!(
            "{} - {}",
            zone.short_time(start_ms),
            zone.short_time(end_ms)
        )
    } else {
        zone.short_range(start_ms, end_ms)
    }
}

/// `1,844 rows in 2 min`: what the height of the plot means.
pub fn scale(buckets: &Buckets, counted: &Counted) -> String {
    let step_ms = buckets.step_ms().unsigned_abs();
    format!(
        "{} in {}",
        counted_words(counted.most(), "row", "rows"),
        duration(step_ms)
    )
}

/// Rows of a range; nothing where some of it was not counted, or where its ends are not ends of bars.
pub fn rows_in(bars: &[Bar], range: TimeRange, said: impl Fn(&Bar) -> Said) -> Option<u64> {
    let within: Vec<&Bar> = bars
        .iter()
        .filter(|bar| range.contains(bar.range))
        .collect();
    let (first, last) = (within.first()?, within.last()?);
    let is_whole =
        first.range.start_ms() == range.start_ms() && last.range.end_ms() == range.end_ms();
    let counted = within.iter().map(|bar| {
        let said = said(bar);
        said.rows.filter(|_| said.uncounted.is_empty())
    });
    counted.sum::<Option<u64>>().filter(|_| is_whole)
}

/// What of a bucket was counted, and what was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Rows; nothing where none of it was counted.
    pub rows: Option<u64>,
    /// Rows of each layer, in their order; empty where nothing was counted.
    pub layers: Vec<u64>,
    /// What was not counted, the longest first.
    pub uncounted: Vec<&'static str>,
    /// Whether more may be found.
    pub is_counting: bool,
}

/// What is said of a bar. `spans` are those of the window whose rows were counted: what a fetch has kept since is not.
pub fn said(bar: &Bar, counted: Option<&Counted>, pieces: &[Piece], spans: &[Span]) -> Said {
    let within = |range: TimeRange| {
        let inside = range.intersection(bar.range);
        inside.map_or(0, TimeRange::duration_ms)
    };
    let inside = |piece: &Piece| within(piece.range);
    let is_counted = |state: CoverageState| state <= CoverageState::Bypass;
    let mut by_state: Vec<(u64, CoverageState)> = Vec::new();
    let mut add =
        |ms: u64, of: CoverageState| match by_state.iter_mut().find(|(_, state)| *state == of) {
            _ if ms == 0 => {}
            Some((sum, _)) => *sum += ms,
            None => by_state.push((ms, of)),
        };
    for piece in pieces {
        let since: u64 = match is_counted(piece.state) {
            true => since_kept(piece, spans).into_iter().map(within).sum(),
            false => 0,
        };
        add(since, CoverageState::Fetching);
        add(inside(piece) - since, piece.state);
    }
    let is_any_counted = by_state.iter().any(|(_, state)| is_counted(*state));
    by_state.retain(|(_, state)| !is_counted(*state));
    by_state.sort_by_key(|(ms, _)| std::cmp::Reverse(*ms));
    let of = |counts: &Vec<u64>| counts.get(bar.bucket).copied().unwrap_or(0);
    let known = counted.filter(|_| is_any_counted);
    Said {
        rows: known.map(|counted| of(&counted.all)),
        layers: known.map_or_else(Vec::new, |counted| {
            let layers = counted.layers.iter();
            layers.map(|layer| of(&layer.counts)).collect()
        }),
        uncounted: by_state.iter().map(|(_, state)| state.words()).collect(),
        is_counting: is_any_counted && counted.is_none_or(|counted| !counted.is_final),
    }
}

impl Said {
    /// `1,844 rows, error 3, notice 1,841`, `12 rows so far. In part: Not cached`, `Not cached`, `Being counted`.
    pub fn words(&self, counted: Option<&Counted>) -> String {
        let mut parts = Vec::new();
        if let Some(rows) = self.rows {
            let mut words = counted_words(rows, "row", "rows");
            if self.is_counting {
                words.push_str(" so far");
            }
            let layers = counted.map_or(&[][..], |counted| &counted.layers);
            for (layer, rows) in layers
                .iter()
                .zip(&self.layers)
                .filter(|(_, rows)| **rows > 0)
            {
                words.push_str(&format!(", {} {}", plain(&layer.name), count(*rows)));
            }
            parts.push(words);
        } else if self.is_counting {
            parts.push("Being counted".to_owned());
        }
        let uncounted = self.uncounted.join(", ");
        if !uncounted.is_empty() {
            parts.push(if parts.is_empty() {
                uncounted
            } else {
                format!("In part: {uncounted}")
            });
        }
        parts.join(". ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::bars::bars;
    use super::*;
    use crate::features::coverage::pieces::{Overlay, pieces};
    use crate::features::coverage::place::place;
    use crate::features::fixtures::{range, span};
    use crate::ui::zone::DAY_MS;
    use windrow_model::Buckets;
    use windrow_protocol::SpanState;

    /// A window of two minutes of which 15 s are missing, in buckets of a second.
    fn drawn() -> (Buckets, Counted, Vec<Bar>, Vec<Piece>, [Span; 3]) {
        let spans = [
            span(0, 25_000, SpanState::Cached, 9),
            span(25_000, 40_000, SpanState::Missing, 0),
            span(40_000, 120_000, SpanState::Cached, 0),
        ];
        let window = range(0, 120_000);
        let buckets = Buckets::round(window, |_| 0);
        let mut all = vec![0; buckets.len()];
        let mut errors = all.clone();
        (all[0], all[24], errors[0]) = (1_844, 7, 3);
        let values = [("error".to_owned(), errors)];
        let counted = Counted::new(all, Some("level"), &values, true);
        let pieces = pieces(&spans, &Overlay::default());
        let bars = bars(
            &buckets,
            Some(&counted),
            window,
            &place(&pieces, 1000.0),
            1000.0,
        );
        (buckets, counted, bars, pieces, spans)
    }

    #[test]
    fn a_bucket_of_which_nothing_was_counted_is_never_said_to_have_no_rows() {
        let (buckets, counted, bars, pieces, spans) = drawn();
        let words =
            |at: usize| said(&bars[at], Some(&counted), &pieces, &spans).words(Some(&counted));
        assert_eq!(buckets.step_ms(), 1000);
        assert_eq!(words(0), "1,844 rows, error 3, other 1,841");
        assert_eq!(words(1), "0 rows");
        assert_eq!(words(30), "Not cached");
        assert_eq!(said(&bars[30], Some(&counted), &pieces, &spans).rows, None);
    }

    #[test]
    fn a_bucket_that_is_cached_in_part_says_its_rows_and_what_is_not() {
        let spans = [
            span(0, 500, SpanState::Cached, 9),
            span(500, 120_000, SpanState::Missing, 0),
        ];
        let (_, counted, bars, ..) = drawn();
        let pieces = pieces(&spans, &Overlay::default());
        let words = said(&bars[0], Some(&counted), &pieces, &spans).words(Some(&counted));
        assert_eq!(
            words,
            "1,844 rows, error 3, other 1,841. In part: Not cached"
        );
    }

    #[test]
    fn while_rows_are_counted_no_number_is_taken_for_the_last() {
        let (_, mut counted, bars, pieces, spans) = drawn();
        assert_eq!(
            said(&bars[1], None, &pieces, &spans).words(None),
            "Being counted"
        );
        assert_eq!(
            said(&bars[30], None, &pieces, &spans).words(None),
            "Not cached"
        );
        counted.is_final = false;
        let words =
            |at: usize| said(&bars[at], Some(&counted), &pieces, &spans).words(Some(&counted));
        assert_eq!(words(0), "1,844 rows so far, error 3, other 1,841");
        assert_eq!(words(30), "Not cached");
    }

    #[test]
    fn the_scale_and_the_rows_of_a_selection_are_said() {
        let (buckets, counted, bars, pieces, spans) = drawn();
        assert_eq!(scale(&buckets, &counted), "1,844 rows in 1 s");
        let said = |bar: &Bar| said(bar, Some(&counted), &pieces, &spans);
        let rows = |start_ms, end_ms| rows_in(&bars, range(start_ms, end_ms), said);
        assert_eq!(rows(0, 25_000), Some(1_851));
        assert_eq!(rows(1000, 24_000), Some(0));
        // Some of it is not cached, or ends within a bar.
        assert_eq!(rows(24_000, 26_000), None);
        assert_eq!(rows(30_000, 31_000), None);
        assert_eq!(rows(500, 25_000), None);
        assert_eq!(rows(0, 24_500), None);
    }

    #[test]
    fn what_was_kept_since_rows_were_counted_is_not_said_to_have_none() {
        let (_, counted, bars, _, spans) = drawn();
        let kept = [span(0, 120_000, SpanState::Cached, 9)];
        let pieces = pieces(&kept, &Overlay::default());
        let said = said(&bars[30], Some(&counted), &pieces, &spans);
        assert_eq!(said.rows, None);
        assert_eq!(said.uncounted, [CoverageState::Fetching.words()]);
    }

    #[test]
    fn times_have_dates_only_where_the_window_has_several_days() {
        let day = range(0, DAY_MS);
        assert_eq!(times(Zone::Utc, range(0, 60_000), day), "00:00 - 00:01");
        assert_eq!(
            times(Zone::Utc, range(0, 60_000), range(0, DAY_MS + 1)),
            "1970-01-01 00:00 - 00:01"
        );
    }
}
