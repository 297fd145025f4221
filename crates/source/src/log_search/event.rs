//! The `events` of an answer, each field read straight into its column.
//!
//! | field | column |
//! | --- | --- |
//! | `timestamp` | `timestamp`, required |
//! | `sequence_number_str`, else `sequence_number` | `sequence_number`; the text wins, since a number may have passed through a double on its way |
//! | `log_id` | `log_id`, else the log asked for |
//! | `message` | `message`: a string unescaped, anything else as the JSON it is written as |
//! | `labels` | `labels`: strings, the `id` of objects, anything else as JSON |
//! | `links` | dropped: they lead back to the API |
//! | any other | `extra`, one JSON object with the fields as they were written |
//!
//! A field named twice is refused: which of the two was meant cannot be known.

use super::page::Unusable;
use crate::port::Refused;
use std::ops::Range;
use windrow_model::EventBatch;
use windrow_model::json::{JsonError, Kind, Reader};

/// An event longer than this is refused (16 MiB): its time, its number and its size are all that is taken in.
pub(super) const MAX_EVENT_BYTES: usize = 16 << 20;

/// The fields that have a place of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Timestamp = 0,
    Sequence = 1,
    SequenceText = 2,
    LogId = 3,
    Message = 4,
    Labels = 5,
    Links = 6,
    Other = 7,
}

