//! What Windrow writes is ordinary Parquet: readers that share no code with it count the same rows.

use serde_json::{Value, json};
use windrow_tests::binary;
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::python;
use windrow_tests::stand_in::StandIn;

const PYARROW: &str = r#"
import json, sys
import pyarrow.compute as pc, pyarrow.dataset as ds
table = ds.dataset(sys.argv[1] + "/logs", format="parquet", exclude_invalid_files=True).to_table(columns=["timestamp", "sequence_number", "message"])
ms = table["timestamp"].cast("int64")
order = pc.sort_indices(table, sort_keys=[("timestamp", "ascending"), ("sequence_number", "ascending")])
rows = [[t, m] for t, m in zip(ms.take(order).to_pylist(), table["message"].take(order).to_pylist())]
print(json.dumps({"rows": rows, "type": str(table.schema.field("timestamp").type)}))
"#;

const DUCKDB: &str = r#"
import duckdb, json, sys
files = sys.argv[1] + "/logs/*/*/*/*.parquet"
con = duckdb.connect()
count, first, last = con.execute(
    f"select count(*), epoch_ms(min(timestamp)), epoch_ms(max(timestamp)) from read_parquet('{files}', hive_partitioning = false)").fetchone()
rows = con.execute(
    f"select epoch_ms(timestamp), message from read_parquet('{files}', hive_partitioning = false) order by timestamp, sequence_number").fetchall()
hive = con.execute(
    f"select \"from\", \"to\", count(*) from read_parquet('{files}', hive_partitioning = true) group by all order by all").fetchall()
claims = con.execute(
    f"select decode(value) from parquet_kv_metadata('{files}') where decode(key) = 'windrow.claim'").fetchall()
print(json.dumps({"count": count, "first": first, "last": last, "rows": rows,
                  "hive": [[int(f), int(t), n] for f, t, n in hive], "claims": sorted(c for (c,) in claims)}))
"#;

#[test]
fn pyarrow_and_duckdb_read_the_same_rows_and_duckdb_the_hive_layout() {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    let cache = directory.path().join("cache");
    let middle = log.quantile_ms(1, 2);
    let windows = [(log.first_ms(), middle), (middle, log.end_ms())];
    for window in windows {
        stand_in.fetch(window, &cache, &["--flush-rows", "700"]);
    }
    let lines = log.within(windows[0].0, windows[1].1);
    let expected: Vec<Value> = lines.iter().map(|(ms, line)| json!([ms, line])).collect();

    let arrow = python::ask(PYARROW, &cache);
    assert_eq!(arrow["rows"], json!(expected));
    assert_eq!(arrow["type"], "timestamp[ms, tz=UTC]");

    let duck = python::ask(DUCKDB, &cache);
    assert_eq!(duck["count"], lines.len());
    assert_eq!(duck["rows"], json!(expected));
    assert_eq!(
        (&duck["first"], &duck["last"]),
        (&json!(lines[0].0), &json!(lines[lines.len() - 1].0))
    );
    let hive = windows.map(|(from, to)| json!([from, to, log.within(from, to).len()]));
    assert_eq!(duck["hive"], json!(hive));

    // Each part says what it proves: together exactly the two windows.
    let mut claims: Vec<(i64, i64)> = duck["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(claim)
        .collect();
    claims.sort_unstable();
    assert!(
        claims.len() > 2 && claims.windows(2).all(|pair| pair[0].1 == pair[1].0),
        "{claims:?}"
    );
    assert_eq!(
        (claims[0].0, claims[claims.len() - 1].1),
        (windows[0].0, windows[1].1)
    );
}

const FIELDS: &str = r#"
import duckdb, glob, json, sys
import pyarrow as pa, pyarrow.dataset as ds, pyarrow.parquet as pq
files = sorted(glob.glob(sys.argv[1] + "/logs/*/*/*/*.parquet"))
con = duckdb.connect()
united = f"from read_parquet({files}, hive_partitioning = false, union_by_name = true)"
names = "n, size, ok, \"http.status\", \"from_\", dport, action"
rows = con.execute(f"select {names} {united} order by timestamp, sequence_number").fetchall()
types = dict((name, kind) for name, kind, *_ in con.execute(f"describe select {names} {united}").fetchall())
schemas = [pq.read_schema(file) for file in files]
schema = pa.unify_schemas(schemas, promote_options="permissive")
table = ds.dataset(files, schema=schema, format="parquet").to_table().sort_by([("timestamp", "ascending"), ("sequence_number", "ascending")])
arrow = {name: [str(table.schema.field(name).type), table[name].to_pylist()] for name in ["n", "size", "ok", "http.status", "dport"]}
print(json.dumps({"rows": rows, "types": types, "arrow": arrow, "schemas": len({str(s.names) for s in schemas})}))
"#;

#[test]
fn other_readers_find_fields_of_messages_with_their_types_and_unite_parts_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("fields.ndjson");
    let start_ms = 1_700_000_000_000_i64;
    let lines = [
        r#"{"time":"2023-11-14T22:13:20Z","n":1,"size":10,"ok":true,"http":{"status":200},"from":"t"}"#,
        r#"{"time":"2023-11-14T22:13:21Z","n":9223372036854775807,"size":20,"ok":false,"tags":[1]}"#,
        r#"{"time":"2023-11-14T22:13:22Z","n":3,"size":0.5,"ok":null}"#,
        "2023-11-14T22:13:23Z action=deny dport=443 src=192.168.100.17 dst=10.20.30.40 proto=tcp bytes=12345",
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory.path());
    let cache = directory.path().join("cache");
    let middle = start_ms + 1_500;
    let end = start_ms + 10_000;
    stand_in.fetch((start_ms, middle), &cache, &[]);
    stand_in.fetch((middle, end), &cache, &[]);

    let read = python::ask(FIELDS, &cache);
    assert_eq!(read["schemas"], 2, "{read}");
    assert_eq!(
        read["rows"],
        json!([
            [1, 10.0, true, 200, "t", null, null],
            [i64::MAX, 20.0, false, null, null, null, null],
            [3, 0.5, null, null, null, null, null],
            [null, null, null, null, null, 443, "deny"],
        ])
    );
    let types = &read["types"];
    assert_eq!(
        (&types["n"], &types["size"], &types["ok"]),
        (&json!("BIGINT"), &json!("DOUBLE"), &json!("BOOLEAN"))
    );
    assert_eq!(read["arrow"]["n"], json!(["int64", [1, i64::MAX, 3, null]]));
    assert_eq!(
        read["arrow"]["size"],
        json!(["double", [10.0, 20.0, 0.5, null]])
    );
    assert_eq!(
        read["arrow"]["ok"],
        json!(["bool", [true, false, null, null]])
    );

    let summary = binary::end(
        stand_in
            .local("summary", (start_ms, end), &cache)
            .arg("--json"),
    )
    .ok()
    .json();
    assert_eq!(summary["widened"], json!(["size"]));
    assert_eq!(
        (
            &summary["schema"]["size"],
            &summary["null_counts"]["http.status"]
        ),
        (&json!("double"), &json!(3))
    );

    let plain = directory.path().join("plain");
    stand_in.fetch((start_ms, end), &plain, &["--promote-fields", "false"]);
    let summary = binary::end(
        stand_in
            .local("summary", (start_ms, end), &plain)
            .arg("--json"),
    )
    .ok()
    .json();
    assert_eq!(summary["columns"].as_array().unwrap().len(), 7);
    assert_eq!(
        stand_in.rows((start_ms, end), &plain),
        stand_in.rows((start_ms, end), &cache)
    );
}

