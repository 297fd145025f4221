//! One answer of Log Search, decoded: its events into a batch, its links and counts into an [`Answer`].
//!
//! Takes a whole body, gives the answer, and appends to the batch column by column, with no value per event in between.
//! Invariant: after an error the batch is what it was before.
//! Memory: nothing besides the batch grows with the page.
//! It fails as [`Unusable::Broken`] where the body is not JSON (it may have been cut off: asking again helps),
//! and as [`Unusable::Foreign`] where it is JSON of another form. Both tell the place, never the text.

use super::event::Events;
use crate::port::Refused;
use windrow_model::EventBatch;
use windrow_model::json::{JsonError, Kind, Reader, decimal_count};

/// What an answer says besides its events. Links are as they were written, unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Events of the answer, where it has an `events` array.
    pub(super) events: Option<u64>,
    /// Those of them that were too large to be taken in.
    pub(super) refused: Vec<Refused>,
    /// Where the running query is polled.
    pub(super) own: Option<String>,
    /// Where the next page is asked for.
    pub(super) next: Option<String>,
    /// Percent done.
    pub(super) progress: Option<u8>,
    /// Whether there are statistics.
    pub(super) statistics: bool,
    /// The count of a `calculate(count)` query.
    pub(super) count: Option<u64>,
    /// Events the search matched.
    pub(super) matched: Option<u64>,
}

/// Why a body is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Not JSON.
    Broken(JsonError),
    /// Not of the protocol's form.
    Foreign(String),
}

impl From<JsonError> for Unusable {
    fn from(error: JsonError) -> Self {
        Self::Broken(error)
    }
}

/// Decodes an answer. Its events are appended to `into`, or only counted and checked where there is none.
pub(super) fn decode(
    body: &[u8],
    log_id: &str,
    mut into: Option<&mut EventBatch>,
) -> Result<Answer, Unusable> {
    let before = into.as_ref().map_or(0, |batch| batch.len());
    let decoded = match simdutf8::basic::from_utf8(body) {
        Ok(text) => top_level(text, log_id, into.as_deref_mut()),
        Err(_) => top_level(&legible(body), log_id, into.as_deref_mut()),
    };
    if decoded.is_err()
        && let Some(batch) = into
    {
        batch.truncate(before);
    }
    decoded
}

/// Decodes the events of one page into a batch and gives how many there were; a way past the network for measurements and tests.
pub fn decode_events(body: &[u8], log_id: &str, into: &mut EventBatch) -> Result<u64, String> {
    match decode(body, log_id, Some(into)) {
        Ok(answer) => answer
            .events
            .ok_or_else(|| "the answer has no events".to_owned()),
        Err(Unusable::Broken(error)) => Err(error.to_string()),
        Err(Unusable::Foreign(reason)) => Err(reason),
    }
}

/// The body with every byte that is not UTF-8 written out as `\xNN`, which inside a JSON string needs a second backslash.
#[cold]
fn legible(body: &[u8]) -> String {
    let mut text = String::with_capacity(body.len() + 64);
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\\\x{byte:02X}"));
        }
    }
    text
}

