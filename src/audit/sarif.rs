//! Findings in SARIF 2.1.0 (OASIS), the format of code hosts and security scanners.

use serde_json::{Value, json};

use super::{AffectedNode, AuditFinding, Rule, Severity, rules};

/// The SARIF level of a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "none",
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "error",
    }
}

/// A severity on the CVSS scale, which code hosts sort findings by.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "0.0",
        Severity::Low => "3.0",
        Severity::Medium => "5.5",
        Severity::High => "8.0",
        Severity::Critical => "9.5",
    }
}

/// The SARIF log of one audit. Each finding comes with the name of its cloud.
#[must_use]
pub fn log<'a>(findings: impl IntoIterator<Item = (Option<&'a str>, &'a AuditFinding)>) -> Value {
    let results = findings.into_iter().map(|(cloud, finding)| {
        let AuditFinding { rule, node, evidence } = finding;
        let label = node.as_ref().map(AffectedNode::label);
        let prefix = label.map_or_else(String::new, |label| format!("node {label}: "));
        // The fingerprint identifies a finding by rule and location, so that it survives a change of the evidence.
        let location = match (cloud, node) {
            (cloud, Some(node)) => format!("{}/nodes/{}", cloud.unwrap_or_default(), node.uuid),
            (cloud, None) => cloud.unwrap_or_default().to_owned(),
        };
        json!({
            "ruleId": rule.id,
            "level": level(rule.severity),
            "message": {"text": format!("{prefix}{}: {evidence}. {}.", rule.title, capitalized(rule.remedy))},
            "locations": [{"logicalLocations": [{
                "name": label.or(cloud).unwrap_or("Ironic"), "fullyQualifiedName": location, "kind": "resource",
            }]}],
            "partialFingerprints": {"finding/v1": format!("{}:{location}", rule.id)},
        })
    });
    let description = |rule: &Rule| {
        json!({
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "help": {"text": format!("{}. {}", capitalized(rule.remedy), rule.source)},
            "defaultConfiguration": {"level": level(rule.severity)},
            "properties": {"security-severity": score(rule.severity), "tags": ["security"]},
        })
    };
    let results: Vec<Value> = results.collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "farrier audit",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules::ALL.iter().map(description).collect::<Vec<_>>(),
            }},
            "results": results,
        }],
    })
}

/// The text with a capital letter at its beginning.
fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + characters.as_str()
}
