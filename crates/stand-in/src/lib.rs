//! Our own Log Search server: the protocol over real HTTP, with logs of its own, for demonstration and tests.
//!
//! In the order a request takes:
//!
//! | module | does |
//! | --- | --- |
//! | `stand_in` | what is served and how, put together by [`StandIn::builder`] |
//! | `serve` | listener and connections; [`Running`] is the handle |
//! | `answer` | routes, keys, quota, parameters, headers |
//! | [`fault`] | what goes wrong with which request |
//! | `running` | queries under way and their polls |
//! | `page`, `filter` | which events a query gives, and the bodies |
//! | `kept` | answers that are given again, for measurements |
//! | `log`, `generated`, [`replay`] | where events come from |
//! | [`record`] | what was asked |
//!
//! Invariant: answers follow from the logs, the script and the clock alone, so a run can be repeated.
//! It knows nothing of the connector that talks to it: both follow the protocol, and neither the other's mistakes.
//! The alternative refused: a mock inside the tests. It would never cut a connection or put a length wrong.

mod answer;
mod clock;
mod dice;
pub mod fault;
mod filter;
mod generated;
mod kept;
mod log;
mod page;
mod quota;
pub mod record;
pub mod replay;
mod running;
mod serve;
mod stand_in;

pub use fault::{Fault, FaultScript, Rule, ScriptError};
pub use log::log_key;
pub use record::{RequestKind, RequestRecord};
pub use replay::{ReplayError, Replayed, Unusable, Zone};
pub use serve::Running;
pub use stand_in::{Bounds, Builder, ServedLog, StandIn};
