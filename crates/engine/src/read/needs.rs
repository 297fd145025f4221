//! What has to be read of a row group for a filter and its answers.

use crate::catalog::scan_result::HeldPart;
use crate::read::answers::Answers;
use crate::read::known::Known;
use crate::read::span::Span;
use windrow_columnar::Projection;
use windrow_model::filter::FieldName;
use windrow_query::{LeftInMessage, Predicate, Share};

/// Columns of a row group by their indices, and what its footer says of the filter.
pub(super) struct Needs {
    /// How many rows the filter selects.
    pub(super) share: Share,
    /// Whether that is all there is to say.
    pub(super) is_counted: bool,
    /// Whether the answers take these rows in.
    pub(super) is_answered: bool,
    /// What of the fields asked about is left in messages.
    pub(super) left: LeftInMessage,
    /// What of all fields is.
    pub(super) all_left: LeftInMessage,
    /// For the filter.
    pub(super) filter: Vec<usize>,
    /// For the histogram.
    pub(super) histogram: Vec<usize>,
    /// For all answers.
    pub(super) answers: Vec<usize>,
}

impl Needs {
    /// Nothing where the part has no such row group.
    pub(super) fn of(
        span: &Span,
        index: usize,
        filter: &Predicate,
        answers: &Answers,
    ) -> Option<Self> {
        let part = &span.part;
        let known = Known::new(part, part.footer.row_groups().get(index)?);
        let share = known.share(filter);
        let is_answered = answers.is_about(span.provisional);
        let filtered = filter.fields();
        let named: Vec<&FieldName> = answers.names().iter().collect();
        let mut names = filtered.clone();
        if is_answered {
            names.extend(&named);
        }
        let left = known.left_of(&names);
        let may_be_left = |name: &FieldName| left.may_have(name);

        let split: Vec<&FieldName> = answers.split().into_iter().collect();
        let times = answers.histogram().is_some();
        let histogram = columns(
            part,
            &split,
            split.iter().any(|name| may_be_left(name)),
            times,
        );
        let messages = answers.reads_messages(&left, &known.left);
        let mut all = columns(part, &named, messages, times);
        if answers.reads_all_fields() {
            all.extend(Projection::events().columns().len()..part.footer.columns().len());
        }
        Some(Self {
            is_counted: share == Share::All && answers.is_count(span.provisional),
            is_answered,
            filter: columns(part, &filtered, filter.reads_messages(&left), false),
            histogram,
            answers: all,
            share,
            left,
            all_left: known.left,
        })
    }

    /// The columns that are needed at once, and those that will be if rows match as they did before.
    /// Where no row can be inside the selection, those are of the histogram alone.
    pub(super) fn ahead(&self, has_found: bool, is_inside: bool) -> Vec<usize> {
        if self.share == Share::None || self.is_counted {
            return Vec::new();
        }
        let mut columns = Vec::new();
        if self.share != Share::All {
            columns.extend(&self.filter);
        }
        if self.is_answered && (has_found || self.share == Share::All) {
            columns.extend(match is_inside {
                true => &self.answers,
                false => &self.histogram,
            });
        }
        columns
    }
}

/// The columns that `names` mean, and others that are needed.
fn columns(part: &HeldPart, names: &[&FieldName], messages: bool, times: bool) -> Vec<usize> {
    let all = part.footer.columns().iter().enumerate();
    let named = all.filter(|(_, column)| names.iter().any(|name| name.matches(&column.name)));
    let mut columns: Vec<usize> = named.map(|(index, _)| index).collect();
    if messages {
        columns.extend(Projection::messages().columns());
    }
    if times {
        columns.extend(Projection::timestamps().columns());
    }
    columns
}
