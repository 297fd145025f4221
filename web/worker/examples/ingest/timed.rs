//! What the worker's script calls.

use js_sys::{Function, Uint8Array};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen::{JsCast, JsError};
use wasm_bindgen_futures::JsFuture;
use windrow_engine::{CancellationToken, IngestRequest, Mode, Ports, Selection, Silent};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::{FetchSettings, FlushSettings};
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::browser::task::{now_ms, sleep_ms};
use windrow_source::{Clock, Http, HttpError, HttpRequest, HttpResponse, LogApi};
use windrow_store::{BlobStore, OpfsStore};

/// Forgets what was written for a log.
#[wasm_bindgen]
pub async fn forget(log_id: String) -> Result<(), JsError> {
    let store = OpfsStore::open(None).await?;
    windrow_engine::delete(&store, &dataset(log_id)?, &Selection::All).await?;
    Ok(())
}

/// Removes the index of a log's footers.
#[wasm_bindgen]
pub async fn forget_index(log_id: String) -> Result<(), JsError> {
    let store = OpfsStore::open(None).await?;
    let directory = windrow_store::layout::dataset_dir(&dataset(log_id)?);
    store
        .remove(&windrow_store::layout::index_path(&directory))
        .await?;
    Ok(())
}

/// How long it took, and the bytes of its parts.
#[derive(Serialize)]
struct Ingested {
    seconds: f64,
    bytes: u64,
}

/// Fetches `events` events, page by page from `next_page` (which gives a promise of a page's bytes), into the private file system.
/// Buffers of `flush_rows` rows become parts, 0 for as many as usual. Gives an [`Ingested`].
#[wasm_bindgen]
pub async fn ingest(
    log_id: String,
    events: u32,
    start_ms: f64,
    next_page: Function,
    flush_rows: u32,
) -> Result<JsValue, JsError> {
    let store = Rc::new(OpfsStore::open(None).await?);
    let pages = Pages { events, next_page };
    let api = LogApi::new(LOG_SEARCH, "eu")?;
    let source = api.connect(None, FetchSettings::default(), pages, Time)?;
    let ports = Ports {
        store: &store,
        source: &source,
        clock: &Time,
        observer: &Silent,
    };
    let request = IngestRequest {
        dataset: dataset(log_id.clone())?,
        window: window(start_ms, events)?,
        mode: Mode::Normal,
        flush: flush_settings(flush_rows),
        run_id: "00000000".into(),
        producer: "windrow bench".into(),
        summary: false,
    };
    let started = precise_ms();
    let receipt = windrow_engine::ingest(ports, &request, &CancellationToken::new()).await?;
    let seconds = (precise_ms() - started) / 1000.0;
    if !receipt.is_complete() || receipt.rows_processed != u64::from(events) {
        return Err(JsError::new(&format!("{receipt:?}")));
    }
    let directory = windrow_store::layout::dataset_dir(&dataset(log_id)?);
    let bytes: u64 = store
        .list(&directory)
        .await?
        .iter()
        .filter(|info| info.path.ends_with(".parquet"))
        .map(|info| info.size)
        .sum();
    Ok(serde_wasm_bindgen::to_value(&Ingested { seconds, bytes })?)
}

/// Opens the window: summary and first rows. Gives seconds.
#[wasm_bindgen]
pub async fn open(log_id: String, events: u32, start_ms: f64) -> Result<f64, JsError> {
    let store = Rc::new(OpfsStore::open(None).await?);
    let started = precise_ms();
    let opened = windrow_engine::open(store, &dataset(log_id)?, window(start_ms, events)?).await?;
    let summary = opened.summary();
    let rows = opened.rows(0, 100).await?;
    let seconds = (precise_ms() - started) / 1000.0;
    if (summary.row_count, rows.events.len()) != (u64::from(events), 100) {
        return Err(JsError::new(&format!("{summary:?}")));
    }
    Ok(seconds)
}

fn flush_settings(rows: u32) -> FlushSettings {
    let usual = FlushSettings::default();
    FlushSettings {
        rows: if rows == 0 { usual.rows } else { rows as usize },
        promote_fields: false,
        // The pages come in one order.
        parallel: 1,
        ..usual
    }
}

fn dataset(log_id: String) -> Result<Dataset, JsError> {
    Ok(Dataset::new(LOG_SEARCH, log_id, "")?)
}

/// Three events a millisecond, as the bench's events are made.
fn window(start_ms: f64, events: u32) -> Result<TimeRange, JsError> {
    let start_ms = start_ms as i64;
    Ok(TimeRange::window(
        start_ms,
        start_ms + i64::from(events / 3 + 1),
    )?)
}

/// `performance.now()`, in milliseconds with fractions.
pub(super) fn precise_ms() -> f64 {
    js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("performance"))
        .ok()
        .and_then(|performance| {
            let now = js_sys::Reflect::get(&performance, &JsValue::from_str("now")).ok()?;
            now.dyn_into::<Function>().ok()?.call0(&performance).ok()
        })
        .and_then(|now| now.as_f64())
        .unwrap_or_default()
}

struct Pages {
    events: u32,
    next_page: Function,
}

impl Http for Pages {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let body = if request.url.contains("calculate") {
            let count = self.events;
            format!(r#"{{"statistics":{{"stats":{{"global_timeseries":{{"count":{count}}}}}}}}}"#)
                .into_bytes()
        } else {
            self.page().await.map_err(|error| HttpError::Connect {
                reason: format!("{error:?}"),
            })?
        };
        Ok(HttpResponse {
            status: 200,
            headers: vec![("date".into(), "Mon, 23 Nov 2026 12:00:00 GMT".into())],
            body,
        })
    }
}

impl Pages {
    async fn page(&self) -> Result<Vec<u8>, JsValue> {
        let promise = self.next_page.call0(&JsValue::NULL)?;
        let bytes = JsFuture::from(js_sys::Promise::resolve(&promise)).await?;
        Ok(Uint8Array::new(&bytes).to_vec())
    }
}

struct Time;

impl Clock for Time {
    fn now_ms(&self) -> i64 {
        now_ms()
    }

    async fn sleep(&self, wait_ms: u64) {
        sleep_ms(wait_ms).await;
    }
}
