//! What Windrow writes is ordinary Parquet: readers that share no code with it count the same rows.

use serde_json::{Value, json};
use windrow_tests::python;
use windrow_tests::real_log::RealLog;
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
    let log = RealLog::copy_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    let cache = directory.path().join("cache");
    let middle = log.quantile_ms(1, 2);
    let windows = [(log.first_ms(), middle), (middle, log.settled_end_ms())];
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

fn claim(text: &Value) -> (i64, i64) {
    let (from, to) = text.as_str().unwrap().split_once("..").unwrap();
    (from.parse().unwrap(), to.parse().unwrap())
}
