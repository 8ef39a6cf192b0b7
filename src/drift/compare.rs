//! What a machine has against what it should have.

use super::{Disk, Expected, Finding, Hardware, NIC_MISSING, Owners};

/// All that is not as one source says it should be. `me` is the machine's name among the owners of network cards.
#[must_use]
pub fn drift(wants: &Expected, has: &Hardware, me: &str, owners: &Owners) -> Vec<Finding> {
    let mut found = Findings { source: wants.source.told(), findings: Vec::new() };
    found.amount("memory", "memory_mb", has.memory_mb, wants.memory_mb);
    found.amount("cpus", "cpus", has.cpus, wants.cpus);
    for (finding, field, has, wants) in [
        ("cpu-arch-changed", "cpu_arch", &has.cpu_arch, &wants.cpu_arch),
        ("serial-changed", "serial_number", &has.serial, &wants.serial),
        ("product-changed", "product_name", &has.product, &wants.product),
    ] {
        if let (Some(has), Some(wants)) = (has, wants)
            && has != wants
        {
            found.add(finding, field, has, wants);
        }
    }
    found.root_disk(wants, has);
    if let Some(disks) = &wants.disks {
        found.disks(disks, &has.disks);
    }
    found.nics(wants, has, me, owners);
    found.findings
}

struct Findings {
    source: String,
    findings: Vec<Finding>,
}

impl Findings {
    fn add(
        &mut self,
        finding: &'static str,
        field: impl Into<String>,
        has: impl Into<String>,
        wants: impl Into<String>,
    ) {
        self.findings.push(Finding {
            finding,
            field: field.into(),
            has: has.into(),
            wants: wants.into(),
            source: self.source.clone(),
        });
    }

    fn amount(&mut self, what: &str, field: &str, has: Option<u64>, wants: Option<u64>) {
        let (Some(has), Some(wants)) = (has, wants) else { return };
        let finding = match (what, has.cmp(&wants)) {
            (_, std::cmp::Ordering::Equal) => return,
            ("memory", std::cmp::Ordering::Less) => "memory-missing",
            ("memory", _) => "memory-added",
            (_, std::cmp::Ordering::Less) => "cpus-missing",
            _ => "cpus-added",
        };
        self.add(finding, field, has.to_string(), wants.to_string());
    }

    /// The disk that is installed on: named by a hint, or else any that has the size.
    fn root_disk(&mut self, wants: &Expected, has: &Hardware) {
        if has.disks.is_empty() && !has.lists_disks {
            return;
        }
        let same = |has: &Option<String>, wants: &Option<String>| {
            wants.is_none()
                || has.as_ref().map(|has| has.to_lowercase())
                    == wants.as_ref().map(|wants| wants.to_lowercase())
        };
        let hinted: Vec<&Disk> = has
            .disks
            .iter()
            .filter(|disk| same(&disk.serial, &wants.root_serial) && same(&disk.wwn, &wants.root_wwn))
            .collect();
        let hint = wants.root_serial.as_ref().or(wants.root_wwn.as_ref());
        let size = || wants.root_gib.filter(|gib| *gib > 0).map(|gib| format!("{gib} GiB"));
        if hinted.is_empty() {
            if let Some(wanted) = hint.cloned().or_else(size) {
                self.add("root-disk-missing", "root_device", told(&has.disks), wanted);
            }
            return;
        }
        let Some(gib) = wants.root_gib.filter(|gib| *gib > 0) else { return };
        if !hinted.iter().any(|disk| disk.gib == gib || disk.gib == gib + 1) {
            let disks: Vec<Disk> = hinted.into_iter().cloned().collect();
            self.add("root-disk-size", "local_gb", told(&disks), format!("{gib} GiB"));
        }
    }

    /// Every disk: first those that are told by a number of their own, then the others by their size.
    fn disks(&mut self, wants: &[Disk], has: &[Disk]) {
        let mut rest: Vec<&Disk> = has.iter().collect();
        let mut nameless: Vec<&Disk> = Vec::new();
        for wanted in wants {
            if wanted.serial.is_none() && wanted.wwn.is_none() {
                nameless.push(wanted);
                continue;
            }
            let is_it = |disk: &&Disk| {
                (wanted.serial.is_some() && disk.serial == wanted.serial)
                    || (wanted.wwn.is_some() && disk.wwn == wanted.wwn)
            };
            let field = format!("disks[{}]", wanted.label());
            match rest.iter().position(is_it) {
                Some(at) => {
                    let disk = rest.remove(at);
                    if disk.gib != wanted.gib {
                        let gib = |disk: &Disk| format!("{} GiB", disk.gib);
                        self.add("disk-size", field, gib(disk), gib(wanted));
                    }
                }
                None => self.add("disk-missing", field, "nothing", one(wanted)),
            }
        }
        for wanted in nameless {
            match rest.iter().position(|disk| disk.gib == wanted.gib) {
                Some(at) => drop(rest.remove(at)),
                None => {
                    self.add("disk-missing", format!("disks[{}]", wanted.label()), "nothing", one(wanted));
                }
            }
        }
        for disk in rest {
            self.add("disk-added", format!("disks[{}]", disk.label()), one(disk), "nothing");
        }
    }

    fn nics(&mut self, wants: &Expected, has: &Hardware, me: &str, owners: &Owners) {
        if has.nics.is_empty() {
            return;
        }
        for wanted in &wants.nics {
            let field = format!("nics[{}]", wanted.address);
            let Some(nic) = has.nics.iter().find(|nic| nic.address == wanted.address) else {
                match owners.get(&wanted.address).filter(|owner| *owner != me) {
                    Some(owner) => self.add("nic-moved", field, format!("in {owner}"), "here"),
                    None => self.add(NIC_MISSING, field, "nothing", "here"),
                }
                continue;
            };
            if let (Some(has), Some(wants)) = (&nic.switch, &wanted.switch)
                && !is_same_port(has, wants)
            {
                let place = |(switch, port): &(String, String)| format!("{port} of {switch}");
                self.add("cabling-changed", field, place(has), place(wants));
            }
        }
        if wants.all_nics {
            let known = |address: &str| wants.nics.iter().any(|nic| nic.address == address);
            for nic in has.nics.iter().filter(|nic| !known(&nic.address)) {
                self.add("nic-added", format!("nics[{}]", nic.address), "here", "nothing");
            }
        }
    }
}

/// Operators write a switch's address with or without colons, and in either case.
fn is_same_port(a: &(String, String), b: &(String, String)) -> bool {
    let plain = |text: &str| text.to_lowercase().replace([':', '-', '.'], "");
    plain(&a.0) == plain(&b.0) && a.1.eq_ignore_ascii_case(&b.1)
}

fn one(disk: &Disk) -> String {
    format!("{} GiB", disk.gib)
}

fn told(disks: &[Disk]) -> String {
    if disks.is_empty() {
        return "no disk".to_owned();
    }
    disks.iter().map(|disk| format!("{} of {}", disk.label(), one(disk))).collect::<Vec<_>>().join(", ")
}
