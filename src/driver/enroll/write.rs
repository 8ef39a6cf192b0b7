//! Writes machines into Ironic: new ones whole, others where they differ.

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::compare::{self, Difference, Existing, Remedy};
use super::{Plan, Wish};
use crate::driver::progress::Progress;
use crate::driver::{Driver, Error};
use crate::inventory::machine::{Chassis, Port};
use crate::ironic::{self, Fault, Patch, ProvisionTarget};

impl Driver<'_> {
    /// The chassis that are not there.
    ///
    /// # Errors
    /// Whatever a request may fail with.
    pub fn missing_chassis<'c>(&self, chassis: &'c [Chassis]) -> Result<Vec<&'c Chassis>, Error> {
        let mut missing = Vec::new();
        for chassis in chassis {
            if self.existing_chassis(chassis)?.is_none() {
                missing.push(chassis);
            }
        }
        Ok(missing)
    }

    fn existing_chassis(&self, chassis: &Chassis) -> Result<Option<Map<String, Json>>, Error> {
        match self.client.chassis(chassis.uuid()) {
            Err(error) if error.is_not_found() => Ok(None),
            other => other.map(Some).map_err(Error::about(format!("chassis {}", chassis.uuid()))),
        }
    }

    /// Creates the chassis that are not there, and says how the others differ from the file.
    ///
    /// # Errors
    /// Whatever a request may fail with.
    pub fn enroll_chassis(&self, chassis: &[Chassis], update: bool) -> Result<Vec<String>, Error> {
        let mut differ = Vec::new();
        for chassis in chassis {
            let about = || Error::about(format!("chassis {}", chassis.uuid()));
            let Some(existing) = self.existing_chassis(chassis)? else {
                match self.client.create_chassis(&chassis.fields) {
                    Err(error) if error.fault() == Some(&Fault::AlreadyExists) => {}
                    other => other.map_err(about())?,
                }
                continue;
            };
            let other = |(key, wants): &(&String, &Json)| existing.get(*key) != Some(*wants);
            let changes: Vec<(&String, &Json)> = chassis.fields.iter().filter(other).collect();
            if update && !changes.is_empty() {
                let add = |patch: Patch, (key, wants): &(&String, &Json)| {
                    patch.add(format!("/{key}"), (*wants).clone())
                };
                let patch = changes.iter().fold(Patch::new(), add);
                self.client.patch_chassis(chassis.uuid(), &patch).map_err(about())?;
            } else {
                let says =
                    |(key, _)| format!("chassis {}: `{key}` is not as the file has it", chassis.uuid());
                differ.extend(changes.into_iter().map(says));
            }
        }
        Ok(differ)
    }

    /// Creates a node with all that belongs to it.
    pub(super) fn create(&self, plan: &Plan<'_>, progress: &mut Progress<'_>) -> Result<(), Error> {
        progress.stage("creating the node");
        let mut body = plan.machine.fields.clone();
        body.insert("uuid".to_owned(), json!(plan.uuid));
        body.insert("driver_info".to_owned(), Json::Object(plan.machine.driver_info.expose().clone()));
        // Without Keystone Ironic takes an owner only from a patch, and parents and children must have the same.
        if body.remove("owner").is_some() {
            body.remove("parent_node");
        }
        self.create_once(
            progress,
            || self.client.create_node(&body),
            || match self.client.node_fields(&plan.uuid, &["uuid"]) {
                Err(error) if error.is_not_found() => Ok(false),
                other => other.map(|_| true),
            },
        )?;
        let about = || Error::about(progress.name().to_owned());
        let existing =
            Existing { node: self.client.node_whole(&plan.uuid).map_err(about())?, ..Existing::default() };
        // What is new is ours: whatever is not as the file has it yet is written.
        let parent = |name: &str| self.client.node_fields(name, &["uuid"]).ok().map(|node| node.uuid);
        let rest = compare::compare(plan.machine, &existing, &plan.group_uuids, &parent);
        self.apply(plan, &rest.differences.iter().collect::<Vec<_>>(), &[], progress)
    }

    /// Changes what is to be changed of a node that is there.
    pub(super) fn mend(&self, plan: &Plan<'_>, wish: Wish, progress: &mut Progress<'_>) -> Result<(), Error> {
        progress.stage("updating the node");
        let mending: Vec<&Difference> = plan.to_mend(wish).collect();
        let secrets = if plan.sends_secrets(wish) { plan.unknown() } else { &[] };
        if plan.state() == Some("available") && mending.iter().any(|difference| difference.needs_manageable())
        {
            let node = self.client.node(&plan.uuid).map_err(Error::about(progress.name()))?;
            self.begin(&node, ProvisionTarget::Manage, &Map::new(), progress)?;
        }
        self.apply(plan, &mending, secrets, progress)
    }

    /// Writes differences: the node in one patch, then traits, port groups, ports.
    fn apply(
        &self,
        plan: &Plan<'_>,
        differences: &[&Difference],
        secrets: &[String],
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let mut owner = Patch::new();
        let mut patch = Patch::new();
        for field in secrets {
            let key = field.trim_start_matches("driver_info.");
            let value = plan.machine.driver_info.expose().get(key).cloned().unwrap_or_default();
            patch = patch.add(format!("/driver_info/{key}"), value);
        }
        for difference in differences {
            match &difference.remedy {
                // By itself and first: a parent is refused as long as the owners differ.
                Remedy::Node { path, value } if path == "/owner" => owner = owner.add(path, value.clone()),
                Remedy::Node { path, value } => patch = patch.add(path, value.clone()),
                _ => {}
            }
        }
        for patch in [owner, patch].iter().filter(|patch| !patch.is_empty()) {
            self.patiently(progress, || self.client.patch_node(&plan.uuid, patch))?;
        }
        for difference in differences {
            match &difference.remedy {
                Remedy::Node { .. } => {}
                Remedy::Traits => {
                    let traits = plan.machine.traits.as_deref().unwrap_or_default();
                    self.patiently(progress, || self.client.set_traits(&plan.uuid, traits))?;
                }
                Remedy::NewGroup(group) => self.create_group(plan, *group, progress)?,
                Remedy::Group { uuid, path, value } => {
                    let patch = Patch::new().add(path, value.clone());
                    self.patiently(progress, || self.client.patch_portgroup(uuid, &patch))?;
                }
                Remedy::NewPort { group, port } => {
                    let (port, group) = match group {
                        Some(group) => {
                            (&plan.machine.portgroups[*group].ports[*port], Some(&plan.group_uuids[*group]))
                        }
                        None => (&plan.machine.ports[*port], None),
                    };
                    self.create_port(plan, port, group, progress)?;
                }
                Remedy::Port { uuid, path, value } => {
                    let patch = Patch::new().add(path, value.clone());
                    self.patiently(progress, || self.client.patch_port(uuid, &patch))?;
                }
            }
        }
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
        self.create_once(
            progress,
            || self.client.create_port(&body),
            || Ok(self.client.ports(Some(&plan.uuid))?.iter().any(|other| other.address == port.address())),
        )
    }

    /// Creates something under a UUID of ours. That it exists is a failure only if it is not what a first try
    /// made whose answer was lost, or another run that was quicker.
    fn create_once(
        &self,
        progress: &mut Progress<'_>,
        create: impl Fn() -> Result<(), ironic::Error>,
        is_ours: impl Fn() -> Result<bool, ironic::Error>,
    ) -> Result<(), Error> {
        self.patiently(progress, || match create() {
            Err(error) if error.fault() == Some(&Fault::AlreadyExists) && is_ours()? => Ok(()),
            other => other,
        })
    }
}
