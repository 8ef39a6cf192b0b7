//! farrier's own configuration.
//!
//! ```yaml
//! cloud_groups:
//!   lab: [lab-north, lab-south]      # what `--os-cloud lab` stands for
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use super::document::{Cursor, Document, Finding, InputError, Origin, Report, Source};

/// What the file says.
#[derive(Debug, Default)]
pub struct Config {
    /// Clouds that are worked over together, by the name of their group.
    pub cloud_groups: BTreeMap<String, CloudGroup>,
}

/// A group of clouds.
#[derive(Debug)]
pub struct CloudGroup {
    /// Their names in `clouds.yaml`, each once, in the order of preference.
    pub clouds: Vec<String>,
    /// Where the group stands.
    pub origin: Origin,
}

/// Reads the file, and what its operator should know although it can be used.
///
/// # Errors
/// All that is wrong with it.
pub fn load(path: &Path) -> Result<(Config, Vec<Finding>), InputError> {
    read(&Document::parse(Source::read(path)?)?)
}

fn read(document: &Document) -> Result<(Config, Vec<Finding>), InputError> {
    let report = Report::default();
    let mut config = Config::default();
    for root in document.roots(&report) {
        // A file of comments only says nothing.
        if root.value().is_null() {
            continue;
        }
        let Some(table) = root.mapping() else { continue };
        for (key, value) in table.entries() {
            match key {
                "cloud_groups" if !value.value().is_null() => read_groups(&value, &mut config.cloud_groups),
                "cloud_groups" => {}
                _ => value.warning("farrier knows no such key"),
            }
        }
    }
    report.finish(config)
}

fn read_groups(groups: &Cursor<'_>, all: &mut BTreeMap<String, CloudGroup>) {
    let Some(table) = groups.mapping() else { return };
    for (name, group) in table.entries() {
        if name.trim() != name || name.is_empty() || name.contains(',') {
            group.error("the name of a group has no commas, and no blanks around it");
            continue;
        }
        let mut clouds: Vec<String> = Vec::new();
        let items = group.items();
        if items.is_empty() {
            // What is no list was noted by now.
            if matches!(group.value().content, super::document::Content::List(_)) {
                group.error("a group without clouds");
            }
            continue;
        }
        for item in items {
            let Some(cloud) = item.string() else { continue };
            if clouds.iter().any(|known| known == cloud) {
                item.error(format!("cloud `{cloud}` is in the group already"));
            } else {
                clouds.push(cloud.to_owned());
            }
        }
        all.insert(name.to_owned(), CloudGroup { clouds, origin: group.origin() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Config, Vec<Finding>), InputError> {
        read(&Document::parse(Source::from_text("config.yaml", text)).expect("it is YAML"))
    }

    #[test]
    fn groups_keep_the_order_of_their_clouds() {
        let (config, warnings) =
            parsed("cloud_groups:\n  lab: [b, a]\n  all: [a, b, c]\nlater: {x: 1}\n").expect("it is right");
        assert_eq!(config.cloud_groups["lab"].clouds, ["b", "a"]);
        assert_eq!(config.cloud_groups["all"].origin.short(), "config.yaml:3");
        let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings, ["config.yaml:4:8: later: farrier knows no such key"]);
        for nothing in ["", "# nothing\n", "cloud_groups:\n"] {
            assert!(parsed(nothing).expect("it is right").0.cloud_groups.is_empty());
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_with_its_place() {
        let text = "cloud_groups:\n  a: east\n  b: []\n  c: [x, [y], x]\n  'd,e': [x]\n";
        let errors = parsed(text).expect_err("it is wrong").to_string();
        let lines: Vec<&str> = errors.lines().collect();
        assert_eq!(lines.len(), 5, "{errors}");
        for (line, told) in lines.iter().zip([
            "config.yaml:2:6: cloud_groups.a: expected a list",
            "config.yaml:3:6: cloud_groups.b: a group without clouds",
            "config.yaml:4:10: cloud_groups.c[1]: expected text",
            "config.yaml:4:15: cloud_groups.c[2]: cloud `x` is in the group already",
            "config.yaml:5:10: cloud_groups[\"d,e\"]: the name of a group",
        ]) {
            assert!(line.starts_with(told), "{line}");
        }
    }
}
