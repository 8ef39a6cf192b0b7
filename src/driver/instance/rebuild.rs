//! Rebuilds an instance on its node.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::intent::{Intent, KEY, Rebuilding};
use super::lookup::{FoundInstance, Instance};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::config_drive::ConfigDrive;
use crate::driver::confirmation::Confirmed;
use crate::driver::error::Operation;
use crate::driver::image;
use crate::driver::image::{Image, ImageKind};
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::state::Phase;
use crate::ironic::{self, Node, Patch, ProvisionState, ProvisionTarget};
use crate::rest::mask;
use crate::rest::retry::Repeat;

/// The options of a rebuild.
#[derive(Debug, Clone, Default)]
pub struct Rebuild {
    /// A new image (default: the current one).
    pub image: Option<Image>,
    /// Keep the ephemeral partition and its data.
    pub preserve_ephemeral: bool,
    /// A new config drive; without it Ironic reuses the last one.
    pub config_drive: ConfigDrive,
    /// Return as soon as the rebuild has started.
    pub no_wait: bool,
}

/// The config drive that the rebuilt instance gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RebuildConfigDrive {
    /// The config drive of this rebuild.
    New,
    /// The config drive of the last deploy.
    Kept,
    /// Fetched again from the address of the last deploy.
    FetchedAgain(String),
    /// No config drive.
    Missing,
}

