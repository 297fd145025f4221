//! The files of the dataset that is shown: segments, their parts, and what bypass runs have left.
//!
//! Takes what the worker lists, gives lists to ask for. Invariant: a list that was asked for before a newer one changes nothing.
//! Memory: the list; how much of it is drawn is capped by the view.

use crate::ui::load::Load;
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::{DatasetFiles, Failed, Part, Segment};

/// What happened.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// Another window is asked for.
    Chosen,
    /// The window was opened, perhaps anew.
    Opened(Dataset),
    /// A list came, or did not.
    Listed {
        list: u64,
        result: Result<DatasetFiles, Failed>,
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Effect {
    /// List the files of a dataset, as this number.
    List { list: u64, dataset: Dataset },
    /// Tell what files there are.
    Tell(Arc<DatasetFiles>),
}

/// The files.
#[derive(Clone, Debug, Default)]
pub struct Segments {
    files: Load<Arc<DatasetFiles>>,
    list: u64,
}

impl Segments {
    /// The files, as far as they are known.
    pub fn files(&self) -> &Load<Arc<DatasetFiles>> {
        &self.files
    }

    /// How many segments there are.
    pub fn count(&self) -> Option<u64> {
        self.files.ready().map(|files| files.segments.len() as u64)
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Chosen => {
                self.list += 1;
                self.files = Load::Idle;
                Vec::new()
            }
            Msg::Opened(dataset) => {
                self.list += 1;
                if self.files.ready().is_none() {
                    self.files = Load::Loading;
                }
                vec![Effect::List {
                    list: self.list,
                    dataset,
                }]
            }
            Msg::Listed { list, result } if list == self.list => {
                self.files = result.map(Arc::new).into();
                self.files
                    .ready()
                    .cloned()
                    .map(Effect::Tell)
                    .into_iter()
                    .collect()
            }
            Msg::Listed { .. } => Vec::new(),
        }
    }
}

/// The segments of the window first, each with whether it reaches into it.
pub fn by_window(files: &DatasetFiles, window: TimeRange) -> Vec<(&Segment, bool)> {
    let (inside, outside): (Vec<&Segment>, Vec<&Segment>) = files
        .segments
        .iter()
        .partition(|segment| segment.range.intersects(window));
    let inside = inside.into_iter().map(|segment| (segment, true));
    inside
        .chain(outside.into_iter().map(|segment| (segment, false)))
        .collect()
}

/// What a part is, where it is not simply the one that proves its range.
pub fn note_of(part: &Part) -> Option<&'static str> {
    match (part.provisional, part.owned) {
        (true, _) => Some("claims nothing"),
        (false, false) => Some("replaced"),
        (false, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures::{dataset, range};
    use windrow_protocol::FailKind;

    fn files(ranges: &[(i64, i64)]) -> DatasetFiles {
        let segment = |(from, to): &(i64, i64)| Segment {
            dir: format!("s{from}"),
            range: range(*from, *to),
            parts: Vec::new(),
        };
        DatasetFiles {
            segments: ranges.iter().map(segment).collect(),
            runs: Vec::new(),
        }
    }

    #[test]
    fn a_list_asked_for_before_a_newer_one_changes_nothing() {
        let mut state = Segments::default();
        let listed = |list, ranges: &[(i64, i64)]| Msg::Listed {
            list,
            result: Ok(files(ranges)),
        };
        state.update(Msg::Opened(dataset("a")));
        assert!(state.files().is_loading());
        state.update(Msg::Opened(dataset("a")));
        assert!(state.update(listed(1, &[(0, 1)])).is_empty());
        assert_eq!(state.count(), None);
        assert_eq!(state.update(listed(2, &[(0, 1), (1, 2)])).len(), 1);
        assert_eq!(state.count(), Some(2));
        // What is listed stays while it is listed anew, and goes with its window.
        state.update(Msg::Opened(dataset("a")));
        assert_eq!(state.count(), Some(2));
        state.update(Msg::Chosen);
        assert!(state.update(listed(3, &[(0, 1)])).is_empty());
        assert!(state.files().is_idle());
    }

    #[test]
    fn a_list_that_cannot_be_had_says_why() {
        let mut state = Segments::default();
        state.update(Msg::Opened(dataset("a")));
        let result = Err(Failed::new("unreadable", "again", FailKind::Retry));
        assert!(state.update(Msg::Listed { list: 1, result }).is_empty());
        assert!(matches!(state.files(), Load::Failed(_)));
    }

    #[test]
    fn the_segments_of_the_window_come_first() {
        let all = files(&[(0, 10), (20, 30), (40, 50)]);
        let window = range(25, 45);
        let listed: Vec<(&str, bool)> = by_window(&all, window)
            .into_iter()
            .map(|(segment, is_in)| (segment.dir.as_str(), is_in))
            .collect();
        assert_eq!(listed, [("s20", true), ("s40", true), ("s0", false)]);
    }
}
