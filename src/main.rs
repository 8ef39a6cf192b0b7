//! The `farrier` program: parse, dispatch, turn the outcome into an exit code.

fn main() -> std::process::ExitCode {
    farrier::cli::main(std::env::args_os().collect())
}
