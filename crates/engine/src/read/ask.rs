//! A filter over the rows of a window, and the answers about those that it selects, in one pass.
//!
//! Takes a [`Predicate`] and [`Answers`], gives [`Searched`]; the answers and the matching rows grow as it goes,
//! by at most [`AT_ONCE`] rows a step.
//! A row group whose statistics rule the filter out is not read. Of another one the filter's columns are read first,
//! the answers' columns only where rows match. While one is asked, those behind it are read ([`Ahead`]).
//! Invariant: the rows of a step count in all answers or, where a column that is read is damaged, in none.
//! Memory: the encoded columns of a few row groups, the decoded ones of a step, those that are kept, and the answers.
//! Stops between steps when cancelled.

use crate::catalog::problem::{Problem, ProblemKind};
use crate::error::EngineError;
use crate::read::ahead::Ahead;
use crate::read::answers::Answers;
use crate::read::known::Reader;
use crate::read::matches::Matches;
use crate::read::needs::Needs;
use crate::read::portion::Portion;
use crate::read::row_groups::RowGroups;
use crate::read::searched::Searched;
use crate::read::span::Span;
use arrow::array::RecordBatch;
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::Schema;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use windrow_columnar::{Projection, append_events};
use windrow_model::TimeRange;
use windrow_query::{LeftInMessage, Predicate, Rows, Share};
use windrow_store::BlobStore;

/// The most rows that are asked in one step: a browser's worker answers nothing else meanwhile.
/// Steps of a row group begin at multiples of it, so that another window's steps meet the same blocks.
const AT_ONCE: usize = 16_384;

/// What is known after one more step.
#[derive(Debug)]
pub struct Refined<'a> {
    /// How far it goes.
    pub searched: &'a Searched,
    /// The answers so far: each replaces the one before.
    pub answers: &'a Answers,
    /// Rows that were asked for and found now.
    pub matches: Option<Matches>,
}

/// A filter on its way through the rows of a window: [`step`](Self::step) by step, so that whoever runs it can do
/// something else between two of them, or stop.
pub struct Asking<'a, S> {
    pub(super) store: &'a S,
    pub(super) groups: &'a RowGroups,
    pub(super) filter: &'a Predicate,
    pub(super) searched: Searched,
    spans: &'a [Span],
    portion: Portion,
    pieces: Box<dyn Iterator<Item = Piece<'a>> + 'a>,
    ahead: Ahead<'a>,
    /// Whether the rows asked last had any that match: then the answers' columns are read ahead too.
    has_found: bool,
    reader: Reader,
}

/// Rows of a row group.
struct Piece<'a> {
    span: &'a Span,
    index: usize,
    /// Whether its row group begins with it.
    is_first: bool,
    /// Rows of the row group that are decoded at once: these and, at an end of the span, some around them.
    block: Range<usize>,
    within: Range<usize>,
    /// Number of the first of them within the window.
    first: u64,
}

/// What some rows give.
enum Given {
    /// Nothing was read: all or none of them match.
    Skipped(bool),
    /// Those that match.
    Read(BooleanBuffer),
}

/// The rows of `spans` in order, in pieces of at most [`AT_ONCE`].
fn pieces(spans: &[Span]) -> impl Iterator<Item = Piece<'_>> {
    let mut first = 0;
    let slices = row_groups(spans).flat_map(|(span, index, within)| {
        let (start, end) = (within.start, within.end);
        let blocks = (start / AT_ONCE * AT_ONCE..end).step_by(AT_ONCE);
        blocks.map(move |block| {
            let rows = start.max(block)..end.min(block + AT_ONCE);
            (span, index, block, rows.start == start, rows)
        })
    });
    slices.map(move |(span, index, block, is_first, within)| {
        let rows = within.len() as u64;
        first += rows;
        let group = span.part.footer.row_groups().get(index);
        let group_end = group.map_or(0, |group| group.rows as usize);
        Piece {
            span,
            index,
            is_first,
            block: block..group_end.min(block + AT_ONCE),
            within,
            first: first - rows,
        }
    })
}

/// What is read ahead: the row groups of a portion.
fn ahead(spans: &[Span], portion: Portion) -> Ahead<'_> {
    let mut first = 0;
    let numbered = row_groups(spans).map(move |(span, index, within)| {
        let rows = first..first + within.len() as u64;
        first = rows.end;
        (span, index, within.start / AT_ONCE * AT_ONCE, rows)
    });
    Ahead::over(numbered.filter(move |(span, ..)| portion.has(&span.part.path)))
}

/// The row groups of `spans` in order, each with the rows that lie in the span.
fn row_groups(spans: &[Span]) -> impl Iterator<Item = (&Span, usize, Range<usize>)> {
    spans.iter().flat_map(|span| {
        let groups = span.pieces(span.rows.clone()).into_iter();
        groups.map(move |(index, within)| (span, index, within))
    })
}

