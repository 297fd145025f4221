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

/// The index of the column of times.
pub(crate) const TIMESTAMP: usize = 0;
/// The index of the column of messages.
pub(crate) const MESSAGE: usize = 4;
/// How many columns every part has; fields of messages follow.
pub(crate) const OUR_COLUMNS: usize = 7;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new(name::TIMESTAMP, time(), false),
        Field::new(name::SEQUENCE_NUMBER, DataType::Int64, true),
        Field::new(name::EVENT_ID, DataType::Utf8, true),
        Field::new(name::LOG_ID, text_dictionary(), false),
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
    /// Its type.
    pub data_type: ColumnType,
    /// Nulls in it.
    pub null_count: u64,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Epoch milliseconds UTC.
    Timestamp,
    /// 64-bit integers.
    Integer,
    /// 64-bit floats.
    Float,
    /// Booleans.
    Boolean,
    /// UTF-8 text.
    Text,
    /// Lists of text.
    TextList,
}

impl ColumnType {
    /// Its name in summaries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp(ms, UTC)",
            Self::Integer => "int64",
            Self::Float => "double",
            Self::Boolean => "boolean",
            Self::Text => "string",
            Self::TextList => "list<string>",
        }
    }

    fn of(field: &Type) -> Option<Self> {
        if field.is_group() {
            return Some(Self::TextList);
        }
        let logical = field.get_basic_info().logical_type_ref();
        match (field.get_physical_type(), logical) {
            (Physical::INT64, Some(LogicalType::Timestamp(_))) => Some(Self::Timestamp),
            (Physical::INT64, None) => Some(Self::Integer),
            (Physical::DOUBLE, None) => Some(Self::Float),
            (Physical::BOOLEAN, None) => Some(Self::Boolean),
            (Physical::BYTE_ARRAY, Some(LogicalType::String)) => Some(Self::Text),
            _ => None,
        }
    }

    /// Whether a field of messages may be of this type.
    const fn is_field(self) -> bool {
        matches!(
            self,
            Self::Integer | Self::Float | Self::Boolean | Self::Text
        )
    }
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

/// The columns of a file; ours must come first and in order, and nullable fields of messages may follow. Fails with the name of the first that does not fit.
pub(crate) fn columns(parquet: &ParquetMetaData) -> Result<Vec<Column>, String> {
    let descriptor = parquet.file_metadata().schema_descr();
    let fields = descriptor.root_schema().get_fields();
    let ours = parquet_schema();
    let ours = ours
        .as_ref()
        .map_or(&[][..], |ours| ours.root_schema().get_fields());
    for (index, field) in ours.iter().enumerate() {
        if fields.get(index) != Some(field) {
            let ours = SCHEMA.fields().get(index);
            return Err(ours.map_or_else(String::new, |field| field.name().clone()));
        }
    }
    // So each column is one chunk of a row group.
    let column = |(index, field): (usize, &Arc<Type>)| {
        ColumnType::of(field)
            .filter(|kind| index < ours.len() || field.is_optional() && kind.is_field())
            .map(|data_type| Column {
                name: field.name().to_owned(),
                data_type,
                null_count: if field.is_optional() {
                    null_count(parquet, index)
                } else {
                    0
                },
            })
            .ok_or_else(|| field.name().to_owned())
    };
    fields.iter().enumerate().map(column).collect()
}

/// The column at `index` as Arrow has it. Text fields are dictionaries where they are stored as such, so that decoding them copies no text.
pub(crate) fn arrow_field(index: usize, column: &Column, has_dictionary: bool) -> FieldRef {
    if let Some(ours) = SCHEMA.fields().get(index) {
        return Arc::clone(ours);
    }
    let data_type = match column.data_type {
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Timestamp => time(),
        ColumnType::Text | ColumnType::TextList if has_dictionary => text_dictionary(),
        ColumnType::Text | ColumnType::TextList => DataType::Utf8,
    };
    Arc::new(Field::new(&column.name, data_type, true))
}

fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

fn text_dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn null_count(parquet: &ParquetMetaData, index: usize) -> u64 {
    parquet
        .row_groups()
        .iter()
        .filter_map(|group| group.columns().get(index)?.statistics()?.null_count_opt())
        .sum()
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
        assert_eq!(parquet.num_columns(), OUR_COLUMNS);
        let fields = schema();
        assert_eq!(fields.field(TIMESTAMP).name(), name::TIMESTAMP);
        assert_eq!(fields.field(MESSAGE).name(), name::MESSAGE);
        let words: Vec<_> = parquet
            .root_schema()
            .get_fields()
            .iter()
            .map(|field| ColumnType::of(field).unwrap().as_str())
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
