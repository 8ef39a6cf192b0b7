//! The nodes to request from a server for a request, instead of all nodes.

use crate::host_manager::{FilterName, Request, Weigher, asked_classes, class_spellings};
use crate::ironic::ProvisionState;
use crate::ironic::node::NodeQuery;

/// The maximum number of lists; beyond that, one long list costs less.
const LISTS: usize = 12;

/// The maximum number of nodes that are requested one by one.
const NODES: usize = 16;

/// The query parameters of one list of nodes.
type Filters = Vec<(&'static str, String)>;

/// The lists and nodes to request instead of all nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeSearch {
    /// The lists. Every node that passes the filters of a request is in one of them.
    lists: Vec<Filters>,
    /// Names or UUIDs of nodes to request one by one if no list has them.
    nodes: Vec<String>,
}

impl NodeSearch {
    /// The search for these requests; `None` if it would be for all nodes. `all_wanted`: every node that fits is wanted.
    pub(crate) fn of(requests: &[&Request], weigher: Weigher, all_wanted: bool) -> Option<Self> {
        // These compare how many free nodes the conductor groups have, so they have to see all of them.
        let counts_groups = matches!(weigher, Weigher::Pack | Weigher::Spread);
        let mut lists: Vec<Filters> = Vec::new();
        let mut nodes: Vec<String> = Vec::new();
        for request in requests {
            nodes.extend(request.nodes.iter().chain(&request.exclude).cloned());
            if request.nodes.is_empty() || counts_groups {
                lists.extend(lists_for(request, counts_groups, all_wanted));
            }
        }
        lists.sort_unstable();
        lists.dedup();
        if lists.len() > LISTS {
            if !requests.iter().all(|request| checks_state(request)) {
                return None;
            }
            lists = vec![free()];
        }
        nodes.sort_unstable();
        nodes.dedup();
        // Anything else is not a valid name, and could change the path of the URL.
        nodes.retain(|name| is_name(name));
        let is_narrow = lists.iter().all(|filters| !filters.is_empty())
            && (!lists.is_empty() || requests.iter().all(|request| !request.nodes.is_empty()));
        (is_narrow && nodes.len() <= NODES).then_some(Self { lists, nodes })
    }

    /// The queries of the lists.
    pub(crate) fn queries(&self) -> Vec<NodeQuery> {
        let query = |filters: &Filters| {
            filters.iter().fold(NodeQuery::all(), |query, (key, value)| query.filter(key, value.clone()))
        };
        self.lists.iter().map(query).collect()
    }

    /// The nodes to request one by one.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(String::as_str)
    }
}

fn checks_state(request: &Request) -> bool {
    request.filters.contains(&FilterName::Compute)
}

/// The query parameters that match the `ComputeFilter`.
fn free() -> Filters {
    let no = || "False".to_owned();
    vec![
        ("associated", no()),
        ("maintenance", no()),
        ("provision_state", ProvisionState::Available.to_string()),
        ("retired", no()),
    ]
}

/// The lists with every node that can pass the filters of the request.
fn lists_for(request: &Request, counts_groups: bool, all_wanted: bool) -> Vec<Filters> {
    let mut filters = if checks_state(request) { free() } else { Vec::new() };
    if request.filters.contains(&FilterName::AvailabilityZone) {
        let group = request.conductor_group.as_ref().map(|group| group.to_lowercase());
        let places = [
            ("conductor_group", group.as_ref()),
            ("owner", request.owner.as_ref()),
            ("lessee", request.lessee.as_ref()),
            ("shard", request.shard.as_ref()),
        ];
        // Ironic cannot filter on a missing owner, lessee or shard. The default group is different: its name is empty.
        let requested = places.into_iter().filter_map(|(key, value)| Some((key, value?.clone())));
        filters.extend(
            requested
                .filter(|(key, value)| *key == "conductor_group" || !(value.is_empty() || counts_groups)),
        );
    }
    let is_by_class = request.filters.contains(&FilterName::ResourceClass) && !counts_groups && !all_wanted;
    let classes = if is_by_class { asked_classes(request) } else { Vec::new() };
    match classes.first() {
        None => vec![filters],
        // Ironic compares classes exactly; the host manager normalizes them like Nova.
        Some(class) => class_spellings(class)
            .into_iter()
            .map(|spelling| filters.iter().cloned().chain([("resource_class", spelling)]).collect())
            .collect(),
    }
}

