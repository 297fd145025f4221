//! Where Log Search is asked: a region or a base URL, the addresses made from it, and the origins its links may lead to.
//!
//! Invariant: no URL leaves this module whose origin is not on the list, so a key is never sent elsewhere.
//! Two host families serve one API and appear mixed in links; both of a region are allowed.

use crate::allowed::{AllowedRequest, AllowedRequests};
use crate::error::SourceError;
use crate::reason;
use crate::url::{Url, host_of, percent_encode};
use std::fmt::Write;

/// The default region.
pub const DEFAULT_REGION: &str = "eu";

/// Every request that this connector sends: its own URLs, and the links of answers to them.
pub const ALLOWED_REQUESTS: AllowedRequests = AllowedRequests {
    requests: &[
        get("/query/logs/*"),
        get("/query/*"),
        get("/management/logs"),
        get("/validate"),
    ],
    // What stands before them in one of the two host families.
    prefixes: &["/log_search"],
};

const fn get(path: &'static str) -> AllowedRequest {
    AllowedRequest {
        method: "GET",
        path,
    }
}

/// A region's two host families, or the one origin of a base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Origin and path prefix of the calls, without a slash at the end.
    base: String,
    /// Where `/validate` is served.
    account: String,
    /// Origins a link may lead to, lower case.
    origins: Vec<String>,
    /// Whether another machine may answer for the vendor's hosts: links to those are taken to the base URL's origin.
    rebases: bool,
}

impl Endpoint {
    /// Reads a region such as `eu` or `us2`, or a base URL such as `http://127.0.0.1:8080`.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let text = text.trim();
        if text.contains("://") {
            Self::of_url(text)
        } else {
            Self::of_region(text)
        }
    }

    fn of_region(text: &str) -> Result<Self, SourceError> {
        let region = text.to_ascii_lowercase();
        let letters = region.trim_end_matches(|c: char| c.is_ascii_digit());
        let usable = (2..=4).contains(&letters.len())
            && letters.bytes().all(|byte| byte.is_ascii_lowercase())
            && region.len() - letters.len() <= 2;
        if !usable {
            return Err(bad(format!(
                "`{}` is neither a region such as eu, us2 or ap, nor a base URL such as https://logs.example.com",
                reason::printable(text)
            )));
        }
        let rest = format!("https://{region}.rest.logs.insight.rapid7.com");
        let api = format!("https://{region}.api.insight.rapid7.com");
        Ok(Self {
            base: rest.clone(),
            account: api.clone(),
            origins: vec![rest, api],
            rebases: false,
        })
    }

    fn of_url(text: &str) -> Result<Self, SourceError> {
        let url = Url::parse_base(text)?;
        if let Some(region) = region_of(&url.origin) {
            return Self::of_region(region);
        }
        let prefix = url.rest.trim_end_matches('/');
        Ok(Self {
            base: format!("{}{prefix}", url.origin),
            // One machine under two names is also a stand-in for the two host families.
            origins: url.origins(),
            account: url.origin,
            rebases: true,
        })
    }

    /// Origins that requests may go to; the first is asked first.
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// Host and port for people.
    pub fn host(&self) -> &str {
        host_of(&self.base)
    }

    /// Whether a request to `url` stays on the list.
    pub fn allows(&self, url: &str) -> bool {
        Url::parse(url).is_some_and(|url| self.origins.contains(&url.origin))
    }

    /// The URL that starts a query.
    pub(super) fn query_url(
        &self,
        log_id: &str,
        from_ms: i64,
        to_ms: i64,
        query: &str,
        per_page: Option<u32>,
    ) -> Result<String, SourceError> {
        if matches!(log_id, "" | "." | "..") {
            return Err(bad("the log id is empty or a dot; choose a log".into()));
        }
        let mut url = format!("{}/query/logs/", self.base);
        percent_encode(log_id, &mut url);
        // Writing to a string cannot fail.
        let _ = write!(url, "?from={from_ms}&to={to_ms}");
        if let Some(per_page) = per_page {
            let _ = write!(url, "&per_page={per_page}");
        }
        if !query.is_empty() {
            url.push_str("&query=");
            percent_encode(query, &mut url);
        }
        Ok(url)
    }

    pub(super) fn logs_url(&self) -> String {
        format!("{}/management/logs", self.base)
    }

    pub(super) fn validate_url(&self) -> String {
        format!("{}/validate", self.account)
    }

    /// The absolute URL of a link found in the answer of `page_url`, or why it is not followed, which holds nothing of the link.
    pub(super) fn follow(&self, page_url: &str, href: &str) -> Result<String, &'static str> {
        let clean = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#')
        };
        if !clean(href) {
            return Err("it is empty or has characters no link has");
        }
        if href.starts_with('/') && !href.starts_with("//") {
            let here = Url::parse(page_url).ok_or("it has no origin")?;
            return Ok(format!("{}{href}", here.origin));
        }
        if !href.contains("://") {
            return Err("it is not absolute");
        }
        if self.allows(href) {
            return Ok(href.to_owned());
        }
        // Behind a base URL the vendor's own links appear: only the origin is swapped, the rest is opaque.
        let vendors = Url::parse(href).filter(|link| region_of(&link.origin).is_some());
        match vendors.filter(|_| self.rebases) {
            Some(link) => Ok(format!("{}{}", self.account, link.rest)),
            None => Err("it leads to another host"),
        }
    }
}

