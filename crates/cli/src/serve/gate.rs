//! Who may ask: exact host, exact origin, same site, and the token of this run.
//!
//! Pure: takes a request's head, gives a [`Judgement`].
//! A page of another site can make a browser send requests here; it cannot choose the `Host`, hide its `Origin`, or know the token.

use axum::body::Body;
use axum::http::header::{HOST, LOCATION, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;

/// The header that carries the token.
pub const TOKEN: &str = "x-windrow-token";
/// Says on a refusal which rule refused.
pub const REFUSAL: HeaderName = HeaderName::from_static("x-windrow-refusal");

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// To its handler.
    Pass,
    /// To the one right address of this companion.
    Redirect(String),
    /// 403.
    Refuse(Refusal),
}

/// Which rule refused a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It names another host.
    Host,
    /// It comes from another page.
    Origin,
    /// The browser says that another site made it.
    Site,
    /// It lacks the token of this run.
    Token,
}

impl Refusal {
    /// The rule's name, as in the header.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Origin => "origin",
            Self::Site => "site",
            Self::Token => "token",
        }
    }
}

/// The rules of one run.
pub struct Gate {
    host: String,
    origin: String,
    /// The name that only redirects, where there is one.
    local: Option<String>,
    token: String,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// The rules of a companion at `address`.
    pub fn new(address: SocketAddr, token: String) -> Self {
        let at_port = |name: String| match address.port() {
            80 => name,
            port => format!("{name}:{port}"),
        };
        let host = at_port(match address {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        });
        Self {
            origin: format!("http://{host}"),
            host,
            local: address
                .ip()
                .is_loopback()
                .then(|| at_port("localhost".into())),
            token,
        }
    }

    /// The one origin that may ask.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The secret of this run.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Judges a request by its head.
    pub fn judge<B>(&self, request: &Request<B>) -> Judgement {
        let (uri, headers) = (request.uri(), request.headers());
        let host = only(headers, &HOST);
        // A target in absolute form would overrule the host header.
        let named = uri.authority().map(|authority| authority.as_str());
        if named.is_some() && named != host {
            return Judgement::Refuse(Refusal::Host);
        }
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        match host {
            Some(host) if host == self.host => {}
            Some(host)
                if self.local.as_deref() == Some(host)
                    && is_read(request.method())
                    && target.starts_with('/') =>
            {
                return Judgement::Redirect(format!("{}{target}", self.origin));
            }
            _ => return Judgement::Refuse(Refusal::Host),
        }
        if headers.contains_key(ORIGIN) && only(headers, &ORIGIN) != Some(&self.origin) {
            return Judgement::Refuse(Refusal::Origin);
        }
        let guarded = is_guarded(uri.path());
        if !self.same_site(headers, guarded) {
            return Judgement::Refuse(Refusal::Site);
        }
        if guarded && !self.has_token(headers) {
            return Judgement::Refuse(Refusal::Token);
        }
        Judgement::Pass
    }

    /// Pages may be navigated to from anywhere; nothing may be loaded into another site's page.
    fn same_site(&self, headers: &HeaderMap, guarded: bool) -> bool {
        match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
            None | Some(b"same-origin") => true,
            Some(b"none") => !guarded,
            Some(_) => {
                let navigates = headers
                    .get("sec-fetch-mode")
                    .is_some_and(|mode| mode == "navigate");
                let framed = headers
                    .get("sec-fetch-dest")
                    .is_some_and(|dest| dest != "document");
                !guarded && navigates && !framed
            }
        }
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let Some(given) = only(headers, &HeaderName::from_static(TOKEN)) else {
            return false;
        };
        // Every byte is looked at, so that the time it takes says nothing about the token.
        let differing = given
            .bytes()
            .zip(self.token.bytes())
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        given.len() == self.token.len() && differing == 0
    }
}

/// Whether a path is more than a page or a file of it.
pub(super) fn is_guarded(path: &str) -> bool {
    ["/api", "/relay"].iter().any(|area| {
        path.strip_prefix(area)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The value of a header that stands there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

/// The answer to a refused request.
pub fn refused(refusal: Refusal) -> Response {
    let words = match refusal {
        Refusal::Host => {
            "Refused: this is not the address of this companion. Use the one it printed.\n"
        }
        Refusal::Origin => "Refused: another page made this request.\n",
        Refusal::Site => "Refused: another site made this request.\n",
        Refusal::Token => {
            "Refused: the token of this run is missing. Open the address that `windrow serve` printed.\n"
        }
    };
    let rule = HeaderValue::from_static(refusal.word());
    (StatusCode::FORBIDDEN, [(REFUSAL, rule)], words).into_response()
}

/// The answer under the name that only redirects.
pub fn redirected(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (
            StatusCode::PERMANENT_REDIRECT,
            [(LOCATION, location)],
            Body::empty(),
        )
            .into_response(),
        Err(_) => refused(Refusal::Host),
    }
}

#[cfg(test)]
mod tests;
