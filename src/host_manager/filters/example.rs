//! A filter that exists only in unit tests. It shows that one file, its `mod` line and one line of the table are enough.

use super::{DefaultLists, Filter, Matcher, RefusalText, ResourceView};
use crate::host_manager::host::HostState;

/// Refuses nodes that a conductor has locked.
pub(super) struct Unlocked;

impl Filter for Unlocked {
    fn name(&self) -> &'static str {
        "UnlockedFilter"
    }

    fn default_lists(&self) -> DefaultLists {
        DefaultLists::None
    }

    fn is_needed(&self, _: &Matcher<'_>) -> bool {
        false
    }

    fn refuses(&self, _: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        host.locked_by.is_some()
    }

    fn explain(&self, _: &Matcher<'_>, host: &HostState) -> RefusalText {
        let conductor = host.locked_by.as_deref().unwrap_or_default();
        RefusalText::new(format!("is locked by {conductor}"), "no lock", format!("a lock of {conductor}"))
    }

    fn change(&self, _: &Matcher<'_>, _: &HostState) -> String {
        "when unlocked".to_owned()
    }
}

#[test]
fn a_filter_in_one_file_is_parsed_runs_and_explains_itself() {
    use crate::host_manager::{FilterName, Request, SelectOptions, select};

    let filter: FilterName = "UnlockedFilter".parse().expect("the table has it");
    assert!(!FilterName::at_least().contains(&filter) && !FilterName::exact().contains(&filter));
    let host = |name: &str, conductor: Option<&str>| HostState {
        name: Some(name.into()),
        uuid: name.into(),
        locked_by: conductor.map(Into::into),
        ..HostState::default()
    };
    let hosts = [host("a", Some("c1")), host("b", None)];
    let request = Request { filters: vec![filter], ..Request::default() };
    let options = SelectOptions::default();
    let selection = select(&hosts, &request, &options).expect("the request is valid");
    assert_eq!(selection.candidates(), [1]);
    let explained: Vec<_> = selection.explanations().collect();
    assert_eq!((explained[0].filter, explained[0].reason.as_str()), (filter, "is locked by c1"));
    let summary = serde_json::to_string(selection.summary()).expect("it is JSON");
    assert_eq!(summary, r#"[{"filter":"UnlockedFilter","in":2,"out":1}]"#);

    let selection = select(&hosts[..1], &request, &options).expect("the request is valid");
    let error = selection.verdict().expect_err("no node is unlocked");
    assert_eq!(error.reason, "no node passes: wanted no lock, found a lock of c1 (1 node)");
    assert_eq!(error.hints, ["1 node would fit when unlocked", "of 1 node, 0 passed UnlockedFilter"]);
}
