//! Ironic's rules for single values, which are checked before any request is sent.

use uuid::Uuid;

use super::document::InvalidValue;

/// Words that cannot be node names, because they have the same position in URLs of Ironic.
const RESERVED_NAMES: [&str; 6] =
    ["maintenance", "management", "states", "vendor_passthru", "detail", "validate"];

/// The prefixes of standard traits (os-traits library).
const STANDARD_TRAITS: [&str; 5] = ["COMPUTE_", "HW_", "MISC_", "OWNER_", "STORAGE_"];

/// A MAC address in lower case. Only pairs of hexadecimal digits with colons are accepted.
///
/// # Errors
/// The text is not a MAC address. The message for another notation contains the right one.
pub(super) fn mac(text: &str) -> Result<String, InvalidValue> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs: Vec<&str> = text.split(':').collect();
    if pairs.len() == 6 && pairs.iter().all(|pair| pair.len() == 2 && is_hex(pair)) {
        return Ok(text.to_ascii_lowercase());
    }
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '.' | ':')).collect();
    if digits.len() == 12 && is_hex(&digits) {
        let pairs: Vec<&str> = (0..6).map(|pair| &digits[2 * pair..2 * pair + 2]).collect();
        let suggestion = format!("write the MAC address as `{}`", pairs.join(":").to_ascii_lowercase());
        // A text with separators can only be a MAC address, so it may be quoted.
        let has_separators = digits.len() < text.len();
        let plain = if has_separators {
            &suggestion
        } else {
            "write the MAC address as `52:54:00:12:34:56`, with colons"
        };
        return Err(InvalidValue::quoting(plain, suggestion.clone()));
    }
    let advice = if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        " (an unquoted MAC address that another program converted to a number?)"
    } else {
        ""
    };
    let plain = "expected a MAC address such as `52:54:00:12:34:56`";
    Err(InvalidValue::quoting(plain, format!("{plain}, found `{}`{advice}", shown(text))))
}

/// Why a MAC address (in lower case, with colons) cannot be that of a network card.
pub(super) fn unusual_mac(mac: &str) -> Option<&'static str> {
    // The lowest bit of the first byte marks a multicast address.
    let is_multicast = mac.as_bytes().get(1).is_some_and(|digit| b"13579bdf".contains(digit));
    match mac {
        "00:00:00:00:00:00" => Some("is all zeros, not the address of a network card"),
        "ff:ff:ff:ff:ff:ff" => Some("is the broadcast address, not the address of a network card"),
        _ => is_multicast.then_some("is a multicast address, not the address of a network card"),
    }
}

/// A UUID in lower case with dashes.
///
/// # Errors
/// The text is not a UUID.
pub(super) fn uuid(text: &str) -> Result<String, InvalidValue> {
    Uuid::try_parse(text).map(|uuid| uuid.hyphenated().to_string()).map_err(|_| {
        InvalidValue::quoting("expected a UUID", format!("expected a UUID, found `{}`", shown(text)))
    })
}

/// Checks the name of a node, port or port group.
///
/// # Errors
/// Ironic rejects the name (Ironic: `is_valid_node_name`).
pub(super) fn name(text: &str) -> Result<(), InvalidValue> {
    let refuse = |problem: &str| {
        InvalidValue::quoting(format!("the name {problem}"), format!("the name `{}` {problem}", shown(text)))
    };
    if text.is_empty() || text.len() > 255 {
        return Err("a name must have 1 to 255 characters".to_owned().into());
    }
    if let Some(invalid) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-._~".contains(*c)) {
        let invalid = invalid.escape_debug();
        let allowed = "allowed: letters, digits and `-._~`";
        return Err(InvalidValue::quoting(
            format!("the name contains an invalid character; {allowed}"),
            format!("the name `{}` contains `{invalid}`; {allowed}", shown(text)),
        ));
    }
    if Uuid::try_parse(text).is_ok() {
        return Err(refuse("looks like a UUID, which Ironic does not allow"));
    }
    if RESERVED_NAMES.contains(&text) {
        return Err(refuse("is reserved by Ironic"));
    }
    Ok(())
}