impl Driver<'_> {
    /// Checks whether an instance can be rebuilt with these options, and returns the config drive that it would get.
    /// Changes nothing.
    ///
    /// # Errors
    /// Those of [`Driver::rebuild`].
    pub fn can_rebuild(&self, name: &str, rebuild: &Rebuild) -> Result<RebuildConfigDrive, Error> {
        let found = self.find(name)?;
        let node = found.need_node()?;
        let noted = noted(&found);
        let after = noted.as_ref().map(|noted| self.intent_after(noted, rebuild)).transpose()?;
        let goes_on = |(noted, after): (&Intent, &Intent)| is_in_progress(node, noted, after, rebuild);
        if !noted.as_ref().zip(after.as_ref()).is_some_and(goes_on) {
            check(node, &found.need_instance()?, rebuild)?;
            check_image(&found, rebuild)?;
            self.changes(node, noted.as_ref(), rebuild)?;
        }
        if !rebuild.config_drive.is_none() {
            return Ok(RebuildConfigDrive::New);
        }
        if node.instance_info.get("configdrive").is_none_or(Value::is_null) {
            return Ok(RebuildConfigDrive::Missing);
        }
        let intent = found.allocation.as_ref().and_then(|allocation| Intent::read(&allocation.extra));
        Ok(intent
            .and_then(|intent| intent.config_drive_url)
            .map_or(RebuildConfigDrive::Kept, RebuildConfigDrive::FetchedAgain))
    }

    /// Rebuilds an instance.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the state does not allow it, or there is no ephemeral partition to keep; [`Error::Failed`] if
    /// the rebuild failed; a failed request.
    pub fn rebuild(&self, name: &str, rebuild: &Rebuild, _: Confirmed) -> Result<Instance, Error> {
        let mut progress = self.progress(name, None);
        let result = self.despite_dead_conductors(OnStop::End, &mut progress, |progress| {
            self.rebuild_through(name, rebuild, progress)
        });
        let elapsed = progress.elapsed();
        let result = progress.end_of(Operation::Other, result, |instance| {
            Some(format!("{} is {}", instance.label(), instance.state))
        });
        result.map(|instance| Instance { duration: Some(elapsed), ..instance })
    }

    pub(super) fn rebuild_through(
        &self,
        name: &str,
        rebuild: &Rebuild,
        progress: &mut Progress<'_>,
    ) -> Result<Instance, Error> {
        let found = self.find(name)?;
        let instance = found.need_instance()?;
        progress.of_instance(Some(instance.uuid.clone()));
        let node = found.need_node()?;
        progress.on_node(NodeRef::from(node));
        progress.in_state(&node.provision_state);
        let noted = noted(&found);
        let after = noted.as_ref().map(|noted| self.intent_after(noted, rebuild)).transpose()?;
        if let (Some(noted), Some(after)) = (&noted, &after)
            && is_in_progress(node, noted, after, rebuild)
        {
            return self.end_rebuild(found.clone(), node, Some(after), rebuild, progress);
        }
        check(node, &instance, rebuild)?;
        let config_drive = self.for_networks_of(node, &rebuild.config_drive)?;
        check_image(&found, rebuild)?;
        let mut patch = self.changes(node, noted.as_ref(), rebuild)?;

        // Recorded before the request, so that a later run knows what was requested.
        let changes = after.as_ref().filter(|after| noted.as_ref().is_some_and(|noted| noted != *after));
        let request = changes.zip(noted.as_ref()).map(|(after, noted)| {
            let since = node.provision_updated_at.clone();
            let rebuilding = Some(Box::new(Rebuilding { since, intent: after.clone() }));
            Intent { rebuilding, ..noted.clone() }
        });
        match (&request, &found.allocation) {
            (Some(request), Some(_)) => self.record_intent(&found, request, progress)?,
            (Some(request), None) => {
                let value = request.to_extra().remove(KEY).unwrap_or_default();
                patch.insert(KEY.to_owned(), Some(value));
            }
            _ => {}
        }
        let target = ChangeTarget::from(node);
        let mut tries = 0;
        let mut is_written = false;
        let begun = self
            .changing(&target, Repeat::Safe, progress, |guard| {
                tries += 1;
                // The node may have been locked by this very rebuild, started by another run of the same command.
                if tries > 1 && self.is_started_by_other_run(&found, after.as_ref(), rebuild)? {
                    return Ok(true);
                }
                let written = self.client.patch_node(guard, &as_patch(&patch));
                // A refused request has written nothing.
                is_written |= !written.as_ref().is_err_and(ironic::Error::is_refusal);
                written.map(|()| false)
            })
            .and_then(|joined| {
                if joined {
                    return Ok(());
                }
                self.begin(node, ProvisionTarget::Rebuild, &config_drive.body(), progress)
            });
        if let Err(error) = begun {
            // A conductor that has not responded may still process the request, after any request that is sent now. The
            // recorded intent tells which image runs.
            if error.aftermath() == Some(Aftermath::Unknown) {
                return Err(error);
            }
            // The rebuild may have started although the response was lost.
            let now = self.client.node(&node.uuid);
            if now.is_ok_and(|now| now.provision_updated_at != node.provision_updated_at) {
                return Err(error.with_aftermath(Aftermath::UnderWay));
            }
            if !is_written {
                patch.clear();
            }
            self.undo_rebuild(&found, node, &patch, request.as_ref().and(noted.as_ref()), progress);
            return Err(error.with_aftermath(Aftermath::AsItWas));
        }
        self.end_rebuild(found.clone(), node, after.as_ref().filter(|_| request.is_some()), rebuild, progress)
    }

    /// Whether exactly this rebuild is now in progress, started by another run.
    fn is_started_by_other_run(
        &self,
        found: &FoundInstance,
        after: Option<&Intent>,
        rebuild: &Rebuild,
    ) -> Result<bool, ironic::Error> {
        let (Some(node), Some(after)) = (&found.node, after) else { return Ok(false) };
        let now = self.client.node(&node.uuid)?;
        let allocation = found.allocation.as_ref().map(|it| self.client.allocation(&it.uuid)).transpose()?;
        let noted = Intent::read(allocation.as_ref().map_or(&now.instance_info, |it| &it.extra));
        Ok(noted.is_some_and(|noted| is_in_progress(&now, &noted, after, rebuild)))
    }

    /// Records the instance's new intent, and waits until the rebuild ends.
    fn end_rebuild(
        &self,
        found: FoundInstance,
        before: &Node,
        after: Option<&Intent>,
        rebuild: &Rebuild,
        progress: &mut Progress<'_>,
    ) -> Result<Instance, Error> {
        // Without an allocation nothing is written, because the node is locked; its `instance_info` already has the intent.
        if let (Some(after), Some(_)) = (after, &found.allocation) {
            let noted = self.record_intent(&found, after, progress);
            noted.map_err(|error| error.with_aftermath(Aftermath::UnderWay))?;
        }
        if !rebuild.no_wait {
            self.wait_for_state(before, &ProvisionState::Active, "rebuild", progress)?;
        }
        let node = self.client.node(&before.uuid).map_err(Error::about(progress.name()));
        let node =
            node.map_err(
                |error| if rebuild.no_wait { error.with_aftermath(Aftermath::UnderWay) } else { error },
            )?;
        let instance = FoundInstance { node: Some(node), ..found }.need_instance()?;
        let mut instance = match &rebuild.image {
            // The recorded image is outdated.
            Some(image) => Instance { image: Some(image.shown()), ..instance },
            None => instance,
        };
        self.look_up_all(&mut instance);
        Ok(instance)
    }

    /// Restores everything that was written for a rebuild that did not start.
    fn undo_rebuild(
        &self,
        found: &FoundInstance,
        before: &Node,
        patch: &InstanceInfoChanges,
        noted: Option<&Intent>,
        progress: &mut Progress<'_>,
    ) {
        let note = found.allocation.as_ref().zip(noted);
        if patch.is_empty() && note.is_none() {
            return;
        }
        progress.undoing("the preparation of the rebuild");
        // The allocation first, because that needs no conductor.
        let noted = note.map_or(Ok(()), |(allocation, noted)| {
            let patch = note_patch(noted);
            self.undoing(progress, || self.client.patch_allocation(&allocation.uuid, &patch))
        });
        let old: InstanceInfoChanges = patch
            .keys()
            .map(|key| (key.clone(), before.instance_info.get(key).filter(|value| !value.is_null()).cloned()))
            .collect();
        let written = if old.is_empty() {
            Ok(())
        } else {
            self.changing_back(&ChangeTarget::from(before), progress, |guard| {
                self.client.patch_node(guard, &as_patch(&old))
            })
        };
        for error in noted.err().into_iter().chain(written.err()) {
            progress.remark(format!(
                "cannot undo the preparation of the rebuild (repeat the same command to try again): {error}"
            ));
        }
    }

    /// The changes of `instance_info` for a rebuild, by key; `None` removes a key.
    fn changes(
        &self,
        node: &Node,
        noted: Option<&Intent>,
        rebuild: &Rebuild,
    ) -> Result<InstanceInfoChanges, Error> {
        let mut changes = InstanceInfoChanges::new();
        changes.insert("preserve_ephemeral".to_owned(), Some(rebuild.preserve_ephemeral.into()));
        let Some(image) = &rebuild.image else {
            // For an image in Glance, Ironic looks up all properties itself. For others, Ironic has replaced the given
            // properties with those of the converted image.
            let source = node.instance_info.get("image_source").and_then(Value::as_str).unwrap_or_default();
            if uuid::Uuid::try_parse(source).is_ok() || source.starts_with("glance://") {
                return Ok(changes);
            }
            let facts = noted.map(|noted| &noted.image_facts).filter(|facts| !facts.is_empty());
            let Some(facts) = facts else {
                return Err(Error::Forbidden {
                    subject: format!("instance {}", node_instance(node)),
                    why: "the checksum and format of its image are unknown; give the image with --image and \
                          --image-checksum"
                        .to_owned(),
                });
            };
            for key in image::FACTS {
                match (facts.get(key), node.instance_info.get(key)) {
                    (Some(value), _) => drop(changes.insert(key.to_owned(), Some(value.clone()))),
                    (None, Some(value)) if !value.is_null() => drop(changes.insert(key.to_owned(), None)),
                    (None, _) => {}
                }
            }
            return Ok(changes);
        };
        let mut new = image.in_cloud(self.cloud())?.instance_info();
        if let Some(listed) = &image.listed {
            let kept = ["capabilities", "traits"].into_iter();
            let kept = kept.filter_map(|key| Some((key.to_owned(), node.instance_info.get(key)?.clone())));
            new.extend(kept);
            listed.fill(&mut new);
        }
        // The properties of the last image do not apply to this one, except its type if that is the same: a `file://` image
        // requires it (Ironic 39).
        let kept = kind_of(&node.instance_info).filter(|kind| *kind == kind_of_new(image));
        for key in image::KEYS {
            let stays = key == "image_type" && kept.is_some();
            if node.instance_info.contains_key(key) && !new.contains_key(key) && !stays {
                changes.insert(key.to_owned(), None);
            }
        }
        changes.extend(new.into_iter().map(|(key, value)| (key, Some(value))));
        Ok(changes)
    }

    /// The intent to record when the instance is rebuilt.
    fn intent_after(&self, noted: &Intent, rebuild: &Rebuild) -> Result<Intent, Error> {
        let mut intent = Intent { rebuilding: None, ..noted.clone() };
        if let Some(image) = &rebuild.image {
            let in_cloud = image.in_cloud(self.cloud())?;
            intent.image = Some(image.shown());
            intent.image_id = in_cloud.id().map(str::to_owned);
            intent.image_facts = in_cloud.facts();
            // The digest covers the image and other options together, so it is unknown after the rebuild.
            intent.instance_info = None;
        }
        if !rebuild.config_drive.is_none() {
            intent.config_drive = rebuild.config_drive.digest();
            intent.config_drive_url = rebuild.config_drive.address();
            intent.ip_addresses = rebuild.config_drive.addresses();
        }
        Ok(intent)
    }

    /// Records an intent in the allocation.
    fn record_intent(
        &self,
        found: &FoundInstance,
        intent: &Intent,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let Some(allocation) = &found.allocation else { return Ok(()) };
        let patch = note_patch(intent);
        self.patiently(progress, || self.client.patch_allocation(&allocation.uuid, &patch))
    }
}

