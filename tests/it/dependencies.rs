//! Every dependency has an accepted license, comes from crates.io, and occurs once, as `deny.toml` says.
//!
//! `cargo deny` reads the same file. Its build takes longer than farrier's, so the tests do not need it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The lines of a list in `deny.toml`, without comments. `key` is the list's first line.
fn list(key: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
    let text = fs::read_to_string(path).expect("readable");
    let (_, list) = text.split_once(&format!("\n{key} = [\n")).expect("deny.toml has the list");
    let (list, _) = list.split_once("\n]").expect("the list ends");
    let lines = list.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// The first text in quotes.
fn quoted(line: &str) -> &str {
    line.split('"').nth(1).expect("a text in quotes")
}

/// The packages that farrier is built and tested with on this platform, from Cargo.lock.
fn packages() -> Vec<Value> {
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", &platform])
        .output()
        .expect("cargo runs the tests");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let Value::Array(packages) = metadata["packages"].take() else { panic!("a list") };
    packages
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_else(|| panic!("no {key}: {}", package["id"]))
}

/// The licenses of an expression that are accepted, if they are enough.
fn accepted(expression: &str, allowed: &[String]) -> Option<Vec<String>> {
    let expression = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX).ok()?;
    let requirements = expression.minimized_requirements(
        allowed.iter().filter_map(|name| spdx::Licensee::parse(name).ok()).collect::<Vec<_>>().iter(),
    );
    Some(requirements.ok()?.iter().map(ToString::to_string).collect())
}

#[test]
fn every_license_is_accepted() {
    let allowed: Vec<String> = list("allow").iter().map(|line| quoted(line).to_owned()).collect();
    let mut used = BTreeSet::new();
    let mut refused = Vec::new();
    for package in packages() {
        match accepted(text(&package, "license"), &allowed) {
            Some(licenses) => used.extend(licenses),
            None => refused.push(format!("{}: {}", text(&package, "name"), package["license"])),
        }
    }
    assert!(refused.is_empty(), "licenses that deny.toml does not allow: {}", refused.join("; "));
    let unused: Vec<&String> = allowed.iter().filter(|license| !used.contains(*license)).collect();
    assert!(unused.is_empty(), "deny.toml allows licenses that no dependency needs: {unused:?}");
}

#[test]
fn licenses_are_combined_as_spdx_says() {
    let allowed = ["MIT".to_owned(), "ISC".to_owned()];
    for (expression, is_accepted) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only/MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("(GPL-3.0-only OR MIT) AND ISC", true),
        ("no license", false),
    ] {
        assert_eq!(accepted(expression, &allowed).is_some(), is_accepted, "{expression}");
    }
}

#[test]
fn every_dependency_occurs_once_and_comes_from_crates_io() {
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages() {
        let source = package["source"].as_str();
        let is_farrier = package["name"] == env!("CARGO_PKG_NAME");
        assert!(
            is_farrier || source == Some("registry+https://github.com/rust-lang/crates.io-index"),
            "{} does not come from crates.io",
            package["id"]
        );
        let [name, version] = ["name", "version"].map(|key| text(&package, key).to_owned());
        versions.entry(name).or_default().push(version);
    }
    let duplicates = versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    let mut exceptions = list("skip");
    for (name, versions) in duplicates {
        let is_of = |line: &str, version: &str| {
            let (excepted, of) = quoted(line).split_once('@').expect("a crate and its version");
            excepted == name && version.starts_with(&format!("{of}."))
        };
        let unexplained: Vec<&String> =
            versions.iter().filter(|version| !exceptions.iter().any(|line| is_of(line, version))).collect();
        assert_eq!(unexplained.len(), 1, "{name} occurs in several versions: {}", versions.join(", "));
        exceptions.retain(|line| !versions.iter().any(|version| is_of(line, version)));
    }
    assert!(exceptions.is_empty(), "these crates of deny.toml occur once now: {}", exceptions.join(" "));
}
