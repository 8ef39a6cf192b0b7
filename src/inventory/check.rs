//! Ironic's rules for single values, so that a wrong one is named before anything is sent.

use uuid::Uuid;

use super::document::Objection;

/// Words that Ironic keeps for itself, because they stand where a node's name stands in a URL.
const RESERVED_NAMES: [&str; 6] =
    ["maintenance", "management", "states", "vendor_passthru", "detail", "validate"];

/// The spaces in which standard traits live (the os-traits library).
const STANDARD_TRAITS: [&str; 5] = ["COMPUTE_", "HW_", "MISC_", "OWNER_", "STORAGE_"];

/// A MAC address in lower case, from pairs of hexadecimal digits joined by colons.
///
/// # Errors
/// What is wrong, and where another notation is recognised, how Ironic wants it.
pub(super) fn mac(text: &str) -> Result<String, Objection> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs: Vec<&str> = text.split(':').collect();
    if pairs.len() == 6 && pairs.iter().all(|pair| pair.len() == 2 && is_hex(pair)) {
        return Ok(text.to_ascii_lowercase());
    }
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '.' | ':')).collect();
    if digits.len() == 12 && is_hex(&digits) {
        let pairs: Vec<&str> = (0..6).map(|pair| &digits[2 * pair..2 * pair + 2]).collect();
        let meant = format!("write the MAC address as `{}`", pairs.join(":").to_ascii_lowercase());
        // With its separators it can be nothing else.
        let is_clear = digits.len() < text.len();
        let plain =
            if is_clear { &meant } else { "write the MAC address as `52:54:00:12:34:56`, with colons" };
        return Err(Objection::quoting(plain, meant.clone()));
    }
    let advice = if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        " (a MAC address without quotes, turned into a number by another program?)"
    } else {
        ""
    };
    let plain = "expected a MAC address such as `52:54:00:12:34:56`";
    Err(Objection::quoting(plain, format!("{plain}, found `{}`{advice}", shown(text))))
}

/// Why no network card has a MAC address, one in lower case with colons.
pub(super) fn unusual_mac(mac: &str) -> Option<&'static str> {
    // The last bit of the first byte marks a group.
    let is_of_group = mac.as_bytes().get(1).is_some_and(|digit| b"13579bdf".contains(digit));
    match mac {
        "00:00:00:00:00:00" => Some("is all zeros, which is no address of a network card"),
        "ff:ff:ff:ff:ff:ff" => Some("is the broadcast address, which is not of a network card"),
        _ => is_of_group.then_some("is a multicast address, which is not of a network card"),
    }
}

/// A UUID in lower case with dashes.
///
/// # Errors
/// The text is none.
pub(super) fn uuid(text: &str) -> Result<String, Objection> {
    Uuid::try_parse(text).map(|uuid| uuid.hyphenated().to_string()).map_err(|_| {
        Objection::quoting("expected a UUID", format!("expected a UUID, found `{}`", shown(text)))
    })
}

/// Whether Ironic takes a text as the name of a node, port or port group.
///
/// # Errors
/// Which rule it breaks (Ironic: `is_valid_node_name`).
pub(super) fn name(text: &str) -> Result<(), Objection> {
    let objection = |says: &str| {
        Objection::quoting(format!("the name {says}"), format!("the name `{}` {says}", shown(text)))
    };
    if text.is_empty() || text.len() > 255 {
        return Err("a name has 1 to 255 characters".to_owned().into());
    }
    if let Some(odd) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-._~".contains(*c)) {
        let odd = odd.escape_debug();
        let allowed = "allowed are letters, digits and `-._~`";
        return Err(Objection::quoting(
            format!("the name holds something else; {allowed}"),
            format!("the name `{}` holds `{odd}`; {allowed}", shown(text)),
        ));
    }
    if Uuid::try_parse(text).is_ok() {
        return Err(objection("looks like a UUID, which Ironic refuses"));
    }
    if RESERVED_NAMES.contains(&text) {
        return Err(objection("is a reserved word of Ironic"));
    }
    Ok(())
}

