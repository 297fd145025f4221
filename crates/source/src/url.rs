//! URLs, read strictly: anything unusual is refused, because every reader of URLs treats the unusual differently.
//!
//! A base URL is `https`, or `http` to this machine; from it come the origins that a key may be sent to.

use crate::error::SourceError;
use std::fmt::Write;
use std::net::Ipv4Addr;

/// What an absolute URL consists of.
pub(crate) struct Url<'a> {
    /// Scheme and host, lower case, without a default port.
    pub(crate) origin: String,
    scheme: &'static str,
    host: &'a str,
    /// Path and query, from the first slash on; may be empty.
    pub(crate) rest: &'a str,
}

impl<'a> Url<'a> {
    /// `None` for a text that is no URL, has a user or a port that is no number, or a host with unusual characters.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = ["https", "http"]
            .into_iter()
            .find(|known| scheme.eq_ignore_ascii_case(known))?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let bracketed = authority.starts_with("[::1]");
        let (host, port) = if bracketed {
            let port = authority.strip_prefix("[::1]").filter(|p| !p.is_empty());
            ("[::1]", port.map(|p| p.strip_prefix(':')))
        } else {
            match authority.split_once(':') {
                Some((host, port)) => (host, Some(Some(port))),
                None => (authority, None),
            }
        };
        let named = bracketed
            || (!host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-'));
        let port: Option<u16> = match port {
            None => None,
            Some(port) => Some(
                port.filter(|p| p.bytes().all(|b| b.is_ascii_digit()))?
                    .parse()
                    .ok()?,
            ),
        };
        if !named {
            return None;
        }
        let default = if scheme == "https" { 443 } else { 80 };
        let mut origin = format!("{scheme}://{}", host.to_ascii_lowercase());
        if let Some(port) = port.filter(|port| *port != default) {
            let _ = write!(origin, ":{port}");
        }
        Some(Self {
            origin,
            scheme,
            host,
            rest: path,
        })
    }

    /// A base URL as it was typed.
    pub(crate) fn parse_base(text: &'a str) -> Result<Self, SourceError> {
        let bad = |reason: &str| SourceError::BadSetting {
            reason: reason.to_owned(),
        };
        let url = Self::parse(text).ok_or_else(|| {
            bad("the base URL cannot be read; write it as https://host or https://host:port")
        })?;
        if url.rest.contains(['?', '#']) {
            return Err(bad("the base URL has a query; leave it out"));
        }
        if url.scheme == "http" && !is_loopback(url.host) {
            return Err(bad(
                "a base URL must begin with https://; only loopback addresses may use http://",
            ));
        }
        Ok(url)
    }

    /// Its own origin; of this machine also those of its other names, on the same port.
    pub(crate) fn origins(&self) -> Vec<String> {
        let mut origins = vec![self.origin.clone()];
        if is_loopback(self.host) {
            let port = port_suffix(&self.origin);
            for name in ["127.0.0.1", "localhost"] {
                let origin = format!("{}://{name}{port}", self.scheme);
                if !origins.contains(&origin) {
                    origins.push(origin);
                }
            }
        }
        origins
    }
}

/// Host and port of an absolute URL.
pub(crate) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn port_suffix(origin: &str) -> String {
    let host = host_of(origin);
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    after
        .rsplit_once(':')
        .map_or_else(String::new, |(_, port)| format!(":{port}"))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

/// Percent-encodes everything but unreserved characters.
pub(crate) fn percent_encode(text: &str, url: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
}
