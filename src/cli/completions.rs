//! `farrier completions`: what a shell needs to complete farrier's command line.

use clap_complete::Shell;

use super::{Context, help};

/// Generate shell completions
///
/// The script goes to stdout; where to put it is said on stderr, on a terminal. It knows commands, options and the values
/// that never change, and asks no server.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES))]
pub(super) struct Args {
    /// The shell to complete in
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: help::Examples = &[
    (
        "For bash, from the next login on",
        "farrier completions bash > ~/.local/share/bash-completion/completions/farrier",
    ),
    ("For zsh, where ~/.zfunc is in fpath", "farrier completions zsh > ~/.zfunc/_farrier"),
    ("For fish", "farrier completions fish > ~/.config/fish/completions/farrier.fish"),
];

/// The completions of `shell`.
#[must_use]
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "farrier", &mut script);
    script
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let script = script(args.shell);
    context.ui.text(&String::from_utf8(script).expect("completions are made of UTF-8"))?;
    let place = match args.shell {
        Shell::Bash => "~/.local/share/bash-completion/completions/farrier",
        Shell::Zsh => "_farrier in a directory of $fpath, such as ~/.zfunc",
        Shell::Fish => "~/.config/fish/completions/farrier.fish",
        Shell::Elvish => "a file that ~/.config/elvish/rc.elv evaluates",
        Shell::PowerShell => "a file that $PROFILE runs",
        _ => return Ok(()),
    };
    context.ui.aside(&format!("put this into {place}"));
    Ok(())
}
