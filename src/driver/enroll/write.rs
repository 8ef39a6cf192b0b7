//! Creates new nodes in Ironic and updates existing ones.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::compare::{self, Difference, EnrolledNode, Knowledge, Remedy};
use super::rules::{self, Permission};
use super::{EnrollAction, EnrollOptions, NodePlan};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error, OnStop};
use crate::inventory::node_spec::{ChassisSpec, PortSpec};
use crate::ironic::{self, Fault, Node, Patch, ProvisionTarget};
use crate::rest::mask;
use crate::rest::retry::Repeat;
use crate::state_dir::secret_fingerprints::SecretComparison;

/// Above this number of chassis, one list is cheaper than one request per chassis.
const MAX_SINGLE_REQUESTS: usize = 5;

/// The plan for a chassis.
#[derive(Debug)]
pub struct ChassisPlan<'c> {
    /// The chassis in the file.
    pub chassis: &'c ChassisSpec,
    existing: Option<Map<String, Json>>,
}

impl ChassisPlan<'_> {
    /// Whether it will be created.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.existing.is_none()
    }

    /// The fields that differ, with Ironic's value and the file's.
    #[must_use]
    pub fn differing(&self) -> Vec<(&str, Json, Json)> {
        let Some(existing) = &self.existing else { return Vec::new() };
        let has = |key: &String| existing.get(key).cloned().unwrap_or_default();
        let fields = self.chassis.fields.iter().filter(|(key, wants)| has(key) != **wants);
        fields.map(|(key, wants)| (key.as_str(), has(key), wants.clone())).collect()
    }
}

/// Adds the affected part of the node to a request error.
fn on(error: Error, what: &str) -> Error {
    match error {
        Error::Request { subject, source } => {
            Error::Request { subject: format!("{subject}: {what}"), source }
        }
        other => other,
    }
}

