//! What a plan or its outcome looks like: whole for programs, a diff a machine for eyes.

use serde_json::{Map, Value, json};

use crate::cli::Context;
use crate::cli::failure::{Failure, Kind};
use crate::driver::enroll::{Action, ChassisPlan, Difference, Plan, Wish};
use crate::driver::sent::Known;
use crate::ui::answer::{Column, Document, Format, Section, Show, View};

/// What a plan shows of machines that are to be created.
const NEW: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("creates.driver", "DRIVER"),
    Column::new("creates.resource_class", "CLASS"),
    Column::new("creates.bmc", "BMC").yields(1),
    Column::new("creates.ports", "PORTS"),
    Column::new("creates.portgroups", "GROUPS").yields(3),
    Column::new("creates.traits", "TRAITS").yields(2),
];

/// What a plan shows of one machine that differs.
const DIFF: &[Column] = &[
    Column::new("then", "THEN"),
    Column::new("field", "FIELD"),
    // The last, as what is long there is wrapped.
    Column::new("difference", "DIFFERENCE"),
];

/// What a plan shows of machines that stay as they are.
const SAME: &[Column] = &[Column::new("name", "NAME"), Column::new("state", "STATE").show(Show::State)];

/// What a plan shows of chassis.
const CHASSIS: &[Column] = &[
    Column::new("uuid", "UUID"),
    Column::new("action", "ACTION").show(Show::State),
    Column::new("changes", "CHANGES").show(Show::Changes),
];

/// What is known of a plan, for its row: the same before and after it was carried out.
pub(super) fn details(plan: &Plan<'_>, wish: Wish) -> Map<String, Value> {
    let change = |difference: &Difference| {
        let Difference { field, has, wants, note, .. } = difference;
        let notes = [note.clone(), plan.hindrance(difference)];
        let note = notes.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let note = Some(note).filter(|note| !note.is_empty());
        json!({"field": field, "has": has, "wants": wants, "mend": plan.mends(difference, wish), "note": note})
    };
    let again = plan.to_send(wish);
    let secret = |secret: &crate::driver::enroll::Secret| {
        let (known, at) = match secret.known {
            Known::Same(at) => ("same", Some(at)),
            Known::Changed(at) => ("changed", Some(at)),
            Known::Unknown => ("unknown", None),
        };
        let is_sent = again.contains(&secret.field.as_str()) || (known == "changed" && wish.update);
        json!({"field": secret.field, "known": known, "sent_at": at, "send": is_sent})
    };
    let mut details = Map::new();
    details.insert("changes".to_owned(), plan.differences().iter().map(change).collect());
    details.insert("secrets".to_owned(), plan.secrets().iter().map(secret).collect());
    details.insert("surplus".to_owned(), plan.surplus().iter().map(change).collect());
    details.insert("creates".to_owned(), creates(plan, wish));
    details
}

