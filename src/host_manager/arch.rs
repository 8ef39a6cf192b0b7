//! Names of processor architectures, brought to one form so that an image made for `amd64` fits a node of `x86_64`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::explain::nodes;
use super::extra_specs::Subject;
use super::filters::Matcher;
use super::host::HostState;

/// The canonical name of an architecture; `None` for the empty name, which is no architecture.
///
/// The folding is Nova's (`nova.objects.fields.Architecture`), and farrier's own `arm64` → `aarch64`.
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
    /// How many nodes have each, by canonical name. Nodes without a known architecture are left out.
    counts: BTreeMap<String, usize>,
    /// Whether the request, its flavor or its image says which one it wants.
    is_asked: bool,
}

impl Architectures {
    /// Counts the architectures of these nodes.
    pub(super) fn of<'h>(matcher: &Matcher<'_>, hosts: impl Iterator<Item = &'h HostState>) -> Self {
        let is_about_it = |subject: Subject<'_>| match subject {
            Subject::Named(name) | Subject::IfKnown(name) => name == "cpu_arch",
            Subject::RawArchitecture => true,
            Subject::Nowhere => false,
        };
        let is_asked = !matcher.architectures.is_empty()
            || matcher.specs.specs.iter().any(|spec| is_about_it(spec.subject));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for arch in hosts.filter_map(|host| host.arch.as_deref()) {
            *counts.entry(arch).or_default() += 1;
        }
        Self { counts: counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(), is_asked }
    }

    /// How many nodes have each architecture, by canonical name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.counts.iter().map(|(name, count)| (name.as_str(), *count))
    }

    /// That the nodes have different architectures and nothing says which one is wanted.
    #[must_use]
    pub fn ambiguity(&self) -> Option<String> {
        if self.is_asked || self.counts.len() < 2 {
            return None;
        }
        let mut counts: Vec<(&str, usize)> = self.iter().collect();
        counts.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
        let told: Vec<String> =
            counts.iter().map(|(name, count)| format!("{name} ({})", nodes(*count))).collect();
        Some(format!("the nodes that fit have different architectures: {}", told.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn aliases_fold_and_others_are_lowered() {
        for (name, folded) in [
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
            assert_eq!(canonical(name).as_deref(), Some(folded), "{name}");
        }
        assert_eq!(canonical(""), None);
    }
}
