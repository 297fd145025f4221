//! Bad input is refused with its own words and a remedy, with its exit code, and changes nothing on disk. The key is never printed.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use windrow_tests::binary::{KEY, end};
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::stand_in::{StandIn, queries};
use windrow_tests::tree;

/// A change to a good `fetch`.
type Spoil = Box<dyn Fn(&mut Command)>;

struct Case {
    name: &'static str,
    spoil: Spoil,
    code: i32,
    kind: &'static str,
    says: Vec<String>,
    asks: bool,
}

fn case(
    name: &'static str,
    code: i32,
    says: &[&str],
    spoil: impl Fn(&mut Command) + 'static,
) -> Case {
    let kind = match code {
        2 => "bad_input",
        3 => "not_authorised",
        4 => "no_server",
        5 => "cache",
        _ => "failed",
    };
    Case {
        name,
        spoil: Box::new(spoil),
        code,
        kind,
        says: says.iter().map(|text| (*text).to_owned()).collect(),
        asks: false,
    }
}

/// Takes a flag and its value out: given twice, it would be refused for that alone.
fn without(command: &mut Command, flag: &str) {
    let mut arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    if let Some(at) = arguments.iter().position(|argument| argument == flag) {
        arguments.drain(at..at + 2);
    }
    let mut changed = Command::new(command.get_program());
    changed.args(arguments).env_clear().stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            changed.env(name, value);
        }
    }
    *command = changed;
}

fn with(command: &mut Command, flag: &str, value: &str) {
    without(command, flag);
    command.args([flag, value]);
}

/// A port where nobody listens: taken, then given back.
fn deaf_origin() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn cases(blocked: &str) -> Vec<Case> {
    let place = blocked.to_owned();
    let unknown = "00000000-0000-4000-8000-000000000000";
    let mut cases = vec![
        case(
            "reversed",
            2,
            &["reversed", "1700000000000", "1600000000000"],
            |c| {
                with(c, "--from", "1700000000000");
                with(c, "--to", "1600000000000");
            },
        ),
        case("empty", 2, &["empty", "1700000000000"], |c| {
            with(c, "--from", "1700000000000");
            with(c, "--to", "1700000000000");
        }),
        case(
            "unparsable start",
            2,
            &["--from", "yesterday", "2026-11-23T09:00:00Z", "offset"],
            |c| {
                with(c, "--from", "yesterday");
                with(c, "--to", "2026-11-23T09:00:00Z");
            },
        ),
        case(
            "a time without an offset",
            2,
            &["--to", "2026-11-23T08:00:00Z", "2026-11-23T09:00:00`"],
            |c| {
                with(c, "--from", "2026-11-23T08:00:00Z");
                with(c, "--to", "2026-11-23T09:00:00");
            },
        ),
        case("before 1970", 2, &["-5", "1970"], |c| {
            with(c, "--from", "-5")
        }),
        case("empty log id", 2, &["log id is empty"], |c| {
            with(c, "--log", "")
        }),
        case("aggregating query", 2, &["aggregates", "groupby"], |c| {
            with(c, "--query", "where(status) groupby(package)");
        }),
        case("a region that is none", 2, &["region"], |c| {
            without(c, "--base-url");
            c.args(["--region", "../evil"]);
        }),
        case("plain http to elsewhere", 2, &["http"], |c| {
            with(c, "--base-url", "http://192.0.2.1")
        }),
        case("no key", 3, &["RAPID7_API_KEY"], |c| {
            c.env_remove(KEY);
        }),
        case("no server", 4, &["no answer", "--base-url"], |c| {
            with(c, "--base-url", &deaf_origin());
            with(c, "--retry-attempts", "0");
        }),
        case("unwritable cache", 5, &[blocked, "--cache-dir"], move |c| {
            with(c, "--cache-dir", &place)
        }),
    ];
    let mut wrong_key = case(
        "wrong key",
        3,
        &["refused", "RAPID7_API_KEY", "region"],
        |c| {
            c.env(KEY, "not-the-key-4f2a");
        },
    );
    wrong_key.asks = true;
    let mut unknown_log = case("unknown log", 2, &[unknown, "windrow logs"], move |c| {
        with(c, "--log", unknown)
    });
    unknown_log.asks = true;
    cases.extend([wrong_key, unknown_log]);
    cases
}

/// What is in the cache. The file by which writers exclude each other stays behind and is no content.
fn held(cache: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree::files(cache);
    files.retain(|path, _| !path.ends_with("/_lock"));
    files
}

#[test]
fn bad_input_is_refused_with_its_words_and_its_exit_code_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    let cache = directory.path().join("cache");
    stand_in.fetch((log.quantile_ms(1, 4), log.quantile_ms(2, 4)), &cache, &[]);
    let held = held(&cache);

    // A file stands where the directory would have to be: not even root can write there.
    let file = directory.path().join("a-file");
    std::fs::write(&file, "left alone").unwrap();
    let blocked = file.join("cache").to_str().unwrap().to_owned();

    let window = (log.quantile_ms(1, 4), log.quantile_ms(3, 4));
    for case in cases(&blocked) {
        let name = case.name;
        let before = stand_in.requests().len();
        for json in [false, true] {
            let mut fetch = stand_in.remote("fetch", window, &cache);
            (case.spoil)(&mut fetch);
            if json {
                fetch.arg("--json");
            }
            let ended = end(&mut fetch);
            assert_eq!(ended.code, Some(case.code), "{name}: {ended:?}");
            for words in &case.says {
                assert!(
                    ended.stderr.contains(words),
                    "{name}: `{words}` is not in {ended:?}"
                );
            }
            if json {
                let error = &ended.json()["error"];
                assert_eq!(error["kind"], case.kind, "{name}: {error}");
                assert!(
                    error["remedy"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    "{name}"
                );
            } else {
                assert_eq!(ended.stdout, "", "{name}");
            }
        }
        let requests = stand_in.requests();
        assert_eq!(
            queries(&requests[before..]).is_empty(),
            !case.asks,
            "{name}: {:?}",
            &requests[before..]
        );
        assert_eq!(self::held(&cache), held, "{name}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "left alone");
}

#[test]
fn a_wrong_command_line_is_refused_with_code_two() {
    for line in [
        "fetch",
        "fetch --log a --from 0",
        "rows --log a --from 0 --to 1 --nonsense",
        "fetch --log a --from 0 --to 1 --per-page 501",
        "nonsense",
        "",
    ] {
        let ended = end(&mut windrow_tests::binary::windrow(line.split_whitespace()));
        assert_eq!(ended.code, Some(2), "{line}: {ended:?}");
        assert!(!ended.stderr.is_empty(), "{line}");
    }
}
