//! Explains why nodes were refused: the requested and the actual value.

use super::filters::{FilterName, Matcher, RefusalText};
use super::host::HostState;
use super::select::Selection;

/// Why one node was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation<'a> {
    /// The node.
    pub host: &'a HostState,
    /// The first filter that refused it.
    pub filter: FilterName,
    /// The reason, as text that follows the node's name.
    pub reason: String,
    /// The requested value.
    pub wanted: String,
    /// The node's value.
    pub has: String,
}

/// Nodes that one filter refused for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalGroup<'a> {
    /// The filter.
    pub filter: FilterName,
    /// The requested value.
    pub wanted: String,
    /// The nodes' value.
    pub has: String,
    /// The nodes.
    pub hosts: Vec<&'a HostState>,
}

impl<'a> Selection<'a> {
    /// Every refused node with the reason, in the order of the nodes.
    pub fn explanations(&self) -> impl Iterator<Item = Explanation<'a>> {
        let hosts = self.hosts;
        self.refused.iter().map(move |refused| self.matcher.explain(&hosts[refused.host], refused.filter))
    }

    /// The refused nodes, grouped by reason. The groups are in the order of the filters, and for each filter the
    /// largest group is first.
    #[must_use]
    pub fn groups(&self) -> Vec<RefusalGroup<'a>> {
        let mut by_reason = std::collections::HashMap::<(FilterName, String, String), Vec<&HostState>>::new();
        for explanation in self.explanations() {
            let Explanation { host, filter, wanted, has, .. } = explanation;
            by_reason.entry((filter, wanted, has)).or_default().push(host);
        }
        let position = |filter| self.request().filters.iter().position(|known| *known == filter);
        let mut groups: Vec<RefusalGroup<'_>> = by_reason
            .into_iter()
            .map(|((filter, wanted, has), hosts)| RefusalGroup { filter, wanted, has, hosts })
            .collect();
        groups.sort_by(|left, right| {
            (position(left.filter), right.hosts.len(), &left.wanted, &left.has).cmp(&(
                position(right.filter),
                left.hosts.len(),
                &right.wanted,
                &right.has,
            ))
        });
        groups
    }
}

impl Matcher<'_> {
    /// Explains why this filter refuses the node.
    #[must_use]
    pub fn explain<'h>(&self, host: &'h HostState, filter: FilterName) -> Explanation<'h> {
        let RefusalText { reason, wanted, has } = filter.filter().explain(self, host);
        Explanation { host, filter, reason, wanted, has }
    }
}