/// Whether a text can be a trait: `CUSTOM_…`, or one of the standard ones.
///
/// # Errors
/// What it should be (Ironic: `TRAITS_SCHEMA`).
pub(super) fn trait_name(text: &str) -> Result<(), Objection> {
    let well_formed = |text: &str| {
        text.len() <= 255
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let custom = text.strip_prefix("CUSTOM_").is_some_and(|rest| !rest.is_empty());
    if well_formed(text) && (custom || STANDARD_TRAITS.iter().any(|space| text.starts_with(space))) {
        return Ok(());
    }
    let upper: String =
        text.to_ascii_uppercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let meant =
        if upper.starts_with("CUSTOM_") || STANDARD_TRAITS.iter().any(|space| upper.starts_with(space)) {
            upper
        } else {
            format!("CUSTOM_{upper}")
        };
    let says = "neither a custom nor a standard trait";
    Err(Objection::quoting(
        format!("expected a trait (`CUSTOM_…`, in capital letters), found {says}"),
        format!("`{}` is {says}, did you mean `{}`?", shown(text), shown(&meant)),
    ))
}

/// Checks that a text is not blank.
///
/// # Errors
/// It is empty or has only blanks.
pub(super) fn not_empty(text: &str) -> Result<(), Objection> {
    if text.trim().is_empty() { Err("must not be empty".to_owned().into()) } else { Ok(()) }
}

/// The identity of a switch, in the one form that Ironic stores: a MAC address, or an `OpenFlow` datapath id.
///
/// # Errors
/// It is neither (Ironic: `local_link_normalize`).
pub(super) fn switch_id(text: &str) -> Result<String, Objection> {
    let lower = text.to_ascii_lowercase();
    if lower.len() == 16 && lower.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(lower);
    }
    let plain = "expected the MAC address of a switch, or its OpenFlow datapath id of 16 hexadecimal digits";
    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
    mac(text).map_err(|objection| {
        if digits == 12 {
            objection
        } else {
            Objection::quoting(plain, format!("{plain}, found `{}`", shown(text)))
        }
    })
}

/// A wrong value as an error quotes it: its beginning, without control characters.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_are_lowered_and_other_notations_explained() {
        assert_eq!(mac("52:54:00:AB:cd:EF").as_deref(), Ok("52:54:00:ab:cd:ef"));
        for other in ["52-54-00-AB-CD-EF", "5254.00ab.cdef", "525400abcdef"] {
            let refused = mac(other).expect_err(other);
            assert_eq!(refused.text(true), "write the MAC address as `52:54:00:ab:cd:ef`", "{other}");
        }
        assert!(mac("41135085296").expect_err("a number").text(true).contains("without quotes"));
        for wrong in ["", "52:54:00:ab:cd", "52:54:00:ab:cd:eg", "52:54:00:ab:cd:ef:01", "5:254:00:ab:cd:ef"]
        {
            assert!(mac(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn macs_that_no_card_has_are_recognized() {
        for (mac, why) in [
            ("00:00:00:00:00:00", "all zeros"),
            ("ff:ff:ff:ff:ff:ff", "broadcast"),
            ("01:00:5e:00:00:01", "multicast"),
            ("3b:00:00:00:00:01", "multicast"),
        ] {
            assert!(unusual_mac(mac).is_some_and(|told| told.contains(why)), "{mac}");
        }
        for mac in ["52:54:00:12:34:56", "00:00:00:00:00:01", "fe:ff:ff:ff:ff:ff", "3c:00:00:00:00:01"] {
            assert_eq!(unusual_mac(mac), None, "{mac}");
        }
    }

    #[test]
    fn uuids_are_brought_into_the_one_form_that_ironic_finds() {
        let canonical = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123";
        for form in [canonical, "1BE26C0B-03F2-4D2E-AE87-C02D7F33C123", "1be26c0b03f24d2eae87c02d7f33c123"] {
            assert_eq!(uuid(form).as_deref(), Ok(canonical));
        }
        assert!(uuid("rack4-u12").is_err());
    }

    #[test]
    fn names_follow_ironic_s_rules() {
        for good in ["rack4-u12", "a", "node_1.example~x", "0"] {
            assert_eq!(name(good), Ok(()), "{good}");
        }
        let long = "x".repeat(256);
        for bad in ["", &long, "größe", "a b", "a/b", "states", "1be26c0b-03f2-4d2e-ae87-c02d7f33c123"] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn traits_are_custom_or_standard() {
        for good in ["CUSTOM_NVME", "HW_CPU_X86_VMX", "CUSTOM_1"] {
            assert_eq!(trait_name(good), Ok(()), "{good}");
        }
        let meant = |text| trait_name(text).expect_err(text).text(true).rsplit('`').nth(1).map(str::to_owned);
        assert_eq!(meant("NVME").as_deref(), Some("CUSTOM_NVME"));
        assert_eq!(meant("custom_nvme").as_deref(), Some("CUSTOM_NVME"));
        assert_eq!(meant("CUSTOM-NVME").as_deref(), Some("CUSTOM_NVME"));
        assert!(trait_name("CUSTOM_").is_err());
    }

    #[test]
    fn switches_are_told_by_a_mac_address_or_a_datapath_id() {
        assert_eq!(switch_id("00:1B:2C:3D:4E:5F").as_deref(), Ok("00:1b:2c:3d:4e:5f"));
        assert_eq!(switch_id("0000001B2C3D4E5F").as_deref(), Ok("0000001b2c3d4e5f"));
        let refused = |text| switch_id(text).expect_err(text).text(true).to_owned();
        assert_eq!(refused("00-1B-2C-3D-4E-5F"), "write the MAC address as `00:1b:2c:3d:4e:5f`");
        assert!(refused("sw-leaf-1").contains("datapath id of 16 hexadecimal digits, found `sw-leaf-1`"));
        assert!(refused("").contains("MAC address of a switch"));
    }
}
