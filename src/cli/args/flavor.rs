//! The flavor options, and the sources of flavors: files, the configuration directory, Nova.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use tracing::info;

use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{batch, config_dir};
use crate::cloud::nova::Nova;
use crate::cloud::{self, Cloud};
use crate::driver::ObjectKind;
use crate::host_manager::Flavor;
use crate::inventory::flavor::{self, LocatedFlavor};
use crate::suggest::nearest;

const SELECTION: &str = "Selection";

/// The files that flavors are read from.
#[derive(Debug, clap::Args)]
pub(crate) struct FlavorFiles {
    /// File or directory of flavors (repeatable)
    ///
    /// Without this option, flavors come from `~/.config/farrier/flavors/` and from Nova. With it, lists contain only
    /// the flavors of these files. A flavor given by name is looked up in these files first.
    #[arg(
        long = "flavor-file", value_name = "FILE", value_hint = clap::ValueHint::AnyPath, help_heading = SELECTION
    )]
    files: Vec<PathBuf>,

    /// The flavors of Nova, once they are fetched.
    #[arg(skip)]
    nova: OnceLock<Vec<NovaFlavors>>,
}

/// The flavor that a request is based on.
#[derive(Debug, clap::Args)]
pub(crate) struct FlavorArgs {
    /// Flavor, from a file or Nova
    #[arg(long, value_name = "NAME", help_heading = SELECTION)]
    flavor: Option<String>,

    #[command(flatten)]
    files: FlavorFiles,
}

/// A flavor and its source.
#[derive(Debug, Clone)]
pub(crate) struct StoredFlavor {
    pub(crate) flavor: Flavor,
    pub(crate) source: FlavorSource,
}

/// The source of a flavor.
#[derive(Debug, Clone)]
pub(crate) enum FlavorSource {
    /// This file.
    File(String),
    /// The Nova of a cloud.
    Nova {
        /// The name of the cloud in `clouds.yaml`, if it has one.
        cloud: Option<String>,
        /// The ID in Nova.
        id: String,
        /// Whether Nova shows the extra specs to this user.
        is_complete: bool,
    },
}

/// The flavors of one cloud's Nova, or why they cannot be fetched.
type NovaFlavors = Result<Vec<StoredFlavor>, String>;

/// A flavor.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FlavorRow {
    /// The name.
    name: String,
    /// CPUs.
    vcpus: Option<u64>,
    /// RAM in MiB.
    ram_mb: Option<u64>,
    /// Root disk in GiB.
    disk_gb: Option<u64>,
    /// Ephemeral disk in GiB.
    ephemeral_gb: Option<u64>,
    /// Swap in MiB.
    swap_mb: Option<u64>,
    /// The resource class.
    resource_class: Option<String>,
    /// The extra specs; null if Nova does not show them to this user.
    extra_specs: Option<BTreeMap<String, String>>,
    /// The path of its file, or `nova`.
    source: String,
    #[serde(flatten)]
    nova: Option<NovaFlavor>,
}

/// Where a flavor of Nova is.
#[derive(Debug, Serialize, JsonSchema)]
struct NovaFlavor {
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The flavor's ID in Nova.
    id: String,
}

impl StoredFlavor {
    /// The row in the output.
    pub(crate) fn row(&self) -> FlavorRow {
        let flavor = self.flavor.clone();
        let (source, is_complete, nova) = match &self.source {
            FlavorSource::File(path) => (path.clone(), true, None),
            FlavorSource::Nova { cloud, id, is_complete } => {
                let nova = NovaFlavor { cloud: cloud.clone(), id: id.clone() };
                ("nova".to_owned(), *is_complete, Some(nova))
            }
        };
        FlavorRow {
            name: flavor.name,
            vcpus: flavor.vcpus,
            ram_mb: flavor.ram_mb,
            disk_gb: flavor.disk_gb,
            ephemeral_gb: flavor.ephemeral_gb,
            swap_mb: flavor.swap_mb,
            resource_class: flavor.resource_class,
            extra_specs: is_complete.then_some(flavor.extra_specs),
            source,
            nova,
        }
    }

    /// The source, as text.
    fn place(&self) -> String {
        match &self.source {
            FlavorSource::File(path) => path.clone(),
            FlavorSource::Nova { cloud: Some(cloud), id, .. } => format!("Nova of cloud `{cloud}` ({id})"),
            FlavorSource::Nova { cloud: None, id, .. } => format!("Nova ({id})"),
        }
    }

