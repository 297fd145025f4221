//! Which requests are relayed: those that the source needs, to the origins of its log API, nothing else.
//!
//! Pure: takes the method and path of a request to the relay, gives the one URL it stands for, or the rule that refuses it.
//! Invariant: what is checked is what is sent; a URL that a parser would change is refused, not repaired.

use super::address::is_public;
use crate::error::CliError;
use reqwest::Url;
use std::net::IpAddr;
use windrow_model::identity::LOG_SEARCH;
use windrow_source::{AllowedRequests, LogApi, NotAllowed};

/// The origins relayed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstreams {
    base_url: String,
    prefix: String,
    origins: Vec<String>,
    allowed: AllowedRequests,
    key_header: &'static str,
    loopback: bool,
}

/// The rule by which a request is not relayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It is not `/relay/<scheme>/<host>/<path>`.
    Shape,
    /// Its origin is not one of the log API.
    Origin,
    /// The source sends no such request to this path.
    Method,
    /// The source never asks for this path.
    Path,
    /// Its path can be read in two ways.
    Encoding,
    /// Its name leads to an address that is not relayed to.
    Address,
}

impl Rule {
    /// The rule's name, as in the answer.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Origin => "origin",
            Self::Method => "method",
            Self::Path => "path",
            Self::Encoding => "encoding",
            Self::Address => "address",
        }
    }

    /// What is wrong with the request.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Shape => "the address is not /relay/<scheme>/<host>/<path>",
            Self::Origin => "the address is not one of this companion's log API",
            Self::Method => "the log source sends no request with this method to this path",
            Self::Path => "the log source never asks for this path",
            Self::Encoding => "the path can be read in two ways",
            Self::Address => super::address::REFUSED,
        }
    }
}

impl Upstreams {
    /// The origins of a region such as `eu`, or of a base URL.
    ///
    /// Fails on an address of this machine or its network, unless it is loopback by http, which is how the stand-in is reached.
    pub fn parse(place: &str) -> Result<Self, CliError> {
        let api = LogApi::new(LOG_SEARCH, place)?;
        let origins = api.origins().to_vec();
        let loopback = origins.iter().all(|origin| origin.starts_with("http://"));
        let first = origins.first().cloned().unwrap_or_default();
        if !loopback && host(&first).is_some_and(|host| is_local_name(&host)) {
            return Err(CliError::BadInput {
                message: "the relay does not go to private, link-local or loopback addresses by https".into(),
                remedy: "give a public https address; only a stand-in on this machine may be reached, by http".into(),
            });
        }
        // A region has two host families, whatever was typed; anything else keeps the path it was given with.
        let prefix = if loopback || origins.len() == 1 {
            path_of(place)
        } else {
            ""
        };
        let (base_url, prefix) = (format!("{first}{prefix}"), prefix.to_owned());
        Ok(Self {
            base_url,
            prefix,
            origins,
            allowed: api.allowed_requests(),
            key_header: api.key_header(),
            loopback,
        })
    }

    /// Where the page starts.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Scheme, host and port of each.
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// The header that their key is sent in.
    pub fn key_header(&self) -> &'static str {
        self.key_header
    }

    /// Whether they are on this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The URL that `/relay/<scheme>/<host>/<path>?<query>` stands for.
    pub fn target(&self, method: &str, path: &str, query: Option<&str>) -> Result<Url, Rule> {
        let rest = path.strip_prefix("/relay/").ok_or(Rule::Shape)?;
        let (scheme, rest) = rest.split_once('/').ok_or(Rule::Shape)?;
        let (authority, _) = rest.split_once('/').ok_or(Rule::Shape)?;
        let call = rest.get(authority.len()..).unwrap_or_default();
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let bare = authority.strip_suffix(default_port).unwrap_or(authority);
        let origin = format!("{scheme}://{bare}").to_ascii_lowercase();
        if !self.origins.contains(&origin) {
            return Err(Rule::Origin);
        }
        self.allowed.judge(method, call, &self.prefix).map_err(
            |not_allowed| match not_allowed {
                NotAllowed::Method => Rule::Method,
                NotAllowed::Path => Rule::Path,
                NotAllowed::Ambiguous => Rule::Encoding,
            },
        )?;
        let text = match query {
            Some(query) => format!("{origin}{call}?{query}"),
            None => format!("{origin}{call}"),
        };
        let url = Url::parse(&text).map_err(|_| Rule::Encoding)?;
        // What was judged is what is sent: a parser that changes it reads it differently.
        if url.path() != call || url.origin().ascii_serialization() != origin {
            return Err(Rule::Encoding);
        }
        Ok(url)
    }
}