impl<'a, S: BlobStore> Asking<'a, S> {
    pub(super) fn new(
        store: &'a S,
        groups: &'a RowGroups,
        spans: &'a [Span],
        filter: &'a Predicate,
        searched: Searched,
    ) -> Self {
        groups.decoded.begin_question();
        Self {
            store,
            groups,
            filter,
            searched,
            spans,
            portion: Portion::WHOLE,
            pieces: Box::new(pieces(spans)),
            ahead: ahead(spans, Portion::WHOLE),
            has_found: false,
            reader: Reader::default(),
        }
    }

    /// Only the parts of a portion are asked: their rows alone are counted and found, under the numbers that they have
    /// in the window. The answers of all portions add up ([`Answers::merge`]).
    #[must_use]
    pub fn only(mut self, portion: Portion) -> Self {
        self.portion = portion;
        self.ahead = ahead(self.spans, portion);
        self
    }

    /// How far it is.
    pub const fn searched(&self) -> &Searched {
        &self.searched
    }

    /// Asks some more rows. Gives whether any were left, and those that were wanted and found.
    /// Dropped on its way, it leaves the answers as they were; they are then of no further use.
    ///
    /// # Errors
    /// When the store fails, or a part is gone.
    pub async fn step(
        &mut self,
        answers: &mut Answers,
    ) -> Result<ControlFlow<(), Option<Matches>>, EngineError> {
        let Some(piece) = self.pieces.next() else {
            self.searched.is_final = true;
            return Ok(ControlFlow::Break(()));
        };
        let rows = piece.within.len();
        if !self.portion.has(&piece.span.part.path) {
            answers.select_run(piece.first, rows, false);
            return Ok(ControlFlow::Continue(None));
        }
        let mut matches = None;
        let asked = self.ask(&piece, answers, &mut matches).await;
        let searched = &mut self.searched;
        let found = match asked {
            Ok(Given::Skipped(is_all)) => {
                searched.skipped += rows as u64;
                answers.select_run(piece.first, rows, is_all);
                if is_all { rows as u64 } else { 0 }
            }
            Ok(Given::Read(selected)) => {
                searched.searched += rows as u64;
                answers.select_rows(piece.first, &selected);
                selected.count_set_bits() as u64
            }
            Err(error) => {
                let problem = piece.problem(error)?;
                // Other rows of the same row group.
                if searched.damaged.last() != Some(&problem) {
                    searched.damaged.push(problem);
                }
                searched.unreadable += rows as u64;
                answers.select_run(piece.first, rows, false);
                0
            }
        };
        if piece.span.provisional {
            searched.provisional += found;
        } else {
            searched.matched += found;
        }
        Ok(ControlFlow::Continue(matches))
    }