/// New values of `instance_info`, by key; `None` removes the key.
type InstanceInfoChanges = BTreeMap<String, Option<Value>>;

fn as_patch(changes: &InstanceInfoChanges) -> Patch {
    // Ironic treats a missing key like null.
    changes.iter().fold(Patch::new(), |patch, (key, value)| {
        let path = format!("/instance_info/{key}");
        match value {
            Some(value) => patch.add(path, value.clone()),
            None => patch.remove(path),
        }
    })
}

fn note_patch(intent: &Intent) -> Patch {
    let noted = intent.to_extra().into_iter().map(|(key, value)| (format!("/extra/{key}"), value));
    noted.fold(Patch::new(), |patch, (path, value)| patch.add(path, value))
}

/// The recorded intent of an instance, from its allocation or its node.
fn noted(found: &FoundInstance) -> Option<Intent> {
    let node = found.node.as_ref()?;
    let of_allocation = found.allocation.as_ref().map(|allocation| &allocation.extra);
    Intent::read(of_allocation.unwrap_or(&node.instance_info)).map(|noted| {
        // A recorded rebuild that never started does not count.
        if node.provision_state.is_moving() { noted } else { noted.current(node) }
    })
}

/// Whether exactly this rebuild is in progress, for example after a killed run.
fn is_in_progress(node: &Node, noted: &Intent, after: &Intent, rebuild: &Rebuild) -> bool {
    let deploys = node.provision_state.phase() == Some(Phase::Deploy);
    // A deploy replaces `instance_info`, without this key.
    let preserves = node.instance_info.get("preserve_ephemeral").and_then(Value::as_bool);
    let meant = noted.rebuilding.as_ref().map_or(noted, |rebuilding| &rebuilding.intent);
    deploys && preserves == Some(rebuild.preserve_ephemeral) && meant == after
}

