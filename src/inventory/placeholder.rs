//! Detects unrendered templates and unfilled placeholders in the nodes of a file.

use super::document::{Content, Cursor};
use super::driver_info::{is_escaped, is_read};
use super::reference::Reference;
use super::root_device::operator;
use crate::rest::mask;

/// Fields of a node that contain free text or data.
const FREE_FIELDS: [&str; 4] = ["extra", "description", "network_data", "retired_reason"];

/// Beginning and end of template expressions, and their form in messages. The first [`WITHIN_PASSWORDS`] are so unusual
/// that they are reported even within a password, the first [`WITH_ANY_TEXT`] around any text, the others only around a
/// name.
const DELIMITERS: [(&str, &str, &str); 18] = [
    ("{{", "}}", "{{ … }}"),
    ("{%", "%}", "{% … %}"),
    ("<%", "%>", "<% … %>"),
    ("${", "}", "${…}"),
    ("ENC[", "]", "ENC[…]"),
    ("$(", ")", "$(…)"),
    ("#{", "}", "#{…}"),
    ("%{", "}", "%{…}"),
    ("((", "))", "((…))"),
    ("[[", "]]", "[[…]]"),
    ("<<", ">>", "<<…>>"),
    ("<", ">", "<…>"),
    ("%(", ")s", "%(…)s"),
    ("@@", "@@", "@@…@@"),
    ("%%", "%%", "%%…%%"),
    ("ENV[", "]", "ENV[…]"),
    ("`", "`", "`…`"),
    ("{", "}", "{…}"),
];

/// How many of [`DELIMITERS`] may enclose any text.
const WITH_ANY_TEXT: usize = 8;

/// How many of [`DELIMITERS`] are also detected within a password.
const WITHIN_PASSWORDS: usize = 3;

/// The prefix of secrets that Ansible Vault encrypted.
const VAULT: &str = "$ANSIBLE_VAULT;";

/// The prefix of values that SOPS encrypted.
const SOPS: &str = "ENC[AES256_GCM,";

/// Beginning and end of variables that are a whole value, and their form in messages.
const VARIABLES: [(&str, &str, &str); 4] =
    [("__", "__", "__NAME__"), ("%", "%", "%NAME%"), ("@", "@", "@NAME@"), ("$", "", "$NAME")];

/// Placeholders, in lower case and without `-`, `_` and spaces.
const PLACEHOLDERS: [&str; 18] = [
    "changeme",
    "changethis",
    "fillin",
    "fillmein",
    "fixme",
    "insertpassword",
    "passwordhere",
    "placeholder",
    "redacted",
    "replaced",
    "replaceme",
    "replacethis",
    "tbd",
    "tobedefined",
    "todo",
    "yourpassword",
    "yourpasswordhere",
    "yourusername",
];

/// Reports all templates and placeholders in a node.
pub(super) fn check(value: &Cursor<'_>) {
    walk(value, false, "");
}

fn walk(value: &Cursor<'_>, is_secret: bool, key: &str) {
    match &value.value().content {
        Content::List(_) => value.items().iter().for_each(|item| walk(item, is_secret, key)),
        Content::Mapping(_) => {
            let Some(table) = value.mapping() else { return };
            let is_driver_info = key == "driver_info";
            for (key, value) in table.entries().filter(|(key, _)| !FREE_FIELDS.contains(key)) {
                // Resolved references are not checked, and neither are keys of `driver_info` that no driver reads.
                if !is_driver_info || (is_read(key) && !matches!(Reference::parse(&value), Ok(Some(_)))) {
                    walk(&value, is_secret || mask::is_secret_key(key), key);
                }
            }
        }
        Content::Scalar(scalar) => {
            check_text(value, scalar.text(), is_secret, key);
        }
    }
}

/// Reports a template as an error and a placeholder as a warning. Returns whether the text is a template.
pub(super) fn check_text(value: &Cursor<'_>, text: &str, is_secret: bool, key: &str) -> bool {
    if check_template(value, text, is_secret) {
        return true;
    }
    if is_escaped(text) {
        return false;
    }
    let is_address = key.ends_with("address");
    let host = host(text);
    if is_placeholder(text, is_address) || is_address && (means_none(text) || means_none(host)) {
        value.warning_unless_error(format!("`{key}` looks like a placeholder"));
    }
    false
}

/// Reports a template as an error. Returns whether the text is a template.
pub(super) fn check_template(value: &Cursor<'_>, text: &str, is_secret: bool) -> bool {
    if is_escaped(text) {
        return false;
    }
    if text.trim_start().starts_with(VAULT) {
        value.only_error("is encrypted by Ansible Vault: decrypt the file first");
        return true;
    }
    if text.trim_start().starts_with(SOPS) {
        value.only_error("is encrypted by SOPS: decrypt the file first");
        return true;
    }
    let Some(template) = template(text, is_secret) else { return false };
    let advice =
        if is_secret { "; if it is the password, pass it with `{file: PATH}` or `{env: NAME}`" } else { "" };
    value.only_error(format!("contains `{template}`, an unrendered template{advice}"));
    true
}

