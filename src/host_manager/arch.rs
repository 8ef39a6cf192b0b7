//! Names of processor architectures, brought to one form so that an image made for `amd64` fits a node of `x86_64`.

use std::borrow::Cow;

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
