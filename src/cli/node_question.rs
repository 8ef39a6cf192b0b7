//! Which nodes a server is asked for, where a request narrows the choice.

use crate::host_manager::{FilterName, Request, Weigher, asked_classes, class_spellings};
use crate::ironic::node::NodeQuery;

/// At most so many lists are asked for; beyond that one long list costs less.
const LISTS: usize = 12;

/// At most so many nodes are asked for one by one.
const NODES: usize = 16;

/// Filters of one list of nodes, by Ironic's names for them.
type Filters = Vec<(&'static str, String)>;

/// What a server is asked for in place of all nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// The lists. Every node that passes the filters of a request is in one of them.
    lists: Vec<Filters>,
    /// Nodes by name or UUID, which are asked for one by one where no list has them.
    nodes: Vec<String>,
}

impl Question {
    /// The question for these requests; none where it would be for all nodes. `all_wanted` says that not only as many
    /// nodes as fit are wanted, but every one of them.
    pub(super) fn of(requests: &[&Request], weigher: Weigher, all_wanted: bool) -> Option<Self> {
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
            if !requests.iter().all(|request| looks_at_state(request)) {
                return None;
            }
            lists = vec![free()];
        }
        nodes.sort_unstable();
        nodes.dedup();
        // Other words name no node, and some of them would be taken for another address.
        nodes.retain(|word| is_name(word));
        let is_narrow = lists.iter().all(|filters| !filters.is_empty())
            && (!lists.is_empty() || requests.iter().all(|request| !request.nodes.is_empty()));
        (is_narrow && nodes.len() <= NODES).then_some(Self { lists, nodes })
    }

    /// The lists, as they are asked for.
    pub(super) fn queries(&self) -> Vec<NodeQuery> {
        let query = |filters: &Filters| {
            filters.iter().fold(NodeQuery::all(), |query, (key, value)| query.filter(key, value.clone()))
        };
        self.lists.iter().map(query).collect()
    }

    /// The nodes that are asked for one by one.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(String::as_str)
    }
}

fn looks_at_state(request: &Request) -> bool {
    request.filters.contains(&FilterName::Compute)
}

/// Ironic's filters for what the `ComputeFilter` looks at.
fn free() -> Filters {
    let no = || "False".to_owned();
    vec![
        ("associated", no()),
        ("maintenance", no()),
        ("provision_state", "available".to_owned()),
        ("retired", no()),
    ]
}

/// The lists that have every node which can pass the request's filters.
fn lists_for(request: &Request, counts_groups: bool, all_wanted: bool) -> Vec<Filters> {
    let mut filters = if looks_at_state(request) { free() } else { Vec::new() };
    if request.filters.contains(&FilterName::AvailabilityZone) {
        let group = request.conductor_group.as_ref().map(|group| group.to_lowercase());
        let places = [
            ("conductor_group", group.as_ref()),
            ("owner", request.owner.as_ref()),
            ("lessee", request.lessee.as_ref()),
            ("shard", request.shard.as_ref()),
        ];
        // To have no owner, lessee or shard is no filter of Ironic's; the default group has a name, the empty one.
        let asked = places.into_iter().filter_map(|(key, asked)| Some((key, asked?.clone())));
        filters.extend(
            asked.filter(|(key, asked)| *key == "conductor_group" || !(asked.is_empty() || counts_groups)),
        );
    }
    let is_by_class = request.filters.contains(&FilterName::ResourceClass) && !counts_groups && !all_wanted;
    let classes = if is_by_class { asked_classes(request) } else { Vec::new() };
    match classes.first() {
        None => vec![filters],
        // Ironic compares a class letter by letter, and the host manager as Nova does.
        Some(class) => class_spellings(class)
            .into_iter()
            .map(|spelling| filters.iter().cloned().chain([("resource_class", spelling)]).collect())
            .collect(),
    }
}

/// Whether a node can have this name or UUID (Ironic: `is_valid_logical_name`).
fn is_name(word: &str) -> bool {
    let is_dots = matches!(word, "" | "." | "..");
    !is_dots && word.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(request: &Request, weigher: Weigher, all_wanted: bool) -> Vec<String> {
        let question = Question::of(&[request], weigher, all_wanted).expect("it is narrower than all nodes");
        let written = |filters: &Filters| {
            let parts: Vec<String> = filters.iter().map(|(key, value)| format!("{key}={value}")).collect();
            parts.join("&")
        };
        question.lists.iter().map(written).collect()
    }

    const FREE: &str = "associated=False&maintenance=False&provision_state=available&retired=False";

    #[test]
    fn free_nodes_alone_are_asked_for() {
        assert_eq!(lists(&Request::default(), Weigher::BestFit, false), [FREE]);
        let any_state = Request { filters: vec![FilterName::Ram], ..Request::default() };
        assert_eq!(Question::of(&[&any_state], Weigher::BestFit, false), None);
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
    fn named_nodes_are_asked_for_by_name() {
        let request = Request {
            nodes: vec!["n1".to_owned(), String::new(), "a/b".to_owned()],
            exclude: vec!["n2".to_owned()],
            ..Request::default()
        };
        let question = Question::of(&[&request], Weigher::BestFit, false).expect("it is narrow");
        assert!(question.lists.is_empty());
        assert_eq!(question.nodes().collect::<Vec<_>>(), ["n1", "n2"]);
        let many = Request { nodes: (0..99).map(|n| format!("n{n}")).collect(), ..Request::default() };
        assert_eq!(Question::of(&[&many], Weigher::BestFit, false), None);
        assert_eq!(lists(&request, Weigher::Pack, false), [FREE]);
    }

    #[test]
    fn a_fleet_asks_for_the_lists_of_all_groups() {
        let of_class =
            |class: usize| Request { resource_class: Some(format!("c{class}")), ..Request::default() };
        let requests: Vec<Request> = (0..9).map(of_class).collect();
        let few: Vec<&Request> = requests[..2].iter().chain(&requests[..1]).collect();
        let question = Question::of(&few, Weigher::BestFit, false).expect("it is narrow");
        assert_eq!(question.lists.len(), 6, "each list once");
        let all: Vec<&Request> = requests.iter().collect();
        let question = Question::of(&all, Weigher::BestFit, false).expect("it is narrow");
        assert_eq!(question.lists, [free()], "one list of free nodes in place of many");
    }
}