    /// Whether it is for bare metal. Nova also has flavors for virtual machines, which specify sizes only.
    pub(crate) fn is_for_bare_metal(&self) -> bool {
        const SIGNS: [&str; 4] = ["resources:CUSTOM_", "capabilities:", "baremetal:", "cpu_arch"];
        let is_sign = |key: &String| SIGNS.iter().any(|sign| key.starts_with(sign));
        matches!(self.source, FlavorSource::File(_)) || self.flavor.extra_specs.keys().any(is_sign)
    }

    /// Refuses a flavor with hidden extra specs: they may be what keeps a small request off large machines.
    fn check(&self) -> Result<(), Failure> {
        match &self.source {
            FlavorSource::Nova { is_complete: false, .. } => {
                let problem = format!(
                    "cannot use flavor `{}`: Nova does not show its extra specs to this user",
                    self.flavor.name
                );
                Err(Failure::new(FailureKind::Forbidden, problem).hint(EXTRA_SPECS_ROLE))
            }
            _ => Ok(()),
        }
    }
}

/// The permission that Nova requires (`os_compute_api:os-flavor-extra-specs:index`).
const EXTRA_SPECS_ROLE: &str = "needs role reader or admin in a project; system scope is not enough";

impl FlavorFiles {
    /// All flavors: those of files in order, then those of Nova that are not hidden by a file. If files are given, only
    /// those of the files.
    pub(crate) fn load(&self, context: &Context) -> anyhow::Result<Vec<StoredFlavor>> {
        if !self.files.is_empty() {
            return read(&self.files, context);
        }
        let mut all = read(config_dir_flavors().as_slice(), context)?;
        let novas = match self.nova(context) {
            Ok(novas) => novas,
            Err(error) => {
                context.ui.warn(&format!("Nova flavors are missing: {error}"));
                return Ok(all);
            }
        };
        for nova in novas {
            match nova {
                Ok(flavors) => {
                    for stored in flavors {
                        // A flavor in a file hides flavors of that name in Nova. Clouds often have the same flavors.
                        let hides = |known: &StoredFlavor| match known.source {
                            FlavorSource::File(_) => known.flavor.name == stored.flavor.name,
                            FlavorSource::Nova { .. } => known.flavor == stored.flavor,
                        };
                        if !all.iter().any(hides) {
                            all.push(stored.clone());
                        }
                    }
                }
                Err(reason) => info!(reason, "Nova flavors are missing"),
            }
        }
        if all.iter().any(|stored| stored.check().is_err()) {
            context.ui.warn(&format!(
                "cannot show the extra specs of Nova flavors: permission denied ({EXTRA_SPECS_ROLE})"
            ));
        }
        Ok(all)
    }

