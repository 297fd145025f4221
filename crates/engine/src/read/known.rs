//! What the footer of a part says of a row group before it is read, as `crates/query` takes it.

use crate::catalog::scan_result::HeldPart;
use windrow_columnar::{FieldReader, RowGroup};
use windrow_model::FieldValue;
use windrow_model::filter::FieldName;
use windrow_query::statistics::ColumnStatistics;
use windrow_query::{LeftInMessage, MessageFields, Predicate, Share, Statistics};

/// The statistics of all columns of a row group.
pub(super) struct Known {
    rows: u64,
    /// None where the footer says too little.
    columns: Option<Vec<ColumnStatistics>>,
    /// What the part left in its messages.
    pub(super) left: LeftInMessage,
}

impl Known {
    pub(super) fn new(part: &HeldPart, group: &RowGroup) -> Self {
        let columns = part.footer.columns().iter().enumerate();
        let columns = columns.map(|(index, column)| {
            let statistics = group.statistics(index)?;
            Some(ColumnStatistics {
                name: column.name.clone(),
                nulls: statistics.nulls?,
                bounds: statistics.bounds.map(|(low, high)| low..=high),
            })
        });
        Self {
            rows: group.rows,
            columns: columns.collect(),
            left: match part.footer.left_in_message() {
                Some(names) => LeftInMessage::Named(names.to_vec()),
                None => LeftInMessage::Any,
            },
        }
    }

    /// How many rows a filter selects.
    pub(super) fn share(&self, filter: &Predicate) -> Share {
        self.columns.as_ref().map_or(Share::Unknown, |columns| {
            filter.share(&Statistics {
                rows: self.rows,
                columns,
                left: &self.left,
            })
        })
    }

    /// Of `names`, those of which a message may have a value that the row's columns do not have.
    /// Where the part does not say and every row has one in a column, messages are not read.
    pub(super) fn left_of(&self, names: &[&FieldName]) -> LeftInMessage {
        let full = self.columns.iter().flatten();
        let full: Vec<&str> = full
            .filter(|column| column.nulls == 0)
            .map(|column| column.name.as_str())
            .collect();
        let names = names.iter().copied();
        let left: Vec<String> = match &self.left {
            LeftInMessage::Named(left) => {
                let asked: Vec<_> = names.collect();
                let is_asked = |left: &&String| {
                    !full.contains(&left.as_str()) && asked.iter().any(|name| name.matches(left))
                };
                left.iter().filter(is_asked).cloned().collect()
            }
            LeftInMessage::Any => names
                .filter(|name| self.left.may_have(name))
                .filter(|name| !full.iter().any(|full| name.matches(full)))
                .map(|name| name.as_str().to_owned())
                .collect(),
        };
        LeftInMessage::Named(left)
    }
}

/// Reads fields of messages as their promotion did.
#[derive(Debug, Default)]
pub(super) struct Reader(FieldReader);

impl MessageFields for Reader {
    fn each<'m>(&mut self, message: &'m str, found: &mut dyn FnMut(&str, FieldValue<'m>)) {
        self.0.each(message, found);
    }
}