fn path_of(place: &str) -> &str {
    let rest = place.trim().split_once("://").map_or("", |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..));
    path.unwrap_or_default().trim_end_matches('/')
}

fn host(origin: &str) -> Option<String> {
    Url::parse(origin).ok()?.host_str().map(str::to_owned)
}

fn is_local_name(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    match literal.parse::<IpAddr>() {
        Ok(address) => !is_public(address),
        Err(_) => {
            let name = host.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "/relay/https/us2.rest.logs.insight.rapid7.com";

    fn region() -> Upstreams {
        Upstreams::parse("us2").unwrap()
    }

    #[test]
    fn the_calls_of_both_host_families_are_relayed_as_they_were_written() {
        let ours = region();
        let target = |path: &str, query| ours.target("GET", path, query).map(String::from);
        assert_eq!(
            target(
                &format!("{REST}/query/a:b%3Ac"),
                Some("from=1&query=where%28a%29")
            ),
            Ok(
                "https://us2.rest.logs.insight.rapid7.com/query/a:b%3Ac?from=1&query=where%28a%29"
                    .into()
            )
        );
        for path in [
            "/relay/https/us2.api.insight.rapid7.com/log_search/query/logs/x",
            "/relay/https/us2.api.insight.rapid7.com/validate",
            "/relay/https/us2.api.insight.rapid7.com/log_search/management/logs",
            "/relay/https/US2.api.insight.rapid7.com:443/validate",
        ] {
            assert!(target(path, None).is_ok(), "{path}");
        }
    }

    #[test]
    fn no_other_origin_is_relayed_to() {
        for path in [
            "/relay/http/169.254.169.254/query/",
            "/relay/http/us2.rest.logs.insight.rapid7.com/query/x",
            "/relay/https/us2.rest.logs.insight.rapid7.com:444/query/x",
            "/relay/https/us2.rest.logs.insight.rapid7.com@evil.example/query/x",
            "/relay/https/evil.example@us2.rest.logs.insight.rapid7.com/query/x",
            "/relay/https/us2.rest.logs.insight.rapid7.com.evil.example/query/x",
            "/relay/https/us2.rest.logs.insight.rapid7.com%2eevil.example/query/x",
            "/relay/https/eu.rest.logs.insight.rapid7.com/query/x",
            "/relay/https/[::ffff:127.0.0.1]/query/x",
            "/relay/file//etc/passwd",
            "/relay/https/us2.rest.logs.insight.rapid7.com",
            "/relay/",
        ] {
            assert!(region().target("GET", path, None).is_err(), "{path}");
        }
    }

    #[test]
    fn no_other_call_is_relayed() {
        for call in [
            "/",
            "/query",
            "/management/logsets",
            "/management/logs.bak",
            "/account/api",
            "/validate2",
            "/query/../account/api",
            "/query/%2e%2e/account",
            "/query/.%2E/x",
            "/query/\\..\\x",
            "/query/./x",
            "/other/query/x",
            "/log_search/account",
        ] {
            assert!(
                region()
                    .target("GET", &format!("{REST}{call}"), None)
                    .is_err(),
                "{call}"
            );
        }
    }

    #[test]
    fn a_stand_in_on_this_machine_is_reached_by_http_only() {
        let stand_in = Upstreams::parse("http://127.0.0.1:8080").unwrap();
        assert!(stand_in.is_loopback());
        assert_eq!(stand_in.base_url(), "http://127.0.0.1:8080");
        assert!(
            stand_in
                .target("GET", "/relay/http/127.0.0.1:8080/query/logs/a", None)
                .is_ok()
        );
        assert!(
            stand_in
                .target("GET", "/relay/http/127.0.0.1:22/query/logs/a", None)
                .is_err()
        );
        for place in [
            "https://127.0.0.1",
            "https://10.0.0.8",
            "https://localhost:8443",
            "https://localhost.:8443",
            "https://[::1]:9",
            "https://2130706433",
            "https://127.1",
            "https://0",
            "http://logs.example",
        ] {
            assert!(Upstreams::parse(place).is_err(), "{place}");
        }
    }

    #[test]
    fn a_base_url_with_a_path_keeps_it() {
        let ours = Upstreams::parse("https://logs.example/search/").unwrap();
        assert_eq!(ours.base_url(), "https://logs.example/search");
        assert!(
            ours.target("GET", "/relay/https/logs.example/search/query/logs/a", None)
                .is_ok()
        );
        assert!(
            ours.target("GET", "/relay/https/logs.example/validate", None)
                .is_ok()
        );
        assert!(
            ours.target("GET", "/relay/https/logs.example/searchquery/logs/a", None)
                .is_err()
        );
    }
}
