//! The port through which the fields of a message are read.
//!
//! Parts are written with some of them as columns; what reads the rest must see them as that promotion did.

use windrow_model::FieldValue;

/// Reads the fields of messages.
///
/// # Contract
/// A field has the name that its column has or would have, and the value that the column would give,
/// whether or not it was promoted.
/// A name that comes up several times in a message is given as often. A JSON null is no value.
pub trait MessageFields {
    /// Calls `found` with the name and the value of every field of `message`.
    fn each<'m>(&mut self, message: &'m str, found: &mut dyn FnMut(&str, FieldValue<'m>));
}

/// Reads nothing, for batches of which every field is a column.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFields;

impl MessageFields for NoFields {
    fn each<'m>(&mut self, _: &'m str, _: &mut dyn FnMut(&str, FieldValue<'m>)) {}
}
