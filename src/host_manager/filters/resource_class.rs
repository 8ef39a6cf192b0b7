//! Compares the resource class.

use super::{Filter, Matcher, RefusalText, ResourceView, wanted_and_found};
use crate::host_manager::extra_specs::ExtraSpecs;
use crate::host_manager::host::HostState;
use crate::host_manager::request::Request;

pub(super) struct ResourceClass;

/// The first requested class that the node does not have.
fn missing_class<'r>(matcher: &Matcher<'r>, host: &HostState) -> Option<&'r str> {
    let has = host.resource_class.as_deref();
    let is_missing = |requested: &str| !has.is_some_and(|has| is_same_class(has, requested));
    matcher.resource_classes.iter().copied().find(|requested| is_missing(requested))
}

impl Filter for ResourceClass {
    fn name(&self) -> &'static str {
        "ResourceClassFilter"
    }

    fn is_needed(&self, matcher: &Matcher<'_>) -> bool {
        !matcher.resource_classes.is_empty()
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        missing_class(matcher, host).is_some()
    }

    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText {
        let requested = missing_class(matcher, host);
        RefusalText::compare("resource class", requested, host.resource_class.as_deref())
    }

    fn change(&self, _: &Matcher<'_>, host: &HostState) -> String {
        match host.resource_class.as_deref() {
            Some(class) => format!("with resource class {class}"),
            None => "if no resource class were required".to_owned(),
        }
    }

    fn summary(&self, matcher: &Matcher<'_>, subject: &str, refused: &[&HostState]) -> String {
        let parts = wanted_and_found(self, matcher, refused);
        match parts.strip_prefix("wanted ").and_then(|parts| parts.split_once(", found ")) {
            Some((wanted, found)) => format!("{subject} has {wanted}; found: {found}"),
            None => format!("{subject} passes: {parts}"),
        }
    }
}

/// Whether Nova treats two resource classes as equal: `bm.small` is `CUSTOM_BM_SMALL` in Nova.
fn is_same_class(left: &str, right: &str) -> bool {
    left == right || normalized(without_prefix(left)).eq(normalized(without_prefix(right)))
}

/// The resource classes of a request and of its extra specs. Invalid extra specs are ignored.
#[must_use]
pub fn asked_classes(request: &Request) -> Vec<&str> {
    let specs = ExtraSpecs::parse(&request.extra_specs).unwrap_or_default();
    request.resource_class.as_deref().into_iter().chain(specs.resource_classes).collect()
}

/// The usual spellings of a resource class that has one name in Nova.
#[must_use]
pub fn class_spellings(name: &str) -> Vec<String> {
    let upper: String = normalized(without_prefix(name)).collect();
    let lower = upper.to_lowercase();
    let mut spellings = vec![
        name.to_owned(),
        without_prefix(name).to_owned(),
        format!("CUSTOM_{upper}"),
        lower.replace('_', "-"),
        lower.replace('_', "."),
        lower,
        upper,
    ];
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// The name without the prefix that Nova adds to Ironic's resource classes.
fn without_prefix(name: &str) -> &str {
    const PREFIX: &str = "CUSTOM_";
    match name.get(..PREFIX.len()) {
        Some(start) if start.eq_ignore_ascii_case(PREFIX) => &name[PREFIX.len()..],
        _ => name,
    }
}

/// The name as Nova normalizes it (`os_resource_classes.normalize_name`): in upper case, with `_` for each run of
/// characters other than A–Z and 0–9.
fn normalized(name: &str) -> impl Iterator<Item = char> {
    let mut in_gap = false;
    name.chars().flat_map(char::to_uppercase).filter_map(move |c| {
        if c.is_ascii_uppercase() || c.is_ascii_digit() {
            in_gap = false;
            Some(c)
        } else if in_gap {
            None
        } else {
            in_gap = true;
            Some('_')
        }
    })
}
