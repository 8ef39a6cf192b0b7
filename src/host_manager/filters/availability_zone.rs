//! Compares the cloud, conductor group, shard, owner and lessee.

use super::{Filter, Matcher, RefusalText, ResourceView};
use crate::host_manager::host::HostState;
use crate::host_manager::request::Request;

pub(super) struct AvailabilityZone;

/// A field of the request and the node that must be equal.
#[derive(Clone, Copy)]
enum Place {
    Cloud,
    ConductorGroup,
    Shard,
    Owner,
    Lessee,
}

impl Place {
    const ALL: [Self; 5] = [Self::Cloud, Self::ConductorGroup, Self::Shard, Self::Owner, Self::Lessee];

    fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::ConductorGroup => "conductor group",
            Self::Shard => "shard",
            Self::Owner => "owner",
            Self::Lessee => "lessee",
        }
    }

    fn requested(self, request: &Request) -> Option<&str> {
        match self {
            Self::Cloud => request.cloud.as_deref(),
            Self::ConductorGroup => request.conductor_group.as_deref(),
            Self::Shard => request.shard.as_deref(),
            Self::Owner => request.owner.as_deref(),
            Self::Lessee => request.lessee.as_deref(),
        }
    }

    fn of(self, host: &HostState) -> Option<&str> {
        match self {
            Self::Cloud => host.cloud.as_deref(),
            Self::ConductorGroup => host.conductor_group.as_deref(),
            Self::Shard => host.shard.as_deref(),
            Self::Owner => host.owner.as_deref(),
            Self::Lessee => host.lessee.as_deref(),
        }
    }

    /// Whether the node has another value than requested. A request for `""` matches nodes without a value.
    fn differs(self, request: &Request, host: &HostState) -> bool {
        self.requested(request).is_some_and(|requested| {
            let has = self.of(host).unwrap_or("");
            match self {
                // Ironic stores conductor groups in lower case.
                Self::ConductorGroup => !requested.eq_ignore_ascii_case(has),
                _ => requested != has,
            }
        })
    }

    fn first_difference(request: &Request, host: &HostState) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.differs(request, host))
    }
}

impl Filter for AvailabilityZone {
    fn name(&self) -> &'static str {
        "AvailabilityZoneFilter"
    }

    fn is_needed(&self, matcher: &Matcher<'_>) -> bool {
        Place::ALL.iter().any(|place| place.requested(matcher.request).is_some())
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        Place::first_difference(matcher.request, host).is_some()
    }

    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText {
        let place = Place::first_difference(matcher.request, host);
        place.map_or_else(RefusalText::default, |place| {
            RefusalText::compare(place.name(), place.requested(matcher.request), place.of(host))
        })
    }

    fn change(&self, matcher: &Matcher<'_>, host: &HostState) -> String {
        format!("with {}", self.explain(matcher, host).has)
    }
}
