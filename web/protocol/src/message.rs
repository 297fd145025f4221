//! The envelopes: what tells calls, replies and pushes apart.
//!
//! Replies and pushes stay JavaScript values here; only the call knows their type.

use super::{CallId, Failed, Request};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

/// From page to worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Do something and reply.
    Call {
        /// Comes back with the reply.
        id: CallId,
        /// What to do.
        request: Request,
    },
    /// Stop a call; it still replies.
    Cancel {
        /// Which.
        id: CallId,
    },
}

/// From worker to page.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker can be called.
    Ready(Hello),
    /// The one outcome of a call that went well.
    Reply {
        /// Which call.
        id: CallId,
        /// Its [`Call::Reply`](super::Call::Reply).
        #[serde(with = "serde_wasm_bindgen::preserve")]
        reply: JsValue,
        /// The memory of the worker and of those that scan for it.
        memory: Memory,
    },
    /// The one outcome of a call that failed.
    Failed {
        /// Which call.
        id: CallId,
        /// Why.
        failed: Failed,
        /// The memory of the worker and of those that scan for it.
        memory: Memory,
    },
    /// Something before the outcome.
    Push {
        /// Which call.
        id: CallId,
        /// Its [`Call::Push`](super::Call::Push).
        #[serde(with = "serde_wasm_bindgen::preserve")]
        push: JsValue,
    },
    /// The worker has panicked; it takes no further call.
    Panicked {
        /// Where, without any data.
        place: String,
    },
}

/// The memory of workers; wasm never gives any back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// All of it.
    pub bytes: u64,
    /// What of it is kept to answer the next question faster.
    pub kept_bytes: u64,
}

impl std::iter::Sum for Memory {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, memory| Self {
            bytes: sum.bytes + memory.bytes,
            kept_bytes: sum.kept_bytes + memory.kept_bytes,
        })
    }
}

/// How the worker introduces itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Its [`BUILD`](super::BUILD).
    pub build: String,
    /// Why the browser keeps no files; what is fetched is gone with the worker then.
    pub storage_error: Option<String>,
    /// The Web Lock it holds for as long as it lives, where the browser has them.
    pub lock: Option<String>,
}
