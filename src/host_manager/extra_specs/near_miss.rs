//! Extra specs that Nova ignores because of a typo in their scope: `Trait:…`, `resource:…`, ` capabilities:…`.
//!
//! Nova compares scopes exactly (`ResourceRequest.XS_KEYPAT`), so these have no effect. They are ignored here too, but
//! with a note.

/// Scopes that Nova reads, but that do not concern bare metal nodes.
const OTHER_SCOPES: [&str; 9] = [
    "accel",
    "aggregate_instance_extra_specs",
    "hw",
    "hw_rng",
    "os",
    "pci_passthrough",
    "quota",
    "trust",
    "vmware",
];

/// Names that are used for a scope, and the scope.
const ALIASES: [(&str, &str); 9] = [
    ("capabilities", "capabilities"),
    ("capability", "capabilities"),
    ("caps", "capabilities"),
    ("cap", "capabilities"),
    ("resources", "resources"),
    ("resource", "resources"),
    ("traits", "trait"),
    ("trait", "trait"),
    ("baremetal", "baremetal"),
];

/// The common beginning of the plural and singular names of a scope.
const STEMS: [(&str, &str); 3] =
    [("capabilit", "capabilities"), ("resource", "resources"), ("trait", "trait")];

/// Characters that are mistakenly used instead of the `:` after a scope.
const SEPARATORS: [char; 8] = ['.', '/', '=', ';', '|', ' ', '\u{ff1a}', ','];

/// The key that was probably intended instead of a key with an ignored scope.
pub(super) fn intended(key: &str) -> Option<String> {
    let (scope, name) = key.split_once(':')?;
    let name = name.trim();
    if scope == "baremetal" {
        return is_cpu_arch(name).then(|| "baremetal:cpu_arch".to_owned()).filter(|intended| intended != key);
    }
    if OTHER_SCOPES.contains(&scope) {
        return None;
    }
    let lowercase = scope.trim().to_lowercase();
    if let Some(other) = OTHER_SCOPES.iter().find(|other| **other == lowercase) {
        return Some(format!("{other}:{name}"));
    }
    match intended_scope(scope)? {
        "baremetal" if is_cpu_arch(name) => Some("baremetal:cpu_arch".to_owned()),
        "baremetal" => None,
        intended => Some(format!("{intended}:{name}")),
    }
}

/// The extra spec that was probably intended instead of one without `:` in its key, such as `resources=CUSTOM_X=1` or
/// `trait.CUSTOM_X=required`.
pub(in crate::host_manager) fn intended_without_colon(key: &str, value: &str) -> Option<String> {
    let key = key.trim();
    if let Some((scope, name)) = split(key)
        && let Some(scope) = intended_scope(scope).filter(|scope| *scope != "baremetal")
    {
        return Some(format!("{scope}:{name}={value}"));
    }
    let is_alphabetic = key.bytes().all(|byte| byte.is_ascii_alphabetic());
    let scope = intended_scope(key).filter(|_| is_alphabetic)?;
    let (name, rest) = value.split_once(['=', ':']).unwrap_or((value, ""));
    let (name, rest) = (name.trim(), rest.trim());
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    let or = |default| if rest.is_empty() { default } else { rest };
    match scope {
        "resources" => Some(format!("resources:{name}={}", or("1"))),
        "trait" => Some(format!("trait:{name}={}", or("required"))),
        "capabilities" if !rest.is_empty() => Some(format!("capabilities:{name}={rest}")),
        _ => None,
    }
}

/// The scope and the name in a key with another character instead of `:`, or with no `:` before `CUSTOM_`.
fn split(key: &str) -> Option<(&str, &str)> {
    let (scope, name) = match key.split_once(SEPARATORS) {
        Some(split) => split,
        None => key.split_at(key.find("_CUSTOM_")?),
    };
    let name = name.trim_start_matches('_').trim();
    (!name.is_empty()).then_some((scope, name))
}

/// The scope that was probably intended.
fn intended_scope(scope: &str) -> Option<&'static str> {
    let lowercase = scope.trim().to_lowercase();
    let head = lowercase.split(|c: char| !c.is_ascii_alphabetic()).find(|part| !part.is_empty())?;
    let letters: String = lowercase.chars().filter(char::is_ascii_alphabetic).collect();
    let by_stem = |word: &str| STEMS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, scope)| *scope);
    let near = |word: &str| {
        let is_near = |known: &str| {
            let max_distance = match known.len() {
                0..=4 => 0,
                5..=8 => 1,
                _ => 2,
            };
            strsim::damerau_levenshtein(word, known) <= max_distance
        };
        ALIASES.iter().find(|(known, _)| is_near(known)).map(|(_, scope)| *scope)
    };
    by_stem(head).or_else(|| near(head)).or_else(|| near(&letters))
}

