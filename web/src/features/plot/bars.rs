//! Where bars are drawn: on the scale of the lane below them, clipped at the ends of the window.
//!
//! Takes what was counted and the placed pieces of the window, gives a bar for each bucket that touches the window.
//! Invariant: a stretch whose rows were not counted is never drawn as one without rows; [`covers`] is drawn over its bars.

use super::counted::{Counted, Shade};
use crate::features::coverage::pieces::{CoverageState, Piece};
use crate::features::coverage::place::{Placed, x_of};
use windrow_model::{Buckets, TimeRange};
use windrow_protocol::{Span, SpanState};

/// A cover is never narrower.
pub const LEAST_PX: f64 = 3.0;

/// A cover this wide carries words, and one this wide a picture.
const WORDS_PX: f64 = 90.0;
const MARK_PX: f64 = 20.0;

/// Pixels of a letter of the words, and of the room around them.
const LETTER_PX: f64 = 6.2;
const ROOM_PX: f64 = 16.0;

/// A bucket with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Which bucket.
    pub bucket: usize,
    /// Its time, as far as it lies in the window.
    pub range: TimeRange,
    /// From the left end.
    pub left_px: f64,
    /// How wide.
    pub width_px: f64,
    /// How high, in percent of the highest.
    pub percent: f64,
    /// From the bottom: how each layer is coloured, and up to how many percent of the bar it reaches.
    pub stops: Vec<(Shade, f64)>,
}

/// The part of a bucket that lies in the window.
pub fn range_of(buckets: &Buckets, bucket: usize, window: TimeRange) -> Option<TimeRange> {
    let (from, to) = buckets
        .bounds()
        .get(bucket)
        .zip(buckets.bounds().get(bucket + 1))?;
    TimeRange::new(*from, *to).ok()?.intersection(window)
}

/// Where a time lies on a bar of `width_px`; its end is the end of the last piece.
pub fn place_of(placed: &[Placed], width_px: f64, ms: i64) -> f64 {
    match placed.first() {
        Some(first) if ms <= first.piece.range.start_ms() => 0.0,
        _ => x_of(placed, ms).unwrap_or(width_px),
    }
}

/// The bars, one for each bucket that touches the window; flat while nothing is counted.
pub fn bars(
    buckets: &Buckets,
    counted: Option<&Counted>,
    window: TimeRange,
    placed: &[Placed],
    width_px: f64,
) -> Vec<Bar> {
    let most = counted.map_or(0, Counted::most).max(1) as f64;
    let bar = |bucket| {
        let range = range_of(buckets, bucket, window)?;
        let left_px = place_of(placed, width_px, range.start_ms());
        let right_px = place_of(placed, width_px, range.end_ms());
        let rows = counted.and_then(|counted| counted.all.get(bucket).copied());
        let rows = rows.unwrap_or(0);
        Some(Bar {
            bucket,
            range,
            left_px,
            width_px: (right_px - left_px).max(0.0),
            percent: rows as f64 / most * 100.0,
            stops: counted.map_or_else(Vec::new, |counted| stops(counted, bucket, rows)),
        })
    };
    (0..buckets.len()).filter_map(bar).collect()
}

fn stops(counted: &Counted, bucket: usize, rows: u64) -> Vec<(Shade, f64)> {
    if counted.layers.is_empty() {
        return vec![(Shade::Rest, 100.0)];
    }
    let mut below = 0;
    let stop = |layer: &super::counted::Layer| {
        let count = layer.counts.get(bucket).copied().unwrap_or(0);
        below += count;
        (count > 0).then(|| (layer.shade, below as f64 / rows.max(1) as f64 * 100.0))
    };
    counted.layers.iter().filter_map(stop).collect()
}

/// A stretch that is drawn over all of its height, because its rows were not counted or prove nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Cover {
    /// What it is of.
    pub piece: Piece,
    /// From the left end.
    pub left_px: f64,
    /// How wide.
    pub width_px: f64,
    /// What is said on it.
    pub says: Says,
}

/// What is said on a cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// There is no room.
    Nothing,
    /// A picture: something is wrong.
    Warning,
    /// Words.
    Words(String),
}

/// Whether bars say nothing about stretches in this state.
fn is_uncounted(state: CoverageState) -> bool {
    !matches!(
        state,
        CoverageState::Cached | CoverageState::Empty | CoverageState::Bypass
    )
}

