//! Corrects names of hardware types: classic drivers, and names from other tools.

/// The hardware types that replaced the classic drivers, by the suffix of the driver's name (Ironic before 11:
/// `pxe_ipmitool`, `agent_ilo` and others).
const CLASSIC_SUFFIXES: [(&str, &str); 9] = [
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

/// Current hardware types.
const CURRENT: [&str; 9] =
    ["fake-hardware", "idrac", "ilo", "ilo5", "ipmi", "irmc", "manual-management", "redfish", "snmp"];

/// Prefixes of the names of classic drivers.
const CLASSIC_PREFIXES: [&str; 4] = ["pxe_", "agent_", "iscsi_", "fake_"];

/// Other wrong names, with their replacements.
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

/// The hardware type that replaced a classic driver.
pub(super) fn successor(name: &str) -> Option<&'static str> {
    CLASSIC_SUFFIXES.iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, successor)| *successor)
}

/// Whether a name is one of Ironic's own hardware types.
pub(super) fn is_known(name: &str) -> bool {
    CURRENT.contains(&name)
}

/// A message with the correct name, if `name` is known not to be a hardware type.
#[must_use]
pub fn correction(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, replacement)) = OTHERS.iter().find(|(other, _)| *other == lower) {
        return Some(format!("`{lower}` is not a hardware type: use {replacement}"));
    }
    if lower != name && CURRENT.contains(&&*lower) {
        return Some(format!("hardware types are in lower case: use `{lower}`"));
    }
    if !CLASSIC_PREFIXES.iter().any(|prefix| lower.starts_with(prefix)) {
        return None;
    }
    Some(match successor(&lower) {
        Some(successor) => format!("Ironic 11 replaced `{lower}` with `{successor}`: use `{successor}`"),
        None if lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
            format!("Ironic 11 removed `{lower}`: use a hardware type such as `ipmi` or `redfish`")
        }
        None => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_names_are_corrected() {
        for (wrong, expected) in [
            ("pxe_ipmitool", "`ipmi`"),
            ("agent_ilo", "`ilo`"),
            ("PXE_DRAC", "`idrac`"),
            ("agent_ipmitool_socat", "`ipmi`"),
            ("fake", "`fake-hardware`"),
            ("redfish-virtualmedia", "`boot_interface: redfish-virtual-media`"),
            ("pxe_ssh", "Ironic 11 removed `pxe_ssh`"),
            ("agent_redfish", "`redfish`"),
            ("Redfish", "use `redfish`"),
            ("IPMI", "use `ipmi`"),
            ("ilo4", "`ilo`"),
        ] {
            assert!(correction(wrong).is_some_and(|message| message.contains(expected)), "{wrong}");
        }
        for name in ["ipmi", "redfish", "idrac", "ilo5", "fake-hardware", "manual-management", "acme_ilo"] {
            assert_eq!(correction(name), None, "{name}");
        }
    }
}
