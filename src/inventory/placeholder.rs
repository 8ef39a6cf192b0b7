//! What templates and their authors leave in a file when nobody fills it in.

use super::document::{Content, Cursor};
use super::driver_info::{is_escaped, is_read};
use super::reference::Reference;
use crate::rest::mask;

/// Parts of a node in which people write what they like.
const NOTES: [&str; 4] = ["extra", "description", "network_data", "retired_reason"];

/// What begins and ends an expression of a template, with how messages show it. The first ones stand in no password.
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

/// Around how many of them anything may stand; around the others there are names.
const OF_ANYTHING: usize = 8;

/// How many of them are looked for inside of a password too.
const UNMISTAKABLE: usize = 3;

/// How a secret begins that Ansible encrypted.
const VAULT: &str = "$ANSIBLE_VAULT;";

/// What begins and ends a name that stands alone.
const NAMES: [(&str, &str, &str); 4] =
    [("__", "__", "__NAME__"), ("%", "%", "%NAME%"), ("@", "@", "@NAME@"), ("$", "", "$NAME")];

/// What people write for others to replace, in small letters and without `-`, `_` and blanks.
const WORDS: [&str; 16] = [
    "changeme",
    "changethis",
    "fillin",
    "fillmein",
    "fixme",
    "insertpassword",
    "passwordhere",
    "placeholder",
    "replaceme",
    "replacethis",
    "tbd",
    "tobedefined",
    "todo",
    "yourpassword",
    "yourpasswordhere",
    "yourusername",
];

/// Notes every text in a node that is a template, or the like of one.
pub(super) fn note(value: &Cursor<'_>) {
    look(value, false, "");
}

fn look(value: &Cursor<'_>, is_secret: bool, key: &str) {
    match &value.value().content {
        Content::List(_) => value.items().iter().for_each(|item| look(item, is_secret, key)),
        Content::Mapping(_) => {
            let Some(table) = value.mapping() else { return };
            let of_bmc = key == "driver_info";
            for (key, value) in table.entries().filter(|(key, _)| !NOTES.contains(key)) {
                // What a reference leads to is meant as it is, and keys of nobody's are their owner's.
                if !of_bmc || (is_read(key) && !matches!(Reference::of(&value), Ok(Some(_)))) {
                    look(&value, is_secret || mask::is_secret_key(key), key);
                }
            }
        }
        Content::Scalar(scalar) => {
            note_text(value, scalar.text(), is_secret, key);
        }
    }
}

/// Notes a text that is a template, or the like of one; says whether it is.
pub(super) fn note_text(value: &Cursor<'_>, text: &str, is_secret: bool, key: &str) -> bool {
    if is_escaped(text) {
        return false;
    }
    if text.trim_start().starts_with(VAULT) {
        value.only_error("is encrypted by Ansible Vault: decrypt the file first");
        return true;
    }
    if let Some(template) = template(text, is_secret) {
        let advice = if is_secret {
            "; a password that is written so is given by `{file: PATH}` or `{env: NAME}`"
        } else {
            ""
        };
        value.only_error(format!("holds `{template}`, a template that nobody filled in{advice}"));
        return true;
    }
    if is_placeholder(text) || key.ends_with("address") && stands_for_none(text) {
        value.warning(format!("`{key}` looks like a placeholder that nobody filled in"));
    }
    false
}

/// Whether a text, or the host of an address, is one that people write for others to replace.
fn is_placeholder(text: &str) -> bool {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest.split('/').next().unwrap_or_default());
    let word: String =
        host.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>().to_lowercase();
    let is_crossed = word.len() > 2 && word.bytes().all(|byte| matches!(byte, b'x' | b'?' | b'.' | b'*'));
    // `BMC_IP_HERE`, `your-bmc`.
    let parts: Vec<&str> = host.split(['-', '_', ' ', '.']).collect();
    let is = |part: Option<&&str>, word: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(word));
    let is_told = parts.len() > 1 && (is(parts.last(), "here") || is(parts.first(), "your"));
    is_crossed || is_told || WORDS.contains(&&*word)
}

/// Whether a text says that there is no address.
fn stands_for_none(text: &str) -> bool {
    ["none", "null", "na", "n/a", "nil", "unknown", "empty", "0.0.0.0", "::"].contains(&&*text.to_lowercase())
}

/// As what a text is recognised, if it is a template.
fn template(text: &str, is_secret: bool) -> Option<&'static str> {
    let text = text.trim();
    for (index, (begin, end, shown)) in DELIMITERS.iter().enumerate() {
        let inside = |text: &str| {
            let inner = text.split_once(begin)?.1.split_once(end)?.0;
            // Braces and brackets have other uses; around a lone name they have none.
            let name = if *begin == "<" { inner } else { inner.trim() };
            let is_right = if index < OF_ANYTHING { !inner.is_empty() } else { is_name_like(name) };
            is_right.then_some(())
        };
        let is_whole = text.starts_with(begin) && text.ends_with(end);
        // Root device hints are `<in> …`, `<or> a <or> b`.
        let is_operator = *begin == "<" && OPERATORS.iter().any(|operator| text.contains(operator));
        if !is_operator && (is_whole || !is_secret || index < UNMISTAKABLE) && inside(text).is_some() {
            return Some(shown);
        }
    }
    let is_name = |text: &str| {
        text.len() > 1
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let alone = |(begin, end, _): &&(&str, &str, &str)| {
        text.strip_prefix(begin).and_then(|text| text.strip_suffix(end)).is_some_and(is_name)
    };
    NAMES.iter().find(alone).map(|(_, _, shown)| *shown)
}

/// Whether a text may be the name of something that is to be filled in.
fn is_name_like(text: &str) -> bool {
    let is_of_names = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    text.starts_with(char::is_alphanumeric) && text.chars().all(is_of_names) && !text.ends_with(' ')
}

const OPERATORS: [&str; 4] = ["<in>", "<or>", "<all-in>", "<range-in>"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_every_kind_are_recognised() {
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
    fn what_only_resembles_a_template_is_none() {
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
    fn words_for_others_to_replace_are_recognised() {
        for text in [
            "CHANGE_ME",
            "changeme",
            "BMC_IP_HERE",
            "https://BMC_IP_HERE/",
            "your-bmc.example",
            "xxx",
            "x.x.x.x",
            "https://x.x.x.x",
            "YOUR_PASSWORD",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in
            ["10.0.0.1", "https://bmc-1.lab", "here", "atmosphere-1", "yours", "x", "fd00::1", "admin"]
        {
            assert!(!is_placeholder(text), "{text}");
        }
        assert!(stands_for_none("None") && stands_for_none("0.0.0.0") && !stands_for_none("nonesuch"));
    }
}