fn top_level(
    text: &str,
    log_id: &str,
    mut into: Option<&mut EventBatch>,
) -> Result<Answer, Unusable> {
    let mut reader = Reader::new(text);
    let reader = &mut reader;
    if reader.kind()? != Kind::Object {
        return Err(Unusable::Foreign("it is not an object".to_owned()));
    }
    let mut answer = Answer::default();
    let mut links_seen = false;
    let mut scratch = String::new();
    let mut more = reader.enter(b'}')?;
    while more {
        match reader.key()?.resolve(&mut scratch) {
            "events" => {
                if answer.events.is_some() {
                    return Err(Unusable::Foreign("it has `events` twice".to_owned()));
                }
                answer.events = match reader.kind()? {
                    Kind::Array => {
                        let events = Events::new(log_id);
                        Some(events.read(reader, into.as_deref_mut(), &mut answer.refused)?)
                    }
                    Kind::Null => {
                        reader.skip()?;
                        None
                    }
                    _ => return Err(Unusable::Foreign("`events` is no list".to_owned())),
                };
            }
            "links" => {
                if std::mem::replace(&mut links_seen, true) {
                    return Err(Unusable::Foreign("it has `links` twice".to_owned()));
                }
                links(reader, &mut answer)?;
            }
            "progress" => {
                let percent = decimal(reader)?;
                answer.progress = percent.map(|p| u8::try_from(p.min(100)).unwrap_or(100));
            }
            "statistics" => {
                answer.statistics = reader.kind()? == Kind::Object;
                let raw = reader.skip()?;
                answer.count = at_path(raw, &["stats", "global_timeseries", "count"])?;
            }
            "search_stats" => answer.matched = at_path(reader.skip()?, &["events_matched"])?,
            _ => {
                reader.skip()?;
            }
        }
        more = reader.more(b'}')?;
    }
    reader.end()?;
    Ok(answer)
}

/// A whole number, however it is written; `None` for anything else.
fn decimal(reader: &mut Reader<'_>) -> Result<Option<u64>, JsonError> {
    Ok(decimal_count(reader.skip()?))
}

/// The whole number at a path of keys inside an object, if it is there.
fn at_path(raw: &str, path: &[&str]) -> Result<Option<u64>, JsonError> {
    let mut reader = Reader::new(raw);
    let Some((wanted, rest)) = path.split_first() else {
        return decimal(&mut reader);
    };
    let mut found = None;
    let mut scratch = String::new();
    if reader.kind()? == Kind::Object {
        let mut more = reader.enter(b'}')?;
        while more {
            let is_it = reader.key()?.resolve(&mut scratch) == *wanted;
            let value = reader.skip()?;
            if is_it {
                found = at_path(value, rest)?;
            }
            more = reader.more(b'}')?;
        }
    }
    Ok(found)
}

/// Reads links in any of the forms seen: a list of objects, one object, or an object of relations.
fn links(reader: &mut Reader<'_>, answer: &mut Answer) -> Result<(), Unusable> {
    match reader.kind()? {
        Kind::Array => {
            let mut more = reader.enter(b']')?;
            while more {
                link(reader, None, answer)?;
                more = reader.more(b']')?;
            }
        }
        _ => link(reader, None, answer)?,
    }
    Ok(())
}

/// Reads one link, whose relation may have been the key before it. Anything that is not a link is passed over.
fn link(reader: &mut Reader<'_>, outer: Option<&str>, answer: &mut Answer) -> Result<(), Unusable> {
    let mut relation = outer.map(str::to_owned);
    let mut target = None;
    match reader.kind()? {
        Kind::String if outer.is_some() => target = Some(owned(reader)?),
        Kind::Object => {
            let mut more = reader.enter(b'}')?;
            while more {
                let mut scratch = String::new();
                let key = reader.key()?.resolve(&mut scratch).to_owned();
                let text = reader.kind()? == Kind::String;
                if text && key.eq_ignore_ascii_case("rel") {
                    relation = Some(owned(reader)?);
                } else if text && key.eq_ignore_ascii_case("href") {
                    target = Some(owned(reader)?);
                } else if outer.is_none() {
                    link(reader, Some(&key), answer)?;
                } else {
                    reader.skip()?;
                }
                more = reader.more(b'}')?;
            }
        }
        _ => {
            reader.skip()?;
        }
    }
    if let (Some(relation), Some(target)) = (relation, target) {
        let place = match relation.trim().to_ascii_lowercase().as_str() {
            "self" => &mut answer.own,
            "next" => &mut answer.next,
            _ => return Ok(()),
        };
        if place.as_ref().is_some_and(|held| *held != target) {
            return Err(Unusable::Foreign(
                "it has two different links of one relation".to_owned(),
            ));
        }
        *place = Some(target);
    }
    Ok(())
}

fn owned(reader: &mut Reader<'_>) -> Result<String, JsonError> {
    let mut out = String::new();
    reader.string_into(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests;