const FLIPPED: &str = r#"
import glob, io, json, sys
import pyarrow.parquet as pq

def read(data, column):
    try:
        file = pq.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
        return file.read(columns=[column]).num_rows
    except OSError as error:
        return str(error)

data = bytearray(open(sorted(glob.glob(sys.argv[1] + "/logs/*/*/*/*.parquet"))[0], "rb").read())
group = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
sound, data_pages, dictionary_pages = {}, {}, {}
for column in map(group.column, range(group.num_columns)):
    name = column.path_in_schema.split(".")[0]
    sound[name] = read(data, name)
    start = column.dictionary_page_offset or column.data_page_offset
    ends = [(data_pages, start + column.total_compressed_size)]
    if column.dictionary_page_offset:
        ends.append((dictionary_pages, column.data_page_offset))
    for found, end in ends:
        data[end - 1] ^= 1
        found[name] = read(data, name)
        data[end - 1] ^= 1
print(json.dumps({"rows": group.num_rows, "sound": sound, "data_pages": data_pages, "dictionary_pages": dictionary_pages}))
"#;

#[test]
fn pyarrow_finds_a_flipped_bit_in_any_data_or_dictionary_page() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("fields.ndjson");
    let lines = [
        r#"{"time":"2023-11-14T22:13:20Z","n":1,"half":0.5,"ok":true,"user":"a"}"#,
        r#"{"time":"2023-11-14T22:13:21Z","n":2,"half":1.5,"ok":false,"user":"b"}"#,
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory.path());
    let cache = directory.path().join("cache");
    let start_ms = 1_700_000_000_000_i64;
    stand_in.fetch((start_ms, start_ms + 10_000), &cache, &[]);

    let read = python::ask(FLIPPED, &cache);
    let columns = read["sound"].as_object().unwrap();
    assert!(columns.len() > 7 && columns.values().all(|rows| *rows == read["rows"]));
    assert_eq!(read["rows"], 2);
    let found = |pages: &str| read[pages].as_object().unwrap().clone();
    assert_eq!(found("data_pages").len(), columns.len());
    assert!(found("dictionary_pages").contains_key("log_id"));
    assert!(found("dictionary_pages").contains_key("user"));
    for (column, error) in found("data_pages").iter().chain(&found("dictionary_pages")) {
        let error = error.as_str().unwrap_or_default();
        assert!(error.contains("CRC checksum"), "{column}: {error}");
    }
}

fn claim(text: &Value) -> (i64, i64) {
    let (from, to) = text.as_str().unwrap().split_once("..").unwrap();
    (from.parse().unwrap(), to.parse().unwrap())
}
