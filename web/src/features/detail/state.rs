//! One whole row: which one is open, what of it is here, and how much of it is drawn.
//!
//! Takes the marked row and the worker's answers, gives reads to make.
//! Invariant: what is shown belongs to the row whose number is shown, never to the one before.
//! Memory: one whole row. At most one read is under way, however fast rows are stepped through.

use super::fields::Fields;
use crate::features::rows::state::Marked;
use std::sync::Arc;
use windrow_protocol::{Failed, Kept, Row, ViewId, WholeRow};

/// Bytes of a text that are drawn at first.
pub const DRAWN_BYTES: usize = 64 << 10;

/// How the row is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Field by field.
    #[default]
    Fields,
    /// As JSON laid out.
    Json,
    /// The message as it was received.
    Received,
}

impl Form {
    /// In the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Fields, Self::Json, Self::Received];

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Fields => "Fields",
            Self::Json => "JSON",
            Self::Received => "As received",
        }
    }
}

/// What is here of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Content {
    /// Nothing yet.
    Loading,
    /// As the table has it, its message perhaps cut; the whole is on its way.
    Start(Arc<Row>),
    /// All of it, where it is kept, and the fields of its message as a filter reads them.
    Whole {
        row: Arc<Row>,
        kept: Option<Kept>,
        named: Arc<Fields>,
    },
    /// It could not be read.
    Failed(Failed),
}

impl Content {
    /// The row, as far as it is here.
    pub fn row(&self) -> Option<&Arc<Row>> {
        match self {
            Self::Start(row) | Self::Whole { row, .. } => Some(row),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Whether all of it is here.
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole { .. })
    }

    fn is_of(&self, known: &Row) -> bool {
        self.row().is_some_and(|row| row.key() == known.key())
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// The marked row is opened; by a key, so that the focus follows.
    Open { marked: Marked, by_key: bool },
    /// Another row is marked, or it has another number, or none is.
    Follow(Option<Marked>),
    /// The worker has answered.
    Came {
        view: ViewId,
        row: u64,
        result: Result<Box<WholeRow>, Failed>,
    },
    /// It is closed.
    Close,
    /// It is shown in another form.
    Show(Form),
    /// More of a long text is drawn.
    More,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Effect {
    /// Read a whole row.
    Read { view: ViewId, row: u64 },
    /// The keyboard goes to the panel.
    FocusPanel,
    /// The keyboard goes back to the table, if the panel has it.
    FocusTable,
    /// Open the window again: the worker does not know it any more.
    Reopen(Failed),
}

/// The row that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRow {
    /// The window it is a row of.
    pub view: ViewId,
    /// Its number.
    pub row: u64,
    /// What is here of it.
    pub content: Content,
    /// Bytes of a text that are drawn.
    pub drawn_bytes: usize,
}

/// The panel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    open: Option<OpenRow>,
    /// The read under way.
    reading: Option<(ViewId, u64)>,
    form: Form,
}

impl Detail {
    /// The row that is open.
    pub fn open(&self) -> Option<&OpenRow> {
        self.open.as_ref()
    }

