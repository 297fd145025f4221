//! What people write, and what it means.

use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Filter {
    match parse(text) {
        Ok(parsed) => parsed.filter,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn hints(text: &str) -> Vec<String> {
    let parsed = parse(text).unwrap();
    parsed.hints.iter().map(ToString::to_string).collect()
}

fn text(text: &str) -> Filter {
    Tree::Leaf(Term::Text(Pattern::literal(text)))
}

fn value(text: &str) -> Tree<Value> {
    Tree::Leaf(Value::Text(Pattern::literal(text)))
}

fn wildcard(pieces: &[&str]) -> Pattern {
    Pattern::wildcard(pieces.iter().map(|piece| (*piece).to_owned())).unwrap()
}

fn field(name: &str, values: Tree<Value>) -> Filter {
    let name = FieldName::any_case(name);
    Tree::Leaf(Term::Field { name, values })
}

fn is(name: &str, literal: &str) -> Filter {
    field(name, value(literal))
}

fn present(name: &str) -> Filter {
    field(name, Tree::Leaf(Value::Any))
}

fn network(name: &str, network: &str) -> Filter {
    let network = Cidr::parse(network).unwrap();
    field(name, Tree::Leaf(Value::Cidr(network)))
}

fn regex(pattern: &str, is_any_case: bool) -> Regex {
    Regex::new(pattern, is_any_case).unwrap()
}

fn compare(name: &str, order: Order, number: &str) -> Filter {
    Tree::Leaf(Term::Compare {
        name: FieldName::any_case(name),
        order,
        bound: Bound::Number(Number::parse(number).unwrap()),
    })
}

fn all() -> Filter {
    Tree::Leaf(Term::All)
}

#[test]
fn every_example_means_what_the_documentation_says() {
    let c = || text("c");
    for (input, expected) in [
        ("", all()),
        ("  \n", all()),
        ("*", all()),
        (
            "a b or c",
            Tree::or([Tree::and([text("a"), text("b")]), c()]),
        ),
        (
            "a or b c",
            Tree::or([text("a"), Tree::and([text("b"), c()])]),
        ),
        ("a and b AND c", Tree::and([text("a"), text("b"), c()])),
        (
            "a (b or c)",
            Tree::and([text("a"), Tree::or([text("b"), c()])]),
        ),
        (
            "user:bob smith",
            Tree::and([is("user", "bob"), text("smith")]),
        ),
        ("status : 500", is("status", "500")),
        (
            "host:fw-*",
            field("host", Tree::Leaf(Value::Text(wildcard(&["fw-", ""])))),
        ),
        (
            "action:(deny or drop)",
            field("action", Tree::or([value("deny"), value("drop")])),
        ),
        ("not(a or b)", Tree::or([text("a"), text("b")]).negated()),
        ("not level:info", is("level", "info").negated()),
        ("-level:info", is("level", "info").negated()),
        ("level != info", is("level", "info").negated()),
        ("level!=info", is("level", "info").negated()),
        ("user:*", present("user")),
        ("not user:*", present("user").negated()),
        ("user:\"\"", is("user", "")),
        ("user:\"*\"", is("user", "*")),
        ("\u{c4}RGER", text("\u{c4}RGER")),
        ("-5", text("5").negated()),
        ("\"-5\"", text("-5")),
        ("temp:-5", is("temp", "-5")),
        ("t > -5", compare("t", Order::Greater, "-5")),
        ("t>=5", compare("t", Order::AtLeast, "5")),
        ("t <1e3", compare("t", Order::Less, "1e3")),
        ("t<= \"0.5\"", compare("t", Order::AtMost, "0.5")),
        ("fw-edge-01", text("fw-edge-01")),
        ("http://x:80", text("http://x:80")),
        ("url:http://x:80", is("url", "http://x:80")),
        ("10:41:12", text("10:41:12")),
        ("fe80::1", text("fe80::1")),
        ("srcip:10.0.0.0/8", network("srcip", "10.0.0.0/8")),
        ("ip:fe80::/10", network("ip", "fe80::/10")),
        ("ip: ::ffff:0/96", network("ip", "::ffff:0/96")),
        ("ip:::1", text("ip:::1")),
        ("ip:\"10.0.0.0/8\"", is("ip", "10.0.0.0/8")),
        ("ip:10.0.0.0\\/8", is("ip", "10.0.0.0/8")),
        ("ip:10.0.0.0/33", is("ip", "10.0.0.0/33")),
        ("a1:b2:c3", is("a1", "b2:c3")),
        ("action=deny", is("action", "deny")),
        ("abc==", text("abc==")),
        ("x->y", text("x->y")),
        ("<b>", text("<b>")),
        ("a => b", Tree::and([text("a"), text("=>"), text("b")])),
        ("/var/log/x", text("/var/log/x")),
        ("//", text("//")),
        ("/api/", Tree::Leaf(Term::Regex(regex("api", false)))),
        (
            "/a b/i c",
            Tree::and([Tree::Leaf(Term::Regex(regex("a b", true))), c()]),
        ),
        ("(/x/)", Tree::Leaf(Term::Regex(regex("x", false)))),
        (
            "p:/^\\/a\\//i",
            field("p", Tree::Leaf(Value::Regex(regex("^\\/a\\/", true)))),
        ),
        ("\"C:\\temp\"", text("C:\\temp")),
        ("message:error", is("message", "error")),
        ("v:1.1", is("v", "1.1")),
        ("and:5", is("and", "5")),
        ("a and and:5", Tree::and([text("a"), is("and", "5")])),
        ("level:and", is("level", "and")),
        ("\"and\"", text("and")),
        ("android", text("android")),
        ("user*:x", Tree::Leaf(Term::Text(wildcard(&["user", ":x"])))),
        ("{a:b}", text("{a:b}")),
        ("a\\ b", text("a b")),
        ("a\\:b", text("a:b")),
        ("\\-5", text("-5")),
        ("a\\*b", text("a*b")),
        ("C\\temp", text("C\\temp")),
        ("\"say \\\"x\\\" \\\\ \\n\"", text("say \"x\" \\ \\n")),
        ("a\"b c\"d", Tree::and([text("a"), text("b c"), text("d")])),
        ("a:(not x)", field("a", value("x").negated())),
        (
            "a:(x and not (y or z))",
            field(
                "a",
                Tree::and([value("x"), Tree::or([value("y"), value("z")]).negated()]),
            ),
        ),
        (
            "a:(* or -5)",
            field("a", Tree::or([Tree::Leaf(Value::Any), value("-5")])),
        ),
        (
            "a!=(x or y)",
            field("a", Tree::or([value("x"), value("y")])).negated(),
        ),
        ("not not a", text("a").negated().negated()),
        ("(a (b (c)))", Tree::and([text("a"), text("b"), c()])),
    ] {
        assert_eq!(read(input), expected, "{input}");
        let printed = expected.to_string();
        assert_eq!(read(&printed), expected, "{input} as {printed}");
    }
}

#[test]
fn every_expression_of_the_document_is_one() {
    let document = include_str!("../../../../docs/FILTERS.md");
    let rows = document.lines().filter(|line| line.starts_with("| "));
    let expressions: Vec<&str> = rows
        .skip(2)
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert!(expressions.len() > 20);
    for expression in expressions {
        let filter = read(expression);
        assert_eq!(read(&filter.to_string()), filter, "{expression}");
    }
}

#[test]
fn a_name_in_quotes_is_exact_and_one_without_is_not() {
    let Tree::Leaf(Term::Field { name, .. }) = read("\"Src IP\" : 1") else {
        panic!("no field");
    };
    assert_eq!(name, FieldName::exact("Src IP"));
    let Tree::Leaf(Term::Field { name, .. }) = read("@Src.ip-v4:1") else {
        panic!("no field");
    };
    assert_eq!(name, FieldName::any_case("@Src.ip-v4"));
}

#[test]
fn only_the_column_of_times_is_compared_with_a_time() {
    let time = Term::Compare {
        name: FieldName::any_case("timestamp"),
        order: Order::AtLeast,
        bound: Bound::Time(1_700_000_000_123),
    };
    assert_eq!(
        read("timestamp >= 2023-11-14T23:13:20.123+01:00"),
        Tree::Leaf(time.clone())
    );
    assert_eq!(time.to_string(), "timestamp>=2023-11-14T22:13:20.123Z");
    assert!(parse("when >= 2023-11-14T22:13:20Z").is_err());
}

#[test]
fn a_mistake_names_its_place_and_what_would_be_right() {
    for (input, column, right) in [
        ("a:(x y)", 6, "write `or`"),
        ("--force", 1, "quote it: \"-...\""),
        ("a - b", 3, "quote it: \"-...\""),
        ("x -> y", 3, "quote it: \"-...\""),
        ("!x", 1, "is written `-` or `not`"),
        ("a !x", 3, "is written `-` or `not`"),
        ("()", 1, "quote them: \"()\""),
        ("f()", 2, "quote them: \"()\""),
        ("a:( )", 3, "quote them: \"()\""),
        ("\u{e4}\u{f6} \"\"", 4, "write * for all rows"),
        ("a \"b", 3, "is not closed"),
        ("(a", 1, "is not closed"),
        ("a:(b", 3, "is not closed"),
        ("(", 1, "is not closed"),
        ("a)", 2, "no parenthesis is open"),
        (")", 1, "no parenthesis is open"),
        ("a and", 3, "missing after `and`"),
        ("a or )", 3, "missing after `or`"),
        ("NOT", 1, "missing after `NOT`"),
        ("or a", 1, "quote it: \"or\""),
        ("a and or b", 7, "quote it: \"or\""),
        ("-not a", 2, "quote it: \"not\""),
        ("level:", 7, "write level:* for rows with the field"),
        ("level: and x", 8, "write level:*"),
        ("(a:)", 4, "write a:*"),
        ("a:(x or)", 6, "missing after `or`"),
        ("a:(and)", 4, "quote it: \"and\""),
        ("a > b", 5, "compares with a number"),
        ("a>(1 or 2)", 3, "compares with a number"),
        ("a>007", 3, "compares with a number"),
    ] {
        let error = match parse(input) {
            Ok(parsed) => panic!("{input} is {}", parsed.filter),
            Err(error) => error,
        };
        assert_eq!(error.place.column, column, "{input}: {error}");
        assert!(error.to_string().contains(right), "{input}: {error}");
        let before = input.get(..error.place.offset).unwrap();
        assert_eq!(before.chars().count() + 1, column, "{input}");
    }
}

#[test]
fn what_may_be_meant_otherwise_is_hinted_at() {
    for (input, column, expected) in [
        ("user:bob smith", 10, "as one value: user:\"bob smith\""),
        (
            "x user = bob  smith",
            15,
            "as one value: user = \"bob  smith\"",
        ),
        ("-5", 1, "quote it"),
        ("a -5b", 3, "quote it"),
        ("user*:x", 1, "no wildcards"),
        ("{a:b}", 1, "no braces"),
        ("/api/", 1, "regular expression; for the text: \"/api/\""),
        ("status==500", 1, "`==` is searched as a text; write `=`"),
        ("status == 500", 8, "write `=` or `:`"),
        (
            "user:bob && host:x",
            10,
            "`&&` is searched as a text; write `and`",
        ),
        ("user:bob || x", 10, "write `or`"),
        ("user in (a or b)", 6, "field:(a or b)"),
        ("user IN(a)", 6, "field:(a or b)"),
    ] {
        let hints = hints(input);
        assert_eq!(hints.len(), 1, "{input}: {hints:?}");
        assert!(
            hints[0].starts_with(&format!("column {column}: ")),
            "{input}: {hints:?}"
        );
        assert!(hints[0].contains(expected), "{input}: {hints:?}");
    }
    for input in [
        "user:bob and smith",
        "user:bob host:x",
        "user:bob \"smith\"",
        "user:bob -smith",
        "user:\"bob\" smith",
        "http://x:80",
        "10:41:12",
        "/var/log/x",
        "/a.*b/",
        "temp:-5",
        "-a5",
        "abc==",
        "a=1&&b=2",
        "log in",
        "\"&&\"",
    ] {
        assert_eq!(hints(input), [""; 0], "{input}");
    }
}

#[test]
fn parentheses_and_negations_are_as_deep_as_64_and_no_deeper() {
    let most = MAX_DEPTH as usize;
    for (open, inner, close) in [
        ("(", "a", ")"),
        ("not ", "a", ""),
        ("not (", "a or b", ")"),
        ("a:(", "x", ""),
    ] {
        let level = open.matches(['(', 'n']).count();
        let nested = |times: usize| [&open.repeat(times), inner, &close.repeat(times)].concat();
        if open.starts_with("a:") {
            let list = |times: usize| format!("a:{}x{}", "(".repeat(times), ")".repeat(times));
            assert!(parse(&list(most)).is_ok());
            assert_eq!(
                parse(&list(most + 1)).unwrap_err().mistake,
                Mistake::TooDeep
            );
            continue;
        }
        let filter = read(&nested(most / level));
        assert_eq!(read(&filter.to_string()), filter, "{open}");
        let error = parse(&nested(most / level + 1)).unwrap_err();
        assert_eq!(error.mistake, Mistake::TooDeep, "{open}");
    }
    for open in ["(", "not ", "a:(", "a:(not ", "-("] {
        assert!(parse(&open.repeat(10_000)).is_err(), "{open}");
    }
    let unequal = format!("{}a!=b{}", "(".repeat(most - 1), ")".repeat(most - 1));
    assert!(parse(&unequal).is_ok());
}

#[test]
fn an_expression_has_at_most_64_kilobytes() {
    assert!(parse(&"a ".repeat(MAX_BYTES / 2)).is_ok());
    let long = "\u{e4}".repeat(MAX_BYTES / 2) + "b";
    let error = parse(&long).unwrap_err();
    assert_eq!(error.mistake, Mistake::TooLong);
    assert_eq!(error.place.column, MAX_BYTES / 2 + 1);
}

/// Texts of what has a meaning somewhere.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ab5 :()\"\\\\*/<>=!.,@_{}\u{e4}\u{212a}\u{a0}\n-]{0,6}",
        1 => "and|OR|not|10\\.0\\.0\\.0/8|http://x|/a/i?|1e5|timestamp|\\PC{0,8}",
    ]
}

