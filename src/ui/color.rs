//! Whether a stream is colored, decided once per stream, and the meaning of the colors.

use anstyle::{AnsiColor, Style};

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// Color if the terminal supports it and the environment does not disable it
    #[default]
    Auto,
    /// Always color
    Always,
    /// Never color
    Never,
}

/// Environment variables that control color.
#[derive(Debug, Clone, Default)]
pub struct ColorEnvironment {
    /// `NO_COLOR`
    pub no_color: Option<String>,
    /// `CLICOLOR_FORCE`
    pub clicolor_force: Option<String>,
    /// `CLICOLOR`
    pub clicolor: Option<String>,
    /// `TERM`
    pub term: Option<String>,
}

impl ColorEnvironment {
    /// Reads the environment of the process.
    #[must_use]
    pub fn read() -> Self {
        let var = |name| std::env::var(name).ok();
        Self {
            no_color: var("NO_COLOR"),
            clicolor_force: var("CLICOLOR_FORCE"),
            clicolor: var("CLICOLOR"),
            term: var("TERM"),
        }
    }

    /// Whether `TERM` names a terminal that can move its cursor.
    #[must_use]
    pub fn capable_terminal(&self) -> bool {
        self.term.as_deref().is_some_and(|term| !term.is_empty() && term != "dumb")
    }
}

/// Decides for one stream. Precedence: the option, `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR=0`, the terminal.
///
/// no-color.org: an empty variable counts as unset. bixense.com/clicolors: `CLICOLOR_FORCE=0` counts as unset.
#[must_use]
pub fn decide(choice: ColorChoice, environment: &ColorEnvironment, terminal: bool) -> bool {
    let is_set = |variable: &Option<String>| variable.as_deref().is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set(&environment.no_color) => false,
        ColorChoice::Auto
            if is_set(&environment.clicolor_force) && environment.clicolor_force.as_deref() != Some("0") =>
        {
            true
        }
        ColorChoice::Auto if environment.clicolor.as_deref() == Some("0") => false,
        ColorChoice::Auto => terminal && environment.capable_terminal(),
    }
}

/// Red: failed.
pub const FAILED: Style = AnsiColor::Red.on_default();
/// Red and bold: the word `error`.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Yellow: in progress, or a warning.
pub const WARNING: Style = AnsiColor::Yellow.on_default();
/// Green: success.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Cyan: a command to type.
pub const TYPE_THIS: Style = AnsiColor::Cyan.on_default();
/// Dim: secondary information.
pub const SECONDARY: Style = Style::new().dimmed();
/// Bold: headings.
pub const HEADING: Style = Style::new().bold();

/// `text` in `style`, or unchanged if the stream has no color.
#[must_use]
pub fn paint(colored: bool, style: Style, text: &str) -> String {
    if colored && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> ColorEnvironment {
        let var =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        ColorEnvironment {
            no_color: var("NO_COLOR"),
            clicolor_force: var("CLICOLOR_FORCE"),
            clicolor: var("CLICOLOR"),
            term: var("TERM"),
        }
    }

    #[test]
    fn each_source_overrides_the_next_one() {
        let auto =
            |pairs: &[(&str, &str)], terminal| decide(ColorChoice::Auto, &environment(pairs), terminal);
        let xterm = ("TERM", "xterm-256color");
        assert!(auto(&[xterm], true));
        assert!(!auto(&[xterm], false));
        assert!(!auto(&[("TERM", "dumb")], true));
        assert!(!auto(&[], true), "a terminal without TERM may not support escape sequences");
        assert!(!auto(&[xterm, ("CLICOLOR", "0")], true));
        assert!(auto(&[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], false));
        assert!(!auto(&[("CLICOLOR_FORCE", "0")], false));
        assert!(!auto(&[("CLICOLOR_FORCE", "")], false));
        assert!(!auto(&[xterm, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true));
        assert!(auto(&[xterm, ("NO_COLOR", "")], true));
        assert!(decide(ColorChoice::Always, &environment(&[("NO_COLOR", "1")]), false));
        assert!(!decide(ColorChoice::Never, &environment(&[xterm, ("CLICOLOR_FORCE", "1")]), true));
    }
}
