//! Refuses nodes that were already tried, and nodes that the operator excludes.

use std::collections::HashSet;

use super::{Filter, Matcher, RefusalText, ResourceView, wanted_and_found};
use crate::host_manager::host::HostState;

/// A set of node names and UUIDs.
#[derive(Debug, Clone, Default)]
pub struct NodeNames<'n> {
    names: HashSet<&'n str>,
    /// In lower case, because the case of UUIDs does not matter.
    lowercase: HashSet<String>,
}

impl<'n> NodeNames<'n> {
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

pub(super) struct Retry;

fn was_tried(matcher: &Matcher<'_>, host: &HostState) -> bool {
    matcher.circumstances.tried.contains(host.uuid.as_ref())
}

impl Filter for Retry {
    fn name(&self) -> &'static str {
        "RetryFilter"
    }

    fn is_needed(&self, matcher: &Matcher<'_>) -> bool {
        !matcher.request.exclude.is_empty()
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        was_tried(matcher, host) || matcher.exclude.contain(host)
    }

    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText {
        if was_tried(matcher, host) {
            RefusalText::new("was already tried in this run", "a node not yet tried", "already tried")
        } else {
            RefusalText::new("is excluded", "a node that is not excluded", "excluded")
        }
    }

    fn change(&self, matcher: &Matcher<'_>, host: &HostState) -> String {
        if was_tried(matcher, host) { "if not tried already" } else { "if not excluded" }.to_owned()
    }

    fn summary(&self, matcher: &Matcher<'_>, subject: &str, refused: &[&HostState]) -> String {
        if subject == "no node" && !refused.iter().any(|host| was_tried(matcher, host)) {
            return "all nodes are excluded".to_owned();
        }
        format!("{subject} passes: {}", wanted_and_found(self, matcher, refused))
    }
}
