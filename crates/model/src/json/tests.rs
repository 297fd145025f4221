use super::*;
use proptest::prelude::*;
use serde_json::Value;

fn skip_all(text: &str) -> Result<&str, JsonError> {
    let mut reader = Reader::new(text);
    let raw = reader.skip()?;
    reader.end()?;
    Ok(raw)
}

fn string(text: &str) -> Result<String, JsonError> {
    let mut one_pass = String::from("kept");
    let mut reader = Reader::new(text);
    let read = reader
        .string_into(&mut one_pass)
        .and_then(|()| reader.end());
    let mut reader = Reader::new(text);
    let two_passes = reader.string().and_then(|found| {
        let mut out = String::new();
        found.push_to(&mut out);
        reader.end().map(|()| out)
    });
    assert_eq!(read.is_ok(), two_passes.is_ok());
    if let Ok(text) = &two_passes {
        assert_eq!(one_pass.strip_prefix("kept"), Some(text.as_str()));
    }
    two_passes
}

fn integer(text: &str) -> Result<Option<i64>, JsonError> {
    let mut reader = Reader::new(text);
    let value = reader.integer()?;
    reader.end()?;
    Ok(value)
}

#[test]
fn integers_are_exact_to_the_last_bit() {
    for value in [0, -1, i64::MAX, i64::MIN, 3_237_198_280_324_534_273] {
        assert_eq!(integer(&value.to_string()), Ok(Some(value)));
    }
}

#[test]
fn numbers_that_are_no_integers_of_64_bits_have_no_value() {
    for text in [
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "100000000000000000000000",
        "1.0",
        "1e3",
        "-0.5E-7",
    ] {
        assert_eq!(integer(text), Ok(None), "{text}");
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "", "-", "01", "1.", ".5", "1e", "1e+", "+1", "0x1", "1.e3", "--1", "NaN",
    ] {
        assert!(integer(text).is_err(), "{text}");
    }
}

#[test]
fn every_escape_becomes_its_character() {
    assert_eq!(
        string(r#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00""#).unwrap(),
        "\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{1F600}"
    );
}

#[test]
fn half_a_surrogate_pair_is_kept_as_it_was_written() {
    for raw in [
        r"\ud800",
        r"\udc00",
        r"\uD83D x",
        r"\ud800\u0041",
        r"\ud800\ud800",
        r"\udc00\ud800",
    ] {
        let kept = string(&format!("\"{raw}\"")).unwrap();
        assert_eq!(kept, raw.replace(r"\u0041", "A"));
    }
    assert_eq!(
        string(r#""\ud800\ud83d\ude00""#).unwrap(),
        "\\ud800\u{1F600}"
    );
}

#[test]
fn bad_strings_are_refused() {
    for text in [
        r#"""#,
        r#""\""#,
        r#""\x""#,
        r#""\u12""#,
        r#""\u+123""#,
        r#""\u12g4""#,
        "\"a\nb\"",
        "\"12345678901\u{1}\"",
        "\"nul \0\"",
        "'a'",
    ] {
        assert!(string(text).is_err(), "{text:?}");
    }
}

#[test]
fn deep_nesting_is_read_up_to_a_limit_without_using_the_stack() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(skip_all(&nested(10_000)).is_ok());
    assert!(skip_all(&nested(2 << 20)).is_err());
    for levels in [1, 63, 64, 65, 127, 128, 129, 1_000] {
        // Objects and lists in turn, and one that closes with the wrong mark.
        let mixed = |close: &str| "[{\"a\":".repeat(levels) + "1" + &close.repeat(levels);
        assert!(skip_all(&mixed("}]")).is_ok(), "{levels}");
        assert!(skip_all(&mixed("]}")).is_err(), "{levels}");
        let after = format!("[{},{{\"b\":[1,2]}}]", mixed("}]"));
        assert!(skip_all(&after).is_ok(), "{levels}");
    }
    assert!(skip_all(&"[".repeat(10_000_000)).is_err());
    assert!(skip_all(&"{\"a\":".repeat(1_000_000)).is_err());
}

#[test]
fn counts_may_be_written_as_doubles() {
    assert_eq!(decimal_count("17"), Some(17));
    assert_eq!(decimal_count("17.0"), Some(17));
    assert_eq!(decimal_count("1.2345678E7"), Some(12_345_678));
    assert_eq!(decimal_count("18446744073709551615"), Some(u64::MAX));
    for text in ["-1", "1.5", "1e300", "1e17", "\"1\"", "null"] {
        assert_eq!(decimal_count(text), None, "{text}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_is_passed_over_whole(value in any_value(), pretty in any::<bool>()) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        prop_assert_eq!(skip_all(&text), Ok(text.as_str()));
        let padded = format!(" \n{text}\t ");
        prop_assert_eq!(skip_all(&padded), Ok(text.as_str()));
    }

    #[test]
    fn every_string_is_read_as_serde_reads_it(text in any::<String>(), ascii in any::<bool>()) {
        let mut written = serde_json::to_string(&text).unwrap();
        if ascii {
            written = written.chars().map(|c| {
                let mut units = [0; 2];
                if c.is_ascii() {
                    c.to_string()
                } else {
                    c.encode_utf16(&mut units).iter().map(|u| format!("\\u{u:04X}")).collect()
                }
            }).collect();
        }
        prop_assert_eq!(string(&written), Ok(text));
    }

    #[test]
    fn damaged_texts_are_accepted_exactly_where_serde_accepts_them(
        value in any_value(), at in any::<prop::sample::Index>(), byte in prop::sample::select(b"\"\\{}[]:,0-.eEtn u\x01\n".to_vec()), action in 0..3,
    ) {
        let mut bytes = value.to_string().into_bytes();
        let at = at.index(bytes.len());
        match action {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, byte),
            _ => bytes[at] = byte,
        }
        if let Ok(text) = String::from_utf8(bytes) {
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text);
            prop_assert_eq!(skip_all(&text).ok(), theirs.ok().map(|raw| raw.get()), "{}", text);
        }
    }

    #[test]
    fn every_integer_is_read_as_std_reads_it(digits in "-?[0-9]{1,25}") {
        match integer(&digits) {
            Ok(value) => prop_assert_eq!(value, digits.parse().ok()),
            Err(_) => prop_assert!(digits.trim_start_matches('-').starts_with('0')),
        }
    }

    #[test]
    fn the_first_special_byte_is_found(bytes in prop::collection::vec(prop_oneof![Just(b'"'), Just(b'\\'), any::<u8>(), any::<u8>(), any::<u8>()], 0..64), from in 0_usize..64) {
        let slow = (from..bytes.len())
            .find(|at| matches!(bytes[*at], b'"' | b'\\' | 0..=0x1f))
            .unwrap_or(bytes.len());
        prop_assert_eq!(scan::special(&bytes, from), slow.max(bytes.len().min(from)));
    }
}
