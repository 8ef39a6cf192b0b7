//! Enrolls the machines of a file: compares them with Ironic, creates what is missing, updates differences on request,
//! and moves the nodes to the requested state.
//!
//! Running the command again completes an interrupted run. The order is node, traits, port groups, ports; only then
//! does a node leave `enroll`. A node in `enroll` may therefore be incomplete, and its missing parts are added.
//! Differences of a node past `enroll` were made by somebody else, and are updated only on request.

mod advance;
mod compare;
mod existing_nodes;
mod rules;
mod write;

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::node::served_drivers::ServedDrivers;
use super::{Aftermath, Driver, Error};
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::inventory::driver_info;
use crate::inventory::node_spec::{ChassisSpec, FieldRequirement, NodeSpec};
use crate::ironic::{Fault, Microversion, ProvisionState};
use crate::state_dir::secret_fingerprints::{SecretComparison, SecretField};
use crate::suggest::suggestion;
use compare::{Comparison, EnrolledNode, Knowledge};
pub use compare::{Difference, Secret};
use existing_nodes::ExistingNodes;
use rules::Permission;
pub use write::ChassisPlan;

/// The API version that shows which interfaces are enabled for each hardware type.
const DRIVERS_IN_DETAIL: Microversion = Microversion(30);

/// The state to move nodes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnrollTarget {
    /// Registered in Ironic.
    Enroll,
    /// Its BMC is reachable and accepts the credentials.
    Manageable,
    /// Clean and free for deployment.
    Available,
}

/// Options in addition to the file.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub struct EnrollOptions {
    /// The state to move nodes to.
    pub until: EnrollTarget,
    /// Whether to change existing values that differ.
    pub update: bool,
    /// Whether to remove ports, port groups and traits that are not in the file.
    pub prune: bool,
    /// Whether to resend all secrets that Ironic does not show, even unchanged ones.
    pub push_secrets: bool,
    /// Whether to inspect the hardware.
    pub inspect: bool,
}

/// The action on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrollAction {
    /// The node was created.
    Created,
    /// The node was changed or moved to another state.
    Updated,
    /// Nothing changed.
    Unchanged,
}

impl EnrollAction {
    /// The name in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        }
    }
}

/// The plan for one machine. Never printed: it contains Ironic's data, in which not every secret is masked.
pub struct NodePlan<'m> {
    machine: &'m NodeSpec,
    uuid: String,
    existing: Option<EnrolledNode>,
    group_uuids: Vec<String>,
    comparison: Comparison,
}

/// The result for a machine.
#[derive(Debug)]
pub struct Enrolled {
    /// The action.
    pub action: EnrollAction,
    /// The node's state.
    pub state: ProvisionState,
    /// Why it did not reach the requested state, if that is no error.
    pub note: Option<String>,
}

