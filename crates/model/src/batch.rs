//! Events on their way from a page to a part, column by column.
//!
//! A page is decoded straight into an [`EventBatch`], and its buffers become the buffers of a Parquet writer without another copy.
//! Invariant: every column has one entry per event.
//! Memory: [`EventBatch::byte_size`] is the size of what is held, in the measure the flush threshold uses.

mod dictionary_column;
mod distinct_texts;
mod int_column;
mod list_column;
mod text_column;
mod validity;

pub use dictionary_column::DictionaryColumn;
pub use distinct_texts::DistinctTexts;
pub use int_column::IntColumn;
pub use list_column::ListColumn;
pub use text_column::TextColumn;

/// Events in columns. See the table of columns in `docs/FORMAT.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventBatch {
    /// Epoch milliseconds UTC.
    pub timestamps: Vec<i64>,
    /// Exact 62-bit numbers; null where the source has none.
    pub sequence_numbers: IntColumn,
    /// Ids of sources whose ids are text.
    pub event_ids: TextColumn,
    /// Which log an event belongs to.
    pub log_ids: DictionaryColumn,
    /// The message as received; a JSON object stays JSON text.
    pub messages: TextColumn,
    /// Labels, nearly always empty.
    pub labels: ListColumn,
    /// JSON object of the fields that have no column; null where there are none.
    pub extras: TextColumn,
}

/// The capacity of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    rows: usize,
    message_bytes: usize,
    extra_bytes: usize,
}

/// One event as borrowed values, to push or to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventRef<'a> {
    /// Epoch milliseconds UTC.
    pub timestamp_ms: i64,
    /// The exact sequence number.
    pub sequence_number: Option<i64>,
    /// The source's id where it is text.
    pub event_id: Option<&'a str>,
    /// Which log it belongs to.
    pub log_id: &'a str,
    /// The message as received.
    pub message: &'a str,
    /// JSON of fields without a column.
    pub extra: Option<&'a str>,
}

