//! The columns of a part, see the table in `docs/FORMAT.md`.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::{Arc, LazyLock};

/// Column names, in order.
pub(crate) mod name {
    pub(crate) const TIMESTAMP: &str = "timestamp";
    pub(crate) const SEQUENCE_NUMBER: &str = "sequence_number";
    pub(crate) const EVENT_ID: &str = "event_id";
    pub(crate) const LOG_ID: &str = "log_id";
    pub(crate) const MESSAGE: &str = "message";
    pub(crate) const LABELS: &str = "labels";
    pub(crate) const EXTRA: &str = "extra";
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Arc::new(Schema::new(vec![
        Field::new(
            name::TIMESTAMP,
            DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            false,
        ),
        Field::new(name::SEQUENCE_NUMBER, DataType::Int64, true),
        Field::new(name::EVENT_ID, DataType::Utf8, true),
        Field::new(name::LOG_ID, dictionary, false),
        Field::new(name::MESSAGE, DataType::Utf8, false),
        Field::new_list(
            name::LABELS,
            Field::new("item", DataType::Utf8, true),
            false,
        ),
        Field::new(name::EXTRA, DataType::Utf8, true),
    ]))
});

/// The Arrow schema of a part.
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}
