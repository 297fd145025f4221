//! Any columns of a window as record batches, and no more bytes read than they take.

use crate::support::{TestEngine, dataset, range};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMillisecondType};
use bytes::Bytes;
use futures_executor::block_on;
use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::rc::Rc;
use windrow_engine::{Answers, CancellationToken, Opened, Refined, open};
use windrow_model::filter::parse;
use windrow_query::Predicate;
use windrow_query::answers::Buckets;
use windrow_store::memory::MemoryStore;
use windrow_store::{BlobInfo, BlobStore, StoreError};

/// Counts the bytes that are read.
struct Counting {
    store: MemoryStore,
    bytes: Cell<u64>,
}

impl BlobStore for Counting {
    type Writer = <MemoryStore as BlobStore>::Writer;
    type Lock = <MemoryStore as BlobStore>::Lock;

    fn location(&self) -> String {
        self.store.location()
    }

    fn leaves_partial_writes(&self) -> bool {
        self.store.leaves_partial_writes()
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.store.check_writable().await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobInfo>, StoreError> {
        self.store.list(prefix).await
    }

    async fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        self.bytes.set(self.bytes.get() + range.end - range.start);
        self.store.read(path, range).await
    }

    async fn create(&self, path: &str) -> Result<Self::Writer, StoreError> {
        self.store.create(path).await
    }

    async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.store.replace(path, bytes).await
    }

    async fn remove(&self, path: &str) -> Result<(), StoreError> {
        self.store.remove(path).await
    }

    async fn lock(&self, prefix: &str) -> Result<Self::Lock, StoreError> {
        self.store.lock(prefix).await
    }
}

/// A window of a hundred rows in parts of twenty, whose messages have a field.
fn opened() -> (Rc<Counting>, Opened<Counting>) {
    let mut engine = TestEngine::new(0..100);
    engine.source.message_fields = true;
    engine.fetch(0, 100);
    let store = Rc::new(Counting {
        store: (*engine.store).clone(),
        bytes: Cell::new(0),
    });
    let opened = block_on(open(Rc::clone(&store), &dataset(), range(0, 100))).unwrap();
    (store, opened)
}

/// The batches with these columns, and the bytes that were read for them.
fn read(columns: &[&str]) -> (Vec<RecordBatch>, u64) {
    let (store, opened) = opened();
    let before = store.bytes.get();
    let mut batches = Vec::new();
    let mut next = 0;
    block_on(opened.batches(columns, |batch| {
        assert_eq!((batch.first, batch.provisional), (next, false));
        next += batch.columns.num_rows() as u64;
        batches.push(batch.columns);
    }))
    .unwrap();
    assert_eq!(next, 100);
    (batches, store.bytes.get() - before)
}

#[test]
fn batches_have_the_columns_asked_for_fields_of_messages_too() {
    let (batches, _) = read(&["number", "timestamp"]);
    let times = batches.iter().flat_map(|batch| {
        assert_eq!(batch.num_columns(), 2);
        let times = batch.column_by_name("timestamp").unwrap();
        times.as_primitive::<TimestampMillisecondType>().values()
    });
    assert_eq!(
        times.copied().collect::<Vec<_>>(),
        (0..100).collect::<Vec<i64>>()
    );
    let numbers = batches.iter().flat_map(|batch| {
        let numbers = batch.column_by_name("number").unwrap();
        numbers.as_primitive::<Int64Type>().values()
    });
    let expected = (1..=100).map(|number| number * 4096);
    assert_eq!(
        numbers.copied().collect::<Vec<_>>(),
        expected.collect::<Vec<i64>>()
    );
}

#[test]
fn only_the_bytes_of_the_columns_asked_for_are_read() {
    let (_, times) = read(&["timestamp"]);
    let (_, messages) = read(&["message"]);
    let (_, both) = read(&["message", "timestamp"]);
    assert!(times > 0 && messages > times, "{times} {messages}");
    assert_eq!(both, times + messages);
    let (batches, nothing) = read(&["no such column"]);
    assert_eq!(nothing, 0);
    assert!(batches.iter().all(|batch| batch.num_columns() == 0));
}

#[test]
fn outside_a_selection_only_what_the_histogram_needs_is_read() {
    let read = |mut answers: Answers| {
        let (store, opened) = opened();
        let filter = Predicate::new(&parse("").unwrap().filter).unwrap();
        let before = store.bytes.get();
        let cancel = CancellationToken::new();
        let mut receive = |_: Refined<'_>| ControlFlow::Continue(());
        block_on(opened.ask(&filter, &mut answers, &cancel, &mut receive)).unwrap();
        let rows = answers.fields().map(|fields| fields.rows());
        (store.bytes.get() - before, rows)
    };
    let bars = || Answers::default().with_histogram(Buckets::round(range(0, 100), |_| 0), None);
    let (times, _) = read(bars());
    let (all, rows) = read(bars().with_fields());
    assert_eq!(rows, Some(100));
    let (selected, rows) = read(bars().with_fields().only(0..20));
    assert_eq!(rows, Some(20));
    assert!(
        times < selected && (selected - times) * 2 < all - times,
        "{times} {selected} {all}"
    );
}
