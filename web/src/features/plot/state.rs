//! What is chosen on the plot: a bucket, a range of them, and the windows that were zoomed out of.
//!
//! Takes presses, drags and keys, gives [`Effect`]s. Ends of a selection are ends of buckets or of the window.
//! The filter keeps the selection, as all that narrows; here is what it was told last.
//! Invariant: a selection lies in the window shown; another window begins without one.

use super::bars::range_of;
use std::sync::Arc;
use windrow_model::{Buckets, Dataset, TimeRange};

/// Pixels that a press moves before it is a drag.
const DRAG_PX: f64 = 4.0;

/// What a drag or a key with Shift grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// The bucket where it began.
    from: usize,
    /// The bucket where it is now.
    to: usize,
}

impl Span {
    fn ends(self) -> (usize, usize) {
        (self.from.min(self.to), self.from.max(self.to))
    }
}

/// A press that has not ended yet.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drag {
    span: Span,
    down_px: f64,
    is_drag: bool,
}

/// The feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// What is shown.
    shown: Option<(Dataset, TimeRange)>,
    buckets: Option<Arc<Buckets>>,
    /// What is selected of it.
    selection: Option<TimeRange>,
    drag: Option<Drag>,
    /// The bucket that the keys stand on.
    cursor: Option<usize>,
    /// Where growing by keys began.
    grown: Option<Span>,
    /// The windows that were zoomed out of, the widest first.
    zooms: Vec<TimeRange>,
    /// The field by which bars are coloured, where somebody has chosen one; an empty name is none.
    by: Option<String>,
}

/// A key on the plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// To the bucket this far away.
    Step(i64),
    /// To the first bucket.
    Home,
    /// To the last.
    End,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Another window is asked for, or the same afresh.
    Chosen(Dataset, TimeRange),
    /// The buckets of the window, in the zone shown.
    Buckets(Option<Arc<Buckets>>),
    /// This is selected now.
    Selected(Option<TimeRange>),
    /// Select this, or nothing.
    Select(Option<TimeRange>),
    /// Pressed on a bucket, so far from the left end.
    Down(usize, f64),
    /// Moved onto a bucket while pressed.
    Over(usize, f64),
    /// Let go.
    Up,
    /// The press was taken away: by a scroll, by another window.
    Cancel,
    /// A key, with Shift or not.
    Key(Key, bool),
    /// Enter or Space: take the bucket that the keys stand on.
    Take,
    /// Show what is selected as a window of its own.
    ZoomIn,
    /// Show the window that was zoomed out of.
    ZoomOut,
    /// Colour bars by a field; nothing for the levels.
    ColourBy(Option<String>),
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a window of the same log.
    Open(Dataset, TimeRange),
    /// A bucket was taken by a key, or pressed so far from the left end: what is not held there is fetched, else it is selected.
    Take(TimeRange, Option<f64>),
    /// Narrow the rows to a range, or no longer.
    Select(Option<TimeRange>),
}

impl State {
    /// What is selected.
    pub fn selection(&self) -> Option<TimeRange> {
        self.selection
    }

    /// What is selected, or would be if the drag ended now.
    pub fn drawn(&self) -> Option<TimeRange> {
        match &self.drag {
            Some(drag) if drag.is_drag => self.range(drag.span),
            _ => self.selection,
        }
    }

    /// Whether it is pressed.
    pub fn is_down(&self) -> bool {
        self.drag.is_some()
    }

    /// Whether a drag goes on.
    pub fn is_dragging(&self) -> bool {
        self.drag.is_some_and(|drag| drag.is_drag)
    }

