//! A lane that is too small for buttons: which ranges of a whole are cached.
//!
//! Takes ranges and the whole they are drawn in, gives places in percent.

use crate::ui::format::percent;
use windrow_model::TimeRange;

/// Ranges drawn of a whole: more are too fine to be seen.
const DRAWN: usize = 400;

/// Left edge and width of each range that reaches into the whole, in percent of it.
pub fn bars(ranges: &[TimeRange], whole: TimeRange) -> Vec<(f64, f64)> {
    let all_ms = whole.duration_ms() as f64;
    let percent_of = |ms: u64| ms as f64 / all_ms * 100.0;
    ranges
        .iter()
        .filter_map(|range| range.intersection(whole))
        .take(DRAWN)
        .map(|range| {
            let before_ms = range.start_ms().abs_diff(whole.start_ms());
            (percent_of(before_ms), percent_of(range.duration_ms()))
        })
        .collect()
}

/// `82 % cached`, `Nothing cached`: how much of the whole the ranges are, which do not overlap.
pub fn share(ranges: &[TimeRange], whole: TimeRange) -> String {
    let inside = ranges.iter().filter_map(|range| range.intersection(whole));
    match inside.map(TimeRange::duration_ms).sum::<u64>() {
        0 => "Nothing cached".to_owned(),
        held_ms => format!("{} cached", percent(held_ms, whole.duration_ms())),
    }
}

/// The lane. What it shows must be said in words beside it.
#[cfg(target_arch = "wasm32")]
pub(crate) fn mini_lane(ranges: &[TimeRange], whole: TimeRange) -> leptos::prelude::AnyView {
    use leptos::prelude::*;
    let bars = bars(ranges, whole)
        .into_iter()
        .map(|(left, width)| {
            view! {
                <i
                    class="s-cached"
                    style:left=format!("{left:.3}%")
                    style:width=format!("{width:.3}%")
                ></i>
            }
        })
        .collect_view();
    view! { <span class="mini" aria-hidden="true">{bars}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start_ms: i64, end_ms: i64) -> TimeRange {
        TimeRange::new(start_ms, end_ms).unwrap()
    }

    #[test]
    fn only_what_lies_in_the_window_is_drawn_and_counted() {
        let whole = range(100, 200);
        let ranges = [
            range(0, 50),
            range(90, 110),
            range(150, 175),
            range(200, 300),
        ];
        assert_eq!(bars(&ranges, whole), [(0.0, 10.0), (50.0, 25.0)]);
        assert_eq!(share(&ranges, whole), "35 % cached");
        assert_eq!(share(&ranges[..1], whole), "Nothing cached");
        assert_eq!(share(&[range(0, 999)], whole), "100 % cached");
        assert_eq!(share(&[range(100, 199)], whole), "99 % cached");
    }

    #[test]
    fn a_whole_in_many_pieces_draws_a_bounded_number_of_them() {
        let ranges: Vec<_> = (0..1000).map(|at| range(at * 2, at * 2 + 1)).collect();
        assert_eq!(bars(&ranges, range(0, 2000)).len(), DRAWN);
    }
}
