//! Shows plans and results: complete in JSON, and as one diff per machine in tables.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::counts::{agreeing, counted, first_few};
use crate::driver::enroll::{ChassisPlan, Difference, EnrollAction, EnrollOptions, NodePlan};
use crate::ironic::node::text_of;
use crate::state_dir::secret_fingerprints::SecretComparison;
use crate::ui::output::{CellStyle, Column, Document, OutputFormat, Section, View, json, json_rows};

/// The columns for machines to create.
const NEW: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("creates.driver", "DRIVER"),
    Column::new("creates.resource_class", "CLASS"),
    Column::new("creates.bmc", "BMC").shortened_by_rank(1),
    Column::new("creates.ports", "PORTS"),
    Column::new("creates.portgroups", "GROUPS").shortened_by_rank(3),
    Column::new("creates.traits", "TRAITS").shortened_by_rank(2),
];

/// The columns for a machine that differs.
const DIFF: &[Column] = &[
    Column::new("then", "ACTION"),
    Column::new("field", "FIELD"),
    // The last column, because long values wrap.
    Column::new("difference", "DIFFERENCE"),
];

/// The columns for unchanged machines.
const SAME: &[Column] = &[Column::new("name", "NAME"), Column::new("state", "STATE").show(CellStyle::State)];

/// The columns for chassis.
const CHASSIS: &[Column] = &[
    Column::new("uuid", "UUID"),
    Column::new("action", "ACTION").show(CellStyle::Result),
    Column::new("changes", "CHANGES").show(CellStyle::Changes),
];

/// A machine of a plan.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlanRow {
    #[serde(flatten)]
    machine: EnrollRow,
    /// Its chassis, if the files describe it.
    chassis: Option<ChassisRow>,
}

/// A machine, before or after it is enrolled.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EnrollRow {
    /// The name, if it has one.
    pub(super) name: Option<String>,
    /// The UUID of the node.
    pub(super) uuid: String,
    /// What is done: `created`, `updated` or `unchanged`; or `failed`.
    pub(super) action: &'static str,
    /// The provision state; null if there is no node yet.
    pub(super) state: Option<String>,
    /// Why it failed.
    pub(super) error: Option<String>,
    /// More information.
    pub(super) note: Option<String>,
    #[serde(flatten)]
    pub(super) details: PlanDetails,
}

/// The details of a plan.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlanDetails {
    /// The differences between Ironic and the file.
    changes: Vec<FieldChange>,
    /// The fields that Ironic does not show.
    secrets: Vec<SecretRow>,
    /// The ports, port groups and traits that are in Ironic but not in the file.
    surplus: Vec<FieldChange>,
    /// A summary of the node that is created; null if the node exists.
    creates: Option<NewNode>,
}

/// A difference between Ironic and the file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct FieldChange {
    /// The field, such as `properties.memory_mb`.
    field: String,
    /// The value in Ironic; null if it is missing.
    has: Value,
    /// The value in the file; null if it is missing.
    wants: Value,
    /// Whether it is written, with the options of the command.
    #[serde(rename = "mend")]
    is_written: bool,
    /// More information.
    note: Option<String>,
}

/// A field that Ironic does not show.
#[derive(Debug, Serialize, JsonSchema)]
struct SecretRow {
    /// The field, such as `driver_info.redfish_password`.
    field: String,
    /// Whether the file has the value that was last sent from this computer.
    known: KnownSecret,
    /// When a value was last sent from this computer.
    sent_at: Option<Timestamp>,
    /// Whether it is sent, with the options of the command.
    send: bool,
}

/// Whether a secret is the one that was last sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum KnownSecret {
    /// It is the one that was last sent.
    Same,
    /// Another one was last sent.
    Changed,
    /// None was sent from this computer.
    Unknown,
}

/// A summary of a node that is created.
#[derive(Debug, Serialize, JsonSchema)]
struct NewNode {
    /// The hardware type.
    driver: String,
    /// The resource class, if it has one.
    resource_class: Option<Value>,
    /// The address of the BMC, if it is known.
    bmc: Option<String>,
    /// The number of ports.
    ports: usize,
    /// The number of port groups.
    portgroups: usize,
    /// The traits.
    traits: Vec<String>,
    /// The UUID of its chassis, if it has one.
    chassis_uuid: Option<Value>,
}

