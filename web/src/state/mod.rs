//! What the page knows: plain values with pure updates.
//!
//! Nothing here touches a browser, a clock or the worker; views read it, tests run it natively.

pub mod axis;
pub mod cache;
pub mod coverage;
pub mod escape;
pub mod find;
pub mod instant;
pub mod journal;
pub mod json;
pub mod looks;
pub mod place;
pub mod price;
pub mod receipt;
pub mod restarts;
pub mod run;
pub mod scroll;
pub mod standing;
pub mod table;
pub mod tag;
pub mod typed;
pub mod words;
