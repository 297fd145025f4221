//! The `windrow` program.

fn main() -> std::process::ExitCode {
    windrow_cli::main(std::env::args_os())
}
