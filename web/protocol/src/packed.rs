//! Many values as one buffer, for `#[serde(with = "packed")]`.
//!
//! Serialised as a JavaScript object, a row costs a call into JavaScript for every field of it; a page of rows has thousands.
//! As bytes (postcard) a page costs one copy, and its buffer is transferred to the page instead of being cloned.
//! Both ends are of one build, so the bytes need no names.

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserializer, Serialize, Serializer};

pub(super) fn serialize<T, S>(values: &Vec<T>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize,
    S: Serializer,
{
    let bytes = postcard::to_allocvec(values).map_err(S::Error::custom)?;
    serde_bytes::serialize(&bytes, serializer)
}

pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let bytes: Vec<u8> = serde_bytes::deserialize(deserializer)?;
    postcard::from_bytes(&bytes).map_err(D::Error::custom)
}
