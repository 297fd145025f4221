//! One of several portions of the parts of a window, each asked by a worker of its own.
//!
//! With as many workers a part is always in the same portion, so that whoever asked it before has its columns at hand.

use serde::{Deserialize, Serialize};

/// The parts of one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    number: u32,
    of: u32,
}

impl Portion {
    /// All parts.
    pub const WHOLE: Self = Self { number: 0, of: 1 };

    /// All portions, when there are so many.
    pub fn all(of: u32) -> impl Iterator<Item = Self> {
        (0..of.max(1)).map(move |number| Self {
            number,
            of: of.max(1),
        })
    }

    /// Whether a part is in it.
    pub(super) fn has(self, path: &str) -> bool {
        crc32c::crc32c(path.as_bytes()) % self.of == self.number
    }
}
