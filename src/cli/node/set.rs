//! `farrier node set` and `unset`: fields of nodes, changed by hand.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::targets::{Chosen, Meant, Target, named};
use crate::cli::connection::Connections;
use crate::cli::failure::{Failure, Kind};
use crate::cli::{Context, batch, help, pairs, values};
use crate::driver::change::{Care, Changed, Changes};
use crate::driver::probe::{Access, Caution};
use crate::driver::{Deadline, Outcome, Purpose};
use crate::inventory::enrolment::Enrolment;
use crate::inventory::reference::Elsewhere;
use crate::inventory::schema;
use crate::ironic::patch::is_reachable;
use crate::ui::answer::{Column, Show, View};

/// Fields that are mappings, of which only the keys that are named are changed.
const MAPPINGS: [&str; 3] = ["properties", "extra", "instance_info"];

/// Fields that have options of their own, or that verbs change.
const ELSEWHERE: [&str; 12] = [
    "uuid",
    "driver_info",
    "properties",
    "extra",
    "instance_info",
    "traits",
    "ports",
    "maintenance",
    "retired",
    "retired_reason",
    "protected",
    "protected_reason",
];

#[derive(Debug, clap::Args)]
pub(super) struct SetArgs {
    #[command(flatten)]
    chosen: Chosen,

    /// Another name, for one node
    #[arg(long, help_heading = WHAT)]
    name: Option<String>,

    /// Another hardware type
    #[arg(long, value_name = "TYPE", help_heading = WHAT)]
    driver: Option<String>,

    /// Resource class
    #[arg(long, value_name = "CLASS", help_heading = WHAT)]
    resource_class: Option<String>,

    /// Any other field, as `owner=PROJECT` or `boot_interface=ipxe`; repeat for more
    #[arg(long = "field", alias = "set", value_name = "FIELD=VALUE", help_heading = WHAT)]
    fields: Vec<String>,

    /// What the machine has, as `memory_mb=262144`; repeat for more
    #[arg(long = "property", value_name = "K=V", help_heading = WHAT)]
    properties: Vec<String>,

    /// One of the capabilities in its properties, as `boot_mode=uefi`; repeat for more
    #[arg(long = "capability", value_name = "K=V", help_heading = WHAT)]
    capabilities: Vec<String>,

    /// Trait that it is to have, besides those it has; repeat for more
    #[arg(long = "trait", value_name = "NAME", help_heading = WHAT)]
    traits: Vec<String>,

    /// Note of yours; repeat for more
    #[arg(long = "extra", value_name = "K=V", help_heading = WHAT)]
    extra: Vec<String>,

    /// What a deploy or an adoption takes, as `image_source=URL`; repeat for more
    #[arg(long = "instance-info", value_name = "K=V", help_heading = WHAT)]
    instance_info: Vec<String>,

    /// How to reach the BMC; repeat for more. Secrets only as K=@FILE, K=@- (standard input), K=env:NAME or K=prompt
    #[arg(long = "driver-info", value_name = "K=V", help_heading = WHAT)]
    driver_info: Vec<String>,

    #[command(flatten)]
    care: CareArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct UnsetArgs {
    #[command(flatten)]
    chosen: Chosen,

    /// Any field, as `owner`; repeat for more
    #[arg(long = "field", value_name = "FIELD", help_heading = WHAT)]
    fields: Vec<String>,

    /// Key of its properties; repeat for more
    #[arg(long = "property", value_name = "K", help_heading = WHAT)]
    properties: Vec<String>,

    /// One of the capabilities in its properties; repeat for more
    #[arg(long = "capability", value_name = "K", help_heading = WHAT)]
    capabilities: Vec<String>,

    /// Trait that it is not to have; repeat for more
    #[arg(long = "trait", value_name = "NAME", help_heading = WHAT)]
    traits: Vec<String>,

    /// Note of yours; repeat for more
    #[arg(long = "extra", value_name = "K", help_heading = WHAT)]
    extra: Vec<String>,

    /// Key of what a deploy takes; repeat for more
    #[arg(long = "instance-info", value_name = "K", help_heading = WHAT)]
    instance_info: Vec<String>,

    /// Key of how its BMC is reached; repeat for more
    #[arg(long = "driver-info", value_name = "K", help_heading = WHAT)]
    driver_info: Vec<String>,

    #[command(flatten)]
    care: CareArgs,
}

const WHAT: &str = "What to change";

#[derive(Debug, clap::Args)]
struct CareArgs {
    /// Write new access to a BMC without trying it first
    #[arg(long)]
    no_verify: bool,