impl Driver<'_> {
    /// Compares chassis with Ironic. Changes nothing.
    ///
    /// # Errors
    /// Any error of a request.
    pub fn plan_chassis<'c>(&self, chassis: &'c [ChassisSpec]) -> Result<Vec<ChassisPlan<'c>>, Error> {
        let mut listed = HashMap::new();
        let chassis_are_few = chassis.len() <= MAX_SINGLE_REQUESTS;
        if !chassis_are_few {
            let about = Error::about(format!("chassis at {}", self.client.address()));
            for known in self.client.all_chassis().map_err(about)? {
                let uuid = known.get("uuid").and_then(Json::as_str).unwrap_or_default().to_owned();
                listed.insert(uuid, known);
            }
        }
        let mut plan = |chassis: &'c ChassisSpec| {
            let existing = if chassis_are_few {
                match self.client.chassis(chassis.uuid()) {
                    Err(error) if error.is_not_found() => None,
                    other => Some(other.map_err(Error::about(format!("chassis {}", chassis.uuid())))?),
                }
            } else {
                listed.remove(chassis.uuid())
            };
            Ok(ChassisPlan { chassis, existing })
        };
        chassis.iter().map(&mut plan).collect()
    }

    /// Creates missing chassis and, if `update` is set, changes those that differ.
    ///
    /// # Errors
    /// Any error of a request.
    pub fn enroll_chassis(&self, plans: &[ChassisPlan<'_>], update: bool) -> Result<(), Error> {
        for plan in plans {
            let uuid = plan.chassis.uuid();
            let about = || Error::about(format!("chassis {uuid}"));
            let differing = plan.differing();
            if plan.existing.is_none() {
                match self.client.create_chassis(&plan.chassis.fields) {
                    Err(error) if error.fault() == Some(&Fault::AlreadyExists) => {}
                    other => other.map_err(about())?,
                }
            } else if update && !differing.is_empty() {
                let add = |patch: Patch, (key, _, wants): &(&str, Json, Json)| {
                    patch.add(format!("/{key}"), wants.clone())
                };
                let patch = differing.iter().fold(Patch::new(), add);
                self.client.patch_chassis(uuid, &patch).map_err(about())?;
            }
        }
        Ok(())
    }

    /// Creates a node with its traits, port groups and ports. Returns the created node (`None` if it was patched
    /// afterwards) and the action. The action is `Updated` if another run with the same file created the node and this
    /// one only completed it.
    pub(super) fn create(
        &self,
        plan: &NodePlan<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<(Option<Node>, EnrollAction), Error> {
        progress.stage("creating the node");
        let mut body = plan.machine.fields.clone();
        body.insert("uuid".to_owned(), json!(plan.uuid));
        body.insert("driver_info".to_owned(), Json::Object(plan.machine.driver_info.expose().clone()));
        // Without Keystone, Ironic accepts an owner only in a patch, and parent and child nodes must have the same
        // owner.
        if body.remove("owner").is_some() {
            body.remove("parent_node");
        }
        let created_node = RefCell::new(None);
        let action = Cell::new(EnrollAction::Created);
        let is_repeated = Cell::new(false);
        self.create_once(
            progress,
            || {
                let created = self.client.create_node(&body);
                // After the first attempt, an existing node cannot be one that this run created.
                if let Err(ironic::Error::Api(error)) = &created
                    && error.fault == Fault::AlreadyExists
                    && !error.refusal.repeated
                    && !is_repeated.get()
                {
                    action.set(EnrollAction::Updated);
                }
                // The node may have been created despite a failure.
                is_repeated.set(true);
                created.map(|node| drop(created_node.replace(Some(node))))
            },
            || match self.client.node_fields(&plan.uuid, &["uuid"]) {
                Err(error) if error.is_not_found() => Ok(false),
                other => other.map(|_| true),
            },
        )?;
        let info = plan.machine.driver_info.expose();
        self.record_fingerprints(&plan.uuid, info.iter().filter(|(key, _)| mask::is_secret_key(key)));
        let node = match created_node.into_inner() {
            Some(node) => node,
            // The response was lost.
            None => self.client.node_whole(&plan.uuid).map_err(Error::about(progress.name().to_owned()))?,
        };
        let existing = EnrolledNode { node, ..EnrolledNode::default() };
        // The node is new, so everything that still differs from the file is written.
        let parent = |name: &str| self.client.node_fields(name, &["uuid"]).ok().map(|node| node.uuid);
        let knowledge = Knowledge { resolve: &parent, sent: &|_, _| SecretComparison::Unknown };
        let rest = compare::compare(plan.machine, &existing, &plan.group_uuids, &knowledge);
        self.apply(plan, &rest.differences.iter().collect::<Vec<_>>(), &[], progress).map_err(|error| {
            on(error, "the node is created, but its ports, port groups or traits are incomplete")
        })?;
        let patched = rest.differences.iter().any(|it| matches!(it.remedy, Remedy::Node { .. }));
        let node = serde_json::from_value(existing.node.into()).ok().filter(|_| !patched);
        Ok((node, action.get()))
    }

    /// Updates an existing node.
    pub(super) fn update(
        &self,
        plan: &NodePlan<'_>,
        options: EnrollOptions,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        progress.stage("updating the node");
        let differences: Vec<&Difference> = plan.to_fix(options).collect();
        let times: Vec<Permission> = differences.iter().map(|difference| plan.when(difference)).collect();
        if times.iter().any(|when| matches!(when, Permission::AfterOperation | Permission::InManageable)) {
            let mut node = self.client.node(&plan.uuid).map_err(Error::about(progress.name()))?;
            if !node.is_at_rest() {
                node = self.await_end(&node, progress)?;
            }
            // The operation may have ended in a state that permits less.
            let from_manageable = |difference: &&Difference| {
                let now = plan.existing.as_ref().map(|existing| {
                    let mut now = existing.node.clone();
                    now.insert("provision_state".to_owned(), json!(node.provision_state.as_str()));
                    rules::when(&difference.remedy, &now)
                });
                now == Some(Permission::InManageable)
            };
            if differences.iter().any(from_manageable) {
                target_of(plan).must_be(&node)?;
                self.begin(&node, ProvisionTarget::Manage, &Map::new(), progress)?;
                self.await_end(&node, progress)?;
            }
            progress.stage("updating the node");
        }
        self.apply(plan, &differences, &plan.to_send(options), progress)
    }

    /// Writes differences: first the node in one patch, then traits, port groups and ports; removals last.
    fn apply(
        &self,
        plan: &NodePlan<'_>,
        differences: &[&Difference],
        secrets: &[&str],
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        self.apply_to_node(plan, differences, secrets, progress)?;
        let target = target_of(plan);
        for difference in differences {
            match &difference.remedy {
                Remedy::Node { .. } | Remedy::DropPort { .. } | Remedy::DropGroup { .. } => {}
                Remedy::Traits(traits) => {
                    self.changing(&target, Repeat::Safe, progress, |guard| {
                        self.client.set_traits(guard, traits)
                    })?;
                }
                Remedy::DropTrait(name) => {
                    self.changing(&target, Repeat::Safe, progress, |guard| {
                        self.client.remove_trait(guard, name)
                    })?;
                }
                Remedy::NewGroup(group) => {
                    self.must_be_as_planned(plan, progress)?;
                    self.create_group(plan, *group, progress)?;
                }
                Remedy::Group { uuid, path, value } => {
                    let patch = Patch::new().add(path, value.clone());
                    self.changing_part(&target, progress, || self.client.patch_portgroup(uuid, &patch))?;
                }
                Remedy::NewPort { group, port } => {
                    let (port, group) = match group {
                        Some(group) => {
                            (&plan.machine.portgroups[*group].ports[*port], Some(&plan.group_uuids[*group]))
                        }
                        None => (&plan.machine.ports[*port], None),
                    };
                    self.must_be_as_planned(plan, progress)?;
                    self.create_port(plan, port, group, progress)?;
                }
                Remedy::Port { uuid, path, value } => {
                    let patch = Patch::new().add(path, value.clone());
                    self.changing_part(&target, progress, || self.client.patch_port(uuid, &patch))?;
                }
            }
        }
        // Ports first: only empty groups can be removed.
        for difference in differences {
            if let Remedy::DropPort { uuid, .. } = &difference.remedy {
                self.changing_part(&target, progress, || self.client.remove_port(uuid))?;
            }
        }
        for difference in differences {
            if let Remedy::DropGroup { uuid } = &difference.remedy {
                self.changing_part(&target, progress, || self.client.remove_portgroup(uuid))?;
            }
        }
        Ok(())
    }

    /// Checks, before a port or port group is added to an existing node, that it still has the instance that it had
    /// when the plan was made.
    fn must_be_as_planned(&self, plan: &NodePlan<'_>, progress: &mut Progress<'_>) -> Result<(), Error> {
        match plan.existing {
            Some(_) => self.changing_part(&target_of(plan), progress, || Ok(())),
            None => Ok(()),
        }
    }

    /// Writes the fields of the node itself.
    fn apply_to_node(
        &self,
        plan: &NodePlan<'_>,
        differences: &[&Difference],
        secrets: &[&str],
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let mut owner = Patch::new();
        let mut patch = Patch::new();
        let info = plan.machine.driver_info.expose();
        let mut sent: Vec<&String> = Vec::new();
        for field in secrets {
            let (mapping, key) = field.split_once('.').unwrap_or(("", field));
            let value =
                if mapping == "driver_info" { info.get(key) } else { plan.machine.fields[mapping].get(key) };
            patch = patch.add(format!("/{mapping}/{key}"), value.cloned().unwrap_or_default());
            sent.extend(info.get_key_value(key).filter(|_| mapping == "driver_info").map(|(key, _)| key));
        }
        for difference in differences {
            match &difference.remedy {
                // Separately and first: Ironic rejects a parent while the owners differ.
                Remedy::Node { path, value } if path == "/owner" => owner = owner.add(path, value.clone()),
                Remedy::Node { path, value } => {
                    patch = patch.add(path, value.clone());
                    let key = path.strip_prefix("/driver_info/").and_then(|key| info.get_key_value(key));
                    sent.extend(
                        key.map(|(key, _)| key)
                            .filter(|key| mask::is_secret_key(key) || difference.has == *mask::MASK),
                    );
                }
                _ => {}
            }
        }
        self.forget_fingerprints(&plan.uuid, sent.iter().copied());
        for patch in [owner, patch].iter().filter(|patch| !patch.is_empty()) {
            self.changing(&target_of(plan), Repeat::Safe, progress, |guard| {
                self.client.patch_node(guard, patch)
            })?;
        }
        self.record_fingerprints(&plan.uuid, sent.into_iter().filter_map(|key| info.get_key_value(key)));
        Ok(())
    }

    fn create_group(
        &self,
        plan: &NodePlan<'_>,
        group: usize,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let uuid = &plan.group_uuids[group];
        let mut body = plan.machine.portgroups[group].fields.clone();
        body.insert("uuid".to_owned(), json!(uuid));
        body.insert("node_uuid".to_owned(), json!(plan.uuid));
        self.create_once(
            progress,
            || self.client.create_portgroup(&body),
            || Ok(self.client.portgroups(Some(&plan.uuid))?.iter().any(|group| group.uuid == *uuid)),
        )
    }

    fn create_port(
        &self,
        plan: &NodePlan<'_>,
        port: &PortSpec,
        group: Option<&String>,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let mut body = port.fields.clone();
        body.entry("uuid").or_insert_with(|| json!(Uuid::new_v4().to_string()));
        body.insert("node_uuid".to_owned(), json!(plan.uuid));
        if let Some(group) = group {
            body.insert("portgroup_uuid".to_owned(), json!(group));
        }
        let created = self.create_once(
            progress,
            || self.client.create_port(&body),
            || Ok(self.client.ports(Some(&plan.uuid))?.iter().any(|other| other.address == port.address())),
        );
        created.map_err(|error| on(error, &format!("port {}", port.address())))
    }

    /// Creates a resource with a UUID that farrier chose. Succeeds if it already exists because an earlier attempt
    /// (with a lost response) or another run created it.
    fn create_once(
        &self,
        progress: &mut Progress<'_>,
        create: impl Fn() -> Result<(), ironic::Error>,
        is_ours: impl Fn() -> Result<bool, ironic::Error>,
    ) -> Result<(), Error> {
        self.queue(progress, OnStop::End, || match create() {
            Err(error) if error.fault() == Some(&Fault::AlreadyExists) && is_ours()? => Ok(()),
            other => other,
        })
    }
}

/// The node of a plan, with the instance that it had when the plan was made.
pub(super) fn target_of(plan: &NodePlan<'_>) -> ChangeTarget {
    let instance = plan.existing.as_ref().and_then(|existing| existing.node.get("instance_uuid")?.as_str());
    let node = NodeRef { uuid: plan.uuid.clone(), name: plan.machine.name().map(str::to_owned) };
    ChangeTarget::new(node, instance.map(str::to_owned))
}
