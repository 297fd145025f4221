//! A plain text search over the messages of an opened window.
//!
//! Memory: the messages of one row group, and the numbers of at most `MAX_FOUND` matching rows.

use crate::cancel::Cancel;
use crate::error::EngineError;
use crate::read::rows::pieces;
use crate::read::window::Opened;
use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use windrow_columnar::Projection;
use windrow_model::EventBatch;
use windrow_store::BlobStore;

/// How many matching rows are remembered by number; more are counted.
const MAX_FOUND: usize = 100_000;

/// What to look for in messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// The text; an empty one is found nowhere.
    pub text: String,
    /// Whether upper and lower case are the same.
    pub ignore_case: bool,
}

/// Where it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Matching rows.
    pub matches: u64,
    /// Their numbers within the window, in order.
    pub rows: Vec<u64>,
    /// Whether there are more than `rows` names.
    pub truncated: bool,
    /// Rows searched; fewer than the window has where the search was stopped.
    pub searched: u64,
}

impl<S: BlobStore> Opened<S> {
    /// Searches every row of the window, and tells how many it has searched. Stops between row groups when cancelled.
    pub async fn find(
        &self,
        find: &Find,
        cancel: &Cancel,
        progress: &dyn Fn(u64),
    ) -> Result<Found, EngineError> {
        let mut found = Found::default();
        if find.text.is_empty() {
            return Ok(found);
        }
        let needle = Needle::new(find);
        for span in &self.spans {
            for (index, within) in pieces(span, &span.rows) {
                let read = self.groups.decode(
                    &*self.store,
                    &span.part,
                    index,
                    within,
                    Projection::Messages,
                );
                let Ok(batch) = cancel.race(read).await else {
                    return Ok(found);
                };
                let batch = batch?;
                for row in needle.rows_of(&batch) {
                    found.matches += 1;
                    if found.rows.len() < MAX_FOUND {
                        found.rows.push(found.searched + row as u64);
                    } else {
                        found.truncated = true;
                    }
                }
                found.searched += batch.len() as u64;
                progress(found.searched);
            }
        }
        Ok(found)
    }
}

enum Needle {
    Exact(Box<Finder<'static>>),
    AnyCase(String),
}

impl Needle {
    fn new(find: &Find) -> Self {
        if find.ignore_case {
            Self::AnyCase(find.text.to_lowercase())
        } else {
            Self::Exact(Box::new(Finder::new(find.text.as_bytes()).into_owned()))
        }
    }

    fn rows_of<'a>(&'a self, batch: &'a EventBatch) -> impl Iterator<Item = usize> + 'a {
        (0..batch.len()).filter(|row| {
            let message = batch.messages.get(*row).unwrap_or_default();
            match self {
                Self::Exact(finder) => finder.find(message.as_bytes()).is_some(),
                Self::AnyCase(lower) => contains_any_case(message, lower),
            }
        })
    }
}

/// Whether `message` contains `lower`, which is in lower case already.
fn contains_any_case(message: &str, lower: &str) -> bool {
    if !message.is_ascii() || !lower.is_ascii() {
        return message.to_lowercase().contains(lower);
    }
    let (message, lower) = (message.as_bytes(), lower.as_bytes());
    let Some(first) = lower.first() else {
        return false;
    };
    let starts = memchr::memchr2_iter(*first, first.to_ascii_uppercase(), message);
    for start in starts {
        if message
            .get(start..start + lower.len())
            .is_some_and(|piece| piece.eq_ignore_ascii_case(lower))
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::contains_any_case;

    #[test]
    fn case_is_ignored_in_and_outside_ascii() {
        assert!(contains_any_case("Accepted PASSWORD for root", "password"));
        assert!(contains_any_case("\u{c4}rger", "\u{e4}rger"));
        assert!(!contains_any_case("pass word", "password"));
        assert!(!contains_any_case("passwor", "password"));
    }
}