/// The covers over the bars. `spans` are those of the window whose rows were counted: what a fetch has kept since is not.
pub fn covers(placed: &[Placed], spans: &[Span], width_px: f64) -> Vec<Cover> {
    let mut covers: Vec<Cover> = Vec::new();
    for at in placed {
        if is_uncounted(at.piece.state) || at.piece.state == CoverageState::Empty {
            covers.push(cover(&at.piece, at.left_px, at.width_px));
            continue;
        }
        for range in since_kept(&at.piece, spans) {
            let left_px = place_of(placed, width_px, range.start_ms());
            let right_px = place_of(placed, width_px, range.end_ms());
            let piece = Piece {
                range,
                state: CoverageState::Fetching,
                rows: 0,
                first_row: None,
                ..at.piece.clone()
            };
            covers.push(cover(&piece, left_px, right_px - left_px));
        }
    }
    covers
}

/// What of a proven piece was not proven when the window was opened, so that it was not counted.
pub(super) fn since_kept(piece: &Piece, spans: &[Span]) -> Vec<TimeRange> {
    use SpanState::{Damaged, Missing, Provisional};
    let was_not_held = |span: &&Span| matches!(span.state, Missing | Damaged | Provisional);
    let ranges = spans.iter().filter(was_not_held);
    ranges
        .filter_map(|span| span.range.intersection(piece.range))
        .collect()
}

fn cover(piece: &Piece, left_px: f64, width_px: f64) -> Cover {
    let fits = |words: &str| {
        let needed = words.chars().count() as f64 * LETTER_PX + ROOM_PX;
        width_px >= needed.max(WORDS_PX)
    };
    let is_loud = piece.state >= CoverageState::Fetching;
    let words = [piece.short_words(), piece.state.words().to_owned()];
    let words = words.into_iter().find(|words| is_loud && fits(words));
    let is_wrong = piece.state >= CoverageState::Failed && width_px >= MARK_PX;
    Cover {
        piece: piece.clone(),
        left_px,
        width_px: width_px.max(LEAST_PX),
        says: match words {
            Some(words) => Says::Words(words),
            None if is_wrong => Says::Warning,
            None => Says::Nothing,
        },
    }
}

