//! Checks the security of BMC access, from the data that Ironic has about its nodes.
//!
//! This module does no I/O: it never contacts a BMC, and the caller passes in the data from Ironic, Neutron and this
//! computer. [`rules`] defines the rules, each with its severity, source, remedy and check; [`audit`] applies them.
//! Evidence never contains a secret.
//!
//! # To add a rule
//!
//! Add a block to the table in `rules.rs`, at the place of its severity. Its check returns the evidence of each
//! violation; if it is longer than a few lines, write it as a function in `evidence.rs`. Add a case to `tests.rs`, and
//! accept the snapshot of the rules.

mod evidence;
mod input;
pub mod routes;
pub mod rules;
pub mod sarif;

use serde::Serialize;

pub use input::{AddressRange, AuditContext, AuditedNode};
use rules::Check;
pub use rules::{Rule, Severity};

/// A violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AuditFinding {
    /// The rule.
    #[serde(flatten)]
    pub rule: &'static Rule,
    /// The node; `None` if the finding is about the whole cloud.
    pub node: Option<AffectedNode>,
    /// The values that violate the rule, without secrets.
    pub evidence: String,
}

/// The node that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AffectedNode {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: Option<String>,
}

impl AffectedNode {
    /// The name, or the UUID of a node without a name.
    fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }
}

/// Applies every rule. Returns the findings by severity, the worst first, then by rule and node.
#[must_use]
pub fn audit(machines: &[AuditedNode], audit_context: &AuditContext) -> Vec<AuditFinding> {
    let mut findings: Vec<AuditFinding> =
        rules::ALL.iter().flat_map(|rule| violations(rule, machines, audit_context)).collect();
    findings.sort_by(|a, b| {
        let label = |finding: &AuditFinding| finding.node.as_ref().map(|node| node.label().to_owned());
        (b.rule.severity, a.rule.id, label(a)).cmp(&(a.rule.severity, b.rule.id, label(b)))
    });
    findings
}

/// Applies one rule.
fn violations(rule: &'static Rule, machines: &[AuditedNode], context: &AuditContext) -> Vec<AuditFinding> {
    let finding = |machine: Option<&AuditedNode>, evidence| {
        let node =
            machine.map(|machine| AffectedNode { uuid: machine.uuid.clone(), name: machine.name.clone() });
        AuditFinding { rule, node, evidence }
    };
    let for_each = |applies: fn(&AuditedNode) -> bool, check: &dyn Fn(&AuditedNode) -> Vec<String>| {
        let visible = machines.iter().filter(|machine| !machine.is_hidden() && applies(machine));
        visible
            .flat_map(|machine| {
                check(machine).into_iter().map(move |evidence| finding(Some(machine), evidence))
            })
            .collect()
    };
    match rule.check {
        Check::Cloud(check) => check(context).map(|evidence| finding(None, evidence)).into_iter().collect(),
        Check::Node(check) => for_each(|_| true, &|machine| check(machine, context)),
        Check::Ipmi(check) => {
            for_each(AuditedNode::uses_ipmi, &|machine| check(machine, context).into_iter().collect())
        }
        Check::Redfish(check) => {
            for_each(AuditedNode::uses_redfish, &|machine| check(machine).into_iter().collect())
        }
        Check::AllNodes(check) => {
            check(machines).into_iter().map(|(machine, evidence)| finding(machine, evidence)).collect()
        }
    }
}

#[cfg(test)]
mod tests;
