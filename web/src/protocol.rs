//! What page and worker say to each other: serde enums with request ids.
//!
//! The page sends [`ToWorker`], the worker answers each call with exactly one [`FromWorker::Reply`] and may push [`Push`]es for it before.
//! Invariant: sequence numbers cross as text and instants as whole numbers; nothing passes through a double except match lists, which hold row numbers.
//! Memory: rows cross in pages of at most [`ROWS_PER_PAGE`], with each message cut to [`MESSAGE_CUT`] characters.
//!
//! The types are the page's own, not the engine's, so that the page links none of it.

use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, Decision, Plan, TimeRange};

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
}

/// How the log API is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Region or base URL.
    pub base_url: String,
    /// The key, where the page holds it; else the companion adds its own.
    pub api_key: Option<String>,
    /// The companion's token.
    pub token: String,
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

/// What to delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remove {
    /// The whole dataset.
    All,
    /// One segment.
    Segment(TimeRange),
    /// One part.
    Part(String),
}

/// What the page asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Request {
    /// The logs of the API. Gives [`Reply::Logs`].
    Logs { connection: Connection },
    /// What is held of a window, without any network. Gives [`Reply::Looked`].
    Look {
        dataset: Dataset,
        window: TimeRange,
        bypass_run: Option<String>,
    },
    /// What fetching would cost, by the source's own count. Gives [`Reply::Priced`].
    Price {
        connection: Connection,
        dataset: Dataset,
        window: TimeRange,
        mode: RunMode,
    },
    /// Fetch a window. Pushes progress and events, gives [`Reply::Fetched`].
    Fetch {
        connection: Connection,
        dataset: Dataset,
        window: TimeRange,
        mode: RunMode,
        run_id: String,
    },
    /// Some rows of an opened window. Gives [`Reply::Rows`].
    Rows {
        view: ViewId,
        first: u64,
        limit: u32,
    },
    /// One whole row. Gives [`Reply::Row`].
    Row { view: ViewId, row: u64 },
    /// The rows whose message holds a text. Pushes [`Push::Searched`], gives [`Reply::Found`].
    Find {
        view: ViewId,
        text: String,
        ignore_case: bool,
    },
    /// The window in numbers. Gives [`Reply::Summary`].
    Summary { view: ViewId },
    /// Everything held, by dataset. Gives [`Reply::Datasets`].
    Datasets,
    /// Remove some of a dataset. Gives [`Reply::Deleted`].
    Delete { dataset: Dataset, remove: Remove },
    /// Re-read every byte. Pushes [`Push::Verified`], gives [`Reply::Verified`].
    Verify {
        dataset: Dataset,
        window: Option<TimeRange>,
    },
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
}

/// A log one can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The API's name for it.
    pub id: String,
    /// The name people know it by.
    pub name: String,
}

/// What is held of a window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Looked {
    /// What is held and what is missing.
    pub plan: Plan,
    /// The opened window; nothing where it cannot be read.
    pub view: Option<View>,
    /// Why it cannot be read.
    pub refused: Option<Failed>,
    /// The segments of the whole dataset.
    pub segments: Vec<Segment>,
    /// Files of the dataset that prove nothing.
    pub problems: Vec<Problem>,
}

/// An opened window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Its name in the worker.
    pub id: ViewId,
    /// Rows that can be read, provisional ones included.
    pub rows: u64,
    /// Rows that are proven.
    pub proven_rows: u64,
    /// The whole window in order, each stretch in one state.
    pub stretches: Vec<Stretch>,
}

impl View {
    /// Whether anything of the window is held, were it only proven empty.
    pub fn holds_any(&self) -> bool {
        self.stretches
            .iter()
            .any(|stretch| stretch.state != Holding::Missing)
    }
}

/// A stretch of a window in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Where.
    pub range: TimeRange,
    /// How it is held.
    pub state: Holding,
    /// Rows.
    pub rows: u64,
    /// Bytes of the parts behind it.
    pub bytes: u64,
    /// When the oldest of it was fetched, epoch milliseconds.
    pub fetched_at_ms: Option<i64>,
}

/// How a stretch is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holding {
    /// Proven, with rows.
    Cached,
    /// Proven, without rows.
    Empty,
    /// Shown, not proven.
    Provisional,
    /// Not held.
    Missing,
    /// Was held and fails a check.
    Damaged,
}

/// A segment directory with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Directory below the cache root.
    pub dir: String,
    /// The range it was fetched for.
    pub range: TimeRange,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Path below the cache root.
    pub path: String,
    /// Its claim, or the range of a provisional file.
    pub claim: TimeRange,
    /// Which repair wrote it.
    pub generation: u32,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// When it was fetched, epoch milliseconds.
    pub fetched_at_ms: i64,
    /// Whether any millisecond is read through it.
    pub owned: bool,
    /// Shown, not claimed.
    pub provisional: bool,
}

/// A file that proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Path below the cache root.
    pub path: String,
    /// `torn`, `damaged`, `unreadable`, `foreign` or `newer`.
    pub kind: String,
    /// In words.
    pub reason: String,
    /// The range it was meant for.
    pub range: Option<TimeRange>,
}

impl Problem {
    /// Whether data that was held is lost or cannot be read now.
    pub fn is_damage(&self) -> bool {
        matches!(self.kind.as_str(), "damaged" | "unreadable")
    }
}

