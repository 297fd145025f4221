//! What is asked of rows is answered as DuckDB answers it on the same parts, in SQL.

use serde_json::{Value, json};
use std::path::Path;
use windrow_tests::binary::{self, Ended};
use windrow_tests::python;
use windrow_tests::stand_in::StandIn;

const START_MS: i64 = 1_700_000_000_000;
const ROWS: i64 = 3_000;
const WINDOW: (i64, i64) = (START_MS, START_MS + ROWS * 1_000);

/// Runs the queries of `queries.json` beside the cache, each over all parts, united by name.
const DUCKDB: &str = r#"
import duckdb, glob, json, os, sys
files = sorted(glob.glob(sys.argv[1] + "/logs/*/*/*/*.parquet"))
queries = json.load(open(os.path.join(os.path.dirname(sys.argv[1]), "queries.json")))
con = duckdb.connect()
con.execute("set timezone = 'UTC'")
con.execute(f"create view rows as select *, epoch_ms(timestamp) as ms from read_parquet({files}, hive_partitioning = false, union_by_name = true)")
print(json.dumps({"answers": [con.execute(query).fetchall() for query in queries], "parts": len(files)}))
"#;

/// An event a second. Some fields are missing in some, and every fiftieth is prose.
fn line(n: i64) -> String {
    let seconds = n + START_MS / 1_000 - 1_699_999_200;
    let time = format!(
        "2023-11-14T{:02}:{:02}:{:02}Z",
        22 + seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    );
    if n % 50 == 49 {
        return format!("{time} nothing but words in here: Timeout while connecting");
    }
    let pick = |of: &[&'static str], by: i64| of[usize::try_from(n / by).unwrap() % of.len()];
    let status = [200, 404, 500, 503][usize::try_from(n * 7 / 3).unwrap() % 4];
    let mut fields = json!({
        "time": time,
        "status": status,
        "bytes": n * 37 % 10_007,
        "ratio": (n % 8) as f64 / 4.0,
        "srcip": pick(&["10.0.0.7", "10.0.1.9", "192.168.3.4", "172.16.0.1", "10.200.0.1"], 2),
        "host": pick(&["fw-edge-01", "fw-core-02", "dc-01"], 5),
        "note": pick(&["connection refused", "done", "TIMEOUT", "a timeout while connecting"], 3),
    });
    let mut put = |name: &str, value: Value| fields[name] = value;
    match n % 4 {
        0 => put("action", json!("deny")),
        1 => put("action", json!("Allow")),
        2 => put("action", json!("drop")),
        _ => {}
    }
    match n % 7 {
        0 => put("user", json!("ann")),
        1 | 2 => put("user", json!("Bob")),
        3 => put("user", json!("eve")),
        4 => put("user", json!("")),
        _ => {}
    }
    match n % 3 {
        0 => put("ok", json!(true)),
        1 => put("ok", json!(false)),
        _ => put("http", json!({"status": 200 + n % 5})),
    }
    fields.to_string()
}

/// Several segments of several parts, and the log behind them.
fn fetched(directory: &Path) -> StandIn {
    let file = directory.join("asked.ndjson");
    let lines: Vec<String> = (0..ROWS).map(line).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory);
    let middle = START_MS + 1_100_000;
    let cache = directory.join("cache");
    stand_in.fetch((WINDOW.0, middle), &cache, &["--flush-rows", "400"]);
    stand_in.fetch((middle, WINDOW.1), &cache, &["--flush-rows", "700"]);
    stand_in
}

fn sql(directory: &Path, queries: &[String]) -> Vec<Value> {
    let text = serde_json::to_string(queries).unwrap();
    std::fs::write(directory.join("queries.json"), text).unwrap();
    let answer = python::ask(DUCKDB, &directory.join("cache"));
    assert!(answer["parts"].as_u64().unwrap() > 4, "{}", answer["parts"]);
    answer["answers"].as_array().unwrap().clone()
}

fn ask(stand_in: &StandIn, directory: &Path, command: &str, more: &[&str]) -> Ended {
    let mut command = stand_in.local(command, WINDOW, &directory.join("cache"));
    binary::end(command.args(more).arg("--json"))
}

