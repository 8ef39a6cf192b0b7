//! A saved inventory: nodes as Ironic's API gives them, for scheduling without a server.
//!
//! `farrier node list --detail -f json` writes such a file, and so do Ironic itself (`GET /v1/nodes/detail`) and
//! `openstack baremetal node list --long -f json`. A site's file may hold a hundred thousand nodes and hundreds of
//! megabytes, so it is read in one pass, straight into host states, and what those do not need is skipped.

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::document::{InputError, InputProblem, Position, SourceLocation};
use crate::host_manager::{HostSeed, HostState, OddityKind, Pool};

/// Larger files are refused: the nodes of the largest sites, with all details, fit several times over.
const MAX_BYTES: u64 = 1 << 30;

/// A saved inventory, read.
#[derive(Debug)]
pub struct Inventory {
    /// The nodes, in the order of the file.
    pub hosts: Vec<HostState>,
    /// What the operator should know about the file as a whole.
    pub warnings: Vec<InputProblem>,
}

/// Reads a saved inventory, or standard input for `-`.
///
/// # Errors
///
/// When the file cannot be read, or is not JSON with a list of nodes. What is odd about a node does not make the
/// file unreadable: see [`HostState::warnings`].
pub fn load(path: &Path) -> Result<Inventory, InputError> {
    let is_stdin = path.as_os_str() == "-";
    let name: Arc<str> = if is_stdin { "<stdin>".into() } else { path.to_string_lossy().into() };
    let read = if is_stdin {
        read_limited(std::io::stdin().lock(), 0, MAX_BYTES)
    } else {
        File::open(path).and_then(|file| {
            let size = file.metadata().map_or(0, |metadata| metadata.len());
            read_limited(file, size, MAX_BYTES)
        })
    };
    let refuse = |message: String| InputProblem::error(SourceLocation::file(Arc::clone(&name)), message);
    let bytes = read.map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let bytes = bytes.ok_or_else(|| refuse(format!("is larger than {} MiB", MAX_BYTES >> 20)))?;
    parse(&name, &bytes)
}

/// Reads everything; none where that is more than the limit. The size is what there probably is.
fn read_limited(from: impl Read, size: u64, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    // Room for the whole file at once: growing by halves would copy hundreds of megabytes.
    bytes.reserve_exact(usize::try_from(size.min(limit)).unwrap_or(0).saturating_add(1));
    from.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= limit))
}

/// Reads a saved inventory that is in memory, under the name that messages shall give it.
///
/// # Errors
///
/// As [`load`].
pub fn parse(name: &Arc<str>, bytes: &[u8]) -> Result<Inventory, InputError> {
    let json = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let root = RootSeed.deserialize(&mut deserializer).and_then(|root| deserializer.end().map(|()| root));
    let root = root.map_err(|error| {
        let place = Position::new(error.line(), error.column());
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        InputProblem::error(SourceLocation::at(Arc::clone(name), place, String::new()), message.to_owned())
    })?;
    let mut warnings = Vec::new();
    let mut warn = |message: String| {
        let origin = SourceLocation::file(Arc::clone(name));
        warnings.push(InputProblem { location: origin, message, is_warning: true });
    };
    if root.has_next {
        warn(
            "is one page of several: it has a `next` link, and the nodes behind that are not in it"
                .to_owned(),
        );
    }
    let mut hosts = root.hosts;
    let read = hosts.len();
    let again = drop_repeated(&mut hosts);
    if again > 0 {
        warn(format!(
            "{again} of {read} nodes are listed again under the same UUID; the first of each counts"
        ));
    }
    let lacks_hardware = |host: &HostState| {
        host.oddities.iter().filter(|oddity| oddity.kind == OddityKind::Missing).count() >= 3
    };
    if !hosts.is_empty() && hosts.iter().all(lacks_hardware) {
        warn("no node in it has CPUs, RAM or disk; was it saved without `--detail`?".to_owned());
    }
    Ok(Inventory { hosts, warnings })
}

/// Leaves one of the nodes with one UUID, so that none can be chosen twice. Gives the number of those dropped.
fn drop_repeated(hosts: &mut Vec<HostState>) -> usize {
    let mut known: HashSet<&str> = HashSet::with_capacity(hosts.len());
    let kept: Vec<bool> = hosts.iter().map(|host| host.uuid.is_empty() || known.insert(&host.uuid)).collect();
    let before = hosts.len();
    let mut kept = kept.into_iter();
    hosts.retain(|_| kept.next().unwrap_or(true));
    before - hosts.len()
}

/// What the file holds.
struct Root {
    hosts: Vec<HostState>,
    has_next: bool,
}

/// Reads the file: a list of nodes, or an object that has one under `nodes`.
struct RootSeed;

