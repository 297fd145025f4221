//! A column of a batch by its type.

use crate::text::TextColumn;
use arrow::array::cast::AsArray;
use arrow::array::{
    Array, BooleanArray, DictionaryArray, Float64Array, Int64Array, ListArray, PrimitiveArray,
    TimestampMillisecondArray,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{
    DataType, Float64Type, Int32Type, Int64Type, TimeUnit, TimestampMillisecondType,
};

/// A column of one of the types that parts have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column<'a> {
    Boolean(&'a BooleanArray),
    Integer(&'a Int64Array),
    Float(&'a Float64Array),
    Time(&'a TimestampMillisecondArray),
    Text(TextColumn<'a>),
    Dictionary(&'a DictionaryArray<Int32Type>, TextColumn<'a>),
    List(&'a ListArray, TextColumn<'a>),
}

impl<'a> Column<'a> {
    /// None for any other type.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Boolean => Self::Boolean(array.as_boolean_opt()?),
            DataType::Int64 => Self::Integer(array.as_primitive_opt::<Int64Type>()?),
            DataType::Float64 => Self::Float(array.as_primitive_opt::<Float64Type>()?),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                Self::Time(array.as_primitive_opt::<TimestampMillisecondType>()?)
            }
            DataType::Utf8 => Self::Text(TextColumn::of(array.as_string_opt()?)),
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_dictionary_opt::<Int32Type>()?;
                let values = dictionary.values().as_string_opt()?;
                Self::Dictionary(dictionary, TextColumn::of(values))
            }
            DataType::List(_) => {
                let list = array.as_list_opt::<i32>()?;
                Self::List(list, TextColumn::of(list.values().as_string_opt()?))
            }
            _ => return None,
        })
    }

    fn nulls(self) -> Option<&'a NullBuffer> {
        match self {
            Self::Boolean(array) => array.nulls(),
            Self::Integer(array) => array.nulls(),
            Self::Float(array) => array.nulls(),
            Self::Time(array) => array.nulls(),
            Self::Text(column) => column.nulls(),
            Self::Dictionary(array, _) => array.nulls(),
            Self::List(array, _) => array.nulls(),
        }
    }

    /// The rows that have a value: for a list, an element.
    pub(crate) fn held(&self, rows: usize) -> BooleanBuffer {
        if let Self::List(list, _) = self {
            return BooleanBuffer::collect_bool(rows, |row| {
                list.is_valid(row) && list.value_length(row) > 0
            });
        }
        match self.nulls() {
            Some(nulls) => nulls.inner().clone(),
            None => BooleanBuffer::new_set(rows),
        }
    }
}

/// The rows of a primitive column whose value passes; those of nulls mean nothing.
pub(crate) fn passing<T: arrow::datatypes::ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    passes: impl Fn(T::Native) -> bool,
) -> BooleanBuffer {
    let values = array.values();
    BooleanBuffer::collect_bool(values.len(), |row| {
        values.get(row).is_some_and(|value| passes(*value))
    })
}
