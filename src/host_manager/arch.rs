//! Canonical names of processor architectures, so that an image for `amd64` fits a node with `x86_64`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::extra_specs::Subject;
use super::filters::Matcher;
use super::host::HostState;
use crate::counts;

/// The canonical name of an architecture; `None` for an empty name.
///
/// The aliases are those of Nova (`nova.objects.fields.Architecture`); farrier adds `arm64` → `aarch64`.
#[must_use]
pub fn canonical(name: &str) -> Option<Cow<'_, str>> {
    let lower = if name.chars().any(char::is_uppercase) {
        Cow::Owned(name.to_lowercase())
    } else {
        Cow::Borrowed(name)
    };
    match lower.as_ref() {
        "" => None,
        "amd64" => Some(Cow::Borrowed("x86_64")),
        "i386" | "i486" | "i586" | "x86_32" | "x86_32p" => Some(Cow::Borrowed("i686")),
        "arm64" => Some(Cow::Borrowed("aarch64")),
        _ => Some(lower),
    }
}

/// The architectures of the nodes that fit a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Architectures {
    /// How many nodes have each architecture, by canonical name, without nodes of unknown architecture.
    counts: BTreeMap<String, usize>,
    /// Whether the request, its flavor or its image specifies an architecture.
    is_requested: bool,
}

impl Architectures {
    /// Counts the architectures of nodes.
    pub(super) fn of<'h>(matcher: &Matcher<'_>, hosts: impl Iterator<Item = &'h HostState>) -> Self {
        let is_architecture = |subject: Subject<'_>| match subject {
            Subject::Named(name) | Subject::IfKnown(name) => name == "cpu_arch",
            Subject::RawArchitecture => true,
            Subject::Nowhere => false,
        };
        let is_requested = !matcher.architectures.is_empty()
            || matcher.specs.specs.iter().any(|spec| is_architecture(spec.subject));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for arch in hosts.filter_map(|host| host.arch.as_deref()) {
            *counts.entry(arch).or_default() += 1;
        }
        Self {
            counts: counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
            is_requested,
        }
    }

    /// How many nodes have each architecture, by canonical name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.counts.iter().map(|(name, count)| (name.as_str(), *count))
    }

    /// A message if the nodes have different architectures and the request does not specify one.
    #[must_use]
    pub fn ambiguity(&self) -> Option<String> {
        if self.is_requested || self.counts.len() < 2 {
            return None;
        }
        let mut counts: Vec<(&str, usize)> = self.iter().collect();
        counts.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
        let listed: Vec<String> = counts
            .iter()
            .map(|(name, count)| format!("{name} ({})", counts::counted(*count, "node")))
            .collect();
        Some(format!("the nodes that fit have different architectures: {}", listed.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn aliases_become_canonical_and_other_names_lower_case() {
        for (name, expected) in [
            ("x86_64", "x86_64"),
            ("AMD64", "x86_64"),
            ("i386", "i686"),
            ("I486", "i686"),
            ("i586", "i686"),
            ("x86_32", "i686"),
            ("arm64", "aarch64"),
            ("AARCH64", "aarch64"),
            ("ppc64le", "ppc64le"),
            ("Riscv64", "riscv64"),
        ] {
            assert_eq!(canonical(name).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(canonical(""), None);
    }
}