impl NodePlan<'_> {
    /// The machine.
    #[must_use]
    pub fn machine(&self) -> &NodeSpec {
        self.machine
    }

    /// The UUID of the existing node or of the one to create.
    #[must_use]
    pub fn uuid(&self) -> &str {
        &self.uuid
    }

    /// The state of the existing node.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.existing.as_ref().and_then(|existing| existing.text("provision_state"))
    }

    /// The differences between the file and Ironic; empty for a new node.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.comparison.differences
    }

    /// Ports, port groups and traits in Ironic that are not in the file, of the kinds that the file lists.
    #[must_use]
    pub fn surplus(&self) -> &[Difference] {
        &self.comparison.surplus
    }

    /// Whether neither the file nor Ironic has a port for the machine although its boot interface is not `fake`.
    #[must_use]
    pub fn lacks_ports(&self) -> bool {
        let existing = self.existing.as_ref();
        let boot = self.machine.fields.get("boot_interface").and_then(serde_json::Value::as_str);
        let boot = boot.or_else(|| existing.and_then(|existing| existing.text("boot_interface")));
        let boots = boot.map_or(self.machine.driver() != "fake-hardware", |boot| boot != "fake");
        boots
            && self.machine.all_ports().next().is_none()
            && existing.is_none_or(|existing| existing.ports.is_empty())
    }

    /// The fields that Ironic does not show, with the knowledge about each.
    #[must_use]
    pub fn secrets(&self) -> &[Secret] {
        &self.comparison.secrets
    }

    /// The action that the plan results in.
    #[must_use]
    pub fn action(&self, options: EnrollOptions) -> EnrollAction {
        match &self.existing {
            None => EnrollAction::Created,
            Some(_) if self.to_fix(options).next().is_some() || !self.to_send(options).is_empty() => {
                EnrollAction::Updated
            }
            Some(_) => EnrollAction::Unchanged,
        }
    }

    /// The differences that stay, because the options exclude them or Ironic forbids the change. Without
    /// [`NodePlan::surplus`].
    #[must_use]
    pub fn unfixed(&self, options: EnrollOptions) -> Vec<Difference> {
        let differences = self.comparison.differences.iter();
        differences.filter(|difference| !self.fixes(difference, options)).cloned().collect()
    }

    /// Why a requested change is not possible, or what it requires first.
    #[must_use]
    pub fn obstacle(&self, difference: &Difference) -> Option<String> {
        match self.when(difference) {
            Permission::Now => None,
            Permission::AfterOperation => Some("after the operation in progress".to_owned()),
            Permission::InManageable => Some("via `manageable`, then available again".to_owned()),
            Permission::Never(why) => Some(why),
        }
    }

    fn when(&self, difference: &Difference) -> Permission {
        self.existing
            .as_ref()
            .map_or(Permission::Now, |existing| rules::when(&difference.remedy, &existing.node))
    }

    /// The differences to fix.
    fn to_fix(&self, options: EnrollOptions) -> impl Iterator<Item = &Difference> {
        let comparison = &self.comparison;
        comparison
            .differences
            .iter()
            .chain(&comparison.surplus)
            .filter(move |difference| self.fixes(difference, options))
    }

    /// Whether a difference will be fixed.
    #[must_use]
    pub fn fixes(&self, difference: &Difference, options: EnrollOptions) -> bool {
        let is_requested = if difference.wants.is_null() {
            options.prune
        } else {
            options.update || (self.is_unfinished() && difference.is_missing())
        };
        is_requested && !matches!(self.when(difference), Permission::Never(_))
    }

    /// Whether an interrupted run may have left the node incomplete: complete nodes leave `enroll`.
    fn is_unfinished(&self) -> bool {
        self.state() == Some("enroll")
    }

    /// The secrets to send without a known difference: all if requested; with `update`, also those of unknown state
    /// whose node is still in `enroll`, so the credentials never worked.
    #[must_use]
    pub fn to_send(&self, options: EnrollOptions) -> Vec<&str> {
        let is_sent = |secret: &&Secret| match secret.known {
            SecretComparison::Same(_) => options.push_secrets,
            SecretComparison::Unknown => options.push_secrets || (options.update && self.is_unfinished()),
            // With `update` it is fixed as a difference.
            SecretComparison::Changed(_) => options.push_secrets && !options.update,
        };
        self.comparison.secrets.iter().filter(is_sent).map(|secret| secret.field.as_str()).collect()
    }
}

/// The plans for all machines, before any change.
pub struct EnrollPlan<'m> {
    /// One plan per machine, in their order.
    pub plans: Vec<NodePlan<'m>>,
    /// Warnings to show.
    pub warnings: Vec<String>,
}

