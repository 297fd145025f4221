//! What is accepted, what is refused, and in which words.

use super::*;

fn read(line: &str) -> Result<Arguments, clap::Error> {
    let line: Vec<_> = line.split(' ').map(OsString::from).collect();
    Arguments::read(&line)
}

fn fetch(line: &str) -> FetchArgs {
    match read(line).unwrap().command {
        Command::Fetch(args) => *args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_description_of_the_command_line_is_sound() {
    command().debug_assert();
}

#[test]
fn a_window_is_given_by_either_pair_of_names() {
    let one = fetch("windrow fetch --log a --from 0 --to 10");
    let other = fetch("windrow fetch --log a --start 1970-01-01T00:00:00Z --end 10");
    assert_eq!(
        one.window.window(0).unwrap(),
        other.window.window(0).unwrap()
    );
}

#[test]
fn a_window_that_is_none_is_refused_with_both_values() {
    for (from, to, words) in [
        ("10", "5", "reversed"),
        ("5", "5", "empty"),
        ("yesterday", "5", "--from cannot be read"),
        ("5", "2026-11-23T09:00:00", "--to cannot be read"),
        ("-5", "5", "outside"),
        ("5", "253402300800001", "outside"),
    ] {
        let error = window::window(from, to).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(words), "{text}");
        assert!(text.contains(&format!("`{from}`")), "{text}");
        assert!(text.contains(&format!("`{to}`")), "{text}");
        assert_eq!(error.exit(), exit::Exit::BadInput);
        assert!(!error.remedy().is_empty());
    }
}

#[test]
fn a_bound_that_looks_like_seconds_is_refused_with_both_readings_and_both_ways_to_write_it() {
    let error = window::window("1763632800", "1763636400").unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("--from `1763632800` is 1970-01-21"),
        "{text}"
    );
    assert!(
        text.contains("2025-11-20T10:00:00.000Z as seconds"),
        "{text}"
    );
    assert_eq!(
        error.remedy(),
        "write which is meant: 1763632800s, or 1763632800ms"
    );
    assert_eq!(error.exit(), exit::Exit::BadInput);
    assert_eq!(
        window::window("1763632800s", "1763636400s").unwrap(),
        TimeRange::new(1_763_632_800_000, 1_763_636_400_000).unwrap()
    );
    assert!(parse_range("1763632800..1763636400").is_err());
}

#[test]
fn a_window_may_be_given_by_its_length_up_to_now() {
    const NOW_MS: i64 = 1_795_168_800_000;
    for (typed, length_ms) in [
        ("90s", 90_000),
        ("15min", 900_000),
        ("15m", 900_000),
        ("1h", 3_600_000),
        ("1h30m", 5_400_000),
        ("2d", 172_800_000),
        ("1w", 604_800_000),
        ("250ms", 250),
    ] {
        let args = fetch(&format!("windrow fetch --log a --last {typed}"));
        let window = TimeRange::new(NOW_MS - length_ms, NOW_MS).unwrap();
        assert_eq!(args.window.window(NOW_MS).unwrap(), window, "{typed}");
    }
    for typed in ["0s", "-1h", "yesterday", "1", "1mo", "100000w"] {
        let args = fetch(&format!("windrow fetch --log a --last={typed}"));
        let error = args.window.window(NOW_MS).unwrap_err();
        assert!(
            error.to_string().contains(&format!("--last `{typed}`")),
            "{error}"
        );
        assert_eq!(error.exit(), exit::Exit::BadInput);
    }
    for line in ["--last 1h --from 0 --to 10", "--from 0", "--to 10", ""] {
        for command in ["plan", "fetch", "rows", "summary"] {
            let line = format!("windrow {command} --log a {line}");
            assert!(read(line.trim()).is_err(), "{line}");
        }
    }
}

#[test]
fn a_negative_time_is_a_value_and_not_a_flag() {
    let args = fetch("windrow fetch --log a --from -5 --to 5");
    assert!(args.window.window(0).is_err());
}

#[test]
fn events_go_to_standard_error_or_to_a_file() {
    let bare = fetch("windrow fetch --log a --from 0 --to 10 --events");
    let file = fetch("windrow fetch --log a --from 0 --to 10 --events run.ndjson");
    assert_eq!(bare.events, Some("-".into()));
    assert_eq!(file.events, Some("run.ndjson".into()));
}

#[test]
fn a_key_cannot_be_given_as_a_flag() {
    assert!(read("windrow fetch --log a --from 0 --to 10 --api-key x").is_err());
    assert!(read("windrow logs --key x").is_err());
}

#[test]
fn every_help_lists_the_exit_codes_and_no_value_of_the_environment() {
    for name in ["fetch", "plan", "rows", "serve", "stand-in", "delete"] {
        let mut command = command();
        command.build();
        let sub = command.find_subcommand_mut(name).unwrap();
        let help = sub.render_long_help().to_string();
        assert!(help.contains("130  cancelled"), "{name}");
        for arg in sub.get_arguments().filter(|arg| arg.get_env().is_some()) {
            assert!(arg.is_hide_env_values_set(), "{name} {arg}");
        }
    }
}

#[test]
fn thresholds_and_page_sizes_outside_their_bounds_are_refused() {
    for flags in [
        "--per-page 0",
        "--per-page 501",
        "--flush-rows 0",
        "--flush-bytes 0",
        "--compression brotli",
        "--settle-seconds -1",
        "--bypass --repair",
    ] {
        let line = format!("windrow fetch --log a --from 0 --to 10 {flags}");
        assert!(read(&line).is_err(), "{flags}");
    }
}

#[test]
fn a_range_has_two_ends() {
    assert_eq!(
        parse_range("5..10").unwrap(),
        TimeRange::new(5, 10).unwrap()
    );
    assert!(parse_range("5-10").is_err());
    assert!(parse_range("10..5").is_err());
}
