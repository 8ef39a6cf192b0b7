//! Filters for the identity and the location of a node.

use std::collections::HashSet;

use super::{Cause, Matcher};
use crate::host_manager::host::HostState;

/// A set of node names and UUIDs.
#[derive(Debug, Clone, Default)]
pub struct Names<'n> {
    names: HashSet<&'n str>,
    /// In lower case, because the case of UUIDs does not matter.
    lowercase: HashSet<String>,
}

impl<'n> Names<'n> {
    /// Creates the set.
    #[must_use]
    pub fn new(names: &'n [String]) -> Self {
        Self {
            names: names.iter().map(String::as_str).collect(),
            lowercase: names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    /// Whether the set has the name or UUID of this node.
    #[must_use]
    pub fn contain(&self, host: &HostState) -> bool {
        !self.names.is_empty()
            && (host.name.as_deref().is_some_and(|name| self.names.contains(name))
                || self.lowercase.contains(host.uuid.as_ref())
                || self.names.contains(host.uuid.as_ref()))
    }
}

impl Matcher<'_> {
    pub(super) fn retry(&self, host: &HostState) -> Option<Cause> {
        if self.circumstances.tried.contains(host.uuid.as_ref()) {
            return Some(Cause::Tried);
        }
        self.exclude.contain(host).then_some(Cause::Excluded)
    }

    /// Checks only the requested fields. A request for `""` matches nodes without a value.
    pub(super) fn availability_zone(&self, host: &HostState) -> Option<Cause> {
        let request = self.request;
        let differ = |requested: Option<&str>, has: Option<&str>| {
            requested.is_some_and(|requested| requested != has.unwrap_or(""))
        };
        if differ(request.cloud.as_deref(), host.cloud.as_deref()) {
            return Some(Cause::Cloud);
        }
        // Ironic stores conductor groups in lower case.
        let group = host.conductor_group.as_deref().unwrap_or("");
        if request.conductor_group.as_deref().is_some_and(|requested| !requested.eq_ignore_ascii_case(group))
        {
            return Some(Cause::ConductorGroup);
        }
        if differ(request.shard.as_deref(), host.shard.as_deref()) {
            return Some(Cause::Shard);
        }
        if differ(request.owner.as_deref(), host.owner.as_deref()) {
            return Some(Cause::Owner);
        }
        differ(request.lessee.as_deref(), host.lessee.as_deref()).then_some(Cause::Lessee)
    }
}