/// Whether a node can have this name or UUID (Ironic: `is_valid_logical_name`).
fn is_name(text: &str) -> bool {
    let is_dots = matches!(text, "" | "." | "..");
    !is_dots && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(request: &Request, weigher: Weigher, all_wanted: bool) -> Vec<String> {
        let search = NodeSearch::of(&[request], weigher, all_wanted).expect("it is narrower than all nodes");
        let query = |filters: &Filters| {
            let parts: Vec<String> = filters.iter().map(|(key, value)| format!("{key}={value}")).collect();
            parts.join("&")
        };
        search.lists.iter().map(query).collect()
    }

    const FREE: &str = "associated=False&maintenance=False&provision_state=available&retired=False";

    #[test]
    fn only_free_nodes_are_requested() {
        assert_eq!(lists(&Request::default(), Weigher::BestFit, false), [FREE]);
        let any_state = Request { filters: vec![FilterName::Ram], ..Request::default() };
        assert_eq!(NodeSearch::of(&[&any_state], Weigher::BestFit, false), None);
    }

    #[test]
    fn class_group_owner_lessee_and_shard_narrow_the_list() {
        let request = Request {
            resource_class: Some("gold".to_owned()),
            conductor_group: Some("Rack1".to_owned()),
            owner: Some("p1".to_owned()),
            lessee: Some(String::new()),
            shard: Some("s1".to_owned()),
            ..Request::default()
        };
        let placed = format!("{FREE}&conductor_group=rack1&owner=p1&shard=s1");
        let of_class = |class: &str| format!("{placed}&resource_class={class}");
        let spellings = ["CUSTOM_GOLD", "GOLD", "gold"].map(of_class);
        assert_eq!(lists(&request, Weigher::BestFit, false), spellings);
        assert_eq!(lists(&request, Weigher::BestFit, true), std::slice::from_ref(&placed));
        // Whole groups are needed to compare groups.
        assert_eq!(lists(&request, Weigher::Spread, false), [format!("{FREE}&conductor_group=rack1")]);
        let mut by_flavor = Request { resource_class: None, ..request };
        by_flavor.extra_specs.insert("resources_A:CUSTOM_GOLD".to_owned(), "1".to_owned());
        assert_eq!(lists(&by_flavor, Weigher::BestFit, false), spellings);
    }

    #[test]
    fn named_nodes_are_requested_by_name() {
        let request = Request {
            nodes: vec!["n1".to_owned(), String::new(), "a/b".to_owned()],
            exclude: vec!["n2".to_owned()],
            ..Request::default()
        };
        let search = NodeSearch::of(&[&request], Weigher::BestFit, false).expect("it is narrow");
        assert!(search.lists.is_empty());
        assert_eq!(search.nodes().collect::<Vec<_>>(), ["n1", "n2"]);
        let many = Request { nodes: (0..99).map(|n| format!("n{n}")).collect(), ..Request::default() };
        assert_eq!(NodeSearch::of(&[&many], Weigher::BestFit, false), None);
        assert_eq!(lists(&request, Weigher::Pack, false), [FREE]);
    }

    #[test]
    fn fleet_requests_the_lists_of_all_groups() {
        let of_class =
            |class: usize| Request { resource_class: Some(format!("c{class}")), ..Request::default() };
        let requests: Vec<Request> = (0..9).map(of_class).collect();
        let few: Vec<&Request> = requests[..2].iter().chain(&requests[..1]).collect();
        let search = NodeSearch::of(&few, Weigher::BestFit, false).expect("it is narrow");
        assert_eq!(search.lists.len(), 6, "each list once");
        let all: Vec<&Request> = requests.iter().collect();
        let search = NodeSearch::of(&all, Weigher::BestFit, false).expect("it is narrow");
        assert_eq!(search.lists, [free()], "one list of free nodes instead of many");
    }
}
