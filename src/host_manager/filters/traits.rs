//! Checks required and forbidden traits.

use super::{Filter, Matcher, RefusalText, ResourceView};
use crate::host_manager::host::HostState;

pub(super) struct Traits;

fn missing<'m>(matcher: &'m Matcher<'_>, host: &'m HostState) -> impl Iterator<Item = &'m str> {
    matcher.required_traits.iter().copied().filter(|name| !host.has_trait(name))
}

fn forbidden<'m>(matcher: &'m Matcher<'_>, host: &'m HostState) -> impl Iterator<Item = &'m str> {
    matcher.forbidden_traits.iter().copied().filter(|name| host.has_trait(name))
}

impl Filter for Traits {
    fn name(&self) -> &'static str {
        "TraitsFilter"
    }

    fn is_needed(&self, matcher: &Matcher<'_>) -> bool {
        !matcher.required_traits.is_empty() || !matcher.forbidden_traits.is_empty()
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        missing(matcher, host).chain(forbidden(matcher, host)).next().is_some()
    }

    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText {
        let (missing, forbidden) = (missing(matcher, host).next(), forbidden(matcher, host).next());
        match (missing, forbidden) {
            (Some(name), _) => {
                RefusalText::new(format!("lacks trait {name}"), format!("trait {name}"), "no such trait")
            }
            (None, Some(name)) => RefusalText::new(
                format!("has the forbidden trait {name}"),
                format!("no trait {name}"),
                format!("trait {name}"),
            ),
            (None, None) => RefusalText::default(),
        }
    }

    fn change(&self, matcher: &Matcher<'_>, host: &HostState) -> String {
        let changes: Vec<String> = missing(matcher, host)
            .map(|name| format!("without requiring trait {name}"))
            .chain(forbidden(matcher, host).map(|name| format!("without forbidding trait {name}")))
            .collect();
        changes.join(" and ")
    }
}
