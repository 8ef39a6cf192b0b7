//! farrier's configuration folder, and the groups of clouds in config.yaml.

use std::path::PathBuf;

use super::failure::{Failure, Kind};
use crate::cli::Context;
use crate::cloud::Cloud;
use crate::cloud::files::Environment;
use crate::inventory::config::{self, Config};

/// The configuration folder.
pub(crate) fn folder() -> Option<PathBuf> {
    let config = variable("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")))?;
    Some(config.join("farrier"))
}

/// The value of an environment variable, unless it is empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads config.yaml. A missing file is an empty configuration.
fn load(context: &Context) -> anyhow::Result<Config> {
    let Some(path) = folder().map(|folder| folder.join("config.yaml")).filter(|path| path.is_file()) else {
        return Ok(Config::default());
    };
    let (config, findings) = config::load(&path)?;
    for finding in findings {
        context.ui.warn(&finding.to_string());
    }
    Ok(config)
}

/// The names of the clouds in the options, or else in `OS_CLOUD`, without duplicates. Groups are replaced by their
/// clouds.
///
/// A name of both a cloud and a group is refused, because it is ambiguous.
pub(crate) fn cloud_names(context: &Context) -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = context.global.clouds().map(str::to_owned).collect();
    if names.is_empty() && context.global.endpoint().is_none() {
        names.extend(variable("OS_CLOUD"));
    }
    if names.is_empty() {
        return Ok(names);
    }
    let mut groups = load(context)?.cloud_groups;
    let mut clouds: Vec<String> = Vec::new();
    for name in names {
        let members = match groups.remove(&name) {
            Some(group) => {
                if Cloud::names(&Environment::of_process())?.contains(&name) {
                    let at = group.origin.short();
                    let problem =
                        format!("`{name}` is both a cloud in clouds.yaml and a group of clouds at {at}");
                    return Err(Failure::new(Kind::Usage, problem).hint("rename the group").into());
                }
                group.clouds
            }
            None => vec![name],
        };
        for cloud in members {
            if !clouds.contains(&cloud) {
                clouds.push(cloud);
            }
        }
    }
    Ok(clouds)
}