/// A chassis of the files.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ChassisRow {
    /// The UUID.
    uuid: String,
    /// What is done: `created`, `updated` or `unchanged`.
    action: &'static str,
    /// The differences between Ironic and the file.
    changes: Vec<ChassisChange>,
}

/// A difference of a chassis.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ChassisChange {
    /// The field.
    field: String,
    /// The value in Ironic; null if it is missing.
    has: Value,
    /// The value in the file.
    wants: Value,
    /// Whether it is written, with the options of the command.
    #[serde(rename = "mend")]
    is_written: bool,
}

/// A line of a diff, in a table.
#[derive(Debug, Serialize, JsonSchema)]
struct DiffLine {
    then: &'static str,
    field: Value,
    difference: String,
}

/// Adds the tables of a plan.
pub(super) fn with_tables(answer: Answer) -> Answer {
    answer.table::<PlanRow>(NEW).table::<DiffLine>(DIFF).table::<PlanRow>(SAME).table::<ChassisRow>(CHASSIS)
}

/// The details of a plan for its row, the same before and after it is carried out.
pub(super) fn details(plan: &NodePlan<'_>, options: EnrollOptions) -> PlanDetails {
    let change = |difference: &Difference| {
        let Difference { field, has, wants, note, .. } = difference;
        let notes = [note.clone(), plan.obstacle(difference)];
        let note = notes.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let note = Some(note).filter(|note| !note.is_empty());
        let is_written = plan.fixes(difference, options);
        FieldChange { field: field.clone(), has: has.clone(), wants: wants.clone(), is_written, note }
    };
    let to_send = plan.to_send(options);
    let secret = |secret: &crate::driver::enroll::Secret| {
        let (known, at) = match secret.known {
            SecretComparison::Same(at) => (KnownSecret::Same, Some(at)),
            SecretComparison::Changed(at) => (KnownSecret::Changed, Some(at)),
            SecretComparison::Unknown => (KnownSecret::Unknown, None),
        };
        let is_sent =
            to_send.contains(&secret.field.as_str()) || (known == KnownSecret::Changed && options.update);
        SecretRow { field: secret.field.clone(), known, sent_at: at, send: is_sent }
    };
    PlanDetails {
        changes: plan.differences().iter().map(change).collect(),
        secrets: plan.secrets().iter().map(secret).collect(),
        surplus: plan.surplus().iter().map(change).collect(),
        creates: creates(plan, options),
    }
}

/// A summary of a machine to create.
fn creates(plan: &NodePlan<'_>, options: EnrollOptions) -> Option<NewNode> {
    if plan.action(options) != EnrollAction::Created {
        return None;
    }
    let machine = plan.machine();
    Some(NewNode {
        driver: machine.driver().to_owned(),
        resource_class: machine.fields.get("resource_class").cloned(),
        bmc: machine.bmc().map(|bmc| crate::rest::mask::address(&bmc.to_string())),
        ports: machine.all_ports().count(),
        portgroups: machine.portgroups.len(),
        traits: machine.traits.clone().unwrap_or_default(),
        chassis_uuid: machine.fields.get("chassis_uuid").cloned(),
    })
}

/// The row of a chassis.
fn chassis_row(plan: &ChassisPlan<'_>, options: EnrollOptions) -> ChassisRow {
    let differing = plan.differing();
    let changes: Vec<ChassisChange> = differing
        .into_iter()
        .map(|(field, has, wants)| ChassisChange {
            field: field.to_owned(),
            has,
            wants,
            is_written: options.update,
        })
        .collect();
    let action = match () {
        () if plan.is_new() => EnrollAction::Created,
        () if options.update && !changes.is_empty() => EnrollAction::Updated,
        () => EnrollAction::Unchanged,
    };
    ChassisRow { uuid: plan.chassis.uuid().to_owned(), action: action.as_str(), changes }
}