impl Driver<'_> {
    /// Compares machines with Ironic. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Unfit`] if the server is too old for a field or no conductor serves a hardware type or conductor group,
    /// [`Error::Clashes`] if names or addresses belong to other nodes, or any error of a request.
    pub fn plan_enrollment<'m>(&self, machines: &'m [NodeSpec]) -> Result<EnrollPlan<'m>, Error> {
        self.survey_machines(machines, None)
    }

    /// Like [`Driver::plan_enrollment`], for all machines and chassis of a file: machines may only refer to these chassis and
    /// to those in Ironic.
    ///
    /// # Errors
    /// See [`Driver::plan_enrollment`].
    pub fn plan_file<'m>(
        &self,
        machines: &'m [NodeSpec],
        chassis: &[ChassisSpec],
    ) -> Result<EnrollPlan<'m>, Error> {
        self.survey_machines(machines, Some(chassis))
    }

    fn survey_machines<'m>(
        &self,
        machines: &'m [NodeSpec],
        chassis: Option<&[ChassisSpec]>,
    ) -> Result<EnrollPlan<'m>, Error> {
        self.refuse_too_new(machines)?;
        let mut problems = self.unserved_machines(machines);
        problems.extend(self.unserved_interfaces(machines));
        problems.extend(chassis.map(|chassis| self.unknown_chassis(machines, chassis)).unwrap_or_default());
        if !problems.is_empty() {
            return Err(Error::Unfit(problems.join("\n")));
        }
        let (mut warnings, required) = self.check_drivers(machines);
        let with_groups = machines.iter().any(|machine| !machine.portgroups.is_empty());
        let mut roster = ExistingNodes::read(&self.client, with_groups)?;
        let mut found = Vec::new();
        let mut clashes = Vec::new();
        for machine in machines {
            match roster.find(machine) {
                Ok(node) => found.push(node),
                Err(clash) => clashes.push(format!("{}: {}: {clash}", machine.at, machine.label())),
            }
        }
        if let Some(clash) = duplicate_node(machines, &found) {
            clashes.push(clash);
        }
        if !clashes.is_empty() {
            return Err(Error::Clashes(clashes));
        }
        let uuids: Vec<String> = found.iter().flatten().cloned().collect();
        let mut existing = roster.fetch(&self.client, &uuids)?;
        let plan = |(machine, node): (&'m NodeSpec, Option<String>)| {
            let existing = node.as_ref().and_then(|node| existing.remove(node));
            self.plan(machine, node.as_deref(), existing, &roster)
        };
        let plans: Vec<NodePlan<'_>> = machines.iter().zip(found).map(plan).collect();
        warnings.extend(missing_keys(&plans, &required));
        Ok(EnrollPlan { plans, warnings })
    }

    /// Rejects fields that the server does not have.
    fn refuse_too_new(&self, machines: &[NodeSpec]) -> Result<(), Error> {
        let version = self.client.version();
        let mut needs: Vec<FieldRequirement> = Vec::new();
        for need in machines.iter().flat_map(NodeSpec::needs).filter(|need| need.since > version) {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
        if needs.is_empty() {
            return Ok(());
        }
        let needs: Vec<String> = needs.iter().map(ToString::to_string).collect();
        Err(Error::Unfit(format!("this Ironic has API {version}: {}", needs.join(", "))))
    }

    /// The errors for hardware types and conductor groups that no conductor serves. If they are unknown, Ironic checks them
    /// when it creates each node.
    fn unserved_machines(&self, machines: &[NodeSpec]) -> Vec<String> {
        let mut given: BTreeMap<(bool, &str), Vec<&NodeSpec>> = BTreeMap::new();
        for machine in machines {
            given.entry((false, machine.driver())).or_default().push(machine);
            if let Some(group) = machine.conductor_group() {
                given.entry((true, group)).or_default().push(machine);
            }
        }
        let served = ServedDrivers::ask(&self.client, true, given.keys().any(|(is_group, _)| *is_group));
        let mut problems = Vec::new();
        for ((is_group, name), users) in given {
            let at = &users[0].at;
            let lacks = if is_group { ServedDrivers::no_group } else { ServedDrivers::no_type };
            let Some(problem) = lacks(&served, name, &at.quoted(name)) else { continue };
            let more = and_more(users.len() - 1);
            problems.push(format!("{at}: {problem}{more}"));
        }
        problems
    }

    /// The errors for interfaces (`deploy_interface` and the like) that are not enabled for the hardware type. What Ironic
    /// does not show (API before 1.30, or no permission) is not judged.
    fn unserved_interfaces(&self, machines: &[NodeSpec]) -> Vec<String> {
        let mut given: BTreeMap<(&str, &str, &str), Vec<&NodeSpec>> = BTreeMap::new();
        for machine in machines {
            for (field, value) in &machine.fields {
                if let (Some(kind), Some(name)) = (field.strip_suffix("_interface"), value.as_str()) {
                    given.entry((machine.driver(), kind, name)).or_default().push(machine);
                }
            }
        }
        if given.is_empty() || self.client.version() < DRIVERS_IN_DETAIL {
            return Vec::new();
        }
        let drivers = self.client.drivers_in_detail().unwrap_or_default();
        let mut problems = Vec::new();
        for ((driver, kind, name), users) in given {
            let Some(known) = drivers.iter().find(|known| known.name == driver) else { continue };
            let enabled: Vec<&str> = known.interfaces(kind).collect();
            if enabled.is_empty() || enabled.contains(&name) {
                continue;
            }
            let at = &users[0].at;
            let (quoted, meant) = (at.quoted(name), suggestion(name, enabled.iter().copied()));
            let (enabled, more) = (enabled.join(", "), and_more(users.len() - 1));
            problems.push(format!(
                "{at}: `{kind}_interface`{quoted} is not enabled for `{driver}`{meant} (enabled: {enabled}){more}"
            ));
        }
        problems
    }

    /// The errors for chassis that neither the file nor Ironic has.
    fn unknown_chassis(&self, machines: &[NodeSpec], chassis: &[ChassisSpec]) -> Vec<String> {
        let mut given: BTreeMap<&str, Vec<&NodeSpec>> = BTreeMap::new();
        for machine in machines {
            let uuid = machine.fields.get("chassis_uuid").and_then(serde_json::Value::as_str);
            if let Some(uuid) = uuid.filter(|uuid| !chassis.iter().any(|chassis| chassis.uuid() == *uuid)) {
                given.entry(uuid).or_default().push(machine);
            }
        }
        given.retain(|uuid, _| matches!(self.client.chassis(uuid), Err(error) if error.is_not_found()));
        let problem = |(uuid, users): (&str, Vec<&NodeSpec>)| {
            let (at, more) = (&users[0].at, and_more(users.len() - 1));
            format!("{at}: the chassis{} does not exist{more}", at.quoted(uuid))
        };
        given.into_iter().map(problem).collect()
    }

    /// Warns of `driver_info` keys that a hardware type does not know. Returns the keys that each requires to reach a
    /// BMC.
    fn check_drivers(&self, machines: &[NodeSpec]) -> (Vec<String>, Required) {
        let mut by_driver: BTreeMap<&str, Vec<&NodeSpec>> = BTreeMap::new();
        for machine in machines {
            by_driver.entry(machine.driver()).or_default().push(machine);
        }
        let mut warnings = Vec::new();
        let mut required = Required::new();
        for (driver, users) in by_driver {
            // Without permission there is no check.
            let Ok(known) = self.client.driver_properties(driver) else { continue };
            let is_required = |text: &str| text.trim_end_matches('.').ends_with("Required");
            let of_bmc = known.iter().filter(|(key, _)| driver_info::is_bmc_key(key));
            let keys = of_bmc.filter(|(_, text)| text.as_str().is_some_and(is_required));
            required.insert(driver.to_owned(), keys.map(|(key, _)| key.clone()).collect());
            let mut unknown: BTreeMap<&String, Vec<&NodeSpec>> = BTreeMap::new();
            for machine in users.into_iter().filter(|_| !known.is_empty()) {
                for key in machine.driver_info.expose().keys().filter(|key| !known.contains_key(*key)) {
                    unknown.entry(key).or_default().push(machine);
                }
            }
            for (key, users) in unknown {
                let similar = suggestion(key, known.keys().map(String::as_str));
                let more = and_more(users.len() - 1);
                let first = &users[0].at;
                warnings
                    .push(format!("{first}: `{driver}` does not know `driver_info.{key}`{similar}{more}"));
            }
        }
        warnings.sort_unstable();
        (warnings, required)
    }

    /// Enrolls one machine up to the requested state.
    ///
    /// # Errors
    /// [`Error::Failed`] with Ironic's message if verification, inspection or cleaning failed; [`Error::Forbidden`] for
    /// a node in maintenance before that state; any error of a request.
    pub fn enroll(&self, plan: &NodePlan<'_>, options: EnrollOptions) -> Result<Enrolled, Error> {
        let mut progress = self.progress(plan.machine.label(), None);
        let result = self.enroll_through(plan, options, &mut progress);
        progress.end(&result, |enrolled| {
            let note = enrolled.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            Some(format!("{}, {}{note}", enrolled.action.as_str(), enrolled.state))
        });
        result
    }

    fn enroll_through(
        &self,
        plan: &NodePlan<'_>,
        options: EnrollOptions,
        progress: &mut Progress<'_>,
    ) -> Result<Enrolled, Error> {
        match self.enroll_as_planned(plan, options, progress) {
            // Created since the plan: by a concurrent run, or by a late request of a killed run.
            Err(error) if error.fault() == Some(&Fault::AlreadyExists) => {
                match self.plan_enrollment(std::slice::from_ref(plan.machine)) {
                    Ok(EnrollPlan { plans, .. }) => self.enroll_as_planned(&plans[0], options, progress),
                    Err(_) => Err(error),
                }
            }
            enrolled => enrolled,
        }
    }

    fn enroll_as_planned(
        &self,
        plan: &NodePlan<'_>,
        options: EnrollOptions,
        progress: &mut Progress<'_>,
    ) -> Result<Enrolled, Error> {
        self.check_canceled(progress, Aftermath::Nothing)?;
        let name = plan.machine.name().map(str::to_owned);
        progress.on_node(NodeRef { uuid: plan.uuid.clone(), name });
        // A node that was `available` becomes so again after a change in `manageable`.
        let was_available = plan.state() == Some("available");
        let until = if was_available { EnrollTarget::Available } else { options.until };
        let (known, action) = match plan.action(options) {
            EnrollAction::Created => self.create(plan, progress)?,
            EnrollAction::Updated => {
                self.update(plan, options, progress)?;
                (None, EnrollAction::Updated)
            }
            EnrollAction::Unchanged => (plan.untouched(), EnrollAction::Unchanged),
        };
        let (node, reason) = self.advance(plan, known, EnrollOptions { until, ..options }, progress)?;
        let state = node.provision_state;
        let has_moved = action == EnrollAction::Unchanged && plan.state() != Some(state.as_str());
        let action = if has_moved { EnrollAction::Updated } else { action };
        Ok(Enrolled { action, state, note: reason })
    }
}

