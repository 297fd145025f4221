//! What makes a row the same row in another opening of a window, in another browser, or in a link: never its number.
//!
//! A row keeps its time, its sequence number or id, and its text; its number changes whenever rows arrive before it.

use crate::batch::EventRef;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Time, number or id, and a hash of the text. Of rows that are alike in all three, the first is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RowKey {
    /// Epoch milliseconds UTC.
    pub ms: i64,
    /// The first eight bytes of the SHA-256 of message and extra fields.
    pub hash: u64,
    /// The sequence number, or the source's id where it is text.
    pub id: Option<String>,
}

impl RowKey {
    /// The key of an event.
    pub fn of(event: &EventRef<'_>) -> Self {
        Self {
            ms: event.timestamp_ms,
            hash: hash_of(event),
            id: id_of(event),
        }
    }

    /// Whether it is the key of this event. Hashes only where time and id are the same.
    pub fn is_of(&self, event: &EventRef<'_>) -> bool {
        self.ms == event.timestamp_ms && self.id == id_of(event) && self.hash == hash_of(event)
    }
}

fn id_of(event: &EventRef<'_>) -> Option<String> {
    let number = event.sequence_number.map(|number| number.to_string());
    number.or_else(|| event.event_id.map(str::to_owned))
}

fn hash_of(event: &EventRef<'_>) -> u64 {
    let mut hasher = Sha256::new();
    hasher.update(event.message);
    // No text holds this byte, so what belongs to which of the two is certain.
    hasher.update([0xff]);
    hasher.update(event.extra.unwrap_or_default());
    let bytes: [u8; 32] = hasher.finalize().into();
    bytes
        .iter()
        .take(8)
        .fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

/// `1795412172250.00c0ffee00c0ffee.` and the id, if any.
impl fmt::Display for RowKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:016x}.", self.ms, self.hash)?;
        formatter.write_str(self.id.as_deref().unwrap_or_default())
    }
}

/// The text is not what a [`RowKey`] is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not the key of a row, such as 1795412172250.00c0ffee00c0ffee.42")]
pub struct NotARowKey;

impl FromStr for RowKey {
    type Err = NotARowKey;

    fn from_str(text: &str) -> Result<Self, NotARowKey> {
        let mut pieces = text.splitn(3, '.');
        let mut next = || pieces.next().ok_or(NotARowKey);
        let (ms, hash, id) = (next()?, next()?, next()?);
        Ok(Self {
            ms: ms.parse().map_err(|_| NotARowKey)?,
            hash: u64::from_str_radix(hash, 16).map_err(|_| NotARowKey)?,
            id: (!id.is_empty()).then(|| id.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(message: &str, extra: Option<&'static str>) -> RowKey {
        RowKey::of(&EventRef {
            timestamp_ms: 1_795_412_172_250,
            sequence_number: Some(3_237_198_280_324_534_273),
            message,
            extra,
            ..EventRef::default()
        })
    }

    #[test]
    fn a_row_is_told_from_others_of_its_time_and_number_by_its_text() {
        assert_eq!(event("a", None), event("a", None));
        assert_ne!(event("a", None), event("b", None));
        assert_ne!(event("a", Some("b")), event("ab", None));
        assert!(event("a", None).is_of(&EventRef {
            timestamp_ms: 1_795_412_172_250,
            sequence_number: Some(3_237_198_280_324_534_273),
            message: "a",
            ..EventRef::default()
        }));
    }

    #[test]
    fn the_hash_is_the_same_for_ever() {
        // SHA-256 of "a", the byte ff, and nothing.
        assert_eq!(
            event("a", None).to_string(),
            "1795412172250.8dd06b5ab6b59425.3237198280324534273"
        );
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let text_id = RowKey {
            id: Some("a.b c".to_owned()),
            ..event("a", None)
        };
        let none = RowKey {
            ms: -1,
            id: None,
            ..event("a", None)
        };
        for key in [event("a", None), text_id, none] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for text in ["", "1", "1.2", "x.00.1", "1.zz.1"] {
            assert_eq!(text.parse::<RowKey>(), Err(NotARowKey));
        }
    }
}