/// Whether a name is a spelling of `cpu_arch`, the only key in the scope `baremetal`.
fn is_cpu_arch(name: &str) -> bool {
    let letters: String = name.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    ["cpuarch", "arch", "cpuarchitecture"].contains(&letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_in_a_scope_are_recognized() {
        for (key, expected) in [
            ("resource:CUSTOM_X", "resources:CUSTOM_X"),
            ("Resources:CUSTOM_X", "resources:CUSTOM_X"),
            (" resources:CUSTOM_X", "resources:CUSTOM_X"),
            ("resources :CUSTOM_X", "resources:CUSTOM_X"),
            ("resources.1:CUSTOM_X", "resources:CUSTOM_X"),
            ("resourcesÄ:CUSTOM_X", "resources:CUSTOM_X"),
            ("resourceNET:CUSTOM_X", "resources:CUSTOM_X"),
            ("resuorces:CUSTOM_X", "resources:CUSTOM_X"),
            ("RESOURCES_NET: CUSTOM_X", "resources:CUSTOM_X"),
            ("Trait:CUSTOM_NVME", "trait:CUSTOM_NVME"),
            ("Traits:CUSTOM_NVME", "trait:CUSTOM_NVME"),
            ("trait 1:CUSTOM_NVME", "trait:CUSTOM_NVME"),
            ("triat:CUSTOM_NVME", "trait:CUSTOM_NVME"),
            ("capability:boot_mode", "capabilities:boot_mode"),
            ("Capabilities:boot_mode", "capabilities:boot_mode"),
            ("capabilities1:boot_mode", "capabilities:boot_mode"),
            ("capabilites:boot_mode", "capabilities:boot_mode"),
            ("caps:boot_mode", "capabilities:boot_mode"),
            ("bare_metal:cpu_arch", "baremetal:cpu_arch"),
            ("baremetal:cpu-arch", "baremetal:cpu_arch"),
            ("Baremetal:arch", "baremetal:cpu_arch"),
            ("hw :cpu_policy", "hw:cpu_policy"),
            ("HW:cpu_policy", "hw:cpu_policy"),
            (" quota:vif_inbound_average", "quota:vif_inbound_average"),
        ] {
            assert_eq!(intended(key).as_deref(), Some(expected), "{key}");
        }
        for key in [
            "hw:cpu_policy",
            "quota:x",
            "os:secure_boot",
            "hw_rng:allowed",
            "trust:trusted_host",
            "aggregate_instance_extra_specs:ssd",
            "pci_passthrough:alias",
            "baremetal:cpu_arch",
            "baremetal:deploy_kernel_id",
            "acme:note",
            "x",
            ":x",
            "",
        ] {
            assert_eq!(intended(key), None, "{key}");
        }
    }

    #[test]
    fn keys_with_a_missing_colon_are_recognized() {
        for (key, value, expected) in [
            ("resources", "CUSTOM_X=1", "resources:CUSTOM_X=1"),
            ("Resource", "CUSTOM_X", "resources:CUSTOM_X=1"),
            ("traits", "CUSTOM_X", "trait:CUSTOM_X=required"),
            ("capability", "boot_mode:uefi", "capabilities:boot_mode=uefi"),
            ("resources.CUSTOM_X", "1", "resources:CUSTOM_X=1"),
            ("trait/CUSTOM_X", "forbidden", "trait:CUSTOM_X=forbidden"),
            ("trait_CUSTOM_X", "required", "trait:CUSTOM_X=required"),
            ("capabilities=boot_mode", "uefi", "capabilities:boot_mode=uefi"),
            ("trait CUSTOM_X", "required", "trait:CUSTOM_X=required"),
        ] {
            assert_eq!(intended_without_colon(key, value).as_deref(), Some(expected), "{key}");
        }
        for (key, value) in [
            ("resource_type", "ironic"),
            ("trait", ""),
            ("capabilities", "uefi"),
            ("boot_mode", "uefi"),
            ("trait", "a b"),
            ("baremetal", "cpu_arch=x"),
        ] {
            assert_eq!(intended_without_colon(key, value), None, "{key}");
        }
    }

    #[test]
    fn valid_scopes_are_unchanged() {
        for scope in ["capabilities", "resources", "trait", "baremetal"] {
            assert_eq!(intended_scope(scope), Some(scope));
        }
    }
}