impl EventBatch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events it holds.
    pub fn len(&self) -> usize {
        self.timestamps.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.timestamps.is_empty()
    }

    /// Bytes of the column buffers in use, as Arrow counts them.
    pub fn byte_size(&self) -> usize {
        self.timestamps.len() * size_of::<i64>()
            + self.sequence_numbers.byte_size()
            + self.event_ids.byte_size()
            + self.log_ids.byte_size()
            + self.messages.byte_size()
            + self.labels.byte_size()
            + self.extras.byte_size()
    }

    /// The capacity for a batch of this size, with an eighth to spare.
    pub fn capacity(&self) -> Capacity {
        let spare = |size: usize| size + size / 8;
        Capacity {
            rows: spare(self.len()),
            message_bytes: spare(self.messages.text_bytes()),
            extra_bytes: spare(self.extras.text_bytes()),
        }
    }

    /// Reserves that much at once, so that no column is moved while it grows.
    pub fn reserve(&mut self, capacity: Capacity) {
        self.timestamps.reserve_exact(capacity.rows);
        self.sequence_numbers.reserve(capacity.rows);
        self.messages.reserve(capacity.rows, capacity.message_bytes);
        self.extras.reserve(capacity.rows, capacity.extra_bytes);
    }

    /// Appends one event without labels.
    pub fn push(&mut self, event: EventRef<'_>) {
        self.push_labelled(event, std::iter::empty());
    }

    /// Appends one event.
    pub fn push_labelled<'a>(
        &mut self,
        event: EventRef<'_>,
        labels: impl IntoIterator<Item = &'a str>,
    ) {
        self.timestamps.push(event.timestamp_ms);
        self.sequence_numbers.push(event.sequence_number);
        self.event_ids.push(event.event_id);
        self.log_ids.push(event.log_id);
        self.messages.push(Some(event.message));
        self.labels.push(labels);
        self.extras.push(event.extra);
    }

    /// The event at `row`, without its labels.
    pub fn get(&self, row: usize) -> Option<EventRef<'_>> {
        Some(EventRef {
            timestamp_ms: *self.timestamps.get(row)?,
            sequence_number: self.sequence_numbers.get(row),
            event_id: self.event_ids.get(row),
            log_id: self.log_ids.get(row).unwrap_or_default(),
            message: self.messages.get(row).unwrap_or_default(),
            extra: self.extras.get(row),
        })
    }

    /// Drops every event from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.timestamps.truncate(len);
        self.sequence_numbers.truncate(len);
        self.event_ids.truncate(len);
        self.log_ids.truncate(len);
        self.messages.truncate(len);
        self.labels.truncate(len);
        self.extras.truncate(len);
    }

    /// Appends the events of `other` at the given rows, in that order.
    pub fn extend_from_rows(&mut self, other: &Self, rows: impl IntoIterator<Item = usize>) {
        for row in rows {
            if let Some(event) = other.get(row) {
                self.push_labelled(event, other.labels.get(row));
            }
        }
    }

    /// Appends all events of `other`, column by column.
    pub fn append(&mut self, other: &Self) {
        self.timestamps.extend_from_slice(&other.timestamps);
        self.sequence_numbers.append(&other.sequence_numbers);
        self.event_ids.append(&other.event_ids);
        self.log_ids.append(&other.log_ids);
        self.messages.append(&other.messages);
        self.labels.append(&other.labels);
        self.extras.append(&other.extras);
    }

    /// Removes and returns the first `len` events.
    #[must_use]
    pub fn split_front(&mut self, len: usize) -> Self {
        let mut rest = Self::new();
        rest.extend_from_rows(self, len..self.len());
        self.truncate(len);
        std::mem::replace(self, rest)
    }

    /// The key rows are ordered by.
    fn order_key(&self, row: usize) -> (Option<&i64>, Option<i64>) {
        (self.timestamps.get(row), self.sequence_numbers.get(row))
    }

    /// Sorts by `(timestamp, sequence_number)`; equal events keep their order. Costs one pass if they are sorted.
    pub fn sort(&mut self) {
        if (1..self.len()).all(|row| self.order_key(row - 1) <= self.order_key(row)) {
            return;
        }
        let mut rows: Vec<usize> = (0..self.len()).collect();
        rows.sort_by(|a, b| self.order_key(*a).cmp(&self.order_key(*b)));
        let mut sorted = Self::new();
        sorted.extend_from_rows(self, rows);
        *self = sorted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> EventBatch {
        let mut batch = EventBatch::new();
        for (ms, seq, message) in [(3, Some(30), "c"), (1, None, "a"), (1, Some(5), "b")] {
            batch.push_labelled(
                EventRef {
                    timestamp_ms: ms,
                    sequence_number: seq,
                    log_id: "log",
                    message,
                    ..EventRef::default()
                },
                seq.map(|_| "label"),
            );
        }
        batch
    }

    #[test]
    fn sorting_moves_whole_events() {
        let mut batch = batch();
        batch.sort();
        let messages: Vec<_> = (0..3).map(|row| batch.get(row).unwrap().message).collect();
        assert_eq!(messages, ["a", "b", "c"]);
        assert_eq!(batch.labels.get(0).count(), 0);
        assert_eq!(batch.labels.get(1).collect::<Vec<_>>(), ["label"]);
        assert_eq!(batch.sequence_numbers.get(0), None);
    }

    #[test]
    fn splitting_loses_and_doubles_nothing() {
        let whole = batch();
        let mut rest = whole.clone();
        let front = rest.split_front(2);
        let mut joined = front.clone();
        joined.extend_from_rows(&rest, 0..rest.len());
        assert_eq!((front.len(), rest.len()), (2, 1));
        assert_eq!(joined, whole);
    }

    #[test]
    fn truncating_leaves_the_first_rows_as_they_were() {
        let mut batch = batch();
        let first = batch.get(0).unwrap().message.to_owned();
        batch.truncate(1);
        assert_eq!(batch.len(), 1);
        assert_eq!(batch.get(0).unwrap().message, first);
        batch.truncate(0);
        assert_eq!(batch, EventBatch::new());
    }
}
