//! Which requests a source needs of its log API, as data: a relay that holds a key lets through these and no others.
//!
//! Pure: takes a method and a path below the API's base, says whether they are on the list and by which rule they are not.
//! Invariant: a path that some server could read as another one is refused, whatever it matches.

/// A kind of request: its method and the pattern of its path, in which `*` stands for one segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowedRequest {
    /// `GET` and the like.
    pub method: &'static str,
    /// `/query/logs/*` and the like.
    pub path: &'static str,
}

/// The requests of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowedRequests {
    /// Each kind of request.
    pub requests: &'static [AllowedRequest],
    /// What may stand before such a path on some of the API's hosts.
    pub prefixes: &'static [&'static str],
}

/// The rule by which a request is not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAllowed {
    /// The source sends no such request to this path.
    Method,
    /// The source never asks for this path.
    Path,
    /// The path can be read in two ways.
    Ambiguous,
}

impl AllowedRequests {
    /// Judges a request. `own_prefix` is the path of the API's base URL; empty where it has none.
    pub fn judge(&self, method: &str, path: &str, own_prefix: &str) -> Result<(), NotAllowed> {
        if path.split('/').any(is_ambiguous) {
            return Err(NotAllowed::Ambiguous);
        }
        let prefixes = [own_prefix]
            .into_iter()
            .chain(self.prefixes.iter().copied());
        let below = prefixes
            .filter(|prefix| !prefix.is_empty())
            .filter_map(|prefix| path.strip_prefix(prefix));
        let paths: Vec<&str> = [path].into_iter().chain(below).collect();
        let mut of_path = self
            .requests
            .iter()
            .filter(|request| paths.iter().any(|path| matches(request.path, path)))
            .peekable();
        if of_path.peek().is_none() {
            return Err(NotAllowed::Path);
        }
        match of_path.any(|request| request.method == method) {
            true => Ok(()),
            false => Err(NotAllowed::Method),
        }
    }
}

/// Whether servers differ on what a segment means: dots, separators and path parameters, encoded once or more often.
fn is_ambiguous(segment: &str) -> bool {
    let mut name = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            name.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return true;
        };
        match u8::try_from(high * 16 + low) {
            Ok(decoded) => name.push(decoded),
            Err(_) => return true,
        }
    }
    matches!(name.as_slice(), b"." | b"..")
        || name
            .iter()
            .any(|byte| byte.is_ascii_control() || b"/\\;%".contains(byte))
}

/// Whether a path is of a pattern. One slash more at the end of a `*` is let pass: servers put it into their links.
fn matches(pattern: &str, path: &str) -> bool {
    let path = match pattern.ends_with('*') {
        true => path.strip_suffix('/').unwrap_or(path),
        false => path,
    };
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some("*"), Some(segment)) if !segment.is_empty() => {}
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_search::ALLOWED_REQUESTS;

    fn judged(method: &str, path: &str) -> Result<(), NotAllowed> {
        ALLOWED_REQUESTS.judge(method, path, "/search")
    }

    #[test]
    fn the_requests_of_log_search_are_let_through_under_every_prefix() {
        for prefix in ["", "/log_search", "/search"] {
            for path in [
                "/query/logs/0b1c",
                "/query/logs/a%3Ab%20c",
                "/query/logs/0b1c/",
                "/query/a:b:1",
                "/management/logs",
                "/validate",
            ] {
                assert_eq!(judged("GET", &format!("{prefix}{path}")), Ok(()), "{path}");
            }
        }
    }

    #[test]
    fn another_method_is_refused_on_every_path() {
        for method in ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "get"] {
            for path in ["/query/logs/a", "/query/a", "/management/logs", "/validate"] {
                assert_eq!(judged(method, path), Err(NotAllowed::Method), "{method}");
            }
        }
    }

    #[test]
    fn another_path_is_refused() {
        for path in [
            "",
            "/",
            "/query",
            "/query/",
            "/query//",
            "//query/a",
            "/query//a",
            "/query/logs//a",
            "/query/logs/a//",
            "/query/logs/a/b",
            "/query/logsets/a",
            "/management/logs/a",
            "/management/logs/",
            "/management/logs.bak",
            "/management/logsets",
            "/validate2",
            "/Validate",
            "/validat%65",
            "/account/api",
            "/log_search/log_search/validate",
            "/searchvalidate",
        ] {
            assert_eq!(judged("GET", path), Err(NotAllowed::Path), "{path}");
        }
    }

    #[test]
    fn a_path_that_can_be_read_in_two_ways_is_refused_whatever_it_matches() {
        for path in [
            "/query/..",
            "/query/.",
            "/query/%2e%2e",
            "/query/%2E.",
            "/query/logs/..%2faccount",
            "/query/logs/a%2Fb",
            "/query/logs/a%5cb",
            "/query/logs/a\\b",
            "/query/logs/%252e%252e",
            "/query/logs/..;",
            "/query/logs/a%3bb",
            "/query/logs/a%00",
            "/query/logs/a%0d%0ab",
            "/query/logs/a%",
            "/query/logs/a%2",
            "/query/logs/a%zz",
        ] {
            assert_eq!(judged("GET", path), Err(NotAllowed::Ambiguous), "{path}");
        }
    }
}