/// The `driver_info` keys that each hardware type requires to reach a BMC.
type Required = BTreeMap<String, Vec<String>>;

/// The number of further machines that a message applies to.
fn and_more(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" (and {count} more machines)") }
}

/// One warning per required key that neither the file nor Ironic has.
fn missing_keys(plans: &[NodePlan<'_>], required: &Required) -> Vec<String> {
    let mut warnings = Vec::new();
    for (driver, keys) in required {
        for key in keys {
            let has = |plan: &NodePlan<'_>| {
                let known = plan.existing.as_ref().and_then(|existing| existing.node.get("driver_info"));
                // Without permission Ironic shows one key that says so.
                plan.machine.driver_info.expose().contains_key(key)
                    || known.is_some_and(|info| !info[key].is_null() || info["content"].is_string())
            };
            let lacks = |plan: &&NodePlan<'_>| plan.machine.driver() == driver && !has(plan);
            let mut lacking = plans.iter().filter(lacks);
            let Some(first) = lacking.next() else { continue };
            let more = and_more(lacking.count());
            let at = &first.machine.at;
            warnings.push(format!("{at}: `{driver}` needs `driver_info.{key}`, which is missing{more}"));
        }
    }
    warnings
}

/// An error if two machines in the file match the same node.
fn duplicate_node(machines: &[NodeSpec], found: &[Option<String>]) -> Option<String> {
    let mut owners: HashMap<&String, &NodeSpec> = HashMap::new();
    for (machine, node) in machines.iter().zip(found) {
        let Some(node) = node else { continue };
        if let Some(other) = owners.insert(node, machine) {
            return Some(format!(
                "{}: {} is the same node as {}",
                machine.at,
                machine.label(),
                other.at.short()
            ));
        }
    }
    None
}

