//! Filters on which node it is and where it stands.

use std::collections::HashSet;

use super::{Cause, Matcher};
use crate::host_manager::host::HostState;

/// Words for nodes, each a name or a UUID, made ready for looking up.
#[derive(Debug, Clone, Default)]
pub struct Names<'w> {
    words: HashSet<&'w str>,
    /// UUIDs are compared without regard to case.
    lowered: HashSet<String>,
}

impl<'w> Names<'w> {
    /// Makes the words ready.
    #[must_use]
    pub fn new(words: &'w [String]) -> Self {
        Self {
            words: words.iter().map(String::as_str).collect(),
            lowered: words.iter().map(|word| word.to_ascii_lowercase()).collect(),
        }
    }

    /// Whether one of the words means this node.
    #[must_use]
    pub fn contain(&self, host: &HostState) -> bool {
        !self.words.is_empty()
            && (host.name.as_deref().is_some_and(|name| self.words.contains(name))
                || self.lowered.contains(host.uuid.as_ref())
                || self.words.contains(host.uuid.as_ref()))
    }
}

impl Matcher<'_> {
    pub(super) fn retry(&self, host: &HostState) -> Option<Cause> {
        if self.circumstances.tried.contains(host.uuid.as_ref()) {
            return Some(Cause::Tried);
        }
        self.exclude.contain(host).then_some(Cause::Excluded)
    }

    /// What is not asked is not looked at; what is asked as `""` is a node's being without.
    pub(super) fn availability_zone(&self, host: &HostState) -> Option<Cause> {
        let request = self.request;
        let differ =
            |asked: Option<&str>, has: Option<&str>| asked.is_some_and(|asked| asked != has.unwrap_or(""));
        if differ(request.cloud.as_deref(), host.cloud.as_deref()) {
            return Some(Cause::Cloud);
        }
        // Ironic keeps conductor groups in lower case, whatever was written.
        let group = host.conductor_group.as_deref().unwrap_or("");
        if request.conductor_group.as_deref().is_some_and(|asked| !asked.eq_ignore_ascii_case(group)) {
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
