//! Compares actual with expected hardware.

use super::{Disk, Expected, HardwareDifference, InspectedHardware, NIC_MISSING, Owners};

/// How the hardware differs from what one source (the node, the file, a flavor) expects. `me` is the machine's name in `owners`.
#[must_use]
pub fn drift(
    wants: &Expected,
    has: &InspectedHardware,
    me: &str,
    owners: &Owners,
) -> Vec<HardwareDifference> {
    let mut findings = Findings { source: wants.source.label(), list: Vec::new() };
    findings.amount("memory", "memory_mb", has.memory_mb, wants.memory_mb);
    findings.amount("cpus", "cpus", has.cpus, wants.cpus);
    for (finding, field, has, wants) in [
        ("cpu-arch-changed", "cpu_arch", &has.cpu_arch, &wants.cpu_arch),
        ("serial-changed", "serial_number", &has.serial, &wants.serial),
        ("product-changed", "product_name", &has.product, &wants.product),
    ] {
        if let (Some(has), Some(wants)) = (has, wants)
            && has != wants
        {
            findings.add(finding, field, has, wants);
        }
    }
    findings.root_disk(wants, has);
    if let Some(disks) = &wants.disks {
        findings.disks(disks, &has.disks);
    }
    findings.nics(wants, has, me, owners);
    findings.list
}

struct Findings {
    source: String,
    list: Vec<HardwareDifference>,
}

impl Findings {
    fn add(
        &mut self,
        finding: &'static str,
        field: impl Into<String>,
        has: impl Into<String>,
        wants: impl Into<String>,
    ) {
        self.list.push(HardwareDifference {
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

    /// Compares the root disk: the disk that matches the root device hint, or any disk of the expected size.
    fn root_disk(&mut self, wants: &Expected, has: &InspectedHardware) {
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
        let root_size = || wants.root_gib.filter(|gib| *gib > 0).map(|gib| format!("{gib} GiB"));
        if hinted.is_empty() {
            if let Some(wanted) = hint.cloned().or_else(root_size) {
                self.add("root-disk-missing", "root_device", listed(&has.disks), wanted);
            }
            return;
        }
        let Some(gib) = wants.root_gib.filter(|gib| *gib > 0) else { return };
        if !hinted.iter().any(|disk| disk.gib == gib || disk.gib == gib + 1) {
            let disks: Vec<Disk> = hinted.into_iter().cloned().collect();
            self.add("root-disk-size", "local_gb", listed(&disks), format!("{gib} GiB"));
        }
    }

    /// Compares all disks: first those with a serial number or WWN, then the others by size.
    fn disks(&mut self, wants: &[Disk], has: &[Disk]) {
        let mut unmatched: Vec<&Disk> = has.iter().collect();
        let mut unidentified: Vec<&Disk> = Vec::new();
        for wanted in wants {
            if wanted.serial.is_none() && wanted.wwn.is_none() {
                unidentified.push(wanted);
                continue;
            }
            let is_wanted = |disk: &&Disk| {
                (wanted.serial.is_some() && disk.serial == wanted.serial)
                    || (wanted.wwn.is_some() && disk.wwn == wanted.wwn)
            };
            let field = format!("disks[{}]", wanted.label());
            match unmatched.iter().position(is_wanted) {
                Some(at) => {
                    let disk = unmatched.remove(at);
                    if disk.gib != wanted.gib {
                        self.add("disk-size", field, size(disk), size(wanted));
                    }
                }
                None => self.add("disk-missing", field, "absent", size(wanted)),
            }
        }
        for wanted in unidentified {
            match unmatched.iter().position(|disk| disk.gib == wanted.gib) {
                Some(at) => drop(unmatched.remove(at)),
                None => {
                    self.add("disk-missing", format!("disks[{}]", wanted.label()), "absent", size(wanted));
                }
            }
        }
        for disk in unmatched {
            self.add("disk-added", format!("disks[{}]", disk.label()), size(disk), "absent");
        }
    }

    fn nics(&mut self, wants: &Expected, has: &InspectedHardware, me: &str, owners: &Owners) {
        if has.nics.is_empty() {
            return;
        }
        for wanted in &wants.nics {
            let field = format!("nics[{}]", wanted.address);
            let Some(nic) = has.nics.iter().find(|nic| nic.address == wanted.address) else {
                match owners.get(&wanted.address).filter(|owner| *owner != me) {
                    Some(owner) => self.add("nic-moved", field, format!("on node {owner}"), "present"),
                    None => self.add(NIC_MISSING, field, "absent", "present"),
                }
                continue;
            };
            if let (Some(has), Some(wants)) = (&nic.switch, &wanted.switch)
                && !is_same_port(has, wants)
            {
                let label = |(switch, port): &(String, String)| format!("{port} on {switch}");
                self.add("cabling-changed", field, label(has), label(wants));
            }
        }
        if wants.all_nics {
            let is_expected = |address: &str| wants.nics.iter().any(|nic| nic.address == address);
            for nic in has.nics.iter().filter(|nic| !is_expected(&nic.address)) {
                self.add("nic-added", format!("nics[{}]", nic.address), "present", "absent");
            }
        }
    }
}

/// Compares switch IDs without separators and case, because operators write them in several forms.
fn is_same_port(a: &(String, String), b: &(String, String)) -> bool {
    let plain = |text: &str| text.to_lowercase().replace([':', '-', '.'], "");
    plain(&a.0) == plain(&b.0) && a.1.eq_ignore_ascii_case(&b.1)
}

fn size(disk: &Disk) -> String {
    format!("{} GiB", disk.gib)
}

fn listed(disks: &[Disk]) -> String {
    if disks.is_empty() {
        return "no disks".to_owned();
    }
    disks.iter().map(|disk| format!("{} ({})", disk.label(), size(disk))).collect::<Vec<_>>().join(", ")
}
