//! `count`, `histogram`, `top`, `fields` and `rows --where`: rows of the cache that an expression selects.

use crate::scene::{LINES, Scene, pair};
use crate::verified::parts;
use serde_json::{Value, json};

/// An event a second with fields, but for every tenth, which is prose.
fn line(second: usize) -> String {
    let time = format!("2026-01-01T00:{:02}:{:02}Z", second / 60, second % 60);
    if second % 10 == 9 {
        return format!("{time} nothing but words \u{1b}[31m\n");
    }
    let action = if second.is_multiple_of(2) {
        "deny"
    } else {
        "Allow"
    };
    let user = ["ann", "bob", "eve"][second % 3];
    format!(
        "{{\"time\":\"{time}\",\"action\":\"{action}\",\"user\":\"{user}\",\"bytes\":{second}}}\n"
    )
}

/// The first ten minutes of such a log, in three parts.
async fn fetched() -> Scene {
    let lines: String = (0..LINES).map(line).collect();
    let scene = Scene::replaying(&lines, []).await;
    scene.fetch(0, 600, &["--flush-rows", "100"]).await;
    scene
}

fn messages(text: &str) -> Vec<String> {
    let rows = text
        .lines()
        .map(|line| -> Value { serde_json::from_str(line).unwrap() });
    rows.map(|row| row["message"].as_str().unwrap().trim_end().to_owned())
        .collect()
}