/// What a machine that is to be created will be, in brief.
fn creates(plan: &Plan<'_>, wish: Wish) -> Value {
    if plan.action(wish) != Action::Created {
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

/// The plan of a chassis.
fn chassis_row(plan: &ChassisPlan<'_>, wish: Wish) -> Value {
    let differing = plan.differing();
    let changes: Vec<Value> = differing
        .iter()
        .map(|(field, has, wants)| json!({"field": field, "has": has, "wants": wants, "mend": wish.update}))
        .collect();
    let action = match () {
        () if plan.is_new() => Action::Created,
        () if wish.update && !changes.is_empty() => Action::Updated,
        () => Action::Unchanged,
    };
    json!({"uuid": plan.chassis.uuid(), "action": action.as_str(), "changes": changes})
}

/// Answers what would be done.
pub(super) fn planned(
    plans: &[Plan<'_>],
    chassis: &[ChassisPlan<'_>],
    wish: Wish,
    view: &View,
    context: &Context,
) -> anyhow::Result<()> {
    let chassis: Vec<Value> = chassis.iter().map(|plan| chassis_row(plan, wish)).collect();
    let row = |plan: &Plan<'_>| {
        let mut row = json!({
            "name": plan.machine().name(), "uuid": plan.uuid(), "action": plan.action(wish).as_str(),
            "state": plan.state(), "error": null, "note": null,
        });
        let uuid = plan.machine().fields.get("chassis_uuid");
        let of_machine = chassis.iter().find(|chassis| Some(&chassis["uuid"]) == uuid);
        let fields = row.as_object_mut().expect("it is one");
        fields.extend(details(plan, wish));
        fields.insert("chassis".to_owned(), of_machine.cloned().unwrap_or_default());
        row
    };
    let rows: Vec<Value> = plans.iter().map(row).collect();
    let summary = summary(plans, wish);
    let whole_table = context.ui.format() == Format::Table && context.global.columns.is_empty();
    if whole_table && context.global.sort.is_none() {
        context
            .ui
            .document(Document { whole: Value::Null, sections: sections(plans, rows, chassis, wish)? })?;
    } else {
        context.ui.list(view, rows)?;
    }
    say_secrets(plans, wish, context);
    say_surplus(plans, wish, context);
    context.ui.note(&format!("{summary}; this is a plan: nothing was changed"));
    conclude_left(plans.iter().filter(|plan| !plan.left(wish).is_empty()).count(), plans.len(), wish)
}

/// How many machines fare how.
fn summary(plans: &[Plan<'_>], wish: Wish) -> String {
    let count = |action| plans.iter().filter(|plan| plan.action(wish) == action).count();
    let [new, changed, kept] = [Action::Created, Action::Updated, Action::Unchanged].map(count);
    let is_left = |plan: &&Plan<'_>| plan.action(wish) == Action::Unchanged && !plan.left(wish).is_empty();
    let differing = plans.iter().filter(is_left).count();
    let differ = match differing {
        0 => String::new(),
        1 => "1 differs, ".to_owned(),
        several => format!("{several} differ, "),
    };
    format!("{new} to create, {changed} to change, {differ}{} unchanged", kept - differing)
}

/// A plan as tables: what is new, each machine that differs, and what stays.
fn sections(
    plans: &[Plan<'_>],
    rows: Vec<Value>,
    chassis: Vec<Value>,
    wish: Wish,
) -> anyhow::Result<Vec<Section>> {
    let section = |title: String, columns, rows: Vec<Value>| -> anyhow::Result<Section> {
        Ok(Section { title: Some(title), view: View::new(columns, &[], None)?.ranked(), rows })
    };
    let (mut new, mut differing, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for (plan, mut row) in plans.iter().zip(rows) {
        let label = plan.machine().label();
        row["name"] = label.clone().into();
        let diff = diff(plan, &row);
        if plan.action(wish) == Action::Created {
            new.push(row);
        } else if diff.is_empty() {
            same.push(row);
        } else {
            let what =
                if plan.action(wish) == Action::Updated { "to change" } else { "differs, and is left so" };
            let state = plan.state().unwrap_or("state unknown");
            differing.push(section(format!("{label} ({state}): {what}"), DIFF, diff)?);
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

/// The rows of a machine's diff: what is not as the file has it, and what becomes of that.
fn diff(plan: &Plan<'_>, row: &Value) -> Vec<Value> {
    if plan.state().is_none() && row["creates"].is_object() {
        return Vec::new();
    }
    let list = |key: &str| row[key].as_array().cloned().unwrap_or_default();
    let mut lines: Vec<Value> = Vec::new();
    let mut add = |mends: bool, verb: &str, field: &Value, difference: String, note: &Value| {
        let note = note.as_str().map(|note| format!(" ({note})")).unwrap_or_default();
        let then = if mends { verb } else { "leave" };
        lines.push(json!({"then": then, "field": field, "difference": format!("{difference}{note}")}));
    };
    for change in list("changes") {
        let verb = if change["has"].is_null() { "add" } else { "change" };
        let (difference, note) = match &change["has"] {
            Value::Null => (plain(&change["wants"]), &change["note"]),
            // Both masked: that they differ is all that is told, with the reason where it is not that Ironic shows it.
            has if *has == change["wants"] => {
                (change["note"].as_str().unwrap_or("another than Ironic has").to_owned(), &Value::Null)
            }
            has => (format!("{} -> {}", plain(has), plain(&change["wants"])), &change["note"]),
        };
        add(change["mend"] == true, verb, &change["field"], difference, note);
    }
    for extra in list("surplus") {
        let difference = format!("{} is not in the file", plain(&extra["has"]));
        add(extra["mend"] == true, "remove", &extra["field"], difference, &extra["note"]);
    }
    let again = |secret: &Value| secret["send"] == true && secret["known"] != "changed";
    for secret in list("secrets").into_iter().filter(again) {
        add(true, "send", &secret["field"], "not shown by Ironic".to_owned(), &Value::Null);
    }
    lines
}

/// A value as it stands in a diff: text as it is, and the rest as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Says what is known of secrets that Ironic does not show, and how to have those sent of which nothing is.
pub(super) fn say_secrets(plans: &[Plan<'_>], wish: Wish, context: &Context) {
    let machines = |of: usize| if of == 1 { "1 machine".to_owned() } else { format!("{of} machines") };
    let count = |is: fn(&Known) -> bool| {
        plans.iter().filter(|plan| plan.secrets().iter().any(|secret| is(&secret.known))).count()
    };
    let unknown = count(|known| *known == Known::Unknown);
    let same = count(|known| matches!(known, Known::Same(_)));
    if same > 0 {
        context.ui.note(&format!(
            "Ironic shows no secrets: those of {} are as last sent from here, unless others changed them since",
            machines(same)
        ));
    }
    if unknown > 0 && !wish.push_secrets {
        context.ui.note(&format!(
            "the secrets of {} cannot be compared, as Ironic masks them and none were sent from here; \
             `--push-secrets` sends them",
            machines(unknown)
        ));
    }
}

/// Says which machines have no network card that anybody knows of.
pub(super) fn say_portless(labels: impl Iterator<Item = String>, context: &Context) {
    if let Some(names) = first_few(labels) {
        context.ui.note(&format!(
            "no port is known of {names}: a deploy over the network needs one; `--inspect` finds them, or the file lists \
             them under `ports`"
        ));
    }
}

/// Says which machines are left out because they are in use.
pub(super) fn note_in_use(labels: impl Iterator<Item = String>, context: &Context) {
    if let Some(names) = first_few(labels) {
        context.ui.note(&format!("left out because they are in use: {names}"));
    }
}

/// The first of some names, and how many more there are; nothing if there is none.
fn first_few(labels: impl Iterator<Item = String>) -> Option<String> {
    const SHOWN: usize = 5;
    let labels: Vec<String> = labels.collect();
    let names = labels.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match labels.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!labels.is_empty()).then(|| format!("{names}{more}"))
}

/// Says that there is more in Ironic than in the file.
pub(super) fn say_surplus(plans: &[Plan<'_>], wish: Wish, context: &Context) {
    let count: usize = plans.iter().map(|plan| plan.surplus().len()).sum();
    if count > 0 && !wish.prune {
        let things = if count == 1 { "1 thing is".to_owned() } else { format!("{count} things are") };
        context.ui.note(&format!("{things} in Ironic and not in the file; `--update --prune` removes such"));
    }
}

/// Machines that are not as the file has them are something to be found out by the exit code.
pub(super) fn conclude_left(differing: usize, total: usize, wish: Wish) -> anyhow::Result<()> {
    if differing == 0 {
        return Ok(());
    }
    let (verb, left) = if differing == 1 {
        ("differs", "it was left as it is")
    } else {
        ("differ", "they were left as they are")
    };
    let message = format!("{differing} of {total} {verb} from what was given; {left}");
    let failure = Failure::new(Kind::Findings, message);
    let hint = if wish.update { "`--dry-run` says why" } else { "`--update` changes them" };
    Err(failure.hint(hint).into())
}
