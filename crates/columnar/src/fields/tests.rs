//! What is found in messages, by example.

use super::*;
use windrow_model::filter::FieldName;

fn column(messages: &[&str]) -> TextColumn {
    let mut column = TextColumn::default();
    for message in messages {
        column.push(Some(message));
    }
    column
}

/// Columns as `name type: value|value`, `-` where null.
fn shown(messages: &TextColumn, fields: &[Field]) -> Vec<String> {
    let text = messages.text();
    fields
        .iter()
        .map(|field| {
            let values: Vec<String> = (0..messages.len())
                .map(|row| {
                    let leaf = field.leaves.iter().find(|leaf| leaf.row() == row);
                    leaf.and_then(|leaf| match field.kind {
                        Kind::Boolean => leaf.boolean(text).map(|value| value.to_string()),
                        Kind::Integer => leaf.integer(text).map(|value| value.to_string()),
                        Kind::Float => leaf.float(text).map(|value| format!("{value:?}")),
                        Kind::Text => leaf.text(text).map(Into::into),
                    })
                    .unwrap_or_else(|| "-".into())
                })
                .collect();
            format!("{} {:?}: {}", field.name, field.kind, values.join("|"))
        })
        .collect()
}

fn promoted(messages: &[&str]) -> Vec<String> {
    let messages = column(messages);
    shown(&messages, &choose(&messages).fields)
}

#[test]
fn json_objects_become_columns_and_nested_ones_get_dots() {
    assert_eq!(
        promoted(&[
            r#"{"user":"ann","bytes":12,"ok":true,"http":{"status":200,"took":941698576.3182311}}"#,
            r#" { "http" : {"status":404,"path":"\/a\u0020b"}, "user":null,"bytes":-3 } "#,
        ]),
        [
            "user Text: ann|-",
            "bytes Integer: 12|-3",
            "ok Boolean: true|-",
            "http.status Integer: 200|404",
            "http.took Float: 941698576.3182311|-",
            "http.path Text: -|/a b",
        ]
    );
}

#[test]
fn mixed_types_widen_and_text_keeps_what_is_written() {
    assert_eq!(
        promoted(&[
            r#"{"a":1,"b":1,"c":true,"d":9223372036854775807,"e":9007199254740993,"f":1e400,"g":-0}"#,
            r#"{"a":2.50,"b":"x","c":1.0,"d":9223372036854775808,"e":0.5,"f":1,"g":1}"#,
        ]),
        [
            "a Float: 1.0|2.5",
            "b Text: 1|x",
            "c Text: true|1.0",
            "d Text: 9223372036854775807|9223372036854775808",
            "e Text: 9007199254740993|0.5",
            "f Text: 1e400|1",
            "g Float: -0.0|1.0",
        ]
    );
}

