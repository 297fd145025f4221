//! What a power cut leaves of each file, as the test chooses.

use super::SimulatedDisk;
use super::state::File;
use bytes::Bytes;
use std::ops::Range;

/// A file at the moment the power was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remnant {
    /// Its path.
    pub path: String,
    /// Its size then.
    pub size: usize,
    /// How durable it was.
    pub state: RemnantState,
}

/// How durable a file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemnantState {
    /// Flushed.
    Synced,
    /// Written and not flushed since.
    Unsynced,
    /// Removed; it may come back.
    Removed,
}

/// What is left of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All of it; a removed file is back.
    Kept,
    /// Nothing; a removed file stays away.
    Lost,
    /// Its first bytes.
    Cut(usize),
    /// All of its length, some of it zeros.
    Zeroed(Range<usize>),
    /// All of it but for some bits of one byte.
    Flipped {
        /// Which byte.
        at: usize,
        /// The bits flipped.
        mask: u8,
    },
}

impl Fate {
    /// What is left of `bytes`.
    pub fn apply(&self, mut bytes: Bytes) -> Option<Bytes> {
        match self {
            Self::Kept => Some(bytes),
            Self::Lost => None,
            Self::Cut(size) => {
                bytes.truncate(*size);
                Some(bytes)
            }
            Self::Zeroed(range) => {
                let mut bytes = Vec::from(bytes);
                let end = range.end.min(bytes.len());
                if let Some(zeroed) = bytes.get_mut(range.start.min(end)..end) {
                    zeroed.fill(0);
                }
                Some(bytes.into())
            }
            Self::Flipped { at, mask } => {
                let mut bytes = Vec::from(bytes);
                if let Some(byte) = bytes.get_mut(*at) {
                    *byte ^= mask;
                }
                Some(bytes.into())
            }
        }
    }
}

impl SimulatedDisk {
    /// Cuts the power and restarts with what `fate` leaves of each file, in order of their paths. Gives what was chosen.
    pub fn cut_power(&self, mut fate: impl FnMut(&Remnant) -> Fate) -> Vec<(Remnant, Fate)> {
        let mut restarted = self.state().copy();
        let files = std::mem::take(&mut restarted.files);
        let mut removed = std::mem::take(&mut restarted.removed);
        removed.retain(|path, _| !files.contains_key(path));
        let files = files.into_iter().map(|(path, File { bytes, is_synced })| {
            let state = if is_synced {
                RemnantState::Synced
            } else {
                RemnantState::Unsynced
            };
            (path, bytes, state)
        });
        let removed = removed
            .into_iter()
            .map(|(path, bytes)| (path, bytes, RemnantState::Removed));
        let mut chosen = Vec::new();
        for (path, bytes, state) in files.chain(removed).collect::<Vec<_>>() {
            let remnant = Remnant {
                path,
                size: bytes.len(),
                state,
            };
            let fate = fate(&remnant);
            if let Some(bytes) = fate.apply(bytes) {
                restarted.plant(&remnant.path, bytes);
            }
            chosen.push((remnant, fate));
        }
        *self.state() = restarted;
        chosen
    }
}