fn any_pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        2 => any_text().prop_map(Pattern::literal),
        1 => prop::collection::vec(any_text(), 1..4).prop_filter_map("all", Pattern::wildcard),
    ]
}

fn any_regex() -> impl Strategy<Value = Regex> {
    (any_text(), any::<bool>()).prop_filter_map("none", |(pattern, is_any_case)| {
        Regex::new(&pattern, is_any_case)
    })
}

fn any_name() -> impl Strategy<Value = FieldName> {
    prop_oneof![
        "[a-z@_][a-z5_.@-]{0,3}|and|not|timestamp|message".prop_map(FieldName::any_case),
        any_text()
            .prop_filter("empty", |name| !name.is_empty())
            .prop_map(FieldName::exact),
        any_text()
            .prop_filter("empty", |name| !name.is_empty())
            .prop_map(FieldName::any_case),
    ]
}

fn any_bound() -> impl Strategy<Value = Bound> {
    let number = "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?";
    number.prop_map(|number| Bound::Number(Number::parse(&number).unwrap()))
}

fn any_order() -> impl Strategy<Value = Order> {
    prop::sample::select(vec![
        Order::Less,
        Order::AtMost,
        Order::Greater,
        Order::AtLeast,
    ])
}

fn any_cidr() -> impl Strategy<Value = Cidr> {
    prop_oneof![
        (any::<std::net::Ipv4Addr>(), 0_u8..=32)
            .prop_map(|(ip, prefix)| Cidr::new(ip.into(), prefix)),
        (any::<std::net::Ipv6Addr>(), 0_u8..=128)
            .prop_map(|(ip, prefix)| Cidr::new(ip.into(), prefix)),
    ]
    .prop_filter_map("none", |network| network)
}

