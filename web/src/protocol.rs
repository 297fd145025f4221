//! What page and worker say to each other: serde enums with request ids.
//!
//! The page sends [`ToWorker`], the worker answers each call with exactly one [`FromWorker::Reply`] and may push [`Push`]es for it before.
//! Invariant: sequence numbers cross as text and instants as whole numbers; nothing passes through a double.
//! Memory: rows cross in pages of at most [`ROWS_PER_PAGE`], with each message cut to [`MESSAGE_CUT`] characters.
//!
//! The types are the page's own, not the engine's, so that the page links none of it.

mod held;
mod rows;
mod run;

pub use held::{
    BypassRun, HeldDataset, Holding, Log, Looked, OnDisk, Part, Planned, Problem, Segment, Stretch,
    Summary, Verified, View,
};
pub use rows::{Found, Row, RowPage};
pub use run::{EventLine, Expected, Failure, GapPrice, Pause, Price, Progress, Receipt, Repair};

use serde::{Deserialize, Serialize};
use std::fmt;
use windrow_model::{Dataset, TimeRange};

/// Rows the page asks for at once.
pub const ROWS_PER_PAGE: u32 = 200;

/// Characters of a message that cross for the table; the detail panel asks for the whole.
pub const MESSAGE_CUT: usize = 400;

/// Says which build a file belongs to: page and worker must say the same.
pub const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("WINDROW_BUILD"));

/// Ties a reply to its call.
pub type CallId = u32;

/// Names an opened window in the worker.
pub type ViewId = u32;

/// From page to worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ToWorker {
    /// Do something and reply.
    Call {
        /// Comes back with the reply.
        id: CallId,
        /// What.
        request: Request,
    },
    /// Stop a call; it still replies.
    Cancel {
        /// Which.
        id: CallId,
    },
}

/// From worker to page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker can be called.
    Ready(Hello),
    /// The one answer to a call.
    Reply {
        /// Which call.
        id: CallId,
        /// What came of it.
        reply: Result<Reply, Failed>,
        /// What the worker's memory has grown to; wasm never gives any back.
        memory_bytes: u64,
    },
    /// Something on the way to the answer.
    Push {
        /// Which call.
        id: CallId,
        /// What.
        push: Push,
    },
    /// The worker is about to end; it takes no further call.
    Dying {
        /// Where, without any data.
        place: String,
    },
}

/// How the worker introduces itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Its [`BUILD`].
    pub build: String,
    /// Whether what it writes outlives the tab; if not, why.
    pub refused: Option<String>,
    /// The Web Lock it holds for as long as it lives, where the browser has them.
    pub life: Option<String>,
}

/// How the log API is reached.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Region or base URL.
    pub base_url: String,
    /// The key, where the page holds it; else the companion adds its own.
    pub api_key: Option<String>,
    /// The companion's token.
    pub token: String,
}

/// Without key and token, whatever prints it.
impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// How a run treats what is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunMode {
    /// Fetch what is missing.
    Normal,
    /// Fetch what is missing or damaged.
    Repair,
    /// Fetch everything, beside the cache.
    Bypass,
}

/// When a buffer becomes a part: whichever is reached first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Rows it may hold, at least 1.
    pub rows: u32,
    /// Bytes of all buffers, at least 1.
    pub bytes: u32,
}

/// What a run fetches, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// From where.
    pub connection: Connection,
    /// Which log and query.
    pub dataset: Dataset,
    /// Which range.
    pub window: TimeRange,
    /// How it treats what is held.
    pub mode: RunMode,
    /// Whether fields of messages become columns too.
    pub promote_fields: bool,
    /// When buffers become parts; the defaults where nothing is said.
    pub flush: Option<Thresholds>,
    /// Names the run.
    pub run_id: String,
}

/// What to delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remove {
    /// The whole dataset.
    All,
    /// One segment.
    Segment(TimeRange),
    /// One part.
    Part(String),
    /// What a bypass run has left.
    Run(String),
}

