//! The options that name a flavor, and where flavors come from: files, the configuration directory, Nova.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Value, json};
use tracing::info;

use super::failure::{Failure, Kind};
use super::{Context, batch, settings};
use crate::cloud::nova::Nova;
use crate::cloud::{self, Cloud};
use crate::host_manager::Flavor;
use crate::inventory::flavor::{self, Written};
use crate::spelling::nearest;

const SELECTION: &str = "Selection";

/// The files that flavors are read from.
#[derive(Debug, clap::Args)]
pub(super) struct FlavorFiles {
    /// File or directory of flavors (repeatable)
    ///
    /// The default is ~/.config/farrier/flavors/ and Nova.
    #[arg(
        long = "flavor-file", value_name = "FILE", value_hint = clap::ValueHint::AnyPath, help_heading = SELECTION
    )]
    files: Vec<PathBuf>,

    /// What Nova has, once it was asked.
    #[arg(skip)]
    nova: OnceLock<Vec<OfNova>>,
}

/// The flavor that a request begins as.
#[derive(Debug, clap::Args)]
pub(super) struct FlavorArgs {
    /// Flavor; other options override it
    ///
    /// From a flavor file or Nova.
    #[arg(long, value_name = "NAME", help_heading = SELECTION)]
    flavor: Option<String>,

    #[command(flatten)]
    files: FlavorFiles,
}

/// A flavor, and where it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) flavor: Flavor,
    pub(super) source: Source,
}

/// Where a flavor is kept.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// In this file.
    File(String),
    /// In a cloud's Nova.
    Nova {
        /// The cloud's entry in `clouds.yaml`, where it has one.
        cloud: Option<String>,
        /// Nova's id of it.
        id: String,
        /// Whether Nova shows us what it asks beside sizes.
        is_whole: bool,
    },
}

/// What the Nova of one cloud has, or why there is none to be asked.
type OfNova = Result<Vec<Kept>, String>;

impl Kept {
    /// As answers have it.
    pub(super) fn row(&self) -> Value {
        let mut row = json!(self.flavor);
        match &self.source {
            Source::File(path) => row["source"] = json!(path),
            Source::Nova { cloud, id, is_whole } => {
                (row["source"], row["cloud"], row["id"]) = (json!("nova"), json!(cloud), json!(id));
                if !is_whole {
                    row["extra_specs"] = Value::Null;
                }
            }
        }
        row
    }

    /// Where it is kept, in words.
    fn place(&self) -> String {
        match &self.source {
            Source::File(path) => path.clone(),
            Source::Nova { cloud: Some(cloud), id, .. } => format!("Nova of cloud `{cloud}` ({id})"),
            Source::Nova { cloud: None, id, .. } => format!("Nova ({id})"),
        }
    }

    /// Whether machines can be meant by it. Nova has flavors of virtual machines too, which ask for amounts alone.
    pub(super) fn is_for_bare_metal(&self) -> bool {
        const SIGNS: [&str; 4] = ["resources:CUSTOM_", "capabilities:", "baremetal:", "cpu_arch"];
        let asks = |key: &String| SIGNS.iter().any(|sign| key.starts_with(sign));
        matches!(self.source, Source::File(_)) || self.flavor.extra_specs.keys().any(asks)
    }

    /// Whether it can be asked for. What it does not show may be what keeps a small request off large machines.
    fn check(&self) -> Result<(), Failure> {
        match &self.source {
            Source::Nova { is_whole: false, .. } => {
                let problem = format!(
                    "flavor `{}`: Nova does not show its extra specs to this user, so what it asks is not known",
                    self.flavor.name
                );
                Err(Failure::new(Kind::Forbidden, problem).hint(NOT_WHOLE))
            }
            _ => Ok(()),
        }
    }
}

/// Nova's rule (`os_compute_api:os-flavor-extra-specs:index`).
const NOT_WHOLE: &str = "Nova shows them to the role reader of a project, or to an admin of one; not to a token of \
                         system scope";

impl FlavorFiles {
    /// Every flavor there is, in the order of the files, and then Nova's that none of these hides. Where files are
    /// named, there are no others.
    pub(super) fn load(&self, context: &Context) -> anyhow::Result<Vec<Kept>> {
        if !self.files.is_empty() {
            return read(&self.files, context);
        }
        let mut all = read(own_folder().as_slice(), context)?;
        let novas = match self.of_nova(context) {
            Ok(novas) => novas,
            Err(error) => {
                context.ui.warn(&format!("Nova's flavors are not in: {error}"));
                return Ok(all);
            }
        };
        for of_nova in novas {
            match of_nova {
                Ok(flavors) => {
                    for kept in flavors {
                        // What a file says by the same name is what the name means, and clouds often have the same.
                        let hides = |known: &Kept| match known.source {
                            Source::File(_) => known.flavor.name == kept.flavor.name,
                            Source::Nova { .. } => known.flavor == kept.flavor,
                        };
                        if !all.iter().any(hides) {
                            all.push(kept.clone());
                        }
                    }
                }
                Err(why) => info!(why, "Nova's flavors are not in"),
            }
        }
        if all.iter().any(|kept| kept.check().is_err()) {
            context
                .ui
                .warn(&format!("Nova does not show this user the extra specs of its flavors: {NOT_WHOLE}"));
        }
        Ok(all)
    }

