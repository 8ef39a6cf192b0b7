//! Deploys an instance anew in place.

use serde_json::Value;

use super::config_drive::ConfigDrive;
use super::consent::Confirmed;
use super::event::NodeRef;
use super::image::{self, Image};
use super::instance::{Found, Instance};
use super::progress::Progress;
use super::{Driver, Error};
use crate::ironic::{Node, Patch, ProvisionState, ProvisionTarget};

/// What changes with a rebuild.
#[derive(Debug, Clone, Default)]
pub struct Rebuild {
    /// Another image.
    pub image: Option<Image>,
    /// Keep the ephemeral partition and what is on it.
    pub preserve_ephemeral: bool,
    /// Another config drive; without one Ironic uses the last one again.
    pub config_drive: ConfigDrive,
    /// Return once it is under way.
    pub no_wait: bool,
}

impl Driver<'_> {
    /// Rebuilds an instance.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the state does not allow it, or there is no ephemeral partition to keep;
    /// [`Error::Failed`] where the machine failed at it; whatever a request may fail with.
    pub fn rebuild(&self, name: &str, rebuild: &Rebuild, _: Confirmed) -> Result<Instance, Error> {
        let mut progress = Progress::start(self.observer, name, None);
        let result = self.rebuild_through(name, rebuild, &mut progress);
        let elapsed = progress.elapsed();
        progress.end(&result, |instance| Some(format!("{} is {}", instance.label(), instance.state)));
        result.map(|instance| Instance { duration: Some(elapsed), ..instance })
    }

    fn rebuild_through(
        &self,
        name: &str,
        rebuild: &Rebuild,
        progress: &mut Progress<'_>,
    ) -> Result<Instance, Error> {
        let found = self.find(name)?;
        let instance = found.need_instance()?;
        let node = found.need_node()?;
        progress.on_node(NodeRef::from(node));
        check(node, &instance, rebuild)?;

        // Absent and null read alike in Ironic; a missing nested key cannot be removed.
        let mut patch = Patch::new().add("/instance_info/preserve_ephemeral", rebuild.preserve_ephemeral);
        if let Some(image) = &rebuild.image {
            let new = image.instance_info();
            // Whether it is a whole disk is said anew only where asked; a file:// image cannot do without (Ironic 39).
            for key in image::KEYS.into_iter().filter(|key| *key != "image_type") {
                if node.instance_info.contains_key(key) && !new.contains_key(key) {
                    patch = patch.remove(format!("/instance_info/{key}"));
                }
            }
            for (key, value) in new {
                patch = patch.add(format!("/instance_info/{key}"), value);
            }
        }
        self.patiently(progress, || self.client.patch_node(&node.uuid, &patch))?;
        let before = self.client.node(&node.uuid).map_err(Error::about(name))?;
        self.begin(&before, ProvisionTarget::Rebuild, &rebuild.config_drive.body(), progress)?;
        if !rebuild.no_wait {
            self.arrive(&before, &ProvisionState::Active, "rebuild", progress)?;
        }
        let node = self.client.node(&node.uuid).map_err(Error::about(name))?;
        Found { node: Some(node), ..found }.need_instance()
    }
}

/// What Ironic would refuse, or do wrongly, is refused before anything is changed.
fn check(node: &Node, instance: &Instance, rebuild: &Rebuild) -> Result<(), Error> {
    let forbidden =
        |why: String| Err(Error::Forbidden { subject: format!("instance {}", instance.label()), why });
    match &node.provision_state {
        ProvisionState::Active | ProvisionState::Error | ProvisionState::DeployFailed => {}
        state => {
            return forbidden(format!(
                "its node is `{state}`; a rebuild needs `active`, `deploy failed` or `error`"
            ));
        }
    }
    if node.maintenance {
        let reason = node.maintenance_reason.as_deref().unwrap_or("no reason given");
        return forbidden(format!("its node {} is in maintenance: {reason}", node.label()));
    }
    if node.protected {
        return forbidden(format!("its node {} is protected against rebuilding", node.label()));
    }
    if rebuild.image.is_none() && node.instance_info.get("image_source").is_none_or(Value::is_null) {
        // Ironic 39 answers 500 to that.
        return forbidden("Ironic does not know its image; name one".to_owned());
    }
    let ephemeral = node.instance_info.get("ephemeral_gb").map(|size| match size {
        Value::String(text) => text.trim().parse().unwrap_or(0),
        other => other.as_u64().unwrap_or(0),
    });
    if rebuild.preserve_ephemeral && ephemeral.unwrap_or(0) == 0 {
        return forbidden("it has no ephemeral partition that could be preserved".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(node: Value, preserve_ephemeral: bool) -> Result<(), Error> {
        let node: Node = serde_json::from_value(node).expect("a node");
        let found = Found { sought: "web".to_owned(), allocation: None, node: Some(node.clone()) };
        let instance = found.need_instance().expect("it has one");
        check(&node, &instance, &Rebuild { preserve_ephemeral, ..Rebuild::default() })
    }

    #[test]
    fn an_ephemeral_partition_is_kept_only_where_there_is_one() {
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
    fn states_that_cannot_be_rebuilt_are_refused() {
        for state in ["deploying", "available", "rescue"] {
            let node = json!({"uuid": "u", "instance_uuid": "i", "provision_state": state,
                              "instance_info": {"image_source": "http://h/i"}});
            assert!(checked(node, false).is_err(), "{state}");
        }
    }
}