    /// The bucket that the keys stand on.
    pub fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// The field that was chosen to colour bars by; an empty name is none.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// The window that zooming out shows.
    pub fn outer(&self) -> Option<TimeRange> {
        self.zooms.last().copied()
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Chosen(dataset, window) => {
                self.chosen(dataset, window);
                Vec::new()
            }
            Msg::Buckets(buckets) => {
                self.buckets = buckets;
                (self.drag, self.grown) = (None, None);
                let last = self.last();
                self.cursor = self
                    .cursor
                    .filter(|at| last.is_some_and(|last| *at <= last));
                Vec::new()
            }
            Msg::Selected(range) => {
                self.selection = range;
                if range.is_none() {
                    self.grown = None;
                }
                Vec::new()
            }
            Msg::Select(range) => {
                let window = self.shown.as_ref().map(|(_, window)| *window);
                let within = |range: TimeRange| range.intersection(window?);
                self.select(range.and_then(within))
            }
            Msg::Down(bucket, at_px) => {
                self.down(bucket, at_px);
                Vec::new()
            }
            Msg::Over(bucket, at_px) => {
                if let Some(drag) = &mut self.drag {
                    drag.span.to = bucket;
                    drag.is_drag |= (at_px - drag.down_px).abs() >= DRAG_PX;
                }
                Vec::new()
            }
            Msg::Up => self.up(),
            Msg::Cancel => {
                self.drag = None;
                Vec::new()
            }
            Msg::Key(key, is_growing) => self.key(key, is_growing),
            Msg::Take => {
                let bucket = self.cursor.and_then(|at| self.bucket(at));
                let take = bucket.map(|range| Effect::Take(range, None));
                take.into_iter().collect()
            }
            Msg::ZoomIn => self.zoom_in(),
            Msg::ZoomOut => {
                let outer = self.zooms.pop();
                let shown = self.shown.as_ref().map(|(dataset, _)| dataset.clone());
                let open = shown.zip(outer);
                open.map(|(dataset, outer)| Effect::Open(dataset, outer))
                    .into_iter()
                    .collect()
            }
            Msg::ColourBy(by) => {
                self.by = by;
                Vec::new()
            }
        }
    }

    fn chosen(&mut self, dataset: Dataset, window: TimeRange) {
        let is_other = self
            .shown
            .as_ref()
            .is_none_or(|(before, _)| *before != dataset);
        if is_other {
            self.zooms.clear();
            self.by = None;
        }
        // What does not lie around it was not zoomed out of.
        let is_around =
            |outer: &TimeRange| *outer != window && window.intersection(*outer) == Some(window);
        while self.zooms.last().is_some_and(|outer| !is_around(outer)) {
            self.zooms.pop();
        }
        if self
            .shown
            .as_ref()
            .is_some_and(|(_, before)| *before != window)
            || is_other
        {
            (self.selection, self.cursor) = (None, None);
        }
        (self.drag, self.grown) = (None, None);
        self.shown = Some((dataset, window));
    }

    fn last(&self) -> Option<usize> {
        self.buckets.as_ref()?.len().checked_sub(1)
    }

    fn bucket(&self, at: usize) -> Option<TimeRange> {
        self.range(Span { from: at, to: at })
    }

    /// The time of some buckets, as far as it lies in the window.
    fn range(&self, span: Span) -> Option<TimeRange> {
        let (buckets, (_, window)) = (self.buckets.as_ref()?, self.shown.as_ref()?);
        let (first, last) = span.ends();
        let first = range_of(buckets, first, *window)?;
        let last = range_of(buckets, last, *window)?;
        TimeRange::new(first.start_ms(), last.end_ms()).ok()
    }

    /// The buckets of a range.
    fn span_of(&self, range: TimeRange) -> Option<Span> {
        let buckets = self.buckets.as_ref()?;
        Some(Span {
            from: buckets.find(range.start_ms(), 0)?,
            to: buckets.find(range.end_ms() - 1, 0)?,
        })
    }

    fn select(&mut self, range: Option<TimeRange>) -> Vec<Effect> {
        if self.selection == range {
            return Vec::new();
        }
        self.selection = range;
        if range.is_none() {
            self.grown = None;
        }
        vec![Effect::Select(range)]
    }

    /// A press on an end of the selection moves that end.
    fn down(&mut self, bucket: usize, down_px: f64) {
        let selected = self.selection.and_then(|range| self.span_of(range));
        let from = match selected {
            Some(Span { from, to }) if from < to && bucket == from => to,
            Some(Span { from, to }) if from < to && bucket == to => from,
            _ => bucket,
        };
        self.cursor = Some(bucket);
        self.drag = Some(Drag {
            span: Span { from, to: bucket },
            down_px,
            is_drag: false,
        });
    }

    fn up(&mut self) -> Vec<Effect> {
        let Some(drag) = self.drag.take() else {
            return Vec::new();
        };
        let at = drag.span.to;
        self.cursor = Some(at);
        if drag.is_drag {
            self.grown = Some(drag.span);
            let range = self.range(drag.span);
            return self.select(range);
        }
        let bucket = self.bucket(at);
        let take = bucket.map(|range| Effect::Take(range, Some(drag.down_px)));
        take.into_iter().collect()
    }

    fn key(&mut self, key: Key, is_growing: bool) -> Vec<Effect> {
        let Some(last) = self.last() else {
            return Vec::new();
        };
        let at = match (key, self.cursor) {
            (Key::Home, _) => 0,
            (Key::End, _) => last,
            // The first key goes to the end that it comes from.
            (Key::Step(by), None) => {
                if by < 0 {
                    last
                } else {
                    0
                }
            }
            (Key::Step(by), Some(at)) => {
                let at = i64::try_from(at).unwrap_or(0).saturating_add(by).max(0);
                usize::try_from(at).unwrap_or(last).min(last)
            }
        };
        let before = self.cursor.unwrap_or(at);
        self.cursor = Some(at);
        if !is_growing {
            self.grown = None;
            return Vec::new();
        }
        let from = self.grown.filter(|grown| grown.to == before);
        let span = Span {
            from: from.map_or(before, |grown| grown.from),
            to: at,
        };
        self.grown = Some(span);
        let range = self.range(span);
        self.select(range)
    }

    fn zoom_in(&mut self) -> Vec<Effect> {
        let Some(((dataset, window), range)) = self.shown.clone().zip(self.selection) else {
            return Vec::new();
        };
        if range == window {
            return Vec::new();
        }
        self.zooms.push(window);
        vec![Effect::Open(dataset, range)]
    }
}

#[cfg(test)]
mod tests;
