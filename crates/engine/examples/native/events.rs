//! The events every ingest bench uses: key=value lines of a firewall, about 240 bytes of JSON each, the same on every run.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

/// Events a page.
pub(crate) const PER_PAGE: usize = 500;
/// The first event's time.
pub(crate) const START_MS: i64 = 1_700_000_000_000;
/// The log they belong to.
pub(crate) const LOG_ID: &str = "5f2c1a70-9c1e-4d8b-8f6a-2b7f0c9d1e3a";

/// What messages look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Messages {
    /// Key=value lines.
    Pairs,
    /// The same as JSON objects.
    Json,
}

/// One event as the API writes it, without a line end.
pub(crate) fn push_event(json: &mut String, number: u64, messages: Messages) {
    let mix = splitmix(number);
    let part = |shift: u32, below: u64| (mix >> shift) % below;
    let sequence = (1_u64 << 61) + number * 4096;
    // Three events a millisecond on average, so that claims end between events.
    let timestamp = START_MS as u64 + number / 3;
    let action = if part(0, 10) < 8 { "accept" } else { "drop" };
    let protocol = if part(4, 4) < 3 { "tcp" } else { "udp" };
    let ports = [443, 80, 22, 53, 3389, 8443, 5432, 25];
    let port = ports.get(part(8, 8) as usize).copied().unwrap_or_default();
    let source = format!("10.{}.{}.{}", part(12, 32), part(20, 256), part(28, 256));
    let target = format!("192.168.{}.{}", part(36, 8), part(40, 256));
    let bytes = part(48, 60_000);
    let message = match messages {
        Messages::Pairs => format!(
            "action={action} src={source} dst={target} proto={protocol} dport={port} bytes={bytes}"
        ),
        // JSON in a JSON string.
        Messages::Json => format!(
            r#"{{\"action\":\"{action}\",\"src\":\"{source}\",\"dst\":\"{target}\",\"proto\":\"{protocol}\",\"dport\":{port},\"bytes\":{bytes}}}"#
        ),
    };
    // Writing to a string cannot fail.
    let _ = write!(
        json,
        r#"{{"timestamp":{timestamp},"sequence_number":{sequence},"sequence_number_str":"{sequence}","log_id":"{LOG_ID}","message":"{message}","labels":[]}}"#,
    );
}

/// The body of one page, with the link to the next.
pub(crate) fn page(first: u64, count: u64, next: Option<&str>, messages: Messages) -> String {
    let mut json = String::with_capacity(count as usize * 260 + 400);
    let _ = write!(
        json,
        r#"{{"logs":["{LOG_ID}"],"leql":{{"statement":"","during":{{"from":{START_MS},"to":{}}}}},"events":["#,
        START_MS + 1_000_000_000
    );
    for number in first..first + count {
        if number > first {
            json.push(',');
        }
        push_event(&mut json, number, messages);
    }
    json.push(']');
    if let Some(next) = next {
        let _ = write!(json, r#","links":[{{"rel":"Next","href":"{next}"}}]"#);
    }
    json.push('}');
    json
}

/// The same events, one a line. Gives the bytes written.
pub(crate) fn write_ndjson(file: impl Write, count: u64) -> io::Result<u64> {
    let mut file = BufWriter::new(file);
    let (mut line, mut bytes) = (String::new(), 0);
    for number in 0..count {
        line.clear();
        push_event(&mut line, number, Messages::Pairs);
        line.push('\n');
        file.write_all(line.as_bytes())?;
        bytes += line.len() as u64;
    }
    file.flush()?;
    Ok(bytes)
}

fn splitmix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
