//! farrier's configuration folder, and the groups of clouds in config.yaml.

use std::path::PathBuf;

use super::failure::{Failure, FailureKind};
use crate::cli::Context;
use crate::cloud::Cloud;
use crate::cloud::files::Environment;
use crate::inventory::config::{self, Config};
use crate::state_dir::UserFolder;

/// The configuration folder.
pub(crate) fn folder() -> Option<PathBuf> {
    Some(UserFolder::Config.path()?.join("farrier"))
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
        names.extend(std::env::var("OS_CLOUD").ok().filter(|name| !name.is_empty()));
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
                    let at = group.location.short();
                    let problem =
                        format!("`{name}` is both a cloud in clouds.yaml and a group of clouds at {at}");
                    return Err(Failure::new(FailureKind::Usage, problem).hint("rename the group").into());
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
