//! Extra specs: a flavor's keys and values beyond its sizes, and what each asks of a node.
//!
//! | key | asks |
//! | --- | --- |
//! | `capabilities:KEY` | the node's attribute (`hypervisor_type`, `free_ram_mb`, …) or capability to meet the [requirement](ops) |
//! | `KEY` | the same, but nothing of a node that has neither such an attribute nor such a capability |
//! | `cpu_arch`, `baremetal:cpu_arch` | the node's architecture, as its properties have it, to meet the requirement |
//! | `resources:CUSTOM_X` = `1` | resource class `CUSTOM_X` |
//! | `resources:VCPU` = `0` and its like | nothing: Nova's way to say that bare metal is not counted in CPUs |
//! | `trait:NAME` = `required` or `forbidden` | the trait to be there, or not to be |
//! | `resources1:…`, `resources_NET:…`, `trait1:…`, `trait_NET:…` | the same as without a suffix |
//! | `group_policy`, any other scope (`hw:…`, `quota:…`) | nothing; a near miss (`near_miss`) of a scope gets a note |
//!
//! A suffix names one of several request groups, which Placement may serve from different resource providers. An
//! Ironic node is a single provider, so all groups are asked of the same node.
//!
//! A capability that the node does not have meets nothing, and a deeper scope (`capabilities:a:b`) is never met.

pub(super) mod attributes;
pub(super) mod near_miss;
pub mod ops;

use std::collections::BTreeMap;

use thiserror::Error;

use self::ops::Requirement;

/// An extra spec that cannot be meant as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtraSpecError {
    /// `resources:VCPU=4` and its like.
    #[error(
        "extra spec `{key}={value}`: a bare metal machine is taken whole, not by amounts of {class}; ask for its \
         resource class with `resources:CUSTOM_…=1`, and write `{zero}=0` if Nova reads this flavor too"
    )]
    AmountOfResource {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
        /// The standard resource class in it.
        class: &'static str,
        /// The key with which Nova does not count the class.
        zero: String,
    },
    /// `resources:custom_x=1` and its like.
    #[error(
        "extra spec `{key}={value}`: Placement has no resource class of this name, the classes of Ironic nodes are \
         `CUSTOM_` and capital letters; did you mean `{meant}`?"
    )]
    ClassName {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
        /// The extra spec that was probably meant.
        meant: String,
    },
    /// `resources:=1`.
    #[error("extra spec `{key}={value}`: the resource class is missing; write `resources:CUSTOM_…=1`")]
    ClassMissing {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
    },
    /// `trait:custom_x=required` and its like.
    #[error(
        "extra spec `{key}={value}`: the name of a trait consists of capital letters, digits and `_`; did you mean \
         `{meant}`?"
    )]
    TraitName {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
        /// The extra spec that was probably meant.
        meant: String,
    },
    /// `trait:=required`.
    #[error("extra spec `{key}={value}`: the trait is missing; write `trait:CUSTOM_…={value}`")]
    TraitMissing {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
    },
    /// `resources:CUSTOM_X` with something else than 0 or 1.
    #[error(
        "extra spec `{key}={value}`: a machine is one of its resource class, so the value can only be 1 (or 0)"
    )]
    ClassAmount {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
    },
    /// Two custom resource classes in one flavor.
    #[error("extra specs ask for two resource classes, `{first}` and `{second}`; a node has only one")]
    TwoClasses {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// `trait:X` with something else than the two words.
    #[error("extra spec `{key}={value}`: the value of a trait is `required` or `forbidden`")]
    TraitWord {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
    },
}

/// What a stat of the node must be like.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spec<'r> {
    /// The extra spec's key as it was written.
    pub(super) key: &'r str,
    /// Where the value is found on the node.
    pub(super) subject: Subject<'r>,
    /// What it must be like.
    pub(super) requirement: Requirement,
}

/// Where the value that an extra spec speaks of is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'r> {
    /// Among the attributes of Nova's host state, and then among the node's capabilities.
    Named(&'r str),
    /// The same, but a node that has neither passes: a key without a scope may be a note for people or for another
    /// tool.
    IfKnown(&'r str),
    /// In `properties.cpu_arch`.
    RawArchitecture,
    /// Nowhere: a scope deeper than capabilities have.
    Nowhere,
}

/// A flavor's extra specs, sorted by what they ask of.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ExtraSpecs<'r> {
    pub(super) specs: Vec<Spec<'r>>,
    pub(super) resource_classes: Vec<&'r str>,
    pub(super) required_traits: Vec<&'r str>,
    pub(super) forbidden_traits: Vec<&'r str>,
    /// Extra specs that are ignored because of a slip in their scope.
    pub(super) near_misses: Vec<NearMiss<'r>>,
}

