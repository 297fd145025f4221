//! The page: files that stand in the program, or in `dist` beside its sources.
//!
//! A release build holds the files; a debug build reads them when it starts, so that it need not wait for them, nor be built again for them.
//! Invariant: a path is a name in a map, never a path of the file system.

use super::Shared;
use super::gate::is_guarded;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
#[cfg(not(debug_assertions))]
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
#[cfg(not(debug_assertions))]
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
#[cfg(debug_assertions)]
use std::path::Path;
use std::sync::Arc;

/// Where the page is built.
pub const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist");

#[cfg(not(debug_assertions))]
#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Embedded;

const INDEX: &str = "index.html";

/// The files of a page, by their names.
#[derive(Debug, Default)]
pub struct Site(BTreeMap<String, File>);

#[derive(Debug)]
struct File {
    bytes: Bytes,
    content_type: &'static str,
    etag: HeaderValue,
}

impl Site {
    /// The page that lies in [`DIST`] now; empty where there is none, or none that can be read whole.
    #[cfg(debug_assertions)]
    pub fn built() -> Self {
        Self::in_directory(Path::new(DIST)).unwrap_or_default()
    }

    /// The files below a directory. Not by the derive, which refuses those of a directory that was made after the program was built.
    #[cfg(debug_assertions)]
    fn in_directory(directory: &Path) -> std::io::Result<Self> {
        fn collect(
            directory: &Path,
            below: &str,
            found: &mut Vec<(String, Bytes)>,
        ) -> std::io::Result<()> {
            for entry in directory.read_dir()? {
                let entry = entry?;
                let name = format!("{below}{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    collect(&entry.path(), &format!("{name}/"), found)?;
                } else {
                    found.push((name, std::fs::read(entry.path())?.into()));
                }
            }
            Ok(())
        }
        let mut files = Vec::new();
        collect(directory, "", &mut files)?;
        Ok(Self::from_files(files))
    }

    /// The page that was built before this program; empty where there was none.
    #[cfg(not(debug_assertions))]
    pub fn built() -> Self {
        Self::from_files(Embedded::iter().filter_map(|name| {
            let bytes = match Embedded::get(&name)?.data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            Some((name.into_owned(), bytes))
        }))
    }

    /// A page of the given files.
    pub fn from_files(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let files = files.into_iter().map(|(name, bytes)| {
            let file = File {
                content_type: content_type(&name),
                etag: etag(&bytes),
                bytes,
            };
            (name, file)
        });
        Self(files.collect())
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        !self.0.contains_key(INDEX)
    }

    /// The bytes of the page's first file.
    pub fn index(&self) -> Option<&[u8]> {
        self.0.get(INDEX).map(|file| &*file.bytes)
    }

    /// The file of a path. A path that names no file is a place within the page.
    fn find(&self, path: &str) -> Option<&File> {
        let name = path.trim_start_matches('/');
        let is_place = !name.rsplit('/').next().unwrap_or_default().contains('.');
        self.0
            .get(name)
            .or_else(|| self.0.get(INDEX).filter(|_| is_place))
    }
}

/// Answers with a file of the page.
pub(crate) async fn page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = [(ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    let path = request.uri().path();
    let found = shared
        .settings
        .site
        .find(path)
        .filter(|_| !is_guarded(path));
    let Some(file) = found else {
        return (StatusCode::NOT_FOUND, "Not found.\n").into_response();
    };
    // Asked again at every load, so that page and worker are never of different builds; unchanged files cost no bytes.
    let always = [
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (ETAG, file.etag.clone()),
    ];
    if request.headers().get(IF_NONE_MATCH) == Some(&file.etag) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    let content_type = [(CONTENT_TYPE, HeaderValue::from_static(file.content_type))];
    (always, content_type, Body::from(file.bytes.clone())).into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn etag(bytes: &[u8]) -> HeaderValue {
    let mut tag = String::from("\"");
    for byte in Sha256::digest(bytes).iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_within_the_page_is_the_page_and_a_missing_file_is_not() {
        let files = [("index.html", "i"), ("worker.js", "w")];
        let site = Site::from_files(files.map(|(name, text)| (name.to_owned(), Bytes::from(text))));
        let found = |path| site.find(path).map(|file| &*file.bytes);
        assert_eq!(found("/"), Some(&b"i"[..]));
        assert_eq!(found("/window/x"), Some(&b"i"[..]));
        assert_eq!(found("/worker.js"), Some(&b"w"[..]));
        assert_eq!(found("/gone.js"), None);
        assert_eq!(found("/../Cargo.toml"), None);
        assert!(!site.is_empty() && Site::default().is_empty());
    }

    #[test]
    #[cfg(debug_assertions)]
    fn a_debug_build_reads_the_page_that_is_there_when_it_starts() {
        let directory = tempfile::tempdir().unwrap();
        let dist = directory.path().join("dist");
        assert!(Site::in_directory(&dist).is_err());
        std::fs::create_dir_all(dist.join("snippets")).unwrap();
        std::fs::write(dist.join("index.html"), "i").unwrap();
        std::fs::write(dist.join("snippets/a.js"), "a").unwrap();
        let site = Site::in_directory(&dist).unwrap();
        assert_eq!(site.index(), Some(&b"i"[..]));
        let nested = site.find("/snippets/a.js").map(|file| &*file.bytes);
        assert_eq!(nested, Some(&b"a"[..]));
    }

    #[test]
    fn wasm_and_scripts_have_the_types_a_browser_insists_on() {
        assert_eq!(content_type("page-1a2b_bg.wasm"), "application/wasm");
        assert_eq!(
            content_type("snippets/a/inline0.js"),
            "text/javascript; charset=utf-8"
        );
    }
}
