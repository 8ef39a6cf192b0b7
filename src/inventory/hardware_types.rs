//! Names that hardware types had, or have in other tools.

/// What took the place of Ironic's old drivers, by how these end (Ironic before 11 called them `pxe_ipmitool`,
/// `agent_ilo` and the like).
const OLD_ENDS: [(&str, &str); 9] = [
    ("_redfish", "redfish"),
    ("_ipmitool", "ipmi"),
    ("_ipmitool_socat", "ipmi"),
    ("_ipminative", "ipmi"),
    ("_drac", "idrac"),
    ("_drac_inspector", "idrac"),
    ("_ilo", "ilo"),
    ("_irmc", "irmc"),
    ("_snmp", "snmp"),
];

/// Hardware types of today.
const PRESENT: [&str; 9] =
    ["fake-hardware", "idrac", "ilo", "ilo5", "ipmi", "irmc", "manual-management", "redfish", "snmp"];

/// What the names of old drivers began with.
const OLD_BEGINNINGS: [&str; 4] = ["pxe_", "agent_", "iscsi_", "fake_"];

/// Other names, with what to write instead.
const OTHERS: [(&str, &str); 14] = [
    ("ilo4", "`ilo`"),
    ("idrac-wsman", "`idrac`"),
    ("idrac_redfish", "`idrac`"),
    ("fake", "`fake-hardware`"),
    ("ipmitool", "`ipmi`"),
    ("drac", "`idrac`"),
    ("libvirt", "`ipmi`"),
    ("redfish-virtualmedia", "`redfish` with `boot_interface: redfish-virtual-media`"),
    ("redfish-virtual-media", "`redfish` with `boot_interface: redfish-virtual-media`"),
    ("redfish-uefihttp", "`redfish` with `boot_interface: redfish-https`"),
    ("idrac-redfish", "`idrac`"),
    ("idrac-virtualmedia", "`idrac` with `boot_interface: idrac-redfish-virtual-media`"),
    ("ilo5-redfish", "`redfish`"),
    ("ilo5-virtualmedia", "`redfish` with `boot_interface: redfish-virtual-media`"),
];

/// The hardware type that took the place of an old driver.
pub(super) fn successor(name: &str) -> Option<&'static str> {
    OLD_ENDS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, now)| *now)
}

/// Whether a name is one of Ironic's own hardware types.
pub(super) fn is_present(name: &str) -> bool {
    PRESENT.contains(&name)
}

/// What to write in place of a name that is no hardware type.
#[must_use]
pub fn meant(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, meant)) = OTHERS.iter().find(|(other, _)| *other == lower) {
        return Some(format!("`{lower}` is no hardware type, write {meant}"));
    }
    if lower != name && PRESENT.contains(&&*lower) {
        return Some(format!("hardware types are in lower case, write `{lower}`"));
    }
    if !OLD_BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning)) {
        return None;
    }
    Some(match successor(&lower) {
        Some(now) => format!("`{lower}` is `{now}` since Ironic 11"),
        None if lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
            format!("`{lower}` is gone since Ironic 11, write a hardware type: `ipmi`, `redfish`, …")
        }
        None => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_lead_to_the_present_ones() {
        for (old, now) in [
            ("pxe_ipmitool", "`ipmi`"),
            ("agent_ilo", "`ilo`"),
            ("PXE_DRAC", "`idrac`"),
            ("agent_ipmitool_socat", "`ipmi`"),
            ("fake", "`fake-hardware`"),
            ("redfish-virtualmedia", "`boot_interface: redfish-virtual-media`"),
            ("pxe_ssh", "`pxe_ssh` is gone"),
            ("agent_redfish", "`redfish`"),
            ("Redfish", "write `redfish`"),
            ("IPMI", "write `ipmi`"),
            ("ilo4", "`ilo`"),
        ] {
            assert!(meant(old).is_some_and(|advice| advice.contains(now)), "{old}");
        }
        for name in ["ipmi", "redfish", "idrac", "ilo5", "fake-hardware", "manual-management", "acme_ilo"] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}
