//! A failure where it happened: what happened, and what to do next.

use super::el::{El, el};
use crate::protocol::Failed;

/// Both in an element of this tag.
pub(crate) fn problem(tag: &'static str, failed: Failed) -> El {
    el(tag)
        .child(el("strong").child(failed.message))
        .child(el("span").child(failed.remedy))
}
