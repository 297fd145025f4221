//! Firewall events as key=value lines.

use super::{Occasion, Rates, long_piece};
use crate::dice::Dice;
use std::fmt::Write;

pub(super) const RATES: Rates = Rates {
    per_second_hundredths: 3_000,
    burst_every_s: 700,
    split_every_s: 45,
};

const FIREWALLS: [&str; 4] = ["fw-edge-01", "fw-edge-02", "fw-dc-01", "fw-branch-07"];
const USERS: [&str; 10] = [
    "a.keller",
    "b.osei",
    "c.lindqvist",
    "d.marchetti",
    "e.nowak",
    "f.tanaka",
    "g.oduya",
    "h.moreau",
    "svc-backup",
    "-",
];
const SERVICES: [(&str, u16, &str); 9] = [
    ("tcp", 443, "https"),
    ("tcp", 443, "https"),
    ("tcp", 443, "https"),
    ("udp", 53, "dns"),
    ("tcp", 80, "http"),
    ("udp", 123, "ntp"),
    ("tcp", 22, "ssh"),
    ("tcp", 3389, "rdp"),
    ("tcp", 445, "smb"),
];

// Writing to a string cannot fail, so the results are dropped.
pub(super) fn write(occasion: Occasion, mut dice: Dice, out: &mut String) {
    let time = occasion.at.strftime("date=%Y-%m-%d time=%H:%M:%S");
    let ms = occasion.timestamp_ms.rem_euclid(1_000);
    let _ = write!(out, "{time}.{ms:03} devname={}", dice.pick(&FIREWALLS));
    let spot = occasion.spot;
    if spot.pieces > 1 {
        let _ = write!(out, " type=event subtype=system level=error msg=");
        long_piece(spot.piece, spot.pieces, &mut dice, out);
    } else if let Some(step) = spot.burst {
        scan(step, &mut dice, out);
    } else {
        traffic(&mut dice, out);
    }
}

/// One host tries the ports of another, all in one millisecond.
fn scan(step: u16, dice: &mut Dice, out: &mut String) {
    let _ = write!(
        out,
        " type=traffic level=warning action=deny proto=tcp srcip=203.0.113.{} srcport={} dstip=192.0.2.{} dstport={} \
         srcintf=wan1 dstintf=dmz policyid=0 service=tcp/{} sentbyte=0 rcvdbyte=0 threat=port-scan",
        1 + dice.roll(254),
        40_000 + dice.roll(20_000),
        1 + dice.roll(60),
        1 + step,
        1 + step,
    );
}

fn traffic(dice: &mut Dice, out: &mut String) {
    let inbound = dice.percent(18);
    let denied = dice.percent(if inbound { 55 } else { 3 });
    let (proto, port, service) = dice.pick(&SERVICES);
    let inside = (10 + dice.roll(6), dice.roll(8), 2 + dice.roll(250));
    let outside = (dice.roll(2), 1 + dice.roll(254));
    let net = if outside.0 == 0 {
        "198.51.100"
    } else {
        "203.0.113"
    };
    let (level, action) = if denied {
        ("warning", "deny")
    } else {
        ("notice", "accept")
    };
    let _ = write!(
        out,
        " type=traffic level={level} action={action} proto={proto}"
    );
    let high_port = 32_768 + dice.roll(28_000);
    if inbound {
        let _ = write!(
            out,
            " srcip={net}.{} srcport={high_port} dstip=192.0.2.{} dstport={port} srcintf=wan1 dstintf=dmz",
            outside.1,
            1 + dice.roll(60),
        );
    } else {
        let _ = write!(
            out,
            " srcip=10.{}.{}.{} srcport={high_port} dstip={net}.{} dstport={port} srcintf=lan dstintf=wan1 user={}",
            inside.0,
            inside.1,
            inside.2,
            outside.1,
            dice.pick(&USERS),
        );
    }
    let scale = 1 << dice.roll(12);
    let (sent, received) = if denied {
        (0, 0)
    } else {
        (60 + dice.roll(40 * scale), 40 + dice.roll(300 * scale))
    };
    let _ = write!(
        out,
        " policyid={} service={service} sentbyte={sent} rcvdbyte={received} duration={} sessionid={}",
        if denied { 0 } else { 1 + dice.roll(40) },
        if denied { 0 } else { dice.roll(600) },
        dice.roll(1 << 31),
    );
}