impl Field {
    fn of(key: &str) -> Self {
        match key {
            "timestamp" => Self::Timestamp,
            "sequence_number" => Self::Sequence,
            "sequence_number_str" => Self::SequenceText,
            "log_id" => Self::LogId,
            "message" => Self::Message,
            "labels" => Self::Labels,
            "links" => Self::Links,
            _ => Self::Other,
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Reads events one after the other. Holds what can be used again from event to event.
pub(super) struct Events<'t> {
    log_id: &'t str,
    scratch: String,
    /// Where the fields without a column stand in the text.
    others: Vec<Range<usize>>,
    /// Keys as the last event had them, with quotes and colon: the next event nearly always has the same in the same order.
    shape: Vec<(&'t str, Field)>,
}

/// Why one event cannot be read; its place is added outside.
enum EventError {
    Broken(JsonError),
    Foreign(&'static str),
}

impl From<JsonError> for EventError {
    fn from(error: JsonError) -> Self {
        Self::Broken(error)
    }
}

impl<'t> Events<'t> {
    pub(super) const fn new(log_id: &'t str) -> Self {
        Self {
            log_id,
            scratch: String::new(),
            others: Vec::new(),
            shape: Vec::new(),
        }
    }

    /// Reads the whole list and gives how many events it has.
    pub(super) fn read(
        mut self,
        reader: &mut Reader<'t>,
        into: Option<&mut EventBatch>,
        refused: &mut Vec<Refused>,
    ) -> Result<u64, Unusable> {
        let mut unwanted = EventBatch::new();
        let keeps = into.is_some();
        let batch = into.unwrap_or(&mut unwanted);
        let mut count = 0;
        let mut more = reader.enter(b']')?;
        while more {
            count += 1;
            if reader.kind()? != Kind::Object {
                return Err(foreign(count, "is no object"));
            }
            let start = reader.position();
            match self.event(reader, batch) {
                Ok(()) => {}
                Err(EventError::Broken(error)) => return Err(Unusable::Broken(error)),
                Err(EventError::Foreign(what)) => return Err(foreign(count, what)),
            }
            let bytes = reader.position() - start;
            if bytes > MAX_EVENT_BYTES {
                let row = batch.len() - 1;
                refused.extend(batch.get(row).map(|event| Refused {
                    timestamp_ms: event.timestamp_ms,
                    id: event.sequence_number.map(|number| number.to_string()),
                    bytes: bytes as u64,
                }));
                batch.truncate(row);
            }
            if !keeps {
                batch.truncate(0);
            }
            more = reader.more(b']')?;
        }
        Ok(count)
    }

    fn event(&mut self, reader: &mut Reader<'t>, batch: &mut EventBatch) -> Result<(), EventError> {
        let mut seen = 0_u8;
        let mut number = None;
        let mut text = None;
        let mut position = 0;
        self.others.clear();
        let mut more = reader.enter(b'}')?;
        while more {
            let (start, field) = self.field(reader, position)?;
            position += 1;
            if field != Field::Other && seen & field.bit() != 0 {
                return Err(EventError::Foreign("has a field twice"));
            }
            seen |= field.bit();
            match field {
                Field::Timestamp => {
                    let ms = exact(reader)?.ok_or(EventError::Foreign("has no exact timestamp"))?;
                    batch.timestamps.push(ms);
                }
                Field::Sequence => number = self.sequence(reader, start)?,
                Field::SequenceText => text = self.sequence(reader, start)?,
                Field::LogId => self.log_id(reader, batch)?,
                Field::Message => message(reader, batch)?,
                Field::Labels => labels(reader, batch)?,
                Field::Links => {
                    reader.skip()?;
                }
                Field::Other => {
                    reader.skip()?;
                    self.others.push(start..reader.position());
                }
            }
            more = reader.more(b'}')?;
        }
        if seen & Field::Timestamp.bit() == 0 {
            return Err(EventError::Foreign("has no timestamp"));
        }
        batch.sequence_numbers.push(text.or(number));
        batch.event_ids.push(None);
        if seen & Field::LogId.bit() == 0 {
            batch.log_ids.push(self.log_id);
        }
        if seen & Field::Message.bit() == 0 {
            batch.messages.push(Some(""));
        }
        if seen & Field::Labels.bit() == 0 {
            batch.labels.push([]);
        }
        self.extra(reader, batch);
        Ok(())
    }

    /// The next key: where it starts and whose it is.
    #[inline]
    fn field(
        &mut self,
        reader: &mut Reader<'t>,
        position: usize,
    ) -> Result<(usize, Field), JsonError> {
        let start = reader.position();
        if let Some((key, field)) = self.shape.get(position)
            && reader.take_exactly(key)
        {
            return Ok((start, *field));
        }
        // White space before the key is not part of it.
        reader.kind()?;
        let start = reader.position();
        let field = Field::of(reader.key()?.resolve(&mut self.scratch));
        self.shape.truncate(position);
        self.shape
            .push((reader.slice(start, reader.position()), field));
        Ok((start, field))
    }

    /// A sequence number. One that is no exact integer keeps its place among the fields without a column.
    fn sequence(
        &mut self,
        reader: &mut Reader<'t>,
        start: usize,
    ) -> Result<Option<i64>, JsonError> {
        let null = reader.kind()? == Kind::Null;
        let value = exact(reader)?;
        if value.is_none() && !null {
            self.others.push(start..reader.position());
        }
        Ok(value)
    }

    fn log_id(&mut self, reader: &mut Reader<'t>, batch: &mut EventBatch) -> Result<(), JsonError> {
        if reader.kind()? == Kind::String {
            let log_id = reader.string()?.resolve(&mut self.scratch);
            batch.log_ids.push(log_id);
        } else if reader.null()? {
            batch.log_ids.push(self.log_id);
        } else {
            batch.log_ids.push(reader.skip()?);
        }
        Ok(())
    }

    fn extra(&self, reader: &Reader<'t>, batch: &mut EventBatch) {
        batch.extras.push_with(|out| {
            for (at, range) in self.others.iter().enumerate() {
                out.push(if at == 0 { '{' } else { ',' });
                out.push_str(reader.slice(range.start, range.end));
            }
            if !self.others.is_empty() {
                out.push('}');
            }
            !self.others.is_empty()
        });
    }
}

fn foreign(count: u64, what: &str) -> Unusable {
    Unusable::Foreign(format!("event {count} {what}"))
}

/// An exact integer, written as a number or as a string of digits; `None` for anything else, which is passed over.
#[inline]
fn exact(reader: &mut Reader<'_>) -> Result<Option<i64>, JsonError> {
    match reader.kind()? {
        Kind::Number => reader.integer(),
        Kind::String => reader.quoted_integer(),
        _ => reader.skip().map(|_| None),
    }
}

#[inline]
fn message(reader: &mut Reader<'_>, batch: &mut EventBatch) -> Result<(), JsonError> {
    let kind = reader.kind()?;
    let mut read = Ok(());
    batch.messages.push_with(|out| {
        read = match kind {
            Kind::String => reader.string_into(out),
            Kind::Null => reader.skip().map(|_| ()),
            _ => reader.skip().map(|raw| out.push_str(raw)),
        };
        true
    });
    read
}

fn labels(reader: &mut Reader<'_>, batch: &mut EventBatch) -> Result<(), JsonError> {
    let mut found: Vec<String> = Vec::new();
    if reader.kind()? == Kind::Array {
        let mut more = reader.enter(b']')?;
        while more {
            found.extend(label(reader)?);
            more = reader.more(b']')?;
        }
    } else {
        found.extend(label(reader)?);
    }
    batch.labels.push(found.iter().map(String::as_str));
    Ok(())
}

fn label(reader: &mut Reader<'_>) -> Result<Option<String>, JsonError> {
    let mut out = String::new();
    match reader.kind()? {
        Kind::String => reader.string_into(&mut out)?,
        Kind::Null => {
            reader.null()?;
            return Ok(None);
        }
        Kind::Object => {
            let raw = reader.skip()?;
            match id(raw)? {
                Some(id) => out = id,
                None => out.push_str(raw),
            }
        }
        _ => out.push_str(reader.skip()?),
    }
    Ok(Some(out))
}

/// The text under `id` of an object.
fn id(raw: &str) -> Result<Option<String>, JsonError> {
    let mut reader = Reader::new(raw);
    let mut found = None;
    let mut more = reader.enter(b'}')?;
    while more {
        let mut scratch = String::new();
        let is_id = reader.key()?.resolve(&mut scratch) == "id";
        if is_id && reader.kind()? == Kind::String {
            let mut out = String::new();
            reader.string_into(&mut out)?;
            found = Some(out);
        } else {
            reader.skip()?;
        }
        more = reader.more(b'}')?;
    }
    Ok(found)
}