/// Each expression, and the condition in SQL that means the same.
const CONDITIONS: [(&str, &str); 56] = [
    ("", "true"),
    ("*", "true"),
    ("timeout", "message ilike '%timeout%'"),
    (
        "TIMEOUT connecting",
        "message ilike '%timeout%' and message ilike '%connecting%'",
    ),
    (
        "timeout or refused",
        "message ilike '%timeout%' or message ilike '%refused%'",
    ),
    ("not timeout", "message not ilike '%timeout%'"),
    (
        "-timeout -refused",
        "message not ilike '%timeout%' and message not ilike '%refused%'",
    ),
    ("\"while connecting\"", "message ilike '%while connecting%'"),
    ("conn*refused", "message ilike '%conn%refused%'"),
    ("/TIMEOUT/", "contains(message, 'TIMEOUT')"),
    ("/timeout/i", "regexp_matches(message, 'timeout', 'i')"),
    (
        "/\"status\":5\\d\\d/",
        "regexp_matches(message, '\"status\":5\\d\\d')",
    ),
    ("message:refused", "message ilike '%refused%'"),
    ("action:deny", "lower(action) = 'deny'"),
    ("action = allow", "lower(action) = 'allow'"),
    ("ACTION:Deny", "lower(action) = 'deny'"),
    (
        "action != deny",
        "not coalesce(lower(action) = 'deny', false)",
    ),
    (
        "-action:deny",
        "not coalesce(lower(action) = 'deny', false)",
    ),
    ("action:*", "action is not null"),
    ("not action:*", "action is null"),
    ("action:(deny or drop)", "action in ('deny', 'drop')"),
    (
        "action:(not deny)",
        "not coalesce(lower(action) = 'deny', false)",
    ),
    ("user:\"\"", "\"user\" = ''"),
    ("user:bob", "lower(\"user\") = 'bob'"),
    ("user:b*", "\"user\" ilike 'b%'"),
    ("user:*e", "\"user\" ilike '%e'"),
    ("user:/^[Be]/", "regexp_matches(\"user\", '^[Be]')"),
    ("not user:*", "\"user\" is null"),
    ("status:500", "status = 500"),
    ("status:500.0", "status = 500"),
    ("status:(500 or 503)", "status in (500, 503)"),
    ("status >= 500", "status >= 500"),
    ("status < 404", "status < 404"),
    (
        "status > 200 status <= 500",
        "status > 200 and status <= 500",
    ),
    ("not status:200", "not coalesce(status = 200, false)"),
    ("status:50*", "cast(status as varchar) like '50%'"),
    ("bytes > 5000", "bytes > 5000"),
    ("bytes >= 100 bytes < 200", "bytes >= 100 and bytes < 200"),
    ("bytes:37", "bytes = 37"),
    ("ratio:0.25", "ratio = 0.25"),
    ("ratio > 1.25", "ratio > 1.25"),
    ("ratio <= 0.5 or ratio:1.75", "ratio <= 0.5 or ratio = 1.75"),
    ("ok:true", "ok"),
    ("ok:false", "not ok"),
    ("not ok:true", "not coalesce(ok, false)"),
    ("http.status:204", "\"http.status\" = 204"),
    ("srcip:10.0.0.0/8", "srcip like '10.%'"),
    ("srcip:10.0.1.0/24", "srcip like '10.0.1.%'"),
    (
        "not srcip:192.168.0.0/16",
        "not coalesce(srcip like '192.168.%', false)",
    ),
    ("host:fw-*", "host like 'fw-%'"),
    ("timestamp < 2023-11-14T22:30:00Z", "ms < 1700001000000"),
    (
        "timestamp >= 2023-11-14T22:40:00Z status:500",
        "ms >= 1700001600000 and status = 500",
    ),
    (
        "(action:deny or user:ann) -status:200",
        "(action = 'deny' or \"user\" = 'ann') and not coalesce(status = 200, false)",
    ),
    (
        "not (action:deny or status >= 500)",
        "not coalesce(action = 'deny', false) and not coalesce(status >= 500, false)",
    ),
    ("level:*", "false"),
    ("not level:*", "true"),
];

#[test]
fn duckdb_counts_the_same_rows_for_every_expression() {
    let directory = tempfile::tempdir().unwrap();
    let stand_in = fetched(directory.path());
    let queries: Vec<String> = CONDITIONS
        .iter()
        .map(|(_, condition)| format!("select count(*) from rows where {condition}"))
        .collect();
    let counted = sql(directory.path(), &queries);
    let mut different = 0;
    for ((text, condition), counted) in CONDITIONS.iter().zip(&counted) {
        let ended = ask(&stand_in, directory.path(), "count", &["--where", text]);
        let answer = ended.json();
        assert_eq!(answer["matched"], counted[0][0], "{text} is {condition}");
        let rows = answer["searched"].as_i64().unwrap() + answer["skipped"].as_i64().unwrap();
        assert_eq!(rows, ROWS, "{text}");
        let matched = counted[0][0].as_i64().unwrap();
        assert_eq!(ended.code, Some(if matched == 0 { 6 } else { 0 }), "{text}");
        different += usize::from(matched > 0 && matched < ROWS);
    }
    assert!(different > 45, "{different}");
}

