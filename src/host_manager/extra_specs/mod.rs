//! Extra specs: a flavor's keys and values beyond its sizes.
//!
//! | key | meaning |
//! | --- | --- |
//! | `capabilities:KEY` | the node's attribute (`hypervisor_type`, `free_ram_mb`, …) or capability must meet the [requirement](ops) |
//! | `KEY` | the same, but ignored on nodes without this attribute or capability |
//! | `cpu_arch`, `baremetal:cpu_arch` | the architecture in the node's properties must meet the requirement |
//! | `resources:CUSTOM_X` = `1` | the node must have the resource class `CUSTOM_X` |
//! | `resources:VCPU` = `0` and similar | no effect: it tells Nova not to count bare metal in CPUs |
//! | `trait:NAME` = `required` or `forbidden` | the node must have, or must not have, the trait |
//! | `resources1:…`, `resources_NET:…`, `trait1:…`, `trait_NET:…` | the same as without the suffix |
//! | `group_policy`, any other scope (`hw:…`, `quota:…`) | ignored; a misspelled scope (`near_miss`) gets a note |
//!
//! A suffix names one of several request groups, which Placement may assign to different resource providers. An
//! Ironic node is a single provider, so the node must meet all groups.
//!
//! A missing capability meets no requirement, and a nested scope (`capabilities:a:b`) never matches.

pub(super) mod attributes;
pub(super) mod near_miss;
pub mod ops;

use std::collections::BTreeMap;

use thiserror::Error;

use self::ops::Requirement;

/// An invalid extra spec.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtraSpecError {
    /// `resources:VCPU=4` and similar.
    #[error(
        "extra spec `{key}={value}`: a bare metal node cannot be requested by an amount of {class}; request a resource \
         class with `resources:CUSTOM_…=1`, and set `{zero}=0` if Nova also uses this flavor"
    )]
    AmountOfResource {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The standard resource class in it.
        class: &'static str,
        /// The key that excludes the class in Nova, with the value 0.
        zero: String,
    },
    /// `resources:custom_x=1` and similar.
    #[error(
        "extra spec `{key}={value}`: invalid resource class: the names start with `CUSTOM_` and are in upper case; did \
         you mean `{intended}`?"
    )]
    ClassName {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The extra spec that was probably intended.
        intended: String,
    },
    /// `resources:=1`.
    #[error("extra spec `{key}={value}`: the resource class is missing; use `resources:CUSTOM_…=1`")]
    ClassMissing {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// `trait:custom_x=required` and similar.
    #[error(
        "extra spec `{key}={value}`: invalid trait: the names consist of capital letters, digits and `_`; did you mean \
         `{intended}`?"
    )]
    TraitName {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The extra spec that was probably intended.
        intended: String,
    },
    /// `trait:=required`.
    #[error("extra spec `{key}={value}`: the trait is missing; use `trait:CUSTOM_…={value}`")]
    TraitMissing {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// `resources:CUSTOM_X` with another value than 0 or 1.
    #[error(
        "extra spec `{key}={value}`: a node provides 1 of its resource class, so the value must be 1 (or 0)"
    )]
    ClassAmount {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Two custom resource classes in one flavor.
    #[error("extra specs request two resource classes, `{first}` and `{second}`; a node has only one")]
    TwoClasses {
        /// The first class.
        first: String,
        /// The second class.
        second: String,
    },
    /// `trait:X` with another value than `required` or `forbidden`.
    #[error("extra spec `{key}={value}`: the value of a trait must be `required` or `forbidden`")]
    TraitValue {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
}

/// A requirement on a value of the node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spec<'r> {
    /// The key of the extra spec, unchanged.
    pub(super) key: &'r str,
    /// Which value of the node is compared.
    pub(super) subject: Subject<'r>,
    /// What the value must match.
    pub(super) requirement: Requirement,
}

/// Which value of the node an extra spec refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'r> {
    /// An attribute of Nova's host state, or else a capability of the node.
    Named(&'r str),
    /// The same, but nodes without this attribute or capability pass: a key without a scope may be for people or for
    /// another tool.
    IfKnown(&'r str),
    /// `properties.cpu_arch`.
    RawArchitecture,
    /// No value: the scope is nested deeper than that of capabilities.
    Nowhere,
}

/// A flavor's extra specs, by what they refer to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ExtraSpecs<'r> {
    pub(super) specs: Vec<Spec<'r>>,
    pub(super) resource_classes: Vec<&'r str>,
    pub(super) required_traits: Vec<&'r str>,
    pub(super) forbidden_traits: Vec<&'r str>,
    /// Extra specs that are ignored because of a typo in their scope.
    pub(super) near_misses: Vec<NearMiss<'r>>,
}

