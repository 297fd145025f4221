//! What a part says of itself: key-value metadata of the Parquet footer, all keys with the prefix `windrow.`.

use windrow_model::instant::{format_instant_ms, parse_instant_ms};
use windrow_model::{Claim, Dataset, TimeRange};

/// The format written here.
pub(crate) const FORMAT: &str = "1";
/// The prefix of all keys.
pub(crate) const PREFIX: &str = "windrow.";
/// Placeholder for the footer's checksum, which is computed over it.
pub(crate) const NO_CRC: &str = "00000000";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Every event of the range, proven.
    Claim(Claim),
    /// What was seen of the range, not claimed.
    Provisional(TimeRange),
}

/// What a part says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartMeta {
    /// What it belongs to.
    pub dataset: Dataset,
    /// The range its fetch was meant for.
    pub segment: TimeRange,
    /// Its number within the segment.
    pub part: u32,
    /// What it holds.
    pub holds: Holds,
    /// When it was written, epoch milliseconds.
    pub fetched_at_ms: i64,
    /// Pages its rows came on.
    pub pages: u64,
    /// Requests that it took.
    pub requests: u64,
    /// What wrote it.
    pub producer: String,
}

impl PartMeta {
    /// The claimed or provisional range.
    pub const fn range(&self) -> TimeRange {
        match self.holds {
            Holds::Claim(claim) => claim.range,
            Holds::Provisional(range) => range,
        }
    }

    /// Keys without their prefix, and values.
    pub(crate) fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries = vec![
            ("format", FORMAT.to_owned()),
            ("source", self.dataset.source().to_owned()),
            ("log_id", self.dataset.log_id().to_owned()),
            ("query", self.dataset.query().to_owned()),
            ("segment", self.segment.to_string()),
            ("part", self.part.to_string()),
        ];
        match self.holds {
            Holds::Claim(claim) => {
                entries.push(("claim", claim.range.to_string()));
                entries.push(("generation", claim.generation.to_string()));
            }
            Holds::Provisional(range) => entries.push(("provisional", range.to_string())),
        }
        entries.extend([
            ("fetched_at", format_instant_ms(self.fetched_at_ms)),
            ("pages", self.pages.to_string()),
            ("requests", self.requests.to_string()),
            ("producer", self.producer.clone()),
        ]);
        entries
    }

    /// Reads the metadata back. Fails with the key that is missing or cannot be read.
    pub(crate) fn from_entries<'a>(
        get: impl Fn(&'static str) -> Option<&'a str>,
    ) -> Result<Self, &'static str> {
        let text = |key: &'static str| get(key).ok_or(key);
        let holds = match (get("claim"), get("provisional")) {
            (Some(claim), None) => Holds::Claim(Claim {
                range: range(claim).ok_or("claim")?,
                generation: number(&get, "generation")?,
            }),
            (None, Some(shown)) => Holds::Provisional(range(shown).ok_or("provisional")?),
            _ => return Err("claim"),
        };
        Ok(Self {
            dataset: Dataset::new(text("source")?, text("log_id")?, text("query")?)
                .map_err(|_| "log_id")?,
            segment: range(text("segment")?).ok_or("segment")?,
            part: number(&get, "part")?,
            holds,
            fetched_at_ms: parse_instant_ms(text("fetched_at")?).map_err(|_| "fetched_at")?,
            pages: number(&get, "pages")?,
            requests: number(&get, "requests")?,
            producer: text("producer")?.to_owned(),
        })
    }
}

fn number<'a, N: std::str::FromStr>(
    get: &impl Fn(&'static str) -> Option<&'a str>,
    key: &'static str,
) -> Result<N, &'static str> {
    get(key).and_then(|text| text.parse().ok()).ok_or(key)
}

fn range(text: &str) -> Option<TimeRange> {
    let (start, end) = text.split_once("..")?;
    TimeRange::new(start.parse().ok()?, end.parse().ok()?).ok()
}