#[tokio::test]
async fn a_count_says_how_many_rows_match_and_what_was_not_searched() {
    let scene = fetched().await;
    let ended = scene
        .over("count", 0, 600, &["--where", "bytes >= 550 action:deny"])
        .await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.starts_with("25 rows match in 2026-01-01"),
        "{}",
        ended.stdout
    );
    let more = ["--where", "bytes >= 550 action:deny", "--json"];
    let answer = scene.over("count", 0, 800, &more).await.json();
    assert_eq!(answer["where"], "bytes>=550 action:deny");
    assert_eq!(
        (&answer["matched"], &answer["provisional"]),
        (&json!(25), &json!(0))
    );
    // Statistics rule out the first part, which has the rows of a page but one.
    let rows = ["searched", "skipped", "unreadable"].map(|name| answer[name].as_u64().unwrap());
    assert_eq!(rows.iter().sum::<u64>(), 600);
    assert!(rows[1] >= 499, "{answer}");
    assert_eq!(
        (&answer["missing"], &answer["missing_share"]),
        (&json!([pair(600, 800)]), &json!(0.25))
    );
    let ended = scene.over("count", 0, 800, &[]).await;
    assert!(
        ended.stdout.starts_with("600 rows match"),
        "{}",
        ended.stdout
    );
    assert!(
        ended
            .stdout
            .contains("not cached  1 gap, 3 min 20 s of 13 min 20 s, not searched"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn a_count_of_nothing_ends_with_6_and_with_7_while_some_of_the_window_is_not_cached() {
    let scene = fetched().await;
    for (to_s, filter, code) in [
        (600, "user:mallory", 6),
        (601, "user:mallory", 7),
        (600, "user:ann", 0),
        (601, "user:ann", 0),
        (600, "not user:mallory", 0),
    ] {
        let ended = scene.over("count", 0, to_s, &["--where", filter]).await;
        assert_eq!(ended.code, code, "{filter} {to_s}: {}", ended.stdout);
    }
}

#[tokio::test]
async fn a_mistake_in_an_expression_is_shown_under_its_place_with_what_would_be_right() {
    let scene = fetched().await;
    for command in ["rows", "count", "histogram", "fields"] {
        let ended = scene
            .over(command, 0, 600, &["--where", "user:ann action:(deny drop)"])
            .await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{command}");
        let lines: Vec<&str> = ended.stderr.lines().map(str::trim_end).collect();
        assert_eq!(
            lines[0],
            "windrow: --where, column 23: between two values write `or`"
        );
        assert_eq!(lines[1].trim_start(), "user:ann action:(deny drop)");
        assert_eq!(lines[1].find("drop"), lines[2].find('^'));
        assert!(
            lines[3].contains("if they are one value, quote it"),
            "{}",
            ended.stderr
        );
    }
    let ended = scene
        .over("count", 0, 600, &["--json", "--where", "/a(b/"])
        .await;
    assert_eq!(
        (ended.code, &ended.json()["error"]["kind"]),
        (2, &json!("bad_input"))
    );
}

#[tokio::test]
async fn an_unknown_field_and_a_doubtful_meaning_are_hints_and_no_mistakes() {
    let scene = fetched().await;
    let ended = scene.over("count", 0, 600, &["--where", "usr:ann"]).await;
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("no field `usr` is known here; did you mean `user`?"),
        "{}",
        ended.stderr
    );
    let ended = scene.over("rows", 0, 600, &["--where", "/ann/"]).await;
    assert!(
        ended.stderr.contains("this is a regular expression"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn matching_rows_are_printed_with_offset_limit_and_fields() {
    let scene = fetched().await;
    let expected: Vec<String> = (0..600)
        .map(line)
        .filter(|line| line.contains("\"ann\"") && line.contains("deny"))
        .map(|line| line.trim_end().to_owned())
        .collect();
    let filter = ["--where", "user:ANN -action:allow"];
    let ended = scene.over("rows", 0, 600, &filter).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(messages(&ended.stdout), expected);
    let more = [
        &filter[..],
        &[
            "--offset",
            "30",
            "--limit",
            "5",
            "--fields",
            "Bytes,user,none",
        ],
    ]
    .concat();
    let ended = scene.over("rows", 0, 600, &more).await;
    assert_eq!(messages(&ended.stdout), expected[30..35]);
    let row: Value = serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap();
    let message: Value = serde_json::from_str(&expected[30]).unwrap();
    assert_eq!(
        row["fields"],
        json!({"Bytes": message["bytes"], "user": "ann", "none": null})
    );
    // Without an expression too.
    let ended = scene
        .over("rows", 0, 600, &["--limit", "1", "--fields", "user"])
        .await;
    assert!(
        ended.stdout.contains("\"fields\":{\"user\":\"ann\"}"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn a_histogram_never_shows_what_is_not_cached_as_no_rows() {
    let scene = fetched().await;
    let ended = scene
        .over("histogram", 0, 1_200, &["--where", "bytes < 300", "--json"])
        .await;
    let answer = ended.json();
    let buckets = answer["buckets"].as_array().unwrap();
    assert_eq!((&answer["step_ms"], buckets.len()), (&json!(10_000), 120));
    assert_eq!(
        (&buckets[0]["rows"], &buckets[0]["unsearched_ms"]),
        (&json!(9), &json!(0))
    );
    assert_eq!(
        (&buckets[40]["rows"], &buckets[40]["unsearched_ms"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(
        (&buckets[60]["rows"], &buckets[60]["unsearched_ms"]),
        (&json!(0), &json!(10_000))
    );
    let total: u64 = buckets
        .iter()
        .map(|bucket| bucket["rows"].as_u64().unwrap())
        .sum();
    assert_eq!(Some(total), answer["matched"].as_u64());

    let shown = scene
        .over("histogram", 0, 1_200, &["--where", "bytes < 300"])
        .await
        .stdout;
    let at = |time: &str| {
        shown
            .lines()
            .find(|line| line.starts_with(&format!("2026-01-01 {time}")))
            .unwrap()
    };
    assert!(
        at("00:00:00").ends_with(&format!("9  {}", "\u{2588}".repeat(40))),
        "{shown}"
    );
    assert!(at("00:06:40").ends_with(" 0"), "{shown}");
    assert!(at("00:10:00").ends_with("?  not searched"), "{shown}");

    let split = scene
        .over("histogram", 0, 600, &["--by", "action", "--json"])
        .await
        .json();
    assert_eq!(split["values"], json!(["deny", "Allow"]));
    let by = &split["buckets"][0]["by"];
    assert_eq!(by.as_array().unwrap().len(), 4, "{split}");
    let shown = scene
        .over("histogram", 0, 600, &["--by", "action"])
        .await
        .stdout;
    assert!(shown.contains("deny  Allow  (others)  (none)"), "{shown}");
}

#[tokio::test]
async fn the_most_frequent_values_are_shown_with_their_shares_and_the_numbers_of_another_field() {
    let scene = fetched().await;
    let answer = scene.over("top", 0, 600, &["user", "--json"]).await.json();
    assert_eq!(
        answer["top"],
        json!([{"value": ["ann"], "rows": 180}, {"value": ["bob"], "rows": 180}, {"value": ["eve"], "rows": 180}])
    );
    assert_eq!(
        (&answer["absent"], &answer["distinct"], &answer["is_exact"]),
        (&json!(60), &json!(3), &json!(true))
    );
    let words = [
        "user",
        "action",
        "--of",
        "bytes",
        "--where",
        "bytes < 4",
        "--limit",
        "9",
        "--json",
    ];
    let answer = scene.over("top", 0, 600, &words).await.json();
    let of = |n: f64| json!({"count": 1, "sum": n, "low": n, "high": n});
    assert_eq!(
        answer["top"],
        json!([
            {"value": ["ann", "Allow"], "rows": 1, "of": of(3.0)},
            {"value": ["ann", "deny"], "rows": 1, "of": of(0.0)},
            {"value": ["bob", "Allow"], "rows": 1, "of": of(1.0)},
            {"value": ["eve", "deny"], "rows": 1, "of": of(2.0)},
        ])
    );
    let shown = scene
        .over("top", 0, 600, &["action", "--of", "bytes"])
        .await
        .stdout;
    assert!(
        shown.contains("Share") && shown.contains("50.0 %"),
        "{shown}"
    );
    assert!(
        shown.contains("2 distinct values; 60 rows without a value"),
        "{shown}"
    );
}

#[tokio::test]
async fn the_values_of_a_file_are_looked_for_all_at_once_in_messages_or_in_a_field() {
    let scene = fetched().await;
    let file = scene.path("indicators.txt");
    let mut values: Vec<String> = (0..1_000)
        .map(|n| format!("10.0.{}.{}", n / 250, n % 250))
        .collect();
    values.extend(["ANN,", "\"words\"", "", "ANN"].map(str::to_owned));
    std::fs::write(&file, values.join("\n")).unwrap();
    let path = file.to_str().unwrap();
    for (words, matched) in [
        (&["--any-of", path][..], 240),
        (&["--any-of", path, "--in", "user"], 180),
        (&["--any-of", path, "--where", "action:deny"], 100),
    ] {
        let words = [words, &["--json"]].concat();
        let answer = scene.over("count", 0, 600, &words).await.json();
        assert_eq!(answer["matched"], matched, "{words:?}");
    }
    let ended = scene
        .over("rows", 0, 600, &["--any-of", path, "--limit", "5"])
        .await;
    assert_eq!(ended.stdout.lines().count(), 5);
    let ended = scene
        .over("rows", 0, 600, &["--any-of", path, "--find", "x"])
        .await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    std::fs::write(&file, "\n*\n").unwrap();
    let ended = scene.over("count", 0, 600, &["--any-of", path]).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("has no values"), "{}", ended.stderr);
    let ended = scene
        .over("count", 0, 600, &["--any-of", "no-such-file"])
        .await;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
}

#[tokio::test]
async fn a_field_that_no_row_has_is_said_with_the_nearest_name_and_the_answer_is_given() {
    let scene = fetched().await;
    for (command, words) in [
        ("top", &["usre"][..]),
        ("top", &["action", "usre"]),
        ("top", &["action", "--of", "usre"]),
        ("histogram", &["--by", "usre"]),
        ("rows", &["--fields", "usre"]),
        ("rows", &["--fields", "usre", "--where", "user:ann"]),
    ] {
        let ended = scene.over(command, 0, 600, words).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let said = "no row has a field `usre`; did you mean `user`?";
        assert!(ended.stderr.contains(said), "{command}: {}", ended.stderr);
        assert!(!ended.stdout.contains(said) && !ended.stdout.is_empty());
        let words: Vec<&str> = words
            .iter()
            .map(|word| if *word == "usre" { "user" } else { word })
            .collect();
        let ended = scene.over(command, 0, 600, &words).await;
        assert!(!ended.stderr.contains("no row has"), "{}", ended.stderr);
    }
    // Found in messages alone, it is known.
    let lines: String = (0..LINES).map(line).collect();
    let scene = Scene::replaying(&lines, []).await;
    scene.fetch(0, 300, &["--promote-fields", "false"]).await;
    let ended = scene.over("top", 0, 300, &["user"]).await;
    assert!(!ended.stderr.contains("no row has"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_fields_of_matching_rows_are_listed_with_types_and_distinct_values() {
    let scene = fetched().await;
    let answer = scene
        .over("fields", 0, 600, &["--where", "user:ann", "--json"])
        .await
        .json();
    let fields = answer["fields"].as_array().unwrap();
    let bytes = fields
        .iter()
        .find(|field| field["name"] == "bytes")
        .unwrap();
    assert_eq!(
        bytes,
        &json!({"name": "bytes", "types": ["int64"], "rows": 180, "distinct": 180})
    );
    let user = fields.iter().find(|field| field["name"] == "user").unwrap();
    assert_eq!(
        (&user["types"], &user["distinct"]),
        (&json!(["string"]), &json!(1))
    );
    let shown = scene.over("fields", 0, 600, &[]).await.stdout;
    let line = shown
        .lines()
        .find(|line| line.starts_with("action"))
        .unwrap();
    assert!(
        line.contains("string") && line.contains("540") && line.contains("90.0 %"),
        "{shown}"
    );
}

#[tokio::test]
async fn parts_without_columns_of_fields_give_the_same_answers() {
    let lines: String = (0..LINES).map(line).collect();
    let scene = Scene::replaying(&lines, []).await;
    scene.fetch(0, 300, &["--flush-rows", "100"]).await;
    scene.fetch(300, 600, &["--promote-fields", "false"]).await;
    for (filter, matched) in [
        ("user:ann", 180),
        ("not user:*", 60),
        ("bytes > 290 bytes < 310", 17),
    ] {
        let answer = scene
            .over("count", 0, 600, &["--where", filter, "--json"])
            .await
            .json();
        assert_eq!(answer["matched"], matched, "{filter}");
    }
    let answer = scene
        .over("top", 0, 600, &["action", "--json"])
        .await
        .json();
    let top = answer["top"].as_array().unwrap().iter();
    let rows = top.map(|value| value["rows"].as_u64().unwrap());
    assert_eq!(rows.sum::<u64>(), 540);
}

#[tokio::test]
async fn damage_is_named_and_the_rest_is_counted() {
    let scene = fetched().await;
    let parts = parts(&scene.path("cache"));
    let part = &parts[1];
    let mut bytes = std::fs::read(part).unwrap();
    // The first column chunk, the times, begins right behind the magic.
    let (start, end) = (4, bytes.len() / 2);
    bytes[start..end].iter_mut().for_each(|byte| *byte ^= 1);
    std::fs::write(part, bytes).unwrap();
    let ended = scene
        .over("count", 0, 600, &["--where", "user:*", "--json"])
        .await;
    let answer = ended.json();
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    let unreadable = answer["unreadable"].as_u64().unwrap();
    assert!(unreadable > 0, "{answer}");
    assert_eq!(answer["damaged"][0]["kind"], "damaged");
    assert!(
        ended.stderr.contains(".parquet is damaged"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("--repair"), "{}", ended.stderr);
    assert!(answer["matched"].as_u64().unwrap() >= 400, "{answer}");
    let ended = scene.over("rows", 0, 600, &["--where", "user:*"]).await;
    assert_eq!(ended.code, 5);
}

#[tokio::test]
async fn every_command_that_asks_about_rows_has_an_example_and_says_what_its_exit_codes_mean() {
    let scene = Scene::new().await;
    for command in ["rows", "count", "histogram", "top", "fields"] {
        let help = scene.windrow(&[command, "--help"]).await.stdout;
        assert!(
            help.contains(&format!("Example: windrow {command} ")),
            "{help}"
        );
        assert!(help.contains("  7    `count`"), "{help}");
    }
}