    /// One flavor by its name: in the files, in the configuration directory, and only then in Nova, where its id
    /// serves too.
    pub(super) fn find(&self, name: &str, context: &Context) -> anyhow::Result<Kept> {
        let mut known: Vec<String> = Vec::new();
        for paths in [self.files.as_slice(), own_folder().as_slice()] {
            let flavors = read(paths, context)?;
            if let Some(kept) = flavors.iter().find(|kept| kept.flavor.name == name) {
                return Ok(kept.clone());
            }
            known.extend(flavors.into_iter().map(|kept| kept.flavor.name));
        }
        let novas = self.of_nova(context).map_err(|error| {
            error.context(format!("no flavor is named `{name}` in files, and Nova's cannot be had"))
        })?;
        let of_nova = || novas.iter().flatten().flatten();
        let has_id = |kept: &&Kept| matches!(&kept.source, Source::Nova { id, .. } if id == name);
        let mut found: Vec<&Kept> = of_nova().filter(|kept| kept.flavor.name == name).collect();
        if found.is_empty() {
            found = of_nova().filter(has_id).collect();
        }
        if let [first, others @ ..] = found.as_slice() {
            if others.iter().any(|other| other.flavor != first.flavor) {
                let places: Vec<String> = found.iter().map(|kept| kept.place()).collect();
                let problem = format!("flavor `{name}` is another one in each of {}", places.join(", "));
                return Err(Failure::new(Kind::Usage, problem).hint("name it by its id").into());
            }
            first.check()?;
            return Ok((*first).clone());
        }
        known.extend(of_nova().map(|kept| kept.flavor.name.clone()));
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? `farrier flavor list` shows them all"),
            None if known.is_empty() => {
                "`--flavor-file` names a file of flavors; `farrier flavor derive` makes one".to_owned()
            }
            None => "`farrier flavor list` shows the flavors".to_owned(),
        };
        let absent = novas.iter().filter_map(|of_nova| of_nova.as_ref().err());
        let absent = absent.map(|why| format!("Nova's flavors are not in: {why}"));
        let hint = std::iter::once(hint).chain(absent).collect::<Vec<_>>().join("\n");
        Err(Failure::new(Kind::NotFound, format!("no flavor is named `{name}`")).hint(hint).into())
    }

    /// What the Novas of all clouds have that are worked with. They are asked once a run.
    fn of_nova(&self, context: &Context) -> anyhow::Result<&[OfNova]> {
        if let Some(known) = self.nova.get() {
            return Ok(known);
        }
        let clouds = match context.clouds() {
            Ok(clouds) => clouds,
            Err(error) => match error.downcast_ref() {
                Some(cloud::Error::NothingConfigured { .. }) => {
                    return Ok(self.nova.get_or_init(|| vec![Err(error.to_string())]));
                }
                _ => return Err(error),
            },
        };
        let asked = batch::each(context.global.jobs, &clouds, |cloud| ask_nova(cloud));
        let asked = match asked.into_iter().collect::<Vec<_>>() {
            // Of several, one that does not answer is left out; that its machines are too is warned of by then.
            several if several.len() > 1 => {
                let told = clouds.iter().zip(several).map(|(cloud, asked)| {
                    let cloud = cloud.name.as_deref().unwrap_or_default();
                    asked.unwrap_or_else(|error| Err(format!("cloud `{cloud}`: {error}")))
                });
                told.collect()
            }
            one => one.into_iter().collect::<anyhow::Result<_>>()?,
        };
        Ok(self.nova.get_or_init(|| asked))
    }
}

/// Asks the Nova of one cloud, if there is one.
fn ask_nova(cloud: &Cloud) -> anyhow::Result<OfNova> {
    let Some(nova) = Nova::of(cloud)? else {
        return Ok(Err(match &cloud.name {
            Some(name) => format!("cloud `{name}` has no Nova"),
            None => "there is no Nova".to_owned(),
        }));
    };
    let kept = |flavor: cloud::nova::Flavor| {
        let (id, is_whole) = (flavor.id.clone(), flavor.extra_specs.is_some());
        Kept { flavor: flavor.into(), source: Source::Nova { cloud: cloud.name.clone(), id, is_whole } }
    };
    Ok(Ok(nova.flavors()?.into_iter().map(kept).collect()))
}

impl FlavorArgs {
    /// A flavor by its name, whichever is named by the option.
    pub(super) fn find(&self, name: &str, context: &Context) -> anyhow::Result<Flavor> {
        Ok(self.files.find(name, context)?.flavor)
    }

    /// The flavor named, or else all of the files that are named; none where neither is.
    pub(super) fn given(&self, context: &Context) -> anyhow::Result<Vec<Flavor>> {
        match self.resolve(context)? {
            Some(flavor) => Ok(vec![flavor]),
            None if self.files.files.is_empty() => Ok(Vec::new()),
            None => Ok(self.files.load(context)?.into_iter().map(|kept| kept.flavor).collect()),
        }
    }

    /// The flavor named, if one is.
    pub(super) fn resolve(&self, context: &Context) -> anyhow::Result<Option<Flavor>> {
        self.flavor.as_deref().map(|name| self.find(name, context)).transpose()
    }
}

/// The flavors of some files.
fn read(paths: &[PathBuf], context: &Context) -> anyhow::Result<Vec<Kept>> {
    let (flavors, findings) = flavor::load(paths)?;
    for finding in findings {
        context.ui.warn(&finding.to_string());
    }
    let kept = |Written { flavor, origin }| Kept { flavor, source: Source::File(origin.source().to_owned()) };
    Ok(flavors.into_iter().map(kept).collect())
}

/// The operator's own folder of flavors, where there is one.
fn own_folder() -> Option<PathBuf> {
    Some(settings::folder()?.join("flavors")).filter(|folder| folder.is_dir())
}
