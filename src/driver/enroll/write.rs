//! Writes machines into Ironic: new ones whole, others where they differ.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::compare::{self, Difference, Existing, Knowledge, Remedy};
use super::rules::{self, Moment};
use super::{Action, Plan, Wish};
use crate::driver::event::NodeRef;
use crate::driver::guard::Target;
use crate::driver::progress::Progress;
use crate::driver::sent::Known;
use crate::driver::{Driver, Error, OnStop};
use crate::inventory::machine::{Chassis, Port};
use crate::ironic::{self, Fault, Node, Patch, ProvisionTarget};
use crate::rest::mask;
use crate::rest::retry::Repeat;

/// Beyond so many chassis one list is cheaper than asking for each.
const FEW: usize = 5;

/// What is to be done about a chassis.
#[derive(Debug)]
pub struct ChassisPlan<'c> {
    /// The chassis of the file.
    pub chassis: &'c Chassis,
    existing: Option<Map<String, Json>>,
}

impl ChassisPlan<'_> {
    /// Whether it is to be created.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.existing.is_none()
    }

    /// The fields that are not as the file has them: what Ironic has, and what the file wants.
    #[must_use]
    pub fn differing(&self) -> Vec<(&str, Json, Json)> {
        let Some(existing) = &self.existing else { return Vec::new() };
        let has = |key: &String| existing.get(key).cloned().unwrap_or_default();
        let fields = self.chassis.fields.iter().filter(|(key, wants)| has(key) != **wants);
        fields.map(|(key, wants)| (key.as_str(), has(key), wants.clone())).collect()
    }
}

/// The failure of a request, with what of the machine it is about.
fn on(error: Error, what: &str) -> Error {
    match error {
        Error::Request { subject, source } => {
            Error::Request { subject: format!("{subject}: {what}"), source }
        }
        other => other,
    }
}

