//! What both ends need of the browser.
//!
//! | module | of |
//! | --- | --- |
//! | [`task`] | tasks, timers, the wall clock |
//! | [`lock`] | Web Locks |
//! | [`codec`] | messages between page and worker as JavaScript values |

pub mod codec;
pub mod lock;
pub mod task;