    /// How it is shown.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Open { marked, by_key } => {
                let mut effects = self.show(marked);
                effects.extend(by_key.then_some(Effect::FocusPanel));
                return effects;
            }
            Msg::Follow(Some(marked)) if self.open.is_some() => return self.show(marked),
            Msg::Follow(Some(_)) => {}
            Msg::Follow(None) | Msg::Close => {
                let closed = self.open.take();
                return closed.map(|_| Effect::FocusTable).into_iter().collect();
            }
            Msg::Came { view, row, result } => return self.came((view, row), result),
            Msg::Show(form) => self.form = form,
            Msg::More => {
                if let Some(open) = &mut self.open {
                    open.drawn_bytes = open.drawn_bytes.saturating_mul(4);
                }
            }
        }
        Vec::new()
    }

    fn show(&mut self, marked: Marked) -> Vec<Effect> {
        let Marked { view, row, known } = marked;
        let before = self.open.take();
        let is_of = |open: &OpenRow| (open.view, open.row) == (view, row);
        let is_same = before.as_ref().is_some_and(is_of);
        let kept = before.filter(|open| match &known {
            Some(known) => open.content.is_of(known),
            None => is_same,
        });
        let open = match kept {
            Some(open) => OpenRow { view, row, ..open },
            None => OpenRow {
                view,
                row,
                content: known.map_or(Content::Loading, Content::Start),
                drawn_bytes: DRAWN_BYTES,
            },
        };
        let is_read = is_same && open.content.is_whole();
        self.open = Some(open);
        if is_read { Vec::new() } else { self.read() }
    }

    /// Reads what is open, unless a read is under way: then that comes first.
    fn read(&mut self) -> Vec<Effect> {
        match (&self.open, self.reading) {
            (Some(open), None) => {
                let (view, row) = (open.view, open.row);
                self.reading = Some((view, row));
                vec![Effect::Read { view, row }]
            }
            _ => Vec::new(),
        }
    }

    fn came(&mut self, of: (ViewId, u64), result: Result<Box<WholeRow>, Failed>) -> Vec<Effect> {
        if self.reading != Some(of) {
            return Vec::new();
        }
        self.reading = None;
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        if (open.view, open.row) != of {
            return self.read();
        }
        match result {
            Ok(whole) => {
                open.content = Content::Whole {
                    row: Arc::new(whole.row),
                    kept: whole.kept,
                    named: Arc::new(Fields::named(whole.named, whole.unnamed)),
                };
            }
            Err(failed) if failed.is_lost() => return vec![Effect::Reopen(failed)],
            Err(failed) => open.content = Content::Failed(failed),
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures;
    use windrow_protocol::FailKind;

    fn row(number: u64, message: &str) -> Row {
        Row {
            message: message.to_owned(),
            message_bytes: 1000,
            ..fixtures::row(number as i64)
        }
    }

    fn marked(view: ViewId, number: u64) -> Marked {
        Marked {
            view,
            row: number,
            known: Some(Arc::new(row(number, "cut"))),
        }
    }

    fn whole(number: u64) -> WholeRow {
        WholeRow {
            row: row(number, "all of it"),
            kept: None,
            named: vec![("user".into(), "ann".into())],
            unnamed: 0,
        }
    }

    fn came(detail: &mut Detail, view: ViewId, row: u64) -> Vec<Effect> {
        detail.update(Msg::Came {
            view,
            row,
            result: Ok(whole(row).into()),
        })
    }

    fn opened(number: u64) -> Detail {
        let mut detail = Detail::default();
        detail.update(Msg::Open {
            marked: marked(1, number),
            by_key: false,
        });
        came(&mut detail, 1, number);
        detail
    }

    fn shown(detail: &Detail) -> (u64, Option<&str>) {
        let open = detail.open().unwrap();
        (open.row, open.content.row().map(|row| row.message.as_str()))
    }

    #[test]
    fn a_step_to_another_row_never_shows_the_body_of_the_one_before() {
        let mut detail = opened(7);
        assert_eq!(shown(&detail), (7, Some("all of it")));
        let effects = detail.update(Msg::Follow(Some(marked(1, 8))));
        assert_eq!(effects, [Effect::Read { view: 1, row: 8 }]);
        assert_eq!(shown(&detail), (8, Some("cut")));
        detail.update(Msg::Follow(Some(Marked {
            known: None,
            ..marked(1, 9)
        })));
        assert_eq!(shown(&detail), (9, None));
        // The answer for the row before is not the answer for this one.
        assert_eq!(came(&mut detail, 1, 8), [Effect::Read { view: 1, row: 9 }]);
        assert_eq!(shown(&detail), (9, None));
        came(&mut detail, 1, 9);
        assert_eq!(shown(&detail), (9, Some("all of it")));
    }

    #[test]
    fn a_hundred_steps_ask_for_two_rows() {
        let mut detail = opened(0);
        let steps = (1..100).flat_map(|row| detail.update(Msg::Follow(Some(marked(1, row)))));
        assert_eq!(
            steps.collect::<Vec<_>>(),
            [Effect::Read { view: 1, row: 1 }]
        );
        assert_eq!(came(&mut detail, 1, 1), [Effect::Read { view: 1, row: 99 }]);
    }

    #[test]
    fn a_row_that_only_has_another_number_stays_as_it_is() {
        let mut detail = opened(7);
        detail.update(Msg::More);
        let renumbered = Marked {
            view: 2,
            row: 107,
            known: Some(Arc::new(row(7, "cut"))),
        };
        // Where it is kept may have changed.
        let effects = detail.update(Msg::Follow(Some(renumbered)));
        assert_eq!(effects, [Effect::Read { view: 2, row: 107 }]);
        assert_eq!(shown(&detail), (107, Some("all of it")));
        assert_eq!(detail.open().unwrap().drawn_bytes, 4 * DRAWN_BYTES);
    }

    #[test]
    fn more_of_a_long_text_is_drawn_for_the_row_it_was_asked_for_alone() {
        let mut detail = opened(7);
        assert_eq!(detail.open().unwrap().drawn_bytes, DRAWN_BYTES);
        detail.update(Msg::More);
        detail.update(Msg::Follow(Some(marked(1, 8))));
        assert_eq!(detail.open().unwrap().drawn_bytes, DRAWN_BYTES);
    }

    #[test]
    fn the_focus_goes_in_by_key_and_back_on_closing() {
        let mut detail = Detail::default();
        let by_key = |by_key| Msg::Open {
            marked: marked(1, 7),
            by_key,
        };
        assert!(!detail.update(by_key(false)).contains(&Effect::FocusPanel));
        assert!(detail.update(by_key(true)).contains(&Effect::FocusPanel));
        assert_eq!(detail.update(Msg::Close), [Effect::FocusTable]);
        assert_eq!(detail.update(Msg::Close), []);
        detail.update(by_key(false));
        assert_eq!(detail.update(Msg::Follow(None)), [Effect::FocusTable]);
    }

    #[test]
    fn a_closed_panel_follows_nothing_and_takes_no_answer() {
        let mut detail = Detail::default();
        assert_eq!(detail.update(Msg::Follow(Some(marked(1, 7)))), []);
        let mut detail = opened(7);
        detail.update(Msg::Follow(Some(marked(1, 8))));
        detail.update(Msg::Close);
        assert_eq!(came(&mut detail, 1, 8), []);
        assert!(detail.open().is_none());
    }

    #[test]
    fn a_row_that_cannot_be_read_says_why_and_a_lost_window_is_opened_again() {
        let mut detail = Detail::default();
        let read = |detail: &mut Detail, row, kind| {
            detail.update(Msg::Open {
                marked: marked(1, row),
                by_key: false,
            });
            let failed = Failed::new("failed", "do something", kind);
            let result = Err(failed);
            detail.update(Msg::Came {
                view: 1,
                row,
                result,
            })
        };
        assert_eq!(read(&mut detail, 7, FailKind::Repair), []);
        assert!(matches!(detail.open().unwrap().content, Content::Failed(_)));
        let lost = read(&mut detail, 8, FailKind::Reopen);
        assert!(matches!(lost[..], [Effect::Reopen(_)]), "{lost:?}");
        assert_eq!(shown(&detail), (8, Some("cut")));
    }
}