    /// Say what would be changed, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// How long it may take in all; what has not been tried and written by then is left as it is
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

pub(super) const SET: help::Examples = &[
    ("Another class, and a note", "farrier node set rack4-u12 --resource-class bm-large --extra rack=r4"),
    (
        "A new BMC password for a rack, tried on each first",
        "farrier node set --where extra.rack=r4 --driver-info redfish_password=@new-password",
    ),
    (
        "A trait and a capability",
        "farrier node set rack4-u12 --trait CUSTOM_NVME --capability boot_mode=uefi",
    ),
];
pub(super) const UNSET: help::Examples = &[
    ("Nobody's any more", "farrier node unset rack4-u12 --field owner --field lessee"),
    ("A note and a trait less", "farrier node unset rack4-u12 --extra rack --trait CUSTOM_NVME"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("action", "ACTION"),
    Column::new("changed", "CHANGED"),
    Column::new("error", "ERROR").told_on_stderr(),
];

pub(super) fn set(args: &SetArgs, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let changes = args.changes(context)?;
    let connections = context.connect_all()?;
    let meant = args.chosen.find(context, &connections)?;
    if args.name.is_some() && meant.targets.len() > 1 {
        let message = format!("`--name` is for one node, and {} are meant", meant.targets.len());
        return Err(Failure::new(Kind::Usage, message).into());
    }
    change(&meant, &changes, &args.care, view, &connections, context)
}

pub(super) fn unset(args: &UnsetArgs, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let changes = args.changes()?;
    let connections = context.connect_all()?;
    let meant = args.chosen.find(context, &connections)?;
    change(&meant, &changes, &args.care, view, &connections, context)
}

fn change(
    meant: &Meant,
    changes: &Changes,
    care: &CareArgs,
    view: View,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let how = match care {
        CareArgs { dry_run: true, .. } => Care::Rehearsed,
        CareArgs { no_verify: true, .. } => Care::Untried,
        CareArgs { .. } => Care::Tried,
    };
    let progress = context.ui.progress();
    let deadline = care.timeout.map_or_else(Deadline::none, Deadline::after);
    let drivers = context.drivers(connections, &progress, deadline);
    let caution = Caution::default();
    let outcomes = batch::each(context.global.jobs, &meant.targets, |target| {
        target.on(&drivers, Purpose::Change, |driver, name| driver.change_node(name, changes, how, &caution))
    });
    let silent = meant.silent(drivers.silent());
    drop(progress);
    let rows = meant.targets.iter().zip(&outcomes).map(|(target, outcome)| row(target, outcome, how));
    context.ui.list(&connections.view(view), rows.collect())?;
    let names = meant.targets.iter().map(|target| target.name.clone());
    let outcomes = names.zip(outcomes.into_iter().map(|outcome| outcome.result));
    batch::conclude(context, outcomes.collect(), &silent)
}

fn row(target: &Target, outcome: &Outcome<Changed>, how: Care) -> Value {
    let action = |changed: &Changed| match how {
        _ if changed.fields.is_empty() => "unchanged",
        Care::Rehearsed => "to change",
        _ => "changed",
    };
    match &outcome.result {
        Ok(changed) => json!({
            "node": changed.node, "cloud": outcome.cloud, "action": action(changed), "changed": changed.fields,
            "error": null,
        }),
        Err(error) => json!({
            "node": named(&target.name, error), "cloud": outcome.cloud, "action": "failed", "changed": [],
            "error": batch::error_text(&outcome.result),
        }),
    }
}

impl SetArgs {
    /// What is asked for, by the rules that files of machines are read by.
    fn changes(&self, context: &Context) -> anyhow::Result<Changes> {
        let mut node = pairs::read("--field", &self.fields)?;
        if let Some(field) = node.keys().find(|field| ELSEWHERE.contains(&field.as_str())) {
            return Err(has_own_option(field).into());
        }
        let words =
            [("name", &self.name), ("driver", &self.driver), ("resource_class", &self.resource_class)];
        for (key, word) in words {
            if let Some(word) = word
                && node.insert(key.to_owned(), json!(word)).is_some()
            {
                return Err(has_own_option(key).into());
            }
        }
        for (key, values) in [
            ("properties", pairs::read("--property", &self.properties)?),
            ("extra", pairs::read("--extra", &self.extra)?),
            ("instance_info", pairs::read("--instance-info", &self.instance_info)?),
            ("driver_info", pairs::driver_info(&self.driver_info, || pairs::read_secret(&context.ui))?),
        ] {
            if !values.is_empty() {
                node.insert(key.to_owned(), Value::Object(values));
            }
        }
        if !self.traits.is_empty() {
            node.insert("traits".to_owned(), json!(self.traits));
        }
        let capabilities = pairs::read("--capability", &self.capabilities)?;
        if node.is_empty() && capabilities.is_empty() {
            let hint = "say what to change: --resource-class, --property, --field and the like";
            return Err(Failure::new(Kind::Usage, "nothing is to be changed").hint(hint).into());
        }
        let mut changes = read(node, context)?;
        changes.capabilities = capabilities
            .into_iter()
            .map(|(key, value)| (key, Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))))
            .collect();
        Ok(changes)
    }
}

impl UnsetArgs {
    fn changes(&self) -> anyhow::Result<Changes> {
        if let Some(field) = self.fields.iter().find(|field| ELSEWHERE.contains(&field.as_str())) {
            return Err(has_own_option(field).into());
        }
        if let Some(field) =
            self.fields.iter().find(|field| schema::NODE.iter().all(|known| known.name != *field))
        {
            let message = format!("`--field {}`: nodes have no such field", field.escape_debug());
            return Err(Failure::new(Kind::Usage, message).into());
        }
        let mut changes = Changes::default();
        changes.unset.extend(self.fields.iter().map(|field| vec![field.clone()]));
        for (field, keys) in MAPPINGS.iter().zip([&self.properties, &self.extra, &self.instance_info]) {
            for key in keys {
                check_key(field, key)?;
                changes.unset.push(vec![(*field).to_owned(), key.clone()]);
            }
        }
        for key in &self.driver_info {
            check_key("driver_info", key)?;
        }
        changes.access.unset.clone_from(&self.driver_info);
        changes.capabilities.extend(self.capabilities.iter().map(|key| (key.clone(), None)));
        changes.traits.extend(self.traits.iter().map(|name| (name.clone(), false)));
        let nothing = changes.unset.is_empty()
            && changes.access.unset.is_empty()
            && changes.capabilities.is_empty()
            && changes.traits.is_empty();
        if nothing {
            let hint = "say what to take away: --field, --property, --extra and the like";
            return Err(Failure::new(Kind::Usage, "nothing is to be changed").hint(hint).into());
        }
        Ok(changes)
    }
}

/// Checks a node's fields as those of a file are checked, and follows what its `driver_info` refers to.
fn read(mut node: Map<String, Value>, context: &Context) -> anyhow::Result<Changes> {
    let is_driver_given = node.contains_key("driver");
    // A machine of a file says which it is, and has a driver; here both are the node's own.
    node.entry("driver").or_insert_with(|| json!("manual-management"));
    node.insert("uuid".to_owned(), json!(uuid::Uuid::nil().to_string()));
    let environment = |name: &str| std::env::var(name).ok();
    let prompt = |question: &str| context.ui.password(question);
    let enrolment = Enrolment::of_node(Value::Object(node), &Elsewhere::new(&environment, &prompt))?;
    let machine = enrolment.machines.into_iter().next().expect("one node was read");
    let mut changes = Changes::default();
    for (field, value) in machine.fields {
        if field == "uuid" || (field == "driver" && !is_driver_given) {
            continue;
        }
        match value {
            Value::Object(keys) if MAPPINGS.contains(&field.as_str()) => {
                for (key, value) in keys {
                    check_key(&field, &key)?;
                    changes.set.push((vec![field.clone(), key], value));
                }
            }
            value => changes.set.push((vec![field], value)),
        }
    }
    for key in machine.driver_info.expose().keys() {
        check_key("driver_info", key)?;
    }
    changes.access = Access { set: machine.driver_info, unset: Vec::new() };
    changes.traits = machine.traits.unwrap_or_default().into_iter().map(|name| (name, true)).collect();
    Ok(changes)
}

/// Ironic can only name some keys in a change.
fn check_key(field: &str, key: &str) -> anyhow::Result<()> {
    if is_reachable(key) {
        return Ok(());
    }
    let message = format!(
        "`{field}` key `{}`: Ironic changes no key that has more in it than letters, digits, `_` and `-`",
        key.escape_debug()
    );
    Err(Failure::new(Kind::Usage, message).into())
}

fn has_own_option(field: &str) -> Failure {
    let way = match field {
        "uuid" => "a node's UUID stays what it is".to_owned(),
        "ports" => "ports are changed with a file: `farrier enroll --update`".to_owned(),
        "maintenance" => "`farrier node maintenance` does that".to_owned(),
        "retired" | "retired_reason" => "`farrier node retire` does that".to_owned(),
        "protected" | "protected_reason" => "`farrier node protect` does that".to_owned(),
        "properties" => "`--property KEY=VALUE` changes one".to_owned(),
        "traits" => "`--trait NAME` changes one".to_owned(),
        field => format!("`--{}` changes it", field.replace('_', "-")),
    };
    Failure::new(Kind::Usage, format!("`--field {field}`: {way}"))
}