impl Driver<'_> {
    fn plan<'m>(
        &self,
        machine: &'m NodeSpec,
        node: Option<&str>,
        existing: Option<EnrolledNode>,
        roster: &ExistingNodes,
    ) -> NodePlan<'m> {
        let ironic = self.client.address();
        let sent = |field: &str, secret: &str| match (self.fingerprints, node) {
            (Some(fingerprints), Some(node)) => {
                fingerprints.compare(SecretField { ironic: &ironic, node, field }, secret)
            }
            _ => SecretComparison::Unknown,
        };
        let knowledge = Knowledge { resolve: &|name| roster.by_name(name).cloned(), sent: &sent };
        plan(machine, node, existing, &knowledge)
    }
}

fn plan<'m>(
    machine: &'m NodeSpec,
    node: Option<&str>,
    existing: Option<EnrolledNode>,
    knowledge: &Knowledge<'_>,
) -> NodePlan<'m> {
    let groups = existing.as_ref().map(|existing| existing.groups.as_slice()).unwrap_or_default();
    let group_uuid = |group| match compare::matching_group(group, groups) {
        Some(known) => known.uuid.clone(),
        None => group.uuid().map_or_else(|| Uuid::new_v4().to_string(), str::to_owned),
    };
    let group_uuids: Vec<String> = machine.portgroups.iter().map(group_uuid).collect();
    let comparison = existing.as_ref();
    let comparison = comparison.map(|existing| compare::compare(machine, existing, &group_uuids, knowledge));
    NodePlan {
        uuid: node.map_or_else(|| machine.creation_uuid(), str::to_owned),
        machine,
        existing,
        group_uuids,
        comparison: comparison.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::inventory::enrollment::Enrollment;
    use crate::inventory::reference::SecretResolver;

    #[test]
    fn two_machines_cannot_be_the_same_node() {
        let mut file = crate::test_files::file();
        let text =
            "nodes:\n- {name: new, driver: ipmi}\n- {name: a, driver: ipmi}\n- {name: b, driver: ipmi}\n";
        file.write_all(text.as_bytes()).expect("writable");
        let machines = Enrollment::read(&[file.path().to_owned()], None, &SecretResolver::none())
            .expect("right")
            .machines;
        let node = |uuid: &str| Some(uuid.to_owned());
        assert_eq!(duplicate_node(&machines, &[None, node("u"), node("v")]), None);
        let clash = duplicate_node(&machines, &[None, node("u"), node("u")]).expect("a clash");
        assert!(clash.contains("nodes[2]: b is the same node as ") && clash.ends_with(":3"), "{clash}");
    }
}
