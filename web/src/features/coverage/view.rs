//! The coverage of the window on the page.

mod notices;
mod sentence;
mod verify;

pub(crate) use notices::CoverageNotices;
pub(crate) use sentence::{CoverageSentence, Decision};
pub(crate) use verify::VerifyButton;
