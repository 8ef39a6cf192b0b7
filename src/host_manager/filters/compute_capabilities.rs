//! Compares extra specs with the attributes and capabilities of the node.

use std::borrow::Cow;

use super::{Filter, Matcher, RefusalText, ResourceView};
use crate::host_manager::extra_specs::attributes::{AttributeLookup, look_up};
use crate::host_manager::extra_specs::ops::SpecResult;
use crate::host_manager::extra_specs::{Spec, Subject};
use crate::host_manager::host::HostState;

pub(super) struct ComputeCapabilities;

impl Matcher<'_> {
    /// The extra specs that do not apply to the node: keys without a scope that are not an attribute or a capability of
    /// the node.
    pub(in crate::host_manager) fn ignored_on<'s>(
        &'s self,
        host: &'s HostState,
    ) -> impl Iterator<Item = &'s Spec<'s>> {
        let is_ignored = |spec: &&Spec<'_>| {
            matches!(spec.subject, Subject::IfKnown(_)) && value(spec, host) == AttributeLookup::Unknown
        };
        self.specs.specs.iter().filter(is_ignored)
    }

    /// The first extra spec that the node does not meet, with the result of the comparison if the node has a value.
    fn unmet_spec(&self, host: &HostState) -> Option<(&Spec<'_>, Option<SpecResult>)> {
        self.specs.specs.iter().find_map(|spec| {
            let value = match value(spec, host) {
                AttributeLookup::Value(value) => value,
                AttributeLookup::Unknown if matches!(spec.subject, Subject::IfKnown(_)) => return None,
                AttributeLookup::Nothing | AttributeLookup::Unknown => return Some((spec, None)),
            };
            match spec.requirement.verdict(&value) {
                SpecResult::Met => None,
                failed => Some((spec, Some(failed))),
            }
        })
    }
}

/// The value of the node that the extra spec's requirement is compared with.
fn value<'h>(spec: &Spec<'_>, host: &'h HostState) -> AttributeLookup<'h> {
    match spec.subject {
        Subject::Named(name) | Subject::IfKnown(name) => look_up(host, name),
        Subject::RawArchitecture => host
            .raw_arch
            .as_deref()
            .map_or(AttributeLookup::Nothing, |arch| AttributeLookup::Value(Cow::Borrowed(arch))),
        Subject::Nowhere => AttributeLookup::Nothing,
    }
}

impl Filter for ComputeCapabilities {
    fn name(&self) -> &'static str {
        "ComputeCapabilitiesFilter"
    }

    fn is_needed(&self, matcher: &Matcher<'_>) -> bool {
        !matcher.specs.specs.is_empty()
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        matcher.unmet_spec(host).is_some()
    }

    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText {
        let unmet = matcher.unmet_spec(host);
        unmet.map_or_else(RefusalText::default, |(spec, result)| describe(spec, host, result))
    }

    fn change(&self, matcher: &Matcher<'_>, host: &HostState) -> String {
        let key = matcher.unmet_spec(host).map_or("", |(spec, _)| spec.key);
        let name = key.strip_prefix("capabilities:");
        let spec = name.map_or_else(|| key.to_owned(), |name| format!("capability {name}"));
        let has = self.explain(matcher, host).has;
        if has == format!("no {spec}") {
            format!("without {spec}")
        } else {
            format!("without {spec} (found: {has})")
        }
    }
}

fn describe(spec: &Spec<'_>, host: &HostState, result: Option<SpecResult>) -> RefusalText {
    let source = spec.requirement.source();
    let wanted = match spec.key.strip_prefix("capabilities:") {
        Some(name) if !source.contains([' ', '<', '>', '=', '!']) => format!("capability {name}={source}"),
        Some(name) => format!("capability {name} {source}"),
        None => format!("{} {source}", spec.key),
    };
    let name = match spec.subject {
        Subject::Named(name) | Subject::IfKnown(name) => name,
        Subject::RawArchitecture => "cpu_arch",
        Subject::Nowhere => {
            let reason = format!("cannot match {}: the name of a capability has no `:`", spec.key);
            return RefusalText::new(reason, wanted, "no such scope");
        }
    };
    let value = value(spec, host).value();
    let Some(value) = value else {
        return RefusalText::new(
            format!("has no capability {name}"),
            wanted,
            format!("no capability {name}"),
        );
    };
    let has = format!("{name} {value}");
    let reason = match result {
        Some(SpecResult::ValueIsNotANumber) => format!("has {has}, but `{source}` needs a number"),
        Some(SpecResult::OperandIsNotANumber) => {
            format!("has {has}, but `{source}` does not name a number to compare with")
        }
        Some(SpecResult::NoOperand) => {
            format!("has {has}, but the operator `{source}` has no operand and matches nothing")
        }
        _ => format!("has {has}"),
    };
    RefusalText::new(reason, wanted, has)
}
