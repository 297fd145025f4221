//! Record batches back to events.
//!
//! Takes a [`RecordBatch`] with all columns of [`Projection::events`](crate::Projection::events), appends to an [`EventBatch`].
//! Memory: a copy of the rows.

use crate::schema::name;
use arrow::array::{
    Array, ArrayAccessor, AsArray, DictionaryArray, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMillisecondType};
use windrow_model::EventBatch;
use windrow_model::batch::EventRef;

/// The times of a batch; `None` if it has none.
pub fn timestamps(batch: &RecordBatch) -> Option<&[i64]> {
    let column = batch.column_by_name(name::TIMESTAMP)?;
    let times: &TimestampMillisecondArray =
        column.as_primitive_opt::<TimestampMillisecondType>()?;
    Some(times.values())
}

/// The messages of a batch; `None` if it has none.
pub fn messages(batch: &RecordBatch) -> Option<&StringArray> {
    batch.column_by_name(name::MESSAGE)?.as_string_opt::<i32>()
}

/// Appends the rows of `batch` to `events`; `None` if a column of events is missing.
#[must_use]
pub fn append_events(events: &mut EventBatch, batch: &RecordBatch) -> Option<()> {
    let column = |name: &str| batch.column_by_name(name);
    let times = timestamps(batch)?;
    let texts = messages(batch)?;
    let numbers = column(name::SEQUENCE_NUMBER)?.as_primitive_opt::<Int64Type>()?;
    let ids = column(name::EVENT_ID)?.as_string_opt::<i32>()?;
    let logs: &DictionaryArray<Int32Type> =
        column(name::LOG_ID)?.as_dictionary_opt::<Int32Type>()?;
    let logs = logs.downcast_dict::<StringArray>()?;
    let labels = column(name::LABELS)?.as_list_opt::<i32>()?;
    let items = labels.values().as_string_opt::<i32>()?;
    let extras = column(name::EXTRA)?.as_string_opt::<i32>()?;
    let bounds = labels.value_offsets();
    let bounds = bounds.iter().zip(bounds.iter().skip(1));
    for ((row, time), (start, end)) in times.iter().enumerate().zip(bounds) {
        let labels =
            (*start..*end).filter_map(|item| Some(items.value(usize::try_from(item).ok()?)));
        events.push_labelled(
            EventRef {
                timestamp_ms: *time,
                sequence_number: numbers.is_valid(row).then(|| numbers.value(row)),
                event_id: text(ids, row),
                log_id: logs.value(row),
                message: texts.value(row),
                extra: text(extras, row),
            },
            labels,
        );
    }
    Some(())
}

fn text(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}