/// Shows the plans.
pub(super) fn planned(
    plans: &[NodePlan<'_>],
    chassis: &[ChassisPlan<'_>],
    options: EnrollOptions,
    view: &View,
    context: &Context,
) -> anyhow::Result<()> {
    let chassis: Vec<ChassisRow> = chassis.iter().map(|plan| chassis_row(plan, options)).collect();
    let row = |plan: &NodePlan<'_>| {
        let machine = EnrollRow {
            name: plan.machine().name().map(str::to_owned),
            uuid: plan.uuid().to_owned(),
            action: plan.action(options).as_str(),
            state: plan.state().map(str::to_owned),
            error: None,
            note: None,
            details: details(plan, options),
        };
        let uuid = plan.machine().fields.get("chassis_uuid").and_then(Value::as_str);
        let of_machine = chassis.iter().find(|chassis| Some(chassis.uuid.as_str()) == uuid);
        PlanRow { machine, chassis: of_machine.cloned() }
    };
    let rows = json_rows(plans.iter().map(row));
    let summary = summary(plans, options);
    let whole_table = context.ui.format() == OutputFormat::Table && context.global.columns.is_empty();
    if whole_table && context.global.sort.is_none() {
        context
            .ui
            .document(Document { whole: Value::Null, sections: sections(plans, rows, chassis, options)? })?;
    } else {
        context.ui.list(view, rows)?;
    }
    note_secrets(plans, options, context);
    note_surplus(plans, options, context);
    context.ui.note(&format!("{summary} (dry run: nothing was changed)"));
    conclude_differing(
        plans.iter().filter(|plan| !plan.unfixed(options).is_empty()).count(),
        plans.len(),
        options,
    )
}

/// The number of machines by action.
fn summary(plans: &[NodePlan<'_>], options: EnrollOptions) -> String {
    let count = |action| plans.iter().filter(|plan| plan.action(options) == action).count();
    let [new, changed, unchanged] =
        [EnrollAction::Created, EnrollAction::Updated, EnrollAction::Unchanged].map(count);
    let differs = |plan: &&NodePlan<'_>| {
        plan.action(options) == EnrollAction::Unchanged && !plan.unfixed(options).is_empty()
    };
    let differing = plans.iter().filter(differs).count();
    let differing_part = match differing {
        0 => String::new(),
        count => format!("{count} {}, ", agreeing(count, "differs", "differ")),
    };
    format!("{new} to create, {changed} to change, {differing_part}{} unchanged", unchanged - differing)
}

/// A plan as tables: new machines, each machine that differs, and unchanged machines.
fn sections(
    plans: &[NodePlan<'_>],
    rows: Vec<Value>,
    chassis: Vec<ChassisRow>,
    options: EnrollOptions,
) -> anyhow::Result<Vec<Section>> {
    let section = |title: String, columns, rows: Vec<Value>| -> anyhow::Result<Section> {
        Ok(Section { title: Some(title), view: View::new(columns, &[], None)?.ranked(), rows })
    };
    let (mut new, mut differing, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for (plan, mut row) in plans.iter().zip(rows) {
        let label = plan.machine().label();
        row["name"] = label.clone().into();
        let diff = diff(plan, &row);
        if plan.action(options) == EnrollAction::Created {
            new.push(row);
        } else if diff.is_empty() {
            same.push(row);
        } else {
            let action = if plan.action(options) == EnrollAction::Updated {
                "to change"
            } else {
                "differs from the file, not updated"
            };
            let state = plan.state().unwrap_or("state unknown");
            differing.push(section(format!("{label} ({state}): {action}"), DIFF, diff)?);
        }
    }
    let mut sections = Vec::new();
    if !new.is_empty() {
        sections.push(section(format!("To create: {}", new.len()), NEW, new)?);
    }
    sections.extend(differing);
    if !same.is_empty() {
        sections.push(section(format!("Unchanged: {}", same.len()), SAME, same)?);
    }
    let is_shown =
        |row: &ChassisRow| row.action != EnrollAction::Unchanged.as_str() || !row.changes.is_empty();
    let chassis = json_rows(chassis.into_iter().filter(is_shown));
    if !chassis.is_empty() {
        sections.push(section("Chassis".to_owned(), CHASSIS, chassis)?);
    }
    Ok(sections)
}

/// The rows of a machine's diff: each difference from the file, and the action.
fn diff(plan: &NodePlan<'_>, row: &Value) -> Vec<Value> {
    if plan.state().is_none() && row["creates"].is_object() {
        return Vec::new();
    }
    let list = |key: &str| row[key].as_array().cloned().unwrap_or_default();
    let mut lines: Vec<Value> = Vec::new();
    let mut add = |fixes: bool, verb: &'static str, field: &Value, difference: String, note: &Value| {
        let note = note.as_str().map(|note| format!(" ({note})")).unwrap_or_default();
        let then = if fixes { verb } else { "none" };
        let difference = format!("{difference}{note}");
        lines.push(json(&DiffLine { then, field: field.clone(), difference }));
    };
    for change in list("changes") {
        let verb = if change["has"].is_null() { "add" } else { "change" };
        let (difference, note) = match &change["has"] {
            Value::Null => (text_of(&change["wants"]), &change["note"]),
            // Both are masked, so only the reason can be shown.
            has if *has == change["wants"] => {
                (change["note"].as_str().unwrap_or("differs from Ironic").to_owned(), &Value::Null)
            }
            has => (format!("{} -> {}", text_of(has), text_of(&change["wants"])), &change["note"]),
        };
        add(change["mend"] == true, verb, &change["field"], difference, note);
    }
    for extra in list("surplus") {
        let difference = format!("{} is not in the file", text_of(&extra["has"]));
        add(extra["mend"] == true, "remove", &extra["field"], difference, &extra["note"]);
    }
    let is_resent = |secret: &Value| secret["send"] == true && secret["known"] != "changed";
    for secret in list("secrets").into_iter().filter(is_resent) {
        add(true, "send", &secret["field"], "not shown by Ironic".to_owned(), &Value::Null);
    }
    lines
}

/// Notes which secrets are unchanged since they were sent, and how to send unknown ones.
pub(super) fn note_secrets(plans: &[NodePlan<'_>], options: EnrollOptions, context: &Context) {
    let count = |is: fn(&SecretComparison) -> bool| {
        plans.iter().filter(|plan| plan.secrets().iter().any(|secret| is(&secret.known))).count()
    };
    let unknown = count(|known| *known == SecretComparison::Unknown);
    let same = count(|known| matches!(known, SecretComparison::Same(_)));
    if same > 0 {
        context.ui.note(&format!(
            "the secrets of {} are unchanged since they were last sent from this computer (changes made elsewhere cannot be \
             detected)",
            counted(same, "machine")
        ));
    }
    if unknown > 0 && !options.push_secrets {
        context.ui.note(&format!(
            "the secrets of {} cannot be compared: Ironic masks them, and this computer has never sent them (to send \
             them, add `--push-secrets`)",
            counted(unknown, "machine")
        ));
    }
}

/// The number of machines that a note names.
const NAMED: usize = 5;

/// Notes which machines have no known port.
pub(super) fn note_missing_ports(labels: impl Iterator<Item = String>, context: &Context) {
    let names = first_few(labels, NAMED);
    if !names.is_empty() {
        context.ui.note(&format!(
            "{names}: no ports, which network deploys need (add `ports` to the file, or use `--inspect`)"
        ));
    }
}

/// Notes which machines are skipped because they are in use.
pub(super) fn note_in_use(labels: impl Iterator<Item = String>, context: &Context) {
    let names = first_few(labels, NAMED);
    if !names.is_empty() {
        context.ui.note(&format!("skipped because they are in use: {names}"));
    }
}

/// Notes how many ports, port groups and traits in Ironic are not in the file.
pub(super) fn note_surplus(plans: &[NodePlan<'_>], options: EnrollOptions, context: &Context) {
    let count: usize = plans.iter().map(|plan| plan.surplus().len()).sum();
    if count > 0 && !options.prune {
        let (objects, are) = (counted(count, "object"), agreeing(count, "is", "are"));
        context.ui.note(&format!(
            "{objects} {are} in Ironic but not in the file (to remove them, add `--update --prune`)"
        ));
    }
}

/// Fails with [`FailureKind::Findings`] if machines differ from the file.
pub(super) fn conclude_differing(
    differing: usize,
    total: usize,
    options: EnrollOptions,
) -> anyhow::Result<()> {
    if differing == 0 {
        return Ok(());
    }
    let (verb, were) = (agreeing(differing, "differs", "differ"), agreeing(differing, "was", "were"));
    let message = format!("{differing} of {total} nodes {verb} from the file and {were} not updated");
    let failure = Failure::new(FailureKind::Findings, message);
    let hint = if options.update { "see why: `--dry-run`" } else { "update them: add `--update`" };
    Err(failure.hint(hint).into())
}