fn any_tree<T: Clone + std::fmt::Debug + 'static>(
    leaf: impl Strategy<Value = T> + 'static,
    depth: u32,
) -> impl Strategy<Value = Tree<T>> {
    leaf.prop_map(Tree::Leaf)
        .prop_recursive(depth, 24, 4, |inner| {
            prop_oneof![
                inner.clone().prop_map(Tree::negated),
                prop::collection::vec(inner.clone(), 1..5).prop_map(Tree::and),
                prop::collection::vec(inner, 1..5).prop_map(Tree::or),
            ]
        })
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Any),
        4 => any_pattern().prop_map(Value::Text),
        1 => any_cidr().prop_map(Value::Cidr),
        1 => any_regex().prop_map(Value::Regex),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let text = any_pattern().prop_filter("empty", |pattern| !pattern.is_empty());
    let time = (any_order(), 0..crate::range::MAX_MS).prop_map(|(order, ms)| Term::Compare {
        name: FieldName::any_case("timestamp"),
        order,
        bound: Bound::Time(ms),
    });
    let term = prop_oneof![
        1 => Just(Term::All),
        4 => text.prop_map(Term::Text),
        1 => any_regex().prop_map(Term::Regex),
        4 => (any_name(), any_tree(any_value(), 3)).prop_map(|(name, values)| Term::Field { name, values }),
        1 => (any_name(), any_order(), any_bound()).prop_map(|(name, order, bound)| Term::Compare { name, order, bound }),
        1 => time,
    ];
    any_tree(term, 4)
}

proptest! {
    #[test]
    fn what_is_printed_is_parsed_to_the_same(filter in any_filter()) {
        let printed = filter.to_string();
        match parse(&printed) {
            Ok(parsed) => prop_assert_eq!(parsed.filter, filter, "{}", printed),
            Err(error) => prop_assert!(false, "{}: {}", printed, error),
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused_at_a_place_in_it(
        pieces in prop::collection::vec(prop_oneof![any_text(), Just(" ".to_owned()), "[ab]+:?", "\\PC{0,20}"], 0..12),
    ) {
        let text = pieces.concat();
        let place = match parse(&text) {
            Ok(parsed) => {
                let printed = parsed.filter.to_string();
                prop_assert_eq!(parse(&printed).map(|again| again.filter), Ok(parsed.filter), "{}", printed);
                parsed.hints.first().map(|hint| hint.place)
            }
            Err(error) => Some(error.place),
        };
        if let Some(place) = place {
            prop_assert_eq!(text[..place.offset].chars().count() + 1, place.column);
        }
    }
}
