//! Opening a log of thousands of small parts, with its index of footers and without.

use crate::events::{Messages, page};
use crate::{SystemClock, dataset, request, window};
use std::cell::Cell;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use windrow_engine::{CancellationToken, Ports, Silent, ingest, open};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FetchSettings;
use windrow_source::{Http, HttpError, HttpRequest, HttpResponse, LogApi};
use windrow_store::native::NativeStore;
use windrow_store::{BlobStore, layout};

/// Events of a part: one page each.
const PART_EVENTS: u64 = 30;
const ROUNDS: usize = 5;

/// Writes the parts, then opens all of them as one window. Prints seconds with and without the index.
pub(crate) async fn time(directory: &Path, parts: u64) -> Result<(), Box<dyn Error>> {
    let events = parts * PART_EVENTS;
    let cache = directory.join("cache");
    if cache.exists() {
        fs::remove_dir_all(&cache)?;
    }
    let store = Rc::new(NativeStore::directory(&cache));
    let pages = SmallPages {
        events,
        next: Cell::new(0),
    };
    let api = LogApi::new(LOG_SEARCH, "eu")?;
    let source = api.connect(None, FetchSettings::default(), pages, SystemClock)?;
    let ports = Ports {
        store: &store,
        source: &source,
        clock: &SystemClock,
        observer: &Silent,
    };
    let mut request = request(events, false)?;
    // Every page is flushed, but for the events of its last millisecond.
    request.flush.rows = PART_EVENTS as usize / 2;
    let receipt = ingest(ports, &request, &CancellationToken::new()).await?;
    if !receipt.is_complete() || receipt.parts_written < parts {
        return Err(format!("{receipt:?}").into());
    }
    let indexed = seconds(&store, events).await?;
    let index = layout::index_path(&layout::dataset_dir(&dataset()?));
    let listed = store.list("logs").await?;
    let index_bytes = listed.iter().find(|info| info.path == index);
    let index_bytes = index_bytes.ok_or("there is no index")?.size;
    store.remove(&index).await?;
    let plain = seconds(&store, events).await?;
    let written = receipt.parts_written;
    println!(
        r#"{{"parts":{written},"indexed":{indexed},"plain":{plain},"index_bytes":{index_bytes}}}"#
    );
    Ok(())
}

async fn seconds(store: &Rc<NativeStore>, events: u64) -> Result<f64, Box<dyn Error>> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let opened = open(Rc::clone(store), &dataset()?, window(events)?).await?;
        best = best.min(started.elapsed());
        if opened.row_count() != events {
            return Err(format!("{} rows of {events}", opened.row_count()).into());
        }
    }
    Ok(best.as_secs_f64())
}

/// Pages of a part's events, made when they are asked for.
struct SmallPages {
    events: u64,
    next: Cell<u64>,
}

impl Http for SmallPages {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let body = if request.url.contains("calculate") {
            let count = self.events;
            format!(r#"{{"statistics":{{"stats":{{"global_timeseries":{{"count":{count}}}}}}}}}"#)
        } else {
            let first = self.next.replace(self.next.get() + PART_EVENTS);
            let after = first + PART_EVENTS;
            let next = format!("https://eu.rest.logs.insight.rapid7.com/query/page{after}");
            page(
                first,
                PART_EVENTS,
                (after < self.events).then_some(next.as_str()),
                Messages::Pairs,
            )
        };
        Ok(HttpResponse {
            status: 200,
            headers: vec![("date".into(), "Mon, 23 Nov 2026 12:00:00 GMT".into())],
            body: body.into_bytes(),
        })
    }
}
