//! The kinds of objects that a name can mean, and their names in messages.

use std::fmt;

use crate::cloud::neutron::ResourceKind;

/// What a name was expected to mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// An instance, or a node that has no instance.
    InstanceOrNode,
    /// An instance.
    Instance,
    /// A node.
    Node,
    /// A reservation.
    Reservation,
    /// A flavor.
    Flavor,
    /// A runbook.
    Runbook,
    /// A VIF: a port of Neutron that is attached to a node.
    Vif,
    /// An object in Neutron.
    Neutron(ResourceKind),
}

impl ObjectKind {
    /// The message if there is no such object.
    #[must_use]
    pub fn not_found(self, name: &str) -> String {
        format!("no {self} is named `{name}`")
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InstanceOrNode => "instance or node",
            Self::Instance => "instance",
            Self::Node => "node",
            Self::Reservation => "reservation",
            Self::Flavor => "flavor",
            Self::Runbook => "runbook",
            Self::Vif => "VIF",
            Self::Neutron(kind) => return kind.fmt(f),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_name_that_users_know() {
        let cases = [
            (ObjectKind::InstanceOrNode, "instance or node"),
            (ObjectKind::Instance, "instance"),
            (ObjectKind::Node, "node"),
            (ObjectKind::Reservation, "reservation"),
            (ObjectKind::Flavor, "flavor"),
            (ObjectKind::Runbook, "runbook"),
            (ObjectKind::Vif, "VIF"),
            (ObjectKind::Neutron(ResourceKind::Network), "network"),
            (ObjectKind::Neutron(ResourceKind::Subnet), "subnet"),
            (ObjectKind::Neutron(ResourceKind::SecurityGroup), "security group"),
            (ObjectKind::Neutron(ResourceKind::Port), "port"),
        ];
        for (kind, name) in cases {
            assert_eq!(kind.not_found("x"), format!("no {name} is named `x`"));
        }
    }
}
