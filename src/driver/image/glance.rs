//! Glance images: their properties, and what they require of nodes and deploys.
//!
//! Ironic reads the image's URL, checksum and format from Glance itself. This module handles the properties that must
//! be known before a node is chosen, and those that Ironic ignores.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Image, ImageKind};
use crate::cloud::glance;
use crate::driver::Error;
use crate::host_manager::{FilterName, HostState, ImageProperties, MatchContext, Matcher, Request};
use crate::ironic::Node;

/// The data of a Glance image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlanceImage {
    /// The name or UUID that the operator gave.
    pub label: String,
    /// Its requirements of a node.
    pub properties: ImageProperties,
    /// Required traits (`trait:X` = `required`).
    pub traits: BTreeSet<String>,
    /// Instance capabilities, which Ironic sets up on the node.
    capabilities: BTreeMap<&'static str, String>,
    /// With several clouds, its UUID in each cloud, by the cloud's name.
    ids: BTreeMap<String, String>,
}

impl Image {
    /// Converts a Glance image; `label` is the name or UUID that the operator gave.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an image that is not `active`, [`Error::Unfit`] for a kernel or ramdisk.
    pub fn of_glance(image: &glance::Image, label: &str) -> Result<Self, Error> {
        let subject = if label == image.id { label.to_owned() } else { format!("{label} ({})", image.id) };
        let why = match image.status.as_str() {
            "active" => None,
            "queued" => Some("it has no data yet"),
            "saving" | "uploading" | "importing" => Some("its data is still being uploaded"),
            "deactivated" => Some("an administrator disabled it"),
            _ => Some("only `active` images can be deployed"),
        };
        if let Some(why) = why {
            let why = format!("it is `{}` in Glance: {why}", image.status);
            return Err(Error::Forbidden { subject: format!("image {subject}"), why });
        }
        let format = image.disk_format.as_deref().unwrap_or_default();
        if matches!(format, "aki" | "ari") {
            let what = if format == "aki" { "kernel" } else { "ramdisk" };
            return Err(Error::Unfit(format!("image {subject} is only a {what} (`{format}`)")));
        }
        let property = |name: &str| image.properties.get(name).map(String::as_str);
        let boots_by_network = property("kernel_id").is_some() || property("ramdisk_id").is_some();
        // Ironic's rule (`images.is_whole_disk_image`). Ironic reads the kernel and ramdisk from Glance itself.
        let kind = match property("img_type") {
            Some("partition") => ImageKind::Partition,
            Some("whole-disk") => ImageKind::WholeDisk,
            _ if boots_by_network => ImageKind::Partition,
            _ => ImageKind::WholeDisk,
        };
        let listed = Some(Box::new(GlanceImage::read(image, label)));
        Ok(Self { source: image.id.clone(), kind: Some(kind), listed, ..Self::default() })
    }
}

impl Image {
    /// Converts the images that several clouds have under this name or UUID.
    ///
    /// # Errors
    /// See [`Image::of_glance`]; also [`Error::Unfit`] if their requirements of nodes differ.
    pub fn of_glances(found: &[(String, glance::Image)], label: &str) -> Result<Option<Self>, Error> {
        let Some((cloud, first)) = found.first() else { return Ok(None) };
        let mut image = Self::of_glance(first, label)?;
        for (other_cloud, other) in found {
            let other = Self::of_glance(other, label)?;
            if (&other.listed, other.kind) != (&image.listed, image.kind) {
                let problem = format!(
                    "image {label} has different requirements in clouds `{cloud}` and `{other_cloud}`"
                );
                return Err(Error::Unfit(problem));
            }
        }
        if let Some(listed) = &mut image.listed {
            listed.ids = found.iter().map(|(cloud, image)| (cloud.clone(), image.id.clone())).collect();
            listed.properties.clouds = listed.ids.keys().cloned().collect();
        }
        Ok(Some(image))
    }

    /// The image with the UUID that it has in a cloud.
    ///
    /// # Errors
    /// [`Error::Unfit`] if the cloud does not have it.
    pub(in crate::driver) fn in_cloud(&self, cloud: Option<&str>) -> Result<Self, Error> {
        let Some(listed) = self.listed.as_ref().filter(|listed| !listed.ids.is_empty()) else {
            return Ok(self.clone());
        };
        let cloud = cloud.unwrap_or_default();
        match listed.ids.get(cloud) {
            Some(id) => Ok(Self { source: id.clone(), ..self.clone() }),
            None => Err(Error::Unfit(format!("image {} is not in cloud `{cloud}`", listed.label))),
        }
    }
}

