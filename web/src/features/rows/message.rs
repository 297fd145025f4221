//! What happens to the table, and what is to be done about it.

use super::cache::Known;
use super::columns::Room;
use super::scroll::Scroll;
use super::seam::Seam;
use crate::location::remembered::Column;
use std::sync::Arc;
use windrow_model::RowKey;
use windrow_protocol::{Located, Row, ViewId};

/// A window that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its name in the worker.
    pub view: ViewId,
    /// Its rows.
    pub rows: u64,
    /// Where they stop.
    pub seams: Vec<Seam>,
    /// The filter that selects them.
    pub is_of: String,
    /// The rows that the filter would select, where it is suspended to show what is around a row.
    pub suspended: Option<ViewId>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// No window is shown.
    Closed,
    /// A window was opened; with `is_same`, the one that is shown, anew.
    Opened { opened: Opened, is_same: bool },
    /// The seams of an opened window are others now.
    Seams { view: ViewId, seams: Vec<Seam> },
    /// The rows that were asked for by [`Effect::Locate`], in its order; nothing where that failed.
    Located {
        view: ViewId,
        rows: Option<Vec<Located>>,
    },
    /// A page of rows came, or did not.
    Came {
        view: ViewId,
        page: u64,
        rows: Result<Vec<Row>, String>,
    },
    /// The room for lines has another height.
    Resized(f64),
    /// The room for columns and messages has another width.
    Room(Room),
    /// Fields are columns, in this order.
    Columns(Arc<[Column]>),
    /// The newest row comes first, or the oldest.
    NewestFirst(bool),
    /// The element was scrolled.
    Scrolled(f64),
    /// The element was put where [`Effect::Place`] said, and stands here.
    Placed(f64),
    /// Nothing has moved since [`Effect::RestLater`].
    Rested(Scroll),
    /// The view moves, and the mark stays.
    Roll(Roll),
    /// A key moves the mark.
    Move(Move),
    /// A frame is about to be drawn.
    Frame,
    /// A row is marked and brought into view.
    Mark(u64),
    /// A line was clicked.
    Click(u64),
    /// What is marked is opened, or done.
    Enter,
    /// What is marked is copied.
    Copy,
    /// The value of a cell is copied.
    CopyCell { line: u64, at: usize },
    /// Only rows with the value that the mark stands on, or only others.
    Narrow { is_excluded: bool },
}

/// How the minimap moves the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Roll {
    /// To a share of the way from the start of the table to its end.
    To(f64),
    /// To where the line at a share of all lines is in the middle.
    Around(f64),
    /// By pixels.
    Px(f64),
    /// As a key says.
    By(Move),
}

/// Where a key moves the mark, or the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// By lines.
    Lines(i64),
    /// By as many lines as are in view.
    Pages(i64),
    /// To the first line.
    Start,
    /// To the last.
    End,
    /// To the cell before, or to the whole line.
    Left,
    /// To the next cell.
    Right,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Effect {
    /// Ask for a page of rows.
    Load {
        view: ViewId,
        page: u64,
        fields: Arc<[String]>,
    },
    /// Ask which rows these are now.
    Locate { view: ViewId, keys: Vec<RowKey> },
    /// Scroll the element to where [`Scroll::misplaced`] says, once it is as tall as the lines are.
    Place,
    /// Say whether nothing has moved after a while.
    RestLater(Scroll),
    /// Say when the next frame is drawn.
    AskForFrame,
    /// Another row is marked, or it has another number, or none is.
    Marked(Option<Marked>),
    /// Open the marked row; by a key, so that the focus follows.
    Open { by_key: bool },
    /// Do what a seam offers.
    Act(Seam),
    /// Other rows are shown, or the same by another name.
    Shows(Shows),
    /// Copy an instant.
    CopyTime(i64),
    /// Copy a cell.
    CopyText(String),
    /// Copy a row as it was received.
    CopyRow { view: ViewId, row: u64 },
    /// Copy all of a field of a row.
    CopyField {
        view: ViewId,
        row: u64,
        field: String,
    },
    /// Show only rows whose field has this value, or only others.
    Narrow {
        field: String,
        value: String,
        is_excluded: bool,
    },
}

/// What the table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Shows {
    /// No window.
    Nothing,
    /// Another window.
    Another(ViewId),
    /// The same rows by another name.
    Same(ViewId),
    /// The same window with other rows; the table stands on the row `from`.
    OtherRows { view: ViewId, from: u64 },
}

/// The row that is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The window it is a row of.
    pub view: ViewId,
    /// Its number.
    pub row: u64,
    /// The row, where it is here; its message may be cut.
    pub known: Option<Arc<Row>>,
}

/// What a line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A row.
    Row(u64, Known),
    /// Where rows stop.
    Seam(Seam),
}
