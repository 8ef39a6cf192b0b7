//! Reads a file of nodes saved from Ironic's API, for scheduling without a connection to Ironic.
//!
//! The file comes from `farrier node list --detail -f json`, from Ironic itself (`GET /v1/nodes/detail`) or from
//! `openstack baremetal node list --long -f json`. It may contain a hundred thousand nodes in hundreds of megabytes, so it is
//! read in one pass directly into host states, and the fields that they do not use are skipped.

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::document::{InputError, InputProblem, Position, SourceLocation, without_errno};
use crate::host_manager::{HostSeed, HostState, OddityKind, Pool};

/// The maximum size of a file. All details of the largest sites' nodes take a fraction of it.
const MAX_BYTES: u64 = 1 << 30;

/// The nodes read from a file.
#[derive(Debug)]
pub struct SavedNodes {
    /// The nodes, in the order of the file.
    pub hosts: Vec<HostState>,
    /// Warnings about the file as a whole.
    pub warnings: Vec<InputProblem>,
}

/// Reads a file of saved nodes, or standard input for `-`.
///
/// # Errors
///
/// The file cannot be read, or is not JSON with a list of nodes. Oddities of single nodes are not errors: see
/// [`HostState::warnings`].
pub fn load(path: &Path) -> Result<SavedNodes, InputError> {
    let is_stdin = path.as_os_str() == "-";
    let name: Arc<str> = if is_stdin { "<stdin>".into() } else { path.to_string_lossy().into() };
    let bytes = if is_stdin {
        read_limited(std::io::stdin().lock(), 0, MAX_BYTES)
    } else {
        File::open(path).and_then(|file| {
            let size = file.metadata().map_or(0, |metadata| metadata.len());
            read_limited(file, size, MAX_BYTES)
        })
    };
    let error = |message: String| InputProblem::error(SourceLocation::file(Arc::clone(&name)), message);
    let bytes = bytes.map_err(|cause| error(format!("cannot be read: {}", without_errno(&cause))))?;
    let bytes = bytes.ok_or_else(|| error(format!("is larger than {} MiB", MAX_BYTES >> 20)))?;
    parse(&name, &bytes)
}

/// Reads everything, or returns `None` if there are more than `limit` bytes. `size` is the expected number of bytes.
fn read_limited(reader: impl Read, size: u64, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    // Allocates the whole size at once: growing step by step would copy hundreds of megabytes.
    bytes.reserve_exact(usize::try_from(size.min(limit)).unwrap_or(0).saturating_add(1));
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= limit))
}

/// Reads saved nodes from memory. `name` is the file's name in messages.
///
/// # Errors
///
/// The same as for [`load`].
pub fn parse(name: &Arc<str>, bytes: &[u8]) -> Result<SavedNodes, InputError> {
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
        warn("incomplete: it has a `next` link, so it is only one page of the list".to_owned());
    }
    let mut hosts = root.hosts;
    let total = hosts.len();
    let duplicates = drop_duplicates(&mut hosts);
    if duplicates > 0 {
        warn(format!(
            "{duplicates} of {total} nodes ignored: their UUIDs are already in the list (the first one is used)"
        ));
    }
    let lacks_hardware = |host: &HostState| {
        host.oddities.iter().filter(|oddity| oddity.kind == OddityKind::Missing).count() >= 3
    };
    if !hosts.is_empty() && hosts.iter().all(lacks_hardware) {
        warn("no node has CPUs, RAM or disk (was it saved without `--detail`?)".to_owned());
    }
    Ok(SavedNodes { hosts, warnings })
}

/// Removes repeated UUIDs, so that no node can be chosen twice, and returns the number of removed nodes.
fn drop_duplicates(hosts: &mut Vec<HostState>) -> usize {
    let mut uuids: HashSet<&str> = HashSet::with_capacity(hosts.len());
    let is_first: Vec<bool> =
        hosts.iter().map(|host| host.uuid.is_empty() || uuids.insert(&host.uuid)).collect();
    let before = hosts.len();
    let mut is_first = is_first.into_iter();
    hosts.retain(|_| is_first.next().unwrap_or(true));
    before - hosts.len()
}

/// The contents of the file.
struct Root {
    hosts: Vec<HostState>,
    has_next: bool,
}

/// Reads the file: a list of nodes, or an object with a list under `nodes`.
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
        f.write_str("a list of nodes, or an object with a list under `nodes`")
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
            A::Error::custom("expected a list of nodes, or an object with a list under `nodes`")
        })?;
        Ok(Root { hosts, has_next })
    }
}