impl Driver<'_> {
    /// Looks at what Ironic has of these chassis. Nothing is written.
    ///
    /// # Errors
    /// Whatever a request may fail with.
    pub fn plan_chassis<'c>(&self, chassis: &'c [Chassis]) -> Result<Vec<ChassisPlan<'c>>, Error> {
        let mut listed = HashMap::new();
        let chassis_are_few = chassis.len() <= FEW;
        if !chassis_are_few {
            let about = Error::about(format!("chassis at {}", self.client.address()));
            for known in self.client.all_chassis().map_err(about)? {
                let uuid = known.get("uuid").and_then(Json::as_str).unwrap_or_default().to_owned();
                listed.insert(uuid, known);
            }
        }
        let mut plan = |chassis: &'c Chassis| {
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

    /// Creates the chassis that are not there, and changes those that differ, if that is wished.
    ///
    /// # Errors
    /// Whatever a request may fail with.
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

    /// Creates a node with all that belongs to it, and gives it as it was made, where nothing was written to it after
    /// that; with it whether this run made it, or only what was missing, because another run of the same file was faster.
    pub(super) fn create(
        &self,
        plan: &Plan<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<(Option<Node>, Action), Error> {
        progress.stage("creating the node");
        let mut body = plan.machine.fields.clone();
        body.insert("uuid".to_owned(), json!(plan.uuid));
        body.insert("driver_info".to_owned(), Json::Object(plan.machine.driver_info.expose().clone()));
        // Without Keystone Ironic takes an owner only from a patch, and parents and children must have the same.
        if body.remove("owner").is_some() {
            body.remove("parent_node");
        }
        let made = RefCell::new(None);
        let action = Cell::new(Action::Created);
        let is_repeated = Cell::new(false);
        self.create_once(
            progress,
            || {
                let created = self.client.create_node(&body);
                // The answer to a first try cannot be about a node that this run made.
                if let Err(ironic::Error::Api(error)) = &created
                    && error.fault == Fault::AlreadyExists
                    && !error.refusal.repeated
                    && !is_repeated.get()
                {
                    action.set(Action::Updated);
                }
                // A failure may hide that the node was created.
                is_repeated.set(true);
                created.map(|node| drop(made.replace(Some(node))))
            },
            || match self.client.node_fields(&plan.uuid, &["uuid"]) {
                Err(error) if error.is_not_found() => Ok(false),
                other => other.map(|_| true),
            },
        )?;
        let info = plan.machine.driver_info.expose();
        self.sent(&plan.uuid, info.iter().filter(|(key, _)| mask::is_secret_key(key)));
        let node = match made.into_inner() {
            Some(node) => node,
            // The answer was lost.
            None => self.client.node_whole(&plan.uuid).map_err(Error::about(progress.name().to_owned()))?,
        };
        let existing = Existing { node, ..Existing::default() };
        // What is new is ours: whatever is not as the file has it yet is written.
        let parent = |name: &str| self.client.node_fields(name, &["uuid"]).ok().map(|node| node.uuid);
        let knowledge = Knowledge { resolve: &parent, sent: &|_, _| Known::Unknown };
        let rest = compare::compare(plan.machine, &existing, &plan.group_uuids, &knowledge);
        self.apply(plan, &rest.differences.iter().collect::<Vec<_>>(), &[], progress)
            .map_err(|error| on(error, "its node is created, what belongs to it is not complete"))?;
        let patched = rest.differences.iter().any(|it| matches!(it.remedy, Remedy::Node { .. }));
        let node = serde_json::from_value(existing.node.into()).ok().filter(|_| !patched);
        Ok((node, action.get()))
    }

    /// Changes what is to be changed of a node that is there.
    pub(super) fn mend(&self, plan: &Plan<'_>, wish: Wish, progress: &mut Progress<'_>) -> Result<(), Error> {
        progress.stage("updating the node");
        let mending: Vec<&Difference> = plan.to_mend(wish).collect();
        let moments: Vec<Moment> = mending.iter().map(|difference| plan.moment(difference)).collect();
        if moments.iter().any(|moment| matches!(moment, Moment::Settled | Moment::Manageable)) {
            let mut node = self.client.node(&plan.uuid).map_err(Error::about(progress.name()))?;
            if !node.is_at_rest() {
                node = self.settle(&node, progress)?;
            }
            // What was under way may have ended where less is allowed.
            let from_manageable = |difference: &&Difference| {
                let now = plan.existing.as_ref().map(|existing| {
                    let mut now = existing.node.clone();
                    now.insert("provision_state".to_owned(), json!(node.provision_state.as_str()));
                    rules::moment(&difference.remedy, &now)
                });
                now == Some(Moment::Manageable)
            };
            if mending.iter().any(from_manageable) {
                target_of(plan).must_be(&node)?;
                self.begin(&node, ProvisionTarget::Manage, &Map::new(), progress)?;
                self.settle(&node, progress)?;
            }
            progress.stage("updating the node");
        }
        self.apply(plan, &mending, &plan.to_send(wish), progress)
    }

    /// Writes differences: the node in one patch, then traits, port groups, ports; what is to go goes last.
    fn apply(
        &self,
        plan: &Plan<'_>,
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
        // Ports first: a group goes only when it is empty.
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

    /// Looks at a node that existed before, ahead of adding a port or port group to it: it must have the instance that it had
    /// when the plan was made.
    fn must_be_as_planned(&self, plan: &Plan<'_>, progress: &mut Progress<'_>) -> Result<(), Error> {
        match plan.existing {
            Some(_) => self.changing_part(&target_of(plan), progress, || Ok(())),
            None => Ok(()),
        }
    }

    /// Writes what is part of the node itself.
    fn apply_to_node(
        &self,
        plan: &Plan<'_>,
        differences: &[&Difference],
        secrets: &[&str],
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let mut owner = Patch::new();
        let mut patch = Patch::new();
        let info = plan.machine.driver_info.expose();
        let mut sent: Vec<&String> = Vec::new();
        for field in secrets {
            let (place, key) = field.split_once('.').unwrap_or(("", field));
            let value =
                if place == "driver_info" { info.get(key) } else { plan.machine.fields[place].get(key) };
            patch = patch.add(format!("/{place}/{key}"), value.cloned().unwrap_or_default());
            sent.extend(info.get_key_value(key).filter(|_| place == "driver_info").map(|(key, _)| key));
        }
        for difference in differences {
            match &difference.remedy {
                // By itself and first: a parent is refused as long as the owners differ.
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
        self.sending(&plan.uuid, sent.iter().copied());
        for patch in [owner, patch].iter().filter(|patch| !patch.is_empty()) {
            self.changing(&target_of(plan), Repeat::Safe, progress, |guard| {
                self.client.patch_node(guard, patch)
            })?;
        }
        self.sent(&plan.uuid, sent.into_iter().filter_map(|key| info.get_key_value(key)));
        Ok(())
    }

    fn create_group(&self, plan: &Plan<'_>, group: usize, progress: &mut Progress<'_>) -> Result<(), Error> {
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
        plan: &Plan<'_>,
        port: &Port,
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

    /// Creates something under a UUID of ours. That it exists is a failure only if it is not what a first try
    /// made whose answer was lost, or another run that was quicker.
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

/// The node of a plan, and who had it when the plan was made.
pub(super) fn target_of(plan: &Plan<'_>) -> Target {
    let instance = plan.existing.as_ref().and_then(|existing| existing.node.get("instance_uuid")?.as_str());
    let node = NodeRef { uuid: plan.uuid.clone(), name: plan.machine.name().map(str::to_owned) };
    Target::new(node, instance.map(str::to_owned))
}