fn node_instance(node: &Node) -> &str {
    let name = node.display_name();
    name.or(node.instance_uuid.as_deref()).unwrap_or(&node.uuid)
}

/// Reads a size, which other tools may write as text.
fn number(size: &Value) -> Option<u64> {
    match size {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    }
}

/// The type of the last image, from `image_type` or from the presence of a kernel.
fn kind_of(instance_info: &Map<String, Value>) -> Option<ImageKind> {
    let image_type = instance_info.get("image_type").and_then(Value::as_str);
    match image_type {
        Some(word) if word == ImageKind::Partition.as_str() => Some(ImageKind::Partition),
        Some(_) => Some(ImageKind::WholeDisk),
        None => {
            let kernel = instance_info.get("kernel").is_some_and(|kernel| !kernel.is_null());
            kernel.then_some(ImageKind::Partition)
        }
    }
}

/// The type that Ironic assumes for an image without a given type.
fn kind_of_new(image: &Image) -> ImageKind {
    if image.is_partition() { ImageKind::Partition } else { ImageKind::WholeDisk }
}

/// Refuses to reuse the image in the node if it is not the one that runs: an earlier rebuild that got no answer wrote it there
/// and never started.
fn check_image(found: &FoundInstance, rebuild: &Rebuild) -> Result<(), Error> {
    let Some(node) = found.node.as_ref().filter(|_| rebuild.image.is_none()) else { return Ok(()) };
    let of_allocation = found.allocation.as_ref().map(|allocation| &allocation.extra);
    let Some(noted) = Intent::read(of_allocation.unwrap_or(&node.instance_info)) else { return Ok(()) };
    let Some(pending) = &noted.rebuilding else { return Ok(()) };
    let source = node.instance_info.get("image_source").and_then(Value::as_str).unwrap_or_default();
    let source = mask::address(source);
    let has = |intent: &Intent| {
        [intent.image.as_deref(), intent.image_id.as_deref()].contains(&Some(source.as_str()))
    };
    let has_begun = node.provision_updated_at != pending.since;
    if has_begun || has(&noted) || !has(&pending.intent) {
        return Ok(());
    }
    let image = noted.image.as_deref().unwrap_or("unknown");
    Err(Error::Forbidden {
        subject: format!("instance {}", node_instance(node)),
        why: format!(
            "its image is {image}, but an earlier rebuild that did not start left another one in the node; give \
             the image with --image"
        ),
    })
}

