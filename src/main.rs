//! The `farrier` program: parse, dispatch, turn the outcome into an exit code.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
