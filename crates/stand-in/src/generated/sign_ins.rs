//! Sign-in events as JSON messages.

use super::{Occasion, Rates, long_piece};
use crate::dice::Dice;
use std::fmt::Write;
use windrow_model::instant::format_instant_ms;

pub(super) const RATES: Rates = Rates {
    per_second_hundredths: 300,
    burst_every_s: 2_400,
    split_every_s: 400,
};

const USERS: [&str; 12] = [
    "a.keller",
    "b.osei",
    "c.lindqvist",
    "d.marchetti",
    "e.nowak",
    "f.tanaka",
    "g.oduya",
    "h.moreau",
    "i.s\u{e1}nchez",
    "j.m\u{fc}ller",
    "svc-deploy",
    "admin",
];
const APPS: [&str; 6] = ["Mail", "VPN", "Code", "Payroll", "Wiki", "Admin Console"];
const PLACES: [(&str, &str); 7] = [
    ("DE", "Hamburg"),
    ("SE", "Malm\u{f6}"),
    ("IT", "Torino"),
    ("GH", "Accra"),
    ("JP", "Osaka"),
    ("FR", "Lyon"),
    ("PL", "Gda\u{144}sk"),
];
const REASONS: [&str; 4] = [
    "bad_password",
    "mfa_denied",
    "account_locked",
    "expired_password",
];

// Writing to a string cannot fail, so the results are dropped.
pub(super) fn write(occasion: Occasion, mut dice: Dice, out: &mut String) {
    let time = format_instant_ms(occasion.timestamp_ms);
    let spot = occasion.spot;
    if spot.pieces > 1 {
        let _ = write!(out, "{{\"time\":\"{time}\",\"event\":\"error\",\"text\":\"");
        long_piece(spot.piece, spot.pieces, &mut dice, out);
        out.push_str("\"}");
        return;
    }
    let user = dice.pick(&USERS);
    let network = if dice.percent(70) {
        "198.51.100"
    } else {
        "203.0.113"
    };
    let host = 1 + dice.roll(254);
    let app = dice.pick(&APPS);
    let (country, city) = dice.pick(&PLACES);
    let failed = spot.burst.is_some() || dice.percent(7);
    let result = if failed { "failure" } else { "success" };
    let _ = write!(
        out,
        "{{\"time\":\"{time}\",\"event\":\"sign_in\",\"result\":\"{result}\",\"user\":\"{user}@example.com\",\
         \"source_ip\":\"{network}.{host}\",\"country\":\"{country}\",\"city\":\"{city}\",\"app\":\"{app}\",",
    );
    if failed {
        let reason = if spot.burst.is_some() {
            "bad_password"
        } else {
            dice.pick(&REASONS)
        };
        let attempt = spot.burst.map_or(1, |at| at + 1);
        let _ = write!(out, "\"reason\":\"{reason}\",\"attempt\":{attempt},");
    } else {
        let _ = write!(
            out,
            "\"mfa\":\"{}\",",
            dice.pick(&["push", "totp", "key", "none"])
        );
    }
    let risk = if spot.burst.is_some() {
        "high"
    } else {
        dice.pick(&["low", "low", "low", "medium"])
    };
    let _ = write!(
        out,
        "\"risk\":\"{risk}\",\"device\":{{\"name\":\"laptop-{:04}\",\"managed\":{}}}}}",
        dice.roll(900),
        dice.percent(85)
    );
}