/// Reads a list of nodes. All share one [`Pool`].
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

    fn read(json: &str) -> SavedNodes {
        parse(&"nodes.json".into(), json.as_bytes()).expect("a valid file")
    }

    fn refused(json: &str) -> String {
        parse(&"nodes.json".into(), json.as_bytes()).expect_err("it is refused").to_string()
    }

    fn warnings(saved: &SavedNodes) -> Vec<String> {
        saved.warnings.iter().map(ToString::to_string).collect()
    }

    const NODE: &str = r#"{"uuid": "u1", "properties": {"cpus": 8, "memory_mb": 16384, "local_gb": 100}}"#;

    #[test]
    fn a_list_and_an_object_with_nodes_are_read_alike() {
        for json in [
            format!("[{NODE}]"),
            format!(r#"{{"nodes": [{NODE}]}}"#),
            format!("\u{feff}{{\"links\": [], \"nodes\": [{NODE}], \"next\": null}}\n"),
        ] {
            let saved = read(&json);
            assert_eq!(saved.hosts.len(), 1, "{json}");
            assert_eq!(saved.hosts[0].hardware.ram_mb, 16384);
            assert!(saved.warnings.is_empty(), "{json}");
        }
        assert!(read("[]").hosts.is_empty());
    }

    #[test]
    fn other_files_are_refused_with_a_place() {
        assert_eq!(
            refused(r#"{"uuid": "u1"}"#),
            "nodes.json:1:14: expected a list of nodes, or an object with a list under `nodes`"
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
    fn a_file_with_only_one_page_is_warned_about() {
        let saved = read(&format!(r#"{{"nodes": [{NODE}], "next": "http://ironic/v1/nodes?marker=u1"}}"#));
        assert!(warnings(&saved)[0].starts_with("nodes.json: incomplete: it has a `next` link"));
    }

    #[test]
    fn a_node_listed_twice_counts_once() {
        let saved = read(&format!("[{NODE}, {NODE}, {{\"uuid\": \"u2\"}}, {{}}, {{}}]"));
        assert_eq!(saved.hosts.iter().map(|host| &*host.uuid).collect::<Vec<_>>(), ["u1", "u2", "", ""]);
        assert!(warnings(&saved)[0].contains("1 of 5 nodes ignored"));
    }

    #[test]
    fn a_list_without_properties_is_warned_about() {
        let saved = read(r#"[{"uuid": "u1", "name": "n1", "provision_state": "available"}]"#);
        assert!(warnings(&saved)[0].contains("saved without `--detail`"));
    }

    #[test]
    fn a_file_above_the_limit_is_refused() {
        let endless = || std::io::repeat(b' ');
        assert_eq!(read_limited(endless(), 0, 1000).expect("it can be read"), None);
        assert_eq!(read_limited(endless().take(1001), 1001, 1000).expect("it can be read"), None);
        let whole = read_limited(endless().take(1000), 5, 1000).expect("it can be read");
        assert_eq!(whole.map(|bytes| bytes.len()), Some(1000));
    }

    #[test]
    fn texts_that_are_too_long_for_ironic_are_not_printed() {
        let long = "x".repeat(1 << 20);
        let node = format!(
            r#"[{{"uuid": "u1", "name": "{long}", "resource_class": "{long}",
            "properties": {{"cpu_arch": "{long}", "capabilities": "{long}:1,boot_mode:{long},a:1"}}}}]"#
        );
        let host = &read(&node).hosts[0];
        assert_eq!(host.label(), "u1");
        assert_eq!((&host.resource_class, &host.raw_arch), (&None, &None));
        assert_eq!(host.stats.iter().map(|(key, _)| &**key).collect::<Vec<_>>(), ["a"]);
        let warnings: Vec<String> = host.warnings().map(|warning| warning.to_string()).collect();
        assert!(warnings.iter().any(|warning| warning.contains("name is invalid")), "{warnings:?}");
        assert!(warnings.iter().all(|warning| warning.len() < 500), "{warnings:?}");
    }

    #[test]
    fn the_error_names_a_missing_file() {
        let error = load(Path::new("/nonexistent/nodes.json")).expect_err("it is missing").to_string();
        assert!(error.starts_with("/nonexistent/nodes.json: cannot be read: no such file"), "{error}");
    }
}
