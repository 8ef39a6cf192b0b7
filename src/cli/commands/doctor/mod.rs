//! `farrier doctor`: check access to clouds and their services.
//!
//! # To add a check
//!
//! - Of what Ironic manages: write a file with a function `check`, such as `hardware.rs`, and add its `mod` line and its
//!   line in the table `CHECKS` of `ironic.rs`. The table runs it, and skips it if the login failed.
//! - Of anything else: write a function that returns a [`CheckResult`](check_run::CheckResult), and call it in
//!   `checks::run`, after the checks that it depends on. Skip it by name where one of those failed.
//!
//! An error is a failed check; its kind decides the exit code, and its hint is the remedy.

mod check_run;
mod checks;
mod conductors;
mod hardware;
mod ironic;
mod nodes;
mod servers;

use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::ui::output::{CellStyle, Column, Document, Section, View, seconds};
use check_run::{CheckRun, FinishedCheck};

/// Check access to a cloud and its services
///
/// Shows what each check found, how long it took, and how to fix a problem. If a check fails, the checks that depend on it
/// are skipped. `doctor` always logs in again, without stored tokens, and changes nothing.
///
/// The exit code is 0 if no check failed, even with warnings. Otherwise, it is the code of the first failed check.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[2, 3, 9]))]
pub(crate) struct Args {}

const EXAMPLES: help::Examples = &[
    ("Check the current cloud", "farrier doctor"),
    ("Check two clouds", "farrier doctor --os-cloud east,west"),
    (
        "List the failed checks, in a script",
        "farrier doctor -f json | jq '.[] | select(.verdict == \"failed\")'",
    ),
];

const COLUMNS: &[Column] = &[
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("check", "CHECK"),
    Column::new("verdict", "VERDICT"),
    Column::new("duration_s", "TIME").show(CellStyle::Seconds),
    Column::new("found", "FOUND"),
    Column::new("remedy", "REMEDY").on_request(),
];

const REMEDIES: &[Column] = &[
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("check", "CHECK"),
    Column::new("remedy", "REMEDY"),
];

pub(crate) fn run(_: &Args, context: &Context) -> anyhow::Result<()> {
    let names = context.cloud_names()?;
    let with_cloud = |view: View| if names.len() > 1 { view.including("cloud") } else { view };
    let view = with_cloud(context.ui.view(COLUMNS)?);
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for name in &names {
        let mut checks = CheckRun::new();
        let cloud = checks::run(&mut checks, name.as_deref(), context);
        for check in checks.checks() {
            failed.extend(check.failed.map(|kind| (check.name, kind)));
            rows.push(row(cloud.as_deref().or(name.as_deref()), check));
        }
    }
    let remedies: Vec<Value> = rows.iter().filter(|row| !row["remedy"].is_null()).cloned().collect();
    let whole = json!(rows);
    let mut sections = vec![Section { title: None, view, rows }];
    if !remedies.is_empty() {
        let title = Some("What to do".to_owned());
        let view = with_cloud(View::new(REMEDIES, &[], None)?);
        sections.push(Section { title, view, rows: remedies });
    }
    context.ui.document(Document { whole, sections })?;
    let Some((_, kind)) = failed.first() else { return Ok(()) };
    let names: Vec<&str> = failed.iter().map(|(name, _)| *name).collect();
    Err(failure(*kind, &names).into())
}

fn failure(kind: FailureKind, names: &[&str]) -> Failure {
    let count = match names.len() {
        1 => "1 check".to_owned(),
        count => format!("{count} checks"),
    };
    Failure::new(kind, format!("{count} failed: {}", names.join(", ")))
}

fn row(cloud: Option<&str>, check: &FinishedCheck) -> Value {
    json!({
        "cloud": cloud,
        "check": check.name,
        "verdict": check.verdict.name(),
        "duration_s": seconds(check.took),
        "found": check.found,
        "remedy": check.remedy,
    })
}
