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
//! | `group_policy`, any other scope (`hw:…`, `quota:…`) | nothing |
//!
//! A suffix names one of several request groups, which Placement may serve from different resource providers. An
//! Ironic node is a single provider, so all groups are asked of the same node.
//!
//! A capability that the node does not have meets nothing, and a deeper scope (`capabilities:a:b`) is never met.

pub(super) mod attributes;
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
         resource class with `resources:CUSTOM_…=1`, and write `{key}=0` where Nova reads this flavor too"
    )]
    AmountOfResource {
        /// The extra spec's key.
        key: String,
        /// Its value.
        value: String,
        /// The standard resource class in it.
        class: String,
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
                _ => {}
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
        if !class.starts_with("CUSTOM_") {
            let (key, value) = (key.to_owned(), value.to_owned());
            return Err(ExtraSpecError::AmountOfResource { key, value, class: class.to_owned() });
        }
        if amount != Some(1) {
            return Err(ExtraSpecError::ClassAmount { key: key.to_owned(), value: value.to_owned() });
        }
        self.resource_classes.push(class);
        Ok(())
    }

    fn push_trait(&mut self, key: &str, name: &'r str, value: &str) -> Result<(), ExtraSpecError> {
        match value.trim() {
            "required" => self.required_traits.push(name),
            "forbidden" => self.forbidden_traits.push(name),
            _ => return Err(ExtraSpecError::TraitWord { key: key.to_owned(), value: value.to_owned() }),
        }
        Ok(())
    }
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
            ("traitD E:F", "required"),
            ("resources1:CUSTOM_FAST", "1"),
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
        assert_eq!(parsed.resource_classes, ["CUSTOM_FAST", "CUSTOM_BM"]);
        assert_eq!(parsed.required_traits, ["D", "A", "C"]);
        assert_eq!(parsed.forbidden_traits, ["B"]);
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