/// What the page asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Request {
    /// The logs of the API. Pushes [`Push::Paused`], gives [`Reply::Logs`].
    Logs { connection: Connection },
    /// What is held of a window, without any network. Gives [`Reply::Looked`].
    Look {
        dataset: Dataset,
        window: TimeRange,
        bypass_run: Option<String>,
    },
    /// What fetching would cost, by the source's own count. Pushes [`Push::Paused`], gives [`Reply::Priced`].
    Price {
        connection: Connection,
        dataset: Dataset,
        window: TimeRange,
        mode: RunMode,
    },
    /// Fetch a window. Pushes progress and events, gives [`Reply::Fetched`].
    Fetch(Fetch),
    /// Some rows of an opened window. Gives [`Reply::Rows`].
    Rows {
        view: ViewId,
        first: u64,
        limit: u32,
    },
    /// One whole row. Gives [`Reply::Row`].
    Row { view: ViewId, row: u64 },
    /// The rows whose message holds a text. Pushes [`Push::Searched`], gives [`Reply::Found`].
    Find { view: ViewId, text: String },
    /// The window in numbers. Gives [`Reply::Summary`].
    Summary { view: ViewId },
    /// The segments of a dataset, and what lies beside them. Gives [`Reply::Segments`].
    Segments { dataset: Dataset },
    /// Everything held, by dataset. Gives [`Reply::Datasets`].
    Datasets,
    /// Remove some of a dataset. Gives [`Reply::Deleted`].
    Delete { dataset: Dataset, remove: Remove },
    /// Re-read every byte of a window. Pushes [`Push::Verified`], gives [`Reply::Verified`].
    Verify { dataset: Dataset, window: TimeRange },
    /// The bytes of a part. Gives [`Reply::Part`].
    ReadPart { path: String },
}

/// What the worker answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Reply {
    /// Answers [`Request::Logs`].
    Logs(Vec<Log>),
    /// Answers [`Request::Look`].
    Looked(Box<Looked>),
    /// Answers [`Request::Price`].
    Priced(Price),
    /// Answers [`Request::Fetch`].
    Fetched(Box<Receipt>),
    /// Answers [`Request::Rows`].
    Rows(RowPage),
    /// Answers [`Request::Row`].
    Row(Box<Row>),
    /// Answers [`Request::Find`].
    Found(Found),
    /// Answers [`Request::Summary`].
    Summary(Box<Summary>),
    /// Answers [`Request::Segments`].
    Segments(OnDisk),
    /// Answers [`Request::Datasets`].
    Datasets(Vec<HeldDataset>),
    /// Answers [`Request::Delete`].
    Deleted {
        /// Files removed.
        files: u64,
        /// Bytes freed.
        bytes: u64,
    },
    /// Answers [`Request::Verify`].
    Verified(Verified),
    /// Answers [`Request::ReadPart`].
    Part(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// What is said on the way to an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Push {
    /// A run got further.
    Progress(Progress),
    /// A run waits for another tab that writes to the same dataset. Told again while it waits.
    Waiting,
    /// A request beside a run waits.
    Paused(Pause),
    /// A structured event of a run.
    Event(EventLine),
    /// Rows a find has been through.
    Searched(u64),
    /// Parts a verification has been through, and all of them.
    Verified(u64, u64),
}

/// What a person can do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailKind {
    /// Stopped on request.
    Cancelled,
    /// Try again.
    Retry,
    /// Change the request.
    ChangeRequest,
    /// Give another key or region.
    SignIn,
    /// Free space.
    FreeSpace,
    /// Choose another place to write.
    ChangePlace,
    /// Fetch again or delete.
    Repair,
    /// The worker ended; a new one was started.
    WorkerEnded,
    /// The opened window is not known; open it again.
    Reopen,
    /// A file of the opened window was deleted since; open it again, and fetch what is missing then.
    Gone,
    /// Report it.
    Report,
}

/// A request that failed: words, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What happened.
    pub message: String,
    /// The next step.
    pub remedy: String,
    /// The same for the page.
    pub kind: FailKind,
    /// The part that fails a check, where that is the reason.
    pub damaged: Option<String>,
}

impl Failed {
    /// A failure that no damaged part is the reason of.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>, kind: FailKind) -> Self {
        Self {
            message: message.into(),
            remedy: remedy.into(),
            kind,
            damaged: None,
        }
    }
}
