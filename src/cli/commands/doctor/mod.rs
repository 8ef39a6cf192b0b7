//! `farrier doctor`: check access to clouds and their services.
//!
//! # To add a check
//!
//! - A check of what Ironic manages: write a file with a function `check`, such as `hardware.rs`, and add its `mod` line and its
//!   line in the table `CHECKS` of `ironic.rs`. The table runs it, and skips it if the login failed.
//! - Any other check: write a function that returns a [`CheckResult`](check_run::CheckResult), and call it in
//!   `checks::run`, after the checks that it depends on. Skip it by name if one of those failed.
//!
//! An error is a failed check; its kind decides the exit code, and its hint is the remedy.

mod check_run;
mod checks;
mod conductors;
mod hardware;
mod ironic;
mod nodes;
mod servers;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::counts::counted;
use crate::ui::output::{CellStyle, Column, Document, Section, View, json, seconds};
use check_run::{CheckRun, CheckVerdict, FinishedCheck};

/// Check access to a cloud and its services
///
/// Shows what each check found, how long it took, and how to fix a problem. If a check fails, the checks that depend on
/// it are skipped. `doctor` changes nothing. It always requests a new token.
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
    Column::new("verdict", "RESULT"),
    Column::new("duration_s", "TIME").show(CellStyle::Seconds),
    Column::new("found", "DETAILS"),
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
            rows.push(json(&row(cloud.as_deref().or(name.as_deref()), check)));
        }
    }
    let remedies: Vec<Value> = rows.iter().filter(|row| !row["remedy"].is_null()).cloned().collect();
    let whole = Value::Array(rows.clone());
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
    Failure::new(kind, format!("{} failed: {}", counted(names.len(), "check"), names.join(", ")))
}

/// A check of a cloud.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckRow {
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The name of the check.
    check: &'static str,
    /// How it ended.
    verdict: CheckVerdict,
    /// Its duration in seconds.
    duration_s: f64,
    /// What it found, or why it was skipped.
    found: String,
    /// What to do about it.
    remedy: Option<String>,
}

fn row(cloud: Option<&str>, check: &FinishedCheck) -> CheckRow {
    CheckRow {
        cloud: cloud.map(str::to_owned),
        check: check.name,
        verdict: check.verdict,
        duration_s: seconds(check.took),
        found: check.found.clone(),
        remedy: check.remedy.clone(),
    }
}

pub(super) fn answer() -> Answer {
    Answer::of("doctor").list::<CheckRow>(COLUMNS).table::<CheckRow>(REMEDIES)
}
