//! Serves the browser's bench: its files, its pages, and the place its results are sent to.

use crate::events::{Messages, PER_PAGE, page};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Sender, channel};
use windrow_store::{BlobStore, NativeStore};

struct Served {
    directory: PathBuf,
    cache: PathBuf,
    results: Sender<Bytes>,
}

/// Prints the address as one line, then the results as another, and ends.
pub(crate) async fn serve(directory: &Path, cache: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let (results, mut received) = channel(1);
    let served = Arc::new(Served {
        directory: directory.to_owned(),
        cache: cache.unwrap_or(directory).to_owned(),
        results,
    });
    let routes = Router::new()
        .route("/", get(index))
        .route("/{file}", get(file))
        .route("/pages/{events}", get(pages))
        .route("/page/{events}/{first}", get(one_page))
        .route("/cache", get(listed))
        .route("/cache/{*path}", get(cached))
        .route("/result", post(result))
        .with_state(served);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!(r#"{{"address":"http://{}/"}}"#, listener.local_addr()?);
    let server = axum::serve(listener, routes);
    tokio::select! {
        ended = server => ended?,
        Some(result) = received.recv() => println!("{}", String::from_utf8_lossy(&result)),
    }
    Ok(())
}

async fn index(served: State<Arc<Served>>) -> Response {
    file(served, UrlPath("index.html".into())).await
}

async fn file(State(served): State<Arc<Served>>, UrlPath(name): UrlPath<String>) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match std::fs::read(served.directory.join(name)) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The paths of the files of the cache, one a line.
async fn listed(State(served): State<Arc<Served>>) -> Response {
    let store = NativeStore::directory(&served.cache);
    match store.list("logs").await {
        Ok(files) => Vec::from_iter(files.into_iter().map(|file| file.path))
            .join("\n")
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn cached(State(served): State<Arc<Served>>, UrlPath(path): UrlPath<String>) -> Response {
    match std::fs::read(served.cache.join(path)) {
        Ok(bytes) => bytes.into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// All pages, each after its length in four bytes.
async fn pages(UrlPath(events): UrlPath<u64>) -> Body {
    let mut all = Vec::new();
    for first in (0..events).step_by(PER_PAGE) {
        let body = page_from(first, events, Messages::Pairs);
        all.extend(u32::try_from(body.len()).unwrap_or_default().to_le_bytes());
        all.extend(body.as_bytes());
    }
    all.into()
}

async fn one_page(UrlPath((events, first)): UrlPath<(u64, u64)>) -> String {
    page_from(first, events, Messages::Pairs)
}

async fn result(State(served): State<Arc<Served>>, body: Bytes) -> StatusCode {
    match served.results.send(body).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::GONE,
    }
}

/// The page that starts with event `first`, with a link to the next one where there is one.
pub(crate) fn page_from(first: u64, events: u64, messages: Messages) -> String {
    let after = first + PER_PAGE as u64;
    let next = format!("https://eu.rest.logs.insight.rapid7.com/query/page{after}");
    let next = (after < events).then_some(next.as_str());
    page(first, (events - first).min(PER_PAGE as u64), next, messages)
}
