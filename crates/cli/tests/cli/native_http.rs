//! The native HTTP port keeps its contract.

use crate::upstream::Upstream;
use windrow_cli::http::{NativeHttp, Route};
use windrow_source::{Http, HttpError, HttpRequest, HttpResponse};

async fn get(origin: &str, limit_bytes: u64) -> Result<HttpResponse, HttpError> {
    let http = NativeHttp::new(Route::Direct)
        .unwrap()
        .with_limit_bytes(limit_bytes);
    let url = format!("{origin}/query/x?query=secret");
    http.send(HttpRequest::get(url).header("x-api-key", "a-key"))
        .await
}

#[tokio::test]
async fn a_whole_answer_comes_with_its_status_and_headers() {
    let upstream = Upstream::start(
        "HTTP/1.1 404 Gone\nX-Thing: A\ncontent-length: 3\n\nabc",
        None,
    )
    .await;
    let answer = get(&upstream.origin(), 3).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (404, &b"abc"[..]));
    assert_eq!(answer.header("x-thing"), Some("A"));
    assert!(upstream.asked()[0].contains("x-api-key: a-key"));
}

#[tokio::test]
async fn a_body_is_sent_whole_with_its_method_and_type() {
    let upstream = Upstream::start("HTTP/1.1 200 OK\ncontent-length: 0\n\n", None).await;
    let http = NativeHttp::new(Route::Direct).unwrap();
    let url = format!("{}/_search", upstream.origin());
    let body = br#"{"size":1}"#.to_vec();
    let request = HttpRequest::post(url, "application/json", body);
    assert_eq!(http.send(request).await.unwrap().status, 200);
    let asked = upstream.asked();
    assert!(asked[0].starts_with("POST /_search HTTP/1.1\r\n"));
    assert!(asked[0].contains("content-type: application/json\r\n"));
    assert!(asked[0].ends_with("\r\n\r\n{\"size\":1}"), "{}", asked[0]);
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let other = Upstream::start("HTTP/1.1 200 OK\ncontent-length: 0\n\n", None).await;
    let away = format!(
        "HTTP/1.1 302 Found\nlocation: {}/\nset-cookie: a=b\ncontent-length: 0\n\n",
        other.origin()
    );
    let upstream = Upstream::start(&away, None).await;
    assert_eq!(get(&upstream.origin(), 10).await.unwrap().status, 302);
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn a_body_shorter_than_promised_is_cut_and_not_whole() {
    let upstream = Upstream::start("HTTP/1.1 200 OK\ncontent-length: 100\n\nabc", None).await;
    let error = get(&upstream.origin(), 1000).await.unwrap_err();
    assert!(matches!(error, HttpError::CutBody { .. }), "{error}");
    let upstream =
        Upstream::start("HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n5\nab", None).await;
    let error = get(&upstream.origin(), 1000).await.unwrap_err();
    assert!(matches!(error, HttpError::CutBody { .. }), "{error}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_announced_or_not() {
    let upstream = Upstream::start("HTTP/1.1 200 OK\ncontent-length: 100\n\nabc", None).await;
    let error = get(&upstream.origin(), 99).await.unwrap_err();
    assert_eq!(error, HttpError::TooLarge { limit_bytes: 99 });
    let upstream = Upstream::start("HTTP/1.1 200 OK\n\n", Some(vec![b'a'; 1000])).await;
    let error = get(&upstream.origin(), 5000).await.unwrap_err();
    assert_eq!(error, HttpError::TooLarge { limit_bytes: 5000 });
}

#[tokio::test]
async fn no_connection_is_said_in_the_systems_words_without_the_url() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = get(&origin, 10).await.unwrap_err();
    assert!(matches!(error, HttpError::Connect { .. }), "{error}");
    assert!(
        !error.to_string().contains("secret") && !error.to_string().contains("http"),
        "{error}"
    );
}