impl GlanceImage {
    fn read(image: &glance::Image, label: &str) -> Self {
        let pairs = || image.properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let nonzero = |minimum: u64| Some(minimum).filter(|minimum| *minimum > 0);
        let properties = ImageProperties {
            min_ram_mb: nonzero(image.min_ram),
            min_disk_gb: nonzero(image.min_disk),
            ..ImageProperties::from_properties(pairs())
        };
        // Nova's rule (`ImageMetaProps`): other values have no effect.
        let traits = pairs().filter(|(_, value)| *value == "required");
        let traits = traits.filter_map(|(name, _)| name.strip_prefix("trait:")).map(str::to_owned).collect();
        let mut capabilities = BTreeMap::new();
        if let Some(firmware @ ("uefi" | "bios")) = properties.firmware.as_deref() {
            capabilities.insert("boot_mode", firmware.to_owned());
        }
        if image.properties.get("os_secure_boot").is_some_and(|value| value == "required") {
            capabilities.insert("secure_boot", "true".to_owned());
        }
        Self { label: label.to_owned(), properties, traits, capabilities, ids: BTreeMap::new() }
    }

    /// Adds the image's requirements of nodes to a request.
    ///
    /// # Errors
    /// [`Error::Unfit`] if the request has less than the image needs, which Nova also rejects.
    pub fn add_to(&self, request: &mut Request) -> Result<(), Error> {
        let ImageProperties { min_ram_mb, min_disk_gb, .. } = self.properties;
        // A disk of 0 means any size.
        let disk = request.disk_gb.filter(|disk| *disk > 0);
        for (what, unit, needed, asked) in
            [("RAM", "MiB", min_ram_mb, request.ram_mb), ("disk", "GiB", min_disk_gb, disk)]
        {
            if let (Some(needed), Some(asked)) = (needed, asked)
                && asked < needed
            {
                return Err(Error::Unfit(format!(
                    "image {} needs {needed} {unit} of {what}, but only {asked} {unit} are requested",
                    self.label
                )));
            }
        }
        request.image = self.properties.clone();
        request.required_traits.extend(self.traits.iter().cloned());
        Ok(())
    }

    /// Why it cannot run on a given node, if it cannot.
    #[must_use]
    pub fn obstacle_on(&self, node: &Node) -> Option<String> {
        let host = json!({
            "uuid": node.uuid, "name": node.name, "properties": node.properties, "traits": node.traits,
        });
        // Only the UUID is required; other unreadable fields count as unknown.
        let host: HostState = serde_json::from_value(host).ok()?;
        let filters = vec![FilterName::ImageProperties, FilterName::Traits];
        let image = self.properties.clone();
        let request = Request { image, required_traits: self.traits.clone(), filters, ..Request::default() };
        let circumstances = MatchContext::default();
        let matcher = Matcher::new(&request, &circumstances).ok()?;
        let filter = matcher.refusals(&host).next()?;
        Some(matcher.explain(&host, filter).reason)
    }

