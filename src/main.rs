//! The `farrier` program.

fn main() -> std::process::ExitCode {
    farrier::cli::main(std::env::args_os().collect())
}
