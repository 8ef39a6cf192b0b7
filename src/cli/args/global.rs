//! The options of every command.

use clap::{ArgAction, Args};

use crate::ui::color::ColorChoice;
use crate::ui::output::OutputFormat;
use crate::ui::progress::ProgressMode;
use crate::ui::{UiOptions, Verbosity};

const OUTPUT: &str = "Output";
const RUNNING: &str = "Execution";
const CONNECTION: &str = "Connection";

/// The global options. They are accepted before and after the subcommand.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Global {
    /// Output format
    #[arg(short, long, global = true, value_name = "FORMAT", value_enum, default_value_t, help_heading = OUTPUT)]
    pub format: OutputFormat,

    /// Column to show (repeatable)
    ///
    /// Columns are shown in the given order. `--column help` lists the columns of a command.
    #[arg(short, long = "column", global = true, value_name = "NAME", help_heading = OUTPUT)]
    pub columns: Vec<String>,

    /// Sort lists by this column
    ///
    /// `NAME:desc` sorts in descending order.
    #[arg(long, global = true, value_name = "NAME[:desc]", help_heading = OUTPUT)]
    pub sort: Option<String>,

    /// How to show progress on stderr
    #[arg(long, global = true, value_name = "MODE", value_enum, default_value_t, help_heading = OUTPUT)]
    pub progress: ProgressMode,

    /// When to use color
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t, help_heading = OUTPUT)]
    pub color: ColorChoice,

    /// Print only results, warnings and errors
    #[arg(short, long, global = true, conflicts_with_all = ["verbose", "debug"], help_heading = OUTPUT)]
    pub quiet: bool,

    /// Print each step (`-vv`: also every request)
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = OUTPUT)]
    pub verbose: u8,

    /// Print full requests and responses
    ///
    /// Secrets are masked.
    #[arg(long, global = true, help_heading = OUTPUT)]
    pub debug: bool,

    /// Answer yes to all prompts
    #[arg(short, long, global = true, help_heading = RUNNING)]
    pub yes: bool,

    /// Maximum number of parallel operations
    #[arg(
        short, long, global = true, value_name = "N", default_value_t = 16, help_heading = RUNNING,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub jobs: u16,

    /// Cloud or group (default: `OS_CLOUD`)
    ///
    /// A cloud in clouds.yaml, or a group of clouds. Repeat the option, or separate names with commas, for several
    /// clouds. They act as one pool: see `farrier help clouds`.
    #[arg(
        long = "os-cloud", global = true, value_name = "NAME", value_delimiter = ',', help_heading = CONNECTION
    )]
    clouds: Vec<String>,

    /// URL of Ironic
    ///
    /// Overrides the URL in Keystone's catalog. Without --os-cloud and `OS_AUTH_URL`, farrier connects without
    /// authentication, or with the user and password in the URL.
    #[arg(
        long = "os-endpoint", global = true, value_name = "URL", value_hint = clap::ValueHint::Url,
        help_heading = CONNECTION
    )]
    endpoint: Option<String>,

    /// Do not cache Keystone tokens
    #[arg(long, global = true, help_heading = CONNECTION)]
    pub(crate) no_auth_cache: bool,
}

impl Global {
    /// The clouds given with `--os-cloud`. Empty names are ignored, as in openstacksdk.
    pub fn clouds(&self) -> impl Iterator<Item = &str> {
        self.clouds.iter().map(|name| name.trim()).filter(|name| !name.is_empty())
    }

    /// The URL given with `--os-endpoint`, unless it is empty.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty())
    }

    /// How much to print about the work.
    #[must_use]
    pub fn verbosity(&self) -> Verbosity {
        match (self.debug, self.verbose) {
            (true, _) => Verbosity::Bodies,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Steps,
            (false, _) => Verbosity::Requests,
        }
    }

    /// The options of the UI.
    pub(crate) fn ui(&self) -> UiOptions {
        UiOptions {
            format: self.format,
            columns: self.columns.clone(),
            sort: self.sort.clone(),
            color: self.color,
            progress: self.progress,
            quiet: self.quiet,
            yes: self.yes,
            verbosity: self.verbosity(),
        }
    }
}
