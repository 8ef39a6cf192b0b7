//! farrier's own folder of configuration, and the groups of clouds in it.

use std::path::PathBuf;

use super::Context;
use super::failure::{Failure, Kind};
use crate::cloud::Cloud;
use crate::cloud::files::Environment;
use crate::inventory::config::{self, Config};

/// Where the operator keeps what farrier is to know.
pub(super) fn folder() -> Option<PathBuf> {
    let config = variable("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")))?;
    Some(config.join("farrier"))
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The configuration; that there is none says nothing.
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

/// The clouds that the options name, or else `OS_CLOUD`, each once and with those of a group in the group's place; none
/// where neither names any.
///
/// A group does not hide a cloud, nor a cloud a group: what has both names is refused.
pub(super) fn clouds_named(context: &Context) -> anyhow::Result<Vec<String>> {
    let mut given: Vec<String> = context.global.clouds().map(str::to_owned).collect();
    if given.is_empty() && context.global.endpoint().is_none() {
        given.extend(variable("OS_CLOUD"));
    }
    if given.is_empty() {
        return Ok(given);
    }
    let mut groups = load(context)?.cloud_groups;
    let mut clouds: Vec<String> = Vec::new();
    for name in given {
        let members = match groups.remove(&name) {
            Some(group) => {
                if Cloud::names(&Environment::of_process())?.contains(&name) {
                    let at = group.origin.short();
                    let problem =
                        format!("`{name}` is a cloud of clouds.yaml, and a group of clouds at {at}");
                    return Err(Failure::new(Kind::Usage, problem)
                        .hint("call the group something else")
                        .into());
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