/// The region of an origin of either family.
fn region_of(origin: &str) -> Option<&str> {
    let host = origin.strip_prefix("https://")?;
    host.strip_suffix(".rest.logs.insight.rapid7.com")
        .or_else(|| host.strip_suffix(".api.insight.rapid7.com"))
}

fn bad(reason: String) -> SourceError {
    SourceError::BadSetting { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region() -> Endpoint {
        Endpoint::parse("us2").unwrap()
    }

    #[test]
    fn a_region_is_a_pattern_and_not_a_closed_list() {
        for name in ["eu", "us2", "aps2", "me1", "ap", " EU ", "sa12"] {
            assert!(Endpoint::parse(name).is_ok(), "{name}");
        }
        for name in ["", "e", "europe", "us222", "2us", "eu.", "eu/x", "u s"] {
            assert!(Endpoint::parse(name).is_err(), "{name}");
        }
        assert_eq!(region().host(), "us2.rest.logs.insight.rapid7.com");
    }

    #[test]
    fn a_base_url_is_https_unless_it_is_loopback() {
        for url in [
            "https://logs.example.com",
            "http://127.0.0.1:8080",
            "http://localhost:1/",
            "http://[::1]:9",
        ] {
            assert!(Endpoint::parse(url).is_ok(), "{url}");
        }
        for url in [
            "http://logs.example.com",
            "ftp://127.0.0.1",
            "https://a@b",
            "https://",
            "https://a?x=1",
            "https://a:b",
            "https://a:",
            "http://127.0.0.1.example.com",
        ] {
            assert!(Endpoint::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_url_of_either_family_means_its_region() {
        for url in [
            "https://us2.rest.logs.insight.rapid7.com",
            "https://us2.api.insight.rapid7.com/log_search",
        ] {
            assert_eq!(Endpoint::parse(url).unwrap(), region());
        }
    }

    #[test]
    fn links_to_both_families_are_followed_and_to_nowhere_else() {
        let endpoint = region();
        let page = "https://us2.rest.logs.insight.rapid7.com/query/logs/k?from=1";
        for href in [
            "https://us2.rest.logs.insight.rapid7.com/query/a:b:c",
            "https://us2.api.insight.rapid7.com/log_search/query/a%3Ab",
            "https://US2.api.insight.rapid7.com:443/log_search/query/a",
        ] {
            assert_eq!(endpoint.follow(page, href), Ok(href.to_owned()));
        }
        for href in [
            "",
            "https://eu.rest.logs.insight.rapid7.com/query/a",
            "https://us2.rest.logs.insight.rapid7.com@evil.example/query",
            "https://us2.rest.logs.insight.rapid7.com.evil.example/query",
            "https://us2.rest.logs.insight.rapid7.com\\@evil.example/query",
            "https://us2.rest.logs.insight.rapid7.com:444/query",
            "http://us2.rest.logs.insight.rapid7.com/query",
            "//evil.example/query",
            "https:/\t/evil.example",
            "javascript:alert(1)",
            "query/relative",
            "https://us2.rest.logs.insight.rapid7.com/query#x",
        ] {
            assert!(endpoint.follow(page, href).is_err(), "{href}");
        }
        assert_eq!(
            endpoint.follow(page, "/query/next"),
            Ok("https://us2.rest.logs.insight.rapid7.com/query/next".to_owned())
        );
    }

    #[test]
    fn behind_a_base_url_only_the_origin_of_the_vendors_links_is_swapped() {
        let endpoint = Endpoint::parse("https://logs.example.com:8443/api").unwrap();
        let page = "https://logs.example.com:8443/api/query/logs/k?from=1";
        for (href, url) in [
            (
                "https://eu.rest.logs.insight.rapid7.com/query/a:b?x=%2F&y",
                "https://logs.example.com:8443/query/a:b?x=%2F&y",
            ),
            (
                "https://us2.api.insight.rapid7.com/log_search/query/a",
                "https://logs.example.com:8443/log_search/query/a",
            ),
        ] {
            assert_eq!(endpoint.follow(page, href), Ok(url.to_owned()));
        }
        for href in [
            "http://eu.rest.logs.insight.rapid7.com/query/a",
            "https://eu.rest.logs.insight.rapid7.com.evil.example/query",
            "https://eu.rest.logs.insight.rapid7.com@evil.example/query",
            "https://evil.example/query/a",
        ] {
            assert!(endpoint.follow(page, href).is_err(), "{href}");
        }
    }

    #[test]
    fn both_names_of_a_loopback_address_are_followed_on_its_own_port() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8080").unwrap();
        assert!(endpoint.allows("http://127.0.0.1:8080/query/a"));
        assert!(endpoint.allows("http://localhost:8080/log_search/query/a"));
        for url in [
            "http://127.0.0.1:8081/query",
            "https://127.0.0.1:8080/query",
            "http://127.0.0.2:8080/query",
            "http://localhost/query",
        ] {
            assert!(!endpoint.allows(url), "{url}");
        }
    }

    #[test]
    fn log_ids_and_queries_cannot_leave_their_place_in_a_url() {
        let url = region()
            .query_url("a/../b?x=1&c", 1, 2, "where(a = \"b&c\")", Some(500))
            .unwrap();
        assert!(url.ends_with(
            "/query/logs/a%2F..%2Fb%3Fx%3D1%26c?from=1&to=2&per_page=500&query=where%28a%20%3D%20%22b%26c%22%29"
        ));
        assert!(region().query_url("..", 1, 2, "", None).is_err());
    }
}