/// What fetching would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Each gap's own.
    pub gaps: Vec<GapPrice>,
    /// Events of all gaps.
    pub events: u64,
    /// Pages of all gaps.
    pub pages: u64,
    /// Requests of all gaps.
    pub requests: u64,
    /// What would be provisional.
    pub provisional: Option<TimeRange>,
    /// Requests the pricing itself took.
    pub spent_requests: u64,
}

/// What fetching a gap would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapPrice {
    /// The gap.
    pub range: TimeRange,
    /// Events by the source's count.
    pub events: u64,
    /// Pages.
    pub pages: u64,
    /// Whether it lies beyond what the source keeps.
    pub beyond_retention: bool,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The gap being fetched.
    pub gap: TimeRange,
    /// Its place among the gaps, from 0.
    pub gap_index: u32,
    /// How many gaps there are.
    pub gap_count: u32,
    /// Everything of the gap before this is kept.
    pub kept_until_ms: i64,
    /// The newest event received.
    pub received_until_ms: i64,
    /// Events expected in this gap.
    pub expected_rows: Option<u64>,
    /// Events received in this gap.
    pub gap_rows: u64,
    /// Events received in the run.
    pub rows: u64,
    /// Pages of the run.
    pub pages: u64,
    /// Requests of the run.
    pub requests: u64,
    /// Body bytes received.
    pub bytes_received: u64,
    /// Parts written.
    pub parts: u64,
    /// What the source is waiting for.
    pub notice: Option<String>,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whether everything asked for is held now.
    pub ok: bool,
    /// How the window related to what was held.
    pub decision: Decision,
    /// Rows of the window that are proven.
    pub rows: u64,
    /// Rows this run kept.
    pub rows_written: u64,
    /// Pages received.
    pub pages: u64,
    /// Requests sent.
    pub requests: u64,
    /// Parts written.
    pub parts: u64,
    /// Bytes written.
    pub bytes_written: u64,
    /// Body bytes received.
    pub bytes_received: u64,
    /// Events received twice and kept once.
    pub duplicates: u64,
    /// Start to end, milliseconds.
    pub duration_ms: u64,
    /// Stopped on request.
    pub cancelled: bool,
    /// Ranges proven and kept.
    pub kept: Vec<TimeRange>,
    /// Ranges shown, not proven.
    pub provisional: Vec<TimeRange>,
    /// Ranges that failed.
    pub failures: Vec<Failure>,
    /// Parts a repair replaced or kept.
    pub repairs: Vec<Repair>,
    /// The run whose bypass directory holds the rows.
    pub bypass_run: Option<String>,
    /// The same record as `--json` prints it.
    pub json: String,
}

/// A range that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What is still missing.
    pub range: TimeRange,
    /// What happened.
    pub reason: String,
    /// The next step.
    pub remedy: String,
}

/// A damaged part that was fetched again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The damaged part.
    pub path: String,
    /// Rows its footer names.
    pub rows_before: u64,
    /// Rows the repair holds.
    pub rows_after: u64,
    /// Whether it was removed.
    pub removed: bool,
}

/// Rows as they cross.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowPage {
    /// Number of the first row, from 0.
    pub first: u64,
    /// In order.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Epoch milliseconds.
    pub ms: i64,
    /// The sequence number, or the source's id where it is text.
    pub id: Option<String>,
    /// The message, cut in pages.
    pub message: String,
    /// Bytes of the whole message.
    pub message_bytes: u64,
    /// Labels.
    pub labels: Vec<String>,
    /// JSON of the fields without a column.
    pub extra: Option<String>,
    /// Shown, not proven.
    pub provisional: bool,
}

impl Row {
    /// Whether the message is longer than what is here.
    pub fn is_cut(&self) -> bool {
        (self.message.len() as u64) < self.message_bytes
    }
}

/// What a find found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Rows that match.
    pub matches: u64,
    /// Their numbers in order, as many as cross; a row number is far below 2^53.
    pub rows: Vec<f64>,
    /// Whether there are more than crossed.
    pub truncated: bool,
    /// Rows searched.
    pub searched: u64,
}

/// A window in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Proven rows.
    pub rows: u64,
    /// Provisional rows.
    pub provisional_rows: u64,
    /// Name, type and, where known, number of absent values.
    pub columns: Vec<(String, String, Option<u64>)>,
    /// First event.
    pub first_ms: Option<i64>,
    /// Last event.
    pub last_ms: Option<i64>,
    /// Parts.
    pub parts: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether every millisecond is proven.
    pub complete: bool,
    /// Whether every byte behind this was read.
    pub verified: bool,
    /// The same record as `--json` prints it.
    pub json: String,
}

/// A dataset as the list of what is held shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldDataset {
    /// Its directory.
    pub directory: String,
    /// What it is, where its parts say so.
    pub dataset: Option<Dataset>,
    /// The ranges held.
    pub ranges: Vec<TimeRange>,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Parts.
    pub parts: u64,
    /// Files that prove nothing.
    pub problems: u64,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Whether every byte is as it was written.
    pub ok: bool,
    /// Parts read.
    pub parts: u64,
    /// Rows decoded.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Claims that overlap, in words.
    pub overlaps: Vec<String>,
}

/// A structured event: the line as it is written, and what the list shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLine {
    /// When, RFC 3339.
    pub ts: String,
    /// `INFO`, `WARN` or `ERROR`.
    pub level: String,
    /// Its name.
    pub event: String,
    /// The whole event as one JSON object.
    pub json: String,
}
