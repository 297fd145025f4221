//! Rows of an opened window, and the search over them.

use super::failure::failed;
use super::{Answer, cancelled};
use crate::host::Task;
use std::cell::Cell;
use windrow_engine::{FieldReader, Find, Located as Found, Rows};
use windrow_model::RowKey;
use windrow_model::filter::FieldName;
use windrow_protocol::browser::task;
use windrow_protocol::{
    FIELDS_OF_ROW, FailKind, Failed, FindProgress, FindResult, FindText, Kept, LocateRows, Located,
    MESSAGE_CUT, ReadRow, ReadRows, Row, RowField, RowPage, RowValue, Slices, WholeRow,
};

/// A search pushes its progress at most this often.
const SEARCHED_MS: i64 = 150;

impl Answer for ReadRows {
    async fn answer(self, task: &Task<Self>) -> Result<RowPage, Failed> {
        let view = task.host.view(self.view)?;
        let rows = view
            .rows(self.first, self.limit as usize)
            .await
            .map_err(failed)?;
        let mut page = page(&rows, MESSAGE_CUT, &self.fields);
        if let Some(suspended) = self.suspended {
            let suspended = task.host.view(suspended)?;
            for (number, row) in (rows.first..).zip(&mut page) {
                let number = view.number_in_window(number);
                row.is_hidden = !number.is_some_and(|number| suspended.shows(number));
            }
        }
        Ok(RowPage {
            first: rows.first,
            rows: page,
        })
    }
}

impl Answer for ReadRow {
    async fn answer(self, task: &Task<Self>) -> Result<WholeRow, Failed> {
        let row = self.row;
        let view = task.host.view(self.view)?;
        let rows = view.rows(row, 1).await.map_err(failed)?;
        let whole = page(&rows, usize::MAX, &self.fields).pop().ok_or_else(|| {
            Failed::new(
                format!("The window has no row {row}"),
                "Show the plan again",
                FailKind::Reopen,
            )
        })?;
        let (mut named, mut unnamed) = (Vec::new(), 0);
        FieldReader::default().each(&whole.message, &mut |name, value| {
            if named.len() < FIELDS_OF_ROW {
                named.push((name.to_owned(), value.into_text().into_owned()));
            } else {
                unnamed += 1;
            }
        });
        Ok(WholeRow {
            row: whole,
            kept: view.kept(row).map(kept),
            named,
            unnamed,
        })
    }
}

fn kept(kept: windrow_engine::Kept) -> Kept {
    Kept {
        path: kept.path,
        position: kept.position,
        rows: kept.rows,
        range: kept.range,
        provisional: kept.provisional,
        fetched_at_ms: kept.fetched_at_ms,
    }
}

impl Answer for LocateRows {
    async fn answer(self, task: &Task<Self>) -> Result<Vec<Located>, Failed> {
        let view = task.host.view(self.view)?;
        let mut located = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            located.push(match view.locate(key).await.map_err(failed)? {
                Found::Row(row) => Located::Row(row),
                Found::Gone(row) => Located::Gone(row),
            });
        }
        Ok(located)
    }
}

impl Answer for FindText {
    async fn answer(self, task: &Task<Self>) -> Result<FindResult, Failed> {
        let view = task.host.view(self.view)?;
        let pushed_ms = Cell::new(task::now_ms());
        let searched = |rows| {
            let now_ms = task::now_ms();
            if now_ms - pushed_ms.get() >= SEARCHED_MS {
                pushed_ms.set(now_ms);
                task.push(FindProgress { searched: rows });
            }
        };
        let find = Find {
            text: self.text,
            ignore_case: true,
            around: self.around,
        };
        let found = view
            .find(&find, &task.cancel, &searched)
            .await
            .map_err(failed)?;
        if task.cancel.is_cancelled() {
            return Err(cancelled());
        }
        Ok(FindResult {
            matches: found.matches,
            hidden: found.hidden,
            before: found.before,
            rows: found.rows,
            slices: slices(&found.slices),
            searched: found.searched,
        })
    }
}

/// The slices as the page is told of them.
pub(super) fn slices(slices: &windrow_engine::Slices) -> Slices {
    Slices {
        rows: slices.rows(),
        counts: slices.counts().to_vec(),
    }
}

/// The rows with the first value of each field asked for, read from the message: all of a message's fields are in it,
/// whether or not its part has columns for them.
fn page(rows: &Rows, cut: usize, fields: &[String]) -> Vec<Row> {
    let names: Vec<_> = fields.iter().map(FieldName::any_case).collect();
    let mut reader = FieldReader::default();
    (0..rows.events.len())
        .filter_map(|at| {
            let event = rows.events.get(at)?;
            let key = RowKey::of(&event);
            let values = reader.first(event.message, &names).into_iter();
            let values = values.map(|found| {
                found.map(|found| {
                    let text = found.value.into_text();
                    let start = first_chars(&text, cut);
                    RowValue {
                        is_whole: start.len() == text.len(),
                        text: start.to_owned(),
                        bytes: found.bytes,
                    }
                })
            });
            let fields = fields.iter().cloned().zip(values);
            Some(Row {
                ms: key.ms,
                hash: key.hash,
                id: key.id,
                message: first_chars(event.message, cut).to_owned(),
                message_bytes: event.message.len() as u64,
                labels: rows.events.labels.get(at).map(str::to_owned).collect(),
                extra: event.extra.map(|extra| first_chars(extra, cut).to_owned()),
                provisional: rows.provisional.get(at).copied().unwrap_or_default(),
                fields: fields
                    .map(|(name, value)| RowField { name, value })
                    .collect(),
                is_hidden: false,
            })
        })
        .collect()
}

fn first_chars(text: &str, most: usize) -> &str {
    text.char_indices()
        .nth(most)
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text)
}
