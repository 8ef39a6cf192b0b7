//! Which of the known dialects a file is written in.

use super::document::{Content, Value};

/// A dialect of inventory files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `openstack baremetal create`: `nodes` and `chassis` with Ironic's own fields.
    BaremetalCreate,
    /// Bifrost: a mapping of host names.
    Bifrost,
    /// TripleO's `instackenv.json`: nodes with `pm_type` and `pm_addr`.
    Tripleo,
    /// Metal3: `BareMetalHost` resources of Kubernetes, and their `Secret`s.
    Metal3,
}

/// Recognises the dialect of a file's documents.
///
/// # Errors
/// Why no dialect fits.
pub fn detect<'v>(roots: impl IntoIterator<Item = &'v Value>) -> Result<Format, &'static str> {
    let mut first = None;
    for root in roots {
        // Secrets may come in a file of their own.
        if root.get("apiVersion").is_some() && root.get("kind").is_some() {
            return Ok(Format::Metal3);
        }
        first = first.or(Some(root));
    }
    let Some(root) = first else { return Err("is empty") };
    match &root.content {
        Content::List(items) => detect_list(items),
        Content::Mapping(_) => detect_mapping(root),
        Content::Scalar(_) => Err("is neither a mapping nor a list"),
    }
}

fn detect_list(items: &[Value]) -> Result<Format, &'static str> {
    if items.iter().any(is_tripleo) {
        return Ok(Format::Tripleo);
    }
    if items.iter().any(|item| item.get("count").is_some() && item.get("name").is_some()) {
        return Err(DEPLOYMENT);
    }
    Err("is a list; machines are listed under the key `nodes`")
}

const DEPLOYMENT: &str = "describes instances to deploy, not machines to enrol";

fn detect_mapping(root: &Value) -> Result<Format, &'static str> {
    let has = |key: &str| root.get(key).is_some();
    if has("metalsmith_instances") || has("instances") {
        return Err(DEPLOYMENT);
    }
    if has("nodes") || has("chassis") {
        let nodes = root.get("nodes").map_or(&[][..], Value::items);
        return Ok(if nodes.iter().any(is_tripleo) { Format::Tripleo } else { Format::BaremetalCreate });
    }
    if root.entries().iter().any(|host| host.value.get("driver").or(host.value.get("nics")).is_some()) {
        return Ok(Format::Bifrost);
    }
    if has("driver") {
        return Err("is a single node; write it into the list under the key `nodes`");
    }
    if has("flavors") {
        return Err("describes flavors, not machines");
    }
    Err("has neither the key `nodes` nor `chassis`, nor the form of any other inventory that is known")
}

fn is_tripleo(node: &Value) -> bool {
    node.get("pm_type").is_some() || node.get("pm_addr").is_some()
}

/// Whether a text that is no YAML mapping or list looks like a table: every line has the same number of
/// commas, and at least two.
#[must_use]
pub fn looks_like_csv(text: &str) -> bool {
    let mut commas =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.matches(',').count());
    match commas.next() {
        Some(first) => {
            first >= 2 && !text.trim_start().starts_with(['{', '[']) && commas.all(|count| count == first)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::{Document, Report, Source};
    use super::*;

    fn detected(text: &str) -> Result<Format, &'static str> {
        let document = Document::parse(Source::from_text("f", text)).expect("is YAML");
        let report = Report::default();
        detect(document.roots(&report).map(|root| root.value()))
    }

    #[test]
    fn every_dialect_is_recognised() {
        let cases = [
            ("nodes: [{driver: ipmi}]", Format::BaremetalCreate),
            ("{\"chassis\": []}", Format::BaremetalCreate),
            ("nodes: [{pm_type: ipmi, pm_addr: 10.0.0.1}]", Format::Tripleo),
            ("[{\"pm_type\": \"ipmi\"}]", Format::Tripleo),
            ("edge-07: {driver: ipmi, nics: [{mac: '5a:00:00:00:07:01'}]}", Format::Bifrost),
            ("kind: Secret\n---\napiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\n", Format::Metal3),
            ("{apiVersion: v1, kind: Secret}", Format::Metal3),
        ];
        for (text, format) in cases {
            assert_eq!(detected(text), Ok(format), "{text}");
        }
    }

    #[test]
    fn what_is_no_inventory_is_told_what_it_is() {
        let cases = [
            ("", "is empty"),
            ("just words", "is neither a mapping nor a list"),
            ("metalsmith_instances: []", DEPLOYMENT),
            ("[{name: Compute, count: 3}]", DEPLOYMENT),
            ("driver: ipmi", "is a single node; write it into the list under the key `nodes`"),
            ("flavors: {}", "describes flavors, not machines"),
        ];
        for (text, why) in cases {
            assert_eq!(detected(text), Err(why), "{text}");
        }
        assert!(detected("a: 1").is_err());
    }

    #[test]
    fn tables_are_told_from_prose() {
        assert!(looks_like_csv("5a:00:00:00:07:01,op,x,10.9.0.7\n5a:00:00:00:07:02,op,x,10.9.0.8\n\n"));
        for text in ["", "a,b\nc,d\n", "a,b,c\nd,e\n", "{\"a\": 1, \"b\": 2, \"c\": 3}"] {
            assert!(!looks_like_csv(text), "{text}");
        }
    }
}