#[test]
fn lists_and_objects_too_deep_stay_in_the_message() {
    assert_eq!(
        promoted(&[r#"{"a":[1,{"b":2}],"c":{"d":{"e":{"f":1,"g":{"h":2}}}},"i":{}}"#]),
        ["c.d.e.f Integer: 1"]
    );
}

#[test]
fn what_is_no_whole_json_object_promotes_nothing() {
    for message in [
        r#"{"a":1"#,
        r#"{"a":1} x"#,
        r#"{"a":01}"#,
        r#"{"a":1,}"#,
        r#"{"a":.5}"#,
        r#"{"a":"\x"}"#,
        "{\"a\":\"\n\"}",
        r#"{"a":"\u12g4"}"#,
        r#"{"a" 1}"#,
        r#"[{"a":1}]"#,
        "{",
        "",
        "{\"a\":\"\0\"}",
    ] {
        assert!(promoted(&[message]).is_empty(), "{message}");
    }
}

#[test]
fn half_a_surrogate_pair_is_null_and_the_rest_is_not() {
    assert_eq!(
        promoted(&[r#"{"a":"\ud800","b":"\ud83d\ude00","c\ud800":1}"#]),
        ["a Text: -", "b Text: \u{1f600}"]
    );
}

#[test]
fn a_name_that_comes_up_twice_in_a_message_is_left_there() {
    assert_eq!(
        promoted(&[
            r#"{"a":1,"a":2,"b.c":3,"b":{"c":4},"d":5}"#,
            r#"{"a":6,"b":{"c":7}}"#
        ]),
        ["a Integer: -|6", "b.c Integer: -|7", "d Integer: 5|-"]
    );
}

#[test]
fn a_message_means_what_it_means_alone_whatever_came_before_it() {
    for [before, message] in [
        [r#"{"a\\u0041":1}"#, r#"{"a\u0041":2}"#],
        [r#"{"a\"b":1}"#, r#"{"a"b":2}"#],
        [r#"{"a b":1}"#, "a b=2 c=3 d=4"],
        [r#"{"1a":1}"#, "1a=2 b=3 c=4"],
    ] {
        let values = |shown: Vec<String>| -> Vec<String> {
            let last = |line: &String| {
                let (name, values) = line.rsplit_once(": ")?;
                let value = values.rsplit('|').next()?;
                (value != "-").then(|| format!("{name}: {value}"))
            };
            shown.iter().filter_map(last).collect()
        };
        assert_eq!(
            values(promoted(&[before, message])),
            values(promoted(&[message])),
            "{message}"
        );
    }
}

#[test]
fn names_of_ours_get_an_underscore_and_no_two_names_become_one() {
    let messages = r#"{"Timestamp":1,"timestamp_":2,"from":3,"TO":4,"message":5,"too":6,"to_":7}"#;
    let names: Vec<_> = choose(&column(&[messages]))
        .fields
        .into_iter()
        .map(|field| field.name)
        .collect();
    assert_eq!(
        names,
        [
            "Timestamp_",
            "timestamp__",
            "from_",
            "TO_",
            "message_",
            "too",
            "to__"
        ]
    );
}

#[test]
fn of_names_equal_ignoring_case_the_most_frequent_is_promoted() {
    assert_eq!(
        promoted(&[
            r#"{"User":"a","user":"b"}"#,
            r#"{"user":"c"}"#,
            r#"{"USER":"d"}"#
        ]),
        ["user Text: b|c|-"]
    );
}

#[test]
fn names_that_no_reader_could_show_are_not_promoted() {
    let long = "n".repeat(129);
    let fits = "n".repeat(128);
    let message = format!(
        r#"{{"{long}":1,"":2,"a\u0000":3,"b\u0007":4,"c\u0085":5,"{fits}":6,"x":{{"{fits}":7}}}}"#
    );
    assert_eq!(promoted(&[&message]), [format!("{fits} Integer: 6")]);
}

#[test]
fn the_most_frequent_names_are_promoted_when_there_are_too_many() {
    let many: Vec<String> = (0..100).map(|n| format!(r#""k{n:02}":{n}"#)).collect();
    let all = format!("{{{}}}", many.join(","));
    let names: Vec<_> = choose(&column(&[&all, r#"{"k99":1,"k50":2}"#]))
        .fields
        .into_iter()
        .map(|field| field.name)
        .collect();
    assert_eq!(names.len(), MAX_FIELDS);
    assert!(names.contains(&"k99".into()) && names.contains(&"k62".into()));
    assert!(!names.contains(&"k63".into()), "{names:?}");
}

#[test]
fn a_firewall_line_becomes_columns() {
    assert_eq!(
        promoted(&[
            "action=accept src=10.0.0.1 dport=443 rule=007 plus=+5 load=1.5 ver=1.10",
            "<134>Nov 24 fw: action=drop src=fe80::1 dport=22 rule=12 plus=7 load=0.25 ver=2 msg=\"a \\\"b\\\" c:\\\\d\\n\" ok=true",
        ]),
        [
            "action Text: accept|drop",
            "src Text: 10.0.0.1|fe80::1",
            "dport Integer: 443|22",
            "rule Text: 007|12",
            "plus Text: +5|7",
            "load Float: 1.5|0.25",
            "ver Text: 1.10|2",
            "msg Text: -|a \"b\" c:\\d\\n",
            "ok Boolean: -|true",
        ]
    );
}

#[test]
fn prose_is_not_taken_for_pairs() {
    for message in [
        "set x=1 and then y=2 in the file",
        "the answer is x=42",
        "x=42",
        "GET /index.html?a=1&b=2 HTTP/1.1",
        "if a==b c==d",
        "a = 1 b = 2",
        "=1 =2",
        "1=a 2=b",
        "token=abc is no pair of=its own",
    ] {
        assert!(promoted(&[message]).is_empty(), "{message}");
    }
}

#[test]
fn a_value_of_a_line_is_never_cut_short() {
    assert_eq!(
        promoted(&[
            "a=1, b=2; c=\"\" d= list=[1 2] e='x y' msg=hello world f=3 url=http://h/?q=1 g=\"x\"y h=4 i=5 j=abcdefghijklmnopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz"
        ]),
        [
            "a Integer: 1",
            "b Integer: 2",
            "c Text: ",
            "f Integer: 3",
            "h Integer: 4",
            "i Integer: 5",
            "j Text: abcdefghijklmnopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz",
        ]
    );
}

#[test]
fn hostile_messages_are_bounded_and_change_nothing() {
    let deep = |open: &str, close: &str| [open.repeat(10_000), close.repeat(10_000)].concat();
    let lists = format!(r#"{{"a":1,"b":{}}}"#, deep("[", "]"));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    let keys: Vec<String> = (0..10_000).map(|n| format!(r#""k{n}":{n}"#)).collect();
    let keys = format!("{{{}}}", keys.join(","));
    let digits = format!(r#"{{"n":{},"m":1}}"#, "9".repeat(100_000));
    let messages = column(&[&lists, &objects, &keys, &digits, "{\"a\":2}"]);
    let fields = choose(&messages).fields;
    assert_eq!(fields.len(), MAX_FIELDS);
    let values: usize = fields.iter().map(|field| field.leaves.len()).sum();
    assert!(values <= 2 * MAX_FIELDS, "{values}");
    assert_eq!(promoted(&[&lists]), promoted(&[]));
    assert_eq!(promoted(&[&digits])[0].len(), "n Text: ".len() + 100_000);
}

#[test]
fn a_later_row_group_fills_the_columns_of_the_first() {
    let first = column(&[r#"{"a":1,"b":1.5,"c":"x","d":true}"#]);
    let fixed: Vec<Fixed> = choose(&first)
        .fields
        .into_iter()
        .map(|field| (field.name, field.kind))
        .collect();
    let later = column(&[
        r#"{"a":1.5,"b":3,"c":4,"d":"true","e":5}"#,
        r#"{"a":7,"b":"x","c":null,"d":false}"#,
    ]);
    assert_eq!(
        shown(&later, &fit(&later, &fixed).fields),
        [
            "a Integer: -|7",
            "b Float: 3.0|-",
            "c Text: 4|-",
            "d Boolean: -|false"
        ]
    );
}

#[test]
fn what_no_column_has_all_of_is_named() {
    let messages = column(&[
        r#"{"user":"ann","User":"bob","tags":["a"],"n":1,"twice":1,"twice":2,"none":null,"empty":{}}"#,
        r#"{"user":"eve","n":2}"#,
    ]);
    let Promoted { fields, left } = choose(&messages);
    assert_eq!(Vec::from_iter(left.unwrap()), ["User", "tags", "twice"]);
    let fixed: Vec<Fixed> = fields
        .iter()
        .map(|field| (field.name.clone(), field.kind))
        .collect();
    let later = column(&[r#"{"user":"x","n":"three","new":true}"#, "a=1 b=2"]);
    let left = fit(&later, &fixed).left;
    assert_eq!(Vec::from_iter(left.unwrap()), ["a", "b", "n", "new"]);
}

#[test]
fn names_beyond_the_limit_make_it_unknown_what_is_left() {
    let all: Vec<String> = (0..600).map(|n| format!("\"k{n}\":1")).collect();
    let messages = column(&[&format!("{{{}}}", all.join(","))]);
    assert_eq!(choose(&messages).left, None);
}

/// The value of each field as text, as a reader of single messages gives it.
fn read(message: &str) -> Vec<String> {
    let mut fields = Vec::new();
    reader::FieldReader::default().each(message, &mut |name, value| {
        fields.push(format!("{name} {value:?}"));
    });
    fields
}

#[test]
fn fields_are_read_from_one_message_as_they_are_promoted() {
    assert_eq!(
        read(r#"{"a":-0,"b":{"c":"x\ty","d":[1, 2]},"to":true,"b.c":"z","e":null}"#),
        [
            "a Number(\"-0\")",
            "b.c Text(\"x\\ty\")",
            "b.d Text(\"[1, 2]\")",
            "to_ Boolean(true)",
            "b.c Text(\"z\")",
        ]
    );
    assert_eq!(
        read(r#"user="a \"b\"" status=500 note=ends here took=1.50"#),
        [
            r#"user Text("a \"b\"")"#,
            r#"status Number("500")"#,
            r#"took Text("1.50")"#,
        ]
    );
    assert!(read("nothing here").is_empty() && read(r#"{"a":1"#).is_empty());
}

#[test]
fn all_fields_of_a_message_are_read_however_many_it_has() {
    let all: Vec<String> = (0..2000).map(|n| format!("\"k{n}\":1")).collect();
    let message = format!("{{{}}}", all.join(","));
    assert_eq!(read(&message).len(), 2000);
}

#[test]
fn of_each_name_the_first_value_is_read_in_any_case_and_where_it_stands_is_told() {
    let message = r#"User=ann id=3237198280324534273 note="a b" user=bob"#;
    let names = ["user", "NOTE", "id", "none"].map(FieldName::any_case);
    let found = reader::FieldReader::default().first(message, &names);
    let found: Vec<_> = found
        .into_iter()
        .map(|found| found.map(|at| (at.value.into_text().into_owned(), &message[at.bytes])))
        .collect();
    let of = |text: &str, written: &'static str| Some((text.to_owned(), written));
    assert_eq!(
        found,
        [
            of("ann", "ann"),
            of("a b", "a b"),
            of("3237198280324534273", "3237198280324534273"),
            None
        ]
    );
}
