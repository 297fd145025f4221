//! The parameters of a query, as they came and checked.

use crate::filter::Filter;
use crate::log::Log;
use crate::page::Ask;
use crate::record::RequestKind;
use axum::extract::Query;
use axum::http::Uri;
use std::collections::HashMap;
use std::sync::Arc;

/// Events a page where the request does not say.
const DEFAULT_PER_PAGE: u32 = 50;

/// Events a page at most.
const MAX_PER_PAGE: u32 = 500;

/// Names and values behind the question mark.
#[derive(Debug, Default)]
pub(super) struct Params(HashMap<String, String>);

impl Params {
    pub(super) fn of(uri: &Uri) -> Self {
        Self(
            Query::try_from_uri(uri)
                .map(|Query(map)| map)
                .unwrap_or_default(),
        )
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.parse().ok()
    }

    /// Which page of its chain is asked for, from 1.
    pub(super) fn page(&self) -> u64 {
        self.number("page")
            .and_then(|page| u64::try_from(page).ok())
            .unwrap_or(1)
    }

    pub(super) fn kind(&self) -> RequestKind {
        let aggregates = Filter::parse(self.text("query")).is_ok_and(|filter| filter.aggregates);
        if aggregates {
            RequestKind::Count
        } else if self.text("next_page") == "true" {
            RequestKind::Page
        } else {
            RequestKind::Submit
        }
    }

    /// The query they make, or why they make none.
    pub(super) fn ask(&self, log: Arc<Log>) -> Result<Ask, String> {
        let bound = |name: &str| {
            let ms = self.number(name);
            ms.ok_or_else(|| format!("`{name}` is missing or no number of milliseconds"))
        };
        let (from_ms, to_ms) = (bound("from")?, bound("to")?);
        if from_ms > to_ms {
            return Err("`from` lies after `to`".to_owned());
        }
        let per_page = if self.text("per_page").is_empty() {
            Some(DEFAULT_PER_PAGE)
        } else {
            self.text("per_page").parse().ok()
        };
        let per_page = per_page
            .filter(|count| (1..=MAX_PER_PAGE).contains(count))
            .ok_or_else(|| format!("`per_page` lies outside 1 to {MAX_PER_PAGE}"))?;
        let query = self.text("query").to_owned();
        Ok(Ask {
            kind: self.kind(),
            log,
            from_ms,
            to_ms,
            filter: Filter::parse(&query)?,
            query,
            per_page,
            after: self.number("sequence_number"),
            page: self.page(),
        })
    }
}