/// Whether a text is a placeholder. Also checks the values after the operators of a root device hint, the host of an
/// address, and the last part of a path.
fn is_placeholder(text: &str, is_address: bool) -> bool {
    let (_, values) = operator(text);
    let host = if is_address || text.contains("://") { host(values) } else { values };
    let last = values.trim_end_matches('/').rsplit('/').next().filter(|_| values.starts_with('/'));
    values.split("<or>").map(str::trim).chain([host]).chain(last).any(is_placeholder_word)
        || is_address && is_partial(host)
}

/// Whether the whole text is a placeholder.
fn is_placeholder_word(text: &str) -> bool {
    let word: String =
        text.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>().to_lowercase();
    let is_masked = word.len() > 2 && word.bytes().all(|byte| matches!(byte, b'x' | b'?' | b'.' | b'*'));
    // `BMC_IP_HERE`, `your-bmc`.
    let parts: Vec<&str> = text.split(['-', '_', ' ', '.']).collect();
    let is = |part: Option<&&str>, word: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(word));
    let is_instruction = parts.len() > 1 && (is(parts.last(), "here") || is(parts.first(), "your"));
    // `REPLACE_ID`, `replace-with-bmc-ip`; `replace-disks` may be a name.
    let is_replace = is(parts.first(), "replace")
        && (parts.len() > 1 && parts[0] == "REPLACE"
            || ["with", "by"].iter().any(|word| is(parts.get(1), word)));
    is_masked
        || is_instruction
        || is_replace
        || is_variable(&parts)
        || PLACEHOLDERS.contains(&word.trim_matches('*'))
}

/// Whether the parts of a text form a variable name that describes a value: `BMC_IP`, `SYSTEM_ID`.
fn is_variable(parts: &[&str]) -> bool {
    const SUBJECTS: [&str; 12] = [
        "BMC", "DRAC", "HOST", "IDRAC", "ILO", "IPMI", "MACHINE", "NODE", "OOB", "REDFISH", "SERVER",
        "SYSTEM",
    ];
    const ATTRIBUTES: [&str; 13] = [
        "ADDR", "ADDRESS", "FQDN", "HOST", "HOSTNAME", "ID", "IP", "NAME", "PASS", "PASSWORD", "USER",
        "USERNAME", "UUID",
    ];
    matches!(parts, [first, .., last] if SUBJECTS.contains(first) && ATTRIBUTES.contains(last))
}

/// Whether a text is an IPv4 address with an unfilled part: `192.168.24.x`.
fn is_partial(text: &str) -> bool {
    let is_number = |part: &&str| part.parse::<u8>().is_ok();
    let is_unfilled = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|byte| {
                matches!(byte.to_ascii_lowercase(), b'x' | b'y' | b'z' | b'n' | b'?' | b'*' | b'#')
            })
    };
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4
        && is_number(&parts[0])
        && parts.iter().all(|part| is_number(part) || is_unfilled(part))
        && parts.iter().any(is_unfilled)
}

