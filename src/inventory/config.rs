//! farrier's configuration file.
//!
//! ```yaml
//! cloud_groups:
//!   lab: [lab-north, lab-south]      # the clouds of `--os-cloud lab`
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use super::document::{Cursor, Document, InputError, InputFile, InputProblem, Report, SourceLocation};

/// The content of the configuration file.
#[derive(Debug, Default)]
pub struct Config {
    /// Groups of clouds that `--os-cloud` can select, by name.
    pub cloud_groups: BTreeMap<String, CloudGroup>,
}

/// A group of clouds.
#[derive(Debug)]
pub struct CloudGroup {
    /// Their names in `clouds.yaml`, without duplicates, in order of preference.
    pub clouds: Vec<String>,
    /// The location of the group in the file.
    pub location: SourceLocation,
}

/// Reads the file. Also returns warnings about it.
///
/// # Errors
/// All errors of the file.
pub fn load(path: &Path) -> Result<(Config, Vec<InputProblem>), InputError> {
    read(&Document::parse(InputFile::read(path)?)?)
}

fn read(document: &Document) -> Result<(Config, Vec<InputProblem>), InputError> {
    let report = Report::default();
    let mut config = Config::default();
    for root in document.roots(&report) {
        // A file that only contains comments is valid.
        if root.value().is_null() {
            continue;
        }
        let Some(table) = root.mapping() else { continue };
        for (key, value) in table.entries() {
            match key {
                "cloud_groups" if !value.value().is_null() => read_groups(&value, &mut config.cloud_groups),
                "cloud_groups" => {}
                _ => value.warning("unknown key"),
            }
        }
    }
    report.finish(config)
}

fn read_groups(groups: &Cursor<'_>, all: &mut BTreeMap<String, CloudGroup>) {
    let Some(table) = groups.mapping() else { return };
    for (name, group) in table.entries() {
        if name.trim() != name || name.is_empty() || name.contains(',') {
            group.error(
                "the name of a group must not be empty, contain commas, or begin or end with white space",
            );
            continue;
        }
        let mut clouds: Vec<String> = Vec::new();
        let items = group.items();
        if items.is_empty() {
            // If it is not a list, `items` has reported it.
            if matches!(group.value().content, super::document::Content::List(_)) {
                group.error("the group has no clouds");
            }
            continue;
        }
        for item in items {
            let Some(cloud) = item.string() else { continue };
            if clouds.iter().any(|known| known == cloud) {
                item.error(format!("cloud `{cloud}` is already in the group"));
            } else {
                clouds.push(cloud.to_owned());
            }
        }
        all.insert(name.to_owned(), CloudGroup { clouds, location: group.location() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Config, Vec<InputProblem>), InputError> {
        read(&Document::parse(InputFile::from_text("config.yaml", text)).expect("is YAML"))
    }

    #[test]
    fn groups_keep_the_order_of_their_clouds() {
        let (config, warnings) =
            parsed("cloud_groups:\n  lab: [b, a]\n  all: [a, b, c]\nlater: {x: 1}\n").expect("is valid");
        assert_eq!(config.cloud_groups["lab"].clouds, ["b", "a"]);
        assert_eq!(config.cloud_groups["all"].location.short(), "config.yaml:3");
        let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, ["config.yaml:4:8: later: unknown key"]);
        for empty in ["", "# nothing\n", "cloud_groups:\n"] {
            assert!(parsed(empty).expect("is valid").0.cloud_groups.is_empty());
        }
    }

    #[test]
    fn all_errors_are_reported_with_their_position() {
        let text = "cloud_groups:\n  a: east\n  b: []\n  c: [x, [y], x]\n  'd,e': [x]\n";
        let errors = parsed(text).expect_err("is invalid").to_string();
        let lines: Vec<&str> = errors.lines().collect();
        assert_eq!(lines.len(), 5, "{errors}");
        for (line, expected) in lines.iter().zip([
            "config.yaml:2:6: cloud_groups.a: expected a list",
            "config.yaml:3:6: cloud_groups.b: the group has no clouds",
            "config.yaml:4:10: cloud_groups.c[1]: expected text",
            "config.yaml:4:15: cloud_groups.c[2]: cloud `x` is already in the group",
            "config.yaml:5:10: cloud_groups[\"d,e\"]: the name of a group",
        ]) {
            assert!(line.starts_with(expected), "{line}");
        }
    }
}
