//! The kinds of hardware in an inventory, each with a flavor that fits it exactly.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::flavor::Flavor;
use super::host::{Hardware, HostState};

/// Machines of the same hardware, architecture and resource class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// A flavor that fits them exactly. Machines of another shape fit it only where this one has no architecture or no
    /// resource class, which a flavor cannot ask for.
    pub flavor: Flavor,
    /// The machines, as indexes.
    pub hosts: Vec<usize>,
}

/// The kinds of hardware in an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shapes {
    /// The kinds, by name.
    pub shapes: Vec<Shape>,
    /// Machines of which CPUs, RAM or disk are not known, as indexes: no exact flavor can be made for those.
    pub unknown: Vec<usize>,
}

/// What tells shapes apart: hardware, architecture as extra specs see it, resource class.
type Kind<'h> = (Hardware, Option<&'h str>, Option<&'h str>);

/// Groups the nodes by shape and proposes a flavor for each.
///
/// A flavor bears its resource class's name where the class has one shape, else the class and the sizes.
#[must_use]
pub fn shapes(hosts: &[HostState]) -> Shapes {
    let mut kinds: BTreeMap<Kind<'_>, Vec<usize>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for (at, host) in hosts.iter().enumerate() {
        let Hardware { vcpus, ram_mb, disk_mb } = host.hardware;
        if vcpus <= 0 || ram_mb <= 0 || disk_mb <= 0 {
            unknown.push(at);
            continue;
        }
        let arch = host.stats.get("cpu_arch").filter(|arch| !arch.is_empty());
        kinds.entry((host.hardware, arch, host.resource_class.as_deref())).or_default().push(at);
    }
    let mut kinds_of_class: HashMap<Option<&str>, usize> = HashMap::new();
    for (_, _, class) in kinds.keys() {
        *kinds_of_class.entry(*class).or_default() += 1;
    }
    let mut names: HashSet<String> = HashSet::new();
    let mut shapes: Vec<Shape> = kinds
        .into_iter()
        .map(|((hardware, arch, class), hosts)| {
            let name = match class {
                Some(class) if kinds_of_class[&Some(class)] == 1 => class.to_owned(),
                Some(class) => format!("{class}-{}", sizes(hardware, arch)),
                None => sizes(hardware, arch),
            };
            Shape { flavor: flavor(unique(&mut names, &name), hardware, arch, class), hosts }
        })
        .collect();
    shapes.sort_by(|left, right| left.flavor.name.cmp(&right.flavor.name));
    Shapes { shapes, unknown }
}

fn flavor(name: String, hardware: Hardware, arch: Option<&str>, class: Option<&str>) -> Flavor {
    // All that is known of these is positive.
    let size = |size: i64| u64::try_from(size).ok();
    Flavor {
        name,
        vcpus: size(hardware.vcpus),
        ram_mb: size(hardware.ram_mb),
        disk_gb: size(hardware.disk_gb()),
        ephemeral_gb: Some(0),
        swap_mb: Some(0),
        resource_class: class.map(str::to_owned),
        extra_specs: arch
            .map(|arch| ("capabilities:cpu_arch".to_owned(), format!("s== {arch}")))
            .into_iter()
            .collect(),
    }
}

/// `8c-16g-100g-x86_64`: CPUs, RAM, disk and architecture.
fn sizes(hardware: Hardware, arch: Option<&str>) -> String {
    let ram = match hardware.ram_mb {
        mb if mb % 1024 == 0 => format!("{}g", mb / 1024),
        mb => format!("{mb}m"),
    };
    let arch = arch.map(|arch| format!("-{arch}")).unwrap_or_default();
    format!("{}c-{ram}-{}g{arch}", hardware.vcpus, hardware.disk_gb())
}

/// The name, or with a number behind it where another shape has it: a class may be called as another's sizes are.
fn unique(names: &mut HashSet<String>, name: &str) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while !names.insert(free.clone()) {
        free = format!("{name}-{number}");
        number += 1;
    }
    free
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host_manager::{FilterName, Matcher, Request, View, filters::Circumstances};

    fn host(cpus: i64, ram_mb: i64, arch: &str, class: &str) -> HostState {
        let json = serde_json::json!({
            "properties": {"cpus": cpus, "memory_mb": ram_mb, "local_gb": 100, "cpu_arch": arch},
            "resource_class": class,
        });
        serde_json::from_value(json).expect("the node can be read")
    }

    fn names(hosts: &[HostState]) -> Vec<String> {
        shapes(hosts).shapes.into_iter().map(|shape| shape.flavor.name).collect()
    }

    #[test]
    fn a_class_of_one_shape_gives_its_name() {
        let hosts =
            [host(8, 16384, "x86_64", "small"), host(8, 16384, "x86_64", "small"), host(8, 16384, "", "")];
        assert_eq!(names(&hosts), ["8c-16g-100g", "small"]);
        let hosts = [host(8, 16384, "x86_64", "bm"), host(8, 16000, "x86_64", "bm")];
        assert_eq!(names(&hosts), ["bm-8c-16000m-100g-x86_64", "bm-8c-16g-100g-x86_64"]);
        let hosts = [host(8, 16384, "", ""), host(9, 16384, "", "8c-16g-100g")];
        assert_eq!(names(&hosts), ["8c-16g-100g", "8c-16g-100g-2"]);
    }

    #[test]
    fn machines_of_unknown_hardware_are_set_apart() {
        let found = shapes(&[host(0, 16384, "x86_64", "bm"), host(8, 0, "x86_64", "bm")]);
        assert_eq!((found.shapes.len(), found.unknown), (0, vec![0, 1]));
    }

    fn any_hosts() -> impl Strategy<Value = Vec<HostState>> {
        let arch = prop::sample::select(vec!["", "x86_64", "aarch64"]);
        let class = prop::sample::select(vec!["", "small", "large"]);
        let host = (1_i64..4, 1_i64..4, arch, class)
            .prop_map(|(cpus, ram, arch, class)| host(cpus, ram, arch, class));
        prop::collection::vec(host, 0..20)
    }

    proptest! {
        #[test]
        fn each_flavor_fits_exactly_its_own_shape(hosts in any_hosts()) {
            let found = shapes(&hosts);
            let grouped: usize = found.shapes.iter().map(|shape| shape.hosts.len()).sum();
            prop_assert_eq!(grouped, hosts.len());
            let circumstances = Circumstances::default();
            for shape in &found.shapes {
                let request = Request::from(&shape.flavor).exact();
                let matcher = Matcher::new(&request, &circumstances).expect("the flavor can be meant");
                // A shape without class or architecture asks for neither, so others may fit it too.
                let is_whole = shape.flavor.resource_class.is_some() && !shape.flavor.extra_specs.is_empty();
                for (at, host) in hosts.iter().enumerate() {
                    let fits = FilterName::EXACT
                        .into_iter()
                        .filter(|filter| *filter != FilterName::Compute)
                        .all(|filter| matcher.check(filter, host, View::Hardware).is_none());
                    let belongs = shape.hosts.contains(&at);
                    prop_assert!(fits || !belongs);
                    prop_assert!(!fits || belongs || !is_whole);
                }
            }
        }
    }
}
