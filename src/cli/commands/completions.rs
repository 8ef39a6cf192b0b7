//! `farrier completions`: generate shell completions.

use clap_complete::Shell;

use crate::cli::Context;
use crate::cli::app::help;

/// Generate shell completions
///
/// Prints the completion script to stdout. It completes commands, options and their fixed values, but no names of nodes
/// or instances, because it does not connect to a cloud.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES))]
pub(crate) struct Args {
    /// The shell to generate the script for
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: help::Examples = &[
    (
        "Install for bash",
        "mkdir -p ~/.local/share/bash-completion/completions && \\
         farrier completions bash \\
         > ~/.local/share/bash-completion/completions/farrier",
    ),
    (
        "Install for zsh (with ~/.zfunc in fpath)",
        "mkdir -p ~/.zfunc && farrier completions zsh > ~/.zfunc/_farrier",
    ),
    (
        "Install for fish",
        "mkdir -p ~/.config/fish/completions && \\
         farrier completions fish > ~/.config/fish/completions/farrier.fish",
    ),
];

/// The completion script for `shell`.
#[must_use]
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::cli::command(), "farrier", &mut script);
    script
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
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
    context.ui.hint_on_terminal(&format!("save this as {place}"));
    Ok(())
}
