//! Groups the nodes of an inventory by hardware, and derives an exact flavor for each group.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::flavor::Flavor;
use super::host::{Hardware, HostState};

/// Machines with the same hardware, architecture and resource class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// A flavor that fits them exactly. It fits no other shape, unless this one has no architecture or no resource
    /// class, because a flavor cannot request that a value is missing.
    pub flavor: Flavor,
    /// The indexes of the machines.
    pub hosts: Vec<usize>,
}

/// The shapes of an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shapes {
    /// The shapes, sorted by name.
    pub shapes: Vec<Shape>,
    /// The indexes of machines with unknown CPUs, RAM or disk, which cannot have an exact flavor.
    pub unknown: Vec<usize>,
}

/// The key of a shape: hardware, architecture (as extra specs see it) and resource class.
type ShapeKey<'h> = (Hardware, Option<&'h str>, Option<&'h str>);

/// Groups the nodes by shape and derives a flavor for each.
///
/// A flavor is named after its resource class if the class has one shape, otherwise after the class and the sizes.
#[must_use]
pub fn shapes(hosts: &[HostState]) -> Shapes {
    let mut groups: BTreeMap<ShapeKey<'_>, Vec<usize>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for (at, host) in hosts.iter().enumerate() {
        let Hardware { vcpus, ram_mb, disk_mb } = host.hardware;
        if vcpus <= 0 || ram_mb <= 0 || disk_mb <= 0 {
            unknown.push(at);
            continue;
        }
        let arch = host.stats.get("cpu_arch").filter(|arch| !arch.is_empty());
        groups.entry((host.hardware, arch, host.resource_class.as_deref())).or_default().push(at);
    }
    let mut shapes_of_class: HashMap<Option<&str>, usize> = HashMap::new();
    for (_, _, class) in groups.keys() {
        *shapes_of_class.entry(*class).or_default() += 1;
    }
    let mut names: HashSet<String> = HashSet::new();
    let mut shapes: Vec<Shape> = groups
        .into_iter()
        .map(|((hardware, arch, class), hosts)| {
            let name = match class {
                Some(class) if shapes_of_class[&Some(class)] == 1 => class.to_owned(),
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
    // Unknown and negative sizes were removed before.
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

/// The name, with a number appended if another shape has it: a class name can equal the sizes of another shape.
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
    use crate::host_manager::{FilterName, Matcher, Request, ResourceView, filters::MatchContext};

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
    fn a_flavor_is_named_after_a_class_with_one_shape() {
        let hosts =
            [host(8, 16384, "x86_64", "small"), host(8, 16384, "x86_64", "small"), host(8, 16384, "", "")];
        assert_eq!(names(&hosts), ["8c-16g-100g", "small"]);
        let hosts = [host(8, 16384, "x86_64", "bm"), host(8, 16000, "x86_64", "bm")];
        assert_eq!(names(&hosts), ["bm-8c-16000m-100g-x86_64", "bm-8c-16g-100g-x86_64"]);
        let hosts = [host(8, 16384, "", ""), host(9, 16384, "", "8c-16g-100g")];
        assert_eq!(names(&hosts), ["8c-16g-100g", "8c-16g-100g-2"]);
    }

    #[test]
    fn machines_of_unknown_hardware_have_no_shape() {
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
            let circumstances = MatchContext::default();
            for shape in &found.shapes {
                let request = Request::from(&shape.flavor).exact();
                let matcher = Matcher::new(&request, &circumstances).expect("the flavor is valid");
                // The flavor of a shape without class or architecture does not filter on it, so other machines may fit.
                let is_complete = shape.flavor.resource_class.is_some() && !shape.flavor.extra_specs.is_empty();
                for (at, host) in hosts.iter().enumerate() {
                    let fits = FilterName::exact()
                        .into_iter()
                        .filter(|filter| *filter != FilterName::Compute)
                        .all(|filter| !matcher.refuses(filter, host, ResourceView::Hardware));
                    let belongs = shape.hosts.contains(&at);
                    prop_assert!(fits || !belongs);
                    prop_assert!(!fits || belongs || !is_complete);
                }
            }
        }
    }
}