    /// Adds the image's traits, by which Ironic finds deploy templates, and its capabilities to an `instance_info`.
    /// Capabilities that are already set are kept.
    pub(in crate::driver) fn fill(&self, info: &mut Map<String, Value>) {
        if !self.traits.is_empty() {
            let asked = info.get("traits").and_then(Value::as_array).cloned().unwrap_or_default();
            let asked = asked.iter().filter_map(Value::as_str).map(str::to_owned);
            let traits: BTreeSet<String> = asked.chain(self.traits.iter().cloned()).collect();
            info.insert("traits".to_owned(), json!(traits));
        }
        if !self.capabilities.is_empty() {
            let wanted = info.entry("capabilities").or_insert_with(|| Map::new().into());
            if let Value::Object(wanted) = wanted {
                for (key, value) in &self.capabilities {
                    wanted.entry(*key).or_insert_with(|| value.as_str().into());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glance(more: &Value) -> glance::Image {
        let mut image = json!({"id": "2fb01d0b-b75b-4de2-b427-893c52327b4d", "name": "el10", "status": "active",
                               "disk_format": "raw", "min_disk": 20, "min_ram": 4096});
        let more = more.as_object().expect("an object").clone();
        image.as_object_mut().expect("an object").extend(more);
        serde_json::from_value(image).expect("Glance's format")
    }

    fn image(more: &Value) -> Image {
        Image::of_glance(&glance(more), "el10").expect("a usable image")
    }

    #[test]
    fn only_an_active_image_can_be_deployed() {
        for status in
            ["queued", "saving", "importing", "uploading", "deactivated", "killed", "pending_delete"]
        {
            let refused = Image::of_glance(&glance(&json!({"status": status})), "el10").expect_err(status);
            assert!(matches!(refused, Error::Forbidden { .. }) && refused.to_string().contains(status));
        }
        assert!(Image::of_glance(&glance(&json!({"disk_format": "aki"})), "el10").is_err());
    }

    #[test]
    fn ironic_gets_the_uuid_and_no_checksum() {
        let info = image(&json!({"os_hash_algo": "sha512", "os_hash_value": "5d"})).instance_info();
        let keys: Vec<&str> = info.keys().map(String::as_str).collect();
        assert_eq!(keys, ["image_source", "image_type"]);
        assert_eq!(info["image_source"], "2fb01d0b-b75b-4de2-b427-893c52327b4d");
        assert_eq!(image(&json!({})).shown(), "el10");
    }

    #[test]
    fn the_kind_follows_the_rules_of_ironic() {
        for (more, kind) in [
            (json!({}), ImageKind::WholeDisk),
            (json!({"kernel_id": "k", "ramdisk_id": "r"}), ImageKind::Partition),
            (json!({"img_type": "partition"}), ImageKind::Partition),
            (json!({"img_type": "whole-disk", "kernel_id": "k"}), ImageKind::WholeDisk),
            (json!({"kernel_id": null}), ImageKind::WholeDisk),
        ] {
            assert_eq!(image(&more).kind, Some(kind), "{more}");
        }
    }

    #[test]
    fn requirements_are_added_to_the_request_and_too_small_requests_are_rejected() {
        let more =
            json!({"hw_architecture": "aarch64", "trait:CUSTOM_A": "required", "trait:CUSTOM_B": "no"});
        let image = image(&more);
        let listed = image.listed.expect("a Glance image");
        let mut request = Request { ram_mb: Some(4096), disk_gb: Some(20), ..Request::default() };
        listed.add_to(&mut request).expect("it is enough");
        assert_eq!(request.image.architecture.as_deref(), Some("aarch64"));
        assert_eq!(request.image.min_disk_gb, Some(20));
        assert_eq!(request.required_traits.iter().collect::<Vec<_>>(), ["CUSTOM_A"]);
        for (ram, disk) in [(4095, 20), (4096, 19)] {
            let mut request = Request { ram_mb: Some(ram), disk_gb: Some(disk), ..Request::default() };
            assert!(listed.add_to(&mut request).is_err());
        }
        let mut unsized_request = Request { disk_gb: Some(0), ..Request::default() };
        assert!(listed.add_to(&mut unsized_request).is_ok());
    }

    #[test]
    fn requested_capabilities_override_those_of_the_image() {
        let more =
            json!({"hw_firmware_type": "uefi", "os_secure_boot": "required", "trait:CUSTOM_A": "required"});
        let listed = image(&more).listed.expect("a Glance image");
        let mut info = Map::new();
        listed.fill(&mut info);
        assert_eq!(info["capabilities"], json!({"boot_mode": "uefi", "secure_boot": "true"}));
        let asked = json!({"capabilities": {"boot_mode": "bios"}, "traits": ["CUSTOM_0"]});
        let mut info = asked.as_object().expect("an object").clone();
        listed.fill(&mut info);
        assert_eq!(info["capabilities"], json!({"boot_mode": "bios", "secure_boot": "true"}));
        assert_eq!(info["traits"], json!(["CUSTOM_0", "CUSTOM_A"]));
    }

    #[test]
    fn each_cloud_has_its_own_uuid_of_the_image() {
        let of = |cloud: &str, more: &Value| (cloud.to_owned(), glance(more));
        let found = [of("a", &json!({"id": "u1"})), of("b", &json!({"id": "u2"}))];
        let image = Image::of_glances(&found, "el10").expect("equal").expect("an image");
        let source = |cloud: &str| image.in_cloud(Some(cloud)).map(|image| image.source);
        assert_eq!(source("a").expect("a cloud with the image"), "u1");
        assert_eq!(source("b").expect("a cloud with the image"), "u2");
        assert!(source("c").is_err());
        let clouds = image.listed.expect("a Glance image").properties.clouds;
        assert_eq!(clouds.into_iter().collect::<Vec<_>>(), ["a", "b"]);
        let unlike = [of("a", &json!({})), of("b", &json!({"architecture": "aarch64"}))];
        assert!(Image::of_glances(&unlike, "el10").is_err());
        assert!(Image::of_glances(&[], "el10").expect("no image").is_none());
    }

    #[test]
    fn a_node_that_cannot_run_the_image_is_rejected() {
        let listed = image(&json!({"architecture": "aarch64"})).listed.expect("a Glance image");
        let node = |arch: &str| {
            let node =
                json!({"uuid": "u", "properties": {"cpu_arch": arch, "memory_mb": 8192, "local_gb": 100}});
            serde_json::from_value::<Node>(node).expect("a node")
        };
        assert_eq!(listed.obstacle_on(&node("aarch64")), None);
        let why = listed.obstacle_on(&node("x86_64")).expect("another architecture");
        assert!(why.contains("x86_64"), "{why}");
    }
}
