//! The columns of a part, see the table in `docs/FORMAT.md`.

use crate::fields::{Fixed, Kind};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{LogicalType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::{SchemaDescPtr, Type};
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
    /// Any column behind ours, in the words of errors.
    pub(crate) const FIELD: &str = "a message field";
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new(name::TIMESTAMP, time, false),
        Field::new(name::SEQUENCE_NUMBER, DataType::Int64, true),
        Field::new(name::EVENT_ID, DataType::Utf8, true),
        Field::new(name::LOG_ID, dictionary, false),
        Field::new(name::MESSAGE, DataType::Utf8, false),
        Field::new_list(
            name::LABELS,
            Field::new("element", DataType::Utf8, false),
            false,
        ),
        Field::new(name::EXTRA, DataType::Utf8, true),
    ]))
});

static PARQUET_SCHEMA: LazyLock<Option<SchemaDescPtr>> = LazyLock::new(|| {
    ArrowSchemaConverter::new()
        .convert(&SCHEMA)
        .ok()
        .map(Arc::new)
});

/// A column as the footer describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, in plain words.
    pub data_type: String,
    /// Absent values in it.
    pub null_count: u64,
}

/// The Arrow schema of a part.
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// The same as Parquet says it. Each type of ours has its Parquet type, so there is one.
pub(crate) fn parquet_schema() -> Option<SchemaDescPtr> {
    PARQUET_SCHEMA.clone()
}

/// The same with fields of messages behind ours.
pub(crate) fn parquet_schema_with(fields: &[Fixed]) -> Result<SchemaDescPtr, ParquetError> {
    let theirs = fields.iter().map(|(name, kind)| {
        let data_type = match kind {
            Kind::Boolean => DataType::Boolean,
            Kind::Integer => DataType::Int64,
            Kind::Float => DataType::Float64,
            Kind::Text => DataType::Utf8,
        };
        Arc::new(Field::new(name, data_type, true))
    });
    let all: Vec<FieldRef> = SCHEMA.fields().iter().cloned().chain(theirs).collect();
    ArrowSchemaConverter::new()
        .convert(&Schema::new(all))
        .map(Arc::new)
}

/// The columns of a file; ours must come first and in order, and fields of messages may follow. Fails with the name of the first that does not fit.
pub(crate) fn columns(parquet: &ParquetMetaData) -> Result<Vec<Column>, String> {
    let descriptor = parquet.file_metadata().schema_descr();
    let fields = descriptor.root_schema().get_fields();
    let ours = parquet_schema();
    let ours = ours
        .as_ref()
        .map_or(&[][..], |ours| ours.root_schema().get_fields());
    for (place, field) in ours.iter().enumerate() {
        if fields.get(place) != Some(field) {
            let ours = SCHEMA.fields().get(place);
            return Err(ours.map_or_else(String::new, |field| field.name().clone()));
        }
    }
    let others = fields.get(ours.len()..).unwrap_or_default();
    if let Some(nested) = others.iter().find(|field| field.is_group()) {
        return Err(nested.name().to_owned());
    }
    // So each column is one chunk of a row group.
    Ok(fields
        .iter()
        .enumerate()
        .map(|(place, field)| Column {
            name: field.name().to_owned(),
            data_type: words(field).to_owned(),
            null_count: if field.is_optional() {
                null_count(parquet, place)
            } else {
                0
            },
        })
        .collect())
}

fn null_count(parquet: &ParquetMetaData, place: usize) -> u64 {
    parquet
        .row_groups()
        .iter()
        .filter_map(|group| group.columns().get(place)?.statistics()?.null_count_opt())
        .sum()
}

fn words(field: &Type) -> &'static str {
    if field.is_group() {
        return "list<string>";
    }
    match (
        field.get_basic_info().logical_type_ref(),
        field.get_physical_type(),
    ) {
        (Some(LogicalType::Timestamp(_)), _) => "timestamp(ms, UTC)",
        (_, Physical::INT64) => "int64",
        (_, Physical::DOUBLE) => "double",
        (_, Physical::BOOLEAN) => "boolean",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_parquet_type() {
        let parquet = parquet_schema().unwrap();
        assert_eq!(
            parquet.root_schema().get_fields().len(),
            schema().fields().len()
        );
        assert_eq!(parquet.num_columns(), 7);
        let words: Vec<_> = parquet
            .root_schema()
            .get_fields()
            .iter()
            .map(|field| words(field))
            .collect();
        assert_eq!(
            words,
            [
                "timestamp(ms, UTC)",
                "int64",
                "string",
                "string",
                "string",
                "list<string>",
                "string"
            ]
        );
    }
}
