//! Requests to the companion that serves the page.

use gloo_net::http::Request;
use serde::de::DeserializeOwned;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// HTTP status.
    pub status: u16,
    /// The body, where it is what was expected.
    pub body: Option<T>,
}

/// Gets a path with one header. Nothing where the companion does not answer.
pub async fn get<T: DeserializeOwned>(path: &str, header: &str, value: &str) -> Option<Answer<T>> {
    let answer = Request::get(path).header(header, value).send().await.ok()?;
    let body = answer.binary().await.unwrap_or_default();
    Some(Answer {
        status: answer.status(),
        body: serde_json::from_slice(&body).ok(),
    })
}
