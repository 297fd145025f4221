//! The proof of the core: the real engine on a simulated disk, stopped, failed and robbed of its power at every point.
//!
//! | module | noun |
//! | --- | --- |
//! | `dice` | chance that is the same for the same seed |
//! | `world` | a disk, a source, and what was promised so far |
//! | `check` | the four invariants |
//! | `walk` | every stop, every failure, many power cuts of one script |
//! | `scripts` | what is done to the disk, and the tests |
//! | `kills`, `space`, `damage`, `unread` | single faults, one sentence each |

mod check;
mod damage;
mod dice;
mod kills;
mod scripts;
mod space;
mod unread;
mod walk;
mod world;
