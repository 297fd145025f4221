//! The port through which a log API is asked for the events of a range, page by page.

use crate::error::SourceError;
use serde::{Deserialize, Serialize};
use windrow_model::{Dataset, EventBatch, TimeRange};

/// A log as a source lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogInfo {
    /// The API's name for it.
    pub id: String,
    /// The name people know it by.
    pub name: String,
}

/// One uninterrupted stretch to fetch: the range, of one log, with one query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliceRequest {
    /// The log.
    pub log_id: String,
    /// The query; empty for none.
    pub query: String,
    /// The range whose events are wanted, half-open. What is really asked for may be wider by the profile's bound rule.
    pub range: TimeRange,
}

impl SliceRequest {
    /// The range `range` of a dataset.
    pub fn of(dataset: &Dataset, range: TimeRange) -> Self {
        Self {
            log_id: dataset.log_id().to_owned(),
            query: dataset.query().to_owned(),
            range,
        }
    }
}

/// Where a page is asked for. Opaque to all but its source; a page can be asked for again from its cursor.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor(pub String);

/// In which order a source gives the events of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Ascending by time, ties included: everything before the newest timestamp has been given.
    Ascending,
    /// None: nothing is proven before the slice is whole.
    Unordered,
}

/// Whether a source gives events exactly on a bound of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// On the lower one and not on the upper one.
    HalfOpen,
    /// Documented for neither: one millisecond more is asked for on each side, and the answer is filtered.
    Unknown,
}

/// What a source promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The `source` of a dataset's identity.
    pub source: String,
    /// Order of events in a slice.
    pub order: Order,
    /// Its bound rule.
    pub bounds: Bounds,
    /// Events one page may hold at most.
    pub page_limit: u32,
    /// Requests that a page takes at least, of those that the quota counts.
    pub requests_per_page: u32,
    /// The rate limit as the vendor documents it, for as long as no response has said what is left. `None` where there is none.
    pub documented_quota: Option<Quota>,
    /// Bytes of the longest event that is taken in.
    pub max_event_bytes: u64,
    /// How long after a millisecond its events may still arrive, in milliseconds.
    pub settle_ms: i64,
}

impl Profile {
    /// The bounds to send, epoch milliseconds, so that every event of `range` is in the answer.
    pub fn asked(&self, range: TimeRange) -> (i64, i64) {
        let from_ms = match self.bounds {
            Bounds::HalfOpen => range.start_ms(),
            // There is nothing before the first millisecond of time.
            Bounds::Unknown => (range.start_ms() - 1).max(0),
        };
        (from_ms, range.end_ms())
    }

    /// First and last millisecond that an answer to [`asked`](Self::asked) may hold events of.
    pub fn within(&self, range: TimeRange) -> (i64, i64) {
        let (first_ms, end_ms) = self.asked(range);
        match self.bounds {
            Bounds::HalfOpen => (first_ms, end_ms - 1),
            Bounds::Unknown => (first_ms, end_ms),
        }
    }
}

/// How many events the identical request has, and the server's time when it said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Events of the request, bounds as the source applies them.
    pub events: u64,
    /// The server's `Date`, epoch milliseconds, where it sent one.
    pub server_ms: Option<i64>,
    /// Requests this took, polls and retries included.
    pub requests: u64,
    /// The source says the range lies at least partly beyond what it keeps.
    pub beyond_retention: bool,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another page, from here.
    More(Cursor),
    /// The chain ended in a proper events answer.
    Complete,
}

/// An event larger than its source takes in: all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its time, epoch milliseconds.
    pub timestamp_ms: i64,
    /// The source's own name for it, where it has one.
    pub id: Option<String>,
    /// Its size.
    pub bytes: u64,
}

/// One page's outcome; its events were appended to the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Events of the page, refused ones among them, before any filter.
    pub received: u64,
    /// Events that were too large and not appended: nothing may claim their milliseconds.
    pub refused: Vec<Refused>,
    /// What follows.
    pub verdict: Verdict,
    /// The source says, on this page or one before it, that the range lies at least partly beyond what it keeps: nothing of the chain
    /// proves emptiness.
    pub beyond_retention: bool,
    /// The server's `Date`, epoch milliseconds, where it sent one.
    pub server_ms: Option<i64>,
    /// Requests this took, polls and retries included.
    pub requests: u64,
    /// Body bytes of the events answer.
    pub bytes: u64,
}

/// Something a person waiting may want to know; for progress only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The source works on the query; percent done, where it says so.
    Running {
        /// 0 to 100.
        percent: Option<u8>,
    },
    /// A wait before the same request is sent again.
    Waiting {
        /// Why.
        reason: String,
        /// How long, in milliseconds.
        wait_ms: u64,
        /// Which try comes next: from 2 after a failure. A wait for the rate limit is none, and does not count.
        attempt: u32,
    },
}

/// What the rate limit leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Requests that may still be sent in this period.
    pub left: u64,
    /// When there are new ones, from now, in milliseconds.
    pub resets_in_ms: u64,
    /// Requests of a whole period.
    pub a_period: u64,
    /// How long a period is, in milliseconds.
    pub period_ms: u64,
}

/// A log API.
///
/// # Contract
/// - [`page`](Self::page) appends the page's events to the batch and gives what follows, or fails and leaves the batch as it was.
///   It polls a running query and retries what may pass; a cursor can be asked for again at any time.
/// - Events are appended as they came: nothing is filtered or dropped here, and nothing is sorted but a page that is a whole stretch of
///   time, none of whose events comes with another page.
/// - [`Verdict::Complete`] is given only after a proper events answer, never for a short page or a statistics answer.
/// - [`count`](Self::count) asks for exactly the range, log and query that the first page of the slice asks for.
/// - Dropping a future cancels it, with its request.
/// - Errors never carry keys, URLs with a query, or message text.
#[expect(
    async_fn_in_trait,
    reason = "futures stay on one thread, so no Send bound is wanted"
)]
pub trait LogSource {
    /// What this source promises.
    fn profile(&self) -> &Profile;

    /// Requests sent so far, those that failed or were given up among them.
    fn requests(&self) -> u64;

    /// What the rate limit leaves, as far as answers have told.
    fn quota(&self) -> Option<Quota> {
        None
    }

    /// How many requests are still to come, at least: a source that has fewer left may spread those.
    fn expect(&self, requests: u64) {
        let _ = requests;
    }

    /// The logs one can choose from.
    async fn logs(&self, notices: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError>;

    /// How many events the slice has by the source's own count.
    async fn count(
        &self,
        slice: &SliceRequest,
        notices: &dyn Fn(Notice),
    ) -> Result<Count, SourceError>;

    /// Where the slice's first page is asked for. Sends nothing. Fails where the query cannot give events (it aggregates).
    fn first(&self, slice: &SliceRequest) -> Result<Cursor, SourceError>;

    /// Fetches one page.
    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        notices: &dyn Fn(Notice),
    ) -> Result<Page, SourceError>;
}
