//! The orders for the driver, one per instance.

use serde_json::{Map, Value, json};

use super::Args;
use crate::cli::app::failure;
use crate::cli::app::failure::Failure;
use crate::cli::args::config_drive::{FirstBoot, key_value};
use crate::cli::args::values;
use crate::driver::Error;
use crate::driver::image::{Image, ImageKind};
use crate::driver::instance::deploy::Order;
use crate::driver::network::NetworkRequest;
use crate::host_manager::Request;
use crate::inventory::root_device;

const LAYOUT: &str = "Partitions";

/// The options for partitions. Sizes from a flavor are in the `Request`, not here.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PartitionArgs {
    /// Size of the root partition
    ///
    /// In GiB, or with a unit. Only for partition images. The default is from the flavor.
    #[arg(long = "root-size", value_name = "GIB", value_parser = values::gibibytes, help_heading = LAYOUT)]
    pub(super) root: Option<u64>,

    /// Size of the swap partition
    ///
    /// In MiB, or with a unit. Only for partition images. The default is from the flavor.
    #[arg(long = "swap-size", value_name = "MIB", value_parser = values::mebibytes, help_heading = LAYOUT)]
    pub(super) swap: Option<u64>,

    /// Size of the ephemeral partition
    ///
    /// In GiB, or with a unit. Only for partition images. The default is from the flavor.
    #[arg(long = "ephemeral-size", value_name = "GIB", value_parser = values::gibibytes, help_heading = LAYOUT)]
    pub(super) ephemeral: Option<u64>,

    /// Ephemeral file system (default: ext4)
    #[arg(long, hide_short_help = true, value_name = "FS", help_heading = LAYOUT)]
    pub(super) ephemeral_format: Option<String>,

    /// Root device hint (repeatable)
    ///
    /// For example, `--root-device wwn=0x5000c500a1b2c3d4` or `--root-device 'size=>= 60'` (quoted).
    #[arg(long, value_name = "K=HINT", value_parser = key_value, help_heading = LAYOUT)]
    pub(super) root_device: Vec<(String, String)>,
}

/// The content of the orders of one group of instances.
pub(super) struct OrderTemplate {
    pub(super) image: Image,
    pub(super) partitions: PartitionArgs,
    pub(super) networks: NetworkRequest,
    pub(super) first_boot: FirstBoot,
    pub(super) deploy_steps: Vec<Value>,
}

impl OrderTemplate {
    /// One order per name. The retries and other settings are from the options.
    pub(super) fn orders(
        &self,
        names: Vec<String>,
        request: &Request,
        args: &Args,
    ) -> Result<Vec<Order>, Failure> {
        let instance_info = self.instance_info(request)?;
        let shared = names.len() > 1;
        if let Some(name) = self.networks.dns_name.as_ref().filter(|_| shared) {
            let problem = format!("several instances cannot share the DNS name `{name}`");
            return Err(Failure::new(failure::FailureKind::Usage, problem));
        }
        if let Some(request) = self.networks.only_one().filter(|_| shared) {
            let problem = format!("several instances cannot share {request}");
            return Err(Failure::new(failure::FailureKind::Usage, problem));
        }
        names
            .into_iter()
            .map(|name| {
                check_name(&name)?;
                let unfit = |error: Error| Failure::new(failure::FailureKind::Usage, error.to_string());
                let config_drive = self.first_boot.of(&name).map_err(unfit)?;
                if let Some(address) = config_drive.addresses().first().filter(|_| shared) {
                    let problem = format!("several instances cannot share the address {address}");
                    return Err(Failure::new(failure::FailureKind::Usage, problem));
                }
                let check = args.check(&config_drive, &self.networks)?;
                Ok(Order {
                    config_drive,
                    name,
                    flavor: request.flavor.clone(),
                    image: self.image.clone(),
                    instance_info: instance_info.clone(),
                    deploy_steps: self.deploy_steps.clone(),
                    retries: args.retries,
                    failed_node: args.failed_node(),
                    no_wait: args.no_wait,
                    networks: self.networks.clone(),
                    check,
                })
            })
            .collect()
    }

