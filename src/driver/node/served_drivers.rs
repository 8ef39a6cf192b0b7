//! Hardware types and conductor groups that conductors serve, checked before a node is assigned to one. Ironic gives the same
//! response for a hardware type or group that no conductor serves as for a conductor that is restarting, which farrier waits
//! for.

use std::collections::BTreeSet;

use crate::ironic::Client;
use crate::ironic::conductor::Conductor;
use crate::ironic::driver::Driver;
use crate::suggest::suggestion;

/// Hardware types and conductor groups that some conductor serves or served.
#[derive(Debug)]
pub(in crate::driver) struct Served {
    /// None if unknown: Ironic 39 answers users of a project with 500.
    types: Option<Vec<String>>,
    /// In lower case, as Ironic stores them; the default group is empty. None if unknown.
    groups: Option<BTreeSet<String>>,
}

impl Served {
    /// Fetches the types or the groups, or both. A failed request leaves them unknown.
    pub(in crate::driver) fn ask(client: &Client, types: bool, groups: bool) -> Self {
        let names = |drivers: Vec<Driver>| drivers.into_iter().map(|it| it.name).collect();
        let types = if types { client.drivers().ok().map(names) } else { None };
        // A conductor that is down may come back, so its group counts.
        let names =
            |all: Vec<Conductor>| all.into_iter().map(|it| it.conductor_group.to_lowercase()).collect();
        let groups = if groups { client.conductors().ok().map(names) } else { None };
        Self { types, groups }
    }

    /// The error if no conductor serves a hardware type; `quoted` is the name as the message may show it.
    pub(in crate::driver) fn no_type(&self, name: &str, quoted: &str) -> Option<String> {
        let types = self.types.as_ref().filter(|types| !types.iter().any(|it| it == name))?;
        let meant = suggestion(name, types.iter().map(String::as_str));
        let served = types.join(", ");
        Some(format!("no conductor serves the hardware type{quoted}{meant} (served: {served})"))
    }

    /// The error if no conductor serves a conductor group; `quoted` is the name as the message may show it.
    pub(in crate::driver) fn no_group(&self, name: &str, quoted: &str) -> Option<String> {
        let lower = name.to_lowercase();
        let groups = self.groups.as_ref().filter(|groups| !groups.contains(&lower))?;
        let named: Vec<&str> = groups.iter().map(String::as_str).filter(|group| !group.is_empty()).collect();
        let meant = suggestion(&lower, named.iter().copied());
        let served = match named.as_slice() {
            [] => "only the default group, which is \"\"".to_owned(),
            named if groups.contains("") => {
                format!("{} and the default group, which is \"\"", named.join(", "))
            }
            named => named.join(", "),
        };
        Some(format!("no conductor serves the conductor group{quoted}{meant} (served: {served})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(types: Option<&[&str]>, groups: Option<&[&str]>) -> Served {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        Served { types: types.map(owned), groups: groups.map(|it| owned(it).into_iter().collect()) }
    }

    #[test]
    fn errors_list_the_served_types_and_groups() {
        let served_by_two = served(Some(&["ipmi", "redfish"]), Some(&["", "rack1"]));
        assert_eq!(served_by_two.no_type("redfish", ""), None);
        assert_eq!(
            served_by_two.no_type("redfsh", " `redfsh`").as_deref(),
            Some(
                "no conductor serves the hardware type `redfsh`, did you mean `redfish`? (served: ipmi, redfish)"
            )
        );
        assert_eq!(served_by_two.no_group("Rack1", ""), None);
        assert_eq!(served_by_two.no_group("", ""), None);
        assert_eq!(
            served_by_two.no_group("rack2", " `rack2`").as_deref(),
            Some(
                "no conductor serves the conductor group `rack2`, did you mean `rack1`? (served: rack1 and the default \
                 group, which is \"\")"
            )
        );
        assert_eq!(
            served(None, Some(&[""])).no_group("east", " `east`").as_deref(),
            Some(
                "no conductor serves the conductor group `east` (served: only the default group, which is \"\")"
            )
        );
        assert_eq!(
            served(None, Some(&["east"])).no_group("", " \"\"").as_deref(),
            Some("no conductor serves the conductor group \"\" (served: east)")
        );
    }

    #[test]
    fn unknown_types_and_groups_are_accepted() {
        let unknown = served(None, None);
        assert_eq!((unknown.no_type("x", ""), unknown.no_group("x", "")), (None, None));
    }
}