/// An extra spec that is ignored because of a typo in its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NearMiss<'r> {
    /// The key, unchanged.
    pub(super) key: &'r str,
    /// The value.
    pub(super) value: &'r str,
    /// The key that was probably intended.
    pub(super) intended: String,
}

impl<'r> ExtraSpecs<'r> {
    pub(super) fn parse(pairs: &'r BTreeMap<String, String>) -> Result<Self, ExtraSpecError> {
        let mut parsed = Self::default();
        for (key, value) in pairs {
            let Some((scope, name)) = key.split_once(':') else {
                if key != "group_policy" {
                    parsed.push_spec(key, Subject::IfKnown(key), value);
                }
                continue;
            };
            match scope {
                "capabilities" if name.contains(':') => parsed.push_spec(key, Subject::Nowhere, value),
                "capabilities" => parsed.push_spec(key, Subject::Named(name), value),
                "baremetal" if name == "cpu_arch" => parsed.push_spec(key, Subject::RawArchitecture, value),
                _ if is_request_group(scope, "resources") => parsed.push_resource(key, name, value)?,
                _ if is_request_group(scope, "trait") => parsed.push_trait(key, name, value)?,
                _ => {
                    let intended = near_miss::intended(key);
                    parsed.near_misses.extend(intended.map(|intended| NearMiss { key, value, intended }));
                }
            }
        }
        Ok(parsed)
    }

    fn push_spec(&mut self, key: &'r str, subject: Subject<'r>, value: &str) {
        self.specs.push(Spec { key, subject, requirement: Requirement::parse(value) });
    }

    fn push_resource(&mut self, key: &str, class: &'r str, value: &str) -> Result<(), ExtraSpecError> {
        let amount = value.trim().parse::<u64>().ok();
        if amount == Some(0) {
            return Ok(());
        }
        if !class.starts_with(CUSTOM) || !is_in_capitals(class) {
            return Err(invalid_class(key, class, value));
        }
        if amount != Some(1) {
            return Err(ExtraSpecError::ClassAmount { key: key.to_owned(), value: value.to_owned() });
        }
        match self.resource_classes.first() {
            Some(first) if *first != class => {
                let (first, second) = ((*first).to_owned(), class.to_owned());
                return Err(ExtraSpecError::TwoClasses { first, second });
            }
            Some(_) => {}
            None => self.resource_classes.push(class),
        }
        Ok(())
    }

    fn push_trait(&mut self, key: &str, name: &'r str, value: &str) -> Result<(), ExtraSpecError> {
        if name.trim().is_empty() {
            return Err(ExtraSpecError::TraitMissing { key: key.to_owned(), value: value.to_owned() });
        }
        if !is_in_capitals(name) {
            let intended = format!("{}:{}={value}", scope(key), upper_snake_case(name));
            return Err(ExtraSpecError::TraitName { key: key.to_owned(), value: value.to_owned(), intended });
        }
        match value.trim() {
            "required" => self.required_traits.push(name),
            "forbidden" => self.forbidden_traits.push(name),
            _ => return Err(ExtraSpecError::TraitValue { key: key.to_owned(), value: value.to_owned() }),
        }
        Ok(())
    }
}

