//! Shows plans and results: complete in JSON, and as one diff per machine in tables.

use serde_json::{Map, Value, json};

use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::counts::{agreeing, counted, first_few};
use crate::driver::enroll::{ChassisPlan, Difference, EnrollAction, EnrollOptions, NodePlan};
use crate::state_dir::secret_fingerprints::SecretComparison;
use crate::ui::output::{CellStyle, Column, Document, OutputFormat, Section, View};

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

/// The details of a plan for its row, the same before and after it is carried out.
pub(super) fn details(plan: &NodePlan<'_>, options: EnrollOptions) -> Map<String, Value> {
    let change = |difference: &Difference| {
        let Difference { field, has, wants, note, .. } = difference;
        let notes = [note.clone(), plan.obstacle(difference)];
        let note = notes.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let note = Some(note).filter(|note| !note.is_empty());
        json!({"field": field, "has": has, "wants": wants, "mend": plan.fixes(difference, options), "note": note})
    };
    let to_send = plan.to_send(options);
    let secret = |secret: &crate::driver::enroll::Secret| {
        let (known, at) = match secret.known {
            SecretComparison::Same(at) => ("same", Some(at)),
            SecretComparison::Changed(at) => ("changed", Some(at)),
            SecretComparison::Unknown => ("unknown", None),
        };
        let is_sent = to_send.contains(&secret.field.as_str()) || (known == "changed" && options.update);
        json!({"field": secret.field, "known": known, "sent_at": at, "send": is_sent})
    };
    let mut details = Map::new();
    details.insert("changes".to_owned(), plan.differences().iter().map(change).collect());
    details.insert("secrets".to_owned(), plan.secrets().iter().map(secret).collect());
    details.insert("surplus".to_owned(), plan.surplus().iter().map(change).collect());
    details.insert("creates".to_owned(), creates(plan, options));
    details
}

/// A summary of a machine to create.
fn creates(plan: &NodePlan<'_>, options: EnrollOptions) -> Value {
    if plan.action(options) != EnrollAction::Created {
        return Value::Null;
    }
    let machine = plan.machine();
    json!({
        "driver": machine.driver(), "resource_class": machine.fields.get("resource_class"),
        "bmc": machine.bmc().map(|bmc| crate::rest::mask::address(&bmc.to_string())),
        "ports": machine.all_ports().count(), "portgroups": machine.portgroups.len(),
        "traits": machine.traits.as_deref().unwrap_or_default(),
        "chassis_uuid": machine.fields.get("chassis_uuid"),
    })
}

/// The row of a chassis.
fn chassis_row(plan: &ChassisPlan<'_>, options: EnrollOptions) -> Value {
    let differing = plan.differing();
    let changes: Vec<Value> = differing
        .iter()
        .map(
            |(field, has, wants)| json!({"field": field, "has": has, "wants": wants, "mend": options.update}),
        )
        .collect();
    let action = match () {
        () if plan.is_new() => EnrollAction::Created,
        () if options.update && !changes.is_empty() => EnrollAction::Updated,
        () => EnrollAction::Unchanged,
    };
    json!({"uuid": plan.chassis.uuid(), "action": action.as_str(), "changes": changes})
}

/// Shows the plans.
pub(super) fn planned(
    plans: &[NodePlan<'_>],
    chassis: &[ChassisPlan<'_>],
    options: EnrollOptions,
    view: &View,
    context: &Context,
) -> anyhow::Result<()> {
    let chassis: Vec<Value> = chassis.iter().map(|plan| chassis_row(plan, options)).collect();
    let row = |plan: &NodePlan<'_>| {
        let mut row = json!({
            "name": plan.machine().name(), "uuid": plan.uuid(), "action": plan.action(options).as_str(),
            "state": plan.state(), "error": null, "note": null,
        });
        let uuid = plan.machine().fields.get("chassis_uuid");
        let of_machine = chassis.iter().find(|chassis| Some(&chassis["uuid"]) == uuid);
        let fields = row.as_object_mut().expect("it is an object");
        fields.extend(details(plan, options));
        fields.insert("chassis".to_owned(), of_machine.cloned().unwrap_or_default());
        row
    };
    let rows: Vec<Value> = plans.iter().map(row).collect();
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
    chassis: Vec<Value>,
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
    let chassis: Vec<Value> = chassis
        .into_iter()
        .filter(|row| row["action"] != "unchanged" || row["changes"] != json!([]))
        .collect();
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
    let mut add = |fixes: bool, verb: &str, field: &Value, difference: String, note: &Value| {
        let note = note.as_str().map(|note| format!(" ({note})")).unwrap_or_default();
        let then = if fixes { verb } else { "none" };
        lines.push(json!({"then": then, "field": field, "difference": format!("{difference}{note}")}));
    };
    for change in list("changes") {
        let verb = if change["has"].is_null() { "add" } else { "change" };
        let (difference, note) = match &change["has"] {
            Value::Null => (plain(&change["wants"]), &change["note"]),
            // Both are masked, so only the reason can be shown.
            has if *has == change["wants"] => {
                (change["note"].as_str().unwrap_or("differs from Ironic").to_owned(), &Value::Null)
            }
            has => (format!("{} -> {}", plain(has), plain(&change["wants"])), &change["note"]),
        };
        add(change["mend"] == true, verb, &change["field"], difference, note);
    }
    for extra in list("surplus") {
        let difference = format!("{} is not in the file", plain(&extra["has"]));
        add(extra["mend"] == true, "remove", &extra["field"], difference, &extra["note"]);
    }
    let is_resent = |secret: &Value| secret["send"] == true && secret["known"] != "changed";
    for secret in list("secrets").into_iter().filter(is_resent) {
        add(true, "send", &secret["field"], "not shown by Ironic".to_owned(), &Value::Null);
    }
    lines
}

/// A value in a diff: plain text, or JSON for other types.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
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