impl<'de> DeserializeSeed<'de> for RootSeed {
    type Value = Root;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Root, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RootSeed {
    type Value = Root;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of nodes, or an object with a list of them under `nodes`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Root, A::Error> {
        Ok(Root { hosts: NodesSeed.visit_seq(list)?, has_next: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Root, A::Error> {
        let mut hosts = None;
        let mut has_next = false;
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "nodes" => hosts = Some(object.next_value_seed(NodesSeed)?),
                "next" => has_next = object.next_value::<Option<IgnoredAny>>()?.is_some(),
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        let hosts = hosts.ok_or_else(|| {
            A::Error::custom("expected a list of nodes, or an object with a list of them under `nodes`")
        })?;
        Ok(Root { hosts, has_next })
    }
}

/// Reads a list of nodes, with one pool for all of them.
struct NodesSeed;

impl<'de> DeserializeSeed<'de> for NodesSeed {
    type Value = Vec<HostState>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<HostState>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for NodesSeed {
    type Value = Vec<HostState>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of nodes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<HostState>, A::Error> {
        let mut pool = Pool::new();
        let mut hosts = Vec::new();
        while let Some(host) = list.next_element_seed(HostSeed(&mut pool))? {
            hosts.push(host);
        }
        Ok(hosts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Inventory {
        parse(&"nodes.json".into(), json.as_bytes()).expect("the inventory can be read")
    }

    fn refused(json: &str) -> String {
        parse(&"nodes.json".into(), json.as_bytes()).expect_err("it is refused").to_string()
    }

    fn warnings(inventory: &Inventory) -> Vec<String> {
        inventory.warnings.iter().map(ToString::to_string).collect()
    }

    const NODE: &str = r#"{"uuid": "u1", "properties": {"cpus": 8, "memory_mb": 16384, "local_gb": 100}}"#;

    #[test]
    fn a_list_and_an_object_with_nodes_are_read_alike() {
        for json in [
            format!("[{NODE}]"),
            format!(r#"{{"nodes": [{NODE}]}}"#),
            format!("\u{feff}{{\"links\": [], \"nodes\": [{NODE}], \"next\": null}}\n"),
        ] {
            let inventory = read(&json);
            assert_eq!(inventory.hosts.len(), 1, "{json}");
            assert_eq!(inventory.hosts[0].hardware.ram_mb, 16384);
            assert!(inventory.warnings.is_empty(), "{json}");
        }
        assert!(read("[]").hosts.is_empty());
    }

    #[test]
    fn what_is_no_inventory_is_refused_with_its_place() {
        assert_eq!(
            refused(r#"{"uuid": "u1"}"#),
            "nodes.json:1:14: expected a list of nodes, or an object with a list of them under `nodes`"
        );
        assert!(
            refused("[\n  {\"uuid\": \"u1\"},\n  7\n]")
                .starts_with("nodes.json:3:3: invalid type: integer `7`")
        );
        assert!(refused("[{\"uuid\": ").starts_with("nodes.json:1:10: EOF while parsing"));
        assert!(refused("[] []").contains("trailing characters"));
        assert!(refused("").starts_with("nodes.json:1:0") || refused("").starts_with("nodes.json: "));
    }

    #[test]
    fn a_page_of_several_is_warned_about() {
        let inventory =
            read(&format!(r#"{{"nodes": [{NODE}], "next": "http://ironic/v1/nodes?marker=u1"}}"#));
        assert!(warnings(&inventory)[0].starts_with("nodes.json: is one page of several"));
    }

    #[test]
    fn a_node_listed_twice_counts_once() {
        let inventory = read(&format!("[{NODE}, {NODE}, {{\"uuid\": \"u2\"}}, {{}}, {{}}]"));
        assert_eq!(inventory.hosts.iter().map(|host| &*host.uuid).collect::<Vec<_>>(), ["u1", "u2", "", ""]);
        assert!(warnings(&inventory)[0].contains("1 of 5 nodes are listed again"));
    }

    #[test]
    fn a_list_without_properties_is_warned_about() {
        let inventory = read(r#"[{"uuid": "u1", "name": "n1", "provision_state": "available"}]"#);
        assert!(warnings(&inventory)[0].contains("saved without `--detail`"));
    }

    #[test]
    fn no_more_than_the_limit_is_read() {
        let endless = || std::io::repeat(b' ');
        assert_eq!(read_limited(endless(), 0, 1000).expect("it can be read"), None);
        assert_eq!(read_limited(endless().take(1001), 1001, 1000).expect("it can be read"), None);
        let whole = read_limited(endless().take(1000), 5, 1000).expect("it can be read");
        assert_eq!(whole.map(|bytes| bytes.len()), Some(1000));
    }

    #[test]
    fn texts_longer_than_ironic_keeps_are_not_repeated() {
        let long = "x".repeat(1 << 20);
        let node = format!(
            r#"[{{"uuid": "u1", "name": "{long}", "resource_class": "{long}",
            "properties": {{"cpu_arch": "{long}", "capabilities": "{long}:1,boot_mode:{long},a:1"}}}}]"#
        );
        let host = &read(&node).hosts[0];
        assert_eq!(host.label(), "u1");
        assert_eq!((&host.resource_class, &host.raw_arch), (&None, &None));
        assert_eq!(host.stats.iter().map(|(key, _)| &**key).collect::<Vec<_>>(), ["a"]);
        let told: Vec<String> = host.warnings().map(|warning| warning.to_string()).collect();
        assert!(told.iter().any(|told| told.contains("name is invalid")), "{told:?}");
        assert!(told.iter().all(|told| told.len() < 500), "{told:?}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = load(Path::new("/nonexistent/nodes.json")).expect_err("there is none").to_string();
        assert!(error.starts_with("/nonexistent/nodes.json: cannot be read: No such file"), "{error}");
    }
}
