//! What is asked of the rows that a filter selects, and the answers so far.
//!
//! Takes the selected rows of one row group after the other and says which columns it needs of them.
//! Memory: that of each answer, which bounds itself, see [`windrow_query::answers`].

use crate::read::matches::RowsWanted;
use crate::read::selected::SelectedRows;
use arrow::buffer::BooleanBuffer;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;
use windrow_model::filter::FieldName;
use windrow_query::answers::{Buckets, FieldList, Histogram, Top, top};
use windrow_query::{LeftInMessage, MessageFields, Predicate, QueryError, Rows};

/// Rows of a kind: those that a filter of its own selects too.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kind {
    /// What is merged with others is asked no more.
    #[serde(skip)]
    filter: Option<Arc<Predicate>>,
    /// Which of the rows that are asked now are of it, until they are kept.
    #[serde(skip)]
    now: Option<BooleanBuffer>,
    rows: SelectedRows,
}

impl Kind {
    /// Takes in the rows `inside`.
    fn add(
        &mut self,
        rows: &Rows<'_>,
        inside: &BooleanBuffer,
        reader: &mut dyn MessageFields,
    ) -> Result<(), QueryError> {
        // Where there are none, what is needed of them was not read.
        if let Some(filter) = self.filter.as_ref().filter(|_| inside.has_true()) {
            self.now = Some(filter.select_within(rows, reader, inside)?);
        }
        Ok(())
    }

    /// The rows that were asked are so many.
    fn keep(&mut self, rows: usize) {
        match self.now.take().filter(|now| now.len() == rows) {
            Some(now) => self.rows.add_rows(&now),
            None => self.rows.add_run(rows, false),
        }
    }

    /// Rows that were not asked.
    fn pass(&mut self, rows: usize) {
        self.now = None;
        self.keep(rows);
    }
}

/// Answers to be given in one pass. All are about proven rows, but for the rows themselves, their numbers and those of a kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answers {
    histogram: Option<Histogram>,
    top: Vec<Top>,
    fields: Option<FieldList>,
    rows: Option<RowsWanted>,
    selected: Option<SelectedRows>,
    kind: Option<Kind>,
    only: Option<Range<u64>>,
    /// The fields that these ask about.
    names: Vec<FieldName>,
}

impl Answers {
    /// Also asks how many rows each bucket of time has, split by the values of a field or not.
    #[must_use]
    pub fn with_histogram(mut self, buckets: Buckets, by: Option<FieldName>) -> Self {
        self.names.extend(by.clone());
        self.histogram = Some(Histogram::new(buckets, by));
        self
    }

    /// Also asks for the most frequent values.
    #[must_use]
    pub fn with_top(mut self, question: top::Question, limits: top::Limits) -> Self {
        self.add_names(&question);
        self.top.push(Top::new(question, limits));
        self
    }

    /// Also asks how many rows have these values: the second pass over too many.
    #[must_use]
    pub fn with_top_of(mut self, question: top::Question, candidates: Vec<top::Key>) -> Self {
        self.add_names(&question);
        self.top.push(Top::again(question, candidates));
        self
    }

    /// Also asks which fields the rows have.
    #[must_use]
    pub fn with_fields(mut self) -> Self {
        self.fields = Some(FieldList::default());
        self
    }

    /// Also asks for rows themselves, which are given as they are found.
    #[must_use]
    pub fn with_rows(mut self, wanted: RowsWanted) -> Self {
        self.rows = Some(wanted);
        self
    }

    /// Also keeps which rows are selected, so that any of them can be read later.
    #[must_use]
    pub fn with_selected(mut self) -> Self {
        self.selected = Some(SelectedRows::default());
        self
    }

    /// Also keeps which of these rows are of a kind: those that `filter` selects too.
    #[must_use]
    pub fn with_kind(mut self, filter: Predicate) -> Self {
        self.names.extend(filter.fields().into_iter().cloned());
        self.kind = Some(Kind {
            filter: Some(Arc::new(filter)),
            now: None,
            rows: SelectedRows::default(),
        });
        self
    }

    /// All but the histogram is asked of rows with these numbers alone.
    #[must_use]
    pub fn only(mut self, rows: Range<u64>) -> Self {
        self.only = Some(rows);
        self
    }