/// Whether a name contains only the characters that Placement allows in names.
fn is_in_capitals(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The prefix of resource classes that are not Placement's own.
const CUSTOM: &str = "CUSTOM_";

/// Placement's own resource classes (os-resource-classes), which bare metal nodes do not have.
const STANDARD_CLASSES: [&str; 21] = [
    "DISK_GB",
    "FPGA",
    "IPV4_ADDRESS",
    "MEMORY_MB",
    "MEM_ENCRYPTION_CONTEXT",
    "NET_BW_EGR_KILOBIT_PER_SEC",
    "NET_BW_IGR_KILOBIT_PER_SEC",
    "NET_PACKET_RATE_EGR_KILOPACKET_PER_SEC",
    "NET_PACKET_RATE_IGR_KILOPACKET_PER_SEC",
    "NET_PACKET_RATE_KILOPACKET_PER_SEC",
    "NUMA_CORE",
    "NUMA_MEMORY_MB",
    "NUMA_SOCKET",
    "NUMA_THREAD",
    "PCI_DEVICE",
    "PCPU",
    "PGPU",
    "SRIOV_NET_VF",
    "VCPU",
    "VGPU",
    "VGPU_DISPLAY_HEAD",
];

/// The error for a resource class that is not a custom class.
fn invalid_class(key: &str, class: &str, value: &str) -> ExtraSpecError {
    let upper = upper_snake_case(class);
    let (key, value, scope) = (key.to_owned(), value.to_owned(), scope(key));
    if upper.is_empty() {
        return ExtraSpecError::ClassMissing { key, value };
    }
    if let Some(class) = STANDARD_CLASSES.into_iter().find(|standard| *standard == upper) {
        return ExtraSpecError::AmountOfResource { zero: format!("{scope}:{class}"), key, value, class };
    }
    let name = upper.strip_prefix(CUSTOM).unwrap_or(&upper);
    ExtraSpecError::ClassName { intended: format!("{scope}:{CUSTOM}{name}=1"), key, value }
}

/// A name in Placement's spelling: capital letters, with `_` for other characters.
fn upper_snake_case(name: &str) -> String {
    let upper = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    name.trim().chars().map(upper).collect()
}

/// The part of a key before the first `:`.
fn scope(key: &str) -> &str {
    key.split_once(':').map_or(key, |(scope, _)| scope)
}

/// Whether the scope is `name`, alone or with the suffix of a request group (Nova: `ResourceRequest.XS_KEYPAT`).
fn is_request_group(scope: &str, name: &str) -> bool {
    let is_suffix = |suffix: &str| {
        suffix.len() <= 64 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    scope.strip_prefix(name).is_some_and(is_suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn scopes_are_distinguished() {
        let pairs = pairs(&[
            ("boot_mode", "uefi"),
            ("capabilities:raid", ">= 1"),
            ("capabilities:a:b", "x"),
            ("capabilities", "x"),
            ("capabilities:", "x"),
            ("baremetal:cpu_arch", "x86_64"),
            ("baremetal:other", "x"),
            ("hw:cpu_policy", "dedicated"),
            ("quota:vif_inbound_average", "1"),
            ("resources:VCPU", "0"),
            ("resources:MEMORY_MB", "0"),
            ("resources:CUSTOM_BM", "1"),
            ("resources:CUSTOM_OTHER", "0"),
            ("trait:A", "required"),
            ("trait1:B", "forbidden"),
            ("trait_NET:C", "required"),
            ("trait-2:D", "required"),
            // The suffix of this group is `s`.
            ("traits:G", "required"),
            ("traitD E:F", "required"),
            ("resources1:CUSTOM_BM", "1"),
            ("resources_NET:VCPU", "0"),
            ("resourcesÄ:CUSTOM_X", "1"),
            ("group_policy", "none"),
        ]);
        let parsed = ExtraSpecs::parse(&pairs).expect("all are valid");
        let subjects: Vec<_> = parsed.specs.iter().map(|spec| (spec.key, spec.subject)).collect();
        assert_eq!(
            subjects,
            [
                ("baremetal:cpu_arch", Subject::RawArchitecture),
                ("boot_mode", Subject::IfKnown("boot_mode")),
                ("capabilities", Subject::IfKnown("capabilities")),
                ("capabilities:", Subject::Named("")),
                ("capabilities:a:b", Subject::Nowhere),
                ("capabilities:raid", Subject::Named("raid")),
            ]
        );
        assert_eq!(parsed.resource_classes, ["CUSTOM_BM"]);
        assert_eq!(parsed.required_traits, ["D", "A", "C", "G"]);
        assert_eq!(parsed.forbidden_traits, ["B"]);
        let near: Vec<_> =
            parsed.near_misses.iter().map(|near| (near.key, near.value, near.intended.as_str())).collect();
        assert_eq!(
            near,
            [("resourcesÄ:CUSTOM_X", "1", "resources:CUSTOM_X"), ("traitD E:F", "required", "trait:F")]
        );
    }

    #[test]
    fn misspelled_scopes_have_no_effect() {
        let pairs = pairs(&[
            (" resources:CUSTOM_X", "1"),
            ("Capabilities:boot_mode", "uefi"),
            ("Trait:CUSTOM_NVME", "required"),
            ("resource:VCPU", "4"),
            ("resources.1:CUSTOM_X", "1"),
            ("Traits:custom_nvme", "yes"),
        ]);
        let parsed = ExtraSpecs::parse(&pairs).expect("Nova ignores them too");
        assert_eq!(parsed.near_misses.len(), pairs.len());
        assert_eq!(ExtraSpecs { near_misses: Vec::new(), ..parsed }, ExtraSpecs::default());
    }

    #[test]
    fn invalid_class_and_trait_names_are_refused_with_a_suggestion() {
        let message =
            |key, value| ExtraSpecs::parse(&pairs(&[(key, value)])).expect_err("it is refused").to_string();
        for (key, value, intended) in [
            ("resources:custom_bm_small", "1", "`resources:CUSTOM_BM_SMALL=1`"),
            ("resources:BM_SMALL", "1", "`resources:CUSTOM_BM_SMALL=1`"),
            ("resources:bm.small", "2", "`resources:CUSTOM_BM_SMALL=1`"),
            ("resources: CUSTOM_BM", "1", "`resources:CUSTOM_BM=1`"),
            ("resources_NET:Custom_bm", "1", "`resources_NET:CUSTOM_BM=1`"),
            ("resources:CUSTOM_bm_small", "1", "`resources:CUSTOM_BM_SMALL=1`"),
            ("resources:CUSTOM_BM-SMALL", "1", "`resources:CUSTOM_BM_SMALL=1`"),
            ("resources1:CUSTOM_bm", "2", "`resources1:CUSTOM_BM=1`"),
            ("trait:custom_nvme", "required", "`trait:CUSTOM_NVME=required`"),
            ("trait: CUSTOM_NVME", "forbidden", "`trait:CUSTOM_NVME=forbidden`"),
            ("trait1:CUSTOM-GPU", "required", "`trait1:CUSTOM_GPU=required`"),
        ] {
            let message = message(key, value);
            assert!(message.ends_with(&format!("did you mean {intended}?")), "{message}");
        }
        assert!(message("resources:vcpu", "4").contains("`resources:VCPU=0`"));
        assert!(message("resources:", "1").contains("the resource class is missing"));
        assert!(message("resources: ", "1").contains("the resource class is missing"));
        assert!(message("trait:", "required").contains("the trait is missing"));
        assert!(message("trait1: ", "forbidden").contains("the trait is missing"));
        let nothing = pairs(&[("resources:custom_bm", "0"), ("resources:", "0"), ("resources:vcpu", "0")]);
        assert_eq!(ExtraSpecs::parse(&nothing), Ok(ExtraSpecs::default()));
    }

    #[test]
    fn two_resource_classes_are_refused() {
        for (one, other) in [
            ("resources:CUSTOM_A", "resources:CUSTOM_B"),
            ("resources1:CUSTOM_A", "resources2:CUSTOM_B"),
            ("resources1:CUSTOM_A", "resources:CUSTOM_B"),
        ] {
            let message =
                ExtraSpecs::parse(&pairs(&[(one, "1"), (other, "1")])).expect_err(other).to_string();
            let expected =
                "extra specs request two resource classes, `CUSTOM_A` and `CUSTOM_B`; a node has only one";
            assert_eq!(message, expected);
            assert!(ExtraSpecs::parse(&pairs(&[(one, "1"), (other, "0")])).is_ok(), "{one} {other}");
        }
    }

    #[test]
    fn invalid_values_are_refused_with_the_correct_form() {
        let message =
            |key, value| ExtraSpecs::parse(&pairs(&[(key, value)])).expect_err("it is refused").to_string();
        assert!(message("resources:VCPU", "4").contains("`resources:VCPU=0`"));
        assert!(message("resources:VCPU", "lots").contains("`resources:VCPU=lots`"));
        assert!(message("resources_A:MEMORY_MB", "1024").contains("`resources_A:MEMORY_MB=0`"));
        assert!(message("resources:CUSTOM_BM", "2").contains("must be 1"));
        assert!(message("resources2:CUSTOM_BM", "2").contains("must be 1"));
        assert!(message("trait_A:X", "yes").contains("`required` or `forbidden`"));
        assert!(message("trait:A", "requird").contains("`required` or `forbidden`"));
    }
}