    /// The sizes, capabilities and traits for the node's `instance_info`.
    fn instance_info(&self, request: &Request) -> Result<Map<String, Value>, Failure> {
        let partitions = &self.partitions;
        let root = partitions.root.or(request.disk_gb);
        let swap = partitions.swap.or(request.swap_mb).unwrap_or(0);
        let ephemeral = partitions.ephemeral.or(request.ephemeral_gb).unwrap_or(0);
        // Ironic creates partitions only if the image is not a whole-disk image. If the type is unknown, the options
        // decide.
        let partitions_wanted = partitions.swap.is_some() || partitions.ephemeral.is_some();
        if partitions_wanted && self.image.kind == Some(ImageKind::WholeDisk) {
            let problem =
                "cannot add a swap or ephemeral partition: a whole-disk image has its own partitions";
            return Err(Failure::new(failure::FailureKind::Usage, problem));
        }
        let partitioned = self.image.is_partition() || partitions_wanted;
        if partitioned && root.is_none() {
            let problem = "a partition image needs a root partition size: add `--root-size`";
            return Err(Failure::new(failure::FailureKind::Usage, problem));
        }
        let least = self.image.listed.as_ref().and_then(|listed| listed.properties.min_disk_gb);
        if let (Some(root), Some(least)) = (root.filter(|root| partitioned && *root > 0), least)
            && root < least
        {
            let image = self.image.shown();
            let problem = format!(
                "image {image} needs a root partition of at least {least} GiB, but {root} GiB were requested"
            );
            return Err(Failure::new(failure::FailureKind::Usage, problem));
        }
        let mut info = Map::new();
        let kind = if partitioned { ImageKind::Partition } else { ImageKind::WholeDisk };
        info.insert("image_type".to_owned(), kind.as_str().into());
        if let Some(root) = root {
            info.insert("root_gb".to_owned(), root.into());
        }
        for (key, size) in [("swap_mb", swap), ("ephemeral_gb", ephemeral)] {
            if size > 0 {
                info.insert(key.to_owned(), size.into());
            }
        }
        if let Some(format) = partitions.ephemeral_format.as_ref().filter(|_| ephemeral > 0) {
            info.insert("ephemeral_format".to_owned(), format.as_str().into());
        }
        let given = partitions.root_device.iter().map(|(name, wanted)| (name.as_str(), wanted.as_str()));
        let hints = root_device::hints(given)
            .map_err(|problem| Failure::new(failure::FailureKind::Usage, problem))?;
        if !hints.is_empty() {
            info.insert("root_device".to_owned(), hints.into());
        }
        // A requirement with an operator (`<or> uefi bios`) only selects nodes; only a plain value configures the
        // deploy.
        let plain = |want: &&String| !want.contains(' ') && !want.starts_with(['<', '=', '>', '!']);
        let capabilities: Map<String, Value> = request
            .extra_specs
            .iter()
            .filter_map(|(key, want)| Some((key.strip_prefix("capabilities:")?, Some(want).filter(plain)?)))
            .map(|(key, want)| (key.to_owned(), json!(want)))
            .collect();
        if !capabilities.is_empty() {
            info.insert("capabilities".to_owned(), capabilities.into());
        }
        if !request.required_traits.is_empty() {
            info.insert("traits".to_owned(), json!(request.required_traits));
        }
        Ok(info)
    }
}

/// `NAME-1`, `NAME-2`, …
pub(super) fn numbered(name: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{name}-{number}")).collect()
}

/// Checks a name with Ironic's rule for names of allocations and nodes (RFC 3986's unreserved characters). A UUID is
/// refused because it could hide another object.
fn check_name(name: &str) -> Result<(), Failure> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let problem = if name.is_empty() || name.len() > 240 {
        "it must have 1 to 240 characters"
    } else if !name.chars().all(allowed) {
        "it may contain only letters, digits and `-._~`"
    } else if uuid::Uuid::try_parse(name).is_ok() {
        "it must not be a UUID"
    } else {
        return Ok(());
    };
    Err(Failure::new(failure::FailureKind::Usage, format!("invalid instance name `{name}`: {problem}")))
}