    /// Adds what was answered to the same question about another portion of the same window.
    pub fn merge(&mut self, other: Self) {
        if let (Some(mine), Some(theirs)) = (&mut self.histogram, &other.histogram) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.top.iter_mut().zip(other.top) {
            mine.merge(theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.fields, &other.fields) {
            mine.merge(theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.selected, &other.selected) {
            mine.merge(theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.kind, &other.kind) {
            mine.rows.merge(&theirs.rows);
        }
    }

    /// Which rows are selected, where that was asked for: of all rows once the answers are final.
    pub const fn selected(&self) -> Option<&SelectedRows> {
        self.selected.as_ref()
    }

    /// The same, taken out.
    pub fn into_selected(self) -> Option<SelectedRows> {
        self.selected
    }

    /// The rows of the kind, where they were asked for.
    pub fn rows_of_kind(&self) -> Option<&SelectedRows> {
        self.kind.as_ref().map(|kind| &kind.rows)
    }

    /// The rows by time, where they were asked for.
    pub const fn histogram(&self) -> Option<&Histogram> {
        self.histogram.as_ref()
    }

    /// The most frequent values, in the order in which they were asked for.
    pub fn top(&self) -> &[Top] {
        &self.top
    }

    /// The fields, where they were asked for.
    pub const fn fields(&self) -> Option<&FieldList> {
        self.fields.as_ref()
    }

    pub(super) fn rows(&mut self) -> Option<&mut RowsWanted> {
        self.rows.as_mut()
    }

    /// Keeps that of so many rows from number `first` on all match, or none.
    pub(super) fn select_run(&mut self, first: u64, rows: usize, is_selected: bool) {
        if let Some(kind) = &mut self.kind {
            kind.pass(rows);
        }
        match &mut self.selected {
            Some(selected) if is_selected && self.only.is_some() => {
                let all = BooleanBuffer::new_set(rows);
                selected.add_rows(&inside(self.only.as_ref(), first, &all));
            }
            Some(selected) => selected.add_run(rows, is_selected),
            None => {}
        }
    }

    /// Keeps which rows from number `first` on match.
    pub(super) fn select_rows(&mut self, first: u64, matching: &BooleanBuffer) {
        let inside = self.inside(first, matching);
        if let Some(selected) = &mut self.selected {
            selected.add_rows(&inside);
        }
        if let Some(kind) = &mut self.kind {
            kind.keep(matching.len());
        }
    }

    /// Those of the matching rows from number `first` on of which all but the histogram is asked.
    pub(super) fn inside(&self, first: u64, matching: &BooleanBuffer) -> BooleanBuffer {
        inside(self.only.as_ref(), first, matching)
    }

    /// Whether rows with these numbers may be among those of which all but the histogram is asked.
    pub(super) fn may_have(&self, rows: &Range<u64>) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|only| only.start < rows.end && rows.start < only.end)
    }

    pub(super) fn names(&self) -> &[FieldName] {
        &self.names
    }

    /// The field by which the histogram is split.
    pub(super) fn split(&self) -> Option<&FieldName> {
        self.histogram.as_ref()?.by()
    }

    /// Whether counting is enough for rows that are proven, or not.
    pub(super) fn is_count(&self, provisional: bool) -> bool {
        !self.is_about(provisional) && self.rows.as_ref().is_none_or(RowsWanted::is_done)
    }

    /// Whether anything but rows themselves is asked of rows that are proven, or not.
    pub(super) fn is_about(&self, provisional: bool) -> bool {
        let is_about_proven =
            self.histogram.is_some() || !self.top.is_empty() || self.fields.is_some();
        self.kind.is_some() || !provisional && is_about_proven
    }

    /// Whether every column of fields is needed.
    pub(super) const fn reads_all_fields(&self) -> bool {
        self.fields.is_some()
    }

    /// Whether messages are needed where a row group left `asked` of the fields asked about in them, and `left` of all.
    pub(super) fn reads_messages(&self, asked: &LeftInMessage, left: &LeftInMessage) -> bool {
        let is_any_left = !matches!(left, LeftInMessage::Named(names) if names.is_empty());
        let kind = self.kind.as_ref().and_then(|kind| kind.filter.as_ref());
        kind.is_some_and(|filter| filter.reads_messages(asked))
            || self.names.iter().any(|name| asked.may_have(name))
            || self.fields.is_some() && is_any_left
    }

    /// Takes in the rows `selected`, proven or not, of which others than the histogram take those `inside`.
    /// `all` are the same rows with all that is left in their messages.
    pub(super) fn add(
        &mut self,
        provisional: bool,
        asked: &Rows<'_>,
        all: &Rows<'_>,
        (selected, inside): (&BooleanBuffer, &BooleanBuffer),
        reader: &mut dyn MessageFields,
    ) -> Result<(), QueryError> {
        if let Some(kind) = &mut self.kind {
            kind.add(asked, inside, reader)?;
        }
        if provisional {
            return Ok(());
        }
        if let Some(histogram) = &mut self.histogram {
            histogram.add(asked, selected, reader)?;
        }
        for top in &mut self.top {
            top.add(asked, inside, reader)?;
        }
        match &mut self.fields {
            Some(fields) => fields.add(all, inside, reader),
            None => Ok(()),
        }
    }

    fn add_names(&mut self, question: &top::Question) {
        self.names.extend(question.by.iter().cloned());
        self.names.extend(question.of.clone());
    }
}

/// Those of the matching rows from number `first` on that are among `only`.
fn inside(only: Option<&Range<u64>>, first: u64, matching: &BooleanBuffer) -> BooleanBuffer {
    match only {
        Some(only) => {
            let rows = BooleanBuffer::collect_bool(matching.len(), |row| {
                only.contains(&(first + row as u64))
            });
            matching & &rows
        }
        None => matching.clone(),
    }
}