    /// Finds a flavor by name: in the given files, in the configuration directory, and then in Nova, by name or ID.
    pub(crate) fn find(&self, name: &str, context: &Context) -> anyhow::Result<StoredFlavor> {
        let mut known: Vec<String> = Vec::new();
        for paths in [self.files.as_slice(), config_dir_flavors().as_slice()] {
            let flavors = read(paths, context)?;
            if let Some(stored) = flavors.iter().find(|stored| stored.flavor.name == name) {
                return Ok(stored.clone());
            }
            known.extend(flavors.into_iter().map(|stored| stored.flavor.name));
        }
        let novas = self.nova(context).map_err(|error| {
            error.context(format!(
                "no flavor is named `{name}` in files, and the flavors of Nova are unavailable"
            ))
        })?;
        let all_of_nova = || novas.iter().flatten().flatten();
        let has_id =
            |stored: &&StoredFlavor| matches!(&stored.source, FlavorSource::Nova { id, .. } if id == name);
        let mut found: Vec<&StoredFlavor> =
            all_of_nova().filter(|stored| stored.flavor.name == name).collect();
        if found.is_empty() {
            found = all_of_nova().filter(has_id).collect();
        }
        if let [first, others @ ..] = found.as_slice() {
            if others.iter().any(|other| other.flavor != first.flavor) {
                let places: Vec<String> = found.iter().map(|stored| stored.place()).collect();
                let problem =
                    format!("flavor `{name}` is ambiguous: it differs between {}", places.join(", "));
                return Err(Failure::new(FailureKind::Usage, problem)
                    .hint("give the ID of the flavor instead of its name")
                    .into());
            }
            first.check()?;
            return Ok((*first).clone());
        }
        known.extend(all_of_nova().map(|stored| stored.flavor.name.clone()));
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? list all flavors: `farrier flavor list`"),
            None if known.is_empty() => {
                "name a file with `--flavor-file`, or create one: `farrier flavor derive`".to_owned()
            }
            None => "list the flavors: `farrier flavor list`".to_owned(),
        };
        let missing = novas.iter().filter_map(|nova| nova.as_ref().err());
        let missing = missing.map(|reason| format!("Nova flavors were not searched: {reason}"));
        let hints = std::iter::once(hint).chain(missing);
        Err(Failure::new(FailureKind::NotFound, ObjectKind::Flavor.not_found(name)).hints(hints).into())
    }

    /// The flavors of the Novas of all selected clouds. They are fetched once per run.
    fn nova(&self, context: &Context) -> anyhow::Result<&[NovaFlavors]> {
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
        let fetched = batch::each(context.global.jobs, &clouds, |cloud| fetch(cloud));
        let fetched = match fetched.into_iter().collect::<Vec<_>>() {
            // With several clouds, an unreachable one is skipped. The warning about it follows with its nodes.
            several if several.len() > 1 => {
                let results = clouds.iter().zip(several).map(|(cloud, flavors)| {
                    let cloud = cloud.name.as_deref().unwrap_or_default();
                    flavors.unwrap_or_else(|error| Err(format!("cloud `{cloud}`: {error}")))
                });
                results.collect()
            }
            one => one.into_iter().collect::<anyhow::Result<_>>()?,
        };
        Ok(self.nova.get_or_init(|| fetched))
    }
}

/// Fetches the flavors of one cloud's Nova, if it has one.
fn fetch(cloud: &Cloud) -> anyhow::Result<NovaFlavors> {
    let Some(nova) = Nova::of(cloud)? else {
        return Ok(Err(match &cloud.name {
            Some(name) => format!("cloud `{name}` has no Nova"),
            None => "the cloud has no Nova".to_owned(),
        }));
    };
    let stored = |flavor: cloud::nova::NovaFlavor| {
        let (id, is_complete) = (flavor.id.clone(), flavor.extra_specs.is_some());
        StoredFlavor {
            flavor: flavor.into(),
            source: FlavorSource::Nova { cloud: cloud.name.clone(), id, is_complete },
        }
    };
    Ok(Ok(nova.flavors()?.into_iter().map(stored).collect()))
}

impl FlavorArgs {
    /// A flavor by name, regardless of `--flavor`.
    pub(crate) fn find(&self, name: &str, context: &Context) -> anyhow::Result<Flavor> {
        Ok(self.files.find(name, context)?.flavor)
    }

    /// The flavor of `--flavor`, or else all flavors in the given files; none without these options.
    pub(crate) fn given(&self, context: &Context) -> anyhow::Result<Vec<Flavor>> {
        match self.resolve(context)? {
            Some(flavor) => Ok(vec![flavor]),
            None if self.files.files.is_empty() => Ok(Vec::new()),
            None => Ok(self.files.load(context)?.into_iter().map(|stored| stored.flavor).collect()),
        }
    }

    /// The flavor of `--flavor`, if given.
    pub(crate) fn resolve(&self, context: &Context) -> anyhow::Result<Option<Flavor>> {
        self.flavor.as_deref().map(|name| self.find(name, context)).transpose()
    }
}

/// Reads the flavors in files.
fn read(paths: &[PathBuf], context: &Context) -> anyhow::Result<Vec<StoredFlavor>> {
    let (flavors, findings) = flavor::load(paths)?;
    for finding in findings {
        context.ui.warn(&finding.to_string());
    }
    let stored = |LocatedFlavor { flavor, origin }| StoredFlavor {
        flavor,
        source: FlavorSource::File(origin.file_name().to_owned()),
    };
    Ok(flavors.into_iter().map(stored).collect())
}

/// The flavors folder in the configuration directory, if it exists.
fn config_dir_flavors() -> Option<PathBuf> {
    Some(config_dir::folder()?.join("flavors")).filter(|folder| folder.is_dir())
}
