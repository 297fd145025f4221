//! The command and the companion from outside: real processes, real HTTP on loopback.

#[path = "cli/asked.rs"]
mod asked;
#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/companion.rs"]
mod companion;
#[path = "cli/native_http.rs"]
mod native_http;
#[path = "cli/plan_by_hand.rs"]
mod plan_by_hand;
#[path = "cli/program.rs"]
mod program;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/relayed.rs"]
mod relayed;
#[cfg(unix)]
#[path = "cli/stopped.rs"]
mod stopped;
#[path = "cli/upstream.rs"]
mod upstream;
#[path = "cli/whole_run.rs"]
mod whole_run;
