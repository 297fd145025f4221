//! What the worker of the page and a scan worker say to each other: bytes, whose buffer is transferred.

use js_sys::{Array, Uint8Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use wasm_bindgen::{JsCast, JsValue};
use windrow_engine::{Answers, Portion, Searched};
use windrow_protocol::{Memory, OpenWindow, Question};

/// To a scan worker.
#[derive(Serialize, Deserialize)]
pub(super) enum ToScan {
    /// A window that is going to be asked about.
    Open(Opening),
    /// A question, under a number.
    Ask { id: u32, asked: Box<Asked> },
    /// That question is not of interest any more.
    Cancel { id: u32 },
}

/// A window as whoever asks sees it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Opening {
    pub(crate) window: OpenWindow,
    /// Which parts make it up: what is seen otherwise is not asked.
    pub(crate) snapshot: u32,
}

/// A question about a portion of a window.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) opening: Opening,
    pub(crate) portion: Portion,
    pub(crate) filter: String,
    pub(crate) question: Question,
    pub(crate) keeps_rows: bool,
    /// The rows to which all but the histogram is limited.
    pub(crate) only: Option<Range<u64>>,
    /// Room for decoded columns.
    pub(crate) decoded_bytes: usize,
}

/// From a scan worker.
#[derive(Serialize, Deserialize)]
pub(super) enum FromScan {
    /// It can be asked.
    Ready {
        build: String,
        /// The Web Lock that it holds for as long as it lives.
        lock: Option<String>,
    },
    /// What it knows so far; once its portion was gone through, that is final.
    Known {
        id: u32,
        known: Box<Known>,
        memory: Memory,
    },
    /// It gives no answer.
    Refused { id: u32 },
}

/// What is known of a portion.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) searched: Searched,
    pub(crate) answers: Answers,
}

impl Known {
    pub(crate) fn merge(&mut self, other: Self) {
        self.searched.merge(&other.searched);
        self.answers.merge(other.answers);
    }
}

/// The message as a value, with the buffer to transfer; nothing where it cannot be one.
pub(super) fn encode(message: &impl Serialize) -> Option<(JsValue, Array)> {
    let bytes = Uint8Array::from(postcard::to_allocvec(message).ok()?.as_slice());
    Some((bytes.clone().into(), Array::of1(&bytes.buffer())))
}

/// The message of a value, if it is one.
pub(super) fn decode<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    let bytes = value.dyn_into::<Uint8Array>().ok()?.to_vec();
    postcard::from_bytes(&bytes).ok()
}
