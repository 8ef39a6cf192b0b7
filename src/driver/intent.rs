//! What an instance was meant to be, kept in its allocation's `extra` for whoever goes on with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::network::Networks;
use crate::ironic::Node;

/// The key in an allocation's `extra` that makes it ours.
pub const KEY: &str = "farrier";

/// What an instance is to be. Compared when the same name is deployed again; no secret stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Intent {
    /// The flavor's name, where one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flavor: Option<String>,
    /// The image's address, without user information, or what it is called in Glance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Glance's id of it: what its name meant when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// What goes into the node's `instance_info`, by a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_info: Option<String>,
    /// The config drive, by a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_drive: Option<String>,
    /// Where the config drive is, without user information and query, if it is an address and not the drive itself:
    /// Ironic fetches it anew with each rebuild, and shows nobody what it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_drive_url: Option<String>,
    /// The addresses that the config drive gives to the machine, where it says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<String>,
    /// The networks it is on.
    #[serde(default, skip_serializing_if = "Networks::is_empty")]
    pub networks: Networks,
    /// Set while the claim is only a reservation; a deploy puts its own intent in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<Reserved>,
    /// What was said of the image beside its address: Ironic puts other words in their place when it converts it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub image_facts: Map<String, Value>,
    /// A rebuild that is about to begin, or has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebuilding: Option<Box<Rebuilding>>,
    /// When the node was claimed, RFC 3339. Only for claims without an allocation: an allocation has Ironic's `created_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<String>,
    /// What later versions note.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

/// A rebuild, noted before it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rebuilding {
    /// When the node's state had last changed: as long as it is so, the rebuild has not begun.
    #[serde(default)]
    pub since: Option<String>,
    /// What the instance is once it has begun.
    pub intent: Intent,
}

/// A claim made beforehand, without a deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// When it may be reaped, RFC 3339 in UTC; never where there is none.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Reserved {
    /// Whether its time is over.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

impl Intent {
    /// Reads it from an allocation's `extra`; `None` where farrier did not make the allocation.
    #[must_use]
    pub fn read(extra: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(extra.get(KEY)?.clone()).ok()
    }

    /// As an allocation's `extra`.
    #[must_use]
    pub fn to_extra(&self) -> Map<String, Value> {
        // Texts under fixed keys: nothing in it could fail to become JSON.
        let value = serde_json::to_value(self).unwrap_or_default();
        Map::from_iter([(KEY.to_owned(), value)])
    }

    /// The same intent as a part of `instance_info`, for a claim without an allocation that was made at this time.
    #[must_use]
    pub fn to_instance_info(&self, claimed_at: Option<&str>) -> Map<String, Value> {
        Self { claimed_at: claimed_at.map(str::to_owned), ..self.clone() }.to_extra()
    }

    /// In what the other one differs, each in a few words.
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
                    format!("{what} differs")
                });
            }
        };
        differ("flavor", &self.flavor, &wanted.flavor, true);
        if !same_image {
            differ("image", &self.image, &wanted.image, true);
        }
        // The digest covers image and flavor's sizes too: named only where those do not explain it. After a rebuild
        // with another image there is none.
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
    /// What the instance of a node is by now: what a rebuild makes of it, once that has begun.
    #[must_use]
    pub fn as_of(self, node: &Node) -> Self {
        match self.rebuilding {
            Some(rebuilding) if node.provision_updated_at != rebuilding.since => rebuilding.intent,
            _ => Self { rebuilding: None, ..self },
        }
    }

    /// Whether the image is the same: under the same name or address, whatever a name means by now, or under two names.
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

/// A digest by which equal things are recognised and nothing else is learned.
#[must_use]
pub fn digest(value: &Value) -> String {
    let bytes = Sha256::digest(sorted(value).to_string());
    hex(&bytes[..16])
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The value with its keys in one order, so that the order they were given in does not matter.
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
    fn it_survives_the_way_through_an_allocation() {
        let intent = Intent { image: Some("http://h/i".to_owned()), ..Intent::default() };
        assert_eq!(Intent::read(&intent.to_extra()), Some(intent));
        assert_eq!(Intent::read(&Map::new()), None);
    }

    #[test]
    fn a_rebuild_counts_once_it_has_begun() {
        let image = |name: &str| Intent { image: Some(name.to_owned()), ..Intent::default() };
        let rebuilding = Rebuilding { since: Some("t1".to_owned()), intent: image("b") };
        let noted = Intent { rebuilding: Some(Box::new(rebuilding)), ..image("a") };
        let node = |changed: &str| -> Node {
            serde_json::from_value(json!({"uuid": "u", "provision_updated_at": changed})).expect("a node")
        };
        assert_eq!(noted.clone().as_of(&node("t1")), image("a"));
        assert_eq!(noted.clone().as_of(&node("t2")), image("b"));
        assert_eq!(Intent::read(&noted.to_extra()), Some(noted));
    }

    #[test]
    fn differences_are_named() {
        let intent =
            Intent { image: Some("a".to_owned()), config_drive: Some("1".to_owned()), ..Intent::default() };
        let other = Intent { image: Some("b".to_owned()), ..Intent::default() };
        assert_eq!(intent.differences(&other), ["image is a, not b", "config drive differs"]);
        assert!(intent.differences(&intent).is_empty());
    }

    #[test]
    fn an_image_is_the_same_by_its_name_or_by_what_that_meant() {
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
    fn the_order_of_keys_makes_no_difference() {
        assert_eq!(
            digest(&json!({"a": 1, "b": {"c": 2, "d": 3}})),
            digest(&json!({"b": {"d": 3, "c": 2}, "a": 1}))
        );
        assert_ne!(digest(&json!([1, 2])), digest(&json!([2, 1])));
    }
}
