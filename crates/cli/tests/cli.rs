//! The command and the companion from outside: real processes, real HTTP on loopback.

// Said so that the lints of tests hold for what tests share, too.
#[cfg(test)]
#[cfg(target_os = "linux")]
#[path = "cli/access.rs"]
mod access;
#[cfg(test)]
#[path = "cli/asked.rs"]
mod asked;
#[cfg(test)]
#[path = "cli/bad_input.rs"]
mod bad_input;
#[cfg(test)]
#[path = "cli/companion.rs"]
mod companion;
#[cfg(test)]
#[path = "cli/desk.rs"]
mod desk;
#[cfg(test)]
#[path = "cli/fault_files.rs"]
mod fault_files;
#[cfg(test)]
#[path = "cli/late_events.rs"]
mod late_events;
#[cfg(test)]
#[cfg(unix)]
#[path = "cli/limits.rs"]
mod limits;
#[cfg(test)]
#[path = "cli/native_http.rs"]
mod native_http;
#[cfg(test)]
#[cfg(unix)]
#[path = "cli/outputs.rs"]
mod outputs;
#[cfg(test)]
#[path = "cli/plan_by_hand.rs"]
mod plan_by_hand;
#[cfg(test)]
#[path = "cli/priced.rs"]
mod priced;
#[cfg(test)]
#[path = "cli/program.rs"]
mod program;
#[cfg(test)]
#[path = "cli/refusals.rs"]
mod refusals;
#[cfg(test)]
#[path = "cli/relayed.rs"]
mod relayed;
#[cfg(test)]
#[cfg(unix)]
#[path = "cli/stopped.rs"]
mod stopped;
#[cfg(test)]
#[path = "cli/told.rs"]
mod told;
#[cfg(test)]
#[cfg(target_os = "linux")]
#[path = "cli/unwritable.rs"]
mod unwritable;
#[cfg(test)]
#[path = "cli/upstream.rs"]
mod upstream;
#[cfg(test)]
#[path = "cli/variables.rs"]
mod variables;
#[cfg(test)]
#[path = "cli/verified.rs"]
mod verified;
#[cfg(test)]
#[path = "cli/whole_run.rs"]
mod whole_run;
