//! System messages as syslog lines.

use super::{Occasion, Rates, long_piece};
use crate::dice::Dice;
use std::fmt::Write;

pub(super) const RATES: Rates = Rates {
    per_second_hundredths: 700,
    burst_every_s: 1_500,
    split_every_s: 120,
};

const HOSTS: [&str; 7] = [
    "web-01", "web-02", "db-01", "mail-01", "build-03", "bastion", "cache-02",
];
const NAMES: [&str; 6] = ["admin", "oracle", "test", "postgres", "ubuntu", "git"];
const UNITS: [&str; 5] = [
    "nginx.service",
    "postgresql.service",
    "certbot.timer",
    "logrotate.service",
    "backup.service",
];
const PATHS: [&str; 6] = [
    "/",
    "/login",
    "/api/v2/orders",
    "/healthz",
    "/static/app.css",
    "/wp-login.php",
];

// Writing to a string cannot fail, so the results are dropped.
pub(super) fn write(occasion: Occasion, mut dice: Dice, out: &mut String) {
    let time = occasion.at.strftime("%b %e %H:%M:%S");
    let _ = write!(out, "{time} {} ", dice.pick(&HOSTS));
    let spot = occasion.spot;
    let pid = 300 + dice.roll(30_000);
    if spot.pieces > 1 {
        let _ = write!(out, "gateway[{pid}]: ERROR ");
        long_piece(spot.piece, spot.pieces, &mut dice, out);
        return;
    }
    if let Some(step) = spot.burst {
        let _ = write!(
            out,
            "kernel: [{:>12.6}] nf_conntrack: table full, dropping packet ({step})",
            occasion.timestamp_ms.rem_euclid(10_000_000_000) as f64 / 1_000.0
        );
        return;
    }
    let host = 1 + dice.roll(254);
    let _ = match dice.roll(100) {
        0..=19 => write!(
            out,
            "sshd[{pid}]: Failed password for invalid user {} from 203.0.113.{host} port {} ssh2",
            dice.pick(&NAMES),
            30_000 + dice.roll(30_000)
        ),
        20..=29 => write!(
            out,
            "sshd[{pid}]: Accepted publickey for deploy from 10.12.0.{host} port {} ssh2: ED25519",
            30_000 + dice.roll(30_000)
        ),
        30..=69 => write!(
            out,
            "nginx[{pid}]: 198.51.100.{host} \"{} {} HTTP/1.1\" {} {} \"{}\"",
            dice.pick(&["GET", "GET", "GET", "POST"]),
            dice.pick(&PATHS),
            dice.pick(&["200", "200", "200", "304", "404", "502"]),
            dice.roll(60_000),
            dice.pick(&["Mozilla/5.0", "curl/8.5.0", "kube-probe/1.31"]),
        ),
        70..=79 => write!(
            out,
            "systemd[1]: {} {}.",
            dice.pick(&["Started", "Starting", "Stopped"]),
            dice.pick(&UNITS)
        ),
        80..=87 => write!(
            out,
            "CRON[{pid}]: (root) CMD (/usr/local/bin/{})",
            dice.pick(&["rotate", "sync-users", "check-disk"])
        ),
        88..=94 => write!(
            out,
            "postfix/smtpd[{pid}]: connect from mx{}.example.net[198.51.100.{host}]",
            dice.roll(9)
        ),
        _ => write!(
            out,
            "sudo: deploy : TTY=pts/{} ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl restart {}",
            dice.roll(8),
            dice.pick(&UNITS)
        ),
    };
}