    /// Asks every row that is left until `receive` breaks off.
    pub(super) async fn run(
        mut self,
        answers: &mut Answers,
        cancel: &CancellationToken,
        receive: &mut dyn FnMut(Refined<'_>) -> ControlFlow<()>,
    ) -> Result<Searched, EngineError> {
        while let Some(step) = cancel.run_until_cancelled(self.step(answers)).await {
            let ControlFlow::Continue(matches) = step? else {
                break;
            };
            let refined = Refined {
                searched: &self.searched,
                answers,
                matches,
            };
            if receive(refined).is_break() {
                break;
            }
        }
        Ok(self.searched)
    }

    /// Asks the rows of a piece. Answers take them in last, once everything was read.
    async fn ask(
        &mut self,
        piece: &Piece<'_>,
        answers: &mut Answers,
        matches: &mut Option<Matches>,
    ) -> Result<Given, EngineError> {
        let (span, filter, has_found) = (piece.span, self.filter, self.has_found);
        if piece.is_first {
            let ahead = self
                .ahead
                .turn(self.store, self.groups, |span, index, rows| {
                    let needs = Needs::of(span, index, filter, answers);
                    needs.map_or_else(Vec::new, |needs| {
                        needs.ahead(has_found, answers.may_have(&rows))
                    })
                });
            ahead.await;
        }
        let Some(needs) = Needs::of(span, piece.index, filter, answers) else {
            return Err(piece.damaged("its footer has no such row group"));
        };
        let rows = piece.within.len();
        if needs.share == Share::None {
            return Ok(Given::Skipped(false));
        }
        if needs.is_counted {
            return Ok(Given::Skipped(true));
        }
        let (mut columns, selected) = if needs.share == Share::All {
            (None, BooleanBuffer::new_set(rows))
        } else {
            let columns = self.read(piece, needs.filter.clone()).await?;
            let asked = Rows {
                batch: &columns,
                left: &needs.left,
            };
            let selected = filter.select(&asked, &mut self.reader);
            let selected = selected.map_err(|error| piece.damaged(error))?;
            (Some(columns), selected)
        };
        self.has_found = selected.has_true();
        if !self.has_found {
            return Ok(Given::Read(selected));
        }
        let inside = answers.inside(piece.first, &selected);
        let is_answered = needs.is_answered && (answers.histogram().is_some() || inside.has_true());
        if is_answered {
            let wanted = match inside.has_true() {
                true => needs.answers,
                false => needs.histogram,
            };
            columns = Some(self.read_more(piece, columns, wanted).await?);
        }
        let taken = match answers.rows().copied() {
            Some(mut wanted) => {
                let range = wanted.take(inside.count_set_bits());
                *matches = self.matches(piece, &inside, range).await?;
                Some(wanted)
            }
            None => None,
        };
        if let (Some(wanted), Some(rows)) = (taken, answers.rows()) {
            *rows = wanted;
        }
        if let Some(columns) = columns.filter(|_| is_answered) {
            add(
                answers,
                span.provisional,
                &columns,
                (&needs.left, &needs.all_left),
                (&selected, &inside),
                &mut self.reader,
            )
            .map_err(|error| piece.damaged(error))?;
        }
        Ok(Given::Read(selected))
    }

    async fn read(
        &self,
        piece: &Piece<'_>,
        columns: Vec<usize>,
    ) -> Result<RecordBatch, EngineError> {
        let (part, block) = (&piece.span.part, piece.block.clone());
        let projection = Projection::of(columns);
        let read = self
            .groups
            .block(self.store, part, piece.index, block, &projection);
        let (offset, rows) = (piece.within.start - piece.block.start, piece.within.len());
        Ok(read.await?.slice(offset, rows))
    }

    /// Reads those columns that `held` lacks, and puts them beside it.
    async fn read_more(
        &self,
        piece: &Piece<'_>,
        held: Option<RecordBatch>,
        mut columns: Vec<usize>,
    ) -> Result<RecordBatch, EngineError> {
        let Some(held) = held else {
            return self.read(piece, columns).await;
        };
        let all = piece.span.part.footer.columns();
        columns.retain(|index| {
            let name = all.get(*index).map(|column| &column.name);
            name.is_some_and(|name| held.column_by_name(name).is_none())
        });
        if columns.is_empty() {
            return Ok(held);
        }
        let more = self.read(piece, columns).await?;
        let fields = held.schema_ref().fields().iter();
        let fields: Vec<_> = fields.chain(more.schema_ref().fields()).cloned().collect();
        let columns = held.columns().iter().chain(more.columns()).cloned();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.collect())
            .map_err(|error| piece.damaged(error))
    }

    /// Reads those of the selected rows that are wanted.
    async fn matches(
        &self,
        piece: &Piece<'_>,
        selected: &BooleanBuffer,
        wanted: Range<usize>,
    ) -> Result<Option<Matches>, EngineError> {
        if wanted.is_empty() {
            return Ok(None);
        }
        let rows = selected.set_indices();
        let rows: Vec<usize> = rows.skip(wanted.start).take(wanted.len()).collect();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for row in rows.iter().map(|row| piece.within.start + row) {
            match ranges.last_mut() {
                Some(last) if last.end == row => last.end += 1,
                _ => ranges.push(row..row + 1),
            }
        }
        let part = &piece.span.part;
        let projection = Projection::events();
        let batch = self
            .groups
            .decode_ranges(self.store, part, piece.index, &ranges, &projection)
            .await?;
        let mut matches = Matches {
            numbers: rows.iter().map(|row| piece.first + *row as u64).collect(),
            provisional: piece.span.provisional,
            ..Matches::default()
        };
        append_events(&mut matches.events, &batch)
            .ok_or_else(|| piece.damaged(crate::error::OTHER_TYPE))?;
        Ok(Some(matches))
    }
}

fn add(
    answers: &mut Answers,
    provisional: bool,
    columns: &RecordBatch,
    (asked, all): (&LeftInMessage, &LeftInMessage),
    selected: (&BooleanBuffer, &BooleanBuffer),
    reader: &mut Reader,
) -> Result<(), windrow_query::QueryError> {
    let rows = |left| Rows {
        batch: columns,
        left,
    };
    answers.add(provisional, &rows(asked), &rows(all), selected, reader)
}

impl Piece<'_> {
    fn damaged(&self, reason: impl ToString) -> EngineError {
        EngineError::damaged(&self.span.part.path, reason)
    }

    /// What is wrong with these rows, where others can be searched all the same.
    fn problem(&self, error: EngineError) -> Result<Problem, EngineError> {
        let (kind, path, reason) = match error {
            EngineError::Damaged { path, reason } => (ProblemKind::Damaged, path, reason),
            EngineError::Inaccessible { path, reason } => (ProblemKind::Inaccessible, path, reason),
            other => return Err(other),
        };
        let group = self.span.part.footer.row_groups().get(self.index);
        let times = group.and_then(|group| TimeRange::new(group.min_ms, group.max_ms + 1).ok());
        Ok(Problem {
            path,
            kind,
            reason,
            range: times.and_then(|times| times.intersection(self.span.range)),
        })
    }
}
