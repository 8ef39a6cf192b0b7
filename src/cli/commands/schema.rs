//! `farrier schema`: print the JSON Schema of the output of a command.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    audit, boot_device, capacity, console, deploy, destroy, doctor, enroll, export, flavor, gc, lab, node,
    power, reservation, schedule, vif, watch, why,
};
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{ErrorAnswer, Failure, FailureKind};
use crate::cli::app::{help, instance_rows};
use crate::suggest::nearest;
use crate::ui::output::{Column, Document, OutputFormat};
use crate::ui::progress::EventLine;

/// Print the JSON Schema of a command's output
///
/// The schema describes the output of the command with `-f json`, without --column. `error` is the error on stderr, and
/// `event` is a line of `--progress json`. Without a command, the names of all schemas are listed.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[2]))]
pub(crate) struct Args {
    /// Command, such as `node list`; or `error` or `event`
    command: Vec<String>,
}

const EXAMPLES: help::Examples = &[
    ("List the names of all schemas", "farrier schema"),
    ("Print the schema of `farrier node list -f json`", "farrier schema node list"),
    ("Print the schema of errors", "farrier schema error"),
];

const COLUMNS: &[Column] = &[Column::new("name", "NAME")];

/// The name of a schema.
#[derive(Debug, Serialize, JsonSchema)]
struct SchemaName {
    /// The name: a command, `error` or `event`.
    name: &'static str,
}

/// The JSON output of all commands, and the other JSON that farrier prints.
#[must_use]
pub fn answers() -> Vec<Answer> {
    let mut answers = vec![
        audit::answer(),
        boot_device::answer(),
        capacity::answer(),
        console::answer(),
        deploy::answer(),
        destroy::answer(),
        doctor::answer(),
        enroll::answer(),
        export::answer(),
        gc::answer(),
        schedule::answer(),
        why::answer(),
        Answer::of("schema").list::<SchemaName>(COLUMNS).document::<Map<String, Value>>(),
        Answer::of("error").document::<ErrorAnswer>(),
        Answer::of("event").document::<EventLine>(),
    ];
    answers.extend(flavor::answers());
    answers.extend(instance_rows::answers());
    answers.extend(lab::answers());
    answers.extend(node::answers());
    answers.extend(power::answers());
    answers.extend(reservation::answers());
    answers.extend(vif::answers());
    answers.extend(watch::answers());
    answers.sort_by_key(|answer| answer.command);
    answers
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let answers = answers();
    if args.command.is_empty() {
        let names = answers.iter().map(|answer| SchemaName { name: answer.command });
        return Ok(context.ui.list(&view, names.collect())?);
    }
    let name = args.command.join(" ");
    let Some(answer) = answers.iter().find(|answer| answer.command == name) else {
        let failure = Failure::new(FailureKind::Usage, format!("no schema for `{}`", name.escape_debug()));
        return Err(match nearest(&name, answers.iter().map(|answer| answer.command)) {
            Some(near) => failure.hint(format!("did you mean `farrier schema {near}`?")),
            None => failure.hint("list the names: `farrier schema`"),
        }
        .into());
    };
    if !context.global.columns.is_empty() {
        return Err(Failure::new(FailureKind::Usage, "a schema has no columns").into());
    }
    match context.ui.format() {
        OutputFormat::Table | OutputFormat::Json => {
            Ok(context.ui.text(&format!("{:#}\n", answer.schema()))?)
        }
        OutputFormat::Yaml => {
            Ok(context.ui.document(Document { whole: answer.schema(), sections: Vec::new() })?)
        }
        OutputFormat::Csv | OutputFormat::Value => {
            let failure = Failure::new(FailureKind::Usage, "a schema has no rows");
            Err(failure.hint("use `-f json` or `-f yaml`").into())
        }
    }
}