/// An extra spec that is ignored because of a slip in its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NearMiss<'r> {
    /// The key as it was written.
    pub(super) key: &'r str,
    /// The value.
    pub(super) value: &'r str,
    /// The key that was probably meant.
    pub(super) meant: String,
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
                    let meant = near_miss::meant(key);
                    parsed.near_misses.extend(meant.map(|meant| NearMiss { key, value, meant }));
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
            return Err(wrong_class(key, class, value));
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
            let meant = format!("{}:{}={value}", scope(key), capitals(name));
            return Err(ExtraSpecError::TraitName { key: key.to_owned(), value: value.to_owned(), meant });
        }
        match value.trim() {
            "required" => self.required_traits.push(name),
            "forbidden" => self.forbidden_traits.push(name),
            _ => return Err(ExtraSpecError::TraitWord { key: key.to_owned(), value: value.to_owned() }),
        }
        Ok(())
    }
}

/// Whether a name consists of what Placement allows in names.
fn is_in_capitals(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// How the names of resource classes begin that are not Placement's own.
const CUSTOM: &str = "CUSTOM_";

/// Placement's own resource classes (os-resource-classes), which bare metal nodes have none of.
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

/// Why a resource class that is not a custom one cannot be asked for.
fn wrong_class(key: &str, class: &str, value: &str) -> ExtraSpecError {
    let upper = capitals(class);
    let (key, value, scope) = (key.to_owned(), value.to_owned(), scope(key));
    if upper.is_empty() {
        return ExtraSpecError::ClassMissing { key, value };
    }
    if let Some(class) = STANDARD_CLASSES.into_iter().find(|standard| *standard == upper) {
        return ExtraSpecError::AmountOfResource { zero: format!("{scope}:{class}"), key, value, class };
    }
    let name = upper.strip_prefix(CUSTOM).unwrap_or(&upper);
    ExtraSpecError::ClassName { meant: format!("{scope}:{CUSTOM}{name}=1"), key, value }
}

/// A name as Placement writes names: in capital letters, with `_` between words.
fn capitals(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    name.trim().chars().map(plain).collect()
}

/// What precedes the first `:` of a key.
fn scope(key: &str) -> &str {
    key.split_once(':').map_or(key, |(scope, _)| scope)
}

/// Whether the scope is the word alone, or followed by the suffix of a request group (Nova:
/// `ResourceRequest.XS_KEYPAT`).
fn is_request_group(scope: &str, word: &str) -> bool {
    let is_suffix = |suffix: &str| {
        suffix.len() <= 64 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    scope.strip_prefix(word).is_some_and(is_suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn scopes_are_told_apart() {
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
        let parsed = ExtraSpecs::parse(&pairs).expect("all can be meant");
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
            parsed.near_misses.iter().map(|near| (near.key, near.value, near.meant.as_str())).collect();
        assert_eq!(
            near,
            [("resourcesÄ:CUSTOM_X", "1", "resources:CUSTOM_X"), ("traitD E:F", "required", "trait:F")]
        );
    }

    #[test]
    fn near_misses_of_a_scope_ask_for_nothing() {
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
    fn names_that_placement_does_not_have_are_refused_with_the_right_one() {
        let message =
            |key, value| ExtraSpecs::parse(&pairs(&[(key, value)])).expect_err("it is refused").to_string();
        for (key, value, meant) in [
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
            assert!(message.ends_with(&format!("did you mean {meant}?")), "{message}");
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
                "extra specs ask for two resource classes, `CUSTOM_A` and `CUSTOM_B`; a node has only one";
            assert_eq!(message, expected);
            assert!(ExtraSpecs::parse(&pairs(&[(one, "1"), (other, "0")])).is_ok(), "{one} {other}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_idiom() {
        let message =
            |key, value| ExtraSpecs::parse(&pairs(&[(key, value)])).expect_err("it is refused").to_string();
        assert!(message("resources:VCPU", "4").contains("`resources:VCPU=0`"));
        assert!(message("resources:VCPU", "lots").contains("`resources:VCPU=lots`"));
        assert!(message("resources_A:MEMORY_MB", "1024").contains("`resources_A:MEMORY_MB=0`"));
        assert!(message("resources:CUSTOM_BM", "2").contains("can only be 1"));
        assert!(message("resources2:CUSTOM_BM", "2").contains("can only be 1"));
        assert!(message("trait_A:X", "yes").contains("`required` or `forbidden`"));
        assert!(message("trait:A", "requird").contains("`required` or `forbidden`"));
    }
}
