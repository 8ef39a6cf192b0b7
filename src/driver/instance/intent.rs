//! The recorded request for an instance, stored in its allocation's `extra` so that a later run can continue.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::driver::network::Networks;
use crate::ironic::Node;

/// The key in an allocation's `extra` that marks it as farrier's.
pub const KEY: &str = "farrier";

/// The requested properties of an instance. Compared if the same name is deployed again. Contains no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Intent {
    /// The flavor's name, if one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flavor: Option<String>,
    /// The image's URL, without user information, or its name in Glance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The image's ID in Glance when its name was resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// A digest of the node's `instance_info`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_info: Option<String>,
    /// A digest of the config drive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_drive: Option<String>,
    /// The URL of the config drive, without user information and query, if it was given as a URL. Ironic downloads it again
    /// for each rebuild, and shows it to no user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_drive_url: Option<String>,
    /// The IP addresses in the config drive, if it has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<String>,
    /// The networks of the instance.
    #[serde(default, skip_serializing_if = "Networks::is_empty")]
    pub networks: Networks,
    /// Set while the claim is only a reservation. A deploy replaces the intent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<Reserved>,
    /// Properties of the image other than its URL. Ironic overwrites them in `instance_info` when it converts the image.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub image_facts: Map<String, Value>,
    /// A rebuild that is requested or in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebuilding: Option<Box<Rebuilding>>,
    /// When the node was claimed (RFC 3339). Only for claims without an allocation; an allocation has `created_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<String>,
    /// Fields of later versions.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

/// A rebuild, recorded before it is requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rebuilding {
    /// The time of the node's last state change. While it is the same, the rebuild has not started.
    #[serde(default)]
    pub since: Option<String>,
    /// The intent of the instance after the rebuild has started.
    pub intent: Intent,
}

/// A claim without a deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// When the reservation expires (RFC 3339, UTC); `None` means never.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Reserved {
    /// Whether the reservation has expired.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

impl Intent {
    /// Reads the intent from an allocation's `extra`; `None` if farrier did not create the allocation.
    #[must_use]
    pub fn read(extra: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(extra.get(KEY)?.clone()).ok()
    }

    /// The intent as an allocation's `extra`.
    #[must_use]
    pub fn to_extra(&self) -> Map<String, Value> {
        // All keys are strings, so the conversion cannot fail.
        let value = serde_json::to_value(self).unwrap_or_default();
        Map::from_iter([(KEY.to_owned(), value)])
    }

    /// The intent as a part of `instance_info`, for a claim without an allocation that was made at `claimed_at`.
    #[must_use]
    pub fn to_instance_info(&self, claimed_at: Option<&str>) -> Map<String, Value> {
        Self { claimed_at: claimed_at.map(str::to_owned), ..self.clone() }.to_extra()
    }

    /// A short description of each difference from another intent.
    #[must_use]
    pub fn differences(&self, wanted: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let same_image = self.is_of_image(wanted);
        let mut differ = |what: &str, has: &Option<String>, wants: &Option<String>, tell: bool| {
            if has != wants {
                let name = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
                differences.push(if tell {
                    format!("{what} is {}, not {}", name(has), name(wants))
                } else {
                    let verb = if what.ends_with('s') { "differ" } else { "differs" };
                    format!("{what} {verb}")
                });
            }
        };
        differ("flavor", &self.flavor, &wanted.flavor, true);
        if !same_image {
            differ("image", &self.image, &wanted.image, true);
        }
        // The digest also covers the image and the flavor's sizes, so a difference is reported only if both are the same.
        // There is no digest after a rebuild with another image.
        if self.flavor == wanted.flavor && same_image && self.instance_info.is_some() {
            differ(
                "checksum, sizes, capabilities or traits",
                &self.instance_info,
                &wanted.instance_info,
                false,
            );
        }
        differ("config drive", &self.config_drive, &wanted.config_drive, false);
        differences.extend(self.networks.differences(&wanted.networks));
        differences
    }
}

impl Intent {
    /// The current intent for a node's instance: that of the rebuild, once the rebuild has started.
    #[must_use]
    pub fn current(self, node: &Node) -> Self {
        match self.rebuilding {
            Some(rebuilding) if node.provision_updated_at != rebuilding.since => rebuilding.intent,
            _ => Self { rebuilding: None, ..self },
        }
    }

    /// Whether the image is the same: the name or URL matches, or one of the IDs. What a name refers to now is ignored.
    fn is_of_image(&self, wanted: &Self) -> bool {
        let names = |intent: &Self| [intent.image.clone(), intent.image_id.clone()];
        let wanted_names = names(wanted);
        self.image == wanted.image
            || names(self)
                .iter()
                .flatten()
                .any(|name| wanted_names.iter().flatten().any(|other| other == name))
    }
}

/// A digest to detect equal values without storing them.
#[must_use]
pub fn digest(value: &Value) -> String {
    format!("{:.32x}", Sha256::digest(sorted(value).to_string()))
}

/// The value with sorted keys, so that their original order does not matter.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<_, _> =
                map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_intent_survives_an_allocation() {
        let intent = Intent { image: Some("http://h/i".to_owned()), ..Intent::default() };
        assert_eq!(Intent::read(&intent.to_extra()), Some(intent));
        assert_eq!(Intent::read(&Map::new()), None);
    }

    #[test]
    fn a_rebuild_counts_once_it_has_started() {
        let image = |name: &str| Intent { image: Some(name.to_owned()), ..Intent::default() };
        let rebuilding = Rebuilding { since: Some("t1".to_owned()), intent: image("b") };
        let noted = Intent { rebuilding: Some(Box::new(rebuilding)), ..image("a") };
        let node = |changed: &str| -> Node {
            serde_json::from_value(json!({"uuid": "u", "provision_updated_at": changed})).expect("a node")
        };
        assert_eq!(noted.clone().current(&node("t1")), image("a"));
        assert_eq!(noted.clone().current(&node("t2")), image("b"));
        assert_eq!(Intent::read(&noted.to_extra()), Some(noted));
    }

    #[test]
    fn differences_are_reported() {
        let intent =
            Intent { image: Some("a".to_owned()), config_drive: Some("1".to_owned()), ..Intent::default() };
        let other = Intent { image: Some("b".to_owned()), ..Intent::default() };
        assert_eq!(intent.differences(&other), ["image is a, not b", "config drive differs"]);
        assert!(intent.differences(&intent).is_empty());
    }

    #[test]
    fn an_image_is_the_same_if_its_name_or_id_matches() {
        let intent = |image: &str, id: Option<&str>| Intent {
            image: Some(image.to_owned()),
            image_id: id.map(str::to_owned),
            ..Intent::default()
        };
        let noted = intent("el10", Some("u1"));
        for same in [intent("el10", Some("u2")), intent("u1", Some("u1")), intent("el", Some("u1"))] {
            assert!(noted.differences(&same).is_empty(), "{same:?}");
        }
        assert_eq!(noted.differences(&intent("el9", Some("u2"))), ["image is el10, not el9"]);
        assert_eq!(noted.differences(&Intent::default()), ["image is el10, not none"]);
    }

    #[test]
    fn the_order_of_keys_does_not_matter() {
        assert_eq!(
            digest(&json!({"a": 1, "b": {"c": 2, "d": 3}})),
            digest(&json!({"b": {"d": 3, "c": 2}, "a": 1}))
        );
        assert_ne!(digest(&json!([1, 2])), digest(&json!([2, 1])));
    }
}