/// Refuses, before any change, a rebuild that Ironic would refuse or do wrongly.
fn check(node: &Node, instance: &Instance, rebuild: &Rebuild) -> Result<(), Error> {
    let forbidden =
        |why: String| Err(Error::Forbidden { subject: format!("instance {}", instance.label()), why });
    if !node.provision_state.accepts(ProvisionTarget::Rebuild) {
        return forbidden(format!(
            "cannot rebuild it: its node is `{}`, not {}",
            node.provision_state,
            crate::driver::node::lifecycle::one_of(&ProvisionState::that_accept(ProvisionTarget::Rebuild))
        ));
    }
    if node.maintenance {
        let reason = node.maintenance_reason.as_deref().unwrap_or("no reason given");
        return forbidden(format!("its node {} is in maintenance: {reason}", node.label()));
    }
    if node.protected {
        return Err(super::destroy::is_protected(node));
    }
    if rebuild.image.is_none() && node.instance_info.get("image_source").is_none_or(Value::is_null) {
        // Ironic 39 would respond with 500.
        return forbidden("Ironic does not know its image; give it with --image".to_owned());
    }
    if let Some(image) = &rebuild.image
        && image.kind.is_none()
        && !image.is_partition()
        && kind_of(&node.instance_info) == Some(ImageKind::Partition)
    {
        return forbidden(format!(
            "its last image was a partition image, and the type of {} is unknown; give it with --image-type",
            image.shown()
        ));
    }
    let listed = rebuild.image.as_ref().and_then(|image| image.listed.as_ref());
    if let Some(why) = listed.and_then(|listed| listed.obstacle_on(node)) {
        return forbidden(format!("its node {} {why}", node.label()));
    }
    if !rebuild.preserve_ephemeral {
        return Ok(());
    }
    let ephemeral = node.instance_info.get("ephemeral_gb").and_then(number).unwrap_or(0);
    if ephemeral == 0 {
        return forbidden("it has no ephemeral partition to preserve".to_owned());
    }
    // Other sizes move the partitions. Ironic records the sizes of the last deploy and compares them
    // (`deploy_utils._check_disk_layout_unchanged`).
    let last = node.driver_internal_info.get("instance").and_then(Value::as_object);
    for (size, noted) in [("root_gb", "root_mb"), ("swap_mb", "swap_mb"), ("ephemeral_gb", "ephemeral_mb")] {
        let unit = if size.ends_with("_gb") { 1024 } else { 1 };
        let wanted = node.instance_info.get(size).and_then(number).unwrap_or(0) * unit;
        if let Some(had) = last.and_then(|last| last.get(noted)).and_then(number)
            && had != wanted
        {
            return forbidden(format!(
                "its ephemeral partition cannot be preserved: `{noted}` was {had} at the deploy and is now {wanted}"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(node: Value, preserve_ephemeral: bool) -> Result<(), Error> {
        let node: Node = serde_json::from_value(node).expect("a node");
        let found = FoundInstance {
            sought: "web".to_owned(),
            allocation: None,
            node: Some(node.clone()),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        let instance = found.need_instance().expect("an instance");
        check(&node, &instance, &Rebuild { preserve_ephemeral, ..Rebuild::default() })
    }

    #[test]
    fn preserving_requires_an_ephemeral_partition() {
        let node = |size: Value| {
            json!({"uuid": "u", "instance_uuid": "i", "provision_state": "active",
                   "instance_info": {"image_source": "http://h/i", "ephemeral_gb": size}})
        };
        assert!(checked(node(json!(20)), true).is_ok());
        assert!(checked(node(json!("20")), true).is_ok());
        assert!(checked(node(json!(0)), true).is_err());
        assert!(checked(node(json!(null)), true).is_err());
        assert!(checked(node(json!(0)), false).is_ok());
    }

    #[test]
    fn preserving_requires_unchanged_sizes() {
        let node = |deployed: u64| {
            json!({"uuid": "u", "instance_uuid": "i", "provision_state": "active",
                   "instance_info": {"image_source": "http://h/i", "root_gb": "10", "ephemeral_gb": 20},
                   "driver_internal_info": {"instance": {"root_mb": 10240, "swap_mb": 0, "ephemeral_mb": deployed}}})
        };
        assert!(checked(node(20480), true).is_ok());
        let refused = checked(node(10240), true).expect_err("it has moved").to_string();
        assert!(refused.contains("`ephemeral_mb` was 10240"), "{refused}");
        assert!(checked(node(10240), false).is_ok());
    }

    #[test]
    fn an_image_of_another_type_must_be_given_with_its_type() {
        let with = |info: Value, image: Image| {
            let node = json!({"uuid": "u", "instance_uuid": "i", "provision_state": "active", "instance_info": info});
            let node: Node = serde_json::from_value(node).expect("a node");
            let found = FoundInstance {
                sought: "web".to_owned(),
                allocation: None,
                node: Some(node.clone()),
                at: jiff::Timestamp::UNIX_EPOCH,
            };
            let instance = found.need_instance().expect("it has one");
            check(&node, &instance, &Rebuild { image: Some(image), ..Rebuild::default() })
        };
        let checksum = image::Checksum::parse(&"0".repeat(64)).expect("a SHA-256");
        let image = Image::resolve("http://h/new.img", Some(checksum)).expect("an address");
        for was in [json!({"image_type": "partition"}), json!({"kernel": "http://h/k"})] {
            assert!(with(was.clone(), image.clone()).is_err(), "{was}");
            assert!(with(was, Image { kind: Some(ImageKind::WholeDisk), ..image.clone() }).is_ok());
        }
        assert!(with(json!({"image_type": "whole-disk"}), image.clone()).is_ok());
        assert!(with(json!({}), image).is_ok());
    }

    #[test]
    fn other_states_are_refused() {
        for state in ["deploying", "available", "rescue"] {
            let node = json!({"uuid": "u", "instance_uuid": "i", "provision_state": state,
                              "instance_info": {"image_source": "http://h/i"}});
            assert!(checked(node, false).is_err(), "{state}");
        }
    }
}