/// The host of an address, without scheme, user, port and path.
fn host(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(inside) = host.strip_prefix('[') {
        return inside.split(']').next().unwrap_or_default();
    }
    match host.split_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a text means that there is no address.
fn means_none(text: &str) -> bool {
    ["none", "null", "na", "n/a", "nil", "unknown", "empty"].contains(&&*text.to_lowercase())
}

/// Finds a template in a text. Returns how to show it in a message.
fn template(text: &str, is_secret: bool) -> Option<&'static str> {
    let text = text.trim();
    for (index, (begin, end, shown)) in DELIMITERS.iter().enumerate() {
        let inside = |text: &str| {
            let inner = text.split_once(begin)?.1.split_once(end)?.0;
            // Braces and brackets have other uses, but not around a single name.
            let name = if *begin == "<" { inner } else { inner.trim() };
            let is_match = if index < WITH_ANY_TEXT { !inner.is_empty() } else { is_name_like(name) };
            is_match.then_some(())
        };
        let is_whole = text.starts_with(begin) && text.ends_with(end);
        // Root device hints are `<in> …`, `<or> a <or> b`.
        let is_operator = *begin == "<" && BRACKETED_OPERATORS.iter().any(|operator| text.contains(operator));
        if !is_operator && (is_whole || !is_secret || index < WITHIN_PASSWORDS) && inside(text).is_some() {
            return Some(shown);
        }
    }
    let is_name = |text: &str| {
        text.len() > 1
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let encloses_name = |(begin, end, _): &&(&str, &str, &str)| {
        text.strip_prefix(begin).and_then(|text| text.strip_suffix(end)).is_some_and(is_name)
    };
    VARIABLES.iter().find(encloses_name).map(|(_, _, shown)| *shown)
}

/// Whether a text can be the name of a variable.
fn is_name_like(text: &str) -> bool {
    let is_name_char = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    text.starts_with(char::is_alphanumeric) && text.chars().all(is_name_char) && !text.ends_with(' ')
}

const BRACKETED_OPERATORS: [&str; 4] = ["<in>", "<or>", "<all-in>", "<range-in>"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_many_engines_are_detected() {
        for (text, shown) in [
            ("{{ vault_pw }}", "{{ … }}"),
            ("https://{{ ip }}/", "{{ … }}"),
            ("${{ secrets.PW }}", "{{ … }}"),
            ("{% if a %}x{% endif %}", "{% … %}"),
            ("<%= @ip %>", "<% … %>"),
            ("https://${IP}", "${…}"),
            ("$(cat key)", "$(…)"),
            ("<bmc-ip>", "<…>"),
            ("10.0.0.<n>", "<…>"),
            ("((bmc-password))", "((…))"),
            ("[[ ip ]]", "[[…]]"),
            ("%(ip)s", "%(…)s"),
            ("%%BMC%%", "%%…%%"),
            ("ENV[BMC_USER]", "ENV[…]"),
            ("`bmc-user`", "`…`"),
            ("{{{ ip }}}", "{{ … }}"),
            ("{bmc_ip}", "{…}"),
            ("__BMC_IP__", "__NAME__"),
            ("@BMC_IP@", "@NAME@"),
            ("%BMC_IP%", "%NAME%"),
            ("$BMC_IP", "$NAME"),
        ] {
            assert_eq!(template(text, false), Some(shown), "{text}");
        }
    }

    #[test]
    fn text_that_resembles_a_template_is_accepted() {
        for text in [
            "10.0.0.1",
            "https://[fd00::1]:443",
            "<in> SSD",
            "<or> /dev/sda <or> /dev/sdb",
            "bm.large",
            "s>= 3",
            "a<b",
            "{'boot_mode': 'uefi'}",
            "[[1, 2], [3]]",
            "<2TB and >1TB",
            "$5",
        ] {
            assert_eq!(template(text, false), None, "{text}");
        }
        for password in ["a<b>c", "x{y}z", "p$(q)r", "s@A@t", "${", "<>", "100%", "A((b))", "$Ab1"] {
            assert_eq!(template(password, true), None, "{password}");
        }
        for password in [
            "ENC[AES256_GCM,data:x,iv:y]",
            "{{ pw }}",
            "x{{ pw }}y",
            "<password>",
            "$(cat key)",
            "$BMC_PASSWORD",
        ] {
            assert!(template(password, true).is_some(), "{password}");
        }
    }

    #[test]
    fn placeholders_are_found_after_operators_and_in_paths() {
        for text in [
            "s== CHANGEME",
            "<in> changeme",
            "<or> S1 <or> TODO",
            "/redfish/v1/Systems/CHANGEME",
            "/redfish/v1/Systems/TBD/",
            "REDACTED",
            "_replaced_",
            "REPLACE_NAME",
            "/redfish/v1/Systems/REPLACE_ID",
            "/redfish/v1/Systems/SYSTEM_ID",
            "replace-with-serial",
            "NODE_NAME",
            "BMC_PASSWORD",
            "** Redacted **",
            "******",
        ] {
            assert!(is_placeholder(text, false), "{text}");
        }
        for text in [
            "replace-disk-3",
            "CUSTOM_ID",
            "node_name",
            "BMC",
            "REPLACE",
            "s== S1",
            "/redfish/v1/Systems/1",
            "todo/or-not",
            "changeme:not",
            "192.168.24.x",
            "1.x",
            "x",
        ] {
            assert!(!is_placeholder(text, false), "{text}");
        }
    }

    #[test]
    fn placeholders_in_addresses_are_detected() {
        for text in [
            "CHANGE_ME",
            "changeme",
            "BMC_IP_HERE",
            "https://BMC_IP_HERE/",
            "https://BMC_IP/redfish/v1",
            "REPLACE_WITH_BMC_IP",
            "https://IDRAC_HOST_IP:443",
            "your-bmc.example",
            "xxx",
            "x.x.x.x",
            "https://x.x.x.x",
            "https://x.x.x.x:8000",
            "https://CHANGEME:443",
            "https://op@CHANGEME/redfish/v1",
            "192.168.24.x",
            "http://10.0.X.N:8000",
            "YOUR_PASSWORD",
        ] {
            assert!(is_placeholder(text, true), "{text}");
        }
        for text in
            ["10.0.0.1", "https://bmc-1.lab", "here", "atmosphere-1", "yours", "x", "fd00::1", "admin"]
        {
            assert!(!is_placeholder(text, true), "{text}");
        }
        assert!(means_none("None") && means_none("n/a") && !means_none("nonesuch"));
    }
}
