//! The options that name a flavor, and where flavors come from.

use std::path::PathBuf;

use super::Context;
use super::failure::{Failure, Kind};
use crate::host_manager::Flavor;
use crate::inventory::document::nearest;
use crate::inventory::flavor;

const SELECTION: &str = "Selection";

/// The files that flavors are read from.
#[derive(Debug, clap::Args)]
pub(super) struct FlavorFiles {
    /// A file of flavors, or a folder of such; repeat for more; ~/.config/farrier/flavors/ unless given
    #[arg(
        long = "flavor-file", value_name = "FILE", value_hint = clap::ValueHint::AnyPath, help_heading = SELECTION
    )]
    files: Vec<PathBuf>,
}

/// The flavor that a request begins as.
#[derive(Debug, clap::Args)]
pub(super) struct FlavorArgs {
    /// What is asked for, by the name of a flavor; other options go over it
    #[arg(long, value_name = "NAME", help_heading = SELECTION)]
    flavor: Option<String>,

    #[command(flatten)]
    files: FlavorFiles,
}

impl FlavorFiles {
    /// Every flavor there is, in the order of the files.
    pub(super) fn load(&self, context: &Context) -> anyhow::Result<Vec<Flavor>> {
        let paths =
            if self.files.is_empty() { own_folder().into_iter().collect() } else { self.files.clone() };
        let (flavors, findings) = flavor::load(&paths)?;
        for finding in findings {
            context.ui.warn(&finding.to_string());
        }
        Ok(flavors)
    }

    /// One flavor by its name.
    pub(super) fn find(&self, name: &str, context: &Context) -> anyhow::Result<Flavor> {
        let flavors = self.load(context)?;
        if let Some(flavor) = flavors.iter().find(|flavor| flavor.name == name) {
            return Ok(flavor.clone());
        }
        let known = flavors.iter().map(|flavor| flavor.name.as_str());
        let hint = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`? `farrier flavor list` shows them all"),
            None if flavors.is_empty() => {
                "`--flavor-file` names a file of flavors; `farrier flavor derive` makes one".to_owned()
            }
            None => "`farrier flavor list` shows the flavors".to_owned(),
        };
        Err(Failure::new(Kind::NotFound, format!("no flavor is named `{name}`")).hint(hint).into())
    }
}

impl FlavorArgs {
    /// A flavor by its name, whichever is named by the option.
    pub(super) fn find(&self, name: &str, context: &Context) -> anyhow::Result<Flavor> {
        self.files.find(name, context)
    }

    /// The flavor named, if one is.
    pub(super) fn resolve(&self, context: &Context) -> anyhow::Result<Option<Flavor>> {
        self.flavor.as_deref().map(|name| self.files.find(name, context)).transpose()
    }
}

/// The operator's own folder of flavors, where there is one.
fn own_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(config.join("farrier").join("flavors")).filter(|folder| folder.is_dir())
}