/// Checks a trait: `CUSTOM_…` or a standard trait.
///
/// # Errors
/// Ironic rejects the trait (Ironic: `TRAITS_SCHEMA`).
pub(super) fn trait_name(text: &str) -> Result<(), InvalidValue> {
    let well_formed = |text: &str| {
        text.len() <= 255
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let custom = text.strip_prefix("CUSTOM_").is_some_and(|rest| !rest.is_empty());
    if well_formed(text) && (custom || STANDARD_TRAITS.iter().any(|prefix| text.starts_with(prefix))) {
        return Ok(());
    }
    let upper: String =
        text.to_ascii_uppercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let suggestion =
        if upper.starts_with("CUSTOM_") || STANDARD_TRAITS.iter().any(|prefix| upper.starts_with(prefix)) {
            upper
        } else {
            format!("CUSTOM_{upper}")
        };
    Err(InvalidValue::quoting(
        "expected a standard trait or a custom trait (`CUSTOM_…`, in upper case)",
        format!(
            "`{}` is not a standard or custom trait, did you mean `{}`?",
            shown(text),
            shown(&suggestion)
        ),
    ))
}

/// Checks that a text is not blank.
///
/// # Errors
/// It is empty or only white space.
pub(super) fn not_empty(text: &str) -> Result<(), InvalidValue> {
    if text.trim().is_empty() { Err("must not be empty".to_owned().into()) } else { Ok(()) }
}

/// The ID of a switch in the form that Ironic stores: a MAC address or an `OpenFlow` datapath ID.
///
/// # Errors
/// It is neither of them (Ironic: `local_link_normalize`).
pub(super) fn switch_id(text: &str) -> Result<String, InvalidValue> {
    let lower = text.to_ascii_lowercase();
    if lower.len() == 16 && lower.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(lower);
    }
    let plain = "expected the MAC address of a switch or its OpenFlow datapath ID of 16 hexadecimal digits";
    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
    mac(text).map_err(|invalid| {
        if digits == 12 {
            invalid
        } else {
            InvalidValue::quoting(plain, format!("{plain}, found `{}`", shown(text)))
        }
    })
}

/// An invalid value as an error quotes it: at most 60 characters, with control characters escaped.
fn shown(text: &str) -> String {
    const MAX_LENGTH: usize = 60;
    let mut shown: String = text.chars().take(MAX_LENGTH).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_LENGTH).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_become_lower_case_and_other_notations_are_corrected() {
        assert_eq!(mac("52:54:00:AB:cd:EF").as_deref(), Ok("52:54:00:ab:cd:ef"));
        for other in ["52-54-00-AB-CD-EF", "5254.00ab.cdef", "525400abcdef"] {
            let refused = mac(other).expect_err(other);
            assert_eq!(refused.text(true), "write the MAC address as `52:54:00:ab:cd:ef`", "{other}");
        }
        assert!(mac("41135085296").expect_err("a number").text(true).contains("unquoted"));
        for wrong in ["", "52:54:00:ab:cd", "52:54:00:ab:cd:eg", "52:54:00:ab:cd:ef:01", "5:254:00:ab:cd:ef"]
        {
            assert!(mac(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn macs_that_network_cards_cannot_have_are_detected() {
        for (mac, why) in [
            ("00:00:00:00:00:00", "all zeros"),
            ("ff:ff:ff:ff:ff:ff", "broadcast"),
            ("01:00:5e:00:00:01", "multicast"),
            ("3b:00:00:00:00:01", "multicast"),
        ] {
            assert!(unusual_mac(mac).is_some_and(|problem| problem.contains(why)), "{mac}");
        }
        for mac in ["52:54:00:12:34:56", "00:00:00:00:00:01", "fe:ff:ff:ff:ff:ff", "3c:00:00:00:00:01"] {
            assert_eq!(unusual_mac(mac), None, "{mac}");
        }
    }

    #[test]
    fn uuids_become_lower_case_with_dashes() {
        let canonical = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123";
        for form in [canonical, "1BE26C0B-03F2-4D2E-AE87-C02D7F33C123", "1be26c0b03f24d2eae87c02d7f33c123"] {
            assert_eq!(uuid(form).as_deref(), Ok(canonical));
        }
        assert!(uuid("rack4-u12").is_err());
    }

    #[test]
    fn names_follow_the_rules_of_ironic() {
        for good in ["rack4-u12", "a", "node_1.example~x", "0"] {
            assert_eq!(name(good), Ok(()), "{good}");
        }
        let long = "x".repeat(256);
        for bad in ["", &long, "größe", "a b", "a/b", "states", "1be26c0b-03f2-4d2e-ae87-c02d7f33c123"] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_custom_and_standard_traits_are_accepted() {
        for good in ["CUSTOM_NVME", "HW_CPU_X86_VMX", "CUSTOM_1"] {
            assert_eq!(trait_name(good), Ok(()), "{good}");
        }
        let suggestion =
            |text| trait_name(text).expect_err(text).text(true).rsplit('`').nth(1).map(str::to_owned);
        assert_eq!(suggestion("NVME").as_deref(), Some("CUSTOM_NVME"));
        assert_eq!(suggestion("custom_nvme").as_deref(), Some("CUSTOM_NVME"));
        assert_eq!(suggestion("CUSTOM-NVME").as_deref(), Some("CUSTOM_NVME"));
        assert!(trait_name("CUSTOM_").is_err());
    }

    #[test]
    fn a_switch_id_is_a_mac_address_or_a_datapath_id() {
        assert_eq!(switch_id("00:1B:2C:3D:4E:5F").as_deref(), Ok("00:1b:2c:3d:4e:5f"));
        assert_eq!(switch_id("0000001B2C3D4E5F").as_deref(), Ok("0000001b2c3d4e5f"));
        let refused = |text| switch_id(text).expect_err(text).text(true).to_owned();
        assert_eq!(refused("00-1B-2C-3D-4E-5F"), "write the MAC address as `00:1b:2c:3d:4e:5f`");
        assert!(refused("sw-leaf-1").contains("datapath ID of 16 hexadecimal digits, found `sw-leaf-1`"));
        assert!(refused("").contains("MAC address of a switch"));
    }
}