#[test]
fn duckdb_gives_the_same_histograms_and_top_values() {
    let directory = tempfile::tempdir().unwrap();
    let stand_in = fetched(directory.path());
    let asked = |command: &str, more: &[&str]| {
        let ended = ask(&stand_in, directory.path(), command, more);
        assert_eq!(ended.code, Some(0), "{command} {more:?}: {}", ended.stderr);
        ended.json()
    };
    let histograms = [
        ("", "true"),
        ("status:500", "status = 500"),
        ("timeout", "message ilike '%timeout%'"),
    ];
    let tops = [
        ("user", "\"user\"", "", "true"),
        ("status", "status", "action:deny", "action = 'deny'"),
        ("srcip", "srcip", "timeout", "message ilike '%timeout%'"),
        // A float is shown without a fraction where it has none.
        (
            "ratio",
            "regexp_replace(cast(ratio as varchar), '\\.0$', '')",
            "ok:*",
            "ok is not null",
        ),
    ];
    let mut queries = Vec::new();
    let mut answers = Vec::new();
    for (text, condition) in histograms {
        let answer = asked("histogram", &["--where", text, "--by", "action"]);
        let bucket = format!("ms - ms % {}", answer["step_ms"]);
        queries.push(format!("select greatest({bucket}, {START_MS}) b, count(*) from rows where {condition} group by b order by b"));
        queries.push(format!("select action, count(*) c from rows where {condition} group by action order by action nulls last"));
        answers.extend([by_time(&answer), by_value(&answer)]);
    }
    for (field, column, text, condition) in tops {
        let answer = asked("top", &[field, "--where", text, "--limit", "4"]);
        queries.push(format!(
            "select cast({column} as varchar) v, count(*) c from rows where ({condition}) and v is not null group by v order by c desc, v limit 4"
        ));
        let top = answer["top"].as_array().unwrap().iter();
        answers.push(
            top.map(|value| json!([value["value"][0], value["rows"]]))
                .collect(),
        );
        assert_eq!(answer["is_exact"], true);
    }
    let answer = asked("top", &["user", "action", "--of", "bytes", "--limit", "20"]);
    queries.push(
        "select \"user\" u, action a, count(*) c, sum(bytes)::double, min(bytes)::double, max(bytes)::double from rows \
         where u is not null or a is not null group by all order by c desc, u nulls first, a nulls first"
            .to_owned(),
    );
    let top = answer["top"].as_array().unwrap().iter();
    let row = |value: &Value| {
        let (of, key) = (&value["of"], &value["value"]);
        json!([
            key[0],
            key[1],
            value["rows"],
            of["sum"],
            of["low"],
            of["high"]
        ])
    };
    answers.push(top.map(row).collect());
    let expected = sql(directory.path(), &queries);
    for ((answer, expected), query) in answers.iter().zip(&expected).zip(&queries) {
        assert_eq!(answer, expected, "{query}");
    }
    assert_eq!(answers.len(), expected.len());
}

/// Where each bucket with rows begins, and how many it has.
fn by_time(histogram: &Value) -> Value {
    let buckets = histogram["buckets"].as_array().unwrap().iter();
    let counted = buckets.filter(|bucket| bucket["rows"] != 0);
    counted
        .map(|bucket| json!([bucket["range"][0], bucket["rows"]]))
        .collect()
}

/// All rows of each value, in order, and of none.
fn by_value(histogram: &Value) -> Value {
    let total = |at: usize| -> i64 {
        let buckets = histogram["buckets"].as_array().unwrap().iter();
        buckets
            .map(|bucket| bucket["by"][at].as_i64().unwrap())
            .sum()
    };
    let values = histogram["values"].as_array().unwrap();
    assert_eq!(total(values.len()), 0, "no other values");
    let mut totals: Vec<(String, i64)> = (values.iter().enumerate())
        .map(|(at, value)| (value.as_str().unwrap().to_owned(), total(at)))
        .collect();
    totals.sort();
    let mut totals: Vec<Value> = totals
        .into_iter()
        .map(|(value, rows)| json!([value, rows]))
        .collect();
    match total(values.len() + 1) {
        0 => {}
        absent => totals.push(json!([null, absent])),
    }
    totals.into()
}