/// The piece of a bucket that a press acts upon: the longest of those that can be fetched.
pub fn gap_in(pieces: &[Piece], range: TimeRange) -> Option<usize> {
    use CoverageState::{Damaged, Failed, Missing};
    let within = |piece: &Piece| {
        piece
            .range
            .intersection(range)
            .map_or(0, TimeRange::duration_ms)
    };
    let gaps = pieces.iter().enumerate().filter(|(_, piece)| {
        within(piece) > 0 && matches!(piece.state, Missing | Failed | Damaged)
    });
    gaps.max_by_key(|(_, piece)| within(piece))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::coverage::pieces::{Overlay, pieces};
    use crate::features::coverage::place::place;
    use crate::features::fixtures::{range, span, with_failed};
    use proptest::prelude::*;

    fn counted(buckets: &Buckets, all: &[u64]) -> Counted {
        let mut all = all.to_vec();
        all.resize(buckets.len(), 0);
        Counted::new(all, None, &[], true)
    }

    fn placed(spans: &[Span], overlay: &Overlay) -> Vec<Placed> {
        place(&pieces(spans, overlay), 1000.0)
    }

    #[test]
    fn the_first_and_the_last_bar_are_clipped_at_the_ends_of_the_window() {
        // 995 ms in steps of 10, of which the first begins 5 ms before the window.
        let window = range(5, 1000);
        let buckets = Buckets::round(window, |_| 0);
        assert_eq!(buckets.step_ms(), 10);
        let of = counted(&buckets, &[4, 8]);
        let spans = [span(5, 1000, SpanState::Cached, 12)];
        let bars = bars(
            &buckets,
            Some(&of),
            window,
            &placed(&spans, &Overlay::default()),
            1000.0,
        );
        assert_eq!(bars.len(), 100);
        assert_eq!((bars[0].left_px, bars[0].range), (0.0, range(5, 10)));
        assert!(bars[0].width_px < bars[1].width_px);
        assert_eq!((bars[0].percent, bars[1].percent), (50.0, 100.0));
        let last = &bars[99];
        assert!((last.left_px + last.width_px - 1000.0).abs() < 0.01);
        assert_eq!(last.stops, [(Shade::Rest, 100.0)]);
    }

    #[test]
    fn layers_reach_from_the_bottom_to_the_top_of_a_bar() {
        let buckets = Buckets::round(range(0, 2), |_| 0);
        let values = [
            ("error".to_owned(), vec![1, 0]),
            ("info".to_owned(), vec![3, 5]),
        ];
        let of = Counted::new(vec![4, 5], Some("level"), &values, true);
        let spans = [span(0, 2, SpanState::Cached, 9)];
        let bars = bars(
            &buckets,
            Some(&of),
            range(0, 2),
            &placed(&spans, &Overlay::default()),
            1000.0,
        );
        assert_eq!(bars[0].stops, [(Shade::Error, 25.0), (Shade::Rest, 100.0)]);
        assert_eq!(bars[1].stops, [(Shade::Rest, 100.0)]);
    }

    #[test]
    fn a_wide_cover_has_words_a_narrow_one_a_picture_and_a_thin_one_nothing() {
        let of = |width_px| {
            let piece = pieces(
                &[span(0, 1_500_000, SpanState::Missing, 0)],
                &with_failed(0, 1_500_000),
            )
            .remove(0);
            let cover = cover(&piece, 0.0, width_px);
            (cover.says, cover.width_px)
        };
        assert_eq!(of(200.0).0, Says::Words("Failed, 25 min".into()));
        assert_eq!(of(92.0).0, Says::Words("Failed".into()));
        assert_eq!(of(89.0).0, Says::Warning);
        assert_eq!(of(19.0).0, Says::Nothing);
        assert_eq!(of(0.4).1, LEAST_PX);
    }

    #[test]
    fn what_a_fetch_has_kept_since_the_window_was_opened_is_covered_until_it_is_counted() {
        let spans = [
            span(0, 500, SpanState::Cached, 9),
            span(500, 1000, SpanState::Missing, 0),
        ];
        let overlay = Overlay {
            kept: vec![range(500, 700)],
            fetching: vec![range(500, 900)],
            ..Overlay::default()
        };
        let placed = placed(&spans, &overlay);
        // Held by now, and drawn as one with what was held before.
        assert_eq!(placed[0].piece.range, range(0, 700));
        let covers = covers(&placed, &spans, 1000.0);
        let drawn: Vec<_> = covers
            .iter()
            .map(|cover| (cover.piece.range, cover.piece.state))
            .collect();
        assert_eq!(
            drawn,
            [
                (range(500, 700), CoverageState::Fetching),
                (range(700, 900), CoverageState::Fetching),
                (range(900, 1000), CoverageState::Missing),
            ]
        );
    }

    #[test]
    fn a_bucket_with_several_gaps_acts_upon_the_longest() {
        let spans = [
            span(0, 2, SpanState::Missing, 0),
            span(2, 4, SpanState::Cached, 1),
            span(4, 9, SpanState::Missing, 0),
            span(9, 20, SpanState::Provisional, 1),
        ];
        let pieces = pieces(&spans, &Overlay::default());
        assert_eq!(gap_in(&pieces, range(0, 10)), Some(2));
        assert_eq!(gap_in(&pieces, range(0, 3)), Some(0));
        assert_eq!(gap_in(&pieces, range(2, 4)), None);
        assert_eq!(gap_in(&pieces, range(9, 20)), None);
    }

    proptest! {
        #[test]
        fn every_stretch_that_was_not_counted_is_covered_from_end_to_end(states in prop::collection::vec(0..5_usize, 1..12)) {
            let kinds = [SpanState::Cached, SpanState::Missing, SpanState::Damaged, SpanState::Provisional, SpanState::Empty];
            let spans: Vec<_> = states.iter().enumerate().map(|(at, state)| {
                let start_ms = at as i64 * 100;
                span(start_ms, start_ms + 100, kinds[*state], u64::from(*state == 0))
            }).collect();
            let covers = covers(&placed(&spans, &Overlay::default()), &spans, 1000.0);
            for span in spans.iter().filter(|span| span.state != SpanState::Cached) {
                let is_covered = covers.iter().any(|cover| cover.piece.range.intersection(span.range) == Some(span.range));
                prop_assert!(is_covered, "{span:?}: {covers:?}");
            }
            let is_held = |cover: &Cover| matches!(cover.piece.state, CoverageState::Cached);
            prop_assert!(!covers.iter().any(is_held));
        }
    }
}
